"""What one quiz cannot know about itself: the question keys of its course, and the quizzes that it draws from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from courses.activities import Trouble
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Activities = Mapping[str, tuple[str, Mapping[str, Any]]]

QUIZ = "quiz"


def check_questions(activities: Activities) -> Iterator[Trouble]:
    """Name questions whose key another one has, and final quizzes that cannot draw what they promise."""
    taken: dict[str, str] = {}
    for key, (_kind, settings) in activities.items():
        for question in _questions(settings):
            if taken.setdefault(question, key) != key:
                why = _("The key “%(key)s” belongs to a question of “%(other)s”. Keys are unique in a course.",
                        key=question, other=taken[question])  # fmt: skip
                yield Trouble(key, question, why)
    for key, (kind, settings) in activities.items():
        if kind == QUIZ and "pools" in settings:
            yield from _final_quiz(key, settings, activities)


def _questions(settings: Mapping[str, Any]) -> list[str]:
    """Return the keys of an activity's questions: its own, and those of a test beside it."""
    holders = (settings, *(settings.get("beside") or {}).values())
    return [stored["key"] for holder in holders for stored in holder.get("questions", [])]


def _final_quiz(key: str, settings: Mapping[str, Any], activities: Activities) -> Iterator[Trouble]:
    pools = {name: activities[name][1] for name in settings["pools"] if activities.get(name, ("",))[0] == QUIZ}
    for name in settings["pools"]:
        if name not in pools:
            yield Trouble(key, "from", _("There is no quiz “%(key)s” in this course.", key=name))
        elif "pools" in pools[name]:
            why = _("“%(key)s” draws from other quizzes itself. Name those that have questions of their own.", key=name)
            yield Trouble(key, "from", why)
    count = sum(len(pool["questions"]) for pool in pools.values())
    if settings.get("draw", 0) > count:
        why = _("“draw” is %(draw)d, but there are only %(count)d questions.", draw=settings["draw"], count=count)
        yield Trouble(key, "draw", why)
