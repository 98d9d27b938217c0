"""A full disk and a lost database: an honest page, nothing acknowledged is lost, and afterwards all goes on."""

from __future__ import annotations

import os
import pickle
import resource
import traceback
from typing import TYPE_CHECKING, TypeVar

import pytest
from sqlalchemy import select

from assessments.handins.models import HandinVersion
from assessments.quizzes.models import AttemptStep
from lms.kernel.blobs import Attachment
from lms.kernel.db import db
from tests.mounted.conftest import close
from tests.walks.browser import Browser, Upload
from tests.walks.conftest import make_site
from tests.walks.learners import make_learners, save_years, sign_in
from tests.walks.walk import PDF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from lms.testing.postgres import PostgresServer

T = TypeVar("T")
MOST = 400
UNAVAILABLE = 503


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The site on SQLite: there our own process writes the files, so a limit on them is a full disk."""
    (tmp_path / "lms.db").write_bytes(request.getfixturevalue("empty_database").read_bytes())
    app = make_site(tmp_path)
    yield app
    close(app)


def on_a_full_disk(app: Flask, room: int, work: Callable[[], T]) -> T:
    """Do something in a child process in which no file may be larger than `room` bytes, and return its result.

    What is written goes to the end of SQLite's log and into new files, which begin empty.
    """
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
            os.write(writing, pickle.dumps(work()))
        except BaseException:  # noqa: BLE001 - told to the parent
            os.write(writing, pickle.dumps(traceback.format_exc()))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    result: T = pickle.loads(told)  # noqa: S301 - our own child's
    assert not isinstance(result, str), result
    return result


def stored(app: Flask, attempt_id: int) -> list[tuple[int, int]]:
    """Return what the database holds of an attempt."""
    statement = select(AttemptStep).where(AttemptStep.attempt_id == attempt_id).order_by(AttemptStep.sequence)
    with app.app_context():
        return [(step.sequence, int(float(str(step.answer)))) for step in db.session.scalars(statement)]


def test_answers_are_refused_honestly_when_the_disk_is_full(site: Flask) -> None:
    [learner] = make_learners(site, 1)
    person = sign_in(Browser(site.test_client(), learner.email), learner)
    person.open(f"/attempts/{learner.attempt_ref}")

    def save_until_full() -> tuple[list[tuple[int, int]], int, str, str]:
        acknowledged: list[tuple[int, int]] = []
        for years in range(1, MOST):
            answer = save_years(person, learner, years)
            if answer.status_code != 200:
                retry = answer.headers.get("Retry-After", "")
                return acknowledged, answer.status_code, retry, answer.get_json()["error"]
            acknowledged.append((person.step, years))
        raise AssertionError("the disk never got full")

    acknowledged, status, retry, words = on_a_full_disk(site, 400_000, save_until_full)
    assert len(acknowledged) > 5
    assert (status, bool(retry)) == (UNAVAILABLE, True)
    assert "nothing was saved" in words
    assert stored(site, learner.attempt_id) == acknowledged
    person.step = len(acknowledged)
    assert save_years(person, learner, 5000).status_code == 200
    assert stored(site, learner.attempt_id) == [*acknowledged, (len(acknowledged) + 1, 5000)]


# Up to half a megabyte the form is read into memory, and only the file finds no room; a larger form finds none itself.
@pytest.mark.parametrize(("size", "room", "status"), [(300_000, 250_000, 422), (900_000, 450_000, UNAVAILABLE)])
def test_a_file_that_does_not_fit_is_refused_honestly_and_leaves_nothing(
    site: Flask, tmp_path: Path, size: int, room: int, status: int
) -> None:
    [learner] = make_learners(site, 1)
    person = sign_in(Browser(site.test_client(), learner.email), learner)
    address = f"/programmes/{learner.programme_ref}/hand-ins/m1-handin"
    large = Upload("map.pdf", PDF + b"%" * size)

    def fill_in() -> Browser:
        person.open(address).fill("Your text", "Eleven plans").fill("Files", large)
        return person.fill("Learner 0", value=True, group="Who worked on this?")

    def hand_in() -> tuple[str, bool]:
        fill_in().press("Hand in for the team", status=status)
        return person.page.answer.text, "Retry-After" in person.page.answer.headers

    page, comes_back = on_a_full_disk(site, room, hand_in)
    assert "no room left" in page
    assert ("Eleven plans" in page) == (status != UNAVAILABLE), "what was typed is kept, where it could be read"
    assert comes_back == (status == UNAVAILABLE)
    with site.app_context():
        assert db.session.scalars(select(Attachment)).all() == []
        assert db.session.scalars(select(HandinVersion)).all() == []
    left = [file for file in (tmp_path / "blobs").rglob("*") if file.is_file()]
    assert left == [], "pieces of the file were left behind"
    fill_in().press("Hand in for the team").reads("map.pdf")


def test_a_lost_database_is_said_so_and_forgotten_once_it_is_back(
    tmp_path: Path, postgres_server: PostgresServer, postgres_template: str
) -> None:
    app = make_site(tmp_path, postgres_server.create("lost", postgres_template))
    try:
        [learner] = make_learners(app, 1)
        person = sign_in(Browser(app.test_client(), learner.email), learner)
        person.open(f"/attempts/{learner.attempt_ref}")
        assert save_years(person, learner, 1).status_code == 200
        postgres_server.rename("lost", "away")
        for path in (f"/attempts/{learner.attempt_ref}", "/", "/courses"):
            answer = person.client.get(path)
            assert (answer.status_code, bool(answer.headers.get("Retry-After"))) == (UNAVAILABLE, True), path
            assert "cannot be reached just now" in answer.text
        answer = save_years(person, learner, 2)
        assert (answer.status_code, bool(answer.headers.get("Retry-After"))) == (UNAVAILABLE, True)
        health = app.test_client().get("/health")
        assert (health.status_code, list(health.get_json()["problems"])) == (UNAVAILABLE, ["database"])
        postgres_server.rename("away", "lost")
        assert app.test_client().get("/health").status_code == 200
        assert save_years(person, learner, 3).status_code == 200
        assert stored(app, learner.attempt_id) == [(1, 1), (2, 3)]
    finally:
        close(app)
        postgres_server.drop("lost")


def test_a_database_that_was_never_there_is_said_so(tmp_path: Path) -> None:
    app = make_site(tmp_path, f"sqlite:///{tmp_path / 'nowhere' / 'lms.db'}")
    browser = app.test_client()
    for answer in (browser.get("/"), browser.get("/courses"), browser.get("/health")):
        assert answer.status_code == UNAVAILABLE
    token = {"lms_csrf": browser.get("/sign-in").text.partition('name="lms_csrf" value="')[2].partition('"')[0]}
    form = {"name": "Marja", "email": "m@rivermouth.example", "password": "nine quiet rivers"}
    form |= {"language": "en", "consent": "y"}
    assert browser.post("/register", data={**form, **token}).status_code == UNAVAILABLE
    close(app)
