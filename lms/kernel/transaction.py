"""One commit in one place.

Every request, job and command that touches the database runs inside `transaction()`. It commits at the end and
rolls back on any error. On SQLite writers queue up behind one lock (threads by a lock in the process, processes by
a lock file) instead of polling the database: that keeps the slowest save short. Readers never wait.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lms.kernel.db import db, writing
from lms.kernel.errors import Unavailable
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = logging.getLogger("lms.transaction")
_threads = threading.Lock()
_POLL_SECONDS = 0.001
_after_commit = threading.local()


def after_commit(action: Callable[[], None]) -> None:
    """Run an action once the current transaction has been committed; forget it on rollback.

    For hints only (waking a worker, telling third parties): what must not be lost is a row in the outbox. An error in
    an action is written to the log and keeps neither the answer nor the next action back.
    """
    _pending().append(action)


def _pending() -> list[Callable[[], None]]:
    if not hasattr(_after_commit, "actions"):
        _after_commit.actions = []
    actions: list[Callable[[], None]] = _after_commit.actions
    return actions


@contextmanager
def transaction(*, writes: bool = True) -> Iterator[None]:
    """Run a block in one transaction and commit it.

    `writes=False` is for pages that only read; on SQLite they see one consistent snapshot and never wait.

    Raises `Unavailable` when the database is away or the lock is not free within `LMS_LOCK_SECONDS`.

    >>> with transaction():  # doctest: +SKIP
    ...     db.session.add(row)
    """
    db.session.remove()
    pending = _pending()
    pending.clear()
    try:
        with _turn(writes=writes):
            try:
                yield
                db.session.commit()
            except BaseException:
                db.session.rollback()
                pending.clear()
                raise
    except OperationalError as error:
        raise Unavailable(_away()) from error
    finally:
        db.session.remove()
    actions = list(pending)
    pending.clear()
    for action in actions:
        try:
            action()
        except Exception:  # what is committed stays, and the answer says so
            log.exception("something that follows a commit went wrong")


def take_turns(number: int) -> None:
    """Let this transaction wait until no other one holds the same number, which is any of our own.

    For loading files: two processes that start at once would both find that something is not there yet, and write it.
    On SQLite writers take turns anyway.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _away() -> str:
    return _("The database cannot be reached just now, so nothing was saved. Try again in a minute.")


@contextmanager
def _turn(*, writes: bool) -> Iterator[None]:
    """Hold the writers' lock where one is needed, and say how transactions begin meanwhile."""
    token = writing.set(writes)
    try:
        if writes and db.engine.dialect.name == "sqlite":
            with _writer_lock():
                yield
        else:
            yield
    finally:
        writing.reset(token)


def _busy() -> str:
    return _("The site is very busy just now, so nothing was saved. Try again in a minute.")


@contextmanager
def _writer_lock() -> Iterator[None]:
    """Wait for our turn to write: first among the threads of this process, then among processes."""
    limit = float(current_app.config["LMS_LOCK_SECONDS"])
    deadline = time.monotonic() + limit
    if not _threads.acquire(timeout=limit):
        raise Unavailable(_busy())
    try:
        database = db.engine.url.database
        if not database or database == ":memory:":
            yield
            return
        try:
            descriptor = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:  # its folder is gone, or closed to us
            raise Unavailable(_away()) from error
        try:
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise Unavailable(_busy()) from None
                    time.sleep(_POLL_SECONDS)
            yield
        finally:
            os.close(descriptor)  # releases the lock
    finally:
        _threads.release()
