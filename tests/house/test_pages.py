"""Every page, for every role: safety headers, nothing inline, and no text that could not be translated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from lms.demo import cast
from lms.hubs.models import Hub
from lms.kernel.db import db
from lms.kernel.guard import STRICT_CSP
from tests.house.addresses import filled, unlike_others
from tests.house.conftest import ASKER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.test import TestResponse

    from tests.house.conftest import Demonstration

ROLES = {
    "visitor": "",
    "participant": cast.FINLAND.cities[0].people[1][0],
    "asker": ASKER,
    "trainer": cast.FINLAND.trainers[0],
    "hub manager": cast.FINLAND.manager,
    "trainee": cast.FINLAND.trainees[0],
    "partnership office": cast.OFFICE,
}
# Files carry a policy of their own, which forbids them everything.
FILE_POLICY = "default-src 'none'; sandbox"
HEADERS = {("nosniff", "same-origin"), ("nosniff", "no-referrer")}
INLINE = re.compile(r"<style|\sstyle\s*=|<[^>]*\son[a-z]+\s*=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)


@dataclass(frozen=True)
class Visit:
    """A page that somebody of a role opened."""

    role: str
    path: str
    answer: TestResponse

    def __str__(self) -> str:
        """Name it in a report."""
        return f"{self.role} {self.path} ({self.answer.status_code})"

    @property
    def is_page(self) -> bool:
        """Whether it is a page rather than a file or a redirect."""
        return self.answer.mimetype == "text/html" and self.answer.status_code not in {301, 302, 303}


def visit_all(demonstration: Demonstration) -> list[Visit]:
    """Open every address that can be read, as every role, with the things of the hub in Finland."""
    with demonstration.app.app_context():
        hub = db.session.scalars(select(Hub).where(Hub.code == cast.FINLAND.code)).one()
        paths = [*(route.path for route in filled(demonstration.app, hub, "GET")), *unlike_others(hub)]
    paths += ["/nothing/here", "/programmes/nothing"]
    return [visit(demonstration, role, path) for role in ROLES for path in paths]


def visit(demonstration: Demonstration, role: str, path: str) -> Visit:
    """Open an address and take in the whole answer, as browsers do: a stream ends, a file is closed."""
    answer = demonstration.client(ROLES[role]).get(path)
    answer.get_data()
    answer.close()
    return Visit(role, path, answer)


@pytest.fixture(scope="module")
def visits(demonstration: Demonstration) -> list[Visit]:
    return visit_all(demonstration)


def test_no_page_breaks(visits: list[Visit]) -> None:
    assert [str(visit) for visit in visits if visit.answer.status_code >= 500] == []


def test_every_answer_carries_the_safety_headers(visits: list[Visit]) -> None:
    wrong = []
    for visit in visits:
        headers = visit.answer.headers
        policy = {STRICT_CSP} if visit.is_page else {STRICT_CSP, FILE_POLICY}
        others = (headers.get("X-Content-Type-Options"), headers.get("Referrer-Policy"))
        if headers.get("Content-Security-Policy") not in policy or others not in HEADERS:
            wrong.append(f"{visit}: {headers.get('Content-Security-Policy')} {others}")
    assert wrong == []


def test_nothing_of_a_person_is_kept_by_others(visits: list[Visit]) -> None:
    """A shared cache between people and the site must keep no page."""
    open_to_caches = [
        str(visit)
        for visit in visits
        if not visit.path.startswith("/static/")
        and not {"private", "no-store"} & set(re.split(r"[,\s]+", visit.answer.headers.get("Cache-Control", "")))
    ]
    assert open_to_caches == []


def test_no_page_holds_anything_inline(visits: list[Visit]) -> None:
    assert [f"{v}: {INLINE.search(v.answer.text)}" for v in visits if v.is_page and INLINE.search(v.answer.text)] == []


def test_every_page_has_one_title_one_heading_and_says_its_language(visits: list[Visit]) -> None:
    wrong = []
    for visit in visits:
        if visit.is_page:
            html = visit.answer.text
            found = (len(re.findall(r"<h1\b", html)), len(re.findall(r"<title>[^<]", html)))
            if found != (1, 1) or not re.search(r'<html lang="[a-z]{2}"', html):
                wrong.append(f"{visit}: {found}")
    assert wrong == []


def test_the_policy_of_pages_allows_nothing_inline_and_no_frame_around_them() -> None:
    assert "unsafe" not in STRICT_CSP
    assert "frame-ancestors 'none'" in STRICT_CSP


def test_every_page_is_valid_html(visits: list[Visit], html_faults: Callable[[Mapping[str, str]], list[str]]) -> None:
    pages: dict[str, tuple[str, str]] = {}
    for visit in visits:
        if visit.is_page:
            pages.setdefault(re.sub(r"[A-Za-z0-9_-]{16,}|\d", "", visit.answer.text), (str(visit), visit.answer.text))
    assert html_faults({f"{number} {name}": html for number, (name, html) in enumerate(pages.values())}) == []
