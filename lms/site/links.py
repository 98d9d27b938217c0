"""Signed links in mails: made from an account when the mail is written, kept nowhere, read when they are opened.

All of them name the account by its uniquifier, so a new password and "sign out everywhere" end them as well.
"""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_security.confirmable import confirm_email_token_status, generate_confirmation_token
from flask_security.recoverable import generate_reset_password_token
from flask_security.utils import check_and_get_token_status, verify_hash

from lms.kernel.errors import LmsError, NotFound
from lms.kernel.i18n import gettext as _
from lms.site import queries
from lms.site.models import EmailChange, User


class Gone(LmsError):  # noqa: N818 - named as people say it
    """A link that worked once and does not any more."""

    status = 410


def confirm_token(user: User) -> str:
    """Sign a link that confirms an account's address."""
    return str(generate_confirmation_token(user))  # type: ignore[no-untyped-call]  # the library's has no types


def reset_token(user: User) -> str:
    """Sign a link to a new password; it ends with the present one."""
    return str(generate_reset_password_token(user))  # type: ignore[no-untyped-call]  # the library's has no types


def change_token(user: User, change: EmailChange) -> str:
    """Sign a link that changes an account's address."""
    return str(current_app.extensions["security"].change_email_serializer.dumps([user.fs_uniquifier, change.ref]))


def _read(token: str, kind: str) -> tuple[bool, Any]:
    """Return whether a link is too old, and what it holds. Raises NotFound for one that we never signed."""
    within = current_app.config[f"SECURITY_{'RESET_PASSWORD' if kind == 'reset' else 'CHANGE_EMAIL'}_WITHIN"]
    expired, wrong, data = check_and_get_token_status(token, kind, within)
    if wrong or not data:
        raise NotFound(_("This link does not work: it is not complete. Open it from the mail again."))
    return expired, data


def confirming(token: str) -> User:
    """Return the account whose address a link confirms."""
    expired, wrong, user = confirm_email_token_status(token)  # type: ignore[no-untyped-call]  # the library's has no types
    if expired:
        raise Gone(_("This link is too old. To have a new one sent, sign in with your address and password."))
    if wrong or not isinstance(user, User):
        raise NotFound(
            _(
                "This link does not work: it is not complete, or a newer mail has replaced it. Open the newest mail, "
                "or sign in with your address and password to have a link sent."
            )
        )
    return user


def resetting(token: str) -> User:
    """Return the account that a link gives a new password to: once, and only if it was not changed since."""
    expired, data = _read(token, "reset")
    user = queries.user_by_link(data[0])
    if expired or user is None:
        raise Gone(_("This link has ended: it is too old, or it was used already. Ask for a new one."))
    bound: Any = data[1]
    password = user.password or ""
    if bool(bound) != bool(password) or (bound and not verify_hash(bound, password)):
        raise Gone(_("This link has ended: the password was changed meanwhile. Ask for a new one if you need it."))
    return user


def changing(token: str) -> tuple[User, EmailChange]:
    """Return the account and the change of address that a link is about."""
    expired, data = _read(token, "change_email")
    user = queries.user_by_link(data[0])
    change = queries.email_change(data[1])
    if expired or user is None or change is None or change.user_id != user.id or change.done_at is not None:
        raise Gone(_("This link has ended: it is too old, was used already, or there is a newer one. Ask again."))
    return user, change
