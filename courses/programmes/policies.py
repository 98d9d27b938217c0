"""Who may see and do what in training programmes: predicates and SQL filters side by side.

Staff are the managers and trainers of the hub, and the trainers of the programme. Whoever takes part sees the
programme, its workshops and the people of their own team. The partnership office sees nobody: totals are for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from courses.programmes.models import Enrolment, JoinRequest, Programme, Team, TeamMember, Workshop
from lms.kernel.permissions import HUB, MANAGER, OFFICE, PROGRAMME, SYSTEM, TRAINER, Permission, Viewer

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from lms.kernel.db import Base

PROGRAMME_MANAGE = Permission(
    "programme:manage",
    "Make and change a hub's training programmes, answer requests, and move people between teams.",
    frozenset({MANAGER}),
)
PROGRAMME_TRAIN = Permission(
    "programme:train",
    "See the people of a training programme, hold its workshops and record attendance.",
    frozenset({MANAGER, TRAINER}),
)


def only_learns(viewer: Viewer) -> bool:
    """Whether somebody is here to learn and has no work to do for a hub; for menus, without a question to the database.

    Staff may learn too: they find their programme in their own menu, so that the bar holds what they work with.
    """
    return viewer.signed_in and not any(grant.role in {MANAGER, OFFICE, TRAINER} for grant in viewer.grants)


def may_make(viewer: Viewer, hub_id: int) -> bool:
    """Whether the viewer may make programmes in a hub."""
    return viewer is SYSTEM or viewer.may(PROGRAMME_MANAGE.name, (HUB, hub_id))


def may_manage(viewer: Viewer, programme: Programme) -> bool:
    """Whether the viewer may change a programme and answer its requests."""
    return may_make(viewer, programme.hub_id)


def is_staff(viewer: Viewer, programme: Programme) -> bool:
    """Whether the viewer trains or manages in a programme; the same as `_staff_of` in SQL."""
    return viewer is SYSTEM or viewer.may(PROGRAMME_TRAIN.name, (PROGRAMME, programme.id), (HUB, programme.hub_id))


def may_see(viewer: Viewer, programme: Programme, *, takes_part: bool) -> bool:
    """Whether the viewer sees a programme and its workshops from inside; the same as `visible_programmes`."""
    return takes_part or is_staff(viewer, programme)


def may_see_person(viewer: Viewer, programme: Programme, person_id: int, *, in_same_team: bool) -> bool:
    """Whether the viewer sees that a person takes part; the same as `visible_enrolments`."""
    return person_id == viewer.person_id or in_same_team or is_staff(viewer, programme)


def may_see_request(viewer: Viewer, programme: Programme, person_id: int) -> bool:
    """Whether the viewer sees a request for a place; the same as `visible_requests`."""
    return person_id == viewer.person_id or may_manage(viewer, programme)


def managed_programmes(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the programmes that the viewer manages; the same as `may_manage`."""
    return _manager_of(viewer, Programme.hub_id)


def staffed_programmes(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the programmes that the viewer trains or manages in; the same as `is_staff`."""
    return _staff_of(viewer, Programme.hub_id, Programme.id)


def visible_programmes(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the programmes that the viewer sees from inside; the same as `may_see`."""
    return or_(staffed_programmes(viewer), _takes_part(viewer, Programme.id))


def visible_workshops(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the workshops that the viewer sees: those of the programmes they see."""
    inside = select(Programme.id).where(staffed_programmes(viewer))
    return or_(Workshop.programme_id.in_(inside), _takes_part(viewer, Workshop.programme_id))


def visible_enrolments(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the enrolments that the viewer sees; the same as `may_see_person`."""
    staff = _staff_of(viewer, Enrolment.hub_id, Enrolment.programme_id)
    return or_(staff, own_team_enrolments(viewer.person_id)) if viewer.signed_in else staff


def own_team_enrolments(person_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition for the enrolments that somebody without a role sees: their own and their teams'."""
    mine, theirs = aliased(TeamMember), aliased(TeamMember)
    fellows = exists().where(
        mine.person_id == person_id,
        mine.until_at.is_(None),
        theirs.team_id == mine.team_id,
        theirs.until_at.is_(None),
        theirs.programme_id == Enrolment.programme_id,
        theirs.person_id == Enrolment.person_id,
    )
    return or_(Enrolment.person_id == person_id, fellows)


def visible_teams(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the teams that the viewer sees: as staff, and one's own."""
    own = exists().where(
        TeamMember.team_id == Team.id, TeamMember.person_id == viewer.person_id, TeamMember.until_at.is_(None)
    )
    staff = _staff_of(viewer, Team.hub_id, Team.programme_id)
    return or_(staff, own) if viewer.signed_in else staff


def visible_requests(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the requests for a place that the viewer sees; the same as `may_see_request`."""
    managed = _manager_of(viewer, JoinRequest.hub_id)
    return or_(managed, JoinRequest.person_id == viewer.person_id) if viewer.signed_in else managed


def visible(model: type[Base], viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the rows of a model that the viewer sees.

    Raises KeyError for a model without a policy, so that a forgotten one can never mean "everything".
    """
    filters = {
        Programme: visible_programmes,
        Enrolment: visible_enrolments,
        Team: visible_teams,
        JoinRequest: visible_requests,
        Workshop: visible_workshops,
    }
    return filters[model](viewer)


def _manager_of(viewer: Viewer, hub_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    if viewer is SYSTEM or viewer.may_everywhere(PROGRAMME_MANAGE.name):
        return true()
    hub_ids = viewer.scope_ids(PROGRAMME_MANAGE.name, HUB)
    return hub_id.in_(hub_ids) if hub_ids else false()


def _staff_of(
    viewer: Viewer, hub_id: InstrumentedAttribute[int], programme_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    if viewer is SYSTEM or viewer.may_everywhere(PROGRAMME_TRAIN.name):
        return true()
    hub_ids = viewer.scope_ids(PROGRAMME_TRAIN.name, HUB)
    programme_ids = viewer.scope_ids(PROGRAMME_TRAIN.name, PROGRAMME)
    conditions = [hub_id.in_(hub_ids)] if hub_ids else []
    conditions += [programme_id.in_(programme_ids)] if programme_ids else []
    return or_(*conditions) if conditions else false()


def _takes_part(viewer: Viewer, programme_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    if not viewer.signed_in:
        return false()
    return exists().where(
        and_(
            Enrolment.programme_id == programme_id,
            Enrolment.person_id == viewer.person_id,
            Enrolment.left_at.is_(None),
        )
    )
