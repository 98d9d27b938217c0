"""What the quizzes room keeps about a person, for their own download."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from assessments.quizzes.models import Attempt, AttemptResult, AttemptStep
from courses.programmes.models import Enrolment
from lms.kernel.db import db


def own_attempts(person_id: int) -> list[dict[str, Any]]:
    """Return every attempt of a person with its answers and result."""
    statement = (
        select(Attempt, AttemptResult)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .outerjoin(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .where(Enrolment.person_id == person_id)
        .order_by(Attempt.id)
    )
    rows: list[tuple[Attempt, AttemptResult | None]] = [
        (attempt, outcome) for attempt, outcome in db.session.execute(statement)
    ]
    steps = select(AttemptStep).where(AttemptStep.attempt_id.in_([attempt.id for attempt, _outcome in rows]))
    answers: dict[int, list[dict[str, Any]]] = {}
    for step in db.session.scalars(steps.order_by(AttemptStep.attempt_id, AttemptStep.sequence)):
        told = {"question": step.slot, "answer": step.answer, "at": step.at.isoformat()}
        answers.setdefault(step.attempt_id, []).append(told)
    return [
        {
            "quiz": attempt.node_key,
            "attempt": attempt.number,
            "started_at": attempt.started_at.isoformat(),
            "handed_in_at": outcome.submitted_at.isoformat() if outcome is not None else None,
            "result": outcome.fraction if outcome is not None else None,
            "answers": answers.get(attempt.id, []),
        }
        for attempt, outcome in rows
    ]
