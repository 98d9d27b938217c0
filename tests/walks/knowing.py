"""What somebody who has read the lessons knows: the right answers, by the words on the page."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.walks.browser import Browser

CONTENT = Path(__file__).parents[2] / "courses" / "content"


@cache
def _questions() -> list[dict[str, Any]]:
    read = (tomllib.loads(file.read_text(encoding="utf-8")) for file in CONTENT.glob("*/*/*/quiz.toml"))
    return [question for quiz in read for question in quiz.get("question", [])]  # a final quiz has none


def answer_all(person: Browser) -> int:
    """Fill in every question of the page with its right answer; return how many there are."""
    groups = [person.page.group(node) for node in person.page.all("input") if node.get("name", "").startswith("in-")]
    for group in groups:
        known = next(each for each in _questions() if each["en"]["prompt"] in group)
        _answer(person, known, group)
    return len(groups)


def _answer(person: Browser, known: dict[str, Any], group: str) -> None:
    for label, value in _fillings(known, known["en"]):
        person.fill(label, value, group=group)


def _fillings(known: dict[str, Any], text: dict[str, Any]) -> list[tuple[str, object]]:
    """Return what to fill in, by the label of each control."""
    options = text.get("options", {})
    by_kind: dict[str, Callable[[], list[tuple[str, object]]]] = {
        "one-answer": lambda: [(options[known["right"]], True)],
        "several-answers": lambda: [(options[key], True) for key in known["right"]],
        "true-false": lambda: [("True" if known["right"] else "False", True)],
        "ordering": lambda: [(f"Place of “{options[key]}”", str(n)) for n, key in enumerate(known["order"], 1)],
        "matching": lambda: [(text["items"][key], text["choices"][to]) for key, to in known["pairs"].items()],
        "number": lambda: [("", str(known["value"]))],
        "short-text": lambda: [("", known["accept"][0])],
    }
    return by_kind[known["type"]]()
