"""Words for conditions and states of trainees, the same in pages and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certificates.trainers.rules import judge
from lms.kernel.i18n import gettext as _, lazy_gettext as _l, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certificates.trainers.queries import PracticeRow, Trainee

STATES = {"eligible": _l("Eligible"), "learning": _l("On the way"), "certified": _l("Certified")}
TONES = {"eligible": "info", "learning": "todo", "certified": "ok"}
CONDITIONS = {
    "course": _l("Has completed the course for trainers"),
    "practice": _l("Has led a workshop, observed by a hub trainer, and it was satisfactory"),
    "ims": _l("Has completed a course for cities at this hub"),
    "uncertified": _l("Holds no valid trainer certificate yet"),
}


@dataclass(frozen=True)
class Line:
    """A condition in words: how it stands, and what is missing."""

    name: str
    title: str
    required: bool
    met: bool
    note: str


def lines(trainee: Trainee, practices: Sequence[PracticeRow]) -> list[Line]:
    """Return all conditions of a trainee in words, in the order of the rules.

    To somebody who holds the certificate, it is what was reached, not a condition that fails.
    """
    made = []
    for line in judge(trainee.record):
        note = _note(line.name, trainee, practices)
        if line.name == "uncertified" and not line.met:
            made.append(Line(line.name, _("Holds a valid trainer certificate"), line.required, met=True, note=note))
        else:
            made.append(Line(line.name, str(CONDITIONS[line.name]), line.required, line.met, note))
    return made


def _note(name: str, trainee: Trainee, practices: Sequence[PracticeRow]) -> str:
    record = trainee.record
    if name == "course" and not record.completed:
        return _("%(done)s of %(total)s activities are done.", done=trainee.done, total=trainee.total)
    if name == "practice":
        return _practice_note(record.practices, practices)
    if name == "ims":
        if record.knows_ims:
            return ""
        return _("Not needed for the award: the IMS may be known from work or from a course at another hub.")
    if name == "uncertified" and record.certified:
        return _("It can be awarded anew when it has expired or was withdrawn.")
    return ""


def _practice_note(satisfactory: int, practices: Sequence[PracticeRow]) -> str:
    if satisfactory:
        return ngettext(
            "%(num)s satisfactory practice is recorded.", "%(num)s satisfactory practices are recorded.", satisfactory
        )
    if any(row.counts for row in practices):
        return _("Practice is recorded, but none was satisfactory yet. The next step is written below.")
    return _("No practice is recorded yet. A trainer of the hub records it after the workshop.")
