"""What the predicates allow and what the SQL filters let through is the same, for everybody and every hand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assessments.handins import policies, queries
from assessments.handins.models import Handin
from courses.programmes.models import Enrolment, Programme, Team
from courses.programmes.places import move_to_team
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.permissions import NOBODY, SYSTEM
from tests.factories.hubs import make_hub, make_manager, make_office, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme, make_team

if TYPE_CHECKING:
    from lms.kernel.permissions import Viewer


def make_handins(programme: Programme, team: Team, person: Enrolment) -> None:
    for number, state in enumerate(("draft", "waiting", "revise", "accepted")):
        for team_id, enrolment_id in ((team.id, None), (None, person.id)):
            db.session.add(
                Handin(
                    ref=new_ref(),
                    programme_id=programme.id,
                    hub_id=programme.hub_id,
                    team_id=team_id,
                    enrolment_id=enrolment_id,
                    node_key=f"node-{number}",
                    created_at=now(),
                    state=state,
                    state_at=now(),
                )
            )
    db.session.flush()


def make_world() -> list[Viewer]:
    """Make two hubs, three programmes, people of all kinds; return everybody who may look."""
    first, second = make_hub("Finland"), make_hub("Germany", countries=("DE",))
    programmes = [
        make_programme("A", hub_id=first.id),
        make_programme("B", hub_id=first.id),
        make_programme("C", hub_id=second.id),
    ]
    for number, programme in enumerate(programmes):
        member = make_person(f"Member {number}")
        enrolment = enrol(member.id, programme, "Turku", coordinator=True)
        make_handins(programme, make_team(programme, "Turku"), enrolment)
        make_person(f"Trainer {number}", ("trainer", "programme", programme.id))
        gone = make_person(f"Gone {number}", ("trainer", "programme", programme.id))
        enrol(gone.id, programme, "Turku")
        city = db.session.scalars(select(City).where(City.name == "Turku")).first()
        assert city is not None
        make_team(programme, "Lahti")
        lahti = db.session.scalars(select(City).where(City.name == "Lahti")).first()
        assert lahti is not None
        left = db.session.scalars(select(Enrolment).where(Enrolment.person_id == gone.id)).one()
        move_to_team(actor=SYSTEM, enrolment=left, city_id=lahti.id)
        both = make_person(f"Both {number}", ("trainer", "hub", programme.hub_id))
        enrol(both.id, programme, "Turku")
    for hub in (first, second):
        make_manager(hub.id, f"Manager {hub.name}")
        make_trainer(hub.id, f"Trainer of {hub.name}")
    make_office()
    make_person("Somebody")
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    return [NOBODY, SYSTEM, *(viewer_for(person.id) for person in people)]


@pytest.mark.usefixtures("database")
def test_predicates_and_filters_agree() -> None:
    viewers = make_world()
    handins = db.session.scalars(select(Handin).order_by(Handin.id)).all()
    seen = {"read": 0, "answer": 0, "list": 0}
    for viewer in viewers:
        for name, condition in (
            ("read", policies.readable_handins(viewer)),
            ("answer", policies.answerable_handins(viewer)),
            ("list", policies.listed_handins(viewer)),
        ):
            let_through = set(db.session.scalars(select(Handin.id).where(condition)))
            seen[name] += len(let_through)
            for handin in handins:
                is_member = queries.is_own(viewer, handin.id)
                was_member = queries.was_own(viewer, handin.id)
                allowed = {
                    "read": policies.may_read(viewer, handin, is_member=is_member),
                    "answer": policies.may_answer(viewer, handin, was_member=was_member),
                    "list": policies.may_list(viewer, handin),
                }[name]
                assert allowed == (handin.id in let_through), (viewer.name, name, handin.id, handin.state)
    assert all(seen.values())


@pytest.mark.usefixtures("database")
def test_membership_is_asked_of_the_tables_themselves() -> None:
    viewers = {viewer.name: viewer for viewer in make_world()}
    handin = db.session.scalars(select(Handin).where(Handin.team_id.is_not(None))).first()
    assert handin is not None
    expected = {"Member 0": (True, True), "Gone 0": (False, True), "Both 0": (True, True), "Trainer 0": (False, False)}
    for name, (is_member, was_member) in expected.items():
        viewer = viewers[name]
        assert (queries.is_own(viewer, handin.id), queries.was_own(viewer, handin.id)) == (is_member, was_member), name


@pytest.mark.usefixtures("database")
def test_nobody_answers_work_of_a_team_they_are_or_were_in() -> None:
    for viewer in make_world():
        if viewer.name.startswith(("Gone", "Both")):
            condition = (policies.answerable_handins(viewer), policies.once_own_handins(viewer))
            assert db.session.scalars(select(Handin).where(*condition)).all() == []


@pytest.mark.usefixtures("database")
def test_managers_list_and_do_not_read() -> None:
    viewers = {viewer.name: viewer for viewer in make_world()}
    manager = viewers["Manager Finland"]
    assert db.session.scalars(select(Handin).where(policies.readable_handins(manager))).all() == []
    listed = db.session.scalars(select(Handin).where(policies.listed_handins(manager))).all()
    assert {handin.hub_id for handin in listed} == {handin.hub_id for handin in listed if handin.state != "draft"}
    assert len({handin.hub_id for handin in listed}) == 1
    office = viewers["Olga Office"]
    assert db.session.scalars(select(Handin).where(policies.listed_handins(office))).all() == []
