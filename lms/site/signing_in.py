"""Checking a password: the account, the hash, and how often it has failed."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any

from flask import current_app, request, session
from flask_login import logout_user
from flask_security.utils import login_user

from lms.kernel.clock import now
from lms.kernel.config import setting
from lms.kernel.db import new_ref
from lms.kernel.errors import LmsError
from lms.kernel.i18n import SESSION_KEY, ngettext
from lms.kernel.transaction import transaction
from lms.site import passwords, queries, services, throttle
from lms.site.security import VISIT

if TYPE_CHECKING:
    from lms.site.models import User

IPV6_NETWORK = 64
MAILS_TO_STRANGERS = 5
LONGEST_VISIT = timedelta(days=1)  # of somebody who did not ask to stay signed in


class TooManyTries(LmsError):  # noqa: N818 - named as people say it
    """Somebody has to wait before the next try."""

    status = 429

    def __init__(self, text: str = "") -> None:
        """Say how long at most, and what to do meanwhile."""
        minutes = int(setting("LMS_SIGN_IN_MINUTES"))
        super().__init__(
            text
            or ngettext(
                "There were too many tries that failed. Wait %(num)s minute, or ask for a new password by e-mail.",
                "There were too many tries that failed. Wait %(num)s minutes, or ask for a new password by e-mail.",
                minutes,
            )
        )
        self.seconds = 60 * minutes


def _here() -> str:
    """Name the network address of this request; an IPv6 subscriber has a whole network."""
    text = request.remote_addr or "unknown"
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_NETWORK), strict=False))
    return text


def count_wish_for_mail() -> None:
    """Count a form by which a stranger has us write to any address, against the network address it came from.

    All of them count, before anything is looked up: if only unknown addresses did, the wait would tell which are known.
    Raises TooManyTries.
    """
    minutes = int(setting("LMS_SIGN_IN_MINUTES"))
    if throttle.take(f"wish:{_here()}", seconds=60 * minutes) > setting("LMS_SIGN_IN_TRIES_ADDRESS"):
        text = ngettext(
            "Very many people at your place have sent this form just now. Wait %(num)s minute, then send it again.",
            "Very many people at your place have sent this form just now. Wait %(num)s minutes, then send it again.",
            minutes,
        )
        raise TooManyTries(text)


def count_mail_to_strangers(user_id: int) -> None:
    """Count a mail that an account sends to an address that may be somebody else's. Raises TooManyTries."""
    if throttle.take(f"mail:{user_id}", seconds=60 * setting("LMS_SIGN_IN_MINUTES")) > MAILS_TO_STRANGERS:
        raise TooManyTries


def check_password(email: str, password: str) -> int | None:
    """Return the id of the account whose address and password these are, else None; takes the same time.

    Only failures count: who signs in gives the try back. Raises TooManyTries, and then does not look at the password.
    A network address that has to wait cannot use up the tries of more accounts meanwhile.
    """
    account, place = f"account:{queries.email_key(email)}", f"address:{_here()}"
    seconds = 60 * setting("LMS_SIGN_IN_MINUTES")
    if throttle.take(place, seconds=seconds) > setting("LMS_SIGN_IN_TRIES_ADDRESS"):
        raise TooManyTries
    if throttle.take(account, seconds=seconds) > setting("LMS_SIGN_IN_TRIES"):
        raise TooManyTries
    user = queries.user_by_email(email)
    user_id, known = (user.id, user.password) if user else (None, None)
    if not passwords.is_right(password, known) or user_id is None or known is None:
        return None
    throttle.clear(account)
    throttle.give_back(place)
    if passwords.is_outdated(known):
        better = passwords.hashed(password)
        with transaction():
            services.renew_hash(user_id=user_id, password_hash=better)
    return user_id


def forget_failures(email: str) -> None:
    """Let an account try again at once: its owner has proved to read its mail."""
    throttle.clear(f"account:{queries.email_key(email)}")


def enter(user: User, *, keep: bool = False, how: str = "password") -> None:
    """Begin the session of an account.

    The form token of the session stays: a page that was kept when an earlier session ended sends its form with it.
    """
    login_user(user, remember=False, authn_via=[how])
    session.permanent = keep
    longest = timedelta(days=setting("LMS_SIGN_IN_DAYS")) if keep else LONGEST_VISIT
    session[VISIT] = [new_ref(), int((now() + longest).timestamp())]


def stay(user: User) -> None:
    """Go on with this session after the others were ended; it ends no later for that."""
    _key, end = session[VISIT]
    enter(user, keep=session.permanent, how="change")
    session[VISIT][1] = end


def leave() -> None:
    """End this session, so that no copy of its cookie works; the language of the pages stays."""
    logout_user()
    language, visit = session.get(SESSION_KEY), session.get(VISIT)
    session.clear()
    if language:
        session[SESSION_KEY] = language
    if visit:
        with transaction():
            services.end_session(visit[0])


def second_factor(user: User, *, keep: bool, then: str) -> Any:
    """Ask Flask-Security's plug-ins whether something is to follow the password; None: nothing."""
    plugins = current_app.extensions["security"].two_factor_plugins
    return plugins.tf_enter(user, keep, "password", next_loc=then)
