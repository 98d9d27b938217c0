"""How easily a text reads: Flesch's reading ease and how long sentences are. Pyphen divides words. English only."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from courses.checking.extra import library
from courses.checking.pieces import PROSE
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from courses.checking.content import Content, Document

LANGUAGE = "en"
LESSON = "lesson.toml"
PARTS = re.compile(r"[:;]\s")
WORD = re.compile(r"\w[\w'’.,/-]*")
SYLLABLES = "en_US"  # Pyphen's British patterns leave out most divisions near the ends of a word
FEW = 5  # sentences; less is a label, and a mean says nothing


def check(content: Content) -> Iterator[Fault]:
    """Name texts outside the band, and each sentence that is too long."""
    rules = content.rule("reading")
    if not rules.data:
        return
    rules.only("ease", "mean", "longest")
    longest = rules.integer("longest", 1, 1000, default=1000)
    for document in content.documents.values():
        if document.name == f"{LANGUAGE}.md":
            yield from _whole(content, document)
    for piece in content.pieces(LANGUAGE):
        for line, sentence in piece.sentences():
            count = max(len(WORD.findall(part)) for part in PARTS.split(sentence))
            if count > longest:
                yield Fault(piece.file, line, _too_long(sentence, count, longest))


def _whole(content: Content, document: Document) -> Iterator[Fault]:
    """Measure a text: lessons by both edges of both bands, tasks and guides by the lower ease."""
    said = [part for piece in document.pieces if piece.role in PROSE for _line, part in piece.sentences()]
    if len(said) < FEW:
        return
    ease, mean = reading_ease(said), len(WORD.findall(" ".join(said))) / len(said)
    low, high = content.band("reading", "ease")
    lesson = LESSON in content.folders[document.folder]
    if ease < low or (lesson and ease > high):
        yield Fault(document.file, 1, _ease(ease, low, high))
    low, high = content.band("reading", "mean")
    if lesson and not low <= mean <= high:
        yield Fault(document.file, 1, _mean(mean, low, high))


def reading_ease(sentences: list[str]) -> float:
    """Return Flesch's reading ease: about 100 is very easy, 60 to 70 plain, below 30 for specialists.

    206.835 - 1.015 x words a sentence - 84.6 x syllables a word: R. Flesch, A New Readability Yardstick, Journal of
    Applied Psychology 32 (1948).

    >>> round(reading_ease(["The council decides in June.", "It was a long way."]))
    100
    """
    words = WORD.findall(" ".join(sentences))
    syllables = sum(len(_divider().positions(word)) + 1 for word in words)
    return 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllables / len(words)


@cache
def _divider() -> Any:
    return library("pyphen").Pyphen(lang=SYLLABLES)


def _ease(ease: float, low: float, high: float) -> str:
    if ease < low:
        return _(
            "The reading ease is %(ease).0f; at least %(low).0f is wanted. Use shorter words and sentences.",
            ease=ease,
            low=low,
        )
    return _(
        "The reading ease is %(ease).0f; at most %(high).0f is wanted. Join sentences that belong together.",
        ease=ease,
        high=high,
    )


def _mean(mean: float, low: float, high: float) -> str:
    return _(
        "A sentence has %(mean).1f words on average; %(low).0f to %(high).0f are wanted. Divide or join sentences.",
        mean=mean,
        low=low,
        high=high,
    )


def _too_long(sentence: str, count: int, longest: int) -> str:
    start = " ".join(sentence.split()[:6])
    return _(
        "The sentence “%(start)s …” has %(count)d words without a pause; at most %(longest)d. Divide it.",
        start=start,
        count=count,
        longest=longest,
    )
