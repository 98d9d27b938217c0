"""Reading accounts of the site."""

from __future__ import annotations

from sqlalchemy import select

from lms.accounts.models import Identity
from lms.kernel.db import db
from lms.site.models import EmailChange, User
from lms.site.security import ISSUER


def email_key(email: str) -> str:
    """Return the form of an address that makes it unique."""
    return email.casefold()


def user_by_email(email: str) -> User | None:
    """Return the account of an address."""
    return db.session.scalar(select(User).where(User.email_key == email_key(email)))


def user_by_link(uniquifier: str) -> User | None:
    """Return the account that a mailed link names, unless its sessions were ended since."""
    return db.session.scalar(select(User).where(User.fs_uniquifier == uniquifier, User.active))


def user_of_person(person_id: int) -> User | None:
    """Return the account by which a person signs in here."""
    subject = select(Identity.subject).where(Identity.issuer == ISSUER, Identity.person_id == person_id)
    ids = [int(found) for found in db.session.scalars(subject)]
    return db.session.scalar(select(User).where(User.id.in_(ids)).order_by(User.id).limit(1)) if ids else None


def person_id_of(user_id: int) -> int | None:
    """Return the person who an account belongs to."""
    statement = select(Identity.person_id).where(Identity.issuer == ISSUER, Identity.subject == str(user_id))
    return db.session.scalar(statement)


def email_change(ref: str) -> EmailChange | None:
    """Return a wished change of address."""
    return db.session.scalar(select(EmailChange).where(EmailChange.ref == ref))
