"""What somebody has done in another programme and has done here too, where the programme's rule says so.

It counts at the same node (the course that it comes from, and its key) with the same duty (`must_do`), and is appended
here as an outcome of the person, once for each node. It names its origin as evidence and keeps its day, but no result:
whoever trains here learns that it was done elsewhere, and when.

Of a team's work the person's share is carried: what was accepted while they were in the team, for that stays with them
wherever they go. The team here gets nothing, and no other member.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, bindparam, func, or_, select, union_all
from sqlalchemy.orm import aliased

from courses.catalogue.queries import manifest_of
from courses.programmes.models import Enrolment, ProgrammeRule, TeamMember
from courses.progress.facts import ENROLMENTS, Facts, ProgrammeTerms
from courses.progress.models import Outcome
from courses.progress.rules import DONE, ELSEWHERE, OutcomeFact, same_duty
from lms.kernel.db import db
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select


def carry(facts: Mapping[int, Facts], terms: Mapping[int, ProgrammeTerms | None]) -> None:
    """Append what is still to be carried to enrolments whose states are taken, and add it to their facts."""
    rows = still_to_carry(facts, terms)
    if rows:
        insert_new(Outcome, rows, ["key"])
    for row in rows:
        fact = OutcomeFact(row["node_key"], row["kind"], row["at"], elsewhere=True)
        facts[row["enrolment_id"]].outcomes.append(fact)


def still_to_carry(facts: Mapping[int, Facts], terms: Mapping[int, ProgrammeTerms | None]) -> list[dict[str, Any]]:
    """Return the outcomes that are to be carried to enrolments, as rows; nothing is asked where no rule wants it.

    facts: of enrolments, by id. terms: of their programmes, by id.
    """
    editions = {key: found.edition_id for key, found in terms.items() if found and found.rule.carry_over}
    wanted = [one.enrolment_id for one in facts.values() if one.programme_id in editions and not one.left]
    if not wanted:
        return []
    known = {(one.enrolment_id, fact.node_key) for one in facts.values() for fact in one.outcomes if fact.kind in DONE}
    rows = []
    for enrolment_id, outcome_id, node_key, kind, at, edition_id in db.session.execute(
        _elsewhere(), {"enrolments": wanted}
    ):
        here = facts[enrolment_id]
        in_force = editions[here.programme_id]
        if (enrolment_id, node_key) in known:
            continue
        if not same_duty(manifest_of(edition_id), manifest_of(in_force), node_key):
            continue
        known.add((enrolment_id, node_key))
        rows.append(
            {
                "enrolment_id": enrolment_id,
                "team_id": None,
                "node_key": node_key,
                "edition_id": in_force,
                "kind": kind,
                "value": None,
                "at": at,
                "by_id": here.person_id,
                "evidence": f"{ELSEWHERE}{outcome_id}",
                "key": f"carried:{enrolment_id}:{node_key}",
            }
        )
    return rows


@cache
def _elsewhere() -> Select[*tuple[Any, ...]]:
    """Return what the people of some enrolments have done in other programmes, the oldest first."""
    here, there = aliased(Enrolment), aliased(Enrolment)
    done = (Outcome.id, Outcome.node_key, Outcome.kind, Outcome.at, Outcome.edition_id)
    own = (
        select(here.id.label("enrolment_id"), *done)
        .join(there, and_(there.person_id == here.person_id, there.id != here.id))
        .join(Outcome, Outcome.enrolment_id == there.id)
        .where(here.id.in_(ENROLMENTS), Outcome.kind.in_(sorted(DONE)), Outcome.evidence.not_like(f"{ELSEWHERE}%"))
    )
    was_there = and_(
        TeamMember.from_at <= Outcome.at, or_(TeamMember.until_at.is_(None), TeamMember.until_at >= Outcome.at)
    )
    by_team = (
        select(here.id.label("enrolment_id"), *done)
        .join(TeamMember, and_(TeamMember.person_id == here.person_id, TeamMember.programme_id != here.programme_id))
        .join(Outcome, and_(Outcome.team_id == TeamMember.team_id, was_there))
        .where(here.id.in_(ENROLMENTS), Outcome.kind.in_(sorted(DONE)))
    )
    both = union_all(own, by_team).subquery()
    return select(both).order_by(both.c.at, both.c.id)


def who_may_have_it_too(*, enrolment_id: int | None, team_id: int | None) -> list[int]:
    """Return the enrolments in other programmes to which what a person or a team has just done may be carried."""
    statement, whose = (_others_of_person(), enrolment_id) if team_id is None else (_others_of_team(), team_id)
    return list(db.session.scalars(statement, {"whose": whose}))


@cache
def _others_of_person() -> Select[int]:
    there = aliased(Enrolment)
    mine = and_(Enrolment.person_id == there.person_id, Enrolment.id != there.id)
    return _that_carry(select(Enrolment.id).join(there, mine).where(there.id == bindparam("whose", type_=Integer())))


@cache
def _others_of_team() -> Select[int]:
    mine = and_(Enrolment.person_id == TeamMember.person_id, Enrolment.programme_id != TeamMember.programme_id)
    present = (TeamMember.team_id == bindparam("whose", type_=Integer()), TeamMember.until_at.is_(None))
    return _that_carry(select(Enrolment.id).join(TeamMember, mine).where(*present))


def _that_carry(enrolments: Select[int]) -> Select[int]:
    """Keep those who take part in a programme whose rule in force wants what was done elsewhere."""
    newest = (
        select(func.max(ProgrammeRule.number))
        .where(ProgrammeRule.programme_id == Enrolment.programme_id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    in_force = and_(ProgrammeRule.programme_id == Enrolment.programme_id, ProgrammeRule.number == newest)
    wanted = ProgrammeRule.rule["carry_over"].as_boolean().is_(True)
    return enrolments.join(ProgrammeRule, in_force).where(Enrolment.left_at.is_(None), wanted).order_by(Enrolment.id)
