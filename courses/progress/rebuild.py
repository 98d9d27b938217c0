"""Making the projections anew from the facts, or comparing them: `flask lms rebuild [--check]`.

Works through the enrolments in batches, each in a transaction of its own, so that a site can go on meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from courses.programmes.models import Enrolment, Team
from courses.progress.facts import ProgrammeTerms, facts_of, terms_of
from courses.progress.models import EnrolmentState, NodeTally, Outcome, ProgrammeTally, Tally, TeamState
from courses.progress.rules import OutcomeFact, node_states, share_of
from courses.progress.services import columns_of, latest, refresh
from lms.hubs.models import City
from lms.kernel.db import db
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

BATCH = 500
TOLD_EVERY = 20 * BATCH


def rebuild(check: bool, say: Callable[[str], None] = lambda _text: None) -> list[str]:  # noqa: FBT001 - the signature of Feature.rebuild
    """Bring all states and counters to what the facts say; return every difference that was found.

    With `check` nothing is changed. `say` hears how far it is.
    """
    differences: list[str] = []
    expected = Expected()
    done = 0
    for ids in _batches():
        with transaction(writes=False):
            found = list(_state_differences(ids, expected))
        differences += found
        if found and not check:
            with transaction():
                refresh(ids)
        done += len(ids)
        if done % TOLD_EVERY == 0:
            say(f"{done} enrolments")
    with transaction(writes=not check):
        differences += _counter_differences(expected, mend=not check)
        differences += _team_differences(mend=not check)
    return differences


class Expected:
    """The counters as they should be, summed while the states are gone through."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.tallies: dict[tuple[int, int, str], list[int]] = {}
        self.hubs: dict[int, int] = {}
        self.nodes: dict[tuple[int, str], int] = {}
        self.terms: dict[int, ProgrammeTerms | None] = {}

    def terms_of(self, programme_id: int) -> ProgrammeTerms | None:
        """Return a programme's terms, read once."""
        if programme_id not in self.terms:
            self.terms[programme_id] = terms_of(programme_id)
        return self.terms[programme_id]

    def add(self, programme_id: int, hub_id: int, columns: dict[str, Any]) -> None:
        """Add one enrolment."""
        share = share_of(columns["modules"], columns["nodes"], completed=columns["completed_at"] is not None)
        for node in share.nodes:
            self.nodes[programme_id, node] = self.nodes.get((programme_id, node), 0) + 1
        team_id = columns["team_id"]
        if team_id is None:
            return
        self.hubs[team_id] = hub_id
        for key, counts in share.modules.items():
            row = self.tallies.setdefault((programme_id, team_id, key), [0, 0, 0])
            for place, count in enumerate(counts):
                row[place] += count


def _batches() -> Iterator[list[int]]:
    last = 0
    while True:
        with transaction(writes=False):
            ids = list(
                db.session.scalars(select(Enrolment.id).where(Enrolment.id > last).order_by(Enrolment.id).limit(BATCH))
            )
        if not ids:
            return
        yield ids
        last = ids[-1]


def _state_differences(ids: list[int], expected: Expected) -> Iterator[str]:
    stored = {
        state.enrolment_id: state
        for state in db.session.scalars(select(EnrolmentState).where(EnrolmentState.enrolment_id.in_(ids)))
    }
    for enrolment_id, facts in facts_of(ids, with_attendance=True).items():
        state = stored.get(enrolment_id)
        terms = expected.terms_of(facts.programme_id)
        if facts.left or terms is None:
            if state is not None:
                yield f"enrolment {enrolment_id}: has a state but left"
            continue
        made = facts.state(terms)
        columns = columns_of(facts, made, facts.completed_at)
        expected.add(facts.programme_id, facts.hub_id, columns)
        if made.complete and facts.completed_at is None:
            yield f"enrolment {enrolment_id}: meets the rule but has no completion"
        for name, value in columns.items():
            if state is None or getattr(state, name) != value:
                stored_value = None if state is None else getattr(state, name)
                yield f"enrolment {enrolment_id}: {name} is {stored_value}, should be {value}"


