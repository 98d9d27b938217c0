"""Reading one person's progress: the state that was kept, and what a trainer gave beyond the edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from courses.progress.models import Bookmark, EnrolmentState, Outcome
from courses.progress.rules import AGAIN, done_elsewhere
from lms.kernel.db import db

if TYPE_CHECKING:
    from datetime import datetime


def state_of(enrolment_id: int) -> EnrolmentState | None:
    """Return the state of an enrolment; None when the person has left."""
    return db.session.get(EnrolmentState, enrolment_id)


def bookmark_of(enrolment_id: int) -> Bookmark | None:
    """Return where the person stopped reading."""
    return db.session.get(Bookmark, enrolment_id)


def node_state(enrolment_id: int, node_key: str) -> str:
    """Return how an activity stands for an enrolment; "" where it was not begun, or the person has left."""
    state = state_of(enrolment_id)
    return str(state.nodes.get(node_key, {}).get("state", "")) if state else ""


def elsewhere_on(enrolment_id: int, node_key: str) -> datetime | None:
    """Return when the person has done an activity in another programme, where it counts here for that reason."""
    state = state_of(enrolment_id)
    return done_elsewhere(state.nodes, node_key) if state else None


def extra_attempts(enrolment_id: int, node_key: str) -> int:
    """Return how many attempts trainers have allowed beyond those that the edition gives."""
    mine = (Outcome.enrolment_id == enrolment_id, Outcome.node_key == node_key, Outcome.kind == AGAIN)
    return db.session.scalar(select(func.count()).select_from(Outcome).where(*mine)) or 0
