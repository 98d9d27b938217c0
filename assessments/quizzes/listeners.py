"""What this room does when others bring news: a person who is erased takes their own words with them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from assessments.quizzes.models import Attempt, AttemptStep
from assessments.quizzes.queries import quiz_in
from courses.catalogue.queries import manifest_of
from courses.programmes.models import Enrolment
from lms.accounts.signals import person_erased
from lms.kernel.db import db


def connect() -> None:
    """Listen; doing it twice changes nothing."""
    person_erased.connect(forget_person)


def forget_person(_sender: Any, *, person_id: int, **_rest: Any) -> None:
    """Delete the answers that the person typed in words of their own. What was chosen, and what it was worth, stays."""
    attempts = select(Attempt).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    for attempt in db.session.scalars(attempts.where(Enrolment.person_id == person_id)).all():
        manifest = manifest_of(attempt.edition_id)
        _module, activity = manifest.by_key[attempt.node_key]
        questions = quiz_in(manifest, activity).questions
        for slot, key in enumerate(attempt.drawn, 1):
            if questions[key].type.own_words:
                typed = update(AttemptStep).where(AttemptStep.attempt_id == attempt.id, AttemptStep.slot == slot)
                db.session.execute(typed.values(answer=questions[key].type.empty_answer))
