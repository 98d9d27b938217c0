"""Reading hubs, organisations and cities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from lms.accounts.models import Person, RoleGrant
from lms.hubs import policies
from lms.hubs.models import City, Hub, HubCity, HubMembership, Organisation, Partnership
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import MOST_TO_CHOOSE, Page, page_of
from lms.kernel.permissions import HUB, MANAGER, TRAINER
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from lms.kernel.permissions import Viewer


@dataclass(frozen=True)
class HubRow:
    """A hub in the office's list, with how many organisations and cities it has now."""

    hub: Hub
    organisations: int
    cities: int


@dataclass(frozen=True)
class PublicHub:
    """What everybody may know of a hub."""

    hub: Hub
    organisations: tuple[str, ...]


@dataclass(frozen=True)
class StaffRow:
    """A person with a role in a hub."""

    person_id: int
    ref: str
    name: str
    email: str
    role: str
    since: datetime


def partnership() -> Partnership | None:
    """Return the partnership; None before `flask lms init`."""
    return db.session.get(Partnership, 1)


def hub_by_ref(viewer: Viewer, ref: str) -> Hub:
    """Return a hub that the viewer manages. Raises NotFound."""
    hub = db.session.scalar(select(Hub).where(Hub.ref == ref, policies.visible_hubs(viewer)))
    if hub is None:
        raise NotFound(_("There is no such hub, or it is not yours."))
    return hub


def managed_hubs(viewer: Viewer) -> list[Hub]:
    """Return the hubs that the viewer manages, by name."""
    return list(db.session.scalars(select(Hub).where(policies.visible_hubs(viewer)).order_by(Hub.sort_key)))


def hubs_page(viewer: Viewer, *, search: str = "", number: int = 1) -> Page[HubRow]:
    """Return the hubs that the viewer manages, with counts, in pages."""
    organisations = _count(HubMembership.id, HubMembership.hub_id == Hub.id, HubMembership.until_at.is_(None))
    cities = _count(HubCity.id, HubCity.hub_id == Hub.id, HubCity.until_at.is_(None))
    statement = select(Hub, organisations, cities).where(policies.visible_hubs(viewer)).order_by(Hub.sort_key, Hub.id)
    return page_of(_named_like(statement, Hub.sort_key, search), number, make=lambda row: HubRow(*row))


def public_hubs(country: str = "") -> list[PublicHub]:
    """Return all hubs, or those of a country, with the names of their organisations; open to everybody."""
    # Countries are a JSON list and hubs are few, so that choosing in Python costs nothing and works everywhere.
    hubs = [hub for hub in db.session.scalars(select(Hub).order_by(Hub.sort_key)) if country in ("", *hub.countries)]
    rows = db.session.execute(
        select(HubMembership.hub_id, Organisation.name)
        .join(Organisation, Organisation.id == HubMembership.organisation_id)
        .where(HubMembership.hub_id.in_([hub.id for hub in hubs]), HubMembership.until_at.is_(None))
        .order_by(Organisation.sort_key)
    ).all()
    return [PublicHub(hub, tuple(row.name for row in rows if row.hub_id == hub.id)) for hub in hubs]


def countries_with_hubs() -> list[str]:
    """Return the codes of the countries that have a hub."""
    return sorted({code for codes in db.session.scalars(select(Hub.countries)) for code in codes})


def organisation_by_ref(viewer: Viewer, ref: str) -> Organisation:
    """Return an organisation, for the partnership office. Raises NotFound."""
    organisation = db.session.scalar(select(Organisation).where(Organisation.ref == ref))
    if organisation is None or not policies.may_manage_partnership(viewer):
        raise NotFound(_("There is no such organisation."))
    return organisation


def organisations_page(*, search: str = "", number: int = 1) -> Page[tuple[Organisation, str]]:
    """Return all organisations, each with the name of its hub (or ""), in pages."""
    statement = (
        select(Organisation, func.coalesce(func.min(Hub.name), ""))
        .outerjoin(
            HubMembership,
            and_(HubMembership.organisation_id == Organisation.id, HubMembership.until_at.is_(None)),
        )
        .outerjoin(Hub, Hub.id == HubMembership.hub_id)
        .group_by(Organisation.id)
        .order_by(Organisation.sort_key, Organisation.id)
    )
    return page_of(_named_like(statement, Organisation.sort_key, search), number, make=lambda row: (row[0], row[1]))


def members_of(hub_id: int) -> list[tuple[Organisation, datetime]]:
    """Return the organisations that belong to a hub now, with since when."""
    rows = db.session.execute(
        select(Organisation, HubMembership.from_at)
        .join(HubMembership, HubMembership.organisation_id == Organisation.id)
        .where(HubMembership.hub_id == hub_id, HubMembership.until_at.is_(None))
        .order_by(Organisation.sort_key)
    )
    return [(row[0], row[1]) for row in rows]


