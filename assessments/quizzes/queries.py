"""Reading quizzes and attempts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, literal_column, select, tuple_
from sqlalchemy.orm import aliased

from assessments.bank.pool import questions_in
from assessments.quizzes import policies, rules
from assessments.quizzes.models import Attempt, AttemptResult, AttemptStep, Mark
from assessments.quizzes.rules import Frozen, Quiz, quiz_of
from assessments.quizzes.selftest import SELF_TEST
from courses.activities import beside
from courses.authoring.lesson import NAME as LESSON
from courses.authoring.queries import draft_nodes
from courses.authoring.rules import body_of
from courses.catalogue.queries import content, contents, manifest_of
from courses.learning import queries as learning
from courses.programmes.models import Enrolment, Programme, Team
from courses.programmes.policies import is_staff
from courses.programmes.queries import edition_in_force
from courses.progress.models import EnrolmentState
from courses.progress.queries import extra_attempts
from courses.progress.rules import USED_UP
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import Page, page_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from assessments.types.question import Question
    from courses.authoring.rules import DraftNode
    from courses.catalogue.rules import Activity, Manifest, Module
    from lms.kernel.permissions import Viewer

KIND = "quiz"


@dataclass(frozen=True)
class Place:
    """A quiz in a programme's edition."""

    programme: Programme
    edition_id: int
    manifest: Manifest
    module: Module
    activity: Activity
    quiz: Quiz


@dataclass(frozen=True)
class Step:
    """The newest answer to a slot."""

    sequence: int
    answer: Any
    at: datetime


def place_in(programme: Programme, edition_id: int, node_key: str) -> Place:
    """Return a quiz of an edition. Raises NotFound when the edition has no such quiz."""
    manifest = manifest_of(edition_id)
    module, activity = manifest.by_key.get(node_key, (None, None))
    if module is None or activity is None or activity.kind != KIND:
        raise NotFound(_("There is no such quiz in this course. Go back to the course page."))
    return Place(programme, edition_id, manifest, module, activity, quiz_in(manifest, activity))


def quiz_in(manifest: Manifest, activity: Activity) -> Quiz:
    """Return a quiz of an edition, ready to be drawn and marked.

    A final quiz names the quizzes that it draws from by their keys. They are looked up in the same edition, which never
    changes: so an attempt finds the same questions for ever.
    """
    body = content(activity.content)
    names = tuple(name for name in body["settings"].get("pools", ()) if name in manifest.by_key)
    digests = tuple(manifest.by_key[name][1].content for name in names)
    pools = (Frozen(digest, pool) for digest, pool in zip(digests, contents(digests), strict=True))
    return quiz_of(Frozen(activity.content, body), tuple(zip(names, pools, strict=True)))


@dataclass(frozen=True)
class DraftQuestions:
    """The content of a draft that holds questions, with all nodes of the draft by key."""

    nodes: Mapping[str, DraftNode]
    content: Mapping[str, Any]

    @property
    def languages(self) -> list[str]:
        """The languages in which there are questions."""
        return sorted(code for code, text in self.content["texts"].items() if text.get("questions"))


def questions_of_draft(course_id: int, key: str) -> DraftQuestions:
    """Return what a quiz of a draft asks, or the self-test beside a lesson of it. The caller has asked its policy."""
    nodes = {node.key: node for node in draft_nodes(course_id)}
    node = nodes.get(key)
    found: Mapping[str, Any] | None = None
    if node is not None and node.kind == KIND:
        found = body_of(node)
    elif node is not None and node.kind == LESSON:
        found = beside(body_of(node), SELF_TEST.name)
    if found is None:
        raise NotFound(_("There are no questions here. Go back to the outline of the course."))
    return DraftQuestions(nodes, found)


