from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response, session

from lms.testing.accessibility import lost_focus, sideways_scroll, small_targets
from lms.testing.browser import watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import Browser, Page

    from lms.testing.browser import OpenPage

    Check = Callable[[Page], list[str]]

GOOD = """<!doctype html>
<html lang="en"><head><title>Home</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><style>input, button {min-height: 2rem}</style></head>
<body><main><h1>Home</h1><p>Read the <a href="/next">next page</a>.</p>
<form method="post"><label for="name">Your name</label><input id="name" name="name" autocomplete="name">
<button type="submit">Save this name</button></form></main></body></html>"""
BAD = """<!doctype html>
<html><head><title>Bad</title><style>.wide {width: 900px} .bare:focus {outline: none} .dot {width: 9px; height: 9px;
padding: 0; border: 0}</style><link rel="icon" href="data:,"></head>
<body><main><h1>Bad</h1><p class="wide">wide</p><a class="bare" href="/x">bare</a>
<button class="dot" type="button"></button><img src="data:,"></main></body></html>"""


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """Give these tests an app of their own: they add routes."""
    return own_app


@pytest.fixture
def pages_of(serve: Callable[[Flask], str]) -> Callable[[str], str]:
    def start(html: str, policy: str = "") -> str:
        app = Flask("pages")
        headers = {"Content-Security-Policy": policy} if policy else {}
        app.add_url_rule("/", "home", lambda: Response(html, headers=headers))
        return serve(app)

    return start


def test_a_good_page_has_no_faults(page: Page, pages_of: Callable[..., str], accessibility_faults: Check) -> None:
    page.goto(pages_of(GOOD, "default-src 'none'; img-src data:; style-src 'unsafe-inline'"))
    assert accessibility_faults(page) == []


def test_faults_are_named(open_page: OpenPage, pages_of: Callable[..., str], accessibility_faults: Check) -> None:
    page = open_page(width=320)
    page.goto(pages_of(BAD))
    faults = "\n".join(accessibility_faults(page))
    for words in ("html-has-lang", "image-alt", "button-name", "sideways", "small target: button"):
        assert words in faults
    assert sideways_scroll(page) > 500
    assert small_targets(page) == ["small target: button dot"]


def test_focus_that_cannot_be_seen_is_named(page: Page, pages_of: Callable[..., str]) -> None:
    page.goto(pages_of(BAD))
    assert lost_focus(page) == ["focus cannot be seen: a bare"]


def test_html_faults_are_named_with_their_page(
    html_faults: Callable[[Mapping[str, str]], list[str]],
) -> None:
    faults = html_faults({"good": GOOD, "bad": BAD})
    assert all(fault.startswith("bad ") for fault in faults), faults
    assert any("text-content" in fault or "wcag/h37" in fault for fault in faults)


def test_a_person_signs_in_without_the_form(
    app: Flask, live_url: str, page: Page, sign_in_page: Callable[[Page, int], None]
) -> None:
    app.add_url_rule("/who-am-i", "who", lambda: Response(str(dict(session)), mimetype="text/plain"))
    sign_in_page(page, 42)
    page.goto(f"{live_url}/who-am-i")
    assert "'42'" in page.content()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<script>1</script>", "Content Security Policy"),
        ("<img src='/nowhere.png' alt='x'>", "404 for"),
        ("<a href='https://example.org'>x</a>", ""),
    ],
    ids=["inline script", "missing file", "plain link"],
)
def test_errors_that_a_page_reports_are_written_down(
    chromium: Browser, pages_of: Callable[..., str], body: str, fault: str
) -> None:
    faults: list[str] = []
    page = chromium.new_page()
    watch(page, faults)
    page.goto(
        pages_of(
            GOOD.replace("<h1>", f"{body}<h1>"), "default-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:"
        )
    )
    page.close()
    assert [fault in line for line in faults] == ([True] if fault else [])
