"""Last outcomes at the same instant: two connections, one completion, counters that agree with the facts."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from certificates.issuing.models import Award
from courses.programmes import places, services
from courses.programmes.models import Programme, Team
from courses.progress.models import Completion, Outcome
from courses.progress.rebuild import rebuild
from courses.progress.services import record_outcome
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from tests.courses.progress.tables import people_in, per_node
from tests.factories.courses import NODE_KEYS
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


def at_once(app: Flask, *actions: Callable[[], object]) -> list[object]:
    """Do several things at the same instant, each on a connection of its own; return what they returned."""
    barrier = threading.Barrier(len(actions))
    results: list[object] = []

    def run(action: Callable[[], object]) -> None:
        with app.test_request_context():
            barrier.wait()
            with transaction():
                results.append(action())

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def outcome(key: str, *, enrolment_id: int | None = None, team_id: int | None = None) -> bool:
    kind = "accepted" if key.endswith("handin") else "passed" if key.endswith("quiz") else "read"
    name = f"{key}:{enrolment_id}:{team_id}"
    return record_outcome(
        actor=SYSTEM, enrolment_id=enrolment_id, team_id=team_id, node_key=key, kind=kind, edition_id=1, key=name
    )


def test_the_last_two_outcomes_complete_the_programme_once(app: Flask) -> None:
    with app.test_request_context():
        with transaction():
            programme_id = (programme := make_programme()).id
            first, second = (enrol(make_person(name).id, programme).id for name in ("Marja Lehto", "Paolo Ferri"))
            team_id = db.session.scalars(select(Team.id)).one()
            for key in NODE_KEYS[:-1]:
                if key.endswith("handin"):
                    outcome(key, team_id=team_id)
                else:
                    outcome(key, enrolment_id=first)
                    if key != "m2-quiz":
                        outcome(key, enrolment_id=second)
        results = at_once(
            app,
            lambda: outcome("m2-handin", team_id=team_id),
            lambda: outcome("m2-quiz", enrolment_id=second),
        )
        assert results == [True, True]
        with transaction(writes=False):
            assert db.session.scalar(select(func.count()).select_from(Completion)) == 2
            assert people_in(programme_id) == (2, 2, 2)
            assert per_node(programme_id)["m2-quiz"] == 2
        assert rebuild(True) == []


def test_the_same_fact_reported_twice_at_once_is_one_row(app: Flask) -> None:
    with app.test_request_context():
        with transaction():
            enrolment_id = enrol(make_person().id, make_programme()).id
        results = at_once(app, *[lambda: outcome("m1-quiz", enrolment_id=enrolment_id)] * 3)
        assert sorted(map(bool, results)) == [False, False, True]
        with transaction(writes=False):
            assert db.session.scalar(select(func.count()).select_from(Outcome)) == 1
        assert rebuild(True) == []


def test_somebody_joins_a_team_while_another_finishes_with_a_certificate(app: Flask) -> None:
    """One holds the programme and wants the team, the other holds the team and names the programme on an award."""
    with app.test_request_context():
        with transaction():
            programme = make_programme()
            programme_id = programme.id
            enrolment_id = enrol(make_person().id, programme).id
            city_id = db.session.scalars(select(Team.city_id)).one()
            newcomer_id = make_person("Paolo Ferri").id
            for key in NODE_KEYS[:-2]:
                owner = {"team_id": 1} if key.endswith("handin") else {"enrolment_id": enrolment_id}
                outcome(key, **owner)
            outcome("m2-handin", team_id=1)
        both_began = threading.Barrier(2)

        def meet() -> None:
            with suppress(threading.BrokenBarrierError):  # on SQLite writers take turns, and the other waits outside
                both_began.wait(1)

        def join() -> int:
            here = services.lock(db.session.get_one(Programme, programme_id))
            meet()
            return places.enrol_locked(SYSTEM, here, person_id=newcomer_id, city_id=city_id).id

        def finish() -> bool:
            record_outcome(
                actor=SYSTEM, enrolment_id=enrolment_id, node_key="m1-quiz", kind="failed", edition_id=1, key="again"
            )
            meet()
            return outcome("m2-quiz", enrolment_id=enrolment_id)

        assert len(at_once(app, join, finish)) == 2
        with transaction(writes=False):
            assert people_in(programme_id) == (2, 2, 1)
            assert db.session.scalar(select(func.count()).select_from(Award)) == 1
        assert rebuild(True) == []


def test_rebuilding_while_people_go_on_mends_without_breaking(app: Flask) -> None:
    with app.test_request_context():
        with transaction():
            programme = make_programme()
            ids = [enrol(make_person(f"Person {number}").id, programme, f"City {number % 3}").id for number in range(9)]
        begun, stop = threading.Barrier(2), threading.Event()

        def go_on() -> None:
            with app.test_request_context():
                begun.wait()
                for key in NODE_KEYS:
                    for enrolment_id in ids:
                        with transaction():
                            outcome(key, enrolment_id=enrolment_id)
                stop.set()

        others = threading.Thread(target=go_on)
        others.start()
        begun.wait()
        while not stop.is_set():
            rebuild(False)
        others.join()
        assert rebuild(True) == []
