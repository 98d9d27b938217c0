"""The participant's pages in a browser: for everybody, at every width, and without sideways scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from courses.progress.models import Bookmark
from lms.kernel.db import db

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    from tests.courses.learning.scene import Scene
    from tests.factories.fixtures import Commit


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_lesson_and_course_are_open_to_everybody(
    accessibility_faults: Callable[[Page], list[str]],
    open_page: Callable[..., Page],
    live_url: str,
    sign_in_page: Callable[[Page, int], None],
    scene: Scene,
    width: int,
    dark: bool,
) -> None:
    page = open_page(width=width, dark=dark)
    sign_in_page(page, scene.marja)
    for address in (scene.lesson(), scene.page):
        page.goto(live_url + address)
        assert accessibility_faults(page) == []


def test_the_pages_are_valid_html(
    html_faults: Callable[[dict[str, str]], list[str]],
    client: FlaskClient,
    sign_in: Callable[[int], None],
    scene: Scene,
) -> None:
    shown: dict[str, str] = {}
    for who in ("marja", "trainer"):
        sign_in(getattr(scene, who))
        shown |= {f"{who} lesson": client.get(scene.lesson()).text, f"{who} course": client.get(scene.page).text}
    assert html_faults(shown) == []


def test_reading_remembers_the_place(
    page: Page, live_url: str, sign_in_page: Callable[[Page, int], None], scene: Scene, commit: Commit
) -> None:
    sign_in_page(page, scene.marja)
    page.goto(live_url + scene.lesson())
    page.locator("#part-1").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    page.goto(live_url + scene.page)
    for _try in range(50):
        kept = commit(lambda: db.session.get(Bookmark, scene.enrolment.id))
        if kept is not None:
            break
        page.wait_for_timeout(100)
    assert kept is not None
    assert (kept.node_key, kept.anchor) == ("m1-start", "part-1")
