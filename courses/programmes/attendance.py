"""The attendance list as a form: a box per person, and minutes for those who were there in part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.datastructures import MultiDict

    from courses.programmes.workshop_queries import AttendanceRow

LONGEST = 9  # digits
MOST_PEOPLE = 1000


@dataclass
class Line:
    """What the form says about one person; `typed` is the field of minutes, empty for the whole workshop."""

    there: bool
    typed: str = ""
    problem: str = ""
    meanwhile: int | None = None
    """Minutes that somebody else recorded after the form was drawn."""


@dataclass
class AttendanceSheet:
    """One page of the attendance list, by the public ids of people.

    whole: minutes of the workshop. seen: the highest attendance id when the form was drawn.
    """

    whole: int
    lines: dict[str, Line] = field(default_factory=dict)
    seen: int = 0
    problem: str = ""

    @classmethod
    def drawn(cls, rows: Iterable[AttendanceRow], whole: int, seen: int, *, all_there: bool = False) -> Self:
        """Return the form as it stands in the database; `all_there` ticks every box, without saving."""
        lines = {}
        for row in rows:
            minutes = whole if all_there else row.minutes or 0
            lines[row.person_ref] = Line(minutes > 0, str(minutes) if 0 < minutes < whole else "")
        return cls(whole, lines, seen)

    @classmethod
    def sent(cls, form: MultiDict[str, str], whole: int) -> Self:
        """Read what was sent. People are those named in hidden fields, so that an empty box says "not there"."""
        sheet = cls(whole, seen=_number(form.get("seen", "")) or 0)
        for ref in form.getlist("person")[:MOST_PEOPLE]:
            typed = form.get(f"minutes-{ref}", "").strip()
            line = Line(f"there-{ref}" in form or typed not in {"", "0"}, typed)
            number = _number(typed)
            if typed and (number is None or number > whole):
                line.problem = _("Write minutes from 0 to %(most)s.", most=whole)
            sheet.lines[ref] = line
        return sheet

    def line(self, ref: str) -> Line:
        """Return a person's line; an empty one for somebody who came into the list meanwhile."""
        return self.lines.get(ref, Line(there=False))

    @property
    def errors(self) -> list[tuple[str, str]]:
        """What is wrong: the id of the field and a sentence."""
        return [(f"minutes-{ref}", line.problem) for ref, line in self.lines.items() if line.problem]

    def minutes(self) -> dict[str, int]:
        """Return the minutes of each person; the form has no errors."""
        return {
            ref: (_number(line.typed) or 0) if line.typed else self.whole if line.there else 0
            for ref, line in self.lines.items()
        }

    def mark_stale(self, meanwhile: Mapping[str, int], seen: int, text: str) -> None:
        """Show what was recorded meanwhile beside what was typed; the next save has seen it."""
        for ref, minutes in meanwhile.items():
            self.lines[ref].meanwhile = minutes
        self.seen = seen
        self.problem = text


def _number(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= LONGEST else None
