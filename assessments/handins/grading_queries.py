"""Reading hand-ins as trainers and managers do: the list of what came in, in pages and as a file.

Every statement is filtered by the policy itself. The number of statements is the same for any number of hand-ins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from assessments.handins import policies
from assessments.handins.models import Handin, HandinVersion
from assessments.handins.queries import KIND
from assessments.handins.rules import WAITING
from courses.catalogue.queries import manifest_of
from courses.programmes.models import Enrolment, Programme, Team
from courses.programmes.queries import edition_in_force
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.db import db
from lms.kernel.paging import Page, page_of
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from lms.kernel.permissions import Viewer

MOST_PROGRAMMES = 200
CAME, CITY, HANDIN = "came", "city", "handin"
SORTS = (CAME, f"-{CAME}", CITY, f"-{CITY}", HANDIN, f"-{HANDIN}")
STATES = ("waiting", "revise", "accepted")


@dataclass(frozen=True)
class Filters:
    """What somebody wants to see. `state` is one of `STATES` or "" for all; `module` is the code that people use."""

    state: str = WAITING
    programme: str = ""
    module: str = ""
    city: str = ""
    sort: str = CAME


@dataclass(frozen=True)
class Row:
    """A hand-in in the list, with its newest version."""

    ref: str
    state: str
    state_at: datetime
    node_key: str
    programme_id: int
    hub_id: int
    programme: str
    zone: str
    city: str | None
    person: str | None
    number: int
    came_at: datetime
    edition_id: int


@dataclass(frozen=True)
class Sight:
    """A programme whose hand-ins the viewer may list, with the modules that have any: code to node keys."""

    id: int
    ref: str
    title: str
    modules: dict[str, tuple[str, ...]]


def programmes_in_sight(viewer: Viewer) -> list[Sight]:
    """Return the programmes in which something came in that the viewer may list, the latest begun first."""
    listed = select(Handin.programme_id).where(policies.listed_handins(viewer)).distinct()
    rows = db.session.execute(
        select(Programme.id, Programme.ref, Programme.title, edition_in_force())
        .where(Programme.id.in_(listed))
        .order_by(Programme.starts_on.desc(), Programme.id.desc())
        .limit(MOST_PROGRAMMES)
    )
    return [Sight(row[0], row[1], row[2], _modules(row[3])) for row in rows]


def _modules(edition_id: int) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for module, activity in manifest_of(edition_id).walk():
        if activity.kind == KIND:
            found[module.code] = (*found.get(module.code, ()), activity.key)
    return found


def queue(viewer: Viewer, sights: Collection[Sight], filters: Filters, number: int) -> Page[Row]:
    """Return one page of the list."""
    return page_of(statement(viewer, sights, filters), number, make=lambda row: Row(*row))


def statement(viewer: Viewer, sights: Collection[Sight], filters: Filters) -> Select[*tuple[Any, ...]]:
    """Return the statement of the list; its rows are the fields of `Row`."""
    found = _joined(
        select(
            Handin.ref,
            Handin.state,
            Handin.state_at,
            Handin.node_key,
            Handin.programme_id,
            Handin.hub_id,
            Programme.title,
            Programme.time_zone,
            City.name,
            Person.name,
            HandinVersion.number,
            HandinVersion.at,
            HandinVersion.edition_id,
        )
    ).where(policies.listed_handins(viewer), *_wanted(sights, filters))
    if filters.state:
        found = found.where(Handin.state == filters.state)
    key: ColumnElement[Any] = {
        CITY: func.coalesce(City.sort_key, Person.sort_key),
        HANDIN: Handin.node_key.expression,
    }.get(filters.sort.lstrip("-"), HandinVersion.at.expression)
    first = key.desc() if filters.sort.startswith("-") else key.asc()
    return found.order_by(first, HandinVersion.at, Handin.id)


def _joined(found: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join a hand-in with its programme, its newest version, and whose it is."""
    newest = (
        select(func.max(HandinVersion.number))
        .where(HandinVersion.handin_id == Handin.id)
        .correlate(Handin)
        .scalar_subquery()
    )
    return (
        found.select_from(Handin)
        .join(Programme, Programme.id == Handin.programme_id)
        .join(HandinVersion, (HandinVersion.handin_id == Handin.id) & (HandinVersion.number == newest))
        .outerjoin(Team, Team.id == Handin.team_id)
        .outerjoin(City, City.id == Team.city_id)
        .outerjoin(Enrolment, Enrolment.id == Handin.enrolment_id)
        .outerjoin(Person, Person.id == Enrolment.person_id)
    )


def _wanted(sights: Collection[Sight], filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.programme:
        conditions.append(Programme.ref == filters.programme)
    if filters.module:
        keys = {key for sight in sights for key in sight.modules.get(filters.module, ())}
        conditions.append(Handin.node_key.in_(keys))
    if wanted := sort_key(filters.city):
        whose = func.coalesce(City.sort_key, Person.sort_key)
        conditions.append(whose.contains(wanted, autoescape=True))
    return conditions


@dataclass(frozen=True)
class Counts:
    """How many hand-ins are in each state, and when the oldest that waits came in."""

    by_state: dict[str, int]
    oldest_at: datetime | None
    oldest_ref: str

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_state.values())


def counts(viewer: Viewer, sights: Collection[Sight], filters: Filters) -> Counts:
    """Count what the other filters leave, whatever the state."""
    conditions = (policies.listed_handins(viewer), *_wanted(sights, filters))
    grouped = _joined(select(Handin.state, func.count(Handin.id))).where(*conditions).group_by(Handin.state)
    found: dict[str, int] = {row[0]: row[1] for row in db.session.execute(grouped)}
    # The oldest that the viewer may answer: not of a team of their own.
    waiting = _joined(select(HandinVersion.at, Handin.ref)).where(
        *conditions, policies.answerable_handins(viewer), Handin.state == WAITING
    )
    oldest = db.session.execute(waiting.order_by(HandinVersion.at, Handin.id).limit(1)).first()
    return Counts(found, oldest[0] if oldest else None, oldest[1] if oldest else "")


def titles(rows: Collection[tuple[int, str]], language: str) -> dict[tuple[int, str], tuple[str, str]]:
    """Return code of the module and title of hand-ins, by edition and node key."""
    found = {}
    for edition_id, node_key in set(rows):
        module, activity = manifest_of(edition_id).by_key[node_key]
        found[edition_id, node_key] = (module.code, activity.title(language))
    return found


def listed_nodes(viewer: Viewer) -> list[tuple[int, str]]:
    """Return every edition and node key that the viewer's list may show; there are few, however long the list."""
    rows = db.session.execute(
        select(HandinVersion.edition_id, Handin.node_key)
        .join(Handin, Handin.id == HandinVersion.handin_id)
        .where(policies.listed_handins(viewer))
        .distinct()
    )
    return [(row[0], row[1]) for row in rows]
