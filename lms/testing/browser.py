"""Pages in Chromium: the system's own, started when the first test asks, with no way to other machines.

A test fails when a page of it reported an error: a script that broke, a breach of the Content-Security-Policy, a
file that did not come, an address on another machine.
"""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import ConsoleMessage, Page, Request, Response, Route, sync_playwright
from werkzeug.serving import make_server

from lms.testing.apps import SUBJECT
from lms.testing.sockets import is_local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from playwright.sync_api import Browser, StorageState

ARGUMENTS = (
    "--no-sandbox",  # the pages are ours, and root may not use the sandbox
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
WAIT_SECONDS = 10
BAD_REQUEST = 400


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark that tests with a page get by themselves."""
    config.addinivalue_line("markers", "browser: opens pages in Chromium (set by itself)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need Chromium, so that `-m "not browser"` leaves them out."""
    for item in items:
        if isinstance(item, pytest.Function) and "chromium" in item.fixturenames:
            item.add_marker("browser")


class OpenPage(Protocol):
    """Opens a page; see the fixture `open_page`."""

    def __call__(
        self,
        *,
        width: int = ...,
        height: int = ...,
        dark: bool = ...,
        javascript: bool = ...,
        language: str = ...,
        state: StorageState | None = ...,
    ) -> Page:
        """Open a page in a profile of its own; `state` is what a profile kept, such as a session."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the browser of this run. Fails with one line when there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("Chromium is not installed; on Debian: apt-get install chromium libatomic1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Give a function that opens a page in a profile of its own, closed after the test.

    >>> def test_phone(open_page, live_url):
    ...     page = open_page(width=320, dark=True, javascript=False)
    ...     page.goto(live_url + "/")
    """
    faults: list[str] = []
    contexts = []

    def open_one(
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        javascript: bool = True,
        language: str = "en-GB",
        state: StorageState | None = None,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale=language,
            reduced_motion="reduce",
            timezone_id="Europe/Brussels",
            storage_state=state,
        )
        contexts.append(context)
        context.set_default_timeout(WAIT_SECONDS * 1000)
        context.route(lambda address: not _stays_here(address), lambda route: _refuse(route, faults))
        page = context.new_page()
        watch(page, faults)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults, "pages reported errors:\n" + "\n".join(faults)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Give a page of 1280 by 900 pixels, light, with JavaScript, in British English."""
    return open_page()


def _stays_here(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"data", "blob", "about"} or is_local(parts.hostname)


def _refuse(route: Route, faults: list[str]) -> None:
    faults.append(f"a page asked for {route.request.url}")
    route.abort()


def watch(page: Page, faults: list[str]) -> None:
    """Write down, in a list, whatever goes wrong in a page from now on."""

    def on_console(message: ConsoleMessage) -> None:
        # The browser also reports every 404 or 422 here, which may be what a test is after.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(f"{page.url}: {message.text}")

    def on_response(response: Response) -> None:
        request: Request = response.request
        part = request.resource_type in {"stylesheet", "script", "image", "font", "media", "manifest"}
        if part and response.status >= BAD_REQUEST:
            faults.append(f"{page.url}: {response.status} for {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("response", on_response)


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], str]]:
    """Give a function that serves an app on this machine and returns its address: `serve(app)`."""
    running = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, name="test-server", daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def live_url(app: Flask, serve: Callable[[Flask], str]) -> str:
    """Give the address of the app under test: `page.goto(live_url + "/")`."""
    return serve(app)


@pytest.fixture
def sign_in_page(app: Flask, live_url: str) -> Callable[[Page, int], None]:
    """Give a function that signs a person in, in a page's profile: `sign_in_page(page, make_person())`."""

    def enter(page: Page, person_id: int) -> None:
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer is not None, "the app has no secret key"
        content: Any = signer.dumps({SUBJECT: str(person_id)})
        cookie = str(app.config["SESSION_COOKIE_NAME"])
        page.context.add_cookies([{"name": cookie, "value": str(content), "url": live_url}])

    return enter