def _counter_differences(expected: Expected, *, mend: bool) -> list[str]:
    """Compare the counters; where the states were mended the counters were too, so mend only what is left."""
    found = []
    sums: dict[tuple[int, str], list[int]] = {}
    for (programme_id, _team_id, key), counts in expected.tallies.items():
        row = sums.setdefault((programme_id, key), [0, 0, 0])
        for place, count in enumerate(counts):
            row[place] += count
    tallies = {(row.programme_id, row.team_id, row.module_key): row for row in db.session.scalars(select(Tally))}
    for name in sorted(tallies.keys() | expected.tallies.keys()):
        fresh = {
            "programme_id": name[0],
            "team_id": name[1],
            "module_key": name[2],
            "hub_id": expected.hubs.get(name[1]),
        }
        found += _compare("tally", name, tallies.get(name), expected.tallies.get(name), Tally, fresh if mend else None)
    totals = {(row.programme_id, row.module_key): row for row in db.session.scalars(select(ProgrammeTally))}
    for total in sorted(totals.keys() | sums.keys()):
        fresh = {"programme_id": total[0], "module_key": total[1]}
        found += _compare(
            "programme tally", total, totals.get(total), sums.get(total), ProgrammeTally, fresh if mend else None
        )
    return found + _node_differences(expected, mend=mend)


def _compare(
    what: str,
    key: tuple[int | str, ...],
    row: Tally | ProgrammeTally | None,
    should: list[int] | None,
    model: type[Tally | ProgrammeTally],
    mend_as: dict[str, Any] | None,
) -> list[str]:
    """Compare one counter with what it should be; `mend_as` gives the columns of a new row."""
    wanted = should or [0, 0, 0]
    stored = [0, 0, 0] if row is None else [row.done, row.total, row.started]
    if stored == wanted:
        return []
    if mend_as is not None:
        if row is None:
            row = model(**mend_as)
            db.session.add(row)
        row.done, row.total, row.started = wanted
    return [f"{what} {key}: is {stored}, should be {wanted}"]


def _node_differences(expected: Expected, *, mend: bool) -> list[str]:
    found = []
    nodes = {(row.programme_id, row.node_key): row for row in db.session.scalars(select(NodeTally))}
    for place in sorted(nodes.keys() | expected.nodes.keys()):
        row, should = nodes.get(place), expected.nodes.get(place, 0)
        if (row.done if row is not None else 0) != should:
            found.append(f"node tally {place}: is {row and row.done}, should be {should}")
            if mend and row is None:
                db.session.add(NodeTally(programme_id=place[0], node_key=place[1], done=should))
            elif mend and row is not None:
                row.done = should
    return found


def _team_differences(*, mend: bool) -> list[str]:
    """Compare the states of teams with their own outcomes, their city's name and their members' activity."""
    found = []
    outcomes: dict[int, list[OutcomeFact]] = {}
    rows = db.session.execute(
        select(Outcome.team_id, Outcome.node_key, Outcome.kind, Outcome.at, Outcome.value).where(
            Outcome.team_id.is_not(None)
        )
    )
    for team_id, node_key, kind, at, value in rows:
        if team_id is not None:
            outcomes.setdefault(team_id, []).append(OutcomeFact(node_key, kind, at, value))
    members = select(func.max(EnrolmentState.last_activity_at)).where(EnrolmentState.team_id == Team.id)
    statement = (
        select(Team, City.sort_key, TeamState, members.scalar_subquery())
        .outerjoin(City, City.id == Team.city_id)
        .outerjoin(TeamState, TeamState.team_id == Team.id)
        .order_by(Team.id)
    )
    teams: list[tuple[Team, str | None, TeamState | None, datetime | None]] = [
        (team, key, state, last) for team, key, state, last in db.session.execute(statement)
    ]
    for team, key, state, last in teams:
        facts = outcomes.get(team.id, [])
        should = (key or "", node_states(facts), latest(last, *(fact.at for fact in facts)))
        if state is None or (state.sort_key, state.nodes, state.last_activity_at) != should:
            found.append(f"team {team.id}: is {state and (state.sort_key, state.nodes)}, should be {should}")
            if mend:
                mended = state or TeamState(team_id=team.id, programme_id=team.programme_id, hub_id=team.hub_id)
                mended.sort_key, mended.nodes, mended.last_activity_at = should
                db.session.add(mended)
    return found
