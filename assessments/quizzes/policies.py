"""Who may see an attempt: the person who made it, and the trainers of its programme. Coordinators never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, or_

from courses.programmes.models import Enrolment
from lms.kernel.permissions import HUB, PROGRAMME, SYSTEM, TRAINER, Permission

if TYPE_CHECKING:
    from lms.kernel.permissions import Viewer

SEE_ATTEMPTS = Permission(
    "attempt:see", "See the quiz answers of participants in one's programmes.", frozenset({TRAINER})
)


def may_see(viewer: Viewer, enrolment: Enrolment) -> bool:
    """Whether the viewer may see the attempts of an enrolment."""
    return (
        viewer is SYSTEM
        or enrolment.person_id == viewer.person_id
        or viewer.may(SEE_ATTEMPTS.name, (PROGRAMME, enrolment.programme_id), (HUB, enrolment.hub_id))
    )


def visible_enrolments(viewer: Viewer) -> ColumnElement[bool]:
    """Return the same as a filter on `Enrolment`."""
    if viewer is SYSTEM or viewer.may_everywhere(SEE_ATTEMPTS.name):
        return Enrolment.id.is_not(None)
    return or_(
        Enrolment.person_id == viewer.person_id,
        Enrolment.programme_id.in_(viewer.scope_ids(SEE_ATTEMPTS.name, PROGRAMME)),
        Enrolment.hub_id.in_(viewer.scope_ids(SEE_ATTEMPTS.name, HUB)),
    )


def may_answer(viewer: Viewer, enrolment: Enrolment) -> bool:
    """Whether the viewer may answer: only the person, and only while taking part."""
    return enrolment.person_id == viewer.person_id and enrolment.left_at is None
