"""Backup and restore: one archive with every row and every file, the same for SQLite and PostgreSQL.

The database is read first, in one snapshot, then the files: a file that a row names was written before the row, so
nothing in the archive can be missing its bytes. A backup made on SQLite can be restored on PostgreSQL and the other
way round. Rows are JSON lines; restoring checks each file against its hash.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import tarfile
import tempfile
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import Date, ForeignKeyConstraint, LargeBinary, Table, func, insert, inspect, select, text, update

from lms.kernel import blobs, migrations
from lms.kernel.clock import now
from lms.kernel.db import Base, UtcDateTime, db
from lms.kernel.errors import Conflict, Invalid
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Column

FORMAT = 1
BATCH = 500


def backup(target: Path, progress: Callable[[str, int], None]) -> list[str]:
    """Write a backup to a new file, readable by its owner only; return the hashes whose bytes the file store lacks.

    `progress` hears of each table and of the files, with their number. Raises Conflict when the file is there
    already: a backup never overwrites another. A backup that failed leaves nothing behind.
    """
    if target.exists():
        raise Conflict(f"{target} is there already. Choose another name.")
    partial = target.with_name(target.name + ".part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive:
                hashes = _write_rows(archive, target.parent, progress)
                lacking = _write_files(archive, hashes, progress)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return lacking


def _write_files(archive: tarfile.TarFile, hashes: list[str], progress: Callable[[str, int], None]) -> list[str]:
    lacking = []
    for digest in hashes:
        try:
            archive.add(blobs.store_path(digest), f"blobs/{digest}", recursive=False)
        except FileNotFoundError:  # the rest is worth keeping all the same
            lacking.append(digest)
    progress("files", len(hashes) - len(lacking))
    return lacking


def _write_rows(archive: tarfile.TarFile, room: Path, progress: Callable[[str, int], None]) -> list[str]:
    hashes: list[str] = []
    with transaction(writes=False):
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        if (lacking := migrations.missing()) is not None:
            raise Conflict(lacking)
        facts = {"format": FORMAT, "revision": migrations.head(), "at": now().isoformat()}
        _add(archive, "backup.json", io.BytesIO(json.dumps(facts).encode()))
        for table in Base.metadata.sorted_tables:
            # An archive wants to know the size first: on disk, for a table may be larger than the memory.
            with tempfile.TemporaryFile(dir=room) as body:
                count = 0
                for row in db.session.execute(select(table).execution_options(yield_per=BATCH)).mappings():
                    line = json.dumps({key: _plain(value) for key, value in row.items()}, ensure_ascii=False)
                    body.write(line.encode() + b"\n")
                    count += 1
                    if table.name == blobs.Blob.__tablename__:
                        hashes.append(row["hash"])
                _add(archive, f"tables/{table.name}.jsonl", body)
            progress(table.name, count)
    return hashes


def _add(archive: tarfile.TarFile, name: str, body: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = body.seek(0, os.SEEK_END)
    body.seek(0)
    archive.addfile(entry, body)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def restore(source: Path, progress: Callable[[str, int], None]) -> None:
    """Fill an empty, migrated database and the file store from a backup.

    Raises Invalid when the file is no backup of ours or a file in it is damaged, Conflict when the database is not
    empty or stands at another revision. Then nothing is changed but for files in the store, which harm nobody.
    """
    try:
        with tarfile.open(source, "r:gz") as archive:
            facts = json.loads(_member(archive, "backup.json").read())
            if facts.get("format") != FORMAT:
                raise Invalid("This backup was made by another version of the software.")
            _restore_files(archive, progress)
            with transaction():
                _check_target(facts["revision"])
                _restore_rows(archive, progress)
    except (tarfile.TarError, KeyError, json.JSONDecodeError, EOFError) as error:
        raise Invalid(f"{source} is not a whole backup: {error}") from error


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file


def _restore_files(archive: tarfile.TarFile, progress: Callable[[str, int], None]) -> None:
    """Put the files back under the hash that their bytes have; names in the archive are never used as paths."""
    count = 0
    for entry in archive:
        folder, _slash, name = entry.name.partition("/")
        if folder != "blobs" or not entry.isreg():
            continue
        body = _member(archive, entry.name).read()
        if hashlib.sha256(body).hexdigest() != name:
            raise Invalid(f"The file {name[:80]} in the backup is damaged.")
        blobs.write(body)
        count += 1
    progress("files", count)


def _check_target(revision: str) -> None:
    if (lacking := migrations.missing()) is not None:
        raise Conflict(lacking)
    if revision != migrations.head():
        raise Conflict(f"The backup stands at revision {revision}, this software at {migrations.head()}.")
    for table in Base.metadata.sorted_tables:
        if db.session.execute(select(func.count()).select_from(table)).scalar_one():
            raise Conflict(f"The database is not empty: {table.name} has rows. Restore into a new one.")


def _restore_rows(archive: tarfile.TarFile, progress: Callable[[str, int], None]) -> None:
    later: list[tuple[Table, dict[str, Any], dict[str, Any]]] = []
    for table in Base.metadata.sorted_tables:
        postponed = _columns_that_wait(table)
        batch: list[dict[str, Any]] = []
        count = 0
        for row in _rows(archive, table):
            waiting = {name: row[name] for name in postponed if row[name] is not None}
            if waiting:
                key = {column.name: row[column.name] for column in table.primary_key}
                later.append((table, key, waiting))
            batch.append({**row, **dict.fromkeys(waiting)})
            count += 1
            if len(batch) == BATCH:
                db.session.execute(insert(table), batch)
                batch = []
        if batch:
            db.session.execute(insert(table), batch)
        progress(table.name, count)
    for table, key, values in later:
        conditions = [table.c[name] == value for name, value in key.items()]
        db.session.execute(update(table).where(*conditions).values(**values))
    _set_sequences()


def _rows(archive: tarfile.TarFile, table: Table) -> Iterator[dict[str, Any]]:
    for line in _member(archive, f"tables/{table.name}.jsonl"):
        raw = json.loads(line)
        yield {column.name: _typed(column, raw[column.name]) for column in table.columns}


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(column.type, LargeBinary) else value


def _columns_that_wait(table: Table) -> set[str]:
    """Return the columns filled in at the end: they point into their own table, or around a circle of tables."""
    return {
        key.parent.name
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint)
        for key in constraint.elements
        if key.column.table is table or constraint.use_alter
    }


def _set_sequences() -> None:
    """Tell PostgreSQL which numbers are taken."""
    if db.engine.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = inspect(table).primary_key.columns.values()[0]
        if len(table.primary_key.columns) == 1 and column.autoincrement and column.type.python_type is int:
            newest = select(func.max(column)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            db.session.execute(select(func.setval(sequence, newest)).where(sequence.is_not(None), newest.is_not(None)))
