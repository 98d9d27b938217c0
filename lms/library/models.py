"""Tables of the library. Versions and contents are only ever added; an item shows its newest version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, HasRef


class LibraryContent(Base):
    """The whole of a version by its hash: source texts, never HTML."""

    __tablename__ = "lms_library_content"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[str] = mapped_column(Text)


class LibraryItem(HasRef, Base):
    """A glossary, a template, a guide. It belongs to the partnership (`hub_id` NULL) or to a hub."""

    __tablename__ = "lms_library_item"
    __table_args__ = (
        Index(
            "uq_lms_library_item_shared",
            "key",
            unique=True,
            sqlite_where=text("hub_id IS NULL"),
            postgresql_where=text("hub_id IS NULL"),
        ),
        Index(
            "uq_lms_library_item_hub",
            "hub_id",
            "key",
            unique=True,
            sqlite_where=text("hub_id IS NOT NULL"),
            postgresql_where=text("hub_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    """For life: texts lead to the partnership's items by it."""
    hub_id: Mapped[int | None] = mapped_column(ForeignKey("lms_hub.id"))
    created_at: Mapped[datetime]
    # What follows is that of the newest version, for lists and policies.
    kind: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(40))
    about: Mapped[dict[str, Any]]
    """What lists show: source language, steps of the cycle, and title and summary by language."""
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(ForeignKey("lms_library_content.hash"))
    changed_at: Mapped[datetime]


class LibraryVersion(Base):
    """An item as it was from an instant on. The newest number counts; none is ever changed."""

    __tablename__ = "lms_library_version"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("lms_library_item.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(ForeignKey("lms_library_content.hash"))
    at: Mapped[datetime]
    by_id: Mapped[int]
