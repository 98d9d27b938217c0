"""Options that one chooses from: drawing them, and saying afterwards which were right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.types.contract import Line, Text
from assessments.types.shuffle import shuffled
from assessments.types.texts import feedback, label

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def draw_options(keys: Sequence[str], text: Text, seed: int | None, chosen: Collection[object]) -> list[dict[str, Any]]:
    """Return options as templates draw them, shuffled by the seed, or in the author's order without one."""
    order = keys if seed is None else shuffled(keys, seed)
    return [{"key": key, "label": label(text, "options", key), "selected": key in chosen} for key in order]


def option_lines(keys: Sequence[str], text: Text, chosen: Collection[object], right: Collection[str]) -> list[Line]:
    """Return a result line for each option, with the feedback of those that went wrong."""
    return [
        Line(
            label=label(text, "options", key),
            chosen=key in chosen,
            right=key in right,
            feedback=feedback(text, key) if (key in chosen) != (key in right) else "",
        )
        for key in keys
    ]
