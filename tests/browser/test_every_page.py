"""Every kind of page as every role: for everybody, wide and narrow, light and dark, in two languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lms.testing.accessibility import sideways_scroll
from tests.browser.site import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import Page, ViewportSize

    from tests.browser.conftest import OpenAs
    from tests.browser.crawling import Visit
    from tests.browser.site import Site

    PageFaults = Callable[[Page], list[str]]

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
# Not HTML, or only for programs; and pages whose links come by mail.
NO_PAGES = {
    "lms.kernel.health",
    "lms.kernel.static",
    "lms.kernel.download",
    "lms.accounts.data_file",
    "lms.handins.document_as",
    "lms.handins.document_file",
    "lms.handins.version_checklist",
    "lms.issuing.pdf",
    "lms.library.file",
    "lms.workshops.calendar",
    "lms.kernel.nowhere",
    # They only lead on to another page.
    "lms.hubs.mine",
    "lms.quizzes.leave",
}
BY_MAIL = {"lms.site.confirm", "lms.site.reset", "lms.account.confirm_email"}


@pytest.fixture(scope="session")
def kinds(visits: list[Visit]) -> dict[str, list[Visit]]:
    """Sort the pages by role, and leave out those that are made of nothing but what was seen on others of their kind.

    The first page of each role is always looked at, for it has the role's own menu.
    """
    seen: dict[str, set[str]] = {}
    by_role: dict[str, list[Visit]] = {role: [] for role in ROLES}
    for visit in visits:
        known = seen.setdefault(visit.endpoint, set())
        if not by_role[visit.role] or visit.shapes - known:
            known |= visit.shapes
            by_role[visit.role].append(visit)
    return by_role


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_for_everybody(
    role: str,
    kinds: dict[str, list[Visit]],
    open_as: OpenAs,
    site: Site,
    accessibility_faults: PageFaults,
) -> None:
    page = open_as(ROLES[role], "/help")
    faults: list[str] = []
    for visit in kinds[role]:
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(WIDE)
        page.goto(site.url + visit.path)
        faults += [f"{visit}: wide, light: {fault}" for fault in accessibility_faults(page)]
        page.emulate_media(color_scheme="dark")
        if visit is kinds[role][0]:  # colours do not depend on the width; what only a wide page shows is here
            faults += [f"{visit}: wide, dark: {fault}" for fault in contrast_faults(page)]
        page.set_viewport_size(NARROW)
        faults += [f"{visit}: narrow, dark: {fault}" for fault in accessibility_faults(page)]
    assert not faults, "\n" + "\n".join(faults)


def contrast_faults(page: Page) -> list[str]:
    """Name what is too pale, after the colours have changed. axe is in the page already."""
    found: list[str] = page.evaluate(
        """async () => (await axe.run(document, {runOnly: ["color-contrast", "link-in-text-block"]})).violations
        .flatMap((rule) => rule.nodes.map((node) => `${rule.id} (${node.target.join(" ")})`))"""
    )
    return found


def test_html_is_valid(kinds: dict[str, list[Visit]], html_faults: Callable[[Mapping[str, str]], list[str]]) -> None:
    faults = html_faults({str(visit): visit.html for found in kinds.values() for visit in found})
    assert not faults, "\n" + "\n".join(faults)


def test_each_page_has_a_title_one_heading_and_a_language(visits: list[Visit]) -> None:
    faults = []
    for visit in visits:
        title = re.search(r"<title>([^<]+) – [^<]+</title>", visit.html)
        if not title or not title[1].strip():
            faults.append(f"{visit}: no title")
        if len(re.findall(r"<h1\b", visit.html)) != 1:
            faults.append(f"{visit}: not one h1")
        if '<html lang="en">' not in visit.html:
            faults.append(f"{visit}: no language")
    assert not faults, "\n" + "\n".join(faults)


def test_every_page_can_be_reached_by_links(site: Site, visits: list[Visit]) -> None:
    seen = {visit.endpoint for visit in visits}
    pages = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    missing = {name for name in pages - seen - NO_PAGES - BY_MAIL if not name.endswith(("_csv", ".export"))}
    assert missing == set()


@pytest.mark.parametrize(
    ("endpoint", "mark"),
    [
        ("lms.learning.lesson", "?whole=1"),  # a short version, with the way to the whole lesson
        ("lms.learning.lesson", "Back to the short version"),
        ("lms.learning.lesson", 'class="lms-paper'),  # a sheet to sign
        ("lms.learning.lesson", 'class="lms-word'),  # a word that is explained
        ("lms.selftests.selftest", "<fieldset"),
        ("lms.library.glossary", "lms-glossary"),
        ("lms.library.item", "<table"),
        ("lms.handins.handin", 'name="check-'),  # a checklist to answer
        ("lms.grading.feedback", "answers changed since version 1"),  # one that was answered twice
        ("lms.dashboards.people", "in another programme"),
    ],
)
def test_what_differs_most_inside_is_among_the_pages(endpoint: str, mark: str, visits: list[Visit]) -> None:
    """They are found by links, of which only some are followed: so that none of these is left out one day."""
    assert [visit for visit in visits if visit.endpoint == endpoint and mark in visit.html]


def test_german_pages_fit_a_phone(visits: list[Visit], open_as: OpenAs, site: Site) -> None:
    """German words are long."""
    faults, seen, page, role = [], set(), None, ""
    for visit in visits:
        if visit.endpoint in seen:
            continue
        seen.add(visit.endpoint)
        if page is None or role != visit.role:
            page, role = open_as(ROLES[visit.role], "/help?lang=de", width=320), visit.role
        page.goto(site.url + visit.path)
        if page.evaluate("document.documentElement.lang") != "de":
            faults.append(f"{visit}: not in German")
        if width := sideways_scroll(page):
            faults.append(f"{visit}: can be scrolled sideways by {width} pixels")
    assert not faults, "\n" + "\n".join(faults)
