"""Numbers of the modules that tell one story: each is a figure of the data file, or excused where it stands."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from courses.checking.content import whole
from courses.checking.data import data_file, entries_of, numbers_in, plain, shows
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from courses.checking.content import Content, Document
    from courses.checking.pieces import Piece

FROM = 1000  # smaller numbers are too often counts of something else
YEAR = re.compile(r"\b(?:19|20)\d\d\b(?![.,]\d)")
NAMES = re.compile(r"https?://\S+|\d+/\d+")  # addresses, and laws or winters such as 2023/1791 and 2026/27
LOOSE = ("options", "feedback", "choices")  # in a question, wrong numbers stand there by right
QUESTION = "question"
EXCUSES = "own_numbers"


def check(content: Content) -> Iterator[Fault]:
    """Name numbers from 1,000 on that are no years and no figures."""
    figures = data_file(content)
    if figures is None:
        return
    rules = content.rule("data")
    values = {entry.value for entry in entries_of(figures).values()}
    known = {Decimal(str(value)) for value in rules.data.get("known", ()) if whole(value)}
    city = rules.line("city", needed=False)
    for module in _modules(content, rules.words("modules", needed=False)):
        for folder, documents in content.folders.items():
            if folder == module or folder.startswith(f"{module}/"):
                allowed = known | _excused(documents)
                for document in documents.values():
                    yield from _strange(document, values, allowed, city)


def _modules(content: Content, keys: list[str]) -> list[str]:
    return [
        document.folder
        for document in content.documents.values()
        if document.name == "module.toml" and document.toml and document.toml.data.get("key") in keys
    ]


def _excused(documents: dict[str, Document]) -> set[Decimal]:
    """Return the numbers that the TOML files of a folder excuse."""
    lists = [document.toml.data.get(EXCUSES, ()) for document in documents.values() if document.toml]
    return {Decimal(str(value)) for numbers in lists for value in numbers if whole(value)}


def _tells(document: Document, city: str) -> list[Piece]:
    """Return the pieces that tell the story; of questions only what is asked and explained, if they name the city."""
    asks = {piece.place[:2] for piece in document.pieces if QUESTION in piece.place and city in piece.words}
    return [
        piece
        for piece in document.pieces
        if QUESTION not in piece.place or (piece.place[:2] in asks and not any(part in LOOSE for part in piece.place))
    ]


def _strange(document: Document, values: set[Decimal], allowed: set[Decimal], city: str) -> Iterator[Fault]:
    for piece in _tells(document, city):
        words = YEAR.sub(" ", NAMES.sub(" ", piece.words))
        for line, row in enumerate(words.split("\n"), piece.line):
            for number, digits in numbers_in(row, piece.language):
                if number < FROM or number in allowed or any(shows(number, digits, value) for value in values):
                    continue
                said = _("%(number)s is no figure of the data file. Use one of those, or excuse it with its reason: "
                         "own_numbers = [%(bare)s].", number=plain(number), bare=f"{number.normalize():f}")  # fmt: skip
                yield Fault(piece.file, line, said)
