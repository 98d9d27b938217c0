"""Tables of the partnership, hubs, organisations and cities. What belongs to what holds at most once at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, HasRef


class Partnership(Base):
    """The European Partnership; one row, made by `flask lms init`."""

    __tablename__ = "lms_partnership"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime]


class Organisation(HasRef, Base):
    """An organisation that is, or may become, a member of a hub."""

    __tablename__ = "lms_organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(200), index=True)
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(20), default="member")
    """member (belongs or may belong to a hub) or partner (supporter outside a hub)."""
    created_at: Mapped[datetime]


class Hub(HasRef, Base):
    """A National Training Hub: one or several organisations, one or several countries and languages."""

    __tablename__ = "lms_hub"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    sort_key: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(8), unique=True)
    """Short code in certificate numbers, such as FI or AI (Adriatic and Ionian)."""
    countries: Mapped[list[str]]
    languages: Mapped[list[str]]
    time_zone: Mapped[str] = mapped_column(String(60))
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    about: Mapped[str] = mapped_column(String(2000), default="")
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class HubMembership(Base):
    """An organisation belongs to a hub over time."""

    __tablename__ = "lms_hub_membership"
    __table_args__ = (
        Index(
            "uq_lms_hub_membership_now",
            "hub_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("until_at IS NULL"),
            postgresql_where=text("until_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hub_id: Mapped[int] = mapped_column(ForeignKey("lms_hub.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("lms_organisation.id"), index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]


class City(HasRef, Base):
    """A local or regional authority: municipality, district, county or region."""

    __tablename__ = "lms_city"
    __table_args__ = (UniqueConstraint("country", "name", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(200), index=True)
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(20), default="municipality")
    code: Mapped[str] = mapped_column(String(20), default="")
    """Code of the authority in public statistics (LAU or NUTS), if known."""
    population: Mapped[int | None]
    created_at: Mapped[datetime]


class HubCity(Base):
    """A city is the client of a hub over time."""

    __tablename__ = "lms_hub_city"
    __table_args__ = (
        Index(
            "uq_lms_hub_city_now",
            "hub_id",
            "city_id",
            unique=True,
            sqlite_where=text("until_at IS NULL"),
            postgresql_where=text("until_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hub_id: Mapped[int] = mapped_column(ForeignKey("lms_hub.id"))
    city_id: Mapped[int] = mapped_column(ForeignKey("lms_city.id"), index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
