"""Who may see trainees and record practice: predicates and SQL filters side by side.

A hub sees the people in its own train-the-trainers programmes. Who awards is said by `certificates.issuing.policies`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import false, or_, true

from courses.programmes.models import Enrolment, Programme
from lms.kernel.permissions import HUB, MANAGER, PROGRAMME, SYSTEM, TRAINER, Permission, Viewer

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

SEE = Permission(
    "trainee:see",
    "See the trainees of a hub or programme, and which conditions they meet.",
    frozenset({MANAGER, TRAINER}),
)
RECORD = Permission(
    "practice:record", "Record that a trainee led a workshop under one’s eyes, and how.", frozenset({TRAINER})
)


def may_see(viewer: Viewer, enrolment: Enrolment) -> bool:
    """Whether the viewer may see a trainee as staff; the same as `visible_programmes`."""
    return viewer is SYSTEM or viewer.may(SEE.name, (PROGRAMME, enrolment.programme_id), (HUB, enrolment.hub_id))


def visible_programmes(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the programmes whose trainees the viewer may see as staff; the same as `may_see`.

    It names programmes, not enrolments: there are few of them, and an enrolment has the hub of its programme.
    """
    if viewer is SYSTEM or viewer.may_everywhere(SEE.name):
        return true()
    hub_ids, programme_ids = viewer.scope_ids(SEE.name, HUB), viewer.scope_ids(SEE.name, PROGRAMME)
    conditions = [Programme.hub_id.in_(hub_ids)] if hub_ids else []
    conditions += [Programme.id.in_(programme_ids)] if programme_ids else []
    return or_(*conditions) if conditions else false()


def may_record(viewer: Viewer, enrolment: Enrolment) -> bool:
    """Whether the viewer may record a practice of a trainee: a trainer of the hub or programme, never oneself."""
    if viewer is SYSTEM:
        return True
    scopes = ((PROGRAMME, enrolment.programme_id), (HUB, enrolment.hub_id))
    return enrolment.person_id != viewer.person_id and viewer.may(RECORD.name, *scopes)
