"""How a team, or somebody alone, comes through a course: module by module, up to where they stand today."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from lms.demo import handing_in, learning
from lms.demo.diary import at_work
from lms.demo.handing_in import Work

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from courses.catalogue.rules import Activity, Module
    from courses.programmes.models import Programme
    from lms.demo.diary import Diary
    from lms.demo.learning import Learner
    from lms.kernel.permissions import Viewer

AHEAD = 2  # so many lessons the first ones have read of the module after the one at work
LEAST = 0.55  # at least this share of it everybody else has done
SECOND_TRY = 0.15  # so many quizzes are passed at the second attempt only
TRIES = 3
EVERY_THIRD = 3  # hand-in is accepted at the second attempt only
# Parts of the time that a module takes: until when people learn, and what happens to the hand-in.
LEARNT, HANDED_IN, ANSWERED, AGAIN, ACCEPTED, NOW = 0.6, 0.7, 0.8, 0.9, 0.97, 1.0


@dataclass(frozen=True)
class Stage:
    """Where a group stands.

    modules: in so many all work was accepted. newest: what became of that of the next one. whole: so many people have
    done all that the group has. stuck: key of a quiz that the last person has failed as often as one may.
    """

    modules: int
    newest: Literal["", "draft", "waiting", "revise"] = ""
    whole: int = 1
    stuck: str = ""

    @property
    def begun(self) -> int:
        """Modules that the group has worked on."""
        return self.modules + bool(self.newest)


@dataclass(frozen=True)
class Group:
    """A team, or one person, in a programme.

    people: ids; the first hands in. names: who is meant by the words of a hand-in. number: tells groups apart, so that
    not all do the same.
    """

    programme: Programme
    people: Sequence[int]
    trainer: Viewer
    language: str
    chance: random.Random
    names: Mapping[str, str] = field(default_factory=dict)
    number: int = 0


def follow(diary: Diary, group: Group, stage: Stage, begins: datetime, ends: datetime) -> None:
    """Note what a group does in the course, from one instant to another."""
    learners = [learning.learner_in(group.programme, person_id, group.chance) for person_id in group.people]
    modules = [module for module in learners[0].manifest.modules if module.activities]
    begun = min(stage.begun, len(modules))
    each = (ends - begins) / max(1, begun)
    starts = [begins + place * each for place in range(len(modules))]
    way = _way(begun, modules, starts, each)
    for number, learner in enumerate(learners):
        if stage.stuck and learner is learners[-1]:
            _learn(diary, learner, way[: [activity.key for _at, activity in way].index(stage.stuck)])
            _fail(diary, learner, stage.stuck, ends - each / 2)
        elif number < stage.whole:
            _learn(diary, learner, way)
        else:
            _learn(diary, learner, way[: round(len(way) * group.chance.uniform(LEAST, 1))])
    _stop_reading(diary, learners[0], way)
    for place, module in enumerate(modules[:begun]):
        newest = stage.newest if place == stage.modules else "accepted"
        at_once = (place + group.number) % EVERY_THIRD != EVERY_THIRD - 1
        for part, step in _steps(newest, at_once=at_once):
            _hand_in(diary, at_work(starts[place] + part * each), group, learners[0], module, step)


def _way(
    begun: int, modules: Sequence[Module], starts: Sequence[datetime], each: timedelta
) -> list[tuple[datetime, Activity]]:
    """Return the lessons and quizzes so far, with the day of each for those who are first."""
    way = []
    for begins, module in list(zip(starts, modules, strict=True))[:begun]:
        todo = [activity for activity in module.activities if activity.kind in {"lesson", "quiz"}]
        way += [(begins + LEARNT * each * (n + 1) / (len(todo) + 1), activity) for n, activity in enumerate(todo)]
    ahead = [activity for module in modules[begun : begun + 1] for activity in module.activities][:AHEAD]
    last = starts[max(0, begun - 1)]
    return way + [(last + (ANSWERED + n / 10) * each, activity) for n, activity in enumerate(ahead)]


def _learn(diary: Diary, learner: Learner, way: Sequence[tuple[datetime, Activity]]) -> None:
    for at, activity in way:
        moment = at_work(at)
        if activity.kind == "lesson":
            diary.note(moment, partial(learning.read, learner, activity))
            continue
        if learner.chance.random() < SECOND_TRY:
            diary.note(moment, partial(learning.take_quiz, learner, activity, passes=False))
        diary.note(moment, partial(learning.take_quiz, learner, activity, passes=True))


def _fail(diary: Diary, learner: Learner, key: str, at: datetime) -> None:
    """Let somebody fail a quiz until no attempt is left."""
    activity = learner.manifest.by_key[key][1]
    for _attempt in range(TRIES):
        diary.note(at_work(at), partial(learning.take_quiz, learner, activity, passes=False))


def _stop_reading(diary: Diary, learner: Learner, way: Sequence[tuple[datetime, Activity]]) -> None:
    """Let somebody open the next lesson, and leave off in it."""
    if not way:
        return
    at, last = way[-1]
    _before, after = learner.manifest.neighbours(last.key)
    if after is not None and after.kind == "lesson":
        diary.note(at_work(at), partial(learning.begin, learner, after))


def _hand_in(
    diary: Diary, at: datetime, group: Group, learner: Learner, module: Module, step: Callable[[Work], None]
) -> None:
    """Note one step of what becomes of the hand-in of a module; some modules have none."""
    for activity in module.activities:
        if activity.kind == "handin":
            programme, trainer, names = group.programme, group.trainer, group.names
            work = Work(programme, activity.key, learner.viewer, trainer, module.key, group.language, names)
            diary.note(at, partial(step, work))


def _steps(newest: str, *, at_once: bool) -> list[tuple[float, Callable[[Work], None]]]:
    """Return what happens to a hand-in, and when."""
    revise = partial(handing_in.answer, verdict="revise")
    accept = partial(handing_in.answer, verdict="accepted")
    if newest == "draft":
        return [(NOW, handing_in.draft)]
    if newest == "waiting":
        return [(NOW, handing_in.hand_in)]
    if newest == "revise":
        return [(ANSWERED, handing_in.hand_in), (NOW, revise)]
    if at_once:
        return [(HANDED_IN, handing_in.hand_in), (ANSWERED, accept)]
    again = partial(handing_in.hand_in, again=True)
    return [(HANDED_IN, handing_in.hand_in), (ANSWERED, revise), (AGAIN, again), (ACCEPTED, accept)]
