"""A route as its reader has it: short lessons, the whole text on demand, no link to what the route leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from courses.authoring.services import load_course, publish
from courses.programmes.models import Enrolment, Programme
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from tests.factories.course_files import change, write_course, write_route
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    from tests.factories.fixtures import Commit


@pytest.fixture
def short_lesson(commit: Commit, tmp_path: Path, sign_in: Callable[[int], None]) -> str:
    """Give the address of a short lesson that links to one which the route leaves out; its reader is signed in."""
    write_course(tmp_path)
    route = write_route(tmp_path)
    change(route, "10-first/module.toml", '[[include]]\ncourse = "small-course"\nkey = "m1-go-on"\nposition = 20\n', "")

    def programme() -> Programme:
        course = load_course(actor=SYSTEM, folder=route).course
        publish(actor=SYSTEM, course=course)
        return make_programme(course_id=course.id)

    made = commit(programme)
    reader = commit(make_person, "József Kovács").id
    commit(lambda: enrol(reader, db.session.get_one(Programme, made.id)))
    sign_in(reader)
    return f"/programmes/{made.ref}/lessons/m1-start"


def test_the_short_version_has_outcome_summary_and_figures(client: FlaskClient, short_lesson: str) -> None:
    page = client.get(short_lesson).text
    assert "About 2 minutes" in page
    assert "You can explain it." in page
    assert "In two minutes</h2>" in page
    assert "In short." in page
    assert 'aria-label="A line."' in page
    assert "Text of part one." not in page
    assert f'href="{short_lesson}?whole=1"' in page
    assert "About 15 minutes" in page


def test_the_whole_text_is_there_on_demand(client: FlaskClient, short_lesson: str) -> None:
    page = client.get(f"{short_lesson}?whole=1").text
    assert "Text of part one." in page
    assert "About 15 minutes" in page
    assert f'<a href="{short_lesson}">Back to the short version</a>' in page


def test_a_link_to_what_the_route_leaves_out_is_plain_words(client: FlaskClient, short_lesson: str) -> None:
    assert "See next." in client.get(f"{short_lesson}?whole=1").text


def test_short_lessons_and_sheets_to_sign_are_open_to_everybody(
    accessibility_faults: Callable[[Page], list[str]],
    html_faults: Callable[[dict[str, str]], list[str]],
    open_page: Callable[..., Page],
    live_url: str,
    sign_in_page: Callable[[Page, int], None],
    commit: Commit,
    client: FlaskClient,
    short_lesson: str,
) -> None:
    shown = {"short": short_lesson, "sign": short_lesson.replace("m1-start", "own-promise")}
    assert html_faults({name: client.get(address).text for name, address in shown.items()}) == []
    page = open_page(width=320, dark=True)
    sign_in_page(page, commit(lambda: db.session.scalars(select(Enrolment.person_id)).one()))
    for address in shown.values():
        page.goto(live_url + address)
        assert accessibility_faults(page) == []
    assert page.get_by_role("button", name="Print this page").is_visible()
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Print this page").is_visible()
    assert page.locator(".lms-paper").evaluate("sheet => getComputedStyle(sheet).breakBefore") == "page"
    plain = open_page(javascript=False)
    sign_in_page(plain, commit(lambda: db.session.scalars(select(Enrolment.person_id)).one()))
    plain.goto(live_url + shown["sign"])
    assert plain.get_by_text("Print this page, then sign.").is_visible()
    assert not plain.locator("[data-lms-print]").is_visible()  # without its script it could do nothing
