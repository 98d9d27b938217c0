"""A document on paper, as its page needs to know it: wide pages, sheets of their own, columns, room to write.

`lms.kernel.documents` works it out, for Word files as for pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it.token import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOLE = 40
"""The width of a table, in the parts that its columns share; the style sheet has a class for each number of parts."""


@dataclass(frozen=True)
class Drawn:
    """How a table is drawn."""

    shares: tuple[int, ...]
    """Of each column, in parts of the `WHOLE`."""
    offered: tuple[tuple[str, ...], ...]
    """Of each column, the answers of which one is ticked; none where people write freely."""
    is_form: bool
    """Whether its empty cells are to be filled in."""


@dataclass(frozen=True)
class Paper:
    """What a document needs; parts begin at its headings, in a set of sheets at those of the second level."""

    tables: tuple[Drawn, ...] = ()
    gaps: frozenset[str] = frozenset()
    """Paragraphs below which people write."""
    wide: tuple[bool, ...] = (False,)
    """Of each part, whether it stands on a wide page."""
    sheets: bool = False
    """Whether each part is a sheet of its own; what comes before the first is for whoever prints them."""


def with_room(tokens: Sequence[Token], paper: Paper) -> list[Token]:
    """Mark paragraphs below which people write, and put parts of a document into boxes where paper needs that."""
    for at, token in enumerate(tokens):
        if token.type == "paragraph_open" and token.level == 0 and said(tokens[at + 1]) in paper.gaps:
            token.attrJoin("class", "lms-gap")
    return _in_parts(tokens, paper) if paper.sheets or any(paper.wide) else list(tokens)


def _in_parts(tokens: Sequence[Token], paper: Paper) -> list[Token]:
    """Put each sheet, or all that stands on pages of one kind, into a box."""
    found: list[Token] = []
    part, box = 0, ""
    for at, token in enumerate(tokens):
        begins = token.type == "heading_open" and token.level == 0 and (token.tag <= "h2" or not paper.sheets)
        part += begins and at > 0
        wanted = _box(paper, part)
        if wanted != box or (begins and paper.sheets):
            found += [Token("part_close", "div", -1)] * bool(box)
            found.append(Token("part_open", "div", 1, attrs={"class": wanted}, block=True))
            box = wanted
        found.append(token)
    return found + [Token("part_close", "div", -1)] * bool(box)


def _box(paper: Paper, part: int) -> str:
    is_wide = paper.wide[min(part, len(paper.wide) - 1)]
    names = ("lms-part", "lms-part--wide" if is_wide else "", "lms-part--sheet" if paper.sheets and part else "")
    return " ".join(filter(None, names))


def said(token: Token) -> str:
    """Return the words of a line without their look."""
    return "".join(" " if child.type == "softbreak" else child.content for child in token.children or []).strip()
