"""Every kind of page as a role: links are followed from its first page, some addresses of each rule."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask
    from flask.testing import FlaskClient

MOST_OF_A_RULE = 2
# Pages whose inside is written by authors, or whose state differs from one to the next.
MORE_OF = {
    "lms.learning.lesson": 9,
    "lms.handins.handin": 4,
    "lms.quizzes.result": 4,
    "lms.verification.certificate": 4,
}
HTML = "text/html"


@dataclass(frozen=True)
class Visit:
    """A page that somebody came to."""

    role: str
    endpoint: str
    path: str
    html: str

    @property
    def shapes(self) -> set[str]:
        """What the page is made of: its elements with what makes their look, without words, addresses and figures."""
        outline = Outline()
        outline.feed(re.split(r"<main\b", self.html, maxsplit=1)[-1].split("</main>")[0])
        return outline.shapes

    def __str__(self) -> str:
        """Name the page in a report."""
        return f"{self.role}: {self.path}"


class Outline(HTMLParser):
    """Collects elements with those attributes that make their look."""

    KEPT = ("class", "type", "role", "data-tone", "data-state", "data-h", "aria-current", "disabled", "popover")

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.shapes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        known = dict(attrs)
        self.shapes.add(tag + "".join(f"[{name}={known[name]}]" for name in self.KEPT if name in known))


class Links(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the address of a link."""
        known = dict(attrs)
        if tag == "a" and known.get("href") and "download" not in known:
            self.found.append(str(known["href"]))


def crawl(app: Flask, client: FlaskClient, role: str, starts: Sequence[str]) -> list[Visit]:
    """Follow the links from some pages; fails where one leads nowhere."""
    waiting = deque((start, "") for start in starts)
    seen: set[str] = set()
    counts: Counter[tuple[str, str]] = Counter()
    found: list[Visit] = []
    while waiting:
        path, source = waiting.popleft()
        endpoint = endpoint_of(app, path)
        kind = (endpoint, " ".join(sorted(name for name, _value in parse_qsl(urlsplit(path).query))))
        most = 1 if kind[1] else MORE_OF.get(endpoint, MOST_OF_A_RULE)
        if path in seen or counts[kind] >= most:
            continue
        seen.add(path)
        with client.get(path) as answer:
            html = answer.get_data(as_text=True) if answer.mimetype == HTML else ""
        if answer.status_code in {302, 303}:
            waiting.appendleft((urljoin(path, answer.location.removeprefix("http://localhost")), source))
            continue
        assert answer.status_code == 200, f"{role}: {source} links to {path}, which answers {answer.status}"
        counts[kind] += 1
        if not html:
            continue
        found.append(Visit(role, endpoint, path, html))
        links = Links()
        links.feed(html)
        waiting.extend((inner, path) for link in links.found if (inner := inside(path, link)))
    return found


def inside(path: str, link: str) -> str:
    """Return the path that a link of ours leads to; "" for one that leaves the site, or changes the language."""
    parts = urlsplit(urljoin(path, link))
    if parts.netloc or parts.scheme or "lang" in dict(parse_qsl(parts.query)):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def endpoint_of(app: Flask, path: str) -> str:
    """Return the endpoint behind a path; "" where there is none."""
    try:
        endpoint, _values = app.url_map.bind("localhost").match(urlsplit(path).path, method="GET")
    except RequestRedirect:
        return "redirect"
    except HTTPException:
        return ""
    return str(endpoint)
