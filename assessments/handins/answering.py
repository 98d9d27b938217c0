"""Answering hand-ins: drafts of feedback, and feedback that is given once for each version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from assessments.handins import policies, queries
from assessments.handins.models import Feedback, FeedbackDraft
from assessments.handins.rules import LONGEST_REMARK, Remark, undecided, unexplained, verdict_of
from assessments.handins.telling import tell_answered
from courses.progress.services import record_outcome
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.text import clean_text
from lms.kernel.upsert import insert_new, upsert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.handins.queries import Opened, Version
    from lms.kernel.permissions import Viewer


class NewerVersion(Conflict):
    """The team handed in again while the trainer wrote: the newer version is what the answer must be about."""


class AnsweredAlready(Conflict):
    """Another trainer answered this version a moment before."""


def draft_of(version_id: int) -> FeedbackDraft | None:
    """Return the feedback that was begun to a version."""
    return db.session.get(FeedbackDraft, version_id, populate_existing=True)


def keep_draft(
    *, actor: Viewer, opened: Opened, version_number: int, remarks: Mapping[str, Remark], next_step: str, seen: str
) -> FeedbackDraft:
    """Keep feedback for later; the team sees nothing of it.

    `seen` is the instant of the draft that the page had shown, as text; "" for none. The hand-in must be locked.
    Raises Conflict when another trainer kept something else meanwhile, NewerVersion, AnsweredAlready.
    """
    version = _answerable(actor, opened, version_number)
    held = draft_of(version.row.id)
    words, step = _cleaned(remarks), clean_text(next_step)[:LONGEST_REMARK]
    values = {
        "remarks": {key: remark.stored() for key, remark in words.items()},
        "next_step": step,
        "by_id": actor.person_id,
        "at": now(),
    }
    if held is not None and (held.remarks, held.next_step) == (values["remarks"], step):
        return held
    if held is not None and held.by_id != actor.person_id and held.at.isoformat() != seen:
        raise Conflict(
            _("Another trainer kept a draft for this version while you were writing. Both are below; join them.")
        )
    upsert(FeedbackDraft, {"version_id": version.row.id, **values}, ["version_id"])
    return db.session.scalars(
        select(FeedbackDraft)
        .where(FeedbackDraft.version_id == version.row.id)
        .execution_options(populate_existing=True)
    ).one()


def give_feedback(
    *, actor: Viewer, opened: Opened, version_number: int, remarks: Mapping[str, Remark], next_step: str
) -> Feedback:
    """Answer the newest version: accepted if every criterion is, else revise. The people behind it are told.

    The same trainer's second click gets the first answer. The hand-in must be locked. Raises Invalid where a criterion
    has no verdict or no reason, NewerVersion when the team handed in again meanwhile, AnsweredAlready.
    """
    words, step = _cleaned(remarks), clean_text(next_step)[:LONGEST_REMARK]
    stored = {key: words[key].stored() for key in opened.place.assignment.criteria if key in words}
    newest = opened.work.newest
    given = newest.feedback if newest and newest.row.number == version_number else None
    if given is not None and (given.by_id, given.remarks, given.next_step) == (actor.person_id, stored, step):
        return given
    version = _answerable(actor, opened, version_number)
    criteria = opened.place.assignment.criteria
    verdict = verdict_of(criteria, words)
    if verdict is None:
        key = undecided(criteria, words)[0]
        raise Invalid(_("Choose “Accepted” or “Revise” for each criterion."), f"verdict-{key}")
    if missing := unexplained(criteria, words, step):
        raise Invalid(
            _("Say what the team should change: at the criterion, or as the next step."), f"remark-{missing[0]}"
        )
    row = {
        "ref": new_ref(),
        "version_id": version.row.id,
        "verdict": verdict,
        "next_step": step,
        "remarks": stored,
        "by_id": actor.person_id,
        "at": now(),
    }
    if not insert_new(Feedback, [row], ["version_id"]):
        raise _answered()
    feedback = db.session.scalars(select(Feedback).where(Feedback.version_id == version.row.id)).one()
    db.session.execute(delete(FeedbackDraft).where(FeedbackDraft.version_id == version.row.id))
    _take_effect(actor, opened, feedback, version.row.edition_id)
    return feedback


def _take_effect(actor: Viewer, opened: Opened, feedback: Feedback, edition_id: int) -> None:
    """Let an answer count: the state of the hand-in, the outcome, the mails."""
    handin = opened.handin
    handin.state, handin.state_at = feedback.verdict, feedback.at
    db.session.flush()
    record_outcome(
        actor=actor,
        node_key=handin.node_key,
        kind=feedback.verdict,
        edition_id=edition_id,
        key=f"feedback:{feedback.id}",
        team_id=handin.team_id,
        enrolment_id=handin.enrolment_id,
        evidence=f"feedback:{feedback.id}",
    )
    tell_answered(handin, feedback)


def _answerable(actor: Viewer, opened: Opened, version_number: int) -> Version:
    """Return the version to be answered: the newest, without an answer yet, of somebody else's work."""
    if not policies.may_answer(actor, opened.handin, was_member=queries.was_own(actor, opened.handin.id)):
        raise Forbidden(_("You cannot answer this hand-in: it is your own, your team’s, or not of your programmes."))
    newest = opened.work.newest
    if newest is None or newest.row.number != version_number:
        number = newest.row.number if newest else 0
        raise NewerVersion(
            _(
                "Version %(number)s came in while you were writing, so nothing was sent. What you wrote is kept below."
                " Look at the new version, then send it.",
                number=number,
            )
        )
    if newest.feedback is not None:
        raise _answered()
    return newest


def _answered() -> AnsweredAlready:
    return AnsweredAlready(
        _("Another trainer answered this version a moment ago, so nothing was sent. What you wrote is kept below.")
    )


def _cleaned(remarks: Mapping[str, Remark]) -> dict[str, Remark]:
    return {key: Remark(remark.verdict, clean_text(remark.text)[:LONGEST_REMARK]) for key, remark in remarks.items()}
