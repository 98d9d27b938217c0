"""The audit trail: who changed what, when, from what to what, and why. Rows hold ids, never names."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.db import Base, db

if TYPE_CHECKING:
    from lms.kernel.permissions import Viewer


class AuditEvent(Base):
    """One change, as people would tell it."""

    __tablename__ = "lms_audit_event"
    __table_args__ = (Index("ix_lms_audit_event_on", "on_kind", "on_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int]
    what: Mapped[str] = mapped_column(String(80))
    on_kind: Mapped[str] = mapped_column(String(40))
    on_id: Mapped[int]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    why: Mapped[str] = mapped_column(String(2000), default="")


def record(
    *,
    actor: Viewer,
    what: str,
    on: tuple[str, int],
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    why: str = "",
) -> None:
    """Write one line of the trail, in the transaction of the change itself.

    `what` is the permission that was used, such as "certificate:withdraw"; `on` is the kind and id of the thing.
    """
    db.session.add(
        AuditEvent(
            at=now(),
            by_id=actor.person_id,
            what=what,
            on_kind=on[0],
            on_id=on[1],
            before=before or {},
            after=after or {},
            why=why,
        )
    )
