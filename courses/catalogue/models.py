"""Tables of courses, drafts and editions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, HasRef


class Course(HasRef, Base):
    """A course. It belongs to the partnership (`hub_id` NULL) or to a hub, whose authors publish it."""

    __tablename__ = "lms_course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    hub_id: Mapped[int | None] = mapped_column(ForeignKey("lms_hub.id"), index=True)
    source_language: Mapped[str] = mapped_column(String(8))
    audience: Mapped[str] = mapped_column(String(40), default="city-teams")
    adopted_from_id: Mapped[int | None] = mapped_column(ForeignKey("lms_edition.id", use_alter=True))
    current_edition_id: Mapped[int | None] = mapped_column(ForeignKey("lms_edition.id", use_alter=True))
    """The newest edition; a projection of the editions, for the catalogue."""
    loaded_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    """Fingerprint of the files that were loaded last: the same files again are no news."""
    created_at: Mapped[datetime]


class Node(Base):
    """A place in the draft of a course: the course itself, a module, or an activity. Its key is for life."""

    __tablename__ = "lms_node"
    __table_args__ = (
        UniqueConstraint("course_id", "key"),
        Index("ix_lms_node_parent", "course_id", "parent_key", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id"))
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    """course, module, or the name of an activity kind: lesson, quiz, handin."""
    parent_key: Mapped[str] = mapped_column(String(80), default="")
    position: Mapped[int]
    settings: Mapped[dict[str, Any]]
    """What does not depend on a language: minutes, pass mark, questions' specs, criteria's keys, sources."""
    removed_at: Mapped[datetime | None]


class TextRevision(Base):
    """The text of a node in one language, as saved once. The newest number counts; none is ever changed."""

    __tablename__ = "lms_text_revision"
    __table_args__ = (UniqueConstraint("node_id", "language", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("lms_node.id"))
    language: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    body: Mapped[dict[str, Any]]
    """title, and what the kind of node needs: a lesson's markdown, a quiz's prompts."""
    by_id: Mapped[int]
    at: Mapped[datetime]


class Segment(Base):
    """A top-level block of a lesson's text: where a translation remembers what it was made from."""

    __tablename__ = "lms_segment"
    __table_args__ = (UniqueConstraint("revision_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("lms_text_revision.id"))
    position: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))
    source_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    """Fingerprint of the source segment that this one was translated from; empty in the source language."""


class Content(Base):
    """Text, questions or settings frozen by an edition, stored once by the hash of their JSON."""

    __tablename__ = "lms_content"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[str] = mapped_column(Text)


class Edition(HasRef, Base):
    """A published state of a course. Nothing in it ever changes."""

    __tablename__ = "lms_edition"
    __table_args__ = (UniqueConstraint("course_id", "major", "minor"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id"))
    major: Mapped[int]
    minor: Mapped[int]
    manifest: Mapped[dict[str, Any]]
    """The course tree: see `courses.catalogue.rules.Manifest`."""
    note: Mapped[str] = mapped_column(String(2000), default="")
    by_id: Mapped[int]
    published_at: Mapped[datetime]
