"""Counting of failed tries, per account and per address, in a store of its own.

On SQLite the counts lie in a second file, so that somebody who guesses passwords never holds up those who write. On
PostgreSQL they are a table. One statement per count: no number is lost between processes.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
from typing import TYPE_CHECKING, cast

from flask import current_app
from sqlalchemy import case, create_engine, delete, event, update
from sqlalchemy.schema import CreateTable

from lms.kernel.clock import now
from lms.kernel.db import CONNECT_SECONDS, data_dir, db
from lms.kernel.upsert import inserting
from lms.site.models import Throttle

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Engine

EXTENSION = "lms_throttle"
FILE = "throttle.db"


def _engine() -> Engine:
    """Return the store's engine, made when first needed."""
    if db.engine.dialect.name == "postgresql":
        return db.engine
    if EXTENSION not in current_app.extensions:
        url = f"sqlite:///{data_dir(current_app).resolve() / FILE}"
        waits = {"timeout": CONNECT_SECONDS}
        engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args=waits)
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=NORMAL"))
        _make_store(engine)
        current_app.extensions[EXTENSION] = engine
    return cast("Engine", current_app.extensions[EXTENSION])


def _make_store(engine: Engine) -> None:
    """Make file and table. Threads and processes take turns: SQLite waits for nobody while it changes to WAL."""
    with (data_dir(current_app) / f"{FILE}.lock").open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.execute(CreateTable(cast("Any", Throttle.__table__), if_not_exists=True))


def _key(name: str) -> str:
    """Hide a name: the store holds no address of a person."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def take(name: str, *, seconds: int) -> int:
    """Count one more try and return how many there were in this window, this one included.

    Counting before the password is checked means that many guesses at once gain nothing.
    """
    moment = int(now().timestamp())
    over = Throttle.since <= moment - seconds
    statement = (
        inserting(db.engine.dialect.name)(Throttle.__table__)
        .values(key=_key(name), since=moment, count=1)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": case((over, 1), else_=Throttle.count + 1),
                "since": case((over, moment), else_=Throttle.since),
            },
        )
        .returning(Throttle.count)
    )
    with _engine().begin() as connection:
        return int(connection.execute(statement).scalar_one())


def give_back(name: str) -> None:
    """Take one try back: it did not fail."""
    with _engine().begin() as connection:
        connection.execute(
            update(Throttle).where(Throttle.key == _key(name), Throttle.count > 0).values(count=Throttle.count - 1)
        )


def clear(name: str) -> None:
    """Forget all tries of a name."""
    with _engine().begin() as connection:
        connection.execute(delete(Throttle).where(Throttle.key == _key(name)))


def forget_old() -> None:
    """Remove counts that are a day old (a periodic job)."""
    day = 24 * 3600
    with _engine().begin() as connection:
        connection.execute(delete(Throttle).where(Throttle.since < int(now().timestamp()) - day))
