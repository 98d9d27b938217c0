"""Writing progress: outcomes are appended, states and counters follow in the same transaction."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select, update

from courses.programmes.models import Enrolment, Team, TeamMember
from courses.progress.carrying import carry, who_may_have_it_too
from courses.progress.counters import Changes
from courses.progress.facts import Facts, ProgrammeTerms, facts_of, terms_of
from courses.progress.models import Bookmark, Completion, EnrolmentState, Outcome, TeamState
from courses.progress.rules import DONE, STRENGTH, CourseState, OutcomeFact, Share, node_states, share_of
from courses.progress.signals import course_completed
from lms.hubs.models import City
from lms.kernel.clock import now
from lms.kernel.db import UtcDateTime, db
from lms.kernel.jobs import enqueue
from lms.kernel.upsert import insert_new, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Select, Update

    from lms.kernel.permissions import Viewer

REFRESH = "progress.refresh"


def record_outcome(  # noqa: PLR0913 - each is one column of the fact
    *,
    actor: Viewer,
    node_key: str,
    kind: str,
    edition_id: int,
    key: str,
    enrolment_id: int | None = None,
    team_id: int | None = None,
    value: float | None = None,
    evidence: str = "",
) -> bool:
    """Append an outcome of a person (`enrolment_id`) or a team (`team_id`) and bring states and counters up to date.

    `kind` is one of `rules.STRENGTH`; those of `rules.DONE` make the activity done.
    `key` makes it idempotent: the same fact reported twice is one row, and the second call returns False.
    The caller has asked its own policy: a lesson that was read, an attempt that was marked, feedback that was given.

    >>> record_outcome(actor=viewer, enrolment_id=7, node_key="m1-quiz", kind="passed", value=0.9,
    ...                edition_id=1, key="attempt:17", evidence="attempt:17")  # doctest: +SKIP
    True
    """
    if kind not in STRENGTH:
        raise ValueError(f"{kind!r} is no kind of outcome; known are {', '.join(STRENGTH)}")
    if (enrolment_id is None) == (team_id is None):
        message = "an outcome belongs to an enrolment or to a team"
        raise ValueError(message)
    members = _lock_team(team_id) if team_id is not None else [_lock(enrolment_id)]
    row = {
        "enrolment_id": enrolment_id,
        "team_id": team_id,
        "node_key": node_key,
        "edition_id": edition_id,
        "kind": kind,
        "value": value,
        "at": now(),
        "by_id": actor.person_id,
        "evidence": evidence,
        "key": key,
    }
    if not insert_new(Outcome, [row], ["key"]):
        return False
    states = [state for state in members if state is not None]
    if team_id is not None:
        _refresh_team(team_id)
    _recount(states)
    if team_id is None and states:
        _note_own_activity(states[0])
    _count_elsewhere_too(kind, key, enrolment_id=enrolment_id, team_id=team_id)
    return True


def _count_elsewhere_too(kind: str, key: str, *, enrolment_id: int | None, team_id: int | None) -> None:
    """Carry a new outcome to other programmes, as a job: who holds the states of one must not wait for another's."""
    others = who_may_have_it_too(enrolment_id=enrolment_id, team_id=team_id) if kind in DONE else []
    if others:
        enqueue(REFRESH, key=f"{REFRESH}:{key}", args={"enrolments": others})


def _note_own_activity(state: EnrolmentState) -> None:
    """Let the team's last activity follow that of a member, whose state is locked.

    There is none yet where the work does not count, such as an attempt at a quiz that a newer edition has no more.
    """
    if state.team_id is not None and state.last_activity_at is not None:
        db.session.execute(_team_was_active(), {"team": state.team_id, "moment": state.last_activity_at})


@cache
def _team_was_active() -> Update:
    moment = bindparam("moment", type_=UtcDateTime())
    later = or_(TeamState.last_activity_at.is_(None), TeamState.last_activity_at < moment)
    mine = TeamState.team_id == bindparam("team")
    statement = update(TeamState).where(mine, later).values(last_activity_at=moment)
    return statement.execution_options(synchronize_session=False)


def take_teams(team_ids: Iterable[int]) -> None:
    """Take the states of teams for this transaction, in the order of their ids.

    Always before the states of their members: whoever takes a team first and its members then, and whoever comes
    from a member, must not wait for each other for ever.
    """
    ids = sorted(set(team_ids))
    if ids:
        db.session.execute(_teams_to_change(), {"teams": ids}).all()


