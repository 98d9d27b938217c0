"""Answers are kept once and never overwritten; a hand-in happens once."""

from __future__ import annotations

import json
import threading
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from assessments.quizzes import queries, services
from assessments.quizzes.models import Attempt, AttemptResult, AttemptStep, Mark
from courses.catalogue.models import Content, Edition
from courses.catalogue.rules import canonical, content_hash
from courses.programmes.models import Enrolment, Programme
from courses.progress.models import EnrolmentState, Outcome
from lms.accounts.services import erase_person
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden, NotFound
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from tests.factories.courses import make_course
from tests.factories.hubs import make_hub
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from lms.kernel.permissions import Viewer

RIGHT: dict[int, Any] = {1: "coordinator", 2: "5"}


@pytest.fixture
def started(app: Flask) -> Iterator[tuple[Viewer, str]]:
    """A participant with an open attempt; returns the viewer and the attempt's public id."""
    with app.test_request_context():
        with transaction():
            enrolment = enrol(make_person().id, make_programme())
            viewer = viewer_for(enrolment.person_id)
            ref = _start(viewer, enrolment.id)
        yield viewer, ref


def _start(viewer: Viewer, enrolment_id: int) -> str:
    enrolment = db.session.get_one(Enrolment, enrolment_id)
    programme_ref = db.session.scalars(select(Programme.ref)).first()
    place, _mine = queries.quiz_for(viewer, str(programme_ref), "m1-quiz")
    return services.start_attempt(actor=viewer, enrolment=enrolment, place=place).ref


def save(viewer: Viewer, ref: str, answers: dict[int, Any], seen: dict[int, int] | None = None) -> services.Saved:
    """Save in a transaction of its own, as the page does."""
    with transaction():
        opened = queries.attempt_for(viewer, ref, lock=True)
        return services.save_answers(actor=viewer, opened=opened, answers=answers, seen=seen or {})


def submit(viewer: Viewer, ref: str) -> tuple[float, bool]:
    with transaction():
        outcome = services.submit_attempt(actor=viewer, opened=queries.attempt_for(viewer, ref, lock=True))
        return outcome.fraction, outcome.passed


def count(model: Any) -> int:
    with transaction(writes=False):
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_each_changed_answer_is_one_new_row(started: tuple[Viewer, str]) -> None:
    viewer, ref = started
    first = save(viewer, ref, {1: "mayor"})
    save(viewer, ref, {1: "coordinator"}, seen={1: first.steps[1].sequence})
    assert count(AttemptStep) == 2
    with transaction(writes=False):
        attempt = db.session.scalars(select(Attempt)).one()
        assert queries.steps_of(attempt.id)[1].answer == "coordinator"


def test_the_same_answer_again_adds_nothing(started: tuple[Viewer, str]) -> None:
    viewer, ref = started
    for _click in range(3):
        saved = save(viewer, ref, RIGHT)
        assert not saved.stale
    assert count(AttemptStep) == 2


def test_a_stale_tab_overwrites_nothing_and_is_told(started: tuple[Viewer, str]) -> None:
    viewer, ref = started
    save(viewer, ref, {1: "coordinator"})
    saved = save(viewer, ref, {1: "mayor", 2: "5"}, seen={1: 0})
    assert saved.stale[1].answer == "coordinator"
    assert saved.steps[2].answer == "5"
    assert count(AttemptStep) == 2


def test_two_starts_make_one_attempt(started: tuple[Viewer, str]) -> None:
    viewer, ref = started
    with transaction():
        enrolment_id = db.session.scalars(select(Enrolment.id)).one()
        assert _start(viewer, enrolment_id) == ref
    assert count(Attempt) == 1


def test_handing_in_twice_gives_one_result_and_one_outcome(started: tuple[Viewer, str]) -> None:
    viewer, ref = started
    save(viewer, ref, RIGHT)
    assert submit(viewer, ref) == (1.0, True)
    assert submit(viewer, ref) == (1.0, True)
    assert (count(AttemptResult), count(Mark), count(Outcome)) == (1, 2, 1)
    with transaction(writes=False):
        state = db.session.scalars(select(EnrolmentState)).one()
        assert state.nodes["m1-quiz"] == {"state": "passed", "value": 1.0}


def test_nothing_can_be_saved_after_handing_in(started: tuple[Viewer, str]) -> None:
    viewer, ref = started
    submit(viewer, ref)
    with pytest.raises(Conflict):
        save(viewer, ref, RIGHT)
    assert count(AttemptStep) == 0


