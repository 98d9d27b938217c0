"""What the trainers room keeps about a person, and what it forgets when a person is erased."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from certificates.trainers.models import Practice
from lms.kernel.db import db


def own_practice(person_id: int) -> list[dict[str, object]]:
    """Return every practice of a person as it was recorded."""
    rows = db.session.scalars(select(Practice).where(Practice.person_id == person_id).order_by(Practice.id))
    return [
        {
            "title": row.title,
            "held_on": row.held_on,
            "satisfactory": row.satisfactory,
            "strengths": row.strengths,
            "next_step": row.next_step,
            "recorded_at": row.at,
            "corrects_an_earlier_record": row.corrects_id is not None,
        }
        for row in rows
    ]


def forget_person(_sender: Any, *, person_id: int) -> None:
    """Delete what was written about a person who is erased; that practice took place stays."""
    db.session.execute(update(Practice).where(Practice.person_id == person_id).values(strengths="", next_step=""))
