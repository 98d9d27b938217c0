"""Pages of programmes for trainers and managers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from courses.programmes.models import Deadline, Enrolment, JoinRequest, Programme, Team
from courses.programmes.queries import deadlines_of, edition_id_of, terms_of
from courses.programmes.team_queries import trainers_of
from lms.accounts.services import erase_person
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from tests.factories.courses import make_course, make_edition
from tests.factories.hubs import make_city, make_hub, make_manager, make_office, make_trainer
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

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

DUE = re.compile(r'name="due-([a-z0-9-]+)" value="([^"]*)"')


@pytest.fixture
def hub(commit: Commit) -> Hub:
    return commit(make_hub)


@pytest.fixture
def programme(commit: Commit, hub: Hub) -> Programme:
    return commit(make_programme, cities=("Turku", "Lahti"))


@pytest.fixture
def manager(commit: Commit, hub: Hub, sign_in: Callable[[int], None]) -> None:
    sign_in(commit(make_manager, hub.id).id)


def one(app: Flask, read: Callable[[], Any]) -> Any:
    with app.app_context():
        return read()


def main(text: str) -> str:
    return text.split("<main", 1)[1]


@pytest.mark.usefixtures("manager")
def test_a_manager_makes_a_programme(app: Flask, client: FlaskClient, send: Send, commit: Commit, hub: Hub) -> None:
    commit(lambda: make_course("a-route", included_from="tiny-course"))
    course = commit(make_course)
    trainer = commit(make_trainer, hub.id)
    turku = commit(make_city, "Turku", hub_id=hub.id)
    page = client.get("/programmes/new")
    assert page.status_code == 200
    courses = re.findall(r'<option value="[^"]+">(Course [^<]+)</option>', page.text)
    assert courses == ["Course tiny-course", "Course a-route (short route)"]
    answer = send("/programmes/new", {**NEW, "course": course.ref, "trainers": [trainer.ref], "cities": [turku.ref]})
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200

    def check() -> None:
        made = db.session.scalars(select(Programme)).one()
        assert edition_id_of(made.id) == course.current_edition_id
        assert terms_of(made.id).attended_minutes == 630
        assert made.languages == ["fi", "sv"]
        assert [person.name for person in trainers_of(made.id)] == ["Claudia Weiss"]
        assert db.session.scalars(select(Team.city_id)).one() == turku.id

    one(app, check)


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": " "}, "Write a title."),
        ({"ends_on": "2026-01-01"}, "The last day lies before the first."),
        ({"starts_on": "soon"}, "Choose a date, or write it as year-month-day."),
        ({"seats": "0"}, "Write a whole number from 1."),
        ({"languages": []}, "Choose at least one language."),
        ({"course": "nothing"}, "Not a valid choice"),
        ({"attended_hours": "-1"}, "Write the hours as a number, 0 for none."),
    ],
)
def test_what_cannot_be_used_comes_back_with_what_was_typed(
    app: Flask, send: Send, commit: Commit, change: dict[str, object], words: str
) -> None:
    course = commit(make_course)
    answer = send("/programmes/new", {**NEW, "course": course.ref, "about": "For small cities.", **change})
    assert answer.status_code == 422
    assert words in answer.text
    assert "For small cities." in answer.text
    assert one(app, lambda: db.session.scalar(select(func.count(Programme.id)))) == 0


@pytest.mark.usefixtures("manager")
def test_all_that_is_wrong_is_said_at_once(send: Send, commit: Commit) -> None:
    course = commit(make_course)
    answer = send("/programmes/new", {**NEW, "course": course.ref, "title": " ", "ends_on": "2027-01-01"})
    assert answer.status_code == 422
    assert "Write a title." in answer.text
    assert "The last day lies before the first." in answer.text


@pytest.mark.usefixtures("manager")
def test_too_many_cities_make_no_programme_at_all(app: Flask, send: Send, commit: Commit, hub: Hub) -> None:
    course = commit(make_course)
    refs = [commit(make_city, name, hub_id=hub.id).ref for name in ("Turku", "Lahti")]
    answer = send("/programmes/new", {**NEW, "course": course.ref, "cities": refs, "seats": "1"})
    assert answer.status_code == 422
    assert "place of this programme is taken" in answer.text
    assert one(app, lambda: db.session.scalar(select(func.count(Programme.id)))) == 0


@pytest.mark.usefixtures("manager")
def test_a_programme_is_changed(app: Flask, client: FlaskClient, send: Send, programme: Programme) -> None:
    page = client.get(f"/programmes/{programme.ref}/edit")
    assert 'value="Finland 2026–27"' in page.text
    assert send(f"/programmes/{programme.ref}/edit", {**NEW, "seats": "1"}).status_code == 303
    page = client.get(f"/programmes/{programme.ref}/overview")
    assert "Finland, spring 2027" in page.text
    assert "10 hours 30 minutes" in page.text
    assert one(app, lambda: terms_of(programme.id).attended_minutes) == 630


@pytest.mark.usefixtures("manager")
def test_deadlines_are_set_and_taken_away(app: Flask, client: FlaskClient, send: Send, programme: Programme) -> None:
    address = f"/programmes/{programme.ref}/deadlines"
    assert "m1-quiz" in client.get(address).text
    day = (programme.starts_on + timedelta(days=60)).isoformat()
    assert send(address, {"due-m1-quiz": day, "due-m2-quiz": day, "due-unknown": day}).status_code == 303
    assert day in client.get(address).text
    late = send(address, {"due-m1-quiz": "2001-01-01", "due-m2-quiz": "x"})
    assert late.status_code == 422
    assert "between the first and the last day" in late.text
    assert 'value="2001-01-01"' in late.text
    assert send(address, {"due-m1-quiz": day}).status_code == 303
    assert one(app, lambda: [due.node_key for due in deadlines_of(programme)]) == ["m1-quiz"]
    assert one(app, lambda: db.session.scalar(select(func.count(Deadline.id)))) == 1
    # Days may be suggested: what has one keeps it, lessons get none, and nothing is kept before it is saved.
    filled = dict(DUE.findall(client.get(f"{address}?suggest=1").text))
    assert filled["m1-quiz"] == day
    assert filled["m1-lesson-1"] == ""
    assert programme.starts_on.isoformat() < filled["m2-quiz"] <= programme.ends_on.isoformat()
    assert one(app, lambda: db.session.scalar(select(func.count(Deadline.id)))) == 1


@pytest.mark.usefixtures("manager")
def test_a_newer_edition_is_shown_and_then_taken(
    app: Flask, client: FlaskClient, send: Send, commit: Commit, hub: Hub
) -> None:
    course = commit(make_course, modules=("m1",))
    programme = commit(make_programme, course_id=course.id)
    address = f"/programmes/{programme.ref}/edition"
    assert client.get(address).status_code == 303
    edition = commit(make_edition, course, major=2)
    assert "A newer edition of the course is there" in client.get(f"/programmes/{programme.ref}/overview").text
    page = client.get(address)
    assert "M2: First lesson" in page.text
    assert send(address, {"edition": "nothing"}).status_code == 404
    assert send(address, {"edition": edition.ref}).status_code == 303
    assert one(app, lambda: edition_id_of(programme.id)) == edition.id


@pytest.mark.usefixtures("manager")
def test_a_manager_adds_moves_and_removes_people(
    app: Flask, client: FlaskClient, send: Send, commit: Commit, hub: Hub, programme: Programme
) -> None:
    commit(make_person, "Paolo Ferri", email="paolo@example.org")
    turku, lahti = commit(make_city, "Turku"), commit(make_city, "Lahti")
    people = f"/programmes/{programme.ref}/people"
    unknown = send(people, {"email": "nobody@example.org", "city": turku.ref})
    assert unknown.status_code == 422
    assert "Nobody has an account" in unknown.text
    assert send(people, {"email": "paolo@example.org", "city": turku.ref}).status_code == 303
    page = client.get(people)
    assert "Paolo Ferri" in page.text
    person = f"{people}/{one(app, lambda: db.session.scalar(select(Enrolment.ref)))}"
    assert "Move to another team" in client.get(person).text
    assert send(f"{person}/coordinator", {"coordinator": "yes"}).status_code == 303
    assert "Coordinator" in client.get(people).text
    assert send(f"{person}/move", {"city": lahti.ref}).status_code == 303
    client.get(people)
    assert "Coordinator" not in main(client.get(people).text)
    assert "Remove Paolo Ferri from the programme?" in client.get(f"{person}/remove").text
    assert send(f"{person}/remove", {"why": "New job"}).status_code == 303
    assert client.get(person).status_code == 404


@pytest.mark.usefixtures("manager")
def test_a_manager_adds_and_removes_cities(
    app: Flask, client: FlaskClient, send: Send, commit: Commit, hub: Hub, programme: Programme
) -> None:
    city = commit(make_city, "Espoo", hub_id=hub.id)
    people = f"/programmes/{programme.ref}/people"
    assert send(f"{people}/cities", {"add": city.ref}).status_code == 303
    page = client.get(people)
    team_ref = one(app, lambda: db.session.scalar(select(Team.ref).where(Team.city_id == city.id)))
    assert f"{people}/cities/{team_ref}/remove" in page.text
    assert "Remove Espoo from the programme?" in client.get(f"{people}/cities/{team_ref}/remove").text
    assert send(f"{people}/cities/{team_ref}/remove", {}).status_code == 303
    assert client.get(f"{people}/cities/{team_ref}/remove").status_code == 404


@pytest.mark.usefixtures("manager")
def test_trainers_of_a_programme(
    client: FlaskClient, send: Send, commit: Commit, hub: Hub, programme: Programme
) -> None:
    commit(make_trainer, hub.id)
    radu = commit(make_person, "Radu Ionescu", email="radu@example.org")
    address = f"/programmes/{programme.ref}/trainers"
    assert "Claudia Weiss" in client.get(address).text
    assert send(address, {"trainer_email": "radu@example.org"}).status_code == 303
    assert send(address, {"trainer_email": "nobody@example.org"}).status_code == 422
    assert "Radu Ionescu" in client.get(f"/programmes/{programme.ref}").text
    assert "Remove Radu Ionescu as trainer?" in client.get(f"{address}/{radu.ref}/end").text
    assert send(f"{address}/{radu.ref}/end", {}).status_code == 303
    assert client.get(f"{address}/{radu.ref}/end").status_code == 404


def test_a_trainer_of_one_programme_sees_that_one_only(
    client: FlaskClient, commit: Commit, sign_in: Callable[[int], None], programme: Programme
) -> None:
    other = commit(make_programme, "Another run")
    trainer = commit(make_person, "Radu Ionescu", ("trainer", "programme", programme.id))
    sign_in(trainer.id)
    page = client.get("/programmes")
    assert programme.title in page.text
    assert "Another run" not in page.text
    assert client.get(f"/programmes/{programme.ref}/overview").status_code == 200
    assert client.get(f"/programmes/{programme.ref}/people").status_code == 200
    assert client.get(f"/programmes/{other.ref}/overview").status_code == 404
    assert client.get(f"/programmes/{programme.ref}/edit").status_code == 403


def test_nothing_of_another_hub_is_reached_by_any_address(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], hub: Hub
) -> None:
    other_hub = commit(make_hub, "Germany", countries=("DE",))
    other = commit(make_programme, "German run", hub_id=other_hub.id)
    secret = commit(make_person, "Geheime Person")
    enrolment = commit(lambda: enrol(secret.id, other, "Bonn"))
    sign_in(secret.id)
    third = commit(make_person, "Dritte Person")
    sign_in(third.id)
    send(f"/programmes/{other.ref}/ask", {"city": "none"})
    request_ref = one(client.application, lambda: db.session.scalar(select(JoinRequest.ref)))
    sign_in(commit(make_manager, hub.id).id)
    root = f"/programmes/{other.ref}"
    reading = ["overview", "people", "requests", "workshops", "workshops/new", "deadlines", "invitations", "trainers"]
    reading += ["edit", "edition", f"people/{enrolment.ref}", f"people/{enrolment.ref}/remove"]
    for address in [*(f"{root}/{name}" for name in reading), f"/requests/{request_ref}"]:
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert "Geheime" not in answer.text
    writing = ["people", "people/cities", "deadlines", "invitations", "trainers", "edit", "edition", "workshops/new"]
    writing += [f"people/{enrolment.ref}/{name}" for name in ("move", "coordinator", "remove")]
    targets = [
        *(f"{root}/{name}" for name in writing),
        *(f"/requests/{request_ref}/{x}" for x in ("approve", "decline")),
    ]
    for address in targets:
        assert send(address, {**NEW, "reason": "x", "city": "none", "email": "a@b.example"}).status_code == 404, address
    assert "German run" not in client.get("/programmes").text
    sign_in(commit(make_office).id)
    for address in (f"{root}/people", f"{root}/requests", "/programmes"):
        assert client.get(address).status_code == 403, address


@pytest.mark.usefixtures("manager")
def test_people_come_as_a_file_too(client: FlaskClient, commit: Commit, programme: Programme) -> None:
    for name, city in (("Åsa Sjögren", "Turku"), ("=Paolo Ferri", None)):
        commit(lambda name=name, city=city: enrol(make_person(name).id, programme, city))
    lines = client.get(f"/programmes/{programme.ref}/people.csv").text.splitlines()
    assert len(lines) == 3
    assert any(line.startswith("Åsa Sjögren,Turku,") for line in lines)
    assert any(line.startswith("'=Paolo Ferri,No city,") for line in lines)
    assert len(client.get(f"/programmes/{programme.ref}/people.csv?q=sjog").text.splitlines()) == 2
    assert "/people.csv" in client.get(f"/programmes/{programme.ref}/people").text


@pytest.mark.usefixtures("manager")
def test_who_was_erased_is_somebody_who_has_left(
    client: FlaskClient, send: Send, commit: Commit, programme: Programme
) -> None:
    gone = commit(lambda: enrol(make_person("Paolo Ferri").id, programme))
    commit(lambda: erase_person(actor=SYSTEM, person_id=gone.person_id))
    people = f"/programmes/{programme.ref}/people"
    for address in (people, f"{people}.csv", f"{people}/{gone.ref}", f"{people}/{gone.ref}/remove"):
        assert "somebody who has left" in client.get(address).text
    assert 'mailto:"' not in client.get(people).text
    assert send(f"{people}/{gone.ref}/remove", {}).status_code == 303
    assert "somebody who has left takes no part any more" in client.get(people).text


@pytest.mark.usefixtures("manager")
def test_pages_cost_the_same_at_any_number_of_people(
    client: FlaskClient, commit: Commit, statements: Callable[[], list[str]], programme: Programme
) -> None:
    def many() -> None:
        for number in range(30):
            enrol(make_person(f"Person {number:02}").id, programme, f"City {number % 8}")

    commit(many)
    for name in ("", "/overview", "/people", "/requests", "/workshops", "/deadlines", "/invitations", "/trainers"):
        statements()
        assert client.get(f"/programmes/{programme.ref}{name}").status_code == 200
        taken = statements()
        assert len(taken) <= 12, (name, len(taken), taken)
    statements()
    client.get("/programmes")
    assert len(statements()) <= 12
    page = client.get(f"/programmes/{programme.ref}/people")
    assert "Person 24" in page.text
    assert "Person 25" not in page.text
    assert "Person 29" in client.get(f"/programmes/{programme.ref}/people?page=2").text
    assert "Person 07" in client.get(f"/programmes/{programme.ref}/people?q=PERSON+07").text
