"""Workshops: announced, replied to, attended; corrections are new rows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from courses.programmes import workshops
from courses.programmes.models import Attendance, Enrolment, Programme, Workshop, WorkshopReply
from courses.programmes.places import leave
from courses.programmes.rules import WorkshopDetails
from courses.programmes.signals import attendance_recorded
from courses.programmes.workshop_queries import (
    attendance_now,
    attendance_page,
    attendance_totals,
    my_workshops_page,
    place_in_series,
    upcoming_workshops,
    workshops_of,
)
from courses.progress.queries import state_of
from courses.progress.services import record_outcome
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.jobs import Job
from lms.kernel.permissions import SYSTEM
from tests.factories.courses import NODE_KEYS
from tests.factories.hubs import make_hub, make_manager, make_office, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from lms.kernel.clock import Clock
    from lms.kernel.permissions import Viewer
    from tests.factories.fixtures import Commit
    from tests.factories.pages import Send

START = datetime(2026, 11, 5, 7, 0, tzinfo=UTC)
DETAILS = WorkshopDetails("Who does it, who counts", START, START + timedelta(hours=7), place="Greenholm library")


def trainer_of(programme: Programme) -> Viewer:
    return viewer_for(make_trainer(programme.hub_id).id)


@pytest.fixture
def programme(database: None, clock: Clock) -> Programme:
    del database
    clock.move_to(START - timedelta(days=20))
    return make_programme()


def jobs() -> list[str]:
    names = db.session.scalars(select(Job.key).where(Job.name == "programmes.tell_workshop").order_by(Job.id))
    return [name.split(":")[2] for name in names]


def test_everybody_is_told_of_a_new_time_but_not_of_a_new_word(programme: Programme) -> None:
    trainer = trainer_of(programme)
    workshop = workshops.make_workshop(actor=trainer, programme=programme, details=DETAILS)
    renamed = WorkshopDetails("Who counts", DETAILS.starts_at, DETAILS.ends_at, place=DETAILS.place, about="Agenda")
    workshops.change_workshop(actor=trainer, workshop=workshop, details=renamed)
    assert jobs() == ["announced"]
    moved = WorkshopDetails("Who counts", START + timedelta(days=1), START + timedelta(days=1, hours=7), place="Hall")
    workshops.change_workshop(actor=trainer, workshop=workshop, details=moved)
    workshops.cancel_workshop(actor=trainer, workshop=workshop)
    workshops.cancel_workshop(actor=trainer, workshop=workshop)
    assert jobs() == ["announced", "changed", "cancelled"]
    with pytest.raises(Conflict):
        workshops.change_workshop(actor=trainer, workshop=workshop, details=DETAILS)


def test_a_past_workshop_is_no_news(programme: Programme) -> None:
    past = START - timedelta(days=60)
    details = WorkshopDetails("Kick-off", past, past + timedelta(hours=3), place="Hall")
    workshops.make_workshop(actor=trainer_of(programme), programme=programme, details=details)
    assert jobs() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"ends_at": START}, "ends_at"),
        ({"place": ""}, "place"),
        ({"online_url": "javascript:alert(1)"}, "online_url"),
    ],
)
def test_what_cannot_be_used_names_its_field(programme: Programme, change: dict[str, Any], field: str) -> None:
    values = {"title": "T", "starts_at": START, "ends_at": START + timedelta(hours=1), "place": "Hall", **change}
    with pytest.raises(Invalid) as caught:
        workshops.make_workshop(actor=trainer_of(programme), programme=programme, details=WorkshopDetails(**values))
    assert caught.value.field == field


def test_the_newest_reply_counts(programme: Programme) -> None:
    workshop = workshops.make_workshop(actor=trainer_of(programme), programme=programme, details=DETAILS)
    people = [viewer_for(make_person(name).id) for name in ("One", "Two", "Three")]
    for person in people:
        enrolment = enrol(person.person_id, programme)
        workshops.reply(actor=person, workshop=workshop, comes=True)
    workshops.reply(actor=people[0], workshop=workshop, comes=True)
    workshops.reply(actor=people[1], workshop=workshop, comes=False)
    leave(actor=SYSTEM, enrolment=enrolment)
    row = workshops_of(programme)[0]
    assert (row.coming, row.not_coming) == (1, 1)
    assert db.session.scalar(select(func.count(WorkshopReply.id))) == 4
    assert my_workshops_page(people[1]).items[0].mine is False
    with pytest.raises(Forbidden):
        workshops.reply(actor=people[2], workshop=workshop, comes=True)


def test_attendance_is_appended_and_a_correction_is_a_new_row(programme: Programme, clock: Clock) -> None:
    trainer = trainer_of(programme)
    workshop = workshops.make_workshop(actor=trainer, programme=programme, details=DETAILS)
    first, second = (make_person(name).id for name in ("One", "Two"))
    enrolments = [enrol(person_id, programme).id for person_id in (first, second)]
    heard: list[list[int]] = []

    def hear(_sender: object, *, enrolment_ids: list[int], **_rest: Any) -> None:
        heard.append(enrolment_ids)

    attendance_recorded.connect(hear)
    with pytest.raises(Conflict, match="not begun"):
        workshops.record_attendance(actor=trainer, workshop=workshop, minutes={first: 420}, seen=0)
    clock.move_to(START + timedelta(hours=7))
    both = {first: 420, second: 0}
    assert workshops.record_attendance(actor=trainer, workshop=workshop, minutes=both, seen=0) == 2
    assert workshops.record_attendance(actor=trainer, workshop=workshop, minutes=both, seen=0) == 0
    seen = attendance_totals(workshop).last_id
    corrected = {first: 210, second: 0}
    assert workshops.record_attendance(actor=trainer, workshop=workshop, minutes=corrected, seen=seen) == 1
    assert {key: value[1] for key, value in attendance_now(workshop).items()} == corrected
    assert db.session.scalar(select(func.count(Attendance.id))) == 3
    assert heard == [enrolments, enrolments[:1]]
    totals = attendance_totals(workshop)
    assert (totals.people, totals.there, totals.not_there, totals.open) == (2, 1, 1, 0)


def test_a_stale_form_overwrites_nothing(programme: Programme, clock: Clock) -> None:
    trainer = trainer_of(programme)
    workshop = workshops.make_workshop(actor=trainer, programme=programme, details=DETAILS)
    person = make_person("One").id
    enrol(person, programme)
    clock.move_to(START + timedelta(hours=7))
    workshops.record_attendance(actor=trainer, workshop=workshop, minutes={person: 420}, seen=0)
    with pytest.raises(workshops.StaleAttendance) as caught:
        workshops.record_attendance(actor=trainer, workshop=workshop, minutes={person: 0}, seen=0)
    assert caught.value.differences == {person: (420, 0)}


def test_strangers_and_odd_minutes_are_refused(programme: Programme, clock: Clock) -> None:
    trainer = trainer_of(programme)
    workshop = workshops.make_workshop(actor=trainer, programme=programme, details=DETAILS)
    person, stranger = make_person("One").id, make_person("Stranger").id
    enrol(person, programme)
    clock.move_to(START + timedelta(hours=7))
    for minutes in ({stranger: 420}, {person: -1}, {person: 421}):
        with pytest.raises(Invalid):
            workshops.record_attendance(actor=trainer, workshop=workshop, minutes=minutes, seen=0)
    other = make_manager(make_hub("Germany", countries=("DE",)).id, "Other")
    for actor in (viewer_for(person), viewer_for(other.id), viewer_for(make_office().id)):
        with pytest.raises(Forbidden):
            workshops.record_attendance(actor=actor, workshop=workshop, minutes={person: 420}, seen=0)


def test_attended_hours_complete_a_programme(database: None, clock: Clock) -> None:
    clock.move_to(START - timedelta(days=20))
    programme = make_programme(attended_minutes=420)
    trainer = trainer_of(programme)
    workshop = workshops.make_workshop(actor=trainer, programme=programme, details=DETAILS)
    enrolment = enrol(make_person().id, programme)
    edition_id = 1
    for key in NODE_KEYS:
        kind = {"quiz": "passed", "andin": "accepted"}.get(key[-4:], "accepted" if "handin" in key else "read")
        record_outcome(
            actor=SYSTEM, enrolment_id=enrolment.id, node_key=key, kind=kind, edition_id=edition_id, key=f"t:{key}"
        )
    state = state_of(enrolment.id)
    assert state is not None
    assert state.completed_at is None
    clock.move_to(START + timedelta(hours=7))
    workshops.record_attendance(actor=trainer, workshop=workshop, minutes={enrolment.person_id: 420}, seen=0)
    db.session.refresh(state)
    assert state.completed_at is not None


def test_cancelled_workshops_are_not_to_come_and_not_counted(programme: Programme) -> None:
    trainer = trainer_of(programme)
    made = [
        workshops.make_workshop(
            actor=trainer,
            programme=programme,
            details=WorkshopDetails(f"W{day}", START + timedelta(days=day), START + timedelta(days=day, hours=1), "x"),
        )
        for day in (1, 2, 3)
    ]
    workshops.cancel_workshop(actor=trainer, workshop=made[0])
    assert [item.title for item in upcoming_workshops([programme.id])] == ["W2", "W3"]
    assert place_in_series(made[2]) == (2, 2)
    assert upcoming_workshops([]) == []


# Pages


@pytest.fixture
def run(commit: Commit, clock: Clock) -> Programme:
    clock.move_to(START - timedelta(days=20))
    return commit(make_programme)


FORM = {
    "title": "From review to targets",
    "day": "2026-11-05",
    "starts": "09:00",
    "ends": "16:00",
    "place": "Lakeside",
    "online_url": "",
    "about": "9.00 Start",
}


def test_a_trainer_makes_changes_and_cancels_a_workshop(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], run: Programme
) -> None:
    sign_in(commit(make_trainer, run.hub_id).id)
    answer = send(f"/programmes/{run.ref}/workshops/new", {**FORM, "lms_once": "a"})
    assert send(f"/programmes/{run.ref}/workshops/new", {**FORM, "lms_once": "a"}).location == answer.location
    page = client.get(answer.location)
    assert "Thursday, 5 November 2026, 09:00–16:00 (Helsinki time)" in page.text
    assert "workshop 1 of 1" in page.text
    edit = client.get(f"{answer.location}/edit")
    assert 'value="09:00"' in edit.text
    wrong = send(f"{answer.location}/edit", {**FORM, "ends": "08:00", "title": "Kept"})
    assert wrong.status_code == 422
    assert "ends before it begins" in wrong.text
    assert "Kept" in wrong.text
    assert send(f"{answer.location}/edit", {**FORM, "last_day": "2026-11-06"}).status_code == 303
    assert "14 hours" in client.get(answer.location).text
    assert "Cancel “From review to targets”?" in client.get(f"{answer.location}/cancel").text
    assert send(f"{answer.location}/cancel", {"why": "Snow"}).status_code == 303
    assert "This workshop was cancelled" in client.get(answer.location).text


def test_participants_reply_and_take_the_calendar_file(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], run: Programme
) -> None:
    workshop = commit(lambda: workshops.make_workshop(actor=SYSTEM, programme=run, details=DETAILS))
    marja, stranger = commit(make_person), commit(make_person, "Stranger")
    commit(lambda: enrol(marja.id, run))
    commit(lambda: enrol(make_person("Secret Person").id, run, "Lahti"))
    sign_in(marja.id)
    assert "Not answered yet" in client.get("/workshops").text
    address = f"/workshops/{workshop.ref}"
    page = client.get(address)
    assert "Do you come?" in page.text
    assert "Secret Person" not in page.text
    assert send(f"{address}/reply", {"comes": "yes"}).status_code == 303
    assert "You come" in client.get("/workshops").text
    assert send(f"{address}/reply", {"comes": "perhaps"}).status_code == 422
    file = client.get(f"{address}/calendar.ics")
    assert file.mimetype == "text/calendar"
    assert b"DTSTART:20261105T070000Z" in file.data
    assert f"/workshops/{workshop.ref}".encode() in file.data.replace(b"\r\n ", b"")
    sign_in(stranger.id)
    for path in ("", "/calendar.ics"):
        assert client.get(address + path).status_code == 404
    assert send(f"{address}/reply", {"comes": "yes"}).status_code == 404
    assert send(f"{address}/attendance", {}).status_code == 403


def test_attendance_is_ticked_on_the_page(
    client: FlaskClient,
    send: Send,
    commit: Commit,
    sign_in: Callable[[int], None],
    clock: Clock,
    run: Programme,
    statements: Callable[[], list[str]],
) -> None:
    workshop = commit(lambda: workshops.make_workshop(actor=SYSTEM, programme=run, details=DETAILS))
    people = [commit(make_person, name) for name in ("Astrid Björklund", "Paolo Ferri", "Ilse van Dorp")]
    commit(lambda: [enrol(person.id, run) for person in people])
    sign_in(commit(make_trainer, run.hub_id).id)
    address = f"/workshops/{workshop.ref}"
    assert workshop.title in client.get("/workshops").text  # staff see the workshops they hold, and need not reply
    assert "Not answered yet" not in client.get("/workshops").text
    assert "You can record attendance once the workshop has begun" in client.get(address).text
    clock.move_to(START + timedelta(hours=8))
    statements()
    page = client.get(address)
    assert len(statements()) <= 12
    assert "3 are not recorded yet." in page.text
    assert page.text.count(" checked") == 0
    assert client.get(f"{address}?all=1").text.count(" checked") == 3
    refs = [person.ref for person in people]
    values: dict[str, Any] = {"person": refs, "seen": "0", f"there-{refs[0]}": "1", f"minutes-{refs[1]}": "200"}
    wrong = send(f"{address}/attendance", {**values, f"minutes-{refs[2]}": "9999"})
    assert wrong.status_code == 422
    assert "Write minutes from 0 to 420." in wrong.text
    assert 'value="200"' in wrong.text
    assert send(f"{address}/attendance", values).status_code == 303
    assert send(f"{address}/attendance", values).status_code == 303
    assert re.search(r'data-label="Were there"[^>]*>2<', client.get(f"/programmes/{run.ref}/workshops").text)
    page = client.get(address)
    assert "3 hours 20 minutes" in page.text
    assert "Not there" in page.text
    stale = send(f"{address}/attendance", {"person": refs, "seen": "0"})
    assert stale.status_code == 409
    assert "Now recorded: 420 minutes" in stale.text
    seen = stale.text.split('name="seen" value="')[1].split('"')[0]
    assert send(f"{address}/attendance", {"person": refs, "seen": seen}).status_code == 303
    with client.application.app_context():
        assert db.session.scalar(select(func.count(Attendance.id))) == 5
        workshop_ref = db.session.scalars(select(Workshop)).one().ref
    assert send(f"/workshops/{workshop_ref}/cancel", {"why": "Late"}).status_code == 409  # it has been held
    assert "/cancel" not in client.get(address).text
    assert workshop.title in client.get("/workshops?show=past").text
    with client.application.app_context():
        assert db.session.scalar(select(func.count(Workshop.id))) == 1


def test_the_attendance_list_takes_no_more_work_for_each_person_when_there_are_many(programme: Programme) -> None:
    """Counted in steps of SQLite's machine, which are the same everywhere, unlike seconds; PostgreSQL tells none."""
    count = getattr(db.session.connection().connection.driver_connection, "set_progress_handler", lambda _on, _n: None)
    workshop = workshops.make_workshop(actor=SYSTEM, programme=programme, details=DETAILS)
    trainer, steps = trainer_of(programme), []
    for people in (range(40), range(40, 400)):
        for number in people:
            person = make_person(f"Person {number}")
            values = {"programme_id": programme.id, "hub_id": programme.hub_id, "person_id": person.id}
            db.session.add(Enrolment(**values, ref=new_ref(), enrolled_at=START))
            db.session.add(Attendance(workshop_id=workshop.id, person_id=person.id, minutes=60, at=START, by_id=0))
        db.session.flush()
        taken: list[int] = []
        count(lambda taken=taken: taken.append(1), 1)
        found = attendance_page(trainer, workshop)
        count(None, 1)
        assert found.total == people.stop
        assert found.items[0].minutes == 60
        steps.append(len(taken) / people.stop)
    assert steps[1] <= 2 * steps[0]
