"""What somebody who has read the lessons knows: the right answers, by the words on the page."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.walks.browser import Browser

CONTENT = Path(__file__).parents[2] / "courses" / "content"


def _questions() -> Iterator[dict[str, Any]]:
    for file in CONTENT.glob("*/*/*/quiz.toml"):
        yield from tomllib.loads(file.read_text(encoding="utf-8"))["question"]


def answer_all(person: Browser) -> int:
    """Fill in every question of the page with its right answer; return how many there are."""
    groups = [person.page.group(node) for node in person.page.all("input") if node.get("name", "").startswith("in-")]
    for group in groups:
        known = next(each for each in _questions() if each["en"]["prompt"] in group)
        _answer(person, known, group)
    return len(groups)


def _answer(person: Browser, known: dict[str, Any], group: str) -> None:
    text = known["en"]
    options = text.get("options", {})
    match known["type"]:
        case "one-answer":
            person.fill(options[known["right"]], value=True, group=group)
        case "several-answers":
            for key in known["right"]:
                person.fill(options[key], value=True, group=group)
        case "true-false":
            person.fill("True" if known["right"] else "False", value=True, group=group)
        case "ordering":
            for place, key in enumerate(known["order"], 1):
                person.fill(f"Place of “{options[key]}”", str(place), group=group)
        case "matching":
            for left, right in known["pairs"].items():
                person.fill(text["items"][left], text["choices"][right], group=group)
        case "number":
            person.fill("", str(known["value"]), group=group)
        case "short-text":
            person.fill("", known["accept"][0], group=group)
