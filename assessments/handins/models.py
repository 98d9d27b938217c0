"""Tables of hand-ins, their versions, and feedback. Versions and feedback are appended; a draft may change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, HasRef


class Handin(HasRef, Base):
    """The work of a team (or of one person) on a practical assignment."""

    __tablename__ = "lms_handin"
    __table_args__ = (
        CheckConstraint("(enrolment_id IS NULL) <> (team_id IS NULL)", name="one_owner"),
        ForeignKeyConstraint(["programme_id", "hub_id"], ["lms_programme.id", "lms_programme.hub_id"]),
        Index(
            "uq_lms_handin_team",
            "team_id",
            "node_key",
            unique=True,
            sqlite_where=text("team_id IS NOT NULL"),
            postgresql_where=text("team_id IS NOT NULL"),
        ),
        Index(
            "uq_lms_handin_enrolment",
            "enrolment_id",
            "node_key",
            unique=True,
            sqlite_where=text("enrolment_id IS NOT NULL"),
            postgresql_where=text("enrolment_id IS NOT NULL"),
        ),
        Index("ix_lms_handin_queue", "programme_id", "state", "state_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int]
    hub_id: Mapped[int] = mapped_column(index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("lms_team.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("lms_enrolment.id"))
    node_key: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    # A projection of versions and feedback, for the grading queue:
    state: Mapped[str] = mapped_column(String(10), default="draft")
    """draft, waiting, revise or accepted."""
    state_at: Mapped[datetime]


class HandinDraft(Base):
    """What the team has written but not handed in yet; `number` catches two people who save at once.

    Its files are attachments of owner kind "handin_draft". After handing in the row stays, empty: numbers go on.
    """

    __tablename__ = "lms_handin_draft"

    handin_id: Mapped[int] = mapped_column(ForeignKey("lms_handin.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    worked_on: Mapped[list[Any] | None]
    """Ids of the persons who are ticked as having worked on it; NULL while nobody has said."""
    checks: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Answers to the checklist, as in a version; NULL while they are still those of the newest version."""
    number: Mapped[int]
    """How often the text has changed."""
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    at: Mapped[datetime]


class HandinVersion(HasRef, Base):
    """What was handed in, as it was. Its files are attachments of owner kind "handin_version"."""

    __tablename__ = "lms_handin_version"
    __table_args__ = (UniqueConstraint("handin_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    handin_id: Mapped[int] = mapped_column(ForeignKey("lms_handin.id"))
    number: Mapped[int]
    edition_id: Mapped[int] = mapped_column(ForeignKey("lms_edition.id"))
    text: Mapped[str] = mapped_column(Text)
    worked_on: Mapped[list[Any]]
    """Ids of the persons who worked on it, for the record."""
    checks: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Per key of the checklist {"answer": "yes" | "no" | "pending", "remark": text}; NULL where there is none."""
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    at: Mapped[datetime]


class Feedback(HasRef, Base):
    """A trainer's answer to one version: accepted or revise, with a remark for each criterion."""

    __tablename__ = "lms_feedback"
    __table_args__ = (UniqueConstraint("version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("lms_handin_version.id"))
    verdict: Mapped[str] = mapped_column(String(10))
    next_step: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[dict[str, Any]]
    """Per criterion key {"verdict": "accepted" | "revise", "remark": text}."""
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    at: Mapped[datetime]


class FeedbackDraft(Base):
    """Feedback that a trainer has begun; the team sees nothing of it."""

    __tablename__ = "lms_feedback_draft"

    version_id: Mapped[int] = mapped_column(ForeignKey("lms_handin_version.id"), primary_key=True)
    next_step: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[dict[str, Any]]
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    at: Mapped[datetime]
