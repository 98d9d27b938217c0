"""Flask-Security, set up for the site: sessions, password hashes and signed links.

It is global to an app, which does no harm here: the site is a host. Its pages are not used, because they commit
and answer in their own way; ours (`views`, `account_views`) call its functions inside our one wrapper. A second
factor and passkeys can be switched on later: sign-in asks its plug-ins already.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import email_validator
from flask import current_app, g, session
from flask_login import current_user
from flask_security import MailUtil, PasswordUtil, Security, SQLAlchemyUserDatastore
from flask_security.mail_util import EmailValidateException
from flask_security.utils import set_request_attr
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import bindparam, exists, select

from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.identity import Identity
from lms.kernel.text import composed
from lms.site.models import EndedSession, Role, User
from lms.site.rules import LONGEST, SHORTEST, password_fault

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Select

ISSUER = "site"
LINKS = ("confirm", "reset", "change_email")
VISIT = "lms_visit"
"""Where a session keeps its own key and the second at which it ends, whatever happens in it."""


def one_form_of(email: str) -> str:
    """Return an address in its one form, without asking the network. Raises Invalid for what cannot be one."""
    try:
        return str(current_app.extensions["security"].mail_util.normalize(email))
    except EmailValidateException as error:
        raise Invalid(error.msg, "email") from error


def password_faults(password: str, **personal: str) -> list[str]:
    """Say what is wrong with a new password; `personal` is what it must not be close to."""
    faults, _plain = current_app.extensions["security"].password_util.validate(password, is_register=False, **personal)
    return list(faults or ())


class Addresses(MailUtil):
    """Checks of e-mail addresses without asking the network."""

    def normalize(self, email: str) -> str:
        """Return the address in one form; raises EmailValidateException for what cannot be one."""
        try:
            found = email_validator.validate_email(email, check_deliverability=False, allow_smtputf8=False)
        except ValueError as error:
            text = _("This is not an e-mail address. Write it like name@city.example, without accents.")
            raise EmailValidateException(text) from error
        return str(found.ascii_email)

    def validate(self, email: str) -> str:
        """Return the address in one form, for an account to be made."""
        return self.normalize(email)

    def send_mail(self, *_arguments: Any, **_named: Any) -> None:
        """Refuse: all mail leaves through the outbox, in the person's language."""
        message = "the site sends mail through lms.kernel.mail only"
        raise NotImplementedError(message)


class Passwords(PasswordUtil):
    """The site's rules for new passwords."""

    def normalize(self, password: str) -> str:
        """Return the password in one form, however the keyboard composes its letters, and however many marks it has."""
        return composed(password, "NFKC")

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:  # noqa: FBT001 - the library's signature
        """Return what is wrong, in words, and the password as it will be hashed."""
        del is_register
        plain = self.normalize(password)
        personal = [str(value) for value in kwargs.values() if isinstance(value, str)]
        fault = password_fault(plain, personal)
        texts = {
            "short": _("The password is too short. Use at least %(num)s letters; a few words are fine.", num=SHORTEST),
            "long": _("The password is too long. Use at most %(num)s letters.", num=LONGEST),
            "common": _("This password is easy to guess. Use several words that do not belong together."),
            "personal": _("The password is too close to your name or address. Use several other words."),
        }
        return ([texts[fault]] if fault else None), plain


class _OurTime(TimestampSigner):
    """Signs links with the one clock of the product."""

    def get_timestamp(self) -> int:
        return int(now().timestamp())


def set_up(app: Flask) -> Security:
    """Attach Flask-Security to the site. LMS settings are loaded already."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=True,  # no pepper: a changed secret key must not make all passwords wrong
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__memory_cost": app.config["LMS_PASSWORD_MEMORY_KB"],
            "argon2__rounds": app.config["LMS_PASSWORD_ROUNDS"],
            "argon2__parallelism": 1,
        },
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST,
        SECURITY_HASHING_SCHEMES=["hex_sha256"],  # binds a link to what it was made for; the link itself is signed
        SECURITY_DEPRECATED_HASHING_SCHEMES=[],
        SECURITY_CONFIRMABLE=True,
        SECURITY_DATETIME_FACTORY=now,
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL=False,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_CLI_USERS_NAME="",
        SECURITY_CLI_ROLES_NAME="",
    )
    datastore = SQLAlchemyUserDatastore(db, User, Role)
    security = Security(
        app,
        datastore,
        register_blueprint=False,
        mail_util_cls=Addresses,
        password_util_cls=Passwords,
    )
    for link in LINKS:
        salt = app.config[f"SECURITY_{link.upper()}_SALT"]
        setattr(security, f"{link}_serializer", URLSafeTimedSerializer(str(app.secret_key), salt=salt, signer=_OurTime))
    _leave_requests_alone(app, security)
    return security


def _leave_requests_alone(app: Flask, security: Security) -> None:
    """Take away what would ask the database in every request, outside our transactions, static files included.

    Also the door for tokens in addresses and headers: nobody is given one.
    """
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001 - no other way to say no
    processors = app.template_context_processors[None]
    processors[:] = [one for one in processors if one.__module__ != "flask_login.utils"]
    security.login_manager._request_callback = None  # noqa: SLF001 - no other way to say no
    security.login_manager.user_loader(_account_of)


@cache
def _account_statement() -> Select[User]:
    """Build the statement of `_account_of` once: every request asks it."""
    ended = exists().where(EndedSession.key == bindparam("key"))
    return select(User).where(User.fs_uniquifier == bindparam("uniquifier"), ~ended)


def _account_of(uniquifier: str) -> User | None:
    """Return the account that a session names; None when it is closed, or the session was ended or is too old."""
    key, end = session.get(VISIT, ("", 0))
    if end < now().timestamp():
        return None
    user = db.session.scalar(_account_statement(), {"uniquifier": uniquifier, "key": key})
    if user is None or not user.active:
        return None
    set_request_attr("fs_authn_via", "session")  # as Flask-Security's own loader does
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return user


def signed_in_user() -> User | None:
    """Return the account of this request; needs an open transaction."""
    if isinstance(_current(), User) and _current() not in db.session:
        g.pop("_login_user")  # an earlier transaction of this request brought it, and it ended with that
    user = _current()
    return user if isinstance(user, User) and user.is_authenticated else None


def _current() -> object:
    """Return what Flask-Login holds for this request, without its proxy."""
    return current_user._get_current_object()  # noqa: SLF001 - Werkzeug's way to look behind a proxy


def identity() -> Identity | None:
    """Tell the extension who is there: the door between host and product."""
    user = signed_in_user()
    if user is None:
        return None
    return Identity(issuer=ISSUER, subject=str(user.id), name=user.name, email=user.email, language=user.language)
