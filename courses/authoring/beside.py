"""What stands beside a lesson, such as a self-test: read from the lesson's folder, kept in the lesson's content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from courses.activities import beside, companions
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lms.kernel.texts.faults import Fault


def read_beside(
    folder: Path,
    settings: dict[str, Any],
    texts: dict[str, dict[str, Any]],
    places: dict[str, tuple[str, int]],
) -> list[Fault]:
    """Put what lies beside a lesson into its settings, texts and places; return what is wrong with it."""
    faults: list[Fault] = []
    for companion in companions.values():
        path = folder / f"{companion.name}.toml"
        if not path.exists() and not path.is_symlink():
            continue
        found, problems = companion.parse(folder, texts.keys())
        faults += problems
        if found is not None:
            settings.setdefault("beside", {})[companion.name] = found.settings
            places |= found.places
            for code, words in found.texts.items():
                texts[code].setdefault("beside", {})[companion.name] = words
    return faults


def problems_in(content: Mapping[str, Any]) -> list[str]:
    """Return what keeps the things beside a lesson from being published."""
    problems = []
    for name in content["settings"].get("beside") or {}:
        companion, found = companions.get(name), beside(content, name)
        if companion is None:
            problems.append(_("Nobody here knows what “%(name)s” beside a lesson is.", name=name))
        elif found is not None:
            problems += companion.check(found)
    return problems
