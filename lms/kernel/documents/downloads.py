"""A text as a Word file or a spreadsheet to download: made when somebody asks for it, then kept in memory.

The text is the one source, so a better file comes out of old texts too. Making one takes about a tenth of a second.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from flask import make_response

from lms.kernel.errors import NotFound
from lms.kernel.files import disposition
from lms.kernel.i18n import gettext as _
from lms.kernel.text import sort_key
from lms.kernel.texts.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

WORD, SPREADSHEET = "docx", "xlsx"
OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {WORD: f"{OFFICE}.wordprocessingml.document", SPREADSHEET: f"{OFFICE}.spreadsheetml.sheet"}
LONGEST_NAME = 60
kept = Kept(64)
"""Files by all that they depend on: some 40 kB each."""


def word(title: str, markdown: str, language: str, *, sheets: bool = False) -> bytes:
    """Return a text as a Word file (.docx). Without a title, the heading at the beginning of the text is it.

    Of a set of `sheets` each begins on a page of its own. The same input gives the same bytes.
    """
    from lms.kernel.documents import word as maker  # noqa: PLC0415 - its library is large, and few processes need it

    return maker.word(title, markdown, language, sheets=sheets)


def spreadsheet(title: str, markdown: str, language: str) -> bytes:
    """Return a text as a spreadsheet (.xlsx), with a sheet for each table; otherwise like `word`."""
    from lms.kernel.documents import sheets as maker  # noqa: PLC0415 - likewise

    return maker.spreadsheet(title, markdown, language)


def download(kind: str, name: str, *, title: str, markdown: str, language: str, sheets: bool = False) -> Response:
    """Answer with a text as a file of a kind, `WORD` or `SPREADSHEET`; `name` is that of the file without its ending.

    Raises NotFound for any other kind.
    """
    makers: dict[str, Callable[[str, str, str], bytes]] = {
        WORD: partial(word, sheets=sheets),
        SPREADSHEET: spreadsheet,  # there each table has a sheet anyway
    }
    if kind not in makers:
        raise NotFound(_("There is no such file. Choose Word or spreadsheet."))
    make = makers[kind]
    digest = hashlib.sha256(f"{title}\0{markdown}".encode("utf-8", "replace")).digest()
    response = make_response(kept.get((kind, sheets, language, digest), lambda: make(title, markdown, language)))
    response.mimetype = MEDIA_TYPES[kind]
    response.headers["Content-Disposition"] = disposition(f"{name}.{kind}")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def file_name(*parts: str) -> str:
    """Return a name for a file, without its ending, that every system can keep.

    >>> file_name("M2", "Die Prüfung: unserer Stadt", "Formular")
    'm2-die-prufung-unserer-stadt-formular'
    """
    words = [_slug(part) for part in parts]
    *first, last = [word for word in words if word] or ["file"]
    room = LONGEST_NAME - len(last) - 1
    begun = "-".join(first)
    if len(begun) > room:
        begun = begun[: room + 1].rpartition("-")[0]
    return f"{begun}-{last[:LONGEST_NAME]}".strip("-")


def _slug(text: str) -> str:
    kept_letters = (letter if letter.isascii() and letter.isalnum() else " " for letter in sort_key(text))
    return "-".join("".join(kept_letters).split())
