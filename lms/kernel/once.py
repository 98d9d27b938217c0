"""Once-tokens: a form that creates something carries one; the second click gets the answer of the first."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import g, request
from sqlalchemy import String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.db import Base, db, new_ref
from lms.kernel.transaction import transaction
from lms.kernel.upsert import insert_new

FIELD = "lms_once"
LONGEST = 64
KEPT = timedelta(days=30)


class OnceToken(Base):
    """A form that has been answered, and where its sender was sent."""

    __tablename__ = "lms_once_token"

    token: Mapped[str] = mapped_column(String(100), primary_key=True)
    location: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)


def new_token() -> str:
    """Return a token for a form."""
    return new_ref()


def claim(person_id: int) -> str | None:
    """Take the token of the present form; return the first answer's address if somebody was faster."""
    raw = request.form.get(FIELD, "")
    g.lms_once = None
    if not raw or len(raw) > LONGEST:
        return None
    token = f"{person_id}:{raw}"
    if insert_new(OnceToken, [{"token": token, "location": "", "created_at": now()}], ["token"]):
        g.lms_once = token
        return None
    return db.session.scalar(select(OnceToken.location).where(OnceToken.token == token))


def forget_old() -> None:
    """Delete tokens of forms that were answered long ago: nobody sends them again."""
    with transaction():
        db.session.execute(delete(OnceToken).where(OnceToken.created_at < now() - KEPT))


def keep(location: str | None) -> None:
    """Remember the answer, or give the token back when the form was refused and will come again."""
    token = g.get("lms_once")
    if token is None:
        return
    if location is None:
        db.session.execute(delete(OnceToken).where(OnceToken.token == token))
    else:
        db.session.execute(update(OnceToken).where(OnceToken.token == token).values(location=location))