def quiz_for(viewer: Viewer, programme_ref: str, node_key: str) -> tuple[Place, Enrolment | None]:
    """Return a quiz of a programme and the viewer's enrolment; None for staff, who only look at the questions.

    Raises NotFound for everybody else.
    """
    mine = (
        (Enrolment.programme_id == Programme.id)
        & (Enrolment.person_id == viewer.person_id)
        & Enrolment.left_at.is_(None)
    )
    statement: Select[*tuple[Any, ...]] = select(Programme, edition_in_force(), Enrolment).outerjoin(Enrolment, mine)
    row = db.session.execute(statement.where(Programme.ref == programme_ref)).first()
    may_look = row is not None and is_staff(viewer, row[0])
    if row is None or row[1] is None or (row[2] is None and not may_look):
        raise NotFound(_("There is no such quiz, or you do not take part in its programme. Ask your hub for a place."))
    return place_in(row[0], row[1], node_key), row[2]


@dataclass(frozen=True)
class SelfTestPlace:
    """The self-test beside a lesson, as one viewer has it: the course around it, and its questions in order."""

    course: learning.Place
    module: Module
    lesson: Activity
    questions: tuple[Question, ...]


def self_test_for(viewer: Viewer, programme_ref: str, lesson_key: str) -> SelfTestPlace:
    """Return the self-test beside a lesson, for those who take part and for staff. Raises NotFound."""
    course = learning.place_for(viewer, programme_ref)
    module, lesson = learning.activity_in(course, lesson_key, "lesson")
    found = beside(learning.body_of(lesson), SELF_TEST.name)
    if found is None:
        raise NotFound(_("This lesson has no self-test. Go back to the course page."))
    return SelfTestPlace(course, module, lesson, tuple(questions_in(found).values()))


def attempts_of(enrolment_id: int, node_key: str) -> list[tuple[Attempt, AttemptResult | None]]:
    """Return the attempts of an enrolment at a quiz, first one first, each with its result."""
    statement = (
        select(Attempt, AttemptResult)
        .outerjoin(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .where(Attempt.enrolment_id == enrolment_id, Attempt.node_key == node_key)
        .order_by(Attempt.number)
    )
    return [(attempt, outcome) for attempt, outcome in db.session.execute(statement)]


@dataclass(frozen=True)
class Opened:
    """An attempt with all around it."""

    attempt: Attempt
    result: AttemptResult | None
    enrolment: Enrolment
    place: Place


def _attempts(visible: ColumnElement[bool], *, lock: bool) -> Select[*tuple[Any, ...]]:
    statement = (
        select(Attempt, Enrolment, Programme)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Programme, Programme.id == Enrolment.programme_id)
        .where(Attempt.ref == bindparam("attempt"), visible)
    )
    return statement.with_for_update(of=Attempt) if lock else statement


@cache
def _own_attempt(*, lock: bool) -> Select[*tuple[Any, ...]]:
    return _attempts(Enrolment.person_id == bindparam("viewer"), lock=lock)


def attempt_for(viewer: Viewer, ref: str, *, lock: bool = False) -> Opened:
    """Return an attempt that this viewer may see; `lock` takes it for the transaction. Raises NotFound."""
    # Most viewers hold no role; their statement is built once.
    if viewer.signed_in and not viewer.grants:
        statement = _own_attempt(lock=lock)
    else:
        statement = _attempts(policies.visible_enrolments(viewer), lock=lock)
    row = db.session.execute(statement, {"attempt": ref, "viewer": viewer.person_id}).first()
    if row is None:
        raise NotFound(_("There is no such attempt, or it is not yours. Start the quiz from the course page."))
    attempt, enrolment, programme = row
    # Asked after the lock was taken: another tab may have handed in meanwhile.
    outcome = db.session.get(AttemptResult, attempt.id)
    return Opened(attempt, outcome, enrolment, place_in(programme, attempt.edition_id, attempt.node_key))


