"""Bytes that nothing names go after a while; what is named, new or on its way stays."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete

from courses.catalogue.models import Content
from lms.kernel import blobs, jobs
from lms.kernel.blobs import Attachment, Blob
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.sweeping import sweep
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

OLD = timedelta(days=3)


def store(text: bytes, *, named: bool = False, age: timedelta = OLD) -> str:
    """Put bytes into the store, as if some time ago."""
    with transaction():
        digest = blobs.put(text)
        db.session.get_one(Blob, digest).created_at = now() - age
        if named:
            blobs.attach(digest, owner=("test", 1), name="a.txt", media_type="text/plain", hub_id=None, actor=SYSTEM)
    make_old(digest, age)
    return digest


def make_old(digest: str, age: timedelta = OLD) -> None:
    moment = (now() - age).timestamp()
    os.utime(blobs.store_path(digest), (moment, moment))


def has_row(digest: str) -> bool:
    with transaction(writes=False):
        return db.session.get(Blob, digest) is not None


def test_bytes_that_nothing_names_go_row_first_and_file_at_the_next_sweep(app: Flask) -> None:
    with app.app_context():
        digest = store(b"nobody's")
        sweep()
        assert not has_row(digest)
        assert blobs.store_path(digest).exists()
        sweep()
        assert not blobs.store_path(digest).exists()


def test_the_file_of_an_attachment_stays_until_the_last_attachment_goes(app: Flask) -> None:
    with app.app_context():
        digest = store(b"handed in", named=True)
        sweep()
        sweep()
        assert blobs.read(digest) == b"handed in"
        with transaction():
            db.session.execute(delete(Attachment).where(Attachment.blob_hash == digest))
        sweep()
        sweep()
        assert not blobs.store_path(digest).exists()


def test_what_a_course_names_in_its_texts_stays(app: Flask) -> None:
    with app.app_context():
        digest = store(b"a figure")
        with transaction():
            db.session.add(Content(hash="c" * 64, body=f'{{"files":{{"map.svg":{{"hash":"{digest}"}}}}}}'))
        sweep()
        sweep()
        assert has_row(digest)
        assert blobs.store_path(digest).exists()


def test_an_upload_on_its_way_and_one_that_comes_again_stay(app: Flask) -> None:
    with app.app_context():
        digest, _size = blobs.write(b"no row yet")
        again = store(b"sent before")
        blobs.write(b"sent before")
        sweep()
        assert blobs.store_path(digest).exists()
        assert has_row(again)


def test_what_was_left_half_written_goes(app: Flask) -> None:
    with app.app_context():
        digest = store(b"any")
        left = blobs.store_path(digest).parent.parent / ".new-abc"
        left.write_bytes(b"half")
        moment = (now() - OLD).timestamp()
        os.utime(left, (moment, moment))
        sweep()
        assert not left.exists()


def test_the_worker_sweeps_by_itself(app: Flask) -> None:
    with app.app_context():
        digest = store(b"nobody's")
        jobs.enqueue_periodic()
        jobs.run_all()
        assert not has_row(digest)
