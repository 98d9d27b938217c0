"""How a course and a lesson stand for one person: pure functions of the edition and a stored state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from courses.progress.rules import DONE, WAITING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from courses.catalogue.rules import Manifest, Module

State = Literal["done", "part", "now", "todo"]
STEPS = 5


def is_done(nodes: Mapping[str, Mapping[str, Any]], key: str) -> bool:
    """Whether an activity is done."""
    return str(nodes.get(key, {}).get("state", "")) in DONE


def content_language(wanted: Sequence[str], offered: Sequence[str], source: str) -> str:
    """Choose the language of a course's texts: the first wanted one that it offers, else its source language.

    >>> content_language(["fi", "de"], ["en", "de"], "en")
    'de'
    """
    return next((code for code in wanted if code in offered), source)


def next_key(manifest: Manifest, nodes: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return the next thing to do: the first activity that is neither done nor waiting for a trainer."""
    waiting = {key for key, node in nodes.items() if node.get("state") in WAITING}
    return next((key for key in manifest.order if key not in waiting and not is_done(nodes, key)), None)


def module_state(module: Module, nodes: Mapping[str, Mapping[str, Any]], following: str | None) -> State:
    """Return how a module stands: done, now (the next thing is in it), part (begun) or todo."""
    keys = [activity.key for activity in module.activities]
    done = [key for key in keys if is_done(nodes, key)]
    if keys and len(done) == len(keys):
        return "done"
    if following in keys:
        return "now"
    return "part" if any(key in nodes for key in keys) else "todo"


def lesson_number(module: Module, key: str) -> tuple[int, int]:
    """Return which lesson of its module an activity is, and of how many: (4, 6)."""
    lessons = [activity.key for activity in module.activities if activity.kind == "lesson"]
    return (lessons.index(key) + 1 if key in lessons else 0), len(lessons)


@dataclass(frozen=True)
class Ring:
    """Fractions from 0 to 1 for the picture of progress: five steps, two elements."""

    steps: tuple[float, ...]
    elements: tuple[float, float]


def ring(modules: Sequence[Module], counts: Mapping[str, Sequence[int]]) -> Ring:
    """Return the ring from the counters of modules, [done, total] by key."""

    def share(step: int) -> float:
        pairs = [counts[module.key] for module in modules if module.step == step and module.key in counts]
        total = sum(pair[1] for pair in pairs)
        return sum(pair[0] for pair in pairs) / total if total else 0.0

    return Ring(tuple(share(step) for step in range(1, STEPS + 1)), (share(0), share(0)))


def percent(done: int, total: int) -> int:
    """Return a share as whole per cent; 100 only when all is done.

    >>> percent(199, 200)
    99
    """
    return done * 100 // total if total else 0
