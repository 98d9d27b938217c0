"""What was acknowledged is there, once, whatever happens to the processes."""

from __future__ import annotations

import shutil
import threading
import time
from http.client import HTTPException
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assessments.quizzes.models import AttemptStep
from lms.kernel.db import db
from tests.mounted.conftest import close
from tests.walks.browser import Browser
from tests.walks.conftest import make_site
from tests.walks.learners import make_learners, save_years, sign_in
from tests.walks.live import LiveSite, NetworkClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.walks.learners import Learner

LEARNERS = 4
ROUNDS = {"sqlite": 2, "postgresql": 1}
ENOUGH = 25  # acknowledged answers of a round before the blow
LONGEST_ROUND = 20.0  # seconds
pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, LiveSite]]:
    """The app, to look into its database, and the same site in processes of its own."""
    uri = request.getfixturevalue("postgres_uri") if request.param == "postgresql" else ""
    if not uri:
        shutil.copy(request.getfixturevalue("empty_database"), tmp_path / "lms.db")
    app, live = make_site(tmp_path, uri), LiveSite(tmp_path, uri)
    yield app, live
    live.kill()
    close(app)


class Diary:
    """What one client was told: step and number of every answer that the site said it had saved."""

    def __init__(self, learner: Learner, person: Browser, first: int) -> None:
        """Begin; `first` is the first number to save."""
        self.learner, self.person, self.number = learner, person, first
        self.acknowledged: list[tuple[int, int]] = []
        self.refused: list[int] = []

    def write(self) -> None:
        """Save number after number until nobody answers any more."""
        try:
            while True:
                answer = save_years(self.person, self.learner, self.number)
                if answer.status_code == 200:
                    self.acknowledged.append((self.person.step, self.number))
                else:
                    self.refused.append(answer.status_code)
                self.number += 1
        except (OSError, HTTPException):
            return


def stored(app: Flask, attempt_id: int) -> list[tuple[int, int]]:
    """Return what the database holds of an attempt."""
    statement = select(AttemptStep).where(AttemptStep.attempt_id == attempt_id).order_by(AttemptStep.sequence)
    with app.app_context():
        return [(step.sequence, int(float(str(step.answer)))) for step in db.session.scalars(statement)]


def blow(live: LiveSite, diaries: list[Diary]) -> None:
    """Let all clients save at once, and kill the site in the midst of it."""
    threads = [threading.Thread(target=diary.write) for diary in diaries]
    for thread in threads:
        thread.start()
    end = time.monotonic() + LONGEST_ROUND
    while sum(len(diary.acknowledged) for diary in diaries) < ENOUGH and time.monotonic() < end:
        time.sleep(0.002)
    live.kill()
    for thread in threads:
        thread.join()


def test_every_acknowledged_answer_is_there_once_after_a_kill(site: tuple[Flask, LiveSite]) -> None:
    app, live = site
    with app.app_context():
        engine = db.engine.dialect.name
    learners = make_learners(app, LEARNERS)
    told: dict[int, list[tuple[int, int]]] = {learner.attempt_id: [] for learner in learners}
    for number in range(ROUNDS[engine]):
        live.start()
        diaries = []
        for learner in learners:
            person = sign_in(Browser(NetworkClient(live.port), learner.email), learner)
            person.open(f"/attempts/{learner.attempt_ref}")
            person.step = max([step for step, _years in stored(app, learner.attempt_id)], default=0)
            diaries.append(Diary(learner, person, first=1 + number * 1000))
        blow(live, diaries)
        for diary in diaries:
            told[diary.learner.attempt_id] += diary.acknowledged
            assert diary.refused == []
        assert sum(len(diary.acknowledged) for diary in diaries) >= ENOUGH
        for learner in learners:
            found = stored(app, learner.attempt_id)
            assert [step for step, _years in found] == list(range(1, len(found) + 1)), "a step twice, or a gap"
            assert set(told[learner.attempt_id]) <= set(found), "an acknowledged answer is lost"
            assert len({years for _step, years in found}) == len(found), "an answer is there twice"
            assert len(found) <= len(told[learner.attempt_id]) + number + 1, "more than the one on its way"