@cache
def _teams_to_change() -> Select[int]:
    mine = TeamState.team_id.in_(bindparam("teams", expanding=True))
    return select(TeamState.team_id).where(mine).order_by(TeamState.team_id).with_for_update()


def _lock(enrolment_id: int | None) -> EnrolmentState | None:
    """Take the state of an enrolment, after that of its team: two last outcomes at once must take turns."""
    mine = {"enrolment": enrolment_id}
    team_id = db.session.scalar(_team_of_state(), mine)
    take_teams([] if team_id is None else [team_id])
    return db.session.scalar(_state_to_change(), mine, execution_options={"populate_existing": True})


@cache
def _team_of_state() -> Select[int | None]:
    return select(EnrolmentState.team_id).where(EnrolmentState.enrolment_id == bindparam("enrolment"))


@cache
def _state_to_change() -> Select[EnrolmentState]:
    return select(EnrolmentState).where(EnrolmentState.enrolment_id == bindparam("enrolment")).with_for_update()


def _lock_team(team_id: int) -> list[EnrolmentState | None]:
    """Take the team's state, then those of its members in the order of their ids."""
    make_team_states([team_id])
    take_teams([team_id])
    statement = select(EnrolmentState).where(EnrolmentState.team_id == team_id).order_by(EnrolmentState.enrolment_id)
    return list(db.session.scalars(statement.with_for_update().execution_options(populate_existing=True)))


def _refresh_team(team_id: int) -> None:
    """Make the team's own state from its outcomes."""
    rows = db.session.execute(
        select(Outcome.node_key, Outcome.kind, Outcome.at, Outcome.value).where(Outcome.team_id == team_id)
    )
    facts = [OutcomeFact(*row) for row in rows]
    state = db.session.get_one(TeamState, team_id)
    state.nodes = node_states(facts)
    state.last_activity_at = latest(state.last_activity_at, *(fact.at for fact in facts))
    db.session.flush()


def latest(*moments: datetime | None) -> datetime | None:
    """Return the latest of some instants, leaving out those that never were."""
    return max((moment for moment in moments if moment is not None), default=None)


def make_team_states(team_ids: Iterable[int]) -> None:
    """Make the states of teams that have none yet."""
    statement = (
        select(Team.id, Team.programme_id, Team.hub_id, City.sort_key)
        .outerjoin(City, City.id == Team.city_id)
        .where(Team.id.in_(team_ids))
        .order_by(Team.id)
    )
    for team_id, programme_id, hub_id, sort_key in db.session.execute(statement):
        row = {
            "team_id": team_id,
            "programme_id": programme_id,
            "hub_id": hub_id,
            "sort_key": sort_key or "",
            "nodes": {},
        }
        insert_new(TeamState, [row], ["team_id"])


def _note_activity(team_ids: Iterable[int]) -> None:
    """Bring the last activity of teams up to date after people came, left or moved. Their states are taken already."""
    ids = sorted(team_ids)
    members = select(func.max(EnrolmentState.last_activity_at)).where(EnrolmentState.team_id == TeamState.team_id)
    own = select(func.max(Outcome.at)).where(Outcome.team_id == TeamState.team_id)
    statement = select(TeamState, members.scalar_subquery(), own.scalar_subquery()).where(TeamState.team_id.in_(ids))
    for state, by_members, by_team in db.session.execute(statement):
        state.last_activity_at = latest(by_members, by_team)
    db.session.flush()


def teams_of(enrolment_ids: Sequence[int]) -> set[int]:
    """Return the teams that enrolments were counted in, and those that they are in now."""
    counted = select(EnrolmentState.team_id).where(EnrolmentState.enrolment_id.in_(enrolment_ids))
    present = (
        select(TeamMember.team_id)
        .join(
            Enrolment,
            and_(Enrolment.programme_id == TeamMember.programme_id, Enrolment.person_id == TeamMember.person_id),
        )
        .where(Enrolment.id.in_(enrolment_ids), TeamMember.until_at.is_(None))
    )
    found = [*db.session.scalars(counted), *db.session.scalars(present)]
    return {team_id for team_id in found if team_id is not None}


