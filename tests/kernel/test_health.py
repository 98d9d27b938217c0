"""`/health` answers 200 when all is in order, else 503 with the part that is not and how to mend it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from lms.kernel import jobs
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.jobs import Job, enqueue
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

AT_ONCE = 8


def problems(app: Flask) -> dict[str, str]:
    answer = app.test_client().get("/health")
    found: dict[str, str] = answer.get_json()["problems"]
    assert answer.status_code == (503 if found else 200)
    assert answer.headers["Cache-Control"] == "no-store"
    return found


def test_many_may_ask_at_once_and_nothing_is_left_behind(app: Flask) -> None:
    def ask(_number: int) -> dict[str, str]:
        return problems(app)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(ask, range(10 * AT_ONCE))) == [{}] * 10 * AT_ONCE
    assert list((Path(app.instance_path) / "blobs").iterdir()) == []


def test_a_file_store_that_cannot_be_written_is_named(app: Flask) -> None:
    store = Path(app.instance_path) / "blobs"
    store.write_text("a file where the folder should be")
    assert list(problems(app)) == ["files"]
    store.unlink()
    assert problems(app) == {}


def test_jobs_that_nobody_runs_are_counted(app: Flask) -> None:
    with app.app_context(), transaction():
        enqueue("kernel.periodic", key="late", args={"name": "nothing"})
    assert problems(app) == {}
    with app.app_context(), transaction():
        db.session.execute(update(Job).values(due=now() - jobs.OVERDUE - timedelta(seconds=1)))
    assert problems(app) == {"jobs": "Jobs are overdue: 1. Start a worker: flask lms worker"}
    with app.app_context():
        jobs.run_all()
    assert problems(app) == {}


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM lms_alembic_version", "no tables yet. Run: flask lms db upgrade"),
        ("UPDATE lms_alembic_version SET version_num = '0001'", "at revision 0001, this software needs"),
        ("UPDATE lms_alembic_version SET version_num = 'later'", "made by a newer version of this software"),
    ],
)
def test_migrations_that_are_missing_are_named(app: Flask, statement: str, words: str) -> None:
    with app.app_context(), transaction():
        db.session.execute(text(statement))
    found = problems(app)
    assert list(found) == ["migrations"]
    assert words in found["migrations"]
