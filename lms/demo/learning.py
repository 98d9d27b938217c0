"""People read lessons, take quizzes and hand in work: some fast, some slow, one city not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from assessments.quizzes import queries as quizzes, services as attempts
from courses.catalogue.queries import manifest_of
from courses.programmes.models import Enrolment, Programme
from courses.programmes.queries import edition_id_of
from courses.progress.services import record_outcome
from lms.kernel.clock import clock
from lms.kernel.db import db
from lms.kernel.permissions import Viewer

if TYPE_CHECKING:
    import random

    from courses.catalogue.rules import Activity
    from lms.demo import cast

SLOWEST, FASTEST = 0.35, 1.0
RIGHT = 0.85  # how often somebody knows the answer


def study(
    programme: Programme,
    given: cast.Hub,
    people: dict[str, int],
    began: datetime,
    chance: random.Random,
    *,
    until_module: str = "",
) -> None:
    """Let the people of each city work through the course; the last city's team has stalled after its first lesson."""
    edition_id = edition_id_of(programme.id)
    days = max(1, (began.date() - programme.starts_on).days - 1)
    for number, town in enumerate(given.cities):
        stalled = number == len(given.cities) - 1
        for name, _work in town.people:
            share = 0.12 if stalled else chance.uniform(SLOWEST, FASTEST)
            _person(programme, edition_id, people[name], share, days, began, chance, until_module)


def _person(
    programme: Programme,
    edition_id: int,
    person_id: int,
    share: float,
    days: int,
    began: datetime,
    chance: random.Random,
    until_module: str,
) -> None:
    """Let one person do the first part of the course, in order, spread over the days so far."""
    manifest = manifest_of(edition_id)
    todo = [
        activity
        for module, activity in manifest.walk()
        if activity.kind in {"lesson", "quiz"} and (not until_module or module.key == until_module)
    ]
    done = todo[: round(len(todo) * share)]
    viewer = Viewer(person_id)
    statement = select(Enrolment).where(Enrolment.programme_id == programme.id, Enrolment.person_id == person_id)
    enrolment = db.session.scalars(statement).one()
    for place, activity in enumerate(done):
        used = days * (place + 1) / (len(todo) + 1)
        with clock.at(began - timedelta(days=days - used)):
            if activity.kind == "lesson":
                _read(viewer, enrolment, activity, edition_id)
            else:
                take_quiz(viewer, enrolment, programme, activity, edition_id, chance)


def finish(programme: Programme, person_id: int, at: datetime, chance: random.Random) -> None:
    """Let one person read everything and pass every quiz."""
    edition_id = edition_id_of(programme.id)
    viewer = Viewer(person_id)
    statement = select(Enrolment).where(Enrolment.programme_id == programme.id, Enrolment.person_id == person_id)
    enrolment = db.session.scalars(statement).one()
    with clock.at(at - timedelta(days=2)):
        for _module, activity in manifest_of(edition_id).walk():
            if activity.kind == "lesson":
                _read(viewer, enrolment, activity, edition_id)
            elif activity.kind == "quiz":
                take_quiz(viewer, enrolment, programme, activity, edition_id, chance, right=1.0)


def _read(viewer: Viewer, enrolment: Enrolment, activity: Activity, edition_id: int) -> None:
    record_outcome(
        actor=viewer,
        enrolment_id=enrolment.id,
        node_key=activity.key,
        kind="read",
        edition_id=edition_id,
        key=f"read:{enrolment.id}:{activity.key}",
    )


def take_quiz(
    viewer: Viewer,
    enrolment: Enrolment,
    programme: Programme,
    activity: Activity,
    edition_id: int,
    chance: random.Random,
    right: float = RIGHT,
) -> None:
    """Take a quiz: most answers are right, some questions are left out."""
    place = quizzes.place_in(programme, edition_id, activity.key)
    attempt = attempts.start_attempt(actor=viewer, enrolment=enrolment, place=place)
    answers = {
        slot: question.type.solution(question.spec)
        for slot, question in enumerate((place.quiz.questions[key] for key in attempt.drawn), 1)
        if chance.random() < right
    }
    opened = quizzes.attempt_for(viewer, attempt.ref, lock=True)
    attempts.save_answers(actor=viewer, opened=opened, answers=answers, seen={})
    attempts.submit_attempt(actor=viewer, opened=opened)
