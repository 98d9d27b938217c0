"""Tables of the standalone site's sign-in. A mounted product never fills them."""

from __future__ import annotations

from datetime import datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, HasRef


class User(UserMixin, Base):  # UserMixin names plain types where we have columns
    """An account of the site: how somebody signs in. Who they are is a `Person` of the accounts room.

    A second factor and passkeys add their columns and tables beside these; nothing here has to change for them.
    """

    __tablename__ = "lms_user"
    # The number stands for the account in `Identity`, so SQLite must never give it to another one.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as SQLAlchemy says

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    """The address without upper case: one account per address, however it is typed."""
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    """The hash; None for an account that signs in by another way, or not at all."""
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    """What sessions and mailed links name; a new value ends them all."""
    confirmed_at: Mapped[datetime | None]
    consented_at: Mapped[datetime | None]
    """When the person took note of the privacy notice."""
    created_at: Mapped[datetime]

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # nobody writes it
        """Flask-Security's own roles are not used: roles are granted in the accounts room, with a scope."""
        return []


class Role(RoleMixin):
    """The role class that Flask-Security asks for; there are none of it."""

    name = ""


class EmailChange(HasRef, Base):
    """A new address that an account's owner wants, and has confirmed or not; kept for a month."""

    __tablename__ = "lms_email_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("lms_user.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    previous: Mapped[str] = mapped_column(String(254), default="")
    """The address before the change: it is told, in case somebody else made the change."""
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class EndedSession(Base):
    """A session that somebody has signed out of: a copy of its cookie must not work any more."""

    __tablename__ = "lms_ended_session"

    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    ended_at: Mapped[datetime]


class Throttle(Base):
    """How often something failed since an instant. On SQLite the rows lie in a file of their own; see `throttle`."""

    __tablename__ = "lms_throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A keyed hash of an address or account: the table tells nothing about people."""
    since: Mapped[int]
    count: Mapped[int]
