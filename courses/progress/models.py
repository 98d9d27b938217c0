"""Tables of facts (outcome, completion) and of projections (states, tallies) that can be rebuilt from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base


class Outcome(Base):
    """Something that a person or a team achieved at a node of a course. Appended, never changed."""

    __tablename__ = "lms_outcome"
    __table_args__ = (
        CheckConstraint("(enrolment_id IS NULL) <> (team_id IS NULL)", name="one_owner"),
        Index("ix_lms_outcome_enrolment", "enrolment_id", "node_key"),
        Index("ix_lms_outcome_team", "team_id", "node_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("lms_enrolment.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("lms_team.id"))
    node_key: Mapped[str] = mapped_column(String(80))
    edition_id: Mapped[int] = mapped_column(ForeignKey("lms_edition.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """viewed, read, passed, failed, again, handed_in, revise, accepted, done; see `courses.progress.rules`."""
    value: Mapped[float | None]
    """A quiz result from 0 to 1."""
    at: Mapped[datetime]
    by_id: Mapped[int]
    evidence: Mapped[str] = mapped_column(String(80), default="")
    """What shows it: "attempt:17", "feedback:4"."""
    key: Mapped[str] = mapped_column(String(160), unique=True)
    """Idempotency key: the same fact reported twice is one row."""


class Completion(Base):
    """An enrolment completed its programme. A fact: who has finished stays finished."""

    __tablename__ = "lms_completion"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"), unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("lms_edition.id"))
    rule_number: Mapped[int]
    at: Mapped[datetime]


class EnrolmentState(Base):
    """How far an enrolment has come; a projection."""

    __tablename__ = "lms_enrolment_state"
    __table_args__ = (
        Index("ix_lms_enrolment_state_programme", "programme_id", "sort_key", "enrolment_id"),
        Index("ix_lms_enrolment_state_team", "team_id"),
        # Few wait for another attempt, however many take part.
        Index(
            "ix_lms_enrolment_state_used_up",
            "programme_id",
            sqlite_where=text("used_up > 0"),
            postgresql_where=text("used_up > 0"),
        ),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"), primary_key=True)
    programme_id: Mapped[int]
    hub_id: Mapped[int] = mapped_column(index=True)
    team_id: Mapped[int | None]
    sort_key: Mapped[str] = mapped_column(String(200))
    """The person's, copied here so that lists of a programme are read in order from one index."""
    nodes: Mapped[dict[str, Any]]
    """Per node key the best outcome: {"m1-quiz": {"state": "passed", "value": 0.9}}, the person's and the team's."""
    modules: Mapped[dict[str, Any]]
    """Per module key [done, total]."""
    used_up: Mapped[int] = mapped_column(default=0, server_default="0")
    """At how many activities all attempts are used up, so that a trainer has to allow another."""
    done: Mapped[int]
    total: Mapped[int]
    last_activity_at: Mapped[datetime | None] = mapped_column(index=True)
    completed_at: Mapped[datetime | None]


class Bookmark(Base):
    """Where a person stopped reading. A convenience, no fact: it may be lost without harm."""

    __tablename__ = "lms_bookmark"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"), primary_key=True)
    node_key: Mapped[str] = mapped_column(String(80))
    anchor: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime]


class TeamState(Base):
    """How far a team has come; a projection, and the lock of the team's outcomes."""

    __tablename__ = "lms_team_state"
    __table_args__ = (
        Index("ix_lms_team_state_name", "programme_id", "sort_key", "team_id"),
        Index("ix_lms_team_state_quiet", "programme_id", "last_activity_at"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("lms_team.id"), primary_key=True)
    programme_id: Mapped[int]
    hub_id: Mapped[int] = mapped_column(index=True)
    sort_key: Mapped[str] = mapped_column(String(200), default="")
    """The city's, copied here so that lists of teams are read in order from one index."""
    nodes: Mapped[dict[str, Any]]
    """Outcomes of the team's own work."""
    last_activity_at: Mapped[datetime | None]
    """When the team, or one of its present members, last did something: who stalls is asked of this."""


class Tally(Base):
    """Counters of a team in a module: how many of its members' activities are done. A projection, summed for totals."""

    __tablename__ = "lms_tally"
    __table_args__ = (UniqueConstraint("programme_id", "team_id", "module_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int]
    team_id: Mapped[int] = mapped_column(ForeignKey("lms_team.id"), index=True)
    hub_id: Mapped[int] = mapped_column(index=True)
    module_key: Mapped[str] = mapped_column(String(80))
    """A module of the course; the empty key counts enrolments: people (total), people who completed (done), started."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    started: Mapped[int] = mapped_column(default=0)


class ProgrammeTally(Base):
    """The sum of a programme's tallies, so that totals cost the same at any number of teams. A projection."""

    __tablename__ = "lms_programme_tally"

    programme_id: Mapped[int] = mapped_column(ForeignKey("lms_programme.id"), primary_key=True)
    module_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    started: Mapped[int] = mapped_column(default=0)


class NodeTally(Base):
    """How many enrolments of a programme have done a node; the progress report's totals. A projection."""

    __tablename__ = "lms_node_tally"
    __table_args__ = (UniqueConstraint("programme_id", "node_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int]
    node_key: Mapped[str] = mapped_column(String(80))
    done: Mapped[int] = mapped_column(default=0)
