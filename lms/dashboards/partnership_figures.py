"""The totals of all hubs, for the partnership office: counts of cities and people, never a name of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from certificates.issuing.queries import valid_by_hub
from certificates.issuing.rules import TRAINER
from courses.programmes.models import Programme, Team
from courses.progress.models import ProgrammeTally
from lms.hubs.models import City, Hub, HubMembership
from lms.kernel.clock import now
from lms.kernel.db import db


@dataclass(frozen=True)
class HubTotals:
    """One hub in numbers. `share_done` runs from 0 to 1."""

    hub: Hub
    organisations: int
    programmes: int
    cities: int
    people: int
    finished: int
    share_done: float
    trainers: int


def totals() -> list[HubTotals]:
    """Return the totals of every hub by name, in five queries."""
    current = or_(HubMembership.until_at.is_(None), HubMembership.until_at > now())
    hubs = list(db.session.scalars(select(Hub).order_by(Hub.sort_key)))
    members = _counts(select(HubMembership.hub_id, func.count()).where(current).group_by(HubMembership.hub_id))
    programmes = _counts(select(Programme.hub_id, func.count()).group_by(Programme.hub_id))
    cities = _counts(
        select(Team.hub_id, func.count(Team.city_id.distinct())).where(Team.city_id.is_not(None)).group_by(Team.hub_id)
    )
    trainers = valid_by_hub(TRAINER)
    people = ProgrammeTally.module_key == ""

    def total_of(counter: Any, *, of_people: bool) -> Any:
        return func.sum(case((people if of_people else ~people, counter), else_=0))

    statement = (
        select(
            Programme.hub_id,
            total_of(ProgrammeTally.done, of_people=True),
            total_of(ProgrammeTally.total, of_people=True),
            total_of(ProgrammeTally.done, of_people=False),
            total_of(ProgrammeTally.total, of_people=False),
        )
        .join(Programme, Programme.id == ProgrammeTally.programme_id)
        .group_by(Programme.hub_id)
    )
    work = {hub_id: [int(count) for count in counts] for hub_id, *counts in db.session.execute(statement)}
    made = []
    for hub in hubs:
        finished, signed_up, done, total = work.get(hub.id, [0, 0, 0, 0])
        made.append(
            HubTotals(
                hub=hub,
                organisations=members.get(hub.id, 0),
                programmes=programmes.get(hub.id, 0),
                cities=cities.get(hub.id, 0),
                people=signed_up,
                finished=finished,
                share_done=done / total if total else 0.0,
                trainers=trainers.get(hub.id, 0),
            )
        )
    return made


def _counts(statement: object) -> dict[int, int]:
    return {key: int(count) for key, count in db.session.execute(statement)}  # type: ignore[call-overload]  # a pair each


def cities_by_country() -> list[tuple[str, int]]:
    """Return how many cities are in training per country, the most first."""
    statement = (
        select(City.country, func.count(City.id.distinct()))
        .join(Team, and_(Team.city_id == City.id))
        .group_by(City.country)
        .order_by(func.count(City.id.distinct()).desc(), City.country)
    )
    return [(country, count) for country, count in db.session.execute(statement)]
