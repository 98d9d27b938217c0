"""Drawings to read on a phone, text that is spaced out, and pages that say what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from defusedxml.ElementTree import fromstring

from courses.authoring.loading import CONTENT
from lms.kernel.texts.figures import NARROW
from lms.testing.accessibility import sideways_scroll
from tests.browser.site import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import OpenAs
    from tests.browser.crawling import Visit
    from tests.browser.site import Site

LESSON = "m1-five-steps"
SMALLEST_LETTERS = 12  # CSS pixels
# WCAG 2.1, success criterion 1.4.12. A style element would be blocked by the page's policy.
SPACE_OUT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}
    p {margin-block-end: 2em !important}`);
  document.adoptedStyleSheets = [sheet];
}"""
LETTERS = """svg => [...svg.querySelectorAll("text")].map(text =>
  parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""
CUT_OFF = """svg => [...svg.querySelectorAll("text")].filter(text => {
  const [frame, box] = [svg.getBoundingClientRect(), text.getBoundingClientRect()];
  return box.left < frame.left || box.right > frame.right;
}).map(text => text.textContent)"""


def test_the_words_of_a_drawing_can_be_read_on_a_phone(site: Site, open_as: OpenAs) -> None:
    page = open_as(ROLES["coordinator"], f"/programmes/{site.programme_ref()}/lessons/{LESSON}", width=320)
    drawing = page.locator(".lms-drawing").first
    sizes = drawing.locator("svg").evaluate(LETTERS)
    assert sizes
    assert min(sizes) >= SMALLEST_LETTERS, sizes
    assert drawing.locator("svg").evaluate(CUT_OFF) == []
    assert sideways_scroll(page) == 0
    drawing.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)  # the browser scrolls a few frames later
    assert drawing.evaluate("item => item.scrollLeft") > 0


def test_no_drawing_of_the_courses_has_smaller_letters() -> None:
    """As wide as `lms.css` draws them on the narrowest phone, where the page gives them less."""
    small = {}
    for file in CONTENT.glob("*/*/*/figure-*.svg"):
        drawing = fromstring(file.read_bytes())
        width = float(drawing.get("viewBox", "").split()[2])
        pixels = 19.4 * 16 if width <= NARROW else 30 * 15
        letters = [float(size) for item in drawing.iter() if (size := item.get("font-size"))]
        if letters and min(letters) * pixels / width < SMALLEST_LETTERS:
            small[f"{file.parent.name}/{file.name}"] = min(letters)
    assert small == {}


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("visitor", "/nothing-here", 404),
        ("visitor", "/verify/unknown-code", 404),
        ("participant", "/dashboard", 403),
    ],
)
def test_a_page_that_says_what_went_wrong_is_for_everybody(
    role: str,
    path: str,
    status: int,
    site: Site,
    open_as: OpenAs,
    accessibility_faults: Callable[[Page], list[str]],
) -> None:
    assert site.client(ROLES[role]).get(path).status_code == status
    for width, dark in ((1280, False), (320, True)):
        page = open_as(ROLES[role], path, width=width, dark=dark)
        assert page.locator("h1").count() == 1
        assert accessibility_faults(page) == []


def test_text_may_be_spaced_out(site: Site, visits: list[Visit], open_as: OpenAs) -> None:
    faults, seen, page, role = [], set(), None, ""
    for visit in visits:
        if visit.endpoint in seen:
            continue
        seen.add(visit.endpoint)
        if page is None or role != visit.role:
            page, role = open_as(ROLES[visit.role], "/help", width=320), visit.role
        page.goto(site.url + visit.path, wait_until="domcontentloaded")
        page.evaluate(SPACE_OUT)
        if width := sideways_scroll(page):
            faults.append(f"{visit}: can be scrolled sideways by {width} pixels")
    assert not faults, "\n" + "\n".join(faults)
