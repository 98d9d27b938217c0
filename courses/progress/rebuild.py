"""Making the projections anew from the facts, or comparing them: `flask lms rebuild [--check]`.

Works through the enrolments in batches, then through the programmes, each in a transaction of its own, so that a site
can go on meanwhile. What differs is looked at once more while nobody can change it: on PostgreSQL somebody may have
gone on between two of our questions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from courses.programmes.models import Enrolment, Programme, Team
from courses.programmes.services import lock
from courses.progress.carrying import still_to_carry
from courses.progress.facts import ProgrammeTerms, facts_of, terms_of
from courses.progress.models import EnrolmentState, NodeTally, Outcome, ProgrammeTally, Tally, TeamState
from courses.progress.rules import OutcomeFact, node_states, share_of
from courses.progress.services import columns_of, latest, refresh, take_teams, teams_of
from lms.hubs.models import City
from lms.kernel.db import db
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import InstrumentedAttribute

BATCH = 500
TOLD_EVERY = 20 * BATCH


def rebuild(check: bool, say: Callable[[str], None] = lambda _text: None) -> list[str]:  # noqa: FBT001 - the signature of Feature.rebuild
    """Bring all states and counters to what the facts say; return every difference that was found.

    With `check` nothing is changed. `say` hears how far it is.
    """
    differences: list[str] = []
    done = 0
    for ids in _batches(Enrolment.id):
        differences += _states(ids, mend=not check)
        done += len(ids)
        if done % TOLD_EVERY == 0:
            say(f"{done} enrolments")
    for ids in _batches(Programme.id):
        for programme_id in ids:
            differences += _counters(programme_id, mend=not check)
    return differences


def _batches(column: InstrumentedAttribute[int]) -> Iterator[list[int]]:
    last = 0
    while True:
        with transaction(writes=False):
            ids = list(db.session.scalars(select(column).where(column > last).order_by(column).limit(BATCH)))
        if not ids:
            return
        yield ids
        last = ids[-1]


def _states(ids: list[int], *, mend: bool) -> list[str]:
    """Compare the states of enrolments with the facts, and mend them with the counters that they add to."""
    with transaction(writes=False):
        if not list(_state_differences(ids)):
            return []
    with transaction(writes=mend):
        take_teams(teams_of(ids))
        found = list(_state_differences(ids))
        if found and mend:
            refresh(ids)
    return found


def _state_differences(ids: list[int]) -> Iterator[str]:
    terms: dict[int, ProgrammeTerms | None] = {}
    stored = {
        state.enrolment_id: state
        for state in db.session.scalars(select(EnrolmentState).where(EnrolmentState.enrolment_id.in_(ids)))
    }
    people = facts_of(ids, with_attendance=True)
    for programme_id in {facts.programme_id for facts in people.values()}:
        terms[programme_id] = terms_of(programme_id)
    for row in still_to_carry(people, terms):
        yield f"enrolment {row['enrolment_id']}: {row['node_key']} is done elsewhere and not carried here yet"
    for enrolment_id, facts in people.items():
        state = stored.get(enrolment_id)
        in_force = terms[facts.programme_id]
        if facts.left or in_force is None:
            if state is not None:
                yield f"enrolment {enrolment_id}: has a state but left"
            continue
        made = facts.state(in_force)
        if made.complete and facts.completed_at is None:
            yield f"enrolment {enrolment_id}: meets the rule but has no completion"
        for name, value in columns_of(facts, made, facts.completed_at).items():
            if state is None or getattr(state, name) != value:
                stored_value = None if state is None else getattr(state, name)
                yield f"enrolment {enrolment_id}: {name} is {stored_value}, should be {value}"


def _counters(programme_id: int, *, mend: bool) -> list[str]:
    """Compare the counters and teams of a programme with its states, and mend what differs."""
    with transaction(writes=False):
        if not _programme_differences(programme_id, mend=False):
            return []
    with transaction(writes=mend):
        lock(db.session.get_one(Programme, programme_id))
        take_teams(db.session.scalars(select(Team.id).where(Team.programme_id == programme_id)))
        return _programme_differences(programme_id, mend=mend)


def _programme_differences(programme_id: int, *, mend: bool) -> list[str]:
    teams, nodes = _sums(programme_id)
    totals: dict[tuple[str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for (_team_id, _hub_id, key), counts in teams.items():
        _add(totals[key,], counts)
    found = _compare(Tally, ("team_id", "hub_id", "module_key"), teams, programme_id, mend=mend)
    found += _compare(ProgrammeTally, ("module_key",), totals, programme_id, mend=mend)
    found += _compare(NodeTally, ("node_key",), nodes, programme_id, mend=mend)
    return found + _team_differences(programme_id, mend=mend)


def _sums(programme_id: int) -> tuple[dict[tuple[int, int, str], list[int]], dict[tuple[str], list[int]]]:
    """Sum the counters as they should be, from the stored states: per team and module, and per node."""
    teams: dict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    nodes: Counter[str] = Counter()
    statement = select(
        EnrolmentState.team_id,
        EnrolmentState.hub_id,
        EnrolmentState.modules,
        EnrolmentState.nodes,
        EnrolmentState.completed_at,
        EnrolmentState.last_activity_at,
    ).where(EnrolmentState.programme_id == programme_id)
    for row in db.session.execute(statement.execution_options(yield_per=BATCH)):
        completed, started = row.completed_at is not None, row.last_activity_at is not None
        share = share_of(row.modules, row.nodes, completed=completed, started=started)
        nodes.update(share.nodes)
        if row.team_id is not None:
            for key, counts in share.modules.items():
                _add(teams[row.team_id, row.hub_id, key], counts)
    return teams, {(key,): [count] for key, count in nodes.items()}


def _add(row: list[int], counts: tuple[int, ...] | list[int]) -> None:
    for place, count in enumerate(counts):
        row[place] += count


def _compare(
    model: type[Tally | ProgrammeTally | NodeTally],
    key: tuple[str, ...],
    should: dict[Any, list[int]],
    programme_id: int,
    *,
    mend: bool,
) -> list[str]:
    """Compare the counters of one table, for one programme, with what they should be; a missing one counts nothing."""
    names = ("done",) if model is NodeTally else ("done", "total", "started")
    nothing = [0] * len(names)
    rows = {
        tuple(getattr(row, name) for name in key): row
        for row in db.session.scalars(select(model).where(model.programme_id == programme_id))
    }
    found = []
    for place in sorted(rows.keys() | should.keys()):
        row, wanted = rows.get(place), should.get(place, nothing)
        stored = nothing if row is None else [getattr(row, name) for name in names]
        if stored == wanted:
            continue
        found.append(f"{model.__tablename__} {programme_id} {place}: is {stored}, should be {wanted}")
        if mend:
            mended = row or model(programme_id=programme_id, **dict(zip(key, place, strict=True)))
            for name, count in zip(names, wanted, strict=True):
                setattr(mended, name, count)
            db.session.add(mended)
    return found


def _team_differences(programme_id: int, *, mend: bool) -> list[str]:
    """Compare the states of teams with their own outcomes, their city's name and their members' activity."""
    found = []
    outcomes: dict[int, list[OutcomeFact]] = defaultdict(list)
    rows = db.session.execute(
        select(Team.id, Outcome.node_key, Outcome.kind, Outcome.at, Outcome.value)
        .join(Outcome, Outcome.team_id == Team.id)
        .where(Team.programme_id == programme_id)
    )
    for team_id, node_key, kind, at, value in rows:
        outcomes[team_id].append(OutcomeFact(node_key, kind, at, value))
    members = select(func.max(EnrolmentState.last_activity_at)).where(EnrolmentState.team_id == Team.id)
    statement = (
        select(Team, City.sort_key, TeamState, members.scalar_subquery())
        .outerjoin(City, City.id == Team.city_id)
        .outerjoin(TeamState, TeamState.team_id == Team.id)
        .where(Team.programme_id == programme_id)
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
