"""Tables of documents: on narrow screens their rows are cards, on wide ones and on paper they have room to write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from lms.kernel.texts.paper import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.kernel.texts.paper import Drawn

ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "columnheader"}
BOX = "☐"
FIGURE = re.compile(r"[\d.,:–-]+")
"""A name of a row that says little without that of its column: a time, a number, minutes."""


def as_cards(tokens: Sequence[Token], drawn: Sequence[Drawn] = ()) -> None:
    """Say in each part of a table what it is, for the style sheet takes that away; the first cell names its row."""
    heads: list[str] = []
    column, tables = 0, iter(drawn)
    table: Drawn | None = None
    for at, token in enumerate(tokens):
        part = token.type.removesuffix("_open")
        if part in ROLES and token.nesting > 0:
            token.attrSet("role", ROLES[part])
        if token.type == "table_open":
            heads, table = [], next(tables, None)
            if table is not None:
                token.meta["drawn"] = table
        elif token.type == "tr_open":
            column = 0
            if _is_empty_row(tokens, at):
                token.attrSet("class", "lms-open")
        elif token.type == "th_open":
            heads.append(said(tokens[at + 1]))
            _unlink(tokens[at + 1])
        elif token.type == "td_open":
            if column == 0 and tokens[at + 1].content.strip():
                token.tag = tokens[at + 2].tag = "th"
                named = {"data-label": heads[0]} if FIGURE.fullmatch(said(tokens[at + 1])) else {}
                token.attrs |= {"role": "rowheader", "scope": "row", **named}
            else:
                token.attrs |= {"role": "cell", "data-label": heads[column]}
                _leave_room(token, tokens[at + 1], table, column)
            column += 1


def _unlink(head: Token) -> None:
    """Take the links out of a cell of the head: on a phone it is there for screen readers only."""
    head.children = [child for child in head.children or [] if not child.type.startswith("link_")]


def _is_empty_row(tokens: Sequence[Token], at: int) -> bool:
    """Whether nothing is written in the row that begins at a place."""
    end = next(here for here in range(at, len(tokens)) if tokens[here].type == "tr_close")
    return not any(token.content.strip() for token in tokens[at:end])


def _leave_room(cell: Token, inside: Token, table: Drawn | None, column: int) -> None:
    """Give an empty cell of a form room to write, or the answers of which one is ticked."""
    if inside.content.strip() or table is None or not table.is_form:
        return
    cell.meta["room"] = True
    lines = [
        (Token("hardbreak", "br", 0), Token("text", "", 0, content=f"{BOX}\u00a0{answer}"))
        for answer in table.offered[column]
    ]
    inside.children = [part for line in lines for part in line][1:]
