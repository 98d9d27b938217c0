"""Bold text: a term where it is explained (`<dfn>`), or only weight (`<strong>`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

SENTENCE_ENDS = (".", ":", "!", "?", "…")
LONGEST_TERM = 3  # words
APART = {"blockquote", "table"}
"""What is quoted or listed there is explained elsewhere."""


def mark_terms(tokens: Sequence[Token]) -> None:
    """Let bold text be a term if the glossary has it, or if it is short and stands within a sentence."""
    apart = 0
    for token in tokens:
        if token.type.rpartition("_")[0] in APART:
            apart += token.nesting
        elif token.type == "inline" and not apart:
            _mark(token.children or [])


def _mark(children: Sequence[Token]) -> None:
    for begin, token in enumerate(children):
        if token.type == "strong_open":
            end = next(at for at in range(begin, len(children)) if children[at].type == "strong_close")
            if _is_term(children[begin:end], leads=not any(before.content for before in children[:begin])):
                token.tag = children[end].tag = "dfn"


def _is_term(inside: Sequence[Token], *, leads: bool) -> bool:
    """Whether bold text is a term; what `leads` a paragraph is its heading rather."""
    words = "".join(token.content for token in inside).rstrip()
    if words.endswith(SENTENCE_ENDS):
        return False
    linked = any(str(token.attrGet("href") or "").startswith("term:") for token in inside)
    return linked or (not leads and len(words.split()) <= LONGEST_TERM)
