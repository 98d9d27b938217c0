"""What no person sends: awkward addresses, searches and bodies get a clear answer at every route, and none breaks."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from lms.demo import cast
from lms.kernel.guard import STRICT_CSP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.house.conftest import Demonstration

# As they stand in an address: a NUL byte, half a letter, too long a name, a number that no column holds.
AWKWARD = ("%00", "a%00b", "%FF%FE", "x" * 3000, "9" * 30)
SEARCHES = ("q", "page", "language", "audience", "country", "programme", "team", "next", "state", "sort", "module",
            "city", "kind", "lang", "number", "step", "show", "all", "hub")  # fmt: skip
BODIES = {
    "no boundary": ("multipart/form-data", b"x"),
    "a part without a name": (
        "multipart/form-data; boundary=B",
        b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n",
    ),
    "cut off": ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data; name="),
    "an alphabet that is none": ("application/x-www-form-urlencoded; charset=klingon", b"a=%FF&%00=%00"),
    "fields without end": ("application/x-www-form-urlencoded", b"a=1&" * 10_000),
    "JSON": ("application/json", b'{"a": "\\ud800"}'),
}


def rules(demonstration: Demonstration, method: str) -> Iterator[str]:
    for rule in demonstration.app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield rule.rule


def test_no_address_breaks_a_page(demonstration: Demonstration) -> None:
    client = demonstration.client(cast.FINLAND.manager)
    broken = []
    for rule in rules(demonstration, "GET"):
        for value in AWKWARD:
            path = re.sub(r"<[^>]+>", value, rule)
            search = "&".join(f"{name}={value}" for name in SEARCHES if name != "lang" or "%" in value)
            with client.get(f"{path}?{search}&%00={value}") as answer:
                if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    broken.append(f"{path[:80]} {value[:9]}: {answer.status}")
    assert broken == []


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE"])
def test_no_other_method_is_answered(demonstration: Demonstration, method: str) -> None:
    for path in ("/sign-in", "/account", "/static/1/lms.css", "/health", "/nothing/here"):
        answer = demonstration.client().open(path, method=method)
        assert answer.status_code == (404 if path == "/nothing/here" else 405), path
        assert answer.headers["Content-Security-Policy"] == STRICT_CSP


@pytest.mark.parametrize("kind", BODIES)
def test_no_body_breaks_a_form(demonstration: Demonstration, kind: str) -> None:
    content_type, body = BODIES[kind]
    client = demonstration.client()
    for path in ("/sign-in", "/register", "/check", "/sign-out", "/join/abcdefgh"):
        with client.post(path, data=body, content_type=content_type) as answer:
            assert 400 <= answer.status_code < 500, (path, answer.status)
            assert len(answer.data) < 100_000


@pytest.mark.parametrize("path", ["//elsewhere.example/x", "/\\elsewhere.example/x", "//elsewhere.example/sign-in"])
def test_no_page_links_to_another_site_whatever_its_address(demonstration: Demonstration, path: str) -> None:
    environ = EnvironBuilder("/", base_url="http://localhost").get_environ()
    environ["PATH_INFO"] = path
    answer = Response(*run_wsgi_app(demonstration.app, environ, buffered=True))
    found = re.findall(r'(?:href|action)="([^"]*)"', answer.get_data(as_text=True))
    assert found
    assert [address for address in found if re.match(r"[/\\]{2}", address)] == []
