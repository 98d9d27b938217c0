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
    """Name each link whose target is not there, and each address that is not well formed.

    Links between lessons, and those inside the library, are looked at where these are read.
    """
    items = _items(content)
    for document in content.documents.values():
        for link in document.links:
            said = _dead_end(link, items)
            if said and "item.toml" not in content.folders[document.folder]:
                yield Fault(link.file, link.line, said)
    for piece in content.pieces():
        for address in ADDRESS.findall(piece.words):
            if said := _malformed(address.rstrip(".,;:")):
                yield Fault(piece.file, piece.line_at(piece.words.index(address)), said)


def _items(content: Content) -> set[str]:
    """Return the keys of the items of the library."""
    return {
        str(document.toml.data.get("key"))
        for document in content.documents.values()
        if document.toml is not None and document.name == "item.toml"
    }


def _dead_end(link: Link, items: set[str]) -> str:
    if link.target("library") and link.target("library") not in items:
        return _("No item of the library has the key “%(key)s”. Correct the link.", key=link.target("library"))
    if link.address.startswith("#"):
        return _("“%(address)s” leads to a place in the page that has no name. Name the heading in words.",
                 address=link.address)  # fmt: skip
    return _malformed(link.address) if link.address.startswith("http") else ""


def _malformed(address: str) -> str:
    if HOST.fullmatch(urlsplit(address).hostname or ""):
        return ""
    return _("“%(address)s” is no complete address. Write it as https://example.org/page.", address=address[:80])
