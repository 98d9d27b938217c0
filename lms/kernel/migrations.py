"""Migrations of our own tables: Alembic in its own version table, beside whatever a host has."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text

from lms.kernel.db import db
from lms.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

VERSION_TABLE = "lms_alembic_version"
PG_LOCK = 0x1A5_1AB  # any number of our own, for pg_advisory_lock


def folder() -> Path:
    """Return the migrations: top-level in a checkout, inside the package in an installed copy."""
    package = Path(__file__).parent.parent
    packed = package / "_migrations"
    return packed if packed.is_dir() else package.parent / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, made in code; no ini file is needed."""
    settings = Config()
    settings.set_main_option("script_location", str(folder()))
    settings.attributes["connection"] = connection
    return settings


def head() -> str | None:
    """Return the newest revision in the code."""
    return ScriptDirectory(str(folder())).get_current_head()


def missing() -> str | None:
    """Say in words what the database lacks; None when it is up to date."""
    context = MigrationContext.configure(db.session.connection(), opts={"version_table": VERSION_TABLE})
    scripts = ScriptDirectory(str(folder()))
    at, newest = context.get_current_revision(), scripts.get_current_head()
    if at == newest:
        return None
    if at is None:
        return "The database has no tables yet. Run: flask lms db upgrade"
    if at not in {script.revision for script in scripts.walk_revisions()}:
        return f"The database was made by a newer version of this software (revision {at}). Install that version."
    return f"The database is at revision {at}, this software needs {newest}. Run: flask lms db upgrade"


def upgrade(revision: str = "head") -> None:
    """Bring the database up to a revision. Several starters at once take turns.

    Raises Conflict when the database or the wish names a revision that this software does not know.
    """
    try:
        with db.engine.connect() as connection, _turn(connection):
            command.upgrade(config(connection), revision)
            connection.commit()
    except CommandError as error:
        raise Conflict(f"The database cannot be brought to {revision}. {error}; newer software may know it.") from error


def downgrade(revision: str) -> None:
    """Take the database down to a revision."""
    with db.engine.connect() as connection, _turn(connection):
        command.downgrade(config(connection), revision)
        connection.commit()


def write_revision(words: str) -> Path:
    """Write the next revision: what the models have and the database, which is up to date, lacks; return its file."""
    number = int(head() or 0) + 1
    with db.engine.connect() as connection:
        command.revision(config(connection), words, autogenerate=True, rev_id=f"{number:04}")
    return next((folder() / "versions").glob(f"{number:04}_*.py"))


@contextmanager
def _turn(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": PG_LOCK})
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": PG_LOCK})
            connection.commit()
        return
    with Path(f"{connection.engine.url.database}.migrate").open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
