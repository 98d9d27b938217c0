"""Two at once, on two connections of PostgreSQL: one place is given once, one request is answered once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from courses.programmes.asking import approve_request, ask_for_place, decline_request
from courses.programmes.models import Enrolment, JoinRequest, Programme, Team, Workshop
from courses.programmes.places import enrol
from courses.programmes.queries import places
from courses.programmes.rules import WorkshopDetails
from courses.programmes.workshops import StaleAttendance, make_workshop, record_attendance
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from lms.testing.apps import make_host
from tests.factories.hubs import make_city
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol as enrol_there, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from lms.kernel.clock import Clock

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path, postgres_uri: str) -> Iterator[Flask]:
    app = make_host(tmp_path, postgres_uri)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def made(server: Flask, make: Callable[[], Any]) -> Any:
    with server.app_context(), transaction():
        return make()


def at_once(server: Flask, *actions: Callable[[], object]) -> list[str]:
    """Run actions in a thread and a transaction each, all past their BEGIN before the first of them goes on."""
    barrier = threading.Barrier(len(actions))
    results: list[str] = []

    def run(action: Callable[[], object]) -> None:
        with server.app_context():
            try:
                with transaction():
                    db.session.scalar(select(1))
                    barrier.wait(20)
                    action()
                results.append("done")
            except Conflict as error:
                results.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(results)


def count(server: Flask, model: type[Enrolment | JoinRequest | Team]) -> int:
    return int(made(server, lambda: db.session.scalar(select(func.count(model.id)))))


def test_the_last_place_is_given_once(server: Flask) -> None:
    def prepare() -> tuple[int, list[int], list[int]]:
        programme = make_programme(seats=1)
        people = [make_person(name).id for name in ("One", "Two")]
        return programme.id, people, [make_city(name).id for name in ("Turku", "Lahti")]

    programme_id, people, cities = made(server, prepare)

    def take(number: int) -> Callable[[], object]:
        return lambda: enrol(
            actor=SYSTEM,
            programme=db.session.get_one(Programme, programme_id),
            person_id=people[number],
            city_id=cities[number],
        )

    assert at_once(server, take(0), take(1)) == ["Conflict", "done"]
    assert made(server, lambda: places(db.session.get_one(Programme, programme_id)).taken) == 1
    assert count(server, Enrolment) == 1


def test_two_clicks_on_asking_make_one_request(server: Flask) -> None:
    def prepare() -> tuple[int, int]:
        return make_programme().id, make_person().id

    programme_id, person_id = made(server, prepare)

    def ask() -> object:
        programme = db.session.get_one(Programme, programme_id)
        return ask_for_place(actor=viewer_for(person_id), programme=programme, city_name="Turku")

    assert at_once(server, ask, ask) == ["done", "done"]
    assert count(server, JoinRequest) == 1


def request_in(server: Flask) -> int:
    def prepare() -> int:
        programme, person = make_programme(), make_person()
        return ask_for_place(actor=viewer_for(person.id), programme=programme).id

    return int(made(server, prepare))


def test_two_managers_who_approve_are_one_answer(server: Flask) -> None:
    request_id = request_in(server)

    def approve() -> object:
        return approve_request(actor=SYSTEM, request=db.session.get_one(JoinRequest, request_id), city_id=None)

    assert at_once(server, approve, approve) == ["done", "done"]
    assert (count(server, Enrolment), count(server, Team)) == (1, 1)


def test_of_yes_and_no_at_once_one_counts(server: Flask) -> None:
    request_id = request_in(server)

    def approve() -> object:
        return approve_request(actor=SYSTEM, request=db.session.get_one(JoinRequest, request_id), city_id=None)

    def decline() -> None:
        decline_request(actor=SYSTEM, request=db.session.get_one(JoinRequest, request_id), reason="No place.")

    assert at_once(server, approve, decline) == ["Conflict", "done"]
    answer = made(server, lambda: db.session.get_one(JoinRequest, request_id).answer)
    assert count(server, Enrolment) == (1 if answer == "approved" else 0)


def test_two_people_of_a_new_city_make_one_team(server: Flask) -> None:
    def prepare() -> tuple[int, int, list[int]]:
        return make_programme(seats=1).id, make_city().id, [make_person(name).id for name in ("One", "Two")]

    programme_id, city_id, people = made(server, prepare)

    def take(person_id: int) -> Callable[[], object]:
        return lambda: enrol(
            actor=SYSTEM,
            programme=db.session.get_one(Programme, programme_id),
            person_id=person_id,
            city_id=city_id,
        )

    assert at_once(server, *(take(person_id) for person_id in people)) == ["done", "done"]
    assert (count(server, Enrolment), count(server, Team)) == (2, 1)


def test_two_trainers_who_record_different_minutes(server: Flask, clock: Clock) -> None:
    def prepare() -> tuple[int, int]:
        programme, person = make_programme(), make_person()
        enrol_there(person.id, programme)
        details = WorkshopDetails("Workshop", now(), now().replace(year=2099), "Hall")
        return make_workshop(actor=SYSTEM, programme=programme, details=details).id, person.id

    workshop_id, person_id = made(server, prepare)

    def record(minutes: int) -> Callable[[], object]:
        return lambda: record_attendance(
            actor=SYSTEM,
            workshop=db.session.get_one(Workshop, workshop_id),
            minutes={person_id: minutes},
            seen=0,
        )

    assert at_once(server, record(60), record(30)) == [StaleAttendance.__name__, "done"]
