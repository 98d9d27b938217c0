"""A frozen quiz, what an attempt at it asks, and its marks: pure functions. No database, no request."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assessments.bank.draw import Candidate, draw
from assessments.bank.pool import questions_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessments.types.contract import Mark
    from assessments.types.question import Question

LARGEST_SEED = 2**31 - 1
APPLY = 2
"""Difficulty of a question that says nothing about it; contents of older editions do not."""


@dataclass(frozen=True)
class Quiz:
    """A frozen quiz, read. `pass_mark` runs from 0 to 1; `attempts` is the most that are allowed, 0 for no limit.

    `questions` are all that may be asked; `asked` is how many of them one attempt asks.
    """

    pass_mark: float
    attempts: int
    minutes: int
    questions: Mapping[str, Question]
    asked: int
    candidates: tuple[Candidate, ...]
    lessons: Mapping[str, str]
    """Per question key the key of the lesson to read again."""
    texts: Mapping[str, Mapping[str, Any]]

    @property
    def draws(self) -> bool:
        """Whether each attempt asks other questions than the last."""
        return self.asked < len(self.questions)

    def drawn(self, seed: int, seen: Mapping[str, int]) -> list[str]:
        """Return the questions of an attempt; `seen` says how often each was asked of this person before."""
        return draw(self.candidates, self.asked, seed, seen) if self.draws else list(self.questions)


@dataclass(frozen=True)
class Frozen:
    """A frozen content with its hash, which says all: the same hash is the same content."""

    digest: str
    content: Mapping[str, Any] = field(compare=False)


@lru_cache(maxsize=256)
def quiz_of(own: Frozen, pools: tuple[tuple[str, Frozen], ...] = ()) -> Quiz:
    """Read a frozen quiz; kept per process by its hash, for content never changes.

    `pools` are the quizzes from whose questions it draws, each with its key; none: it has questions of its own.
    """
    questions: dict[str, Question] = {}
    lessons: dict[str, str] = {}
    candidates = []
    for name, pool in pools or (("", own),):
        questions |= questions_in(pool.content)
        for stored in pool.content["settings"]["questions"]:
            key = stored["key"]
            lessons[key] = stored.get("lesson", "")
            candidates.append(Candidate(key, name or stored.get("outcome", ""), stored.get("difficulty", APPLY)))
    settings = own.content["settings"]
    return Quiz(
        pass_mark=settings["pass_percent"] / 100,
        attempts=settings["attempts"],
        minutes=settings["minutes"],
        questions=questions,
        asked=min(settings.get("draw", len(questions)), len(questions)),
        candidates=tuple(candidates),
        lessons=lessons,
        texts=own.content["texts"],
    )


def slot_seed(seed: int, slot: int) -> int:
    """Return the seed of a slot: fixed for the life of the attempt, and another one for each slot."""
    return (seed * 31 + slot * 7919) % LARGEST_SEED


def mark_attempt(quiz: Quiz, drawn: Sequence[str], seed: int, answers: Mapping[int, Any]) -> list[Mark]:
    """Mark every slot; a slot without an answer is marked as empty."""
    return [
        question.type.mark(question.spec, slot_seed(seed, slot), answers.get(slot, question.type.empty_answer))
        for slot, question in enumerate((quiz.questions[key] for key in drawn), 1)
    ]


def result(marks: Sequence[Mark], pass_mark: float) -> tuple[float, bool]:
    """Return the share of all points, each question worth one, and whether that passes.

    Compared in tenths of a per cent, so that 7 of 10 passes at 70 % whatever floating point says.

    >>> from assessments.types.contract import Mark
    >>> result([Mark(1.0)] * 7 + [Mark(0.0)] * 3, 0.7)
    (0.7, True)
    """
    fraction = sum(mark.fraction for mark in marks) / len(marks) if marks else 0.0
    return fraction, round(fraction, 3) >= round(pass_mark, 3)


def attempts_left(allowed: int, used: int) -> int | None:
    """Return how many attempts are left; None when there is no limit."""
    return None if allowed == 0 else max(0, allowed - used)
