"""Links that lead nowhere, as far as files can tell: other lessons, the library, places in the page, addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from courses.checking.content import Content
    from courses.checking.pieces import Link

HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s<>\"”’)\]]+")


def check(content: Content) -> Iterator[Fault]:
    """Name each link whose target is not there, and each address that is not well formed."""
    keys = _keys(content)
    courses = tuple(f"{document.folder}/" for document in content.documents.values() if document.name == "course.toml")
    for document in content.documents.values():
        for link in document.links:
            if link.target("lesson") and link.file.startswith(courses):
                continue  # the format says so already: a course knows its own lessons
            said = _dead_end(link, keys)
            if said:
                yield Fault(link.file, link.line, said)
    for piece in content.pieces():
        for address in ADDRESS.findall(piece.words):
            if said := _malformed(address.rstrip(".,;:")):
                yield Fault(piece.file, piece.line, said)


def _keys(content: Content) -> dict[str, set[str]]:
    """Return the keys that links may name, by their scheme."""
    found: dict[str, set[str]] = {"lesson": set(), "library": set()}
    for document in content.documents.values():
        if document.toml is not None and isinstance(document.toml.data.get("key"), str):
            scheme = "library" if document.name == "item.toml" else "lesson"
            found[scheme].add(document.toml.data["key"])
    return found


def _dead_end(link: Link, keys: dict[str, set[str]]) -> str:
    for scheme, sentence in (
        ("lesson", _("No lesson has the key “%(key)s”. Correct the link.", key=link.target("lesson"))),
        ("library", _("No item of the library has the key “%(key)s”. Correct the link.", key=link.target("library"))),
    ):
        if link.target(scheme) and link.target(scheme) not in keys[scheme]:
            return sentence
    if link.address.startswith("#"):
        return _("“%(address)s” leads to a place in the page that has no name. Name the heading in words.",
                 address=link.address)  # fmt: skip
    return _malformed(link.address) if link.address.startswith("http") else ""


def _malformed(address: str) -> str:
    if HOST.fullmatch(urlsplit(address).hostname or ""):
        return ""
    return _("“%(address)s” is no complete address. Write it as https://example.org/page.", address=address[:80])
