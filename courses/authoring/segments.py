"""Segments: the top-level blocks of a lesson's text, and which of them a translation still owes.

A segment has a fingerprint. Each segment of a translation remembers the fingerprint of the source segment that it
was made from. When the source changes, precisely those segments are stale.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from lms.kernel.texts.markdown import parser

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Block:
    """A top-level block: its kind ("paragraph", "heading2", "table", …), its text, and its first line (from 1)."""

    kind: str
    text: str
    line: int

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the text; spaces at line ends do not count."""
        return fingerprint(self.text)


def fingerprint(text: str) -> str:
    """Return the fingerprint of a text."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return hashlib.sha256(lines.encode("utf-8", "replace")).hexdigest()


def blocks(markdown: str) -> list[Block]:
    r"""Cut a text into its top-level blocks; nothing but empty lines is lost.

    >>> [block.kind for block in blocks("Intro.\n\n## Head\n\n- a\n- b\n")]
    ['paragraph', 'heading2', 'bullet_list']
    """
    lines = markdown.split("\n")
    found: list[Block] = []
    reached = 0
    for token in parser().parse(markdown):
        if token.level or token.map is None or token.nesting < 0 or token.map[0] < reached:
            continue
        start, end = token.map
        if token.type.startswith("container") and end < len(lines) and lines[end].lstrip().startswith(":::"):
            end += 1  # markdown-it leaves the closing line out
        _add(found, "other", lines, reached, start)
        kind = token.type.removesuffix("_open")
        kind += token.tag[1:] if kind == "heading" else ""
        _add(found, kind, lines, start, end)
        reached = end
    _add(found, "other", lines, reached, len(lines))
    return found


def _add(found: list[Block], kind: str, lines: Sequence[str], start: int, end: int) -> None:
    """Add the block of some lines, unless they are empty (definitions of notes and links are "other")."""
    while start < end and not lines[start].strip():
        start += 1
    if start < end:
        found.append(Block(kind, "\n".join(lines[start:end]).rstrip(), start + 1))


def aligned(translation: Sequence[Block], source: Sequence[Block]) -> list[str]:
    """Return for each block of a fresh translation the fingerprint of the source block it was made from.

    Blocks of one kind are paired in order; a block without a partner gets "".
    """
    partners = [""] * len(translation)
    matcher = SequenceMatcher(
        None, [block.kind for block in translation], [block.kind for block in source], autojunk=False
    )
    for start, other, length in matcher.get_matching_blocks():
        for step in range(length):
            partners[start + step] = source[other + step].fingerprint
    return partners


@dataclass(frozen=True)
class TranslationState:
    """What a translation owes to its source.

    stale: positions of its segments whose source has changed or gone; missing: source blocks that it does not have.
    """

    stale: tuple[int, ...]
    missing: tuple[Block, ...]

    @property
    def up_to_date(self) -> bool:
        """Whether nothing is owed."""
        return not self.stale and not self.missing


def compare(made_from: Sequence[str], source: Iterable[Block]) -> TranslationState:
    r"""Compare the fingerprints that a translation was made from with the source as it is now.

    >>> now = blocks("One.\n\nTwo, changed.")
    >>> was = blocks("One.\n\nTwo.")
    >>> compare([block.fingerprint for block in was], now).stale
    (1,)
    """
    source = list(source)
    present = {block.fingerprint for block in source}
    stale = tuple(place for place, mark in enumerate(made_from) if mark not in present)
    missing = tuple(block for block in source if block.fingerprint not in set(made_from))
    return TranslationState(stale, missing)
