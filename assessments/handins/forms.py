"""What the forms of this room send, read from the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from assessments.handins.rules import Remark

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_NUMBER = 9  # digits


@dataclass(frozen=True)
class SentWork:
    """The form of the team. `seen` is the number of the draft that it showed, `version` that of the version to come."""

    text: str
    worked_on: tuple[int, ...] | None
    seen: int
    version: int
    hands_in: bool
    remove: str
    again: str
    takes_text: bool


def read_work() -> SentWork:
    """Read the form of the team; anything odd counts as not said."""
    form = request.form
    people = tuple(_number(raw) for raw in form.getlist("who"))
    return SentWork(
        text=form.get("text", ""),
        # The hidden field says that the boxes were on the page, also when nobody is ticked.
        worked_on=people if "who-asked" in form else None,
        seen=_number(form.get("seen", "")),
        version=_number(form.get("version", "")),
        hands_in="handin" in form,
        remove=form.get("remove", ""),
        again=form.get("again", ""),
        takes_text="take-text" in form,
    )


@dataclass(frozen=True)
class SentFeedback:
    """The form of the trainer. `seen` is when the draft that it showed was kept."""

    version: int
    remarks: dict[str, Remark]
    next_step: str
    seen: str
    keeps: bool


def read_feedback(criteria: Sequence[str]) -> SentFeedback:
    """Read the form of the trainer."""
    form = request.form
    return SentFeedback(
        version=_number(form.get("version", "")),
        remarks={key: Remark(form.get(f"verdict-{key}", ""), form.get(f"remark-{key}", "")) for key in criteria},
        next_step=form.get("next-step", ""),
        seen=form.get("seen", ""),
        keeps="send" not in form,
    )


def _number(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= LONGEST_NUMBER else 0