@cache
def _steps_statement() -> Select[*tuple[Any, ...]]:
    newest = (
        select(AttemptStep.attempt_id, func.max(AttemptStep.sequence))
        .where(AttemptStep.attempt_id == bindparam("attempt"))
        .group_by(AttemptStep.attempt_id, AttemptStep.slot)
    )
    return select(AttemptStep.slot, AttemptStep.sequence, AttemptStep.answer, AttemptStep.at).where(
        tuple_(AttemptStep.attempt_id, AttemptStep.sequence).in_(newest)
    )


def steps_of(attempt_id: int) -> dict[int, Step]:
    """Return the newest answer to each slot."""
    rows = db.session.execute(_steps_statement(), {"attempt": attempt_id})
    return {slot: Step(sequence, answer, at) for slot, sequence, answer, at in rows}


def marks_of(attempt_id: int) -> dict[int, Mark]:
    """Return the mark of each slot that counts: the newest."""
    rows = db.session.scalars(select(Mark).where(Mark.attempt_id == attempt_id).order_by(Mark.id))
    return {mark.slot: mark for mark in rows}


def attempts_left(place: Place, enrolment_id: int, used: int) -> int | None:
    """Return how many attempts are left, with those that trainers have allowed; None when there is no limit."""
    if place.quiz.attempts == 0:
        return None
    return rules.attempts_left(place.quiz.attempts + extra_attempts(enrolment_id, place.activity.key), used)


@dataclass(frozen=True)
class UsedUp:
    """Somebody whose attempts at a quiz are used up, with the last of them."""

    name: str
    city: str | None
    programme: str
    best: float
    last: Attempt
    handed_in_at: datetime
    module: Module
    activity: Activity


def used_up_page(viewer: Viewer, number: int) -> Page[UsedUp]:
    """Return those who wait for the viewer to allow another attempt, by name: 25 people a page.

    Somebody who waits at two quizzes has two rows. The number of statements is the same for any number of people.
    """
    state, waiting = EnrolmentState, aliased(Enrolment)
    # Asked of each of the few who wait; as a join, SQLite would begin with all people of the viewer's programmes.
    allowable = select(Enrolment.id).where(Enrolment.id == state.enrolment_id, policies.allowable_enrolments(viewer))
    statement = (
        select(waiting.id, Person.name, City.name, Programme.title, state.nodes)
        .select_from(state)
        .join(waiting, waiting.id == state.enrolment_id)
        .join(Person, Person.id == waiting.person_id)
        .join(Programme, Programme.id == waiting.programme_id)
        .outerjoin(Team, Team.id == state.team_id)
        .outerjoin(City, City.id == Team.city_id)
        .where(state.used_up > literal_column("0"), allowable.correlate(state).exists())  # 0 as the index says it
        .order_by(Person.sort_key, waiting.id)
    )
    page: Page[Any] = page_of(statement, number, make=tuple)
    lasts = _last_attempts([row[0] for row in page.items])
    rows = []
    for enrolment_id, name, city, title, nodes in page.items:
        for key in (key for key, node in nodes.items() if node["state"] == USED_UP and (enrolment_id, key) in lasts):
            attempt, outcome = lasts[enrolment_id, key]
            module, activity = manifest_of(attempt.edition_id).by_key[key]
            best = nodes[key]["value"]
            rows.append(UsedUp(name, city, title, best, attempt, outcome.submitted_at, module, activity))
    return replace(page, items=rows)


def _last_attempts(enrolment_ids: list[int]) -> dict[tuple[int, str], tuple[Attempt, AttemptResult]]:
    """Return the last attempt that was handed in of enrolments, by enrolment and quiz."""
    statement = (
        select(Attempt, AttemptResult)
        .join(AttemptResult, AttemptResult.attempt_id == Attempt.id)
        .where(Attempt.enrolment_id.in_(enrolment_ids))
        .order_by(Attempt.number)
    )
    found = {}
    for attempt, outcome in db.session.execute(statement):
        found[attempt.enrolment_id, attempt.node_key] = (attempt, outcome)
    return found
