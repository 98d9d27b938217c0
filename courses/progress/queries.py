"""Reading one person's progress: the state that was kept, never the facts behind it."""

from __future__ import annotations

from courses.progress.models import Bookmark, EnrolmentState
from lms.kernel.db import db


def state_of(enrolment_id: int) -> EnrolmentState | None:
    """Return the state of an enrolment; None when the person has left."""
    return db.session.get(EnrolmentState, enrolment_id)


def bookmark_of(enrolment_id: int) -> Bookmark | None:
    """Return where the person stopped reading."""
    return db.session.get(Bookmark, enrolment_id)
