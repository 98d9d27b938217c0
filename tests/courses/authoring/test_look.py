"""The authors' pages in a browser: an authoring tool has to be open to everybody too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from courses.authoring.services import load_course, publish
from lms.kernel.permissions import SYSTEM
from tests.factories.course_files import write_course
from tests.factories.people import make_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    from courses.catalogue.models import Course
    from tests.factories.fixtures import Commit


@pytest.fixture
def addresses(commit: Commit, tmp_path: Path) -> list[str]:
    def make() -> Course:
        loaded = load_course(actor=SYSTEM, folder=write_course(tmp_path)).course
        publish(actor=SYSTEM, course=loaded)
        return loaded

    ref = commit(make).ref
    parts = ("", "/lessons/m1-start", "/lessons/m1-start?language=de", "/preview/m1-start", "/versions", "/publish")
    return ["/authoring", *(f"/authoring/{ref}{part}" for part in parts)]


@pytest.fixture
def author(commit: Commit) -> int:
    return commit(make_person, "Claudia Weiss", ("author", "partnership", 0)).id


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_authors_pages_are_open_to_everybody(
    accessibility_faults: Callable[[Page], list[str]],
    open_page: Callable[..., Page],
    live_url: str,
    sign_in_page: Callable[[Page, int], None],
    addresses: list[str],
    author: int,
    width: int,
    dark: bool,
) -> None:
    page = open_page(width=width, dark=dark)
    sign_in_page(page, author)
    for address in addresses:
        page.goto(live_url + address)
        assert accessibility_faults(page) == [], address


def test_the_pages_are_valid_html(
    html_faults: Callable[[dict[str, str]], list[str]],
    client: FlaskClient,
    sign_in: Callable[[int], None],
    addresses: list[str],
    author: int,
) -> None:
    sign_in(author)
    assert html_faults({address: client.get(address).text for address in addresses}) == []


def test_the_preview_follows_while_one_writes(
    page: Page, live_url: str, sign_in_page: Callable[[Page, int], None], addresses: list[str], author: int
) -> None:
    sign_in_page(page, author)
    page.goto(live_url + addresses[2])
    page.get_by_label("Text in Markdown").fill("A **new term** <b>")
    page.locator("[data-lms-pane] dfn", has_text="new term").wait_for()
