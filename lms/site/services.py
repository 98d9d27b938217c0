"""Writing accounts of the site. Services flush, never commit; passwords arrive hashed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from lms.accounts import services as accounts
from lms.accounts.models import Identity
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import Invalid
from lms.kernel.mail import send_mail
from lms.kernel.permissions import OFFICE, SYSTEM, WHOLE
from lms.kernel.text import clean_line
from lms.kernel.upsert import insert_new
from lms.site import passwords, queries
from lms.site.models import EmailChange, EndedSession, User
from lms.site.security import ISSUER, one_form_of, password_faults

if TYPE_CHECKING:
    from datetime import datetime

MAIL_PAUSE = 600  # seconds between two mails of one kind to one account, whoever asks for them


def new_uniquifier() -> str:
    """Return a new value for what sessions and links name."""
    return secrets.token_hex(32)


def register(*, name: str, email: str, language: str, password_hash: str, then: str = "/") -> bool:
    """Make an account that waits for its address to be confirmed; return whether the address was new.

    An account that waits already takes the newest name and password; one in use is told by mail. The answer to the
    form is the same in all three cases, so that nobody learns who has an account.
    """
    row: dict[str, Any] = {
        "email": email,
        "email_key": queries.email_key(email),
        "name": clean_line(name),
        "language": language,
        "password": password_hash,
        "active": True,
        "fs_uniquifier": new_uniquifier(),
        "confirmed_at": None,
        "consented_at": now(),
        "created_at": now(),
    }
    fresh = insert_new(User, [row], ["email_key"])
    user = queries.user_by_email(email)
    if user is None:  # removed in the same instant; the person will try again
        return False
    if fresh:
        _make_person(user)
    elif user.confirmed_at is not None:
        _tell(user, "site.exists", {})
        return False
    else:
        user.name, user.language, user.password, user.consented_at = row["name"], language, password_hash, now()
        db.session.flush()
        _follow(user)
    ask_to_confirm(user=user, then=then)
    return fresh


def _make_person(user: User) -> int:
    """Make the person behind a new account."""
    person = accounts.add_person(name=user.name, email=user.email, language=user.language)
    db.session.add(Identity(issuer=ISSUER, subject=str(user.id), person_id=person.id, created_at=now()))
    db.session.flush()
    return person.id


def _follow(user: User) -> None:
    """Let the person have the name, address and language of the account."""
    person_id = queries.person_id_of(user.id)
    if person_id is not None:
        accounts.update_person(person_id=person_id, name=user.name, email=user.email, language=user.language)


def _tell(user: User, kind: str, args: dict[str, object]) -> None:
    """Ask for a mail to the account's person; at most one of a kind in ten minutes."""
    person_id = queries.person_id_of(user.id)
    if person_id is not None:
        slot = int(now().timestamp()) // MAIL_PAUSE
        send_mail(kind=kind, person_id=person_id, args={"user_id": user.id, **args}, key=f"{kind}:{user.id}:{slot}")


def ask_to_confirm(*, user: User, then: str = "/") -> None:
    """Send the link that confirms an address; `then` is the page to go on to."""
    _tell(user, "site.confirm", {"next": then})


def ask_to_reset(*, user: User) -> None:
    """Send the link under which a new password can be chosen."""
    _tell(user, "site.reset", {})


def confirm(*, user: User) -> None:
    """Note that the address of an account is its owner's."""
    if user.confirmed_at is None:
        user.confirmed_at = now()
        db.session.flush()


def renew_hash(*, user_id: int, password_hash: str) -> None:
    """Keep the same password with a better hash."""
    db.session.execute(update(User).where(User.id == user_id).values(password=password_hash))


def set_password(*, user: User, password_hash: str) -> None:
    """Give an account another password, end all its sessions and open links, and say so by mail."""
    user.password = password_hash
    user.fs_uniquifier = new_uniquifier()
    db.session.flush()
    person_id = queries.person_id_of(user.id)
    if person_id is not None:
        args = {"user_id": user.id, "what": "password"}
        send_mail(kind="site.changed", person_id=person_id, args=args, key=f"site.changed:{user.fs_uniquifier}")


def end_session(key: str) -> None:
    """Note that one session was ended; twice changes nothing."""
    insert_new(EndedSession, [{"key": key, "ended_at": now()}], ["key"])


