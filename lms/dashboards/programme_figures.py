"""The figures of one programme: stored counters only, so that they cost the same at any number of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from assessments.handins.models import Handin
from certificates.issuing.models import Award
from courses.catalogue.queries import manifest_of
from courses.programmes import policies
from courses.programmes.models import Programme, ProgrammeEdition, Team
from courses.progress.models import NodeTally, ProgrammeTally, Tally, TeamState
from lms.hubs.models import City, Hub
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import Page, page_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from courses.catalogue.rules import Manifest, Module
    from lms.kernel.permissions import Viewer

QUIET = timedelta(days=21)
MOST_STALLED = 100  # counted up to here; beyond it the page says "more than"


@dataclass(frozen=True)
class Chosen:
    """The programme that a dashboard shows, with its hub and edition."""

    programme: Programme
    hub: Hub
    manifest: Manifest

    @property
    def modules(self) -> list[Module]:
        """Modules that have something to do."""
        return [module for module in self.manifest.modules if module.activities]


@dataclass(frozen=True)
class Figures:
    """The key figures. `handins_since` is when the oldest waiting hand-in came; `stalled` stops at MOST_STALLED + 1."""

    cities: int
    signed_up: int
    started: int
    finished: int
    handins_waiting: int
    handins_since: datetime | None
    stalled: int
    share_done: float
    certificates: int


@dataclass(frozen=True)
class CityRow:
    """One line of the grid: per module the share that is done (None: not started), and where the team has stalled."""

    team: Team
    city: str
    shares: dict[str, float | None]
    stands_at: str
    stalled: bool
    quiet_days: int | None


def programmes_of_staff(viewer: Viewer) -> list[tuple[Programme, Hub]]:
    """Return the programmes that a viewer manages or trains in, newest first, with their hubs."""
    statement = (
        select(Programme, Hub)
        .join(Hub, Hub.id == Programme.hub_id)
        .where(policies.staffed_programmes(viewer))
        .order_by(Programme.starts_on.desc(), Programme.id.desc())
        .limit(100)
    )
    return [(programme, hub) for programme, hub in db.session.execute(statement)]


def chosen(viewer: Viewer, ref: str) -> Chosen:
    """Return a programme for its dashboard. Raises NotFound for anybody but its staff."""
    newest = (
        select(ProgrammeEdition.edition_id)
        .where(ProgrammeEdition.programme_id == Programme.id)
        .order_by(ProgrammeEdition.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = select(Programme, Hub, newest).join(Hub, Hub.id == Programme.hub_id)
    row = db.session.execute(statement.where(Programme.ref == ref, policies.staffed_programmes(viewer))).first()
    if row is None or row[2] is None:
        raise NotFound(_("There is no such training programme, or it is not one of your hub."))
    return Chosen(row[0], row[1], manifest_of(row[2]))


def figures(programme: Programme) -> Figures:
    """Return the key figures of a programme, in three queries."""
    counts = {
        key: (done, total, started)
        for key, done, total, started in db.session.execute(
            select(ProgrammeTally.module_key, ProgrammeTally.done, ProgrammeTally.total, ProgrammeTally.started).where(
                ProgrammeTally.programme_id == programme.id
            )
        )
    }
    finished, signed_up, started = counts.pop("", (0, 0, 0))
    done, total = sum(row[0] for row in counts.values()), sum(row[1] for row in counts.values())
    teams = select(func.count()).where(Team.programme_id == programme.id, Team.city_id.is_not(None))
    waiting = and_(Handin.programme_id == programme.id, Handin.state == "waiting")
    awards = select(func.count()).select_from(Award).where(Award.programme_id == programme.id)
    row = db.session.execute(
        select(
            teams.scalar_subquery(),
            select(func.count()).select_from(Handin).where(waiting).scalar_subquery(),
            select(func.min(Handin.state_at)).where(waiting).scalar_subquery(),
            awards.scalar_subquery(),
        )
    ).one()
    stalled = select(TeamState.team_id).where(_stalled(programme)).limit(MOST_STALLED + 1).subquery()
    return Figures(
        cities=row[0],
        signed_up=signed_up,
        started=started,
        finished=finished,
        handins_waiting=row[1],
        handins_since=row[2],
        stalled=db.session.scalar(select(func.count()).select_from(stalled)) or 0,
        share_done=done / total if total else 0.0,
        certificates=row[3],
    )


def _stalled(programme: Programme) -> ColumnElement[bool]:
    """Return the condition for teams with people, not all finished, in which nothing happened for three weeks."""
    cutoff = now() - QUIET
    people = select(Tally.team_id).where(
        Tally.programme_id == programme.id, Tally.module_key == "", Tally.total > 0, Tally.done < Tally.total
    )
    began = programme.starts_on <= cutoff.date()
    never = and_(TeamState.last_activity_at.is_(None), began)  # type: ignore[arg-type]  # a plain yes or no
    return and_(
        TeamState.programme_id == programme.id,
        or_(TeamState.last_activity_at < cutoff, never),
        TeamState.team_id.in_(people),
    )


def _rows(programme: Programme) -> Select[Team, str | None, datetime | None]:
    return (
        select(Team, City.name, TeamState.last_activity_at)
        .join(TeamState, TeamState.team_id == Team.id)
        .outerjoin(City, City.id == Team.city_id)
        .where(TeamState.programme_id == programme.id)
    )


def grid(picked: Chosen, number: int, *, search: str = "") -> Page[CityRow]:
    """Return a page of the cities × modules grid, by the name of the city."""
    statement = _rows(picked.programme).order_by(TeamState.sort_key, TeamState.team_id)
    if search:
        statement = statement.where(TeamState.sort_key.contains(search, autoescape=True))
    return _page(picked, statement, number)


def stalled(picked: Chosen, number: int) -> Page[CityRow]:
    """Return a page of the cities that stall, the quietest first."""
    statement = _rows(picked.programme).where(_stalled(picked.programme))
    return _page(picked, statement.order_by(TeamState.last_activity_at, TeamState.team_id), number)


def _page(picked: Chosen, statement: Select[Team, str | None, datetime | None], number: int) -> Page[CityRow]:
    page: Page[tuple[Team, str | None, datetime | None]] = page_of(statement, number, make=tuple)
    shares = _tallies([team.id for team, _city, _at in page.items])
    rows = [city_row(picked, team, city, at, shares.get(team.id, {})) for team, city, at in page.items]
    return Page(rows, page.page, page.per_page, page.total)


def _tallies(team_ids: Sequence[int]) -> dict[int, dict[str, tuple[int, int, int]]]:
    found: dict[int, dict[str, tuple[int, int, int]]] = {}
    statement = select(Tally.team_id, Tally.module_key, Tally.done, Tally.total, Tally.started)
    for team_id, key, done, total, started in db.session.execute(statement.where(Tally.team_id.in_(team_ids))):
        found.setdefault(team_id, {})[key] = (done, total, started)
    return found


def city_row(
    picked: Chosen,
    team: Team,
    city: str | None,
    last_activity: datetime | None,
    tallies: dict[str, tuple[int, int, int]],
) -> CityRow:
    """Make a line of the grid from the counters of a team."""
    shares = {module.key: _share(tallies.get(module.key)) for module in picked.modules}
    open_modules = [module.key for module in picked.modules if (shares[module.key] or 0.0) < 1]
    finished, people, _started = tallies.get("", (0, 0, 0))
    cutoff = now() - QUIET
    is_quiet = last_activity < cutoff if last_activity else picked.programme.starts_on <= cutoff.date()
    return CityRow(
        team=team,
        city=city or _("Without a city"),
        shares=shares,
        stands_at=open_modules[0] if open_modules else "",
        stalled=bool(people and finished < people and is_quiet),
        quiet_days=(now() - last_activity).days if last_activity else None,
    )


def _share(counts: tuple[int, int, int] | None) -> float | None:
    return counts[0] / counts[1] if counts and counts[1] and counts[0] else None


def grid_export(picked: Chosen) -> Select[*tuple[str | int | None, ...]]:
    """Return the whole grid as a statement: the city, and per module what is done and how much there is."""
    columns = []
    for module in picked.modules:
        here = Tally.module_key == module.key
        columns += [func.max(case((here, Tally.done), else_=0)), func.max(case((here, Tally.total), else_=0))]
    return (
        select(City.name, *columns)
        .select_from(TeamState)
        .join(Team, Team.id == TeamState.team_id)
        .outerjoin(City, City.id == Team.city_id)
        .outerjoin(Tally, Tally.team_id == TeamState.team_id)
        .where(TeamState.programme_id == picked.programme.id)
        .group_by(TeamState.team_id, TeamState.sort_key, City.name)
        .order_by(TeamState.sort_key, TeamState.team_id)
    )


def funnel(picked: Chosen, counted: Figures) -> list[tuple[str, int]]:
    """Return the way from sign-up to completion, in people: signing up is not taking part."""
    statement = select(NodeTally.node_key, NodeTally.done).where(NodeTally.programme_id == picked.programme.id)
    done = {key: count for key, count in db.session.execute(statement)}  # noqa: C416 - a row is no pair
    rows = [(_("Signed up"), counted.signed_up), (_("Started"), counted.started)]
    for module, activity in picked.manifest.walk():
        if activity.kind == "quiz":
            rows.append((_("Passed quiz %(module)s", module=module.code), done.get(activity.key, 0)))
    return [*rows, (_("Finished"), counted.finished)]
