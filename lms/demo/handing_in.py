"""Cities and trainees hand in their work, and trainers answer: accepted, to be revised, or not read yet."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assessments.handins import answering, checklist, queries, services
from assessments.handins.checklist import Answer, Sent
from assessments.handins.rules import Remark
from lms.kernel.db import db
from lms.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.programmes.models import Programme
    from lms.kernel.permissions import Viewer

FILE = Path(__file__).with_name("words.toml")
OTHER = "other"
Verdict = Literal["accepted", "revise"]


@dataclass(frozen=True)
class Work:
    """One assignment of somebody in a programme: who writes, who answers, and the words of both.

    module: key of the module whose words are taken. names: what stands for {city}, {first} and {second} in them.
    """

    programme: Programme
    key: str
    member: Viewer
    trainer: Viewer
    module: str
    language: str
    names: Mapping[str, str]

    @property
    def words(self) -> dict[str, str]:
        """What is written, in the language of the hub, else in English."""
        known = _words().get(self.module, _words()[OTHER])
        found = known.get(self.language, known["en"])
        return {name: text.strip().format_map(self.names) for name, text in found.items()}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def draft(work: Work) -> None:
    """Begin: a text that nobody but the team sees."""
    place, owner = _own(work)
    handin = services.open_handin(actor=work.member, place=place, owner=owner)
    services.save_draft(actor=work.member, handin=handin, text=work.words["text"], worked_on=None, seen=0)


def hand_in(work: Work, *, again: bool = False) -> None:
    """Hand in a version; `again`: the one after a revision."""
    place, owner = _own(work)
    handin = services.open_handin(actor=work.member, place=place, owner=owner)
    opened = queries.work_on(handin)
    services.save_draft(
        actor=work.member,
        handin=handin,
        text=work.words["again" if again else "text"],
        worked_on=list(queries.members_of(owner)) or [work.member.person_id],
        seen=opened.draft.number if opened.draft else 0,
        checks=_checks(work, place, opened, again=again),
    )
    services.hand_in(actor=work.member, handin=handin, place=place)


def _checks(work: Work, place: queries.Place, opened: queries.Work, *, again: bool) -> Sent | None:
    """Answer the checklist, where the assignment has one; a question that the words do not know is pending."""
    if not place.assignment.checks:
        return None
    known = _words().get(work.module, {}).get("checks", {})
    answers = {}
    for key in place.assignment.checks:
        said = known.get(key, {"answer": checklist.PENDING, "remark": "Not asked yet. At the next audit day."})
        answer, remark = said["answer"], said["remark"]
        if again:
            answer, remark = said.get("again", answer), said.get("again_remark", remark)
        answers[key] = Answer(answer, remark)
    return Sent(answers, {key: answer.mark for key, answer in opened.answers.items()})


def answer(work: Work, verdict: Verdict) -> None:
    """Answer the newest version; where it is to be revised, one criterion says why."""
    _place, owner = _own(work)
    handin_ref = db.session.scalars(queries.owned_by(owner, work.key)).one().ref
    opened = queries.opened_for(work.trainer, handin_ref, lock=True)
    criteria, words = opened.place.assignment.criteria, work.words
    remarks = {criterion: Remark("accepted", "") for criterion in criteria}
    if verdict == "revise":
        missed = words.get("criterion", "")
        remarks[missed if missed in remarks else criteria[0]] = Remark("revise", words["remark"])
    answering.give_feedback(
        actor=work.trainer,
        opened=opened,
        version_number=opened.work.next_number - 1,
        remarks=remarks,
        next_step=words["next_step" if verdict == "revise" else "praise"],
    )


def _own(work: Work) -> tuple[queries.Place, queries.Owner]:
    place, owner = queries.assignment_for(work.member, work.programme.ref, work.key)
    if owner is None:
        raise NotFound(f"{work.member.person_id} does not take part")
    return place, owner
