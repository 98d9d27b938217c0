"""Mails: in the reader's language, with the programme's times, once each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from courses.programmes import jobs as room_jobs, services, workshops
from courses.programmes.asking import approve_request, ask_for_place, decline_request
from courses.programmes.rules import WorkshopDetails
from courses.progress.services import record_outcome
from lms.kernel import jobs
from lms.kernel.db import db
from lms.kernel.mail import Mail
from lms.kernel.permissions import SYSTEM
from tests.factories.hubs import make_city, make_manager
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from email.message import EmailMessage

    from flask import Flask

    from courses.programmes.models import Programme
    from lms.kernel.clock import Clock
    from tests.factories.fixtures import Commit

START = datetime(2026, 11, 5, 7, 0, tzinfo=UTC)
DETAILS = WorkshopDetails("Who counts", START, START + timedelta(hours=7), "Library", "https://meet.example.org/x")


@pytest.fixture
def programme(commit: Commit, clock: Clock) -> Programme:
    clock.move_to(START - timedelta(days=20))
    return commit(make_programme)


def sent(app: Flask) -> list[EmailMessage]:
    """Run all jobs and read the mails that they wrote, then forget them."""
    with app.app_context():
        jobs.run_all()
    folder = Path(app.instance_path) / "mail"
    found = []
    for path in sorted(folder.glob("*.eml")) if folder.exists() else []:
        found.append(message_from_bytes(path.read_bytes(), policy=policy.default))
        path.unlink()
    return found


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_a_request_is_told_to_both_sides(app: Flask, commit: Commit, programme: Programme) -> None:
    commit(make_manager, programme.hub_id)
    marja = commit(make_person)
    request = commit(
        lambda: ask_for_place(
            actor=viewer_for(marja.id), programme=programme, city_name="Naantali", message="May we come?"
        )
    )
    mails = {message["To"].addresses[0].username: message for message in sent(app)}
    asked = body(mails["hanna.manager"])
    assert "Marja Lehto asks for a place in “Finland 2026–27”, for the city Naantali." in asked
    assert "May we come?" in asked
    assert f"http://localhost/requests/{request.ref}" in asked
    assert "The hub answers your request." in body(mails["marja.lehto"])
    commit(lambda: approve_request(actor=SYSTEM, request=db.session.merge(request), city_id=None))
    (answer,) = sent(app)
    assert answer["Subject"] == "You have a place: Finland 2026–27"
    assert "It began on" in body(answer)
    assert f"http://localhost/programmes/{programme.ref}" in body(answer)


def test_an_answered_request_asks_no_manager_any_more(app: Flask, commit: Commit, programme: Programme) -> None:
    commit(make_manager, programme.hub_id)
    marja = commit(make_person)

    def both() -> None:
        request = ask_for_place(actor=viewer_for(marja.id), programme=programme)
        decline_request(actor=SYSTEM, request=request, reason="Only cities this time.")

    commit(both)
    mails = sent(app)
    assert {message["To"].addresses[0].username for message in mails} == {"marja.lehto"}
    assert any("Their reason: Only cities this time." in body(message) for message in mails)


def test_a_workshop_is_announced_to_everybody_in_the_programmes_time(
    app: Flask, commit: Commit, programme: Programme
) -> None:
    for name in ("Marja Lehto", "Paolo Ferri"):
        person = commit(make_person, name, time_zone="America/New_York")
        commit(lambda person=person: enrol(person.id, programme))
    workshop = commit(lambda: workshops.make_workshop(actor=SYSTEM, programme=programme, details=DETAILS))
    mails = sent(app)
    assert len(mails) == 2
    text = body(mails[0])
    assert "Thursday, 5 November 2026, 09:00–16:00 (Helsinki time)" in text
    assert "Place: Library" in text
    assert f"http://localhost/workshops/{workshop.ref}" in text
    commit(lambda: workshops.cancel_workshop(actor=SYSTEM, workshop=db.session.merge(workshop)))
    assert {message["Subject"] for message in sent(app)} == {"Cancelled: Who counts"}


def test_mails_hold_ids_only_in_their_rows(app: Flask, commit: Commit, programme: Programme) -> None:
    marja = commit(make_person)
    commit(lambda: ask_for_place(actor=viewer_for(marja.id), programme=programme, city_name="Naantali"))
    with app.app_context():
        assert [list(args) for args in db.session.scalars(select(Mail.args))] == [["request_id"]]


def test_a_workshop_in_three_days_is_recalled_once(
    app: Flask, commit: Commit, clock: Clock, programme: Programme
) -> None:
    person = commit(make_person)
    commit(lambda: enrol(person.id, programme))
    workshop = commit(lambda: workshops.make_workshop(actor=SYSTEM, programme=programme, details=DETAILS))
    sent(app)

    def remind() -> list[str]:
        with app.app_context():
            room_jobs.remind()
        return [message["Subject"] for message in sent(app)]

    clock.move_to(START - timedelta(days=3, minutes=1))
    assert remind() == []
    clock.move_to(START - timedelta(days=3))
    assert remind() == ["Soon: Who counts"]
    clock.move_to(START - timedelta(days=2))
    assert remind() == []
    moved = WorkshopDetails("Who counts", START + timedelta(days=7), START + timedelta(days=7, hours=7), "Library")
    commit(lambda: workshops.change_workshop(actor=SYSTEM, workshop=db.session.merge(workshop), details=moved))
    assert [message["Subject"] for message in sent(app)] == ["Changed: Who counts"]
    clock.move_to(START + timedelta(days=5))
    assert remind() == ["Soon: Who counts"]


def test_a_deadline_is_recalled_seven_days_before_to_those_whose_work_is_open(
    app: Flask, commit: Commit, clock: Clock, programme: Programme
) -> None:
    done, waiting = commit(make_person, "Done Already"), commit(make_person, "Still Waiting")
    enrolment = commit(lambda: enrol(done.id, programme, "Turku"))
    commit(lambda: enrol(waiting.id, programme, "Lahti"))

    def prepare() -> None:
        day = programme.starts_on + timedelta(days=60)
        services.set_deadlines(actor=SYSTEM, programme=db.session.merge(programme), due={"m1-quiz": day})
        record_outcome(
            actor=SYSTEM, enrolment_id=enrolment.id, node_key="m1-quiz", kind="passed", edition_id=1, key="t:1"
        )

    commit(prepare)
    due = datetime.combine(programme.starts_on + timedelta(days=61), datetime.min.time(), UTC) - timedelta(hours=2)

    def remind() -> list[EmailMessage]:
        with app.app_context():
            room_jobs.remind()
        return sent(app)

    clock.move_to(due - timedelta(days=8, minutes=1))
    assert remind() == []
    clock.move_to(due - timedelta(days=8))
    (mail,) = remind()
    assert mail["To"].addresses[0].username == "still.waiting"
    assert "“Quiz” of module M1 is due on" in body(mail)
    assert f"http://localhost/programmes/{programme.ref}/quizzes/m1-quiz" in body(mail)
    clock.move_to(due - timedelta(days=7, hours=20))
    assert remind() == []


def test_many_people_are_told_in_batches(
    app: Flask, commit: Commit, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_jobs, "BATCH", 4)

    def many() -> None:
        make_city("Turku")
        for number in range(10):
            enrol(make_person(f"Person {number}").id, programme)

    commit(many)
    commit(lambda: workshops.make_workshop(actor=SYSTEM, programme=programme, details=DETAILS))
    with app.app_context():
        assert jobs.run_one()
        assert db.session.scalar(select(func.count(Mail.id))) == 10
