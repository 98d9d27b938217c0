"""Sentences that stand in two lessons or guides, word by word or nearly so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.checking.extra import library
from courses.checking.pieces import PROSE
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from courses.checking.content import Content

NO_LETTERS = re.compile(r"[^\w\s]+")
READ = {"lesson.toml", "item.toml"}  # hand-ins repeat their instructions, and forms and examples what lessons show
RUN = 4  # words in a row that two sentences must share before they are compared at all


@dataclass(frozen=True)
class Sentence:
    """A sentence with its place; `even` is without signs and capitals."""

    file: str
    folder: str
    line: int
    said: str
    even: str


def check(content: Content) -> Iterator[Fault]:
    """Name each sentence of a lesson or guide that an earlier one holds too."""
    rules = content.rule("shared")
    rules.only("words", "alike")
    shortest, alike = rules.integer("words", 1, 100, default=100), rules.number("alike", 0, 100, default=100)
    ratio = library("rapidfuzz.fuzz").ratio
    seen: dict[tuple[str, ...], list[Sentence]] = {}
    for sentence in _sentences(content, shortest):
        runs = _runs(sentence.even)
        others = {other for run in runs for other in seen.get(run, ()) if other.folder != sentence.folder}
        near = [(ratio(other.even, sentence.even), other) for other in others]
        best = max(near, key=lambda found: found[0], default=None)
        if best is not None and best[0] >= alike:
            yield Fault(sentence.file, sentence.line, _twice(sentence, best[1], exact=best[1].even == sentence.even))
        for run in runs:
            seen.setdefault(run, []).append(sentence)


def _sentences(content: Content, shortest: int) -> Iterator[Sentence]:
    for document in content.documents.values():
        if document.name != f"{document.language}.md" or not READ & content.folders[document.folder].keys():
            continue
        for piece in document.pieces:
            if piece.role not in PROSE:
                continue
            for line, said in piece.sentences():
                even = " ".join(NO_LETTERS.sub(" ", said).lower().split())
                if even.count(" ") + 1 >= shortest:
                    yield Sentence(document.file, document.folder, line, said, even)


def _runs(even: str) -> set[tuple[str, ...]]:
    words = even.split()
    return {tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))}


def _twice(sentence: Sentence, other: Sentence, *, exact: bool) -> str:
    start, where = " ".join(sentence.said.split()[:6]), f"{other.file}:{other.line}"
    if exact:
        return _("“%(start)s …” stands in %(where)s too. Say it once, or say it for this place.",
                 start=start, where=where)  # fmt: skip
    return _("“%(start)s …” is almost a sentence of %(where)s. Say it once, or say it for this place.",
             start=start, where=where)  # fmt: skip
