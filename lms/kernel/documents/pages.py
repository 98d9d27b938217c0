"""A document as a page: the text as lessons show it, with what it needs on paper; and which of its pages are wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.kernel.documents.blocks import Heading, Paragraph, Table, plain, read
from lms.kernel.documents.columns import shares
from lms.kernel.texts.markdown import render
from lms.kernel.texts.paper import WHOLE, Drawn, Paper

if TYPE_CHECKING:
    from lms.kernel.documents.blocks import Block, Document
    from lms.kernel.texts.markdown import Rendered

WIDE_TABLE = 6
"""From so many columns on a table stands on a wide page."""
SHORT = 18  # lines before or after a wide table that may stand on its page
SHEET = 2
"""The level of the headings at which the sheets of a set begin."""
LETTERS, MORE_LETTERS = 85, 128
"""About how many letters stand in a line of a table that is as wide as an upright or a wide page."""


def as_page(markdown: str, *, sheets: bool = False) -> Rendered:
    """Return a text as HTML; of a set of `sheets` each is printed on a page of its own."""
    text = read(markdown)
    return render(
        markdown,
        document=Paper(
            tables=tuple(_drawn(table) for table in text.tables),
            gaps=frozenset(plain(b.words) for b in text.blocks if isinstance(b, Paragraph) and b.gap),
            wide=tuple(wide for _part, wide in parts(text, sheets=sheets)),
            sheets=sheets,
        ),
    )


def _drawn(table: Table) -> Drawn:
    wanted = shares(table, WHOLE, WHOLE / (MORE_LETTERS if len(table.head) >= WIDE_TABLE else LETTERS))
    found = [max(1, round(share)) for share in wanted]
    found[found.index(max(found))] += WHOLE - sum(found)  # rounding must neither leave a rest nor take too much
    offered = tuple(tuple(table.choices(column)) for column in range(len(table.head)))
    return Drawn(tuple(max(1, share) for share in found), offered, table.is_form)


def parts(text: Document, *, sheets: bool = False) -> list[tuple[list[Block], bool]]:
    """Cut a text at its headings, and say which parts stand on wide pages, for a table is too wide for an upright one.

    Pages turn at most twice: what lies between wide tables, and a short beginning or end, stands with them. A set of
    sheets is cut between these, and each stands for itself.
    """
    found: list[list[Block]] = [[]]
    for block in text.blocks:
        if isinstance(block, Heading) and (block.level <= SHEET or not sheets):
            found.append([])
        found[-1].append(block)
    found = found[not found[0] :] or found
    wide = [any(isinstance(block, Table) and len(block.head) >= WIDE_TABLE for block in part) for part in found]
    if sheets or not any(wide):
        return list(zip(found, wide, strict=True))
    first, last = wide.index(True), len(wide) - wide[::-1].index(True)
    first = 0 if sum(map(_height, found[:first])) <= SHORT else first
    last = len(found) if sum(map(_height, found[last:])) <= SHORT else last
    return [(part, first <= at < last) for at, part in enumerate(found)]


def _height(part: list[Block]) -> int:
    """Return about how many lines a part takes."""
    lines = 0
    for block in part:
        if isinstance(block, Table):
            lines += 2 * len(block.rows) + 2
        else:
            lines += 1 + len(plain(block.words)) // 100 + 2 * isinstance(block, Heading)
            lines += 3 if isinstance(block, Paragraph) and block.gap else 0
    return lines
