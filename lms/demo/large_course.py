"""The course of the measuring programme: 20 pages of about 2 kB and a quiz of ten questions with four options."""

from __future__ import annotations

from typing import Any

PAGES = 20
QUESTIONS = 10
PARAGRAPH = (
    "The city collects its figures once a year. Each figure has a source, a year and an owner, so that the next"
    " review can use it again. Where a figure is missing, the team writes that down and plans how to get it. "
)


def activities() -> list[tuple[str, dict[str, Any], int]]:
    """Return key, frozen content and minutes of each activity."""
    pages = [(f"page-{number}", _page(number), 15) for number in range(1, PAGES + 1)]
    return [*pages, ("quiz", _quiz(), 10)]


def _page(number: int) -> dict[str, Any]:
    parts = [f"## Part {part}\n\n{PARAGRAPH * 2}\n\n- One thing\n- Another thing\n" for part in range(1, 5)]
    text = {
        "title": f"Page {number}",
        "outcome": "You can say where a figure comes from.",
        "summary": "Write down source, year and owner of each figure.",
        "markdown": "\n".join(parts),
    }
    settings = {"minutes": 15, "sources": [], "figures": []}
    return {"kind": "lesson", "version": 1, "settings": settings, "texts": {"en": text}}


def _quiz() -> dict[str, Any]:
    options = ["a", "b", "c", "d"]
    questions = [
        {
            "key": f"q{number}",
            "type": "one-answer",
            "version": 1,
            "lesson": f"page-{number}",
            "outcome": "m1",
            "step": 0,
            "spec": {"options": options, "right": options[number % 4]},
        }
        for number in range(1, QUESTIONS + 1)
    ]
    words = {
        f"q{number}": {
            "prompt": f"Which answer is right in question {number}?",
            "rationale": "It has a source, a year and an owner.",
            "options": {key: f"Answer {key.upper()} to question {number}" for key in options},
            "feedback": {"default": "Look at the page again."},
        }
        for number in range(1, QUESTIONS + 1)
    }
    return {
        "kind": "quiz",
        "version": 1,
        "settings": {"pass_percent": 70, "attempts": 0, "minutes": 10, "questions": questions},
        "texts": {"en": {"title": "Quiz", "intro": "Ten questions.", "questions": words}},
    }
