"""States and counters kept step by step equal those made anew from the facts, after any history."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypedDict

import pytest
from sqlalchemy import select, update

from courses.programmes.models import Enrolment, Programme, Team, TeamMember
from courses.progress.models import Completion, EnrolmentState, NodeTally, Tally
from courses.progress.queries import done_per_node, people_in, tallies_of
from courses.progress.rebuild import rebuild
from courses.progress.services import record_outcome, refresh
from lms.kernel.clock import clock, now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from tests.factories.courses import NODE_KEYS
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from flask import Flask


class Owner(TypedDict, total=False):
    """Whose outcome it is."""

    team_id: int
    enrolment_id: int


CITIES = ("Turku", "Lahti", None)


def _happen(chance: random.Random, programme_id: int, step: int) -> None:
    """Let one thing happen: an outcome of a person or a team, a move to another team, leaving or coming back."""
    with transaction():
        enrolments = list(db.session.scalars(select(Enrolment).order_by(Enrolment.id)))
        teams = list(db.session.scalars(select(Team).order_by(Team.id)))
        someone, team, key = chance.choice(enrolments), chance.choice(teams), chance.choice(NODE_KEYS)
        what = chance.random()
        edition_id = 1
        if what < 0.55:
            kind = chance.choice(["viewed", "read", "failed", "passed"])
            value = chance.random() if kind in {"failed", "passed"} else None
            record_outcome(
                actor=SYSTEM, enrolment_id=someone.id, node_key=key, kind=kind, value=value,
                edition_id=edition_id, key=f"step:{chance.randrange(step + 1)}",
            )  # fmt: skip
        elif what < 0.8:
            kind = chance.choice(["handed_in", "revise", "accepted"])
            record_outcome(
                actor=SYSTEM, team_id=team.id, node_key=key, kind=kind, edition_id=edition_id, key=f"team:{step}"
            )
        elif what < 0.9:
            member = update(TeamMember).where(TeamMember.person_id == someone.person_id, TeamMember.until_at.is_(None))
            db.session.execute(member.values(until_at=now()))
            db.session.add(
                TeamMember(team_id=team.id, programme_id=programme_id, person_id=someone.person_id, from_at=now())
            )
            db.session.flush()
            refresh([someone.id])
        else:
            someone.left_at = None if someone.left_at else now()
            db.session.flush()
            refresh([someone.id])


def _history(seed: int) -> int:
    chance = random.Random(seed)
    with transaction():
        programme = make_programme(cities=["Turku", "Lahti"])
        for number in range(6):
            enrol(make_person(f"Person {number}").id, programme, CITIES[number % 3])
        programme_id = programme.id
    for step in range(60):
        with clock.at(now()):
            _happen(chance, programme_id, step)
    return programme_id


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_need_no_mending(app: Flask, seed: int) -> None:
    with app.test_request_context():
        programme_id = _history(seed)
        assert rebuild(True) == []
        with transaction(writes=False):
            total, started, _done = people_in(programme_id)
            states = list(db.session.scalars(select(EnrolmentState)))
            assert total == len(states)
            assert started == sum(bool(state.nodes) for state in states)


def test_rebuild_finds_and_mends_what_is_wrong(app: Flask) -> None:
    with app.test_request_context():
        programme_id = _history(7)
        with transaction(writes=False):
            before = [(row.team_id, row.module_key, row.done, row.total) for row in tallies_of([programme_id])]
            nodes = done_per_node(programme_id)
        with transaction():
            db.session.execute(update(Tally).values(done=Tally.done + 5))
            db.session.execute(update(NodeTally).values(done=99))
            db.session.execute(update(EnrolmentState).values(done=0, nodes={}, modules={}))
        assert rebuild(True)
        assert rebuild(False)
        assert rebuild(True) == []
        with transaction(writes=False):
            after = [(row.team_id, row.module_key, row.done, row.total) for row in tallies_of([programme_id])]
            assert [row for row in after if row[2] or row[3]] == [row for row in before if row[2] or row[3]]
            assert {key: count for key, count in done_per_node(programme_id).items() if count} == {
                key: count for key, count in nodes.items() if count
            }


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
            assert people_in(programme_id) == (1, 1, 1)
        assert rebuild(True) == []


def test_the_same_fact_twice_is_one_row(app: Flask) -> None:
    with app.test_request_context(), transaction():
        enrolment = enrol(make_person().id, make_programme())
        again = {"actor": SYSTEM, "enrolment_id": enrolment.id, "node_key": "m1-lesson-1", "kind": "read"}
        assert record_outcome(**again, edition_id=1, key="read:1")  # type: ignore[arg-type]  # a mapping of all kinds
        assert not record_outcome(**again, edition_id=1, key="read:1")  # type: ignore[arg-type]  # a mapping of all kinds
