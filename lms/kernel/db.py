"""Our own database, beside whatever a host has.

The extension owns a Flask-SQLAlchemy instance with its own session, engine and `lms_` tables. A host's instance
under the same app stays as it is, whichever came first.
"""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, MetaData, String, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Connection, Dialect
    from sqlalchemy.schema import SchemaItem

EXTENSION = "lms_sqlalchemy"
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# Whether transactions that begin now will write; set by lms.kernel.transaction.
writing: ContextVar[bool] = ContextVar("lms_writing", default=False)
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no letter that looks like another
REF_LENGTH = 16
CONNECT_SECONDS = 10  # longest wait for a connection, or for the lock of a SQLite file; then the database is away


def new_ref() -> str:
    """Return an id for addresses that cannot be guessed or counted (79 bits)."""
    number, letters = int.from_bytes(secrets.token_bytes(16)), []
    for _place in range(REF_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: stored in UTC, given back aware, on every database (SQLite forgets zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a datetime without a zone cannot be stored"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC datetime."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all our models."""

    # A registry rather than a type_annotation_map: Flask-SQLAlchemy makes a base of its own from this one.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON},
    )


class HasRef:
    """A row with a public address."""

    ref: Mapped[str] = mapped_column(String(REF_LENGTH), unique=True, default=new_ref)


class LmsSQLAlchemy(SQLAlchemy):
    """Flask-SQLAlchemy that leaves a host's own instance and settings alone."""

    def init_app(self, app: Flask) -> None:
        """Attach our engine to the app under a key of our own."""
        host = app.extensions.pop("sqlalchemy", None)
        kept = {key: app.config.pop(key) for key in list(app.config) if key.startswith("SQLALCHEMY_")}
        app.config["SQLALCHEMY_DATABASE_URI"] = database_uri(app, str(kept.get("SQLALCHEMY_DATABASE_URI", "")))
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
        try:
            super().init_app(app)
            with app.app_context():
                prepare_engine(self.engine)
        finally:
            app.extensions[EXTENSION] = app.extensions.pop("sqlalchemy")
            for key in [key for key in app.config if key.startswith("SQLALCHEMY_")]:
                del app.config[key]
            app.config.update(kept)
            if host is not None:
                app.extensions["sqlalchemy"] = host


db = LmsSQLAlchemy(model_class=Base, add_models_to_shell=False)


def data_dir(app: Flask) -> Path:
    """Return the folder of the SQLite file and the file store; it is made if it is not there."""
    folder = Path(app.config["LMS_DATA_DIR"] or app.instance_path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # made by us: it holds what people have told us
    return folder


def database_uri(app: Flask, host_uri: str) -> str:
    """Choose the database: our setting, else the host's PostgreSQL, else a SQLite file of our own.

    On SQLite a host's file is never shared: two writers in one request on one file would block each other.
    """
    chosen = str(app.config["LMS_DATABASE_URI"] or "")
    if not chosen and host_uri.startswith("postgresql"):
        chosen = host_uri
    if not chosen:
        chosen = f"sqlite:///{data_dir(app).resolve() / 'lms.db'}"
    if chosen.startswith(("postgresql://", "postgres://")):
        chosen = "postgresql+psycopg://" + chosen.split("://", 1)[1]
    return chosen


def engine_options(uri: str) -> dict[str, Any]:
    """Return the engine's options for a database."""
    # What people typed stays out of the messages of errors, which end up in logs.
    options: dict[str, Any] = {"hide_parameters": True}
    # Every page reads states of people, and a long export thousands of them: orjson takes half the time.
    options |= {"json_serializer": lambda value: orjson.dumps(value).decode(), "json_deserializer": orjson.loads}
    url = make_url(uri)
    if url.get_backend_name() == "postgresql":
        options |= {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8}
        options["connect_args"] = {"connect_timeout": url.query.get("connect_timeout", CONNECT_SECONDS)}
    else:
        options["connect_args"] = {"timeout": CONNECT_SECONDS}
    return options


def prepare_engine(engine: Engine) -> None:
    """Give SQLite its pragmas, and let our transactions say how they begin."""
    if engine.dialect.name != "sqlite":
        return

    def on_connect(connection: Any, record: object) -> None:
        del record
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    def on_begin(connection: Connection) -> None:
        # A reader never waits; a writer takes the lock at once, never finding out too late that it has to wait.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)


def not_ours(obj: SchemaItem, name: str | None, type_: str, reflected: bool, compare_to: object) -> bool:  # noqa: FBT001 - Alembic's signature
    """Tell a host's Alembic to leave our tables alone: `context.configure(include_object=not_ours)`."""
    del obj, reflected, compare_to
    return not (type_ == "table" and (name or "").startswith("lms_"))
