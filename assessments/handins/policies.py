"""Who may work on, read, answer and list hand-ins: predicates and SQL filters side by side.

The present members of a team (or the one person) work on their hand-in and read it. Trainers of the programme or its
hub read what was handed in and answer it, but never that of a team they are or were in. Managers of the hub see that
something came in and how it stands, not the work. Nobody of another hub sees anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, false, not_, or_, select, true
from sqlalchemy.orm import aliased

from assessments.handins.models import Handin
from assessments.handins.rules import DRAFT
from courses.programmes.models import Enrolment, TeamMember
from lms.kernel.permissions import HUB, MANAGER, PROGRAMME, SYSTEM, TRAINER, Permission

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from lms.kernel.permissions import Viewer

GRADE = Permission("handin:grade", "Read the hand-ins of one's programmes and answer them.", frozenset({TRAINER}))
LIST = Permission(
    "handin:list",
    "See which hand-ins of one's programmes came in and how they stand, without the work itself.",
    frozenset({TRAINER, MANAGER}),
)


def may_read(viewer: Viewer, handin: Handin, *, is_member: bool) -> bool:
    """Whether the viewer may read versions, files and feedback; the same as `readable_handins`."""
    return is_member or (handin.state != DRAFT and _has(viewer, GRADE, handin))


def may_answer(viewer: Viewer, handin: Handin, *, was_member: bool) -> bool:
    """Whether the viewer may give feedback; the same as `answerable_handins`."""
    return handin.state != DRAFT and not was_member and _has(viewer, GRADE, handin)


def may_list(viewer: Viewer, handin: Handin) -> bool:
    """Whether the viewer may know that it was handed in and how it stands; the same as `listed_handins`."""
    return handin.state != DRAFT and _has(viewer, LIST, handin)


def own_handins(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the hand-ins that the viewer may write and hand in: the team's now, or the person's."""
    return _tied_to(viewer, now_only=True)


def once_own_handins(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the hand-ins that are, or were, the viewer's own."""
    return _tied_to(viewer, now_only=False)


def _tied_to(viewer: Viewer, *, now_only: bool) -> ColumnElement[bool]:
    if not viewer.signed_in:
        return false()
    # Aliases, so that a statement may join the same tables for reasons of its own.
    member, enrolment = aliased(TeamMember), aliased(Enrolment)
    in_team = select(member.id).where(member.team_id == Handin.team_id, member.person_id == viewer.person_id)
    in_person = select(enrolment.id).where(enrolment.id == Handin.enrolment_id, enrolment.person_id == viewer.person_id)
    if now_only:
        in_team, in_person = in_team.where(member.until_at.is_(None)), in_person.where(enrolment.left_at.is_(None))
    return or_(in_team.correlate(Handin).exists(), in_person.correlate(Handin).exists())


def readable_handins(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the hand-ins that the viewer may read."""
    return or_(own_handins(viewer), and_(Handin.state != DRAFT, _in_scope(viewer, GRADE)))


def answerable_handins(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the hand-ins that the viewer may answer."""
    return and_(Handin.state != DRAFT, not_(once_own_handins(viewer)), _in_scope(viewer, GRADE))


def listed_handins(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the hand-ins that the viewer may see in the list."""
    return and_(Handin.state != DRAFT, _in_scope(viewer, LIST))


def _has(viewer: Viewer, permission: Permission, handin: Handin) -> bool:
    return viewer is SYSTEM or viewer.may(permission.name, (PROGRAMME, handin.programme_id), (HUB, handin.hub_id))


def _in_scope(viewer: Viewer, permission: Permission) -> ColumnElement[bool]:
    if viewer is SYSTEM or viewer.may_everywhere(permission.name):
        return true()
    hub_ids = viewer.scope_ids(permission.name, HUB)
    programme_ids = viewer.scope_ids(permission.name, PROGRAMME)
    conditions = [Handin.hub_id.in_(hub_ids)] if hub_ids else []
    conditions += [Handin.programme_id.in_(programme_ids)] if programme_ids else []
    return or_(*conditions) if conditions else false()
