"""What everybody sees without an account: courses, programmes to come, and the hub of their country."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from courses.authoring.services import load_course, publish
from courses.programmes.asking import ask_for_place
from courses.programmes.models import Programme
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from tests.factories.course_files import change, write_course
from tests.factories.hubs import make_hub, make_organisation
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from courses.catalogue.models import Course
    from lms.accounts.models import Person
    from tests.factories.fixtures import Commit


def publish_course(folder: Path) -> Course:
    course = load_course(actor=SYSTEM, folder=folder).course
    publish(actor=SYSTEM, course=course)
    return course


@pytest.fixture
def course(commit: Commit, tmp_path: Path) -> Course:
    return commit(publish_course, write_course(tmp_path))


@pytest.mark.usefixtures("course")
def test_visitors_see_the_courses(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "<h1>One yearly cycle for your whole city</h1>" in page
    assert 'href="/courses/small-course"' in page


def test_a_course_without_an_edition_is_shown_nowhere(client: FlaskClient, commit: Commit, tmp_path: Path) -> None:
    commit(lambda: load_course(actor=SYSTEM, folder=write_course(tmp_path)).course)
    assert "small-course" not in client.get("/courses").text
    assert client.get("/courses/small-course").status_code == 404


@pytest.mark.usefixtures("course")
def test_courses_are_chosen_by_language_and_audience(client: FlaskClient, commit: Commit, tmp_path: Path) -> None:
    other = write_course(tmp_path, key="trainers-course")
    change(other, "course.toml", 'languages = ["en", "de"]', 'languages = ["en"]')
    change(other, "course.toml", "city-teams", "trainers")
    commit(publish_course, other)
    assert "trainers-course" in client.get("/courses").text
    assert "trainers-course" not in client.get("/courses?language=de").text
    trainers = client.get("/courses?audience=trainers").text
    assert "trainers-course" in trainers
    assert "small-course" not in trainers
    assert "No course fits" in client.get("/courses?language=de&audience=trainers").text
    assert 'value="trainers"' in trainers
    assert "councillors" not in trainers  # no course is for them


@pytest.mark.usefixtures("course")
def test_a_course_page_says_what_one_learns_in_a_language_of_choice(client: FlaskClient) -> None:
    page = client.get("/courses/small-course").text
    assert '<h1 lang="en">Small course</h1>' in page
    assert "Explain the cycle" in page
    assert "First module" in page
    assert '<h1 lang="de">Kleiner Kurs</h1>' in client.get("/courses/small-course?content=de").text


def test_the_next_programmes_are_shown_with_their_places(client: FlaskClient, course: Course, commit: Commit) -> None:
    def soon() -> str:
        programme = make_programme("Finland, next winter", course_id=course.id, seats=15)
        programme.starts_on = now().date() + timedelta(days=30)
        running = make_programme("Finland, this winter", course_id=course.id)
        running.requests_until = now().date()
        return programme.ref

    ref = commit(soon)
    for address in ("/", "/courses/small-course"):
        page = client.get(address).text
        assert "Finland, next winter" in page
        assert "15 of 15 places are left." in page
        assert page.index("Began on") < page.index("Starts on")
        assert f'href="/programmes/{ref}"' in page


def test_who_has_asked_or_takes_part_is_not_asked_again(
    client: FlaskClient, course: Course, commit: Commit, sign_in: Callable[[int], None]
) -> None:
    def soon() -> tuple[Programme, Person, Person]:
        programme = make_programme("Finland, next winter", course_id=course.id)
        programme.requests_until = now().date() + timedelta(days=10)
        asks, inside = make_person("Marja Lehto"), make_person("Paolo Ferri")
        ask_for_place(actor=viewer_for(asks.id), programme=programme)
        enrol(inside.id, programme)
        return programme, asks, inside

    programme, asks, inside = commit(soon)
    public = client.get(f"/programmes/{programme.ref}").text
    assert 'href="/courses/small-course">Small course</a>' in public  # the way back
    assert ">Ask for a place<" in client.get("/courses/small-course").text
    for person, words in ((asks, "You have asked for a place"), (inside, "You take part in this programme")):
        sign_in(person.id)
        for address in ("/courses", "/courses/small-course"):
            page = client.get(address).text
            assert f'href="/programmes/{programme.ref}">{words}<' in page
            assert "Ask for a place" not in page


def test_a_programme_that_is_over_is_not_shown(client: FlaskClient, course: Course, commit: Commit) -> None:
    def over() -> None:
        programme = make_programme("Finland, long ago", course_id=course.id)
        row = db.session.get_one(Programme, programme.id)
        row.starts_on, row.ends_on = now().date() - timedelta(days=300), now().date() - timedelta(days=1)

    commit(over)
    assert "Finland, long ago" not in client.get("/").text


def test_everybody_finds_the_hub_of_their_country(client: FlaskClient, commit: Commit) -> None:
    hub = commit(make_hub, "Hub of the North", "FI", countries=["FI"])
    commit(make_organisation, "Association of Towns", hub_id=hub.id)
    page = client.get("/?country=FI").text
    assert "Hub of the North" in page
    assert "Association of Towns" in page
    assert "This country has no hub yet" in client.get("/?country=XX").text


@pytest.mark.usefixtures("course")
def test_who_has_signed_in_goes_to_what_is_theirs_and_still_finds_the_courses(
    client: FlaskClient, sign_in: Callable[[int], None], commit: Commit
) -> None:
    sign_in(commit(make_person, "Marja Lehto").id)
    assert client.get("/").location == "/my"
    assert 'class="lms-btn lms-btn--main" href="/courses"' in client.get("/my").text
    assert "small-course" in client.get("/courses").text


@pytest.mark.parametrize(
    "query", ["language=%00", "audience=<script>", "country=%27%22", "content=xx", "language=" + "x" * 5000]
)
@pytest.mark.usefixtures("course")
def test_odd_values_in_the_address_do_no_harm(client: FlaskClient, query: str) -> None:
    for address in ("/", "/courses", "/courses/small-course"):
        page = client.get(f"{address}?{query}")
        assert page.status_code == 200
        assert "<script>" not in page.text
