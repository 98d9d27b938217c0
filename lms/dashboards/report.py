"""The progress report of a programme: who has done what, a page of 25 people, or all of them as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from courses.programmes.models import Enrolment, Team
from courses.progress.models import EnrolmentState, NodeTally, ProgrammeTally
from courses.progress.rules import DONE
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.db import db
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import ROWS, Page

if TYPE_CHECKING:
    from lms.dashboards.programme_figures import Chosen


@dataclass(frozen=True)
class Reader:
    """One person of the report. `nodes`: per activity its state and best result."""

    enrolment: Enrolment
    name: str
    city: str
    state: EnrolmentState


@dataclass(frozen=True)
class Report:
    """One page of people, and per activity how many of all people have done it."""

    page: Page[Reader]
    done: dict[str, int]


def _people(picked: Chosen) -> Select[Enrolment, str, str | None, EnrolmentState]:
    return (
        select(Enrolment, Person.name, City.name, EnrolmentState)
        .select_from(EnrolmentState)
        .join(Enrolment, Enrolment.id == EnrolmentState.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Team, Team.id == EnrolmentState.team_id)
        .outerjoin(City, City.id == Team.city_id)
        .where(EnrolmentState.programme_id == picked.programme.id)
    )


def report(picked: Chosen, number: int, *, team_ref: str = "", search: str = "") -> Report:
    """Return a page of the report; a team and a part of a name narrow it down.

    The number of all people comes from the counters, so that the first page costs the same at any number of them.
    """
    statement = _people(picked).order_by(EnrolmentState.sort_key, EnrolmentState.enrolment_id)
    if team_ref:
        statement = statement.where(Team.ref == team_ref)
    if search:
        statement = statement.where(EnrolmentState.sort_key.contains(search, autoescape=True))
    if team_ref or search:
        found = db.session.execute(statement.limit(ROWS * 40)).all()
        total = len(found)
        number = min(number, max(1, -(-total // ROWS)))
        rows = found[(number - 1) * ROWS : number * ROWS]
    else:
        whole = select(ProgrammeTally.total).where(
            ProgrammeTally.programme_id == picked.programme.id, ProgrammeTally.module_key == ""
        )
        total = db.session.scalar(whole) or 0
        number = min(number, max(1, -(-total // ROWS)))
        # Which people are on the page is read from one index; only these are then looked up.
        here = (
            select(EnrolmentState.enrolment_id)
            .where(EnrolmentState.programme_id == picked.programme.id)
            .order_by(EnrolmentState.sort_key, EnrolmentState.enrolment_id)
            .limit(ROWS)
            .offset((number - 1) * ROWS)
        )
        rows = db.session.execute(statement.where(EnrolmentState.enrolment_id.in_(here))).all()
    readers = [Reader(enrolment, name, city or _("Without a city"), state) for enrolment, name, city, state in rows]
    done = db.session.execute(
        select(NodeTally.node_key, NodeTally.done).where(NodeTally.programme_id == picked.programme.id)
    )
    return Report(Page(readers, number, ROWS, total), {key: count for key, count in done})  # noqa: C416 - a row is no pair


def export(picked: Chosen) -> Select[Any]:
    """Return the whole report as a statement, in the order of the pages: plain columns, no objects, for speed."""
    return (
        select(Person.name, City.name, EnrolmentState.nodes, EnrolmentState.done, EnrolmentState.total)
        .select_from(EnrolmentState)
        .join(Enrolment, Enrolment.id == EnrolmentState.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Team, Team.id == EnrolmentState.team_id)
        .outerjoin(City, City.id == Team.city_id)
        .where(EnrolmentState.programme_id == picked.programme.id)
        .order_by(EnrolmentState.sort_key, EnrolmentState.enrolment_id)
    )


def export_cells(picked: Chosen) -> tuple[list[str], Any]:
    """Return the heading of the export, and the function from a row to its cells."""
    keys = picked.manifest.order
    yes, no = _("yes"), ""
    nobody = _("Without a city")
    head = [_("Name"), _("City"), *[_title(picked, key) for key in keys], _("Done"), _("Of")]

    def cells(row: Any) -> list[object]:
        name, city, nodes, done, total = row
        states = [yes if key in nodes and nodes[key]["state"] in DONE else no for key in keys]
        return [name, city or nobody, *states, done, total]

    return head, cells


def _title(picked: Chosen, key: str) -> str:
    module, activity = picked.manifest.by_key[key]
    return f"{module.code} {activity.title(picked.programme.languages[0])}"
