"""Abbreviations that nobody has spelled out before they are used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from courses.checking.content import Content, Document
    from courses.checking.pieces import Piece

LANGUAGE = "en"
CAPITALS = re.compile(r"(?<![\w-])([A-Z]{2,})s?(?![\w₀-₉])")
WITH_LONG_FORM = r"\w+[^()]*\({0}s?\)|\b{0}s?(?:\s\w+)?\s\((?:[^()\d]*[a-z]{{3}}[^()]*)\)"
"""Environmental Management System (EMS), EMS (Environmental Management System), RACI table (responsible, …)."""
TEXT = f"{LANGUAGE}.md"


def check(content: Content) -> Iterator[Fault]:
    """Name each abbreviation at its first use in a file that does not spell it out, or come after a text that does."""
    rules = content.rule("abbreviations")
    if not rules.data:
        return
    rules.only("known")
    known = set(rules.words("known", needed=False))
    for folder, documents in content.folders.items():
        before, told = _read_before(content, folder), known | _explained(documents.values())
        for document in _in_reading_order(documents.values()):
            yield from _undefined(document, before, told)
            before = [*before, document]


def _explained(documents: Iterable[Document]) -> set[str]:
    """Return what a glossary spells out: `full` beside the term."""
    return {
        short
        for document in documents
        for table in (document.toml.root.tables("term") if document.toml else ())
        if isinstance(table.data.get(LANGUAGE), dict) and table.data[LANGUAGE].get("full")
        for short in CAPITALS.findall(str(table.data[LANGUAGE].get("term", "")))
    }


def _read_before(content: Content, folder: str) -> list[Document]:
    """Return what a reader knows who opens a quiz or a hand-in: the lessons of its module."""
    if TEXT in content.folders[folder] and "lesson.toml" in content.folders[folder]:
        return []
    module = folder.rpartition("/")[0]
    return [
        documents[TEXT]
        for other, documents in content.folders.items()
        if module and other.startswith(f"{module}/") and other != folder and TEXT in documents
    ]


def _in_reading_order(documents: Iterable[Document]) -> list[Document]:
    """Put the text first: what stands around it is read with it."""
    return sorted(documents, key=lambda document: (document.name != TEXT, document.name))


def _undefined(document: Document, before: list[Document], told: set[str]) -> Iterator[Fault]:
    said = [piece for other in before for piece in other.pieces if piece.language == LANGUAGE]
    for piece in document.pieces:
        if piece.language != LANGUAGE:
            continue
        said.append(piece)
        if piece.role == "heading":
            continue  # too short to explain a word; the text below does
        for found in CAPITALS.finditer(piece.words):
            short = found[1]
            if short in told:
                continue
            told.add(short)
            if not _is_spelled_out(short, said) and not _is_linked(short, piece, [*before, document]):
                yield Fault(piece.file, piece.line_at(found.start()), _spell_out(short))


def _is_spelled_out(short: str, pieces: Iterable[Piece]) -> bool:
    pattern = re.compile(WITH_LONG_FORM.format(re.escape(short)))
    return any(short in piece.words and pattern.search(piece.words) for piece in pieces)


def _is_linked(short: str, piece: Piece, documents: Iterable[Document]) -> bool:
    """Whether a link to the glossary explains it, here or earlier."""
    return any(
        link.target("term") and short in link.words and (link.file != piece.file or link.line <= piece.line)
        for document in documents
        for link in document.links
    )


def _spell_out(short: str) -> str:
    return _(
        "“%(short)s” is not spelled out before it is used. Write “%(short)s (…)” with its long form, or link it: "
        "[%(short)s](term:…).",
        short=short,
    )
