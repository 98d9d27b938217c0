"""What this room does when others bring news: a person who is erased takes their own work with them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select, update

from assessments.handins.models import Feedback, FeedbackDraft, Handin, HandinDraft, HandinVersion
from assessments.handins.queries import DRAFT_FILES, VERSION_FILES
from courses.programmes.models import Enrolment
from lms.accounts.signals import person_erased
from lms.kernel.blobs import Attachment
from lms.kernel.db import db


def connect() -> None:
    """Listen; doing it twice changes nothing."""
    person_erased.connect(forget_person)


def forget_person(_sender: Any, *, person_id: int, **_rest: Any) -> None:
    """Delete text and files of the person's own hand-ins, and what was written about them; verdicts stay.

    A team's work stays: it is the city's.
    """
    own = select(Handin.id).join(Enrolment, Enrolment.id == Handin.enrolment_id).where(Enrolment.person_id == person_id)
    versions = select(HandinVersion.id).where(HandinVersion.handin_id.in_(own))
    for kind, owners in ((DRAFT_FILES, own), (VERSION_FILES, versions)):
        db.session.execute(
            delete(Attachment)
            .where(Attachment.owner_kind == kind, Attachment.owner_id.in_(owners))
            .execution_options(synchronize_session=False)
        )
    for statement in (
        update(HandinVersion).where(HandinVersion.handin_id.in_(own)).values(text="", checks=None),
        delete(HandinDraft).where(HandinDraft.handin_id.in_(own)),
        delete(FeedbackDraft).where(or_(FeedbackDraft.by_id == person_id, FeedbackDraft.version_id.in_(versions))),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    for feedback in db.session.scalars(select(Feedback).where(Feedback.version_id.in_(versions))):
        feedback.next_step = ""
        feedback.remarks = {key: remark | {"remark": ""} for key, remark in feedback.remarks.items()}
    db.session.flush()
