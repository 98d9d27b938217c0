"""The demonstration site, made once for all tests of the browser, and pages in it."""

from __future__ import annotations

import logging
import shutil
import threading
from typing import TYPE_CHECKING, Protocol

import pytest
from werkzeug.serving import make_server

from lms.kernel.db import db
from tests.browser.crawling import Visit, crawl
from tests.browser.site import ROLES, ROUTE, Site
from tests.factories.demonstration import demonstration_site

CHECKLIST, TO_SIGN = "m8-handin", "mc-commitment"
# Pages that no link leads to.
BY_HAND = ("/sign-in", "/confirm", "/mail-sent", "/reset", "/check")

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from lms.testing.browser import OpenPage


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, demonstration_data: Path) -> Iterator[Site]:
    """Give the standalone site with demonstration data, served in a thread."""
    folder = shutil.copytree(demonstration_data, tmp_path_factory.mktemp("browser") / "data")
    app = demonstration_site(folder, "http://127.0.0.1")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="demonstration", daemon=True)
    thread.start()
    made = Site(app, f"http://127.0.0.1:{server.server_port}")
    made.newcomer(ROLES["newcomer"])
    made.stranger(ROLES["asker"])
    made.empty_team("Naantali")
    made.new_edition()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class OpenAs(Protocol):
    """Opens a page of the demonstration as somebody; see the fixture `open_as`."""

    def __call__(
        self,
        name: str,
        path: str = ...,
        *,
        width: int = ...,
        height: int = ...,
        dark: bool = ...,
        javascript: bool = ...,
        language: str = ...,
    ) -> Page:
        """Open a path as the person with this name; "" is a visitor."""


@pytest.fixture
def open_as(site: Site, open_page: OpenPage) -> OpenAs:
    """Give a function that opens a page of the demonstration: `open_as("Marja Lehto", "/my", width=320)`."""

    def opener(name: str, path: str = "/", **more: int | bool | str) -> Page:
        page = open_page(state=site.state(name), **more)  # type: ignore[arg-type]  # handed on as they came
        page.goto(site.url + path)
        return page

    return opener


@pytest.fixture(scope="session")
def visits(site: Site) -> list[Visit]:
    """Give every kind of page as every role, found by following links from each role's first page."""
    attempt = site.start_quiz(ROLES["newcomer"])
    finland, route = f"/programmes/{site.programme_ref()}", f"/programmes/{site.programme_ref(ROUTE)}"
    site.send(ROLES["newcomer"], f"{route}/ask", city="none")  # a place at once
    short = f"{route}/lessons/m1-five-steps"
    starts = {
        "visitor": [site.invitation()],
        "coordinator": [f"{finland}/hand-ins/{CHECKLIST}"],
        "newcomer": [attempt, f"{attempt}/check", short, f"{short}?whole=1", f"{route}/lessons/{TO_SIGN}"],
        "asker": [site.send(ROLES["asker"], f"{finland}/ask", city="none")],
        "trainer": [f"/grading/{site.handin_ref('Lahti', CHECKLIST)}"],
    }
    found: list[Visit] = []
    for role, name in ROLES.items():
        found += crawl(site.app, site.client(name), role, ["/", *starts.get(role, ()), *BY_HAND])
    return found
