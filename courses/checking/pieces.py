"""The words in course files, piece by piece, each with its file, line and language.

A piece is a paragraph, a list item, a heading, a table cell, or a text of a TOML file. Links are noted apart, with the
words that they show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import unescape
from typing import TYPE_CHECKING, Any

from lms.kernel.i18n import EU_LANGUAGES
from lms.kernel.texts.markdown import parser
from lms.kernel.texts.toml_lines import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markdown_it.token import Token

    from lms.kernel.texts.toml_lines import Place

LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\(([^()\s]+)\)")
DRAWN = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
NAMED = re.compile(r"([a-z-]+)\.([a-z]{2})\.md")  # form.en.md
SENTENCE_END = re.compile(r"[.?!…][”’\"')\]]*\s+(?=[“‘\"'(\[]*[A-Z0-9ÄÖÜ])")
ENDS_NOTHING = re.compile(r"(?:\b[A-Z]|\b(?:e\.g|i\.e|No|St|Mr|Mrs|Ms|Dr|Prof|vs|cf))\.\s+$")
UNREAD = "avoid"  # the glossary's words that nobody should write
PROSE = ("paragraph", "item")
"""Roles of running text; all others are roles of labels, such as "heading", "cell" or a key of a TOML file."""


@dataclass(frozen=True)
class Piece:
    """A piece of text that people read; where it goes over several lines, so do its words.

    `place` is the way to it in a TOML file.
    """

    file: str
    line: int
    language: str
    role: str
    words: str
    place: Place = ()

    def line_at(self, at: int) -> int:
        """Return the line of a place in the words."""
        return self.line + self.words.count("\n", 0, at)

    def sentences(self) -> list[tuple[int, str]]:
        """Return the sentences, each with its line."""
        return [(self.line_at(at), " ".join(said.split())) for at, said in _cut(self.words)]


@dataclass(frozen=True)
class Link:
    """A link or a tie to a figure, such as `[34,000](data:own.target_2030)`."""

    file: str
    line: int
    language: str
    address: str
    words: str

    def target(self, scheme: str) -> str:
        """Return what stands after "data:" in a link of that scheme; else nothing."""
        return self.address.removeprefix(f"{scheme}:") if self.address.startswith(f"{scheme}:") else ""


def language_of(name: str) -> str:
    """Return the language of a Markdown file by its name; nothing when the name says none.

    >>> language_of("en.md"), language_of("form.de.md"), language_of("README.md")
    ('en', 'de', '')
    """
    code = named[2] if (named := NAMED.fullmatch(name)) else name.removesuffix(".md")
    return code if code in EU_LANGUAGES else ""


def links_in(file: str, language: str, text: str) -> list[Link]:
    """Return the links of a Markdown text."""
    return [
        Link(file, number, language, found[2], found[1])
        for number, line in enumerate(text.splitlines(), 1)
        for found in LINK.finditer(line)
    ]


def pieces_in(file: str, language: str, text: str) -> list[Piece]:
    """Return the pieces of a Markdown text; of links only their words."""
    found = []
    line, role, items = 1, "paragraph", 0
    for token in parser().parse(LINK.sub(r"\1", text)):
        line = token.map[0] + 1 if token.map else line
        items += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        role = {"heading_open": "heading", "th_open": "heading", "td_open": "cell"}.get(token.type, role)
        if token.type == "paragraph_open":
            role = "item" if items else "paragraph"
        if token.type.startswith("container_") and token.nesting == 1:
            title = token.info.strip().partition(" ")[2].strip()
            found.append(Piece(file, line, language, "heading", title))
        if token.type == "inline":
            figure = len(token.children or []) == 1 and (token.children or [])[0].type == "image"
            found.append(Piece(file, line, language, "alt" if figure else role, _words(token)))
    return [piece for piece in found if piece.words]


def _words(token: Token) -> str:
    """Return what a line says; code is no language."""
    said = ""
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            said += "\n"
        elif child.type in {"text", "image"}:
            said += child.content
    return said.strip()


def drawn_pieces(file: str, language: str, text: str) -> list[Piece]:
    """Return the words of a drawing (SVG)."""
    found: list[Piece] = []
    for drawn in DRAWN.finditer(text):
        words = " ".join(unescape(TAG.sub(" ", drawn[1])).split())
        if found and found[-1].words.endswith("-"):  # a word that was divided between two lines
            found[-1] = replace(found[-1], words=found[-1].words.removesuffix("-") + words)
        elif words:
            found.append(Piece(file, text.count("\n", 0, drawn.start()) + 1, language, "drawing", words))
    return found


def toml_pieces(file: str, data: Mapping[str, Any], lines: Mapping[Place, int], text: str) -> list[Piece]:
    """Return the pieces of a TOML file: the texts in its language tables."""
    rows = text.splitlines()
    found = []
    for place, value in _strings(data, ()):
        language = next((part for part in place if part in EU_LANGUAGES), "")
        if not language or UNREAD in place:
            continue
        line = line_of(lines, *place)
        role = next(part for part in reversed(place) if isinstance(part, str))
        for part in value.split("\n"):
            if part.strip():
                line = _row(rows, part, line)
                found.append(Piece(file, line, str(language), role, part.strip(), place))
    return found


def _row(rows: list[str], part: str, line: int) -> int:
    """Return the first line from here on that holds a part of a text of several lines."""
    start = part.strip()[:40]
    return next((number for number, row in enumerate(rows[line - 1 :], line) if start in row), line)


def _strings(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _strings(inner, (*place, number))


def sentences(words: str) -> list[str]:
    """Cut a text into its sentences.

    >>> sentences("“How many?” Ask A. Weiss, e.g. by mail. Then go.")
    ['“How many?”', 'Ask A. Weiss, e.g. by mail.', 'Then go.']
    """
    return [said.strip() for _at, said in _cut(words)]


def _cut(words: str) -> Iterator[tuple[int, str]]:
    """Go through the sentences of a text, each with the place where it begins."""
    start = 0
    for end in SENTENCE_END.finditer(words):
        if not ENDS_NOTHING.search(words[: end.end()]):
            yield start, words[start : end.end()]
            start = end.end()
    if words[start:].strip():
        yield start, words[start:]
