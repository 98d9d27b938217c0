"""Tables of attempts, their steps and marks.

All rows are appended. None is ever changed, but answers in somebody's own words go when that person is erased.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, HasRef


class Attempt(HasRef, Base):
    """One try of a person at a quiz. The questions, their order and numbers are drawn once and kept here."""

    __tablename__ = "lms_attempt"
    __table_args__ = (UniqueConstraint("enrolment_id", "node_key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("lms_enrolment.id"))
    node_key: Mapped[str] = mapped_column(String(80))
    edition_id: Mapped[int] = mapped_column(ForeignKey("lms_edition.id"))
    number: Mapped[int]
    seed: Mapped[int]
    """Decides which questions are drawn and the order of options; the same for the whole life of the attempt."""
    drawn: Mapped[list[str]]
    """Question keys by slot: the first is slot 1."""
    started_at: Mapped[datetime]


class AttemptStep(Base):
    """One answer to one slot. The newest step of a slot counts; `sequence` catches a stale tab."""

    __tablename__ = "lms_attempt_step"
    __table_args__ = (UniqueConstraint("attempt_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("lms_attempt.id"))
    sequence: Mapped[int]
    slot: Mapped[int]
    answer: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime]


class AttemptResult(Base):
    """An attempt was handed in: one row, and the attempt is closed."""

    __tablename__ = "lms_attempt_result"
    __table_args__ = (CheckConstraint("fraction >= 0 AND fraction <= 1", name="fraction"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("lms_attempt.id"), primary_key=True)
    fraction: Mapped[float]
    passed: Mapped[bool]
    submitted_at: Mapped[datetime]


class Mark(Base):
    """What a slot was worth, from 0 to 1. A correction is a new row; the newest counts."""

    __tablename__ = "lms_mark"
    __table_args__ = (Index("ix_lms_mark_attempt", "attempt_id", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("lms_attempt.id"))
    slot: Mapped[int]
    fraction: Mapped[float]
    feedback: Mapped[list[str]]
    by_id: Mapped[int | None]
    """The person who marked; NULL for the machine."""
    key_version: Mapped[str] = mapped_column(String(64))
    """Hash of the quiz's content: which key the mark follows."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]
