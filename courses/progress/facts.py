"""Reading the facts that a state is made from, for one enrolment or for thousands, with the same few queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from courses.catalogue.queries import manifest_of
from courses.programmes.models import (
    Attendance,
    Enrolment,
    ProgrammeRule,
    TeamMember,
    Workshop,
)
from courses.programmes.queries import edition_in_force
from courses.progress.models import Completion, Outcome
from courses.progress.rules import DONE, ELSEWHERE, CompletionRule, CourseState, OutcomeFact, course_state
from lms.accounts.models import Person
from lms.kernel.db import db

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, Select

ENROLMENTS: BindParameter[int] = bindparam("enrolments", expanding=True)


@dataclass
class ProgrammeTerms:
    """What a programme counts by: its edition and its rule, as in force."""

    edition_id: int
    rule_number: int
    rule: CompletionRule
    attendance_counts: bool


@dataclass
class Facts:
    """All that decides the state of one enrolment."""

    enrolment_id: int
    person_id: int
    programme_id: int
    hub_id: int
    sort_key: str
    left: bool
    team_id: int | None = None
    outcomes: list[OutcomeFact] = field(default_factory=list)
    attended_minutes: int = 0
    completed_at: datetime | None = None

    @property
    def done_here(self) -> bool:
        """Whether anything was done in this very programme."""
        return self.attended_minutes > 0 or any(not one.elsewhere for one in self.outcomes if one.kind in DONE)

    def state(self, terms: ProgrammeTerms) -> CourseState:
        """Apply the rules."""
        return course_state(
            manifest_of(terms.edition_id),
            self.outcomes,
            attended_minutes=self.attended_minutes,
            rule=terms.rule,
        )


def terms_of(programme_id: int) -> ProgrammeTerms | None:
    """Return edition and rule of a programme; None while it has no edition."""
    row = db.session.execute(_terms_statement(), {"programme": programme_id}).first()
    if row is None or row[0] is None:
        return None
    rule = CompletionRule.from_json(row[2])
    return ProgrammeTerms(row[0], row[1], rule, rule.attended_minutes > 0)


@cache
def _terms_statement() -> Select[*tuple[Any, ...]]:
    """Build the statement of `terms_of` once, as all statements here: every outcome asks them."""
    programme = bindparam("programme", type_=Integer())
    return (
        select(edition_in_force(programme), ProgrammeRule.number, ProgrammeRule.rule)
        .where(ProgrammeRule.programme_id == programme)
        .order_by(ProgrammeRule.number.desc())
        .limit(1)
    )


def facts_of(enrolment_ids: Sequence[int], *, with_attendance: bool) -> dict[int, Facts]:
    """Return the facts of enrolments, by id, in at most four queries whatever their number.

    A team's outcomes count for all its present members. Accepted work also stays with those who were members when
    it was accepted, wherever they are now.
    """
    rows = db.session.execute(_people_statement(), {"enrolments": list(enrolment_ids)})
    facts = {
        row.id: Facts(
            row.id,
            row.person_id,
            row.programme_id,
            row.hub_id,
            row.sort_key,
            row.left_at is not None,
            row.team_id,
            completed_at=row.at,
        )
        for row in rows
    }
    _add_own_outcomes(facts)
    _add_team_outcomes(facts)
    if with_attendance:
        _add_attendance(facts)
    return facts


@cache
def _people_statement() -> Select[*tuple[Any, ...]]:
    member = aliased(TeamMember)
    return (
        select(
            Enrolment.id,
            Enrolment.person_id,
            Enrolment.programme_id,
            Enrolment.hub_id,
            Enrolment.left_at,
            Person.sort_key,
            member.team_id,
            Completion.at,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(
            member,
            and_(
                member.programme_id == Enrolment.programme_id,
                member.person_id == Enrolment.person_id,
                member.until_at.is_(None),
            ),
        )
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(Enrolment.id.in_(ENROLMENTS))
    )


def _add_own_outcomes(facts: dict[int, Facts]) -> None:
    rows = db.session.execute(_own_outcomes(), {"enrolments": list(facts)})
    for enrolment_id, evidence, node_key, kind, at, value in rows:
        fact = OutcomeFact(node_key, kind, at, value, elsewhere=evidence.startswith(ELSEWHERE))
        facts[enrolment_id].outcomes.append(fact)


@cache
def _own_outcomes() -> Select[*tuple[Any, ...]]:
    fact = (Outcome.node_key, Outcome.kind, Outcome.at, Outcome.value)
    return select(Outcome.enrolment_id, Outcome.evidence, *fact).where(Outcome.enrolment_id.in_(ENROLMENTS))


def _add_team_outcomes(facts: dict[int, Facts]) -> None:
    shared = db.session.execute(_shared_outcomes(), {"enrolments": list(facts)})
    for enrolment_id, _outcome_id, node_key, kind, at, value in shared:
        facts[enrolment_id].outcomes.append(OutcomeFact(node_key, kind, at, value))


@cache
def _shared_outcomes() -> Select[*tuple[Any, ...]]:
    counts = or_(
        TeamMember.until_at.is_(None),
        and_(Outcome.kind == "accepted", TeamMember.from_at <= Outcome.at, TeamMember.until_at >= Outcome.at),
    )
    return (
        select(Enrolment.id, Outcome.id, Outcome.node_key, Outcome.kind, Outcome.at, Outcome.value)
        .join(
            TeamMember,
            and_(TeamMember.programme_id == Enrolment.programme_id, TeamMember.person_id == Enrolment.person_id),
        )
        .join(Outcome, Outcome.team_id == TeamMember.team_id)
        .where(Enrolment.id.in_(ENROLMENTS), counts)
        .distinct()
    )


def _add_attendance(facts: dict[int, Facts]) -> None:
    by_person: dict[tuple[int, int], list[Facts]] = defaultdict(list)
    for item in facts.values():
        by_person[item.programme_id, item.person_id].append(item)
    newest = (
        select(func.max(Attendance.id))
        .where(Attendance.person_id.in_({item.person_id for item in facts.values()}))
        .group_by(Attendance.workshop_id, Attendance.person_id)
    )
    minutes = (
        select(Workshop.programme_id, Attendance.person_id, func.sum(Attendance.minutes))
        .join(Workshop, Workshop.id == Attendance.workshop_id)
        .where(Attendance.id.in_(newest))
        .group_by(Workshop.programme_id, Attendance.person_id)
    )
    for programme_id, person_id, total in db.session.execute(minutes):
        for item in by_person.get((programme_id, person_id), []):
            item.attended_minutes = int(total)
