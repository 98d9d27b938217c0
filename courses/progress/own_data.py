"""What the progress room keeps about a person, for their own download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from courses.programmes.models import Enrolment, Programme
from courses.progress.models import Bookmark, Completion, Outcome
from courses.progress.rules import ELSEWHERE
from lms.kernel.db import db

if TYPE_CHECKING:
    from datetime import datetime


def own_progress(person_id: int) -> list[dict[str, Any]]:
    """Return every outcome of a person's own, with completions and the bookmark, by programme."""
    statement = (
        select(Enrolment.id, Programme.title, Completion.at, Bookmark.node_key)
        .join(Programme, Programme.id == Enrolment.programme_id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .outerjoin(Bookmark, Bookmark.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.id)
    )
    told = []
    found: list[tuple[int, str, datetime | None, str | None]] = [(*row,) for row in db.session.execute(statement)]
    for enrolment_id, title, completed_at, bookmark in found:
        rows = db.session.scalars(select(Outcome).where(Outcome.enrolment_id == enrolment_id).order_by(Outcome.id))
        told.append(
            {
                "programme": title,
                "completed_at": completed_at.isoformat() if completed_at else None,
                "stopped_reading_at": bookmark,
                "outcomes": [
                    {
                        "activity": row.node_key,
                        "outcome": row.kind,
                        "value": row.value,
                        "at": row.at.isoformat(),
                        "in_another_programme": row.evidence.startswith(ELSEWHERE),
                    }
                    for row in rows
                ],
            }
        )
    return told
