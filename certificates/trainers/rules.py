"""What makes a trainee eligible for the trainer certificate, as data and pure functions.

A condition is a line of `CONDITIONS`: its name, whether it is required, and when it is met. Pages show every line, met
or not; only the required ones decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

TRAINERS_COURSE = "trainers"
"""Audience of the courses whose participants are trainees."""
CITIES_COURSE = "city-teams"
"""Audience of the course that a trainee knows before: IMS for Sustainability."""
PRACTICES_NEEDED = 1

State = Literal["certified", "eligible", "learning"]
STATES: tuple[State, ...] = ("eligible", "learning", "certified")


@dataclass(frozen=True)
class Record:
    """What is known of a trainee in one hub.

    completed: the train-the-trainers course, in a programme of this hub. practices: satisfactory ones that count.
    knows_ims: has completed a course for cities in this hub. certified: holds a valid trainer certificate of any hub.
    """

    completed: bool
    practices: int
    knows_ims: bool
    certified: bool


@dataclass(frozen=True)
class Condition:
    """One condition. `required` decides; the others are shown to whoever decides."""

    name: str
    required: bool
    is_met: Callable[[Record], bool]


CONDITIONS = (
    Condition("course", required=True, is_met=lambda record: record.completed),
    Condition("practice", required=True, is_met=lambda record: record.practices >= PRACTICES_NEEDED),
    # Trainees may know the IMS from their work, or have learnt it at another hub, whose records stay there.
    Condition("ims", required=False, is_met=lambda record: record.knows_ims),
    Condition("uncertified", required=True, is_met=lambda record: not record.certified),
)


@dataclass(frozen=True)
class Judged:
    """A condition as it stands for one trainee."""

    name: str
    required: bool
    met: bool


def judge(record: Record) -> list[Judged]:
    """Return every condition, met or not, in the order in which it is shown."""
    return [Judged(condition.name, condition.required, condition.is_met(record)) for condition in CONDITIONS]


def is_eligible(record: Record) -> bool:
    """Whether the certificate may be awarded: all required conditions are met.

    >>> is_eligible(Record(completed=True, practices=1, knows_ims=False, certified=False))
    True
    """
    return all(line.met for line in judge(record) if line.required)


def state(record: Record) -> State:
    """Say where a trainee stands, for lists."""
    if record.certified:
        return "certified"
    return "eligible" if is_eligible(record) else "learning"


@dataclass(frozen=True)
class PracticeDetails:
    """A supervised practice as it is recorded: what the trainee led, and how the hub trainer saw it.

    workshop_ref: a workshop of the hub, whose title and date then count; empty for one that is not in the list.
    """

    workshop_ref: str
    title: str
    held_on: date | None
    satisfactory: bool | None
    strengths: str = ""
    next_step: str = ""


@dataclass(frozen=True)
class PracticeFact:
    """A recorded practice, as far as rules need it."""

    id: int
    satisfactory: bool
    corrects_id: int | None


def that_count(practices: Iterable[PracticeFact]) -> list[int]:
    """Return the ids of the records that count: those that no later one corrects.

    >>> that_count([PracticeFact(1, True, None), PracticeFact(2, False, 1), PracticeFact(3, True, None)])
    [2, 3]
    """
    held = list(practices)
    corrected = {practice.corrects_id for practice in held}
    return [practice.id for practice in held if practice.id not in corrected]
