"""Tables of awards, certificates and their events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, HasRef


class Award(Base):
    """A person has earned something, once. Who awards it never awards themselves."""

    __tablename__ = "lms_award"
    __table_args__ = (UniqueConstraint("person_id", "kind", "achievement"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """trainer or completion."""
    achievement: Mapped[str] = mapped_column(String(120))
    """What was achieved: "trainer" or "programme:17"."""
    hub_id: Mapped[int] = mapped_column(ForeignKey("lms_hub.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("lms_programme.id"), index=True)
    by_id: Mapped[int]
    at: Mapped[datetime]


class Certificate(HasRef, Base):
    """The paper that proves an award, frozen at issue. A correction is the next `sequence` of the same award."""

    __tablename__ = "lms_certificate"
    __table_args__ = (
        UniqueConstraint("award_id", "sequence"),
        Index("ix_lms_certificate_hub", "hub_id", "issued_at"),
        # At most one certificate of an award is live; the database decides that, whatever happens at once.
        Index(
            "uq_lms_certificate_live",
            "award_id",
            unique=True,
            sqlite_where=text("state = 'live'"),
            postgresql_where=text("state = 'live'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("lms_award.id"))
    sequence: Mapped[int]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    """Secret enough not to be guessed: whoever has it may see what was certified."""
    number: Mapped[str] = mapped_column(String(40), unique=True)
    """For people: TH-FI-2026-00047."""
    hub_id: Mapped[int] = mapped_column(ForeignKey("lms_hub.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    facts: Mapped[dict[str, Any]]
    """All that stands on it, names included: `certificates.designs.facts.CertificateFacts`."""
    design: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    demonstration: Mapped[bool] = mapped_column(default=False)
    issued_at: Mapped[datetime]
    valid_until: Mapped[date | None]
    """Last day on which it is valid, as on its face; None: no end. Whether it has expired is never stored."""
    state: Mapped[str] = mapped_column(String(12), default="live", server_default="live")
    """live, withdrawn or replaced: a projection of its events, written with them."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("lms_certificate.id"))


class CertificateEvent(Base):
    """Something happened to a certificate: issued, rendered, withdrawn, replaced. Appended, never changed."""

    __tablename__ = "lms_certificate_event"
    __table_args__ = (
        UniqueConstraint("certificate_id", "kind"),
        # Each of these can happen once, which also decides races.
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("lms_certificate.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    by_id: Mapped[int]
    reason: Mapped[str] = mapped_column(String(1000), default="")
    blob_hash: Mapped[str | None] = mapped_column(ForeignKey("lms_blob.hash"), index=True)
    """The frozen PDF, for kind "rendered"."""


class CertificateSeries(Base):
    """The last number used under a hub's code in a year; the row is the lock of the series.

    By code, not by hub: should another hub ever take over a code, its numbers go on and none is given twice.
    """

    __tablename__ = "lms_certificate_series"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
