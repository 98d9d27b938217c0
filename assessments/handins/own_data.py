"""What the handins room keeps about a person, for their own download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from assessments.handins.models import Feedback, Handin, HandinDraft, HandinVersion
from assessments.handins.queries import VERSION_FILES
from courses.programmes.models import Enrolment, TeamMember
from lms.kernel.blobs import Attachment
from lms.kernel.db import db

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def _once_own(person_id: int) -> ColumnElement[bool]:
    """Return the condition for the hand-ins of the person, and of the teams they are or were in."""
    return or_(
        Handin.team_id.in_(select(TeamMember.team_id).where(TeamMember.person_id == person_id)),
        Handin.enrolment_id.in_(select(Enrolment.id).where(Enrolment.person_id == person_id)),
    )


def own_handins(person_id: int) -> list[dict[str, Any]]:
    """Return every version that the person handed in or worked on, with its files by name and its answer."""
    statement = (
        select(HandinVersion, Handin.node_key, Feedback)
        .join(Handin, Handin.id == HandinVersion.handin_id)
        .outerjoin(Feedback, Feedback.version_id == HandinVersion.id)
        .where(_once_own(person_id))
        .order_by(HandinVersion.id)
    )
    # Who worked on a version is a list in JSON, so it is looked through here; there are few versions per team.
    rows: list[tuple[HandinVersion, str, Feedback | None]] = [
        (version, node_key, feedback)
        for version, node_key, feedback in db.session.execute(statement)
        if person_id == version.by_id or person_id in version.worked_on
    ]
    files: dict[int, list[str]] = {}
    names = select(Attachment.owner_id, Attachment.name).where(
        Attachment.owner_kind == VERSION_FILES, Attachment.owner_id.in_([version.id for version, _key, _said in rows])
    )
    for version_id, name in db.session.execute(names.order_by(Attachment.id)):
        files.setdefault(version_id, []).append(name)
    return [
        {
            "assignment": node_key,
            "version": version.number,
            "at": version.at,
            "handed_in_by_me": version.by_id == person_id,
            "text": version.text,
            "checklist": version.checks,
            "files": files.get(version.id, []),
            "answer": feedback.verdict if feedback is not None else None,
            "next_step": feedback.next_step if feedback is not None else None,
            "remarks": feedback.remarks if feedback is not None else None,
        }
        for version, node_key, feedback in rows
    ]


def own_drafts(person_id: int) -> list[dict[str, Any]]:
    """Return the drafts that the person saved last."""
    statement = (
        select(HandinDraft, Handin.node_key)
        .join(Handin, Handin.id == HandinDraft.handin_id)
        .where(HandinDraft.by_id == person_id, or_(HandinDraft.text != "", HandinDraft.checks.is_not(None)))
        .order_by(HandinDraft.handin_id)
    )
    return [
        {"assignment": node_key, "saved_at": draft.at, "text": draft.text, "checklist": draft.checks}
        for draft, node_key in db.session.execute(statement)
    ]


def own_feedback(person_id: int) -> list[dict[str, Any]]:
    """Return the answers that the person gave as a trainer."""
    statement = (
        select(Feedback, Handin.node_key)
        .join(HandinVersion, HandinVersion.id == Feedback.version_id)
        .join(Handin, Handin.id == HandinVersion.handin_id)
        .where(Feedback.by_id == person_id)
        .order_by(Feedback.id)
    )
    return [
        {
            "assignment": node_key,
            "at": feedback.at,
            "answer": feedback.verdict,
            "next_step": feedback.next_step,
            "remarks": feedback.remarks,
        }
        for feedback, node_key in db.session.execute(statement)
    ]
