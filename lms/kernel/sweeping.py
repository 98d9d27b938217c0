"""Sweeping the file store: bytes that nothing names any more go, such as the files of somebody who was erased.

Two steps, a day apart, so that neither an upload in flight nor a backup that runs meanwhile loses a file: first the row
of bytes that no table and no room names, then, at the next sweep, the file that has no row.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import delete, select

from lms.kernel.blobs import HASH_LENGTH, Blob
from lms.kernel.clock import now
from lms.kernel.db import Base, data_dir, db
from lms.kernel.state import state
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import ColumnElement

log = logging.getLogger("lms.sweeping")
GRACE = timedelta(days=1)
AT_ONCE = 200


def sweep() -> None:
    """Remove old files without a row, then old rows that nothing names. Doing it twice does no harm."""
    _remove_files()
    _remove_rows()


def _remove_files() -> None:
    old = {path.name: path for path in _old_files()}
    with transaction(writes=False):
        known = set(db.session.scalars(select(Blob.hash)))
    for name in old.keys() - known:
        with suppress(FileNotFoundError):
            old[name].unlink()
    if gone := len(old.keys() - known):
        log.info("swept %s files that nothing names", gone)


def _old_files() -> Iterator[Path]:
    """Return the files of the store that nobody has just written; those that were left half-written too."""
    before = (now() - GRACE).timestamp()
    folder = data_dir(current_app) / "blobs"
    for path in (*folder.glob(".new-*"), *folder.glob(f"??/{'?' * HASH_LENGTH}")):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                yield path


def _remove_rows() -> None:
    old = {path.name for path in _old_files()}
    unnamed = select(Blob.hash).where(Blob.created_at < now() - GRACE, *_named_by_no_table())
    with transaction(writes=False):
        waiting = [digest for digest in db.session.scalars(unnamed) if digest in old]
        kept = {digest for feature in state().features for keep in feature.keeps for digest in keep()}
    going = sorted(set(waiting) - kept)
    for start in range(0, len(going), AT_ONCE):
        with transaction():
            these = Blob.hash.in_(going[start : start + AT_ONCE])
            db.session.execute(
                delete(Blob).where(these, *_named_by_no_table()).execution_options(synchronize_session=False)
            )


def _named_by_no_table() -> list[ColumnElement[bool]]:
    """Return conditions: no column of any room that refers to bytes holds the hash."""
    columns = [
        key.parent
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column is Blob.__table__.c.hash
    ]
    return [~select(column).where(column == Blob.hash).correlate(Blob).exists() for column in columns]
