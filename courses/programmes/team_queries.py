"""Reading teams, their members, and the trainers of a programme.

Functions that take a viewer apply the policy in the query itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, bindparam, func, or_, select

from courses.programmes import policies
from courses.programmes.models import Enrolment, Programme, Team, TeamMember
from lms.accounts.models import Person, RoleGrant
from lms.hubs.models import City
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import MOST_TO_CHOOSE, Page, page_of
from lms.kernel.permissions import HUB, PROGRAMME, TRAINER
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from lms.kernel.permissions import Viewer


@dataclass(frozen=True)
class TeamRow:
    """A team with its city (None: the team without one) and how many people are in it now."""

    team: Team
    city: City | None
    people: int


@dataclass(frozen=True)
class MemberRow:
    """A person in a programme, with their team."""

    enrolment: Enrolment
    person_ref: str
    name: str
    email: str
    team_id: int
    city_id: int | None
    city: str | None
    coordinator: bool
    work: str
    since: datetime


def teams_page(viewer: Viewer, programme: Programme, *, number: int = 1) -> Page[TeamRow]:
    """Return the teams of a programme that the viewer sees, by the name of the city, in pages."""
    people = (
        select(func.count(TeamMember.id))
        .where(TeamMember.team_id == Team.id, TeamMember.until_at.is_(None))
        .correlate(Team)
        .scalar_subquery()
    )
    statement = (
        select(Team, City, people)
        .outerjoin(City, City.id == Team.city_id)
        .where(Team.programme_id == programme.id, policies.visible_teams(viewer))
        .order_by(City.sort_key.is_(None), City.sort_key, Team.id)
    )
    return page_of(statement, number, make=lambda row: TeamRow(*row))


def team_cities(programme_id: int) -> list[City]:
    """Return the cities that take part in a programme, by name; names of cities are public."""
    statement = (
        select(City)
        .join(Team, Team.city_id == City.id)
        .where(Team.programme_id == programme_id)
        .order_by(City.sort_key, City.id)
        .limit(MOST_TO_CHOOSE)
    )
    return list(db.session.scalars(statement))


def team_by_ref(viewer: Viewer, ref: str) -> Team:
    """Return a team that the viewer sees. Raises NotFound."""
    team = db.session.scalar(select(Team).where(Team.ref == ref, policies.visible_teams(viewer)))
    if team is None:
        raise NotFound(_("There is no such team, or it is not yours."))
    return team


def current_member(enrolment: Enrolment) -> TeamMember | None:
    """Return the membership of an enrolled person now; None for somebody who has left."""
    return db.session.scalar(
        select(TeamMember).where(
            TeamMember.programme_id == enrolment.programme_id,
            TeamMember.person_id == enrolment.person_id,
            TeamMember.until_at.is_(None),
        )
    )


def team_of(enrolment: Enrolment) -> Team | None:
    """Return the team of an enrolled person now."""
    return db.session.scalar(_team_statement(), {"programme": enrolment.programme_id, "person": enrolment.person_id})


@cache
def _team_statement() -> Select[Team]:
    return (
        select(Team)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(
            TeamMember.programme_id == bindparam("programme"),
            TeamMember.person_id == bindparam("person"),
            TeamMember.until_at.is_(None),
        )
    )


def members_page(viewer: Viewer, programme: Programme, *, search: str = "", number: int = 1) -> Page[MemberRow]:
    """Return the people of a programme whom the viewer sees, by name, in pages."""
    return page_of(members(viewer, programme, search=search), number, make=lambda row: MemberRow(*row))


def members(viewer: Viewer, programme: Programme, *, search: str = "") -> Select[*tuple[Any, ...]]:
    """Return the statement for the people of a programme whom the viewer sees: for a page or a file."""
    statement = _members(policies.visible_enrolments(viewer), Enrolment.programme_id == programme.id)
    if wanted := sort_key(search):
        statement = statement.where(Person.sort_key.contains(wanted, autoescape=True))
    return statement


def members_of(viewer: Viewer, programme: Programme, team_id: int) -> list[MemberRow]:
    """Return the people of one team whom the viewer sees: coordinators first, then by name."""
    # Most viewers hold no role; their statement is built once.
    if viewer.signed_in and not viewer.grants:
        statement = _own_team_members()
    else:
        statement = _team_members(policies.visible_enrolments(viewer))
    values = {"viewer": viewer.person_id, "programme": programme.id, "team": team_id}
    return [MemberRow(*row) for row in db.session.execute(statement, values)]


@cache
def _own_team_members() -> Select[*tuple[Any, ...]]:
    return _team_members(policies.own_team_enrolments(bindparam("viewer", type_=Integer())))


def _team_members(visible: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    # The team says which programme it is: asked for that of enrolments, SQLite would read all people of the programme.
    return (
        _members(visible, Team.programme_id == bindparam("programme"))
        .where(TeamMember.team_id == bindparam("team"))
        .order_by(None)
        .order_by(TeamMember.coordinator.desc(), Person.sort_key, Person.id)
        .limit(200)
    )


def _members(visible: ColumnElement[bool], here: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Enrolment,
            Person.ref,
            Person.name,
            Person.email,
            TeamMember.team_id,
            Team.city_id,
            City.name,
            TeamMember.coordinator,
            TeamMember.work,
            TeamMember.from_at,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(
            TeamMember,
            and_(
                TeamMember.programme_id == Enrolment.programme_id,
                TeamMember.person_id == Enrolment.person_id,
                TeamMember.until_at.is_(None),
            ),
        )
        .join(Team, Team.id == TeamMember.team_id)
        .outerjoin(City, City.id == Team.city_id)
        .where(
            here,
            Enrolment.left_at.is_(None),
            visible,
        )
        .order_by(Person.sort_key, Person.id)
    )


def trainer_ids(programme_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the persons who train in programmes by a role of their own there, by programme."""
    moment = now()
    rows = db.session.execute(
        select(RoleGrant.scope_id, RoleGrant.person_id)
        .where(
            RoleGrant.scope_kind == PROGRAMME,
            RoleGrant.scope_id.in_(programme_ids),
            RoleGrant.role == TRAINER,
            RoleGrant.from_at <= moment,
            or_(RoleGrant.until_at.is_(None), RoleGrant.until_at > moment),
        )
        .order_by(RoleGrant.from_at, RoleGrant.id)
    )
    found: dict[int, list[int]] = {programme_id: [] for programme_id in programme_ids}
    for programme_id, person_id in rows:
        if person_id not in found[programme_id]:
            found[programme_id].append(person_id)
    return found


def readers_of(programme_id: int, hub_id: int) -> list[int]:
    """Return who is told of work in a programme: its trainers; where it has none of its own, those of the hub."""
    own = trainer_ids([programme_id])[programme_id]
    if own:
        return own
    moment = now()
    statement = select(RoleGrant.person_id).where(
        RoleGrant.scope_kind == HUB,
        RoleGrant.scope_id == hub_id,
        RoleGrant.role == TRAINER,
        RoleGrant.from_at <= moment,
        or_(RoleGrant.until_at.is_(None), RoleGrant.until_at > moment),
    )
    return list(db.session.scalars(statement.distinct().order_by(RoleGrant.person_id)))


def trainers_of(programme_id: int) -> list[Person]:
    """Return the persons who train in a programme by a role of their own there, by name.

    Their names are public to everybody inside the programme.
    """
    ids = trainer_ids([programme_id])[programme_id]
    statement = select(Person).where(Person.id.in_(ids), Person.erased_at.is_(None)).order_by(Person.sort_key)
    return list(db.session.scalars(statement))
