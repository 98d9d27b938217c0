"""Tables of programmes, teams, enrolments, invitations, requests and workshops.

`enrolment` and `team` carry the programme's `hub_id`, kept equal to it by a composite foreign key, so that every
query about people can be filtered by hub in the table itself.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, HasRef


class Programme(HasRef, Base):
    """A training programme. Self-study is an open programme (`open_to_all`)."""

    __tablename__ = "lms_programme"
    __table_args__ = (
        UniqueConstraint("id", "hub_id"),
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint("seats > 0", name="some_seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hub_id: Mapped[int] = mapped_column(ForeignKey("lms_hub.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(String(2000), default="")
    languages: Mapped[list[str]]
    time_zone: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    requests_until: Mapped[date | None]
    seats: Mapped[int]
    """How many cities (or persons, where nobody has a city) can take part."""
    open_to_all: Mapped[bool] = mapped_column(default=False)
    certificate: Mapped[bool] = mapped_column(default=True)
    """Whether completing it brings a completion certificate of its own accord."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int]


class ProgrammeEdition(Base):
    """The edition that a programme uses from an instant on; the newest row counts."""

    __tablename__ = "lms_programme_edition"
    __table_args__ = (UniqueConstraint("programme_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("lms_programme.id"))
    number: Mapped[int]
    edition_id: Mapped[int] = mapped_column(ForeignKey("lms_edition.id"))
    from_at: Mapped[datetime]
    by_id: Mapped[int]


class ProgrammeRule(Base):
    """What completes the programme, as data (`courses.progress.rules.CompletionRule`); the newest row counts."""

    __tablename__ = "lms_programme_rule"
    __table_args__ = (UniqueConstraint("programme_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("lms_programme.id"))
    number: Mapped[int]
    rule: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by_id: Mapped[int]


class Deadline(Base):
    """The last day for an activity in a programme, in the programme's time zone."""

    __tablename__ = "lms_deadline"
    __table_args__ = (UniqueConstraint("programme_id", "node_key"), Index("ix_lms_deadline_due_on", "due_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("lms_programme.id"))
    node_key: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date]


class Team(HasRef, Base):
    """A city in a programme. Who has no city is in the programme's one team without a city (`city_id` NULL)."""

    __tablename__ = "lms_team"
    __table_args__ = (
        ForeignKeyConstraint(["programme_id", "hub_id"], ["lms_programme.id", "lms_programme.hub_id"]),
        UniqueConstraint("id", "programme_id"),
        Index(
            "uq_lms_team_city",
            "programme_id",
            "city_id",
            unique=True,
            sqlite_where=text("city_id IS NOT NULL"),
            postgresql_where=text("city_id IS NOT NULL"),
        ),
        Index(
            "uq_lms_team_no_city",
            "programme_id",
            unique=True,
            sqlite_where=text("city_id IS NULL"),
            postgresql_where=text("city_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int]
    hub_id: Mapped[int] = mapped_column(index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("lms_city.id"), index=True)
    created_at: Mapped[datetime]


class TeamMember(Base):
    """A person is in a team from an instant until another; at most one team at a time in a programme."""

    __tablename__ = "lms_team_member"
    __table_args__ = (
        Index(
            "uq_lms_team_member_now",
            "programme_id",
            "person_id",
            unique=True,
            sqlite_where=text("until_at IS NULL"),
            postgresql_where=text("until_at IS NULL"),
        ),
        ForeignKeyConstraint(["team_id", "programme_id"], ["lms_team.id", "lms_team.programme_id"]),
        Index("ix_lms_team_member_team", "team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int]
    programme_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    coordinator: Mapped[bool] = mapped_column(default=False)
    work: Mapped[str] = mapped_column(String(120), default="")
    """The person's work in the city, as they say it: "Transport planner"."""
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]


class Enrolment(HasRef, Base):
    """A person takes part in a programme. The row stays when they leave (`left_at`)."""

    __tablename__ = "lms_enrolment"
    __table_args__ = (
        ForeignKeyConstraint(["programme_id", "hub_id"], ["lms_programme.id", "lms_programme.hub_id"]),
        UniqueConstraint("programme_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int]
    hub_id: Mapped[int] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    language: Mapped[str] = mapped_column(String(8), default="")
    """Language of the content, where the person chose one."""
    enrolled_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Invitation(Base):
    """A link that lets people ask for a place, or join a city's team at once. Only the hash of its secret is kept."""

    __tablename__ = "lms_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("lms_programme.id"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("lms_city.id"))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    by_id: Mapped[int]


class JoinRequest(HasRef, Base):
    """A person asks for a place in a programme, for a city. Answered once: approved or declined."""

    __tablename__ = "lms_join_request"
    __table_args__ = (
        Index(
            "uq_lms_join_request_open",
            "programme_id",
            "person_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        ForeignKeyConstraint(["programme_id", "hub_id"], ["lms_programme.id", "lms_programme.hub_id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int]
    hub_id: Mapped[int] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("lms_city.id"))
    city_name: Mapped[str] = mapped_column(String(200), default="")
    """A city that is not in our list yet, as the person wrote it."""
    work: Mapped[str] = mapped_column(String(120), default="")
    message: Mapped[str] = mapped_column(String(2000), default="")
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("lms_invitation.id"))
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[str] = mapped_column(String(2000), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None]


class Workshop(HasRef, Base):
    """A dated meeting of a programme, on site or online."""

    __tablename__ = "lms_workshop"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="times_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("lms_programme.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(String(4000), default="")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200), default="")
    online_url: Mapped[str] = mapped_column(String(500), default="")
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WorkshopReply(Base):
    """Whether a person comes to a workshop; the newest row counts."""

    __tablename__ = "lms_workshop_reply"
    __table_args__ = (Index("ix_lms_workshop_reply", "workshop_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("lms_workshop.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    comes: Mapped[bool]
    at: Mapped[datetime]


class Attendance(Base):
    """How long a person was at a workshop; a correction is a new row, and the newest counts."""

    __tablename__ = "lms_attendance"
    __table_args__ = (
        Index("ix_lms_attendance", "workshop_id", "person_id"),
        CheckConstraint("minutes >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("lms_workshop.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    minutes: Mapped[int]
    """0 says that the person was not there."""
    at: Mapped[datetime]
    by_id: Mapped[int]
