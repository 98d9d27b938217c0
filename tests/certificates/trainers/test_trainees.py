"""Trainees, their practice and their award, by services and queries."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from certificates.trainers.models import Practice
from certificates.trainers.own_data import own_practice
from certificates.trainers.policies import may_see, visible_programmes
from certificates.trainers.queries import counts, own_ways, practices_of, trainee_now, trainee_of, trainees
from certificates.trainers.rules import PracticeDetails
from certificates.trainers.services import award_trainer, record_practice
from certificates.trainers.texts import lines
from courses.programmes.models import Enrolment, Programme, Workshop
from lms.accounts.services import erase_person, grant_role
from lms.kernel.clock import now, today
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.mail import Mail
from lms.kernel.permissions import SYSTEM
from tests.factories.certificates import complete, make_practice, make_trainee, make_trainers_programme
from tests.factories.courses import make_course
from tests.factories.hubs import make_hub, make_manager, make_office, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from lms.kernel.permissions import Viewer

pytestmark = pytest.mark.usefixtures("database")


def trainer_for(enrolment: Enrolment) -> Viewer:
    return viewer_for(make_trainer(enrolment.hub_id).id)


def manager_for(enrolment: Enrolment) -> Viewer:
    return viewer_for(make_manager(enrolment.hub_id).id)


def state_of(enrolment: Enrolment) -> str:
    found = trainee_now(enrolment)
    assert found is not None
    return found.state


def names(viewer: Viewer, **asked: str) -> list[str]:
    return [trainee_of(row).name for row in db.session.execute(trainees(viewer, **asked))]


def practice(**changes: Any) -> PracticeDetails:
    values: dict[str, Any] = {
        "workshop_ref": "",
        "title": "Workshop 2",
        "held_on": today(),
        "satisfactory": True,
        "strengths": "Clear questions",
        "next_step": "Shorter inputs",
    }
    return PracticeDetails(**{**values, **changes})


def make_workshop(programme: Programme, *, days: int = -1) -> Workshop:
    starts = now() + timedelta(days=days)
    workshop = Workshop(
        ref=new_ref(), programme_id=programme.id, title="Targets", starts_at=starts,
        ends_at=starts + timedelta(hours=6), cancelled_at=None, created_at=now(),
    )  # fmt: skip
    db.session.add(workshop)
    db.session.flush()
    return workshop


def test_a_trainee_goes_from_learning_by_practice_to_eligible_and_certified() -> None:
    enrolment = make_trainee(completed=False)
    assert state_of(enrolment) == "learning"
    make_practice(enrolment)
    assert state_of(enrolment) == "learning"
    complete(enrolment)
    assert state_of(enrolment) == "eligible"
    certificate = award_trainer(actor=manager_for(enrolment), enrolment=enrolment)
    assert state_of(enrolment) == "certified"
    assert certificate.facts["award"][1]["text"] == "Course train-the-trainers-fi"
    assert "trainer in the Integrated Management System" in certificate.facts["title"]


def test_each_missing_condition_is_said_in_words() -> None:
    enrolment = make_trainee(completed=False)
    found = trainee_now(enrolment)
    assert found is not None
    told = {line.name: line for line in lines(found, practices_of(enrolment))}
    assert told["course"].note == "0 of 4 activities are done."
    assert "No practice is recorded yet" in told["practice"].note
    assert (told["ims"].met, told["ims"].required) == (False, False)
    make_practice(enrolment, satisfactory=False)
    told = {line.name: line for line in lines(found, practices_of(enrolment))}
    assert "none was satisfactory yet" in told["practice"].note


def test_the_course_for_cities_is_seen_in_the_same_hub_only_and_not_needed() -> None:
    enrolment = make_trainee()
    cities = make_course("ims-for-sustainability", modules=("m1",))
    germany = make_hub("Germany", "DE", countries=("DE",))
    for hub_id, seen in ((germany.id, False), (enrolment.hub_id, True)):
        programme = make_programme(f"Cities {hub_id}", hub_id=hub_id, course_id=cities.id)
        complete(enrol(enrolment.person_id, programme, city=None))
        found = trainee_now(enrolment)
        assert found is not None
        assert (found.record.knows_ims, found.state) == (seen, "learning")
    make_practice(enrolment)
    assert state_of(enrolment) == "eligible"


@pytest.mark.parametrize("missing", ["course", "practice", "good practice", "corrected practice"])
def test_nothing_is_awarded_while_a_condition_is_missing(missing: str) -> None:
    enrolment = make_trainee(completed=missing != "course")
    if missing == "course":
        make_practice(enrolment)
    if missing == "good practice":
        make_practice(enrolment, satisfactory=False)
    if missing == "corrected practice":
        old = make_practice(enrolment)
        record_practice(
            actor=trainer_for(enrolment), enrolment=enrolment, details=practice(satisfactory=False), corrects=old
        )
    with pytest.raises(Conflict):
        award_trainer(actor=manager_for(enrolment), enrolment=enrolment)


def test_who_is_certified_gets_the_same_certificate_again() -> None:
    enrolment = make_trainee()
    make_practice(enrolment)
    first = award_trainer(actor=manager_for(enrolment), enrolment=enrolment)
    assert award_trainer(actor=manager_for(enrolment), enrolment=enrolment).id == first.id


def test_only_trainers_of_the_hub_or_programme_record_and_nobody_their_own() -> None:
    programme = make_trainers_programme()
    enrolment = make_trainee(programme=programme)
    other = make_trainer(make_hub("Germany", "DE", countries=("DE",)).id, "Other Trainer")
    for stranger in (other, make_manager(programme.hub_id), make_person("Any Body"), make_office()):
        with pytest.raises(Forbidden):
            record_practice(actor=viewer_for(stranger.id), enrolment=enrolment, details=practice())
    grant_role(actor=SYSTEM, person_id=enrolment.person_id, role="trainer", scope=("hub", programme.hub_id))
    with pytest.raises(Forbidden):
        record_practice(actor=viewer_for(enrolment.person_id), enrolment=enrolment, details=practice())
    helper = make_person("Petra Programme", ("trainer", "programme", programme.id))
    record_practice(actor=viewer_for(helper.id), enrolment=enrolment, details=practice())
    assert db.session.scalars(select(Practice.by_id)).all() == [helper.id]


def test_nobody_awards_themselves() -> None:
    enrolment = make_trainee()
    make_practice(enrolment)
    grant_role(actor=SYSTEM, person_id=enrolment.person_id, role="hub-manager", scope=("hub", enrolment.hub_id))
    with pytest.raises(Forbidden):
        award_trainer(actor=viewer_for(enrolment.person_id), enrolment=enrolment)
    with pytest.raises(Forbidden):
        award_trainer(actor=trainer_for(enrolment), enrolment=enrolment)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"held_on": None}, "held_on"),
        ({"held_on": today() + timedelta(days=2)}, "held_on"),
        ({"satisfactory": None}, "satisfactory"),
        ({"satisfactory": False, "next_step": ""}, "next_step"),
        ({"workshop_ref": "nonsense"}, "workshop"),
    ],
)
def test_a_practice_says_what_when_and_how(changes: dict[str, Any], field: str) -> None:
    enrolment = make_trainee()
    with pytest.raises(Invalid) as refused:
        record_practice(actor=trainer_for(enrolment), enrolment=enrolment, details=practice(**changes))
    assert refused.value.field == field


def test_a_workshop_of_the_hub_that_has_begun_brings_its_title_and_day() -> None:
    enrolment = make_trainee()
    mine = db.session.get_one(Programme, enrolment.programme_id)
    foreign = make_trainers_programme(make_hub("Germany", "DE", countries=("DE",)))
    held, planned, other = make_workshop(mine), make_workshop(mine, days=3), make_workshop(foreign)
    trainer = trainer_for(enrolment)
    row = record_practice(actor=trainer, enrolment=enrolment, details=practice(workshop_ref=held.ref, title=""))
    assert (row.workshop_id, row.title) == (held.id, "Targets")
    for refused in (planned, other):
        with pytest.raises(Invalid):
            record_practice(actor=trainer, enrolment=enrolment, details=practice(workshop_ref=refused.ref))


def test_a_correction_is_a_new_row_and_is_made_once() -> None:
    enrolment = make_trainee()
    old = make_practice(enrolment)
    trainer = trainer_for(enrolment)
    new = record_practice(actor=trainer, enrolment=enrolment, details=practice(title="Workshop 3"), corrects=old)
    assert [(row.practice.id, row.counts) for row in practices_of(enrolment)] == [(new.id, True), (old.id, False)]
    with pytest.raises(Conflict):
        record_practice(actor=trainer, enrolment=enrolment, details=practice(), corrects=old)
    germany = make_trainers_programme(make_hub("Germany", "DE", countries=("DE",)))
    stranger = make_trainee("Other Trainee", programme=germany)
    with pytest.raises(Conflict):
        record_practice(actor=trainer_for(stranger), enrolment=stranger, details=practice(), corrects=new)


def test_the_trainee_is_told_of_each_record() -> None:
    enrolment = make_trainee()
    make_practice(enrolment)
    told = db.session.scalars(select(Mail.person_id).where(Mail.kind == "trainers.practice")).all()
    assert told == [enrolment.person_id]


def test_a_hub_sees_its_own_trainees_once_each_and_no_others() -> None:
    finland = make_trainers_programme()
    germany = make_trainers_programme(make_hub("Germany", "DE", countries=("DE",)))
    radu = make_trainee("Radu Ionescu", programme=finland)
    make_trainee("Žaneta Šimić", programme=finland, completed=False)
    make_trainee("Florian Süß", programme=germany)
    again = make_programme("Next year", hub_id=finland.hub_id, course_id=finland.course_id)
    enrol(radu.person_id, again, city=None)
    cities = make_programme("Cities", hub_id=finland.hub_id, course_id=make_course().id)
    enrol(make_person("City Person").id, cities)
    manager = viewer_for(make_manager(finland.hub_id).id)
    assert names(manager) == ["Radu Ionescu", "Žaneta Šimić"]
    assert names(manager, search="simic") == ["Žaneta Šimić"]
    assert names(viewer_for(make_office().id)) == []
    assert names(viewer_for(make_person("Any Body").id)) == []


def test_the_filter_of_a_state_agrees_with_the_rule() -> None:
    programme = make_trainers_programme()
    for number, (completed, practised, awarded) in enumerate(
        [(False, False, False), (True, False, False), (False, True, False), (True, True, False), (True, True, True)]
    ):
        enrolment = make_trainee(f"Trainee {number}", programme=programme, completed=completed)
        if practised:
            make_practice(enrolment)
        if awarded:
            award_trainer(actor=manager_for(enrolment), enrolment=enrolment)
    manager = viewer_for(make_manager(programme.hub_id, "Other Manager").id)
    everybody = [trainee_of(row) for row in db.session.execute(trainees(manager))]
    for state in ("eligible", "learning", "certified"):
        assert names(manager, state=state) == [row.name for row in everybody if row.state == state]
    assert counts(manager) == {"eligible": 1, "learning": 3, "certified": 1}


def test_predicate_and_filter_agree_for_everybody() -> None:
    finland = make_trainers_programme()
    germany = make_trainers_programme(make_hub("Germany", "DE", countries=("DE",)))
    held = [make_trainee("A A", programme=finland), make_trainee("B B", programme=germany)]
    helper = make_person("Petra Programme", ("trainer", "programme", germany.id))
    people = [make_manager(finland.hub_id), make_trainer(finland.hub_id), helper, make_office()]
    people.append(make_person("Any Body"))
    for viewer in [*(viewer_for(person.id) for person in people), viewer_for(held[0].person_id), SYSTEM]:
        found = set(
            db.session.scalars(
                select(Enrolment.id)
                .join(Programme, Programme.id == Enrolment.programme_id)
                .where(visible_programmes(viewer))
            )
        )
        assert found == {each.id for each in held if may_see(viewer, each)}


def test_a_trainee_sees_the_own_way_only() -> None:
    programme = make_trainers_programme()
    mine = make_trainee("Radu Ionescu", programme=programme)
    make_trainee("Žaneta Šimić", programme=programme)
    assert [way.name for way in own_ways(viewer_for(mine.person_id))] == ["Radu Ionescu"]
    assert own_ways(viewer_for(make_person("Any Body").id)) == []


def test_what_was_written_about_an_erased_person_goes_and_the_fact_stays() -> None:
    enrolment = make_trainee()
    row = make_practice(enrolment)
    assert own_practice(enrolment.person_id)[0]["strengths"] == "Clear questions"
    manager = manager_for(enrolment)
    assert names(manager) == ["Radu Ionescu"]
    erase_person(actor=SYSTEM, person_id=enrolment.person_id)
    db.session.refresh(row)
    assert (row.strengths, row.next_step, row.satisfactory) == ("", "", True)
    assert names(manager) == []  # a certificate needs a name
    assert not any(counts(manager).values())
