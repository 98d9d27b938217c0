"""Who may see an attempt: the person who made it, and the trainers of its programme. Coordinators never do.

Trainers may also allow another attempt to those who have used up theirs, but never to themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, true

from courses.programmes.models import Enrolment
from lms.kernel.permissions import HUB, PROGRAMME, SYSTEM, TRAINER, Permission

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from courses.programmes.models import Programme
    from lms.kernel.permissions import Viewer

SEE_ATTEMPTS = Permission(
    "attempt:see", "See the quiz answers of participants in one's programmes.", frozenset({TRAINER})
)
ALLOW = Permission(
    "attempt:allow",
    "Allow participants of one's programmes another attempt at a quiz when theirs are used up.",
    frozenset({TRAINER}),
)


def may_see(viewer: Viewer, enrolment: Enrolment) -> bool:
    """Whether the viewer may see the attempts of an enrolment."""
    return enrolment.person_id == viewer.person_id or _has(viewer, SEE_ATTEMPTS, enrolment)


def visible_enrolments(viewer: Viewer) -> ColumnElement[bool]:
    """Return the same as a filter on `Enrolment`."""
    return or_(Enrolment.person_id == viewer.person_id, _in_scope(viewer, SEE_ATTEMPTS))


def may_see_answers(viewer: Viewer, programme: Programme) -> bool:
    """Whether the viewer may see which answers are right: who sees the attempts of the programme's participants."""
    return viewer is SYSTEM or viewer.may(SEE_ATTEMPTS.name, (PROGRAMME, programme.id), (HUB, programme.hub_id))


def may_allow(viewer: Viewer, enrolment: Enrolment) -> bool:
    """Whether the viewer may allow another attempt: a trainer, to those who take part, never to themselves."""
    takes_part = enrolment.left_at is None and enrolment.person_id != viewer.person_id
    return takes_part and _has(viewer, ALLOW, enrolment)


def allowable_enrolments(viewer: Viewer) -> ColumnElement[bool]:
    """Return the same as a filter on `Enrolment`."""
    return and_(Enrolment.left_at.is_(None), Enrolment.person_id != viewer.person_id, _in_scope(viewer, ALLOW))


def _has(viewer: Viewer, permission: Permission, enrolment: Enrolment) -> bool:
    scopes = (PROGRAMME, enrolment.programme_id), (HUB, enrolment.hub_id)
    return viewer is SYSTEM or viewer.may(permission.name, *scopes)


def _in_scope(viewer: Viewer, permission: Permission) -> ColumnElement[bool]:
    if viewer is SYSTEM or viewer.may_everywhere(permission.name):
        return true()
    return or_(
        Enrolment.programme_id.in_(viewer.scope_ids(permission.name, PROGRAMME)),
        Enrolment.hub_id.in_(viewer.scope_ids(permission.name, HUB)),
    )


def may_answer(viewer: Viewer, enrolment: Enrolment) -> bool:
    """Whether the viewer may answer: only the person, and only while taking part."""
    return enrolment.person_id == viewer.person_id and enrolment.left_at is None
