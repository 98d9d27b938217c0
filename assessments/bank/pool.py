"""Stored questions, read for use: from the frozen content of a quiz or a self-test. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.types.question import Question, read_question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def stored_in(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Go through the questions of a content, each with its words in all languages."""
    for stored in content["settings"]["questions"]:
        key = stored["key"]
        words = {
            code: text["questions"][key] for code, text in content["texts"].items() if key in text.get("questions", {})
        }
        yield {**stored, "texts": words}


def questions_in(content: Mapping[str, Any]) -> dict[str, Question]:
    """Return the questions of a content by their key, in the author's order."""
    return {stored["key"]: read_question(stored) for stored in stored_in(content)}
