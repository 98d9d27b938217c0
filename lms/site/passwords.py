"""Hashing of passwords: slow on purpose, one at a time in a process, never in requests that hold the writers' lock."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import current_app, has_request_context
from flask_security.utils import hash_password, verify_password

from lms.kernel.db import db, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODYS = "lms_nobodys_password"
_one = threading.Lock()  # each takes a core and the memory that LMS_PASSWORD_MEMORY_KB says


@contextmanager
def _turn() -> Iterator[None]:
    if has_request_context():
        if writing.get():
            message = "a password would be hashed while the writers' lock is held"
            raise RuntimeError(message)
        db.session.rollback()  # gives the connection back meanwhile
    with _one:
        yield


def normal(password: str) -> str:
    """Return the password in one form, however the keyboard composes its letters."""
    return cast("str", current_app.extensions["security"].password_util.normalize(password))


def hashed(password: str) -> str:
    """Return the hash of a new password. In a request: outside of any writing transaction."""
    with _turn():
        return hash_password(normal(password))


def is_right(password: str, known: str | None) -> bool:
    """Whether the password fits the hash. Takes as long when there is none, so that time tells nothing."""
    wanted = known or current_app.extensions.get(NOBODYS)
    if wanted is None:
        wanted = current_app.extensions.setdefault(NOBODYS, hashed("nobody signs in with this"))
    with _turn():
        fits = bool(verify_password(normal(password), wanted))
    return fits and known is not None


def is_outdated(known: str) -> bool:
    """Whether a hash was made with other settings than today's, and should be made anew."""
    return bool(current_app.extensions["security"].pwd_context.needs_update(known))
