"""Pages of programmes for visitors and participants: reading, asking, leaving."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from courses.programmes.models import Enrolment, JoinRequest, Programme
from courses.programmes.team_queries import team_of
from lms.hubs.models import City
from lms.kernel.clock import now
from lms.kernel.db import db
from tests.factories.hubs import make_hub, make_manager
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme, make_team

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from lms.hubs.models import Hub
    from tests.factories.fixtures import Commit
    from tests.factories.pages import Send

NEW = {
    "title": "Finland, spring 2027",
    "starts_on": "2027-01-14",
    "ends_on": "2027-06-30",
    "seats": "12",
    "languages": ["fi", "sv"],
    "time_zone": "Europe/Helsinki",
    "attended_hours": "10.5",
    "certificate": "y",
}


@pytest.fixture
def hub(commit: Commit) -> Hub:
    return commit(make_hub)


@pytest.fixture
def programme(commit: Commit, hub: Hub) -> Programme:
    return commit(make_programme, cities=("Turku", "Lahti"))


def one(app: Flask, read: Callable[[], Any]) -> Any:
    with app.app_context():
        return read()


def test_a_visitor_reads_about_a_programme_and_nobody_is_named(
    client: FlaskClient, commit: Commit, programme: Programme
) -> None:
    commit(lambda: enrol(make_person("Secret Person").id, programme))
    page = client.get(f"/programmes/{programme.ref}")
    assert page.status_code == 200
    assert "Finland 2026–27" in page.text
    assert "8 of 10 city places are free" in page.text
    assert "Ask for a place" in page.text
    assert "Secret Person" not in page.text
    assert client.get("/programmes/nothing").status_code == 404


def test_asking_needs_sign_in_and_comes_back(client: FlaskClient, programme: Programme) -> None:
    answer = client.get(f"/programmes/{programme.ref}/ask")
    assert answer.status_code == 303
    assert f"programmes%2F{programme.ref}%2Fask" in answer.location


def test_asking_and_being_approved_with_a_new_city(
    app: Flask,
    client: FlaskClient,
    send: Send,
    commit: Commit,
    sign_in: Callable[[int], None],
    hub: Hub,
    programme: Programme,
) -> None:
    marja, boss = commit(make_person), commit(make_manager, hub.id)
    sign_in(marja.id)
    address = f"/programmes/{programme.ref}/ask"
    assert "Choose your city, or say that it is not in the list." in send(address, {"city": ""}).text
    assert send(address, {"city": "new"}).status_code == 422
    answer = send(
        address, {"city": "new", "city_name": "  Naantali ", "work": "Planner", "message": "May we?\nPlease."}
    )
    assert answer.status_code == 303
    page = client.get(f"/programmes/{programme.ref}")
    assert "You have asked for a place" in page.text
    assert client.get(address).status_code == 303
    assert send(address, {"city": "none"}).status_code == 303
    assert "You have asked already." in client.get(f"/programmes/{programme.ref}").text
    assert "You have asked for a place: Finland 2026–27" in client.get("/my").text

    sign_in(boss.id)
    page = client.get(f"/programmes/{programme.ref}/requests")
    assert "Marja Lehto" in page.text
    assert "Naantali" in page.text
    ref = re.findall(r"/requests/(\w+)", page.text)[0]
    page = client.get(f"/requests/{ref}")
    assert "Add a new city: Naantali" in page.text
    assert "May we?<br>Please." in page.text
    assert send(f"/requests/{ref}/approve", {"city": "new"}).status_code == 303
    again = send(f"/requests/{ref}/approve", {"city": "none"})
    assert again.status_code == 303

    def check() -> None:
        enrolment = db.session.scalars(select(Enrolment)).one()
        team = team_of(enrolment)
        assert team is not None
        assert db.session.get_one(City, team.city_id).name == "Naantali"

    one(app, check)
    sign_in(marja.id)
    assert "Open the course" in client.get(f"/programmes/{programme.ref}").text


def test_declining_tells_the_reason_and_a_late_answer_says_so(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], hub: Hub, programme: Programme
) -> None:
    sign_in(commit(make_person).id)
    send(f"/programmes/{programme.ref}/ask", {"city": "none"})
    sign_in(commit(make_manager, hub.id).id)
    ref = re.findall(r"/requests/(\w+)", client.get(f"/programmes/{programme.ref}/requests").text)[0]
    empty = send(f"/requests/{ref}/decline", {"reason": ""})
    assert empty.status_code == 422
    assert send(f"/requests/{ref}/decline", {"reason": "Only cities this time."}).status_code == 303
    late = send(f"/requests/{ref}/approve", {"city": "none"})
    assert late.status_code == 422
    assert "declined meanwhile" in late.text
    assert "Only cities this time." in client.get(f"/requests/{ref}").text
    assert "Declined" in client.get(f"/programmes/{programme.ref}/requests?show=answered").text


def test_a_full_programme_is_refused_clearly_and_goes_on_after_a_place_is_added(
    app: Flask,
    client: FlaskClient,
    send: Send,
    commit: Commit,
    sign_in: Callable[[int], None],
    hub: Hub,
) -> None:
    programme = commit(make_programme, cities=("Turku",), seats=1)
    sign_in(commit(make_person).id)
    page = client.get(f"/programmes/{programme.ref}")
    assert "All places are taken. You can still ask" in page.text
    send(f"/programmes/{programme.ref}/ask", {"city": "new", "city_name": "Lahti"})
    sign_in(commit(make_manager, hub.id).id)
    ref = re.findall(r"/requests/(\w+)", client.get(f"/programmes/{programme.ref}/requests").text)[0]
    full = send(f"/requests/{ref}/approve", {"city": "new"})
    assert full.status_code == 422
    assert "The one place of this programme is taken" in full.text
    assert one(app, lambda: db.session.scalar(select(JoinRequest.answer))) == ""
    assert one(app, lambda: db.session.scalar(select(func.count(City.id)).where(City.name == "Lahti"))) == 0
    values = {**NEW, "seats": "2", "ends_on": "2027-09-30", "starts_on": "2026-10-01"}
    send(f"/programmes/{programme.ref}/edit", values)
    assert send(f"/requests/{ref}/approve", {"city": "new"}).status_code == 303


def test_a_request_is_taken_back_after_a_question(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], programme: Programme
) -> None:
    sign_in(commit(make_person).id)
    send(f"/programmes/{programme.ref}/ask", {"city": "none"})
    address = f"/programmes/{programme.ref}/withdraw"
    assert "Take your request back?" in client.get(address).text
    assert send(address, {}).status_code == 303
    assert send(address, {}).status_code == 303
    assert "Ask for a place" in client.get(f"/programmes/{programme.ref}").text


def test_leaving_asks_first(
    app: Flask, client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], programme: Programme
) -> None:
    person = commit(make_person)
    commit(lambda: enrol(person.id, programme))
    sign_in(person.id)
    assert "Leave “Finland" in client.get(f"/programmes/{programme.ref}/leave").text
    send(f"/programmes/{programme.ref}/leave", {})
    assert one(app, lambda: db.session.scalar(select(Enrolment.left_at))) is not None
    assert client.get(f"/programmes/{programme.ref}/leave").status_code == 303


def test_self_study_gives_a_place_at_once(
    app: Flask, client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], programme: Programme
) -> None:
    def open_it() -> None:
        db.session.get_one(Programme, programme.id).open_to_all = True

    commit(open_it)
    sign_in(commit(make_person).id)
    assert "Take a place" in client.get(f"/programmes/{programme.ref}").text
    assert send(f"/programmes/{programme.ref}/ask", {"city": "none"}).status_code == 303
    assert one(app, lambda: db.session.scalar(select(func.count(Enrolment.id)))) == 1


def test_a_programme_that_is_over_says_so(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], programme: Programme
) -> None:
    def end_it() -> None:
        found = db.session.get_one(Programme, programme.id)
        found.starts_on, found.ends_on = date(2020, 1, 1), date(2020, 6, 1)

    commit(end_it)
    sign_in(commit(make_person).id)
    assert "This programme is over" in client.get(f"/programmes/{programme.ref}").text
    assert client.get(f"/programmes/{programme.ref}/ask").status_code == 303
    assert send(f"/programmes/{programme.ref}/ask", {"city": "none"}).status_code == 422


def test_teams_are_there_for_everybody_who_has_no_city(commit: Commit, programme: Programme) -> None:
    team = commit(lambda: make_team(programme, None))
    assert team.city_id is None
    assert now() >= team.created_at
