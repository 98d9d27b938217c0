"""The file store: bytes by their SHA-256, on disk, written durably before any row names them.

A hash is never an address: people download an `Attachment`, and its owner's policy decides who may.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from flask import current_app
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kernel.clock import now
from lms.kernel.db import Base, HasRef, data_dir, db
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lms.kernel.permissions import Viewer

CHUNK = 1 << 20
HASH_LENGTH = 64


class Blob(Base):
    """Bytes in the file store."""

    __tablename__ = "lms_blob"

    hash: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    size: Mapped[int]
    created_at: Mapped[datetime]


class Attachment(HasRef, Base):
    """A file as people know it: a name, a kind, an owner that decides who may download it."""

    __tablename__ = "lms_attachment"
    __table_args__ = (Index("ix_lms_attachment_owner", "owner_kind", "owner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    blob_hash: Mapped[str] = mapped_column(ForeignKey("lms_blob.hash"))
    owner_kind: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(120))
    hub_id: Mapped[int | None] = mapped_column(index=True)
    by_id: Mapped[int]
    created_at: Mapped[datetime]
    blob: Mapped[Blob] = relationship(lazy="joined")


def store_path(digest: str) -> Path:
    """Return where the bytes of a hash lie."""
    if len(digest) != HASH_LENGTH or not digest.isalnum():
        message = "not a hash"
        raise ValueError(message)
    return data_dir(current_app) / "blobs" / digest[:2] / digest


def write(source: BinaryIO | bytes) -> tuple[str, int]:
    """Write bytes into the store, durably, and return hash and size. Call it before the transaction writes.

    Raises OSError when the disk is full; nothing half-written stays under a hash.
    """
    folder = _folder()
    digest, size = hashlib.sha256(), 0
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as target:
            for chunk in _chunks(source):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        final = store_path(digest.hexdigest())
        final.parent.mkdir(exist_ok=True)
        Path(temporary).replace(final)
        _sync_folder(final.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def _folder() -> Path:
    folder = data_dir(current_app) / "blobs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def probe() -> None:
    """Raise OSError when nothing can be written into the store. Leaves no trace; many may ask at once."""
    with tempfile.TemporaryFile(dir=_folder()) as file:
        file.write(b"ok")
        file.flush()


def _chunks(source: BinaryIO | bytes) -> Iterable[bytes]:
    if isinstance(source, bytes):
        return [source]
    return iter(lambda: source.read(CHUNK), b"")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put(source: BinaryIO | bytes) -> str:
    """Write bytes and their row; return the hash."""
    digest, size = write(source)
    note(digest, size)
    return digest


def note(digest: str, size: int) -> None:
    """Write the row of bytes that `write` has stored before this transaction began."""
    insert_new(Blob, [{"hash": digest, "size": size, "created_at": now()}], ["hash"])


def read(digest: str) -> bytes:
    """Return the bytes of a hash."""
    return store_path(digest).read_bytes()


def attach(
    digest: str, *, owner: tuple[str, int], name: str, media_type: str, hub_id: int | None, actor: Viewer
) -> Attachment:
    """Give stored bytes a name and an owner, so that they can be downloaded."""
    attachment = Attachment(
        blob_hash=digest,
        owner_kind=owner[0],
        owner_id=owner[1],
        name=name,
        media_type=media_type,
        hub_id=hub_id,
        by_id=actor.person_id,
        created_at=now(),
    )
    db.session.add(attachment)
    db.session.flush()
    return attachment
