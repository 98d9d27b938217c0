"""Tables of persons, identities and role grants."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, HasRef


class Person(HasRef, Base):
    """A human being, as written by themselves.

    The only table with names and addresses beside frozen certificates: facts, jobs, mails and audit hold ids.
    Erasing a person blanks this row; the facts stay.
    """

    __tablename__ = "lms_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(200), index=True)
    """The name folded for sorting and searching in every EU language; see `lms.kernel.text.sort_key`."""
    email: Mapped[str] = mapped_column(String(254), index=True)
    language: Mapped[str] = mapped_column(String(8), default="")
    time_zone: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))


class Identity(Base):
    """An account in a host's sign-in system that belongs to a person; merging repoints it."""

    __tablename__ = "lms_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    created_at: Mapped[datetime]


class RoleGrant(Base):
    """A role of a person in a scope, over time. `scope_id` carries no foreign key: scopes lie above."""

    __tablename__ = "lms_role_grant"
    __table_args__ = (
        CheckConstraint("until_at IS NULL OR until_at >= from_at", name="in_order"),
        Index("ix_lms_role_grant_scope", "scope_kind", "scope_id", "role"),
        Index(
            "uq_lms_role_grant_now",
            "person_id",
            "role",
            "scope_kind",
            "scope_id",
            unique=True,
            sqlite_where=text("until_at IS NULL"),
            postgresql_where=text("until_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    scope_kind: Mapped[str] = mapped_column(String(20))
    scope_id: Mapped[int]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    by_id: Mapped[int]
