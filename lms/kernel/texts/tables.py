"""Tables of lessons: figures stand right, and rows with many words are cards on narrow screens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lms.kernel.texts.cards import as_cards

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

FIGURE = re.compile(r"[-−+]?\d[\d.,\u00a0]*(?:[ \u00a0]%)?")
NO_FIGURE = {"", "–"}
MANY_LETTERS = {3: 30, 4: 10}
"""A table whose cells have so many letters on average, in so many columns or more, is not legible on a phone."""


def set_figures_right(tokens: Sequence[Token]) -> None:
    """Align the columns that hold nothing but figures, where the author has not aligned them."""
    for rows in _tables(tokens):
        for cells in zip(*rows, strict=True):
            said = [_words(tokens, at) for at in cells[1:]]
            figures = [words for words in said if words not in NO_FIGURE]
            if cells[0] != rows[0][0] and figures and all(map(FIGURE.fullmatch, figures)):
                for at in cells:
                    if not tokens[at].attrGet("style"):
                        tokens[at].attrSet("style", "text-align:right")


def wordy_as_cards(tokens: Sequence[Token]) -> None:
    """Make cards of the tables that a phone could only show in slivers; grids of figures and letters scroll."""
    for rows in _tables(tokens):
        said = [len(_words(tokens, at)) for row in rows[1:] for at in row[1:]]
        most = MANY_LETTERS.get(min(len(rows[0]), max(MANY_LETTERS)))
        if most is not None and sum(said) >= most * len(said):
            begin = next(at for at in range(rows[0][0], -1, -1) if tokens[at].type == "table_open")
            end = next(at for at in range(begin, len(tokens)) if tokens[at].type == "table_close")
            as_cards(tokens[begin:end])


def _tables(tokens: Sequence[Token]) -> Iterator[list[list[int]]]:
    """Go through the tables: for each row, header first, the places of its cells."""
    rows: list[list[int]] = []
    for at, token in enumerate(tokens):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            rows[-1].append(at)
        elif token.type == "table_close":
            yield rows


def _words(tokens: Sequence[Token], cell: int) -> str:
    return "".join(child.content for child in tokens[cell + 1].children or []).strip()
