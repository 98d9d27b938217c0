"""Marking an attempt: pure functions of the frozen quiz and the answers. No database, no request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assessments.types.question import Question, read_question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessments.types.contract import Mark

LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Quiz:
    """A frozen quiz, read. `pass_mark` runs from 0 to 1; `attempts` is the most that are allowed, 0 for no limit."""

    pass_mark: float
    attempts: int
    minutes: int
    questions: Mapping[str, Question]
    lessons: Mapping[str, str]
    """Per question key the key of the lesson to read again."""
    texts: Mapping[str, Mapping[str, Any]]


def quiz_of(digest: str, content: Mapping[str, Any]) -> Quiz:
    """Read a frozen quiz; kept per process by its hash, for content never changes."""
    return _read(digest, _Frozen(content))


class _Frozen:
    """A content that is the same whenever its hash is: lets the cache look at the hash alone."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=256)
def _read(_digest: str, frozen: _Frozen) -> Quiz:
    settings, texts = frozen.content["settings"], frozen.content["texts"]
    questions, lessons = {}, {}
    for stored in settings["questions"]:
        key = stored["key"]
        words = {code: text["questions"][key] for code, text in texts.items() if key in text["questions"]}
        questions[key] = read_question({**stored, "texts": words})
        lessons[key] = stored.get("lesson", "")
    return Quiz(
        pass_mark=settings["pass_percent"] / 100,
        attempts=settings["attempts"],
        minutes=settings["minutes"],
        questions=questions,
        lessons=lessons,
        texts=texts,
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
