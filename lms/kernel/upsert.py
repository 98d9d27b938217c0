"""Races decided by unique keys: INSERT … ON CONFLICT on both databases, where an IntegrityError would end a
PostgreSQL transaction."""  # noqa: D205, D209 - one sentence

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

from lms.kernel.db import Base, db

if TYPE_CHECKING:
    from collections.abc import Sequence


def _insert(model: type[Base]) -> Any:
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(model.__table__)


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
