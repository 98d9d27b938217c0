"""The figures of one programme: stored counters only, so that they cost the same at any number of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from assessments.handins.models import Handin
from certificates.issuing.models import Award, Certificate
from certificates.issuing.queries import is_valid
from courses.catalogue.queries import manifest_of
from courses.programmes import policies
from courses.programmes.models import Programme, Team
from courses.programmes.queries import edition_in_force
from courses.progress.models import NodeTally, ProgrammeTally, Tally, TeamState
from lms.dashboards.report import FINISHED, STARTED
from lms.hubs.models import City, Hub
from lms.kernel.clock import now, today
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.paging import ROWS, Page, page_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from courses.catalogue.rules import Manifest, Module
    from lms.kernel.permissions import Viewer

    TeamRow = tuple[Team, str | None, datetime | None]

QUIET = timedelta(days=21)
MOST_PROGRAMMES = 100  # to choose from
FIRST_STALLED = 5  # on the dashboard itself
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
class Choice:
    """A programme that somebody may choose for the dashboard; `edition_id` is its newest."""

    programme: Programme
    hub: Hub
    edition_id: int | None


@dataclass(frozen=True)
class Figures:
    """The key figures.

    `teams` counts also the one without a city; `handins_since` is when the oldest waiting hand-in came; `stalled`
    stops at MOST_STALLED + 1; `certificates` are those that hold today.
    """

    cities: int
    teams: int
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


def programmes_of_staff(viewer: Viewer) -> list[Choice]:
    """Return the programmes that a viewer manages or trains in, newest first, with their hubs."""
    statement = _staffed(viewer).order_by(Programme.starts_on.desc(), Programme.id.desc()).limit(MOST_PROGRAMMES)
    return [Choice(*row) for row in db.session.execute(statement)]


def newest_begun(choice: Sequence[Choice]) -> str:
    """Return the ref of the programme that a dashboard opens with: what runs says more than what is planned."""
    begun = (one for one in choice if one.programme.starts_on <= today(one.programme.time_zone))
    first = next(begun, choice[0] if choice else None)
    return first.programme.ref if first else ""


def chosen(viewer: Viewer, ref: str, among: Sequence[Choice] = ()) -> Chosen:
    """Return a programme for its dashboard, from those that were read already or anew.

    Raises NotFound for anybody but its staff.
    """
    found = next((one for one in among if one.programme.ref == ref), None)
    if found is None:
        row = db.session.execute(_staffed(viewer).where(Programme.ref == ref)).first()
        found = Choice(*row) if row else None
    if found is None or found.edition_id is None:
        raise NotFound(_("There is no such training programme, or it is not one of your hub."))
    return Chosen(found.programme, found.hub, manifest_of(found.edition_id))


def _staffed(viewer: Viewer) -> Select[Programme, Hub, int | None]:
    statement = select(Programme, Hub, edition_in_force()).join(Hub, Hub.id == Programme.hub_id)
    return statement.where(policies.staffed_programmes(viewer))


def figures(programme: Programme) -> Figures:
    """Return the key figures of a programme, in two queries."""
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
    certificates = select(func.count()).select_from(Certificate).join(Award, Award.id == Certificate.award_id)
    certificates = certificates.where(Award.programme_id == programme.id, is_valid())
    stalled = select(TeamState.team_id).where(_stalled(programme)).limit(MOST_STALLED + 1).subquery()
    row = db.session.execute(
        select(
            teams.scalar_subquery(),
            select(func.count()).where(TeamState.programme_id == programme.id).scalar_subquery(),
            select(func.count()).select_from(Handin).where(waiting).scalar_subquery(),
            select(func.min(Handin.state_at)).where(waiting).scalar_subquery(),
            certificates.scalar_subquery(),
            select(func.count()).select_from(stalled).scalar_subquery(),
        )
    ).one()
    return Figures(
        cities=row[0],
        teams=row[1],
        signed_up=signed_up,
        started=started,
        finished=finished,
        handins_waiting=row[2],
        handins_since=row[3],
        stalled=row[5],
        share_done=done / total if total else 0.0,
        certificates=row[4],
    )


def _stalled(programme: Programme) -> ColumnElement[bool]:
    """Return the condition for teams with people, not all finished, in which nothing happened for three weeks."""
    cutoff = now() - QUIET
    people = exists().where(
        Tally.programme_id == programme.id,
        Tally.team_id == TeamState.team_id,
        Tally.module_key == "",
        Tally.total > 0,
        Tally.done < Tally.total,
    )
    began = programme.starts_on <= cutoff.date()
    never = and_(TeamState.last_activity_at.is_(None), began)  # type: ignore[arg-type]  # a plain yes or no
    return and_(
        TeamState.programme_id == programme.id,
        or_(TeamState.last_activity_at < cutoff, never),
        people,
    )


def _rows(programme: Programme) -> Select[Team, str | None, datetime | None]:
    return (
        select(Team, City.name, TeamState.last_activity_at)
        .join(TeamState, TeamState.team_id == Team.id)
        .outerjoin(City, City.id == Team.city_id)
        .where(TeamState.programme_id == programme.id)
    )


def grid(picked: Chosen, counted: Figures, number: int, *, search: str = "") -> tuple[Page[CityRow], list[CityRow]]:
    """Return a page of the cities × modules grid, by the name of the city, and the quietest of those that stall."""
    statement = _rows(picked.programme).order_by(TeamState.sort_key, TeamState.team_id)
    if search:
        statement = statement.where(TeamState.sort_key.contains(search, autoescape=True))
        page: Page[TeamRow] = page_of(statement, number, make=tuple)
    else:
        number = min(number, max(1, -(-counted.teams // ROWS)))
        found = db.session.execute(statement.limit(ROWS).offset((number - 1) * ROWS))
        page = Page([(team, city, at) for team, city, at in found], number, ROWS, counted.teams)
    quietest = db.session.execute(_stalled_rows(picked).limit(FIRST_STALLED)).all() if counted.stalled else []
    rows = _city_rows(picked, [*page.items, *((team, city, at) for team, city, at in quietest)])
    shown = len(page.items)
    return Page(rows[:shown], page.page, page.per_page, page.total), rows[shown:]


def stalled(picked: Chosen, number: int) -> Page[CityRow]:
    """Return a page of the cities that stall, the quietest first."""
    page: Page[TeamRow] = page_of(_stalled_rows(picked), number, make=tuple)
    return Page(_city_rows(picked, page.items), page.page, page.per_page, page.total)


def _stalled_rows(picked: Chosen) -> Select[Team, str | None, datetime | None]:
    statement = _rows(picked.programme).where(_stalled(picked.programme))
    return statement.order_by(TeamState.last_activity_at, TeamState.team_id)


def _city_rows(picked: Chosen, teams: Sequence[TeamRow]) -> list[CityRow]:
    shares = _tallies([team.id for team, _city, _at in teams])
    return [city_row(picked, team, city, at, shares.get(team.id, {})) for team, city, at in teams]


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


def funnel(picked: Chosen, counted: Figures) -> list[tuple[str, int, dict[str, str]]]:
    """Return the way from sign-up to completion, in people: signing up is not taking part.

    With each stage comes what the progress report must be asked for to show just these people.
    """
    statement = select(NodeTally.node_key, NodeTally.done).where(NodeTally.programme_id == picked.programme.id)
    done = dict(db.session.execute(statement).all())
    rows: list[tuple[str, int, dict[str, str]]] = [
        (_("Signed up"), counted.signed_up, {}),
        (_("Started"), counted.started, {"stage": STARTED}),
    ]
    language = current_language()
    for module in picked.manifest.modules:
        quizzes = [activity for activity in module.activities if activity.kind == "quiz"]
        for activity in quizzes:
            label = _("Passed quiz %(module)s", module=module.code)
            if len(quizzes) > 1:
                label = _("Passed %(module)s %(title)s", module=module.code, title=activity.title(language))
            rows.append((label, done.get(activity.key, 0), {"done": activity.key}))
    return [*rows, (_("Finished"), counted.finished, {"stage": FINISHED})]


def stalled_export(picked: Chosen) -> list[CityRow]:
    """Return all cities that stall, the quietest first, for a file."""
    return _city_rows(picked, [(team, city, at) for team, city, at in db.session.execute(_stalled_rows(picked))])
