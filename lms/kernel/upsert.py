"""Races decided by unique keys, with INSERT … ON CONFLICT.

An IntegrityError would end a transaction of PostgreSQL. A statement is built once for each table and key; building
costs more than running it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lms.kernel.db import Base, db

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Executable, TextClause


def inserting(dialect: str) -> Callable[[Any], Any]:
    """Return the `insert` of a database that knows ON CONFLICT; only the database in use is loaded."""
    insert: Callable[[Any], Any] = import_module(f"sqlalchemy.dialects.{dialect}").insert
    return insert


def _dialect() -> str:
    return db.session.get_bind().dialect.name


def insert_new(
    model: type[Base],
    rows: Sequence[dict[str, Any]],
    key: Sequence[str],
    index_where: TextClause | None = None,
) -> bool:
    """Insert rows unless one of the same unique key is there; return whether all were new.

    The loser of a race gets False, re-reads, and answers as if it had been first. `index_where` names the
    condition of a partial unique index: a constant, not made anew for each call.
    """
    statement = _insert_new(_dialect(), model, tuple(key), index_where)
    # RETURNING tells what was inserted; a row count is not to be had from every driver.
    return len(db.session.execute(statement, list(rows)).all()) == len(rows)


@lru_cache(maxsize=128)
def _insert_new(dialect: str, model: type[Base], key: tuple[str, ...], index_where: TextClause | None) -> Executable:
    table = model.__table__
    statement = inserting(dialect)(table).on_conflict_do_nothing(index_elements=list(key), index_where=index_where)
    made: Executable = statement.returning(table.c[key[0]])
    return made


def upsert(model: type[Base], row: dict[str, Any], key: Sequence[str]) -> None:
    """Insert a row, or give the one with the same key all other values of `row`."""
    replaced = tuple(name for name in row if name not in key)
    db.session.execute(_upsert(_dialect(), model, tuple(key), replaced, adds=False), row)


def add_up(model: type[Base], rows: Sequence[dict[str, Any]], key: Sequence[str], sums: Sequence[str]) -> None:
    """Insert rows of counters, or add their `sums` to the ones with the same keys, in the order of `rows`."""
    if rows:
        db.session.execute(_upsert(_dialect(), model, tuple(key), tuple(sums), adds=True), list(rows))


@lru_cache(maxsize=128)
def _upsert(dialect: str, model: type[Base], key: tuple[str, ...], names: tuple[str, ...], *, adds: bool) -> Executable:
    table = model.__table__
    statement = inserting(dialect)(table)
    new = statement.excluded
    changes = {name: table.c[name] + new[name] if adds else new[name] for name in names}
    made: Executable = statement.on_conflict_do_update(index_elements=list(key), set_=changes)
    return made
