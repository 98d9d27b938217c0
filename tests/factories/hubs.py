"""Hubs, cities and organisations for tests. Call inside a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.hubs.models import City, Hub, HubCity, HubMembership, Organisation
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.text import sort_key
from tests.factories.people import make_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.accounts.models import Person

ZONES = {"FI": "Europe/Helsinki", "DE": "Europe/Berlin", "IT": "Europe/Rome", "HU": "Europe/Budapest"}
LANGUAGES = {"FI": ["fi", "sv"], "DE": ["de"], "IT": ["it"], "HU": ["hu"]}


def make_hub(name: str = "Finland", code: str = "", *, countries: Sequence[str] = ("FI",)) -> Hub:
    """Make a hub; `code` is the first country's unless given."""
    hub = Hub(
        ref=new_ref(),
        name=name,
        sort_key=sort_key(name),
        code=code or countries[0],
        countries=list(countries),
        languages=LANGUAGES.get(countries[0], ["en"]),
        time_zone=ZONES.get(countries[0], "Europe/Brussels"),
        contact_email=f"{code or countries[0]}@hubs.example.org".lower(),
        created_at=now(),
    )
    db.session.add(hub)
    db.session.flush()
    return hub


def make_city(
    name: str = "Turku", country: str = "FI", *, hub_id: int | None = None, kind: str = "municipality"
) -> City:
    """Make a city, or return the one of that name; a client of a hub if one is named."""
    statement = select(City).where(City.name == name, City.country == country, City.kind == kind)
    city = db.session.scalar(statement)
    if city is None:
        city = City(ref=new_ref(), name=name, sort_key=sort_key(name), country=country, kind=kind, created_at=now())
        db.session.add(city)
        db.session.flush()
    if hub_id is not None:
        db.session.add(HubCity(hub_id=hub_id, city_id=city.id, from_at=now(), until_at=None))
        db.session.flush()
    return city


def make_organisation(name: str = "Kuntaliitto", country: str = "FI", *, hub_id: int | None = None) -> Organisation:
    """Make an organisation, a member of a hub if one is named."""
    organisation = Organisation(
        ref=new_ref(), name=name, sort_key=sort_key(name), country=country, kind="member", created_at=now()
    )
    db.session.add(organisation)
    db.session.flush()
    if hub_id is not None:
        db.session.add(HubMembership(hub_id=hub_id, organisation_id=organisation.id, from_at=now(), until_at=None))
        db.session.flush()
    return organisation


def make_manager(hub_id: int, name: str = "Hanna Manager") -> Person:
    """Make a hub manager of a hub."""
    return make_person(name, ("hub-manager", "hub", hub_id))


def make_trainer(hub_id: int, name: str = "Claudia Weiss") -> Person:
    """Make a trainer of a whole hub."""
    return make_person(name, ("trainer", "hub", hub_id))


def make_office(name: str = "Olga Office") -> Person:
    """Make somebody of the partnership office."""
    return make_person(name, ("partnership-office", "partnership", 0))