def refresh(enrolment_ids: Sequence[int]) -> None:
    """Bring states and counters of enrolments up to date with the facts: after a change of team, edition or rule.

    A new enrolment gets its state here; who has left loses it (the facts stay). What people have done in other
    programmes is carried here first, where the rule wants it.
    """
    ids = sorted(set(enrolment_ids))
    teams = teams_of(ids)
    make_team_states(teams)
    take_teams(teams)
    states = {
        state.enrolment_id: state
        for state in db.session.scalars(
            select(EnrolmentState)
            .where(EnrolmentState.enrolment_id.in_(ids))
            .order_by(EnrolmentState.enrolment_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    facts = facts_of(ids, with_attendance=True)
    terms = {programme_id: terms_of(programme_id) for programme_id in {one.programme_id for one in facts.values()}}
    carry(facts, terms)
    changes = Changes()
    for enrolment_id in ids:
        in_force = terms[facts[enrolment_id].programme_id]
        if in_force is not None:
            _apply(facts[enrolment_id], in_force, states.get(enrolment_id), changes)
    db.session.flush()
    _note_activity(teams)
    changes.write()


def _recount(states: Sequence[EnrolmentState]) -> None:
    """Recompute locked states of one programme from the facts."""
    if not states:
        return
    terms = terms_of(states[0].programme_id)
    if terms is None:
        return
    facts = facts_of([state.enrolment_id for state in states], with_attendance=terms.attendance_counts)
    changes = Changes()
    for state in states:
        _apply(facts[state.enrolment_id], terms, state, changes)
    db.session.flush()
    changes.write()


def _apply(facts: Facts, terms: ProgrammeTerms, stored: EnrolmentState | None, changes: Changes) -> None:
    """Bring one stored state to what the facts say, and note the difference for the counters."""
    before = (None, None) if stored is None else (stored.team_id, _share(stored))
    if facts.left:
        if stored is not None:
            changes.move(programme_id=facts.programme_id, hub_id=facts.hub_id, old=before, new=(None, None))
            db.session.delete(stored)
        return
    state = facts.state(terms)
    completed_at = facts.completed_at or (_complete(facts, terms) if state.complete else None)
    if stored is None:
        stored = EnrolmentState(enrolment_id=facts.enrolment_id, programme_id=facts.programme_id, hub_id=facts.hub_id)
        db.session.add(stored)
    for name, value in columns_of(facts, state, completed_at).items():
        if getattr(stored, name, None) != value:
            setattr(stored, name, value)
    after = (facts.team_id, _share(stored))
    changes.move(programme_id=facts.programme_id, hub_id=facts.hub_id, old=before, new=after)


def _share(state: EnrolmentState) -> Share:
    completed, started = state.completed_at is not None, state.last_activity_at is not None
    return share_of(state.modules, state.nodes, completed=completed, started=started)


def columns_of(facts: Facts, state: CourseState, completed_at: datetime | None) -> dict[str, Any]:
    """Return what the projection stores of a state; shared with the rebuild, which compares it."""
    return {
        "team_id": facts.team_id,
        "sort_key": facts.sort_key,
        "nodes": state.nodes,
        "modules": state.modules,
        "used_up": state.used_up,
        "done": state.done,
        "total": state.total,
        "last_activity_at": state.last_activity_at,
        "completed_at": completed_at,
    }


def _complete(facts: Facts, terms: ProgrammeTerms) -> datetime:
    """Write down that the programme is completed, once, and tell those above."""
    at = now()
    row = {
        "enrolment_id": facts.enrolment_id,
        "edition_id": terms.edition_id,
        "rule_number": terms.rule_number,
        "at": at,
    }
    if not insert_new(Completion, [row], ["enrolment_id"]):
        found = db.session.scalar(select(Completion.at).where(Completion.enrolment_id == facts.enrolment_id))
        return found or at
    course_completed.send(
        "progress",
        enrolment_id=facts.enrolment_id,
        person_id=facts.person_id,
        programme_id=facts.programme_id,
        hub_id=facts.hub_id,
        edition_id=terms.edition_id,
        done_here=facts.done_here,
    )
    return at


def set_bookmark(*, enrolment_id: int, node_key: str, anchor: str = "") -> None:
    """Remember where a person stopped reading."""
    row = {"enrolment_id": enrolment_id, "node_key": node_key, "anchor": anchor[:120], "at": now()}
    upsert(Bookmark, row, ["enrolment_id"])
