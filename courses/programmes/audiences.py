"""For whom the library opens items because they take part in a programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select

from courses.catalogue.models import Course
from courses.programmes.models import Enrolment, Programme
from lms.library.rules import TRAINERS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

FOR_TRAINERS = "trainers"
"""The audience of courses that make trainers."""


def takes_part(person_id: int, audience: str, hub_id: ColumnElement[int | None]) -> ColumnElement[bool]:
    """Return the condition that a person takes part in a programme, for items for trainers in one that makes trainers.

    Where the item belongs to a hub, it must be a programme of that hub.
    """
    mine = select(Enrolment.id).where(
        Enrolment.person_id == person_id,
        Enrolment.left_at.is_(None),
        or_(hub_id.is_(None), Enrolment.hub_id == hub_id),
    )
    if audience == TRAINERS:
        mine = mine.join(Programme, Programme.id == Enrolment.programme_id).join(
            Course, Course.id == Programme.course_id
        )
        mine = mine.where(Course.audience == FOR_TRAINERS)
    return exists(mine)
