"""Races decided by unique keys: INSERT … ON CONFLICT on both databases, where an IntegrityError would end a
PostgreSQL transaction."""  # noqa: D205, D209 - one sentence

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lms.kernel.db import Base, db

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _insert(model: type[Base]) -> Any:
    return inserting(db.session.get_bind().dialect.name)(model.__table__)


def inserting(dialect: str) -> Callable[[Any], Any]:
    """Return the `insert` of a database that knows ON CONFLICT; only the database in use is loaded."""
    insert: Callable[[Any], Any] = import_module(f"sqlalchemy.dialects.{dialect}").insert
    return insert


def insert_new(model: type[Base], rows: Sequence[dict[str, Any]], key: Sequence[str], **where: Any) -> bool:
    """Insert rows unless one of the same unique key is there; return whether all were new.

    The loser of a race gets False, re-reads, and answers as if it had been first. `index_where` may name the
    condition of a partial unique index.
    """
    statement = _insert(model).values(list(rows)).on_conflict_do_nothing(index_elements=list(key), **where)
    # RETURNING tells what was inserted; a row count is not to be had from every driver.
    return len(db.session.execute(statement.returning(model.__table__.c[key[0]])).all()) == len(rows)


def upsert(model: type[Base], row: dict[str, Any], key: Sequence[str], changes: dict[str, Any]) -> None:
    """Insert a row, or apply changes to the one with the same key; changes may use the table's columns."""
    statement = _insert(model).values(row).on_conflict_do_update(index_elements=list(key), set_=changes)
    db.session.execute(statement)