def free_organisations() -> list[Organisation]:
    """Return the organisations that may join a hub: members by kind that belong to none now, by name."""
    taken = select(HubMembership.organisation_id).where(HubMembership.until_at.is_(None))
    statement = (
        select(Organisation)
        .where(Organisation.kind == "member", Organisation.id.not_in(taken))
        .order_by(Organisation.sort_key)
    )
    return list(db.session.scalars(statement))


def city_by_ref(ref: str) -> City:
    """Return a city; names of cities are public. Raises NotFound."""
    city = db.session.scalar(select(City).where(City.ref == ref))
    if city is None:
        raise NotFound(_("There is no such city in the list."))
    return city


def cities_by_id(city_ids: Collection[int]) -> dict[int, City]:
    """Return cities by id."""
    rows = db.session.scalars(select(City).where(City.id.in_(city_ids))) if city_ids else ()
    return {city.id: city for city in rows}


def cities_named(name: str, countries: Collection[str]) -> list[City]:
    """Return the cities of some countries that are called so, whatever case and accents were typed."""
    statement = select(City).where(City.sort_key == sort_key(name), City.country.in_(countries)).order_by(City.id)
    return list(db.session.scalars(statement))


def cities_page(*, search: str = "", number: int = 1) -> Page[tuple[City, str]]:
    """Return all cities, each with the name of its hub (or ""), in pages."""
    statement = (
        select(City, func.coalesce(func.min(Hub.name), ""))
        .outerjoin(HubCity, and_(HubCity.city_id == City.id, HubCity.until_at.is_(None)))
        .outerjoin(Hub, Hub.id == HubCity.hub_id)
        .group_by(City.id)
        .order_by(City.sort_key, City.id)
    )
    return page_of(_named_like(statement, City.sort_key, search), number, make=lambda row: (row[0], row[1]))


def clients_page(hub_id: int, *, search: str = "", number: int = 1) -> Page[tuple[City, datetime]]:
    """Return the cities that are clients of a hub now, with since when, in pages."""
    return page_of(_named_like(_clients(hub_id), City.sort_key, search), number, make=lambda row: (row[0], row[1]))


def clients_of(hub_id: int) -> list[City]:
    """Return the cities that are clients of a hub now, by name, for a list to choose from."""
    return [row[0] for row in db.session.execute(_clients(hub_id).limit(MOST_TO_CHOOSE))]


def _clients(hub_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(City, HubCity.from_at)
        .join(HubCity, HubCity.city_id == City.id)
        .where(HubCity.hub_id == hub_id, HubCity.until_at.is_(None))
        .order_by(City.sort_key, City.id)
    )


def staff_of(viewer: Viewer, hub_id: int) -> list[StaffRow]:
    """Return who has a role in a hub now, as far as the viewer may appoint it: the office sees managers only."""
    statement = (
        select(Person.id, Person.ref, Person.name, Person.email, RoleGrant.role, RoleGrant.from_at)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(_holds(policies.appointable_roles(viewer, hub_id), hub_id), Person.erased_at.is_(None))
        .order_by(Person.sort_key, Person.id, RoleGrant.role)
    )
    return [StaffRow(*row) for row in db.session.execute(statement)]


def trainers_of_hub(hub_id: int) -> list[Person]:
    """Return who trains in all programmes of a hub, by name; the caller manages the hub."""
    ids = select(RoleGrant.person_id).where(_holds((TRAINER,), hub_id))
    statement = select(Person).where(Person.id.in_(ids), Person.erased_at.is_(None))
    return list(db.session.scalars(statement.order_by(Person.sort_key, Person.id)))


def manager_ids(hub_id: int) -> list[int]:
    """Return the persons who manage a hub now, for mails and signatures: who has done so longest comes first."""
    statement = select(RoleGrant.person_id).where(_holds((MANAGER,), hub_id))
    return list(dict.fromkeys(db.session.scalars(statement.order_by(RoleGrant.from_at, RoleGrant.id))))


def _holds(roles: Collection[str], hub_id: int) -> ColumnElement[bool]:
    moment = now()
    return and_(
        RoleGrant.scope_kind == HUB,
        RoleGrant.scope_id == hub_id,
        RoleGrant.role.in_(roles),
        RoleGrant.from_at <= moment,
        or_(RoleGrant.until_at.is_(None), RoleGrant.until_at > moment),
    )


def _count(column: InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> Any:
    return select(func.count(column)).where(*conditions).correlate(Hub).scalar_subquery()


def _named_like(
    statement: Select[*tuple[Any, ...]], column: InstrumentedAttribute[str], search: str
) -> Select[*tuple[Any, ...]]:
    """Keep the rows whose folded name holds the folded words."""
    wanted = sort_key(search)
    return statement.where(column.contains(wanted, autoescape=True)) if wanted else statement
