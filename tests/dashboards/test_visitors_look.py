"""The visitors' pages in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.courses.learning.scene import make_scene

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    from tests.factories.fixtures import Commit

ADDRESSES = ("/?country=FI", "/courses", "/courses?language=fi", "/courses/small-course")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_visitors_pages_are_open_to_everybody(
    accessibility_faults: Callable[[Page], list[str]],
    open_page: Callable[..., Page],
    live_url: str,
    commit: Commit,
    tmp_path: Path,
    width: int,
    dark: bool,
) -> None:
    make_scene(commit, tmp_path)
    page = open_page(width=width, dark=dark)
    for address in ADDRESSES:
        page.goto(live_url + address)
        assert accessibility_faults(page) == [], address


def test_the_pages_are_valid_html(
    html_faults: Callable[[dict[str, str]], list[str]], client: FlaskClient, commit: Commit, tmp_path: Path
) -> None:
    make_scene(commit, tmp_path)
    assert html_faults({address: client.get(address).text for address in ADDRESSES}) == []