def test_open_questions_count_as_wrong(started: tuple[Viewer, str]) -> None:
    viewer, ref = started
    save(viewer, ref, {1: "coordinator"})
    assert submit(viewer, ref) == (0.5, False)


def test_attempts_run_out(started: tuple[Viewer, str]) -> None:
    viewer, ref = started
    with transaction(writes=False):
        enrolment_id = db.session.scalars(select(Enrolment.id)).one()
    for _attempt in range(2):
        submit(viewer, ref)
        with transaction():
            ref = _start(viewer, enrolment_id)
    submit(viewer, ref)
    with pytest.raises(Conflict), transaction():
        _start(viewer, enrolment_id)
    assert count(Attempt) == 3


def test_only_the_person_answers_and_only_their_trainers_look(started: tuple[Viewer, str]) -> None:
    _viewer, ref = started
    with transaction():
        hub_id = db.session.scalars(select(Enrolment.hub_id)).one()
        other_hub = make_hub("Elsewhere", "XX")
        trainer = viewer_for(make_person("Claudia Weiss", ("trainer", "hub", hub_id)).id)
        manager = viewer_for(make_person("Outi Salmi", ("hub-manager", "hub", hub_id)).id)
        stranger = viewer_for(make_person("Radu Ionescu", ("trainer", "hub", other_hub.id)).id)
    with transaction(writes=False):
        assert queries.attempt_for(trainer, ref).attempt.ref == ref
    for nobody in (manager, stranger):
        with pytest.raises(NotFound), transaction(writes=False):
            queries.attempt_for(nobody, ref)
    with pytest.raises(Forbidden):
        save(trainer, ref, RIGHT)
    with transaction(writes=False):  # the questions alone are open to all staff of the programme
        programme, key = (
            db.session.scalars(select(Programme.ref)).one(),
            db.session.scalars(select(Attempt.node_key)).one(),
        )
        assert [queries.quiz_for(staff, programme, key)[1] for staff in (trainer, manager)] == [None, None]
    with pytest.raises(NotFound), transaction(writes=False):
        queries.quiz_for(stranger, programme, key)


def test_two_hand_ins_at_the_same_instant_give_one_result(app: Flask, started: tuple[Viewer, str]) -> None:
    viewer, ref = started
    save(viewer, ref, RIGHT)
    barrier = threading.Barrier(2)
    results: list[tuple[float, bool]] = []

    def click() -> None:
        with app.test_request_context():
            barrier.wait()
            results.append(submit(viewer, ref))

    clicks = [threading.Thread(target=click) for _click in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert results == [(1.0, True), (1.0, True)]
    assert (count(AttemptResult), count(Outcome)) == (1, 1)


def test_answers_in_ones_own_words_go_with_the_person(app: Flask) -> None:
    """What was chosen stays, and what every answer was worth: those are part of the hub's figures."""
    words = {
        "key": "m1-q-why", "type": "short-text", "lesson": "m1-lesson-1", "version": 1,
        "spec": {"accept": ["evaluation"], "close": True},
    }  # fmt: skip
    with app.test_request_context():
        with transaction():
            edition = db.session.scalars(select(Edition).where(Edition.course_id == make_course().id)).one()
            manifest = deepcopy(edition.manifest)
            quiz = next(item for item in manifest["modules"][0]["activities"] if item["key"] == "m1-quiz")
            body = json.loads(db.session.get_one(Content, quiz["content"]).body)
            body["settings"]["questions"].append(words)
            body["texts"]["en"]["questions"]["m1-q-why"] = {
                "prompt": "Which activity asks why?",
                "rationale": "It does.",
            }
            quiz["content"] = content_hash(body)
            db.session.add(Content(hash=quiz["content"], body=canonical(body)))
            edition.manifest = manifest
            enrolment = enrol(make_person().id, make_programme())
            viewer = viewer_for(enrolment.person_id)
            ref = _start(viewer, enrolment.id)
        save(viewer, ref, {1: "mayor", 3: "Marja Lehto of Turku says: evaluation"})
        assert submit(viewer, ref) == (0.0, False)
        with transaction():
            erase_person(actor=SYSTEM, person_id=viewer.person_id)
        with transaction(writes=False):
            steps = queries.steps_of(db.session.scalars(select(Attempt.id)).one())
            assert {slot: step.answer for slot, step in steps.items()} == {1: "mayor", 3: None}
        assert count(Mark) == 3
