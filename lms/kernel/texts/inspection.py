"""What keeps a lesson's text from being clear to everybody: each finding with its line, in a plain sentence.

The same eyes look at course files (`flask lms courses check`), at the editor and before publishing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from lms.kernel.i18n import gettext as _
from lms.kernel.texts.links import is_link
from lms.kernel.texts.markdown import CALLOUTS, is_figure, parser

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from markdown_it.token import Token

BREAKS = {"softbreak", "hardbreak"}
CALLOUT = re.compile(r"\s{0,3}:::+\s*(.*)")
FENCE = re.compile(r"\s{0,3}(```|~~~)")
RAW_HTML = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*(\s[^<>]*)?/?>")
# Neither part goes past the next "[" nor tries again with less: a line of brackets is read once, however long it is.
ADDRESS = re.compile(r"!?\[[^\[\]\n]*+\]\(\s*+([^)\s\[]++)[^)\n\[]*+\)")
VAGUE = {"here", "click here", "link", "this", "more", "read more", "hier", "mehr", "klicken sie hier"}


@dataclass(frozen=True)
class Finding:
    """Something to put right: the line (from 1) in the text, and what to do."""

    line: int
    text: str


@dataclass(frozen=True)
class Link:
    """A link by key: its line, the key, and the words that stand for it."""

    line: int
    key: str
    words: str


def inspect(markdown: str, figures: Collection[str]) -> list[Finding]:
    """Return what is wrong with a text; `figures` are those that have a text alternative in its language."""
    tokens = parser().parse(markdown)
    found = [*_headings(tokens), *_callouts(markdown), *_tables(tokens), *_plain_lines(tokens)]
    for at, token in enumerate(tokens):
        if token.type == "inline":
            found += _inline(tokens, at, figures)
    return sorted(set(found), key=lambda finding: (finding.line, finding.text))


def links_to(markdown: str, scheme: str) -> list[Link]:
    """Return the links of a text by one kind of key: `lesson`, `term`, `library` or `data`."""
    found = []
    for token in parser().parse(markdown):
        parts = list(_children(token))
        for place, (line, child) in enumerate(parts):
            address = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if address.startswith(f"{scheme}:"):
                found.append(Link(line, address.removeprefix(f"{scheme}:"), _words_of(parts, place)))
    return found


def lesson_links(markdown: str) -> list[tuple[int, str]]:
    """Return the links to other lessons, each as (line, key)."""
    return [(link.line, link.key) for link in links_to(markdown, "lesson")]


def figures_in(markdown: str) -> list[str]:
    """Return the files of the figures that a text shows, in order."""
    tokens = parser().parse(markdown)
    return [
        str((tokens[at + 1].children or [])[0].attrGet("src"))
        for at, token in enumerate(tokens)
        if token.type == "paragraph_open" and is_figure(tokens, at)
    ]


def _children(token: Token) -> Iterator[tuple[int, Token]]:
    """Go through the parts of a line of text, each with its own line number."""
    line = (token.map or [0])[0] + 1
    for child in token.children or []:
        yield line, child
        line += child.type in BREAKS


def _headings(tokens: Sequence[Token]) -> list[Finding]:
    found, level = [], 1
    for at, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        line, here = (token.map or [0])[0] + 1, int(token.tag[1])
        if not tokens[at + 1].content.strip():
            found.append(Finding(line, _("This heading is empty. Write it or delete it.")))
        if here == 1:
            found.append(Finding(line, _("The page has its title already. Begin headings with “##”.")))
        elif here > level + 1:
            wanted = "#" * (level + 1)
            found.append(Finding(line, _("This heading skips a level. Write it with “%(marks)s”.", marks=wanted)))
        level = max(here, 1)
    return found


def _callouts(markdown: str) -> list[Finding]:
    found: list[Finding] = []
    opened, fenced, line = 0, False, 0
    for line, text in enumerate(markdown.split("\n"), 1):
        fenced ^= bool(FENCE.match(text))
        mark = None if fenced else CALLOUT.fullmatch(text)
        if mark is None:
            continue
        kind, _space, title = mark[1].strip().partition(" ")
        if not kind:
            if not opened:
                found.append(Finding(line, _("This “:::” ends a callout that was not begun. Delete it.")))
            opened = 0
            continue
        if opened:
            found.append(Finding(line, _("A callout cannot stand inside another. End the first with “:::”.")))
        if kind not in CALLOUTS:
            names = ", ".join(CALLOUTS)
            found.append(
                Finding(line, _("“%(kind)s” is no kind of callout. Kinds are: %(names)s.", kind=kind[:40], names=names))
            )
        elif not title.strip():
            found.append(Finding(line, _("This callout has no title. Write it after the kind: “::: try Title”.")))
        opened = line
    if opened:
        found.append(Finding(opened, _("This callout has no end. Write “:::” on a line of its own after it.")))
    return found


def _tables(tokens: Sequence[Token]) -> list[Finding]:
    found, line = [], 1
    for at, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else line
        if token.type == "th_open" and not tokens[at + 1].content.strip():
            found.append(Finding(line, _("A column of this table has no heading. Write one in the first row.")))
    return found


def _plain_lines(tokens: Sequence[Token]) -> list[Finding]:
    """Find what looks like HTML or like a link that leads nowhere; both are shown as typed."""
    found = []
    for token in tokens:
        for line, child in _children(token):
            if child.type != "text":
                continue
            if RAW_HTML.search(child.content):
                found.append(Finding(line, _("HTML is shown as typed. Write Markdown instead.")))
            found += [_dead_end(line, address) for address in ADDRESS.findall(child.content)]
    return found


def _inline(tokens: Sequence[Token], at: int, figures: Collection[str]) -> list[Finding]:
    found = []
    parts = list(_children(tokens[at]))
    for place, (line, child) in enumerate(parts):
        if child.type == "image":
            found += _image(line, child, figures, alone=is_figure(tokens, at - 1))
        if child.type == "link_open":
            found += _link(line, str(child.attrGet("href") or ""), _words_of(parts, place))
    return found


def _words_of(parts: Sequence[tuple[int, Token]], opened: int) -> str:
    """Return the words of the link that opens at a place among the parts of a line."""
    inside = takewhile(lambda part: part.type != "link_close", (part for _line, part in parts[opened + 1 :]))
    return "".join(" " if part.type in BREAKS else part.content for part in inside)


def _image(line: int, image: Token, figures: Collection[str], *, alone: bool) -> list[Finding]:
    name = str(image.attrGet("src") or "")
    if not alone:
        return [Finding(line, _("A figure stands alone, with an empty line before and after it."))]
    if name not in figures:
        text = _("The figure “%(name)s” has no text alternative in this language. Describe it.", name=name[:60])
        return [Finding(line, text)]
    return []


def _link(line: int, address: str, words: str) -> list[Finding]:
    if not is_link(address):
        return [_dead_end(line, address)]
    if not words.strip():
        return [Finding(line, _("This link has no words. Write what it leads to."))]
    if words.strip().lower() in VAGUE:
        return [Finding(line, _("“%(words)s” does not say where the link leads. Name the place.", words=words.strip()))]
    return []


def _dead_end(line: int, address: str) -> Finding:
    text = _(
        "“%(address)s” cannot be a link. Use https://, mailto:, or a key: lesson:, term:, library:, data:.",
        address=address[:60],
    )
    return Finding(line, text)