def end_sessions(*, user: User) -> None:
    """End all sessions and open links of an account."""
    user.fs_uniquifier = new_uniquifier()
    db.session.flush()


def ask_for_email(*, user: User, email: str) -> None:
    """Send a link to an address that the account's owner wants to have; an earlier wish is forgotten."""
    db.session.execute(delete(EmailChange).where(EmailChange.user_id == user.id, EmailChange.done_at.is_(None)))
    change = EmailChange(user_id=user.id, email=email, previous="", created_at=now(), done_at=None)
    db.session.add(change)
    db.session.flush()
    person_id = queries.person_id_of(user.id)
    # Somebody else's address gets no mail and the form the same answer: nobody learns who has an account.
    if person_id is not None and queries.user_by_email(email) is None:
        key = f"site.address:{change.ref}"
        send_mail(kind="site.address", person_id=person_id, args={"change": change.ref}, key=key)


def change_email(*, user: User, change: EmailChange) -> bool:
    """Give an account its new address; False when somebody else has it by now.

    All sessions end, and so do links in mails to the old address: who reads it may be somebody else.
    """
    holder = queries.user_by_email(change.email)
    if holder is not None and holder.id != user.id:
        return False
    try:
        with db.session.begin_nested():
            change.previous, change.done_at = user.email, now()
            user.email, user.email_key = change.email, queries.email_key(change.email)
            user.confirmed_at = now()
            user.fs_uniquifier = new_uniquifier()
    except IntegrityError:  # taken in the same instant
        return False
    _follow(user)
    person_id = queries.person_id_of(user.id)
    if person_id is not None:
        args = {"user_id": user.id, "what": "email", "change": change.ref}
        send_mail(kind="site.changed", person_id=person_id, args=args, key=f"site.changed:email:{change.ref}")
    return True


def add_account(
    *,
    name: str,
    email: str,
    password: str | None = None,
    password_hash: str | None = None,
    language: str = "en",
    confirmed: bool = True,
) -> int:
    """Make an account and its person, for commands and demonstration data; return the person's id.

    An account of that address is left as it is, and its person returned. Without a password the account can be
    opened by the link for a forgotten one. Many accounts: hash once, hand over `password_hash`.
    """
    present = queries.user_by_email(email)
    if present is not None:
        return queries.person_id_of(present.id) or _make_person(present)
    moment: datetime = now()
    user = User(
        email=email,
        email_key=queries.email_key(email),
        name=clean_line(name),
        language=language,
        password=passwords.hashed(password) if password else password_hash,
        fs_uniquifier=new_uniquifier(),
        confirmed_at=moment if confirmed else None,
        consented_at=None,
        created_at=moment,
    )
    db.session.add(user)
    db.session.flush()
    return _make_person(user)


def make_first_administrator(*, email: str, name: str, password: str | None) -> int:
    """Make the account of the partnership office's first member and return the person's id (`flask lms init`).

    Without a password the person is sent a link to choose one. Doing it twice changes nothing. Raises Invalid for
    what the registration form would refuse.
    """
    email = one_form_of(email)
    if not clean_line(name):
        raise Invalid("Give the name of the first administrator.", "name")
    if password and (faults := password_faults(password, name=name, email=email)):
        raise Invalid(faults[0], "password")
    person_id = add_account(name=name, email=email, password=password)
    accounts.grant_role(actor=SYSTEM, person_id=person_id, role=OFFICE, scope=WHOLE)
    user = queries.user_by_email(email)
    if user is not None and user.password is None:
        ask_to_reset(user=user)
    return person_id


def remove_account(*, person_id: int) -> None:
    """Remove the account of a person who was erased."""
    user = queries.user_of_person(person_id)
    if user is not None:
        db.session.execute(delete(EmailChange).where(EmailChange.user_id == user.id))
        db.session.execute(delete(Identity).where(Identity.issuer == ISSUER, Identity.subject == str(user.id)))
        db.session.delete(user)
        db.session.flush()


def follow_person(*, person_id: int, name: str, language: str) -> None:
    """Let the account have the name and language that the person chose in the profile."""
    user = queries.user_of_person(person_id)
    if user is not None:
        user.name, user.language = name, language
        db.session.flush()
