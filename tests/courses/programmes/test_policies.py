"""For every viewer and row, the predicate says what the SQL filter says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from sqlalchemy import select

from courses.programmes import policies
from courses.programmes.asking import ask_for_place
from courses.programmes.models import Enrolment, JoinRequest, Programme, Team, TeamMember, Workshop
from courses.programmes.places import leave
from lms.hubs.models import City
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.permissions import NOBODY, SYSTEM
from tests.factories.courses import make_course
from tests.factories.hubs import make_hub, make_manager, make_office, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from lms.kernel.permissions import Viewer

pytestmark = pytest.mark.usefixtures("database")


class World(NamedTuple):
    viewers: list[Viewer]
    programmes: list[Programme]


@pytest.fixture
def world(database: None) -> World:
    """Two hubs with two programmes each, people in teams, some gone, a request each, and every kind of viewer."""
    del database
    course = make_course()
    people, programmes = [], []
    staff = [make_office()]
    for name, code in (("Finland", "FI"), ("Germany", "DE")):
        hub = make_hub(name, countries=(code,))
        staff += [make_manager(hub.id, f"Manager {name}"), make_trainer(hub.id, f"Trainer {name}")]
        for run in ("one", "two"):
            programme = make_programme(f"{name} {run}", hub_id=hub.id, course_id=course.id)
            programmes.append(programme)
            staff.append(make_person(f"Trainer {name} {run}", ("trainer", "programme", programme.id)))
            for city in ("Turku", "Lahti", None):
                pair = [make_person(f"{name} {run} {city} {number}") for number in (1, 2)]
                people += pair
                for person in pair:
                    enrol(person.id, programme, city)
            gone = make_person(f"{name} {run} gone")
            leave(actor=SYSTEM, enrolment=enrol(gone.id, programme, "Turku"))
            people.append(gone)
            asking = make_person(f"{name} {run} asking")
            people.append(asking)
            ask_for_place(actor=viewer_for(asking.id), programme=programme)
            db.session.add(
                Workshop(
                    ref=new_ref(),
                    programme_id=programme.id,
                    title="Workshop",
                    starts_at=now(),
                    ends_at=now().replace(year=2099),
                    cancelled_at=None,
                    created_at=now(),
                )
            )
    db.session.flush()
    both = make_person("Both", ("trainer", "hub", programmes[0].hub_id), ("hub-manager", "hub", programmes[2].hub_id))
    viewers = [NOBODY, SYSTEM, *(viewer_for(person.id) for person in [*staff, *people, both])]
    return World(viewers, programmes)


def ids(model: type[Enrolment | JoinRequest | Programme | Team | Workshop], viewer: Viewer) -> set[int]:
    return set(db.session.scalars(select(model.id).where(policies.visible(model, viewer))))


def takes_part(viewer: Viewer, programme: Programme) -> bool:
    rows = db.session.scalars(select(Enrolment).where(Enrolment.person_id == viewer.person_id))
    return any(row.programme_id == programme.id and row.left_at is None for row in rows)


def teams_now(person_id: int) -> set[int]:
    rows = db.session.scalars(select(TeamMember).where(TeamMember.person_id == person_id))
    return {row.team_id for row in rows if row.until_at is None}


def test_programmes_and_workshops(world: World) -> None:
    workshops = list(db.session.scalars(select(Workshop)))
    sizes = set()
    for viewer in world.viewers:
        allowed = {
            item.id for item in world.programmes if policies.may_see(viewer, item, takes_part=takes_part(viewer, item))
        }
        assert ids(Programme, viewer) == allowed
        assert ids(Workshop, viewer) == {item.id for item in workshops if item.programme_id in allowed}
        sizes.add(len(allowed))
    assert sizes == {0, 1, 2, 4}


def test_staff_and_managers(world: World) -> None:
    for viewer in world.viewers:
        staffed = set(db.session.scalars(select(Programme.id).where(policies.staffed_programmes(viewer))))
        managed = set(db.session.scalars(select(Programme.id).where(policies.managed_programmes(viewer))))
        assert staffed == {item.id for item in world.programmes if policies.is_staff(viewer, item)}
        assert managed == {item.id for item in world.programmes if policies.may_manage(viewer, item)}


def test_people(world: World) -> None:
    enrolments = list(db.session.scalars(select(Enrolment)))
    by_id = {item.id: item for item in world.programmes}
    for viewer in world.viewers:
        mine = teams_now(viewer.person_id)
        allowed = set()
        for row in enrolments:
            team = db.session.scalar(
                select(TeamMember.team_id).where(
                    TeamMember.programme_id == row.programme_id,
                    TeamMember.person_id == row.person_id,
                    TeamMember.until_at.is_(None),
                )
            )
            same = team in mine
            if policies.may_see_person(viewer, by_id[row.programme_id], row.person_id, in_same_team=same):
                allowed.add(row.id)
        assert ids(Enrolment, viewer) == allowed, viewer


def test_teams_and_requests(world: World) -> None:
    by_id = {item.id: item for item in world.programmes}
    for viewer in world.viewers:
        teams = {
            team.id
            for team in db.session.scalars(select(Team))
            if policies.is_staff(viewer, by_id[team.programme_id]) or team.id in teams_now(viewer.person_id)
        }
        assert ids(Team, viewer) == teams
        requests = {
            row.id
            for row in db.session.scalars(select(JoinRequest))
            if policies.may_see_request(viewer, by_id[row.programme_id], row.person_id)
        }
        assert ids(JoinRequest, viewer) == requests


def test_the_office_sees_no_people(world: World) -> None:
    office = viewer_for(make_office("Second Office").id)
    assert not any(ids(model, office) for model in (Programme, Enrolment, Team, JoinRequest, Workshop))


def test_a_model_without_a_policy_never_means_everything() -> None:
    with pytest.raises(KeyError):
        policies.visible(City, SYSTEM)
