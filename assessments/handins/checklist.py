"""Checklists as pure functions: questions, answers, what is missing, and joining what two people answered at once."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

YES, NO, PENDING = "yes", "no", "pending"
ANSWERS = (YES, NO, PENDING)
MARK_LENGTH = 12
LETTER = re.compile(r"([A-Z])\. ")
"""How the heading of a section begins that gives its questions their letter."""


def mark_of(*parts: str) -> str:
    """Return a short mark of what is kept: a form carries it, to know later what it had shown. Nothing has none."""
    if not any(parts):
        return ""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:MARK_LENGTH]


@dataclass(frozen=True)
class Check:
    """A question of a checklist."""

    key: str
    section: str
    question: str
    help: str


@dataclass(frozen=True)
class Answer:
    """What a team says to a question; an empty answer is not given yet."""

    answer: str = ""
    remark: str = ""

    @property
    def mark(self) -> str:
        """The mark of the whole answer."""
        return mark_of(self.answer, self.remark)


NOTHING = Answer()
Answers = dict[str, Answer]


@dataclass(frozen=True)
class Sent:
    """A checklist as somebody sent it: the answers, and the marks of those that the page had shown."""

    answers: Answers
    shown: Mapping[str, str]


@dataclass(frozen=True)
class Merged:
    """What comes of two people's answers. `clashes`: what is kept where both changed the same answer."""

    answers: Answers
    clashes: Answers


def read(raw: Mapping[str, Any] | None) -> Answers:
    """Read stored answers."""
    return {key: Answer(item.get("answer", ""), item.get("remark", "")) for key, item in (raw or {}).items()}


def stored(answers: Mapping[str, Answer]) -> dict[str, dict[str, str]]:
    """Write answers for storing."""
    return {key: {"answer": item.answer, "remark": item.remark} for key, item in answers.items()}


def merge(sent: Sent, kept: Mapping[str, Answer]) -> Merged:
    """Join what somebody sent with what is kept: where only one of them changed an answer, that one holds.

    >>> kept = {"scope": Answer("yes"), "deputy": Answer("no", "Not yet")}
    >>> sent = Sent({"scope": Answer(), "deputy": Answer("yes")}, {"scope": "", "deputy": kept["deputy"].mark})
    >>> merge(sent, kept).answers == {"scope": Answer("yes"), "deputy": Answer("yes")}
    True
    """
    answers, clashes = dict(kept), {}
    for key, mine in sent.answers.items():
        theirs, shown = kept.get(key, NOTHING), sent.shown.get(key, "")
        if mine == theirs or mine.mark == shown:
            continue
        answers[key] = mine
        if theirs.mark != shown:
            clashes[key] = theirs
    return Merged(answers, clashes)


def unanswered(keys: Iterable[str], answers: Mapping[str, Answer]) -> list[str]:
    """Return the questions without an answer."""
    return [key for key in keys if answers.get(key, NOTHING).answer not in ANSWERS]


def unexplained(keys: Iterable[str], answers: Mapping[str, Answer]) -> list[str]:
    """Return the questions that are answered no or pending without a remark."""
    return [
        key
        for key in keys
        if answers.get(key, NOTHING).answer in {NO, PENDING} and not answers.get(key, NOTHING).remark
    ]


def counts(keys: Collection[str], answers: Mapping[str, Answer]) -> dict[str, int]:
    """Count the answers by kind; "open" are those that are missing.

    >>> counts(["scope", "deputy"], {"scope": Answer("yes")})
    {'yes': 1, 'no': 0, 'pending': 0, 'open': 1}
    """
    found = Counter(answers.get(key, NOTHING).answer for key in keys)
    return {**{answer: found[answer] for answer in ANSWERS}, "open": len(unanswered(keys, answers))}


def sections(checks: Sequence[Check]) -> list[tuple[str, list[tuple[str, Check]]]]:
    """Put the questions of one section together, in their order, each with its number.

    Texts name a question by it: B2 is the second in "B. Action plan". Without letters they are counted through.

    >>> checks = [Check("scope", "A. Set-up", "?", ""), Check("deputy", "A. Set-up", "?", ""), Check("all", "", "", "")]
    >>> [(section, [number for number, _ in lines]) for section, lines in sections(checks)]
    [('A. Set-up', ['A1', 'A2']), ('', ['3'])]
    """
    found: list[tuple[str, list[tuple[str, Check]]]] = []
    before = 0
    for section, group in groupby(checks, key=lambda check: check.section):
        letter = LETTER.match(section)
        lines = [(f"{letter[1]}{n}" if letter else str(before + n), check) for n, check in enumerate(group, 1)]
        before += len(lines)
        found.append((section, lines))
    return found
