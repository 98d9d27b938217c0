"""The progress report of a programme: who has done what, a page of 25 people, or all of them as CSV.

Every number of a dashboard opens this report for just the people behind it: `Asked` says which, on the page and in the
file alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, select

from courses.programmes.models import Enrolment, Team
from courses.progress.models import EnrolmentState, NodeTally, ProgrammeTally
from courses.progress.rules import DONE, done_elsewhere
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.db import db
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import ROWS, Page
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lms.dashboards.programme_figures import Chosen

STARTED, FINISHED = "started", "finished"
STAGES = (STARTED, FINISHED)


@dataclass(frozen=True)
class Asked:
    """Which people a report is about; everything empty: all people of the programme.

    `team`: a team's ref. `search`: a part of a name. `stage`: one of STAGES. `done`: the key of an activity that they
    have done. `module`: the key of the only module whose activities are shown; it leaves nobody out.
    """

    team: str = ""
    search: str = ""
    stage: str = ""
    done: str = ""
    module: str = ""

    @classmethod
    def of(cls, picked: Chosen, values: Mapping[str, str]) -> Asked:
        """Read the filters of an address; what the course does not have counts as not asked."""
        stage, done, module = (values.get(name, "") for name in ("stage", "done", "module"))
        return cls(
            team=values.get("team", ""),
            search=values.get("q", "").strip(),
            stage=stage if stage in STAGES else "",
            done=done if done in picked.manifest.by_key else "",
            module=module if any(one.key == module for one in picked.modules) else "",
        )

    @property
    def is_everybody(self) -> bool:
        """Whether nobody is left out."""
        return not (self.team or self.search or self.stage or self.done)

    def address(self) -> dict[str, str]:
        """Return what an address needs to ask for the same people again."""
        values = {"team": self.team, "q": self.search, "stage": self.stage, "done": self.done, "module": self.module}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Column:
    """An activity in the report. `code`: its module and its place there, such as M1.3."""

    key: str
    code: str
    module: str
    title: str


@dataclass(frozen=True)
class Reader:
    """One person of the report; `done` and `total` count the activities of the columns."""

    name: str
    city: str
    state: EnrolmentState
    done: int
    total: int

    def standing(self, key: str) -> str:
        """Return how the person stands at an activity: done, elsewhere, begun, or "" for not begun."""
        node = self.state.nodes.get(key)
        if node is None or node["state"] not in DONE:
            return "" if node is None else "begun"
        return "elsewhere" if "elsewhere" in node else "done"

    def elsewhere_on(self, key: str) -> datetime | None:
        """Return when the person did an activity in another programme; None where they did not."""
        return done_elsewhere(self.state.nodes, key)


@dataclass(frozen=True)
class Report:
    """One page of people. `done`: per activity how many of all people have done it. `city`: of the team asked for."""

    columns: list[Column]
    page: Page[Reader]
    done: dict[str, int]
    city: str


def columns(picked: Chosen, asked: Asked) -> list[Column]:
    """Return the activities that a report shows, in the order of the course."""
    language = picked.programme.languages[0]
    return [
        Column(activity.key, f"{module.code}.{place}", module.code, activity.title(language))
        for module in picked.modules
        if asked.module in {"", module.key}
        for place, activity in enumerate(module.activities, start=1)
    ]


def _conditions(picked: Chosen, asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [EnrolmentState.programme_id == picked.programme.id]
    if asked.team:
        conditions.append(EnrolmentState.team_id == select(Team.id).where(Team.ref == asked.team).scalar_subquery())
    if asked.search:
        conditions.append(EnrolmentState.sort_key.contains(sort_key(asked.search), autoescape=True))
    if asked.stage == STARTED:
        conditions.append(EnrolmentState.last_activity_at.is_not(None))
    if asked.stage == FINISHED:
        conditions.append(EnrolmentState.completed_at.is_not(None))
    if asked.done:
        conditions.append(EnrolmentState.nodes[(asked.done, "state")].as_string().in_(sorted(DONE)))
    return conditions


def report(picked: Chosen, asked: Asked, number: int) -> Report:
    """Return a page of the report.

    The number of all people comes from the counters, and which people are on the page is read from one index; only
    these are then looked up. So the first page costs the same at any number of people.
    """
    conditions = _conditions(picked, asked)
    if asked.is_everybody:
        whole = select(ProgrammeTally.total).where(
            ProgrammeTally.programme_id == picked.programme.id, ProgrammeTally.module_key == ""
        )
    else:
        whole = select(func.count()).select_from(EnrolmentState).where(*conditions)
    total = db.session.scalar(whole) or 0
    number = min(number, max(1, -(-total // ROWS)))
    order = (EnrolmentState.sort_key, EnrolmentState.enrolment_id)
    here = select(EnrolmentState.enrolment_id).where(*conditions).order_by(*order)
    here = here.limit(ROWS).offset((number - 1) * ROWS)
    # Not asked for the programme again, which is in `here` already: SQLite would go through all of its people.
    found = db.session.execute(
        _people(Person.name, City.name, EnrolmentState).where(EnrolmentState.enrolment_id.in_(here)).order_by(*order)
    )
    left = _("somebody who has left")
    readers = [
        Reader(name or left, city or _("Without a city"), state, *_sums(asked, state.done, state.total, state.modules))
        for name, city, state in found
    ]
    done = db.session.execute(
        select(NodeTally.node_key, NodeTally.done).where(NodeTally.programme_id == picked.programme.id)
    )
    return Report(
        columns=columns(picked, asked),
        page=Page(readers, number, ROWS, total),
        done=dict(done.all()),
        city=_city_of(picked, asked),
    )


def _people(*wanted: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*wanted)
        .select_from(EnrolmentState)
        .join(Enrolment, Enrolment.id == EnrolmentState.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Team, Team.id == EnrolmentState.team_id)
        .outerjoin(City, City.id == Team.city_id)
    )


def _sums(asked: Asked, done: int, total: int, modules: Mapping[str, list[int]]) -> tuple[int, int]:
    """Return what is done of the activities that the report shows, and how many there are."""
    if not asked.module:
        return done, total
    pair = modules.get(asked.module, [0, 0])
    return pair[0], pair[1]


def _city_of(picked: Chosen, asked: Asked) -> str:
    if not asked.team:
        return ""
    statement = select(City.name).join(Team, Team.city_id == City.id)
    statement = statement.where(Team.ref == asked.team, Team.programme_id == picked.programme.id)
    return db.session.scalar(statement) or _("Without a city")


def export(picked: Chosen, asked: Asked) -> Select[*tuple[Any, ...]]:
    """Return the whole report as a statement, in the order of the pages: plain columns, no objects, for speed."""
    state = EnrolmentState
    modules = (state.modules,) if asked.module else ()  # read only where it is shown, for speed
    statement = _people(Person.name, City.name, state.nodes, state.done, state.total, *modules)
    return statement.where(*_conditions(picked, asked)).order_by(state.sort_key, state.enrolment_id)


def export_cells(picked: Chosen, asked: Asked) -> tuple[list[str], Any]:
    """Return the heading of the export, and the function from a row to its cells."""
    shown = columns(picked, asked)
    keys = [column.key for column in shown]
    yes, elsewhere, no = _("yes"), _("yes, in another programme"), ""
    nobody, left = _("Without a city"), _("somebody who has left")
    titles = [f"{column.module} {column.title}" for column in shown]
    head = [_("Name"), _("City"), *titles, _("Done"), _("Of")]

    def cells(row: Any) -> list[object]:
        name, city, nodes, done, total, *modules = row
        said = {key: elsewhere if "elsewhere" in node else yes for key, node in nodes.items() if node["state"] in DONE}
        states = [said.get(key, no) for key in keys]
        return [
            name or left,
            city or nobody,
            *states,
            *(_sums(asked, done, total, modules[0]) if modules else (done, total)),
        ]

    return head, cells
