"""States and counters kept step by step equal those made anew from the facts, after any history."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

import pytest
from sqlalchemy import select, update

from courses.catalogue.models import Course
from courses.programmes import places
from courses.programmes.models import Enrolment, Programme, Team, Workshop
from courses.programmes.queries import edition_id_of
from courses.programmes.rules import Terms, WorkshopDetails
from courses.programmes.services import set_terms, take_edition
from courses.programmes.workshop_queries import attendance_totals
from courses.programmes.workshops import make_workshop, record_attendance
from courses.progress.models import Completion, EnrolmentState, NodeTally, Tally
from courses.progress.rebuild import rebuild
from courses.progress.services import record_outcome
from lms.accounts.services import erase_person, update_person
from lms.hubs.models import City
from lms.hubs.rules import CityDetails
from lms.hubs.services import change_city
from lms.kernel.clock import clock, now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from tests.courses.progress import tables
from tests.factories.courses import NODE_KEYS, make_edition
from tests.factories.hubs import make_city
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


class Owner(TypedDict, total=False):
    """Whose outcome it is."""

    team_id: int
    enrolment_id: int


CITIES = ("Turku", "Lahti", None)


class History:
    """One programme in which anything may happen that the rooms below can do, one thing at a time."""

    def __init__(self, seed: int, programme_id: int) -> None:
        """Begin with a programme that has people."""
        self.chance = random.Random(seed)
        self.programme_id = programme_id
        self.step = 0

    def happen(self) -> None:
        """Let one thing happen."""
        happenings: dict[Callable[[], object], int] = {
            self.own_outcome: 50, self.team_outcome: 24, self.move: 8, self.leave_or_return: 8, self.newcomer: 3,
            self.attend: 8, self.other_hours: 2, self.newer_edition: 1, self.other_name: 3, self.city_renamed: 2,
            self.erase: 3, self.city_comes_and_goes: 2, self.use_up: 6,
        }  # fmt: skip
        self.step += 1
        with transaction():
            self.programme = db.session.get_one(Programme, self.programme_id)
            self.enrolments = list(db.session.scalars(select(Enrolment).order_by(Enrolment.id)))
            self.someone = self.chance.choice(self.enrolments)
            self.team = self.chance.choice(list(db.session.scalars(select(Team).order_by(Team.id))))
            self.key = self.chance.choice(NODE_KEYS)
            self.chance.choices(list(happenings), list(happenings.values()))[0]()

    def own_outcome(self) -> None:
        """Somebody does something at a node, which the edition may have no more; now and then it is reported twice."""
        kind = self.chance.choice(["viewed", "read", "failed", "passed"])
        value = self.chance.random() if kind in {"failed", "passed"} else None
        record_outcome(
            actor=SYSTEM, enrolment_id=self.someone.id, node_key=self.key, kind=kind, value=value,
            edition_id=edition_id_of(self.programme_id), key=f"step:{self.chance.randrange(self.step)}",
        )  # fmt: skip

    def use_up(self) -> None:
        """Somebody fails a quiz as often as they may; for some a trainer allows another attempt."""
        for number, kind in enumerate(["failed", "failed", "failed", self.chance.choice(["again", "failed"])]):
            record_outcome(
                actor=SYSTEM, enrolment_id=self.someone.id, node_key="m1-quiz", kind=kind, value=0.1,
                edition_id=edition_id_of(self.programme_id), key=f"use up:{self.step}:{number}",
            )  # fmt: skip

    def team_outcome(self) -> None:
        """A team hands in, or its work is answered."""
        kind = self.chance.choice(["handed_in", "revise", "accepted"])
        record_outcome(
            actor=SYSTEM, team_id=self.team.id, node_key=self.key, kind=kind,
            edition_id=edition_id_of(self.programme_id), key=f"team:{self.step}",
        )  # fmt: skip

    def move(self) -> None:
        """Somebody goes to another team."""
        if self.someone.left_at is None:
            places.move_to_team(actor=SYSTEM, enrolment=self.someone, city_id=self.team.city_id)

    def leave_or_return(self) -> None:
        """Somebody leaves, or comes back, perhaps with another city."""
        if self.someone.left_at is None:
            places.leave(actor=SYSTEM, enrolment=self.someone)
        else:
            self._enrol(self.someone.person_id)

    def newcomer(self) -> None:
        """Somebody joins after others have done their work."""
        self._enrol(make_person(f"Newcomer {self.step}").id)

    def _enrol(self, person_id: int) -> None:
        places.enrol(actor=SYSTEM, programme=self.programme, person_id=person_id, city_id=self.team.city_id)

    def attend(self) -> None:
        """Attendance is recorded, or corrected."""
        workshop = db.session.scalars(select(Workshop)).one()
        seen = attendance_totals(workshop).last_id
        minutes = {self.someone.person_id: self.chance.choice([0, 60, 120])}
        record_attendance(actor=SYSTEM, workshop=workshop, minutes=minutes, seen=seen)

    def other_hours(self) -> None:
        """Completing takes other hours from now on."""
        set_terms(actor=SYSTEM, programme=self.programme, terms=Terms(self.chance.choice([0, 60, 120])))

    def newer_edition(self) -> None:
        """The programme takes a new edition, in which a module is missing or back again."""
        course = db.session.get_one(Course, self.programme.course_id)
        modules = self.chance.choice([("m1",), ("m1", "m2")])
        edition = make_edition(course, major=self.step + 1, modules=modules)
        take_edition(actor=SYSTEM, programme=self.programme, edition_id=edition.id)

    def other_name(self) -> None:
        """Somebody changes their name, and with it their place in lists."""
        update_person(person_id=self.someone.person_id, name=f"{self.chance.choice('ABCÅÄÖ')} {self.step}")

    def city_renamed(self) -> None:
        """The office corrects the name of a city."""
        if self.team.city_id is not None:
            city = db.session.get_one(City, self.team.city_id)
            details = CityDetails(f"City {self.step}", city.country, city.kind, city.code, city.population)
            change_city(actor=SYSTEM, city=city, details=details)

    def erase(self) -> None:
        """Somebody erases their account; what they did stays."""
        erase_person(actor=SYSTEM, person_id=self.someone.person_id)

    def city_comes_and_goes(self) -> None:
        """A city takes part, and is taken out again before anybody joined."""
        team = places.add_city(actor=SYSTEM, programme=self.programme, city=make_city(f"Passing {self.step}"))
        places.remove_city(actor=SYSTEM, programme=self.programme, team=team)


def _history(seed: int) -> int:
    with transaction():
        programme = make_programme(cities=["Turku", "Lahti"], seats=100)
        for number in range(6):
            enrol(make_person(f"Person {number}").id, programme, CITIES[number % 3])
        start = now() - timedelta(days=1)
        details = WorkshopDetails("Review", start, start + timedelta(hours=2), place="Town hall")
        make_workshop(actor=SYSTEM, programme=programme, details=details)
        history = History(seed, programme.id)
    for _step in range(40):
        with clock.at(now()):
            history.happen()
    return history.programme_id


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_need_no_mending(app: Flask, seed: int) -> None:
    with app.test_request_context():
        programme_id = _history(seed)
        assert rebuild(True) == []
        with transaction(writes=False):
            total, started, _done = tables.people_in(programme_id)
            states = list(db.session.scalars(select(EnrolmentState)))
            assert total == len(states)
            assert started == sum(bool(state.nodes) for state in states)


def test_rebuild_finds_and_mends_what_is_wrong(app: Flask) -> None:
    with app.test_request_context():
        programme_id = _history(7)
        with transaction(writes=False):
            modules, nodes = tables.per_module(programme_id), tables.per_node(programme_id)
            assert modules
            assert nodes
        with transaction():
            db.session.execute(update(Tally).values(done=Tally.done + 5))
            db.session.execute(update(NodeTally).values(done=99))
            db.session.execute(update(EnrolmentState).values(done=0, nodes={}, modules={}))
        assert rebuild(True)
        assert rebuild(False)
        assert rebuild(True) == []
        with transaction(writes=False):
            assert (tables.per_module(programme_id), tables.per_node(programme_id)) == (modules, nodes)


def test_completing_is_a_fact_that_stays(app: Flask) -> None:
    with app.test_request_context():
        with transaction():
            programme: Programme = make_programme()
            enrolment = enrol(make_person().id, programme)
            team_id = db.session.scalars(select(Team.id)).one()
            for key in NODE_KEYS:
                if key.endswith("handin"):
                    kind, owner = "accepted", Owner(team_id=team_id)
                else:
                    kind, owner = ("passed" if key.endswith("quiz") else "read"), Owner(enrolment_id=enrolment.id)
                record_outcome(actor=SYSTEM, node_key=key, kind=kind, edition_id=1, key=f"done:{key}", **owner)
            enrolment_id, programme_id = enrolment.id, programme.id
        with transaction(writes=False):
            done = db.session.scalars(select(Completion)).one()
            assert done.enrolment_id == enrolment_id
            assert tables.people_in(programme_id) == (1, 1, 1)
        assert rebuild(True) == []


def test_the_same_fact_twice_is_one_row_and_an_unknown_kind_is_none(app: Flask) -> None:
    with app.test_request_context(), transaction():
        enrolment = enrol(make_person().id, make_programme())
        again = {"actor": SYSTEM, "enrolment_id": enrolment.id, "node_key": "m1-lesson-1", "kind": "read"}
        assert record_outcome(**again, edition_id=1, key="read:1")  # type: ignore[arg-type]  # a mapping of all kinds
        assert not record_outcome(**again, edition_id=1, key="read:1")  # type: ignore[arg-type]  # a mapping of all kinds
        with pytest.raises(ValueError, match="'submitted' is no kind of outcome; known are viewed, read"):
            record_outcome(**{**again, "kind": "submitted"}, edition_id=1, key="x:1")  # type: ignore[arg-type]  # the same


def test_work_at_a_node_that_the_edition_has_no_more_is_kept_and_counts_for_nothing(app: Flask) -> None:
    with app.test_request_context():
        with transaction():
            programme = make_programme()
            enrolment_id = enrol(make_person().id, programme).id
            course = db.session.get_one(Course, programme.course_id)
            take_edition(actor=SYSTEM, programme=programme, edition_id=make_edition(course, major=2, modules=["m1"]).id)
        with transaction():  # an attempt that was open keeps its edition
            assert record_outcome(
                actor=SYSTEM,
                enrolment_id=enrolment_id,
                node_key="m2-quiz",
                kind="passed",
                edition_id=1,
                key="attempt:1",
            )
        with transaction(writes=False):
            state = db.session.get_one(EnrolmentState, enrolment_id)
            assert (state.nodes, state.last_activity_at) == ({}, None)
        assert rebuild(True) == []


def test_erasing_somebody_takes_their_name_out_of_the_order_of_lists(app: Flask) -> None:
    with app.test_request_context():
        with transaction():
            person_id = (person := make_person("Zora Unforgotten")).id
            enrol(person.id, make_programme())
        with transaction():
            erase_person(actor=SYSTEM, person_id=person_id)
        with transaction(writes=False):
            assert db.session.scalars(select(EnrolmentState.sort_key)).one() == ""
        assert rebuild(True) == []
