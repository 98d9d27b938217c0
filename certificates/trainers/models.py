"""Table of supervised practice."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, HasRef


class Practice(HasRef, Base):
    """A trainee led a workshop and a hub trainer observed it. A correction is a new row that names the old."""

    __tablename__ = "lms_practice"
    __table_args__ = (
        # A record is corrected once; who corrects again corrects the correction.
        Index(
            "uq_lms_practice_corrects",
            "corrects_id",
            unique=True,
            sqlite_where=text("corrects_id IS NOT NULL"),
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    hub_id: Mapped[int] = mapped_column(ForeignKey("lms_hub.id"), index=True)
    workshop_id: Mapped[int | None] = mapped_column(ForeignKey("lms_workshop.id"))
    title: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date]
    satisfactory: Mapped[bool]
    strengths: Mapped[str] = mapped_column(String(4000), default="")
    next_step: Mapped[str] = mapped_column(String(4000), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    at: Mapped[datetime]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("lms_practice.id"))
