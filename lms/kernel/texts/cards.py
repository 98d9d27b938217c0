"""Tables whose rows are cards on narrow screens: cells are named after their columns, and keep their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "columnheader"}


def as_cards(tokens: Sequence[Token]) -> None:
    """Say in each part of a table what it is, for the style sheet takes that away; the first cell names its row."""
    heads: list[str] = []
    column = 0
    for at, token in enumerate(tokens):
        part = token.type.removesuffix("_open")
        if part in ROLES and token.nesting > 0:
            token.attrSet("role", ROLES[part])
        if token.type == "table_open":
            heads = []
        elif token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            heads.append("".join(child.content for child in tokens[at + 1].children or []))
        elif token.type == "td_open":
            if column == 0 and tokens[at + 1].content.strip():
                token.tag = tokens[at + 2].tag = "th"
                token.attrs |= {"role": "rowheader", "scope": "row"}
            else:
                token.attrs |= {"role": "cell", "data-label": heads[column]}
            column += 1
