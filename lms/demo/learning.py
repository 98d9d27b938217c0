"""People read lessons and take quizzes: most of what they answer is right, and some need a second attempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from assessments.quizzes import queries as quizzes, services as attempts
from courses.catalogue.queries import manifest_of
from courses.programmes.models import Enrolment, Programme
from courses.programmes.queries import edition_id_of
from courses.progress.queries import node_state
from courses.progress.rules import DONE
from courses.progress.services import record_outcome, set_bookmark
from lms.kernel.db import db
from lms.kernel.permissions import Viewer

if TYPE_CHECKING:
    import random

    from assessments.quizzes.rules import Quiz
    from courses.catalogue.rules import Activity, Manifest


@dataclass(frozen=True)
class Learner:
    """A person in a programme, with the edition that is read there. `chance` decides what they know."""

    viewer: Viewer
    enrolment: Enrolment
    programme: Programme
    edition_id: int
    manifest: Manifest
    chance: random.Random


def learner_in(programme: Programme, person_id: int, chance: random.Random) -> Learner:
    """Return somebody who takes part in a programme."""
    statement = select(Enrolment).where(Enrolment.programme_id == programme.id, Enrolment.person_id == person_id)
    edition_id = edition_id_of(programme.id)
    enrolment = db.session.scalars(statement).one()
    return Learner(Viewer(person_id), enrolment, programme, edition_id, manifest_of(edition_id), chance)


def read(learner: Learner, activity: Activity) -> None:
    """Let somebody read a lesson; nobody reads again what they have read in another programme."""
    if not _is_done(learner, activity):
        _record(learner, activity, "read")


def begin(learner: Learner, activity: Activity) -> None:
    """Let somebody open a lesson, and stop in it."""
    if _is_done(learner, activity):
        return
    _record(learner, activity, "viewed")
    set_bookmark(enrolment_id=learner.enrolment.id, node_key=activity.key)


def _is_done(learner: Learner, activity: Activity) -> bool:
    return node_state(learner.enrolment.id, activity.key) in DONE


def _record(learner: Learner, activity: Activity, kind: str) -> None:
    record_outcome(
        actor=learner.viewer,
        enrolment_id=learner.enrolment.id,
        node_key=activity.key,
        kind=kind,
        edition_id=learner.edition_id,
        key=f"{kind}:{learner.enrolment.id}:{activity.key}",
    )


def take_quiz(learner: Learner, activity: Activity, *, passes: bool) -> None:
    """Take a quiz once, unless it is passed. What is drawn is left to chance; whether it is passed is not."""
    if _is_done(learner, activity):
        return
    place = quizzes.place_in(learner.programme, learner.edition_id, activity.key)
    attempt = attempts.start_attempt(actor=learner.viewer, enrolment=learner.enrolment, place=place)
    opened = quizzes.attempt_for(learner.viewer, attempt.ref, lock=True)
    answers = _answers(place.quiz, attempt.drawn, learner.chance, passes=passes)
    attempts.save_answers(actor=learner.viewer, opened=opened, answers=answers, seen={})
    attempts.submit_attempt(actor=learner.viewer, opened=opened)


def _answers(quiz: Quiz, drawn: list[str], chance: random.Random, *, passes: bool) -> dict[int, Any]:
    """Answer by slot: a few wrong ones where it passes; else so many gaps that it cannot."""
    spared = int(len(drawn) * (1 - quiz.pass_mark))  # so many points may be missing
    slots = list(range(1, len(drawn) + 1))
    chance.shuffle(slots)
    gaps = set() if passes else set(slots[: spared + 1])
    wrong = set(slots[: chance.randint(0, spared)]) if passes else set()
    answers = {}
    for slot, key in enumerate(drawn, 1):
        question = quiz.questions[key]
        known = question.type.wrong_answers(question.spec) if slot in wrong else []
        if slot not in gaps:
            answers[slot] = known[0] if known else question.type.solution(question.spec)
    return answers
