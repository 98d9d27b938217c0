"""Quizzes whose attempts draw their questions, as participants, trainers and authors meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assessments.quizzes.models import Attempt
from courses.authoring.services import load_course, publish
from courses.catalogue.queries import course_by_slug
from lms.accounts.services import erase_person
from lms.kernel.db import db
from lms.kernel.errors import Invalid
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from tests.factories.course_files import change
from tests.factories.hubs import make_trainer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from tests.assessments.quizzes.scene import Learner
    from tests.factories.fixtures import Commit


def lessons_of(keys: list[str]) -> set[str]:
    """Return module and lesson of each question, such as m1-q-2."""
    return {key.rpartition("-")[0] for key in keys}


def test_each_attempt_draws_anew_and_meets_every_lesson(learner: Learner) -> None:
    start = learner.client.get(f"{learner.base}/quizzes/m1-quiz").text
    assert "4 of 10 questions, drawn anew for each attempt" in start
    first, asked = learner.start("m1-quiz")
    assert len(asked) == len(set(asked)) == 4
    assert lessons_of(asked) == {"m1-q-1", "m1-q-2"}
    assert learner.start("m1-quiz") == (first, asked), "drawn once"
    result = learner.hand_in(first, q1="no", q2="yes", q3="yes").text
    assert "Not passed yet" in result
    assert "2 of 4" in result
    assert f"Look at {asked[0]} again." in result
    lesson = {"m1-q-1": "m1-start", "m1-q-2": "m1-go-on"}[asked[0].rpartition("-")[0]]
    assert f'href="{learner.base}/lessons/{lesson}">Read again' in result
    second, others = learner.start("m1-quiz")
    assert len(others) == 4
    assert not set(asked) & set(others), "six have not been seen yet"
    assert lessons_of(others) == {"m1-q-1", "m1-q-2"}
    passed = learner.hand_in(second, q1="yes", q2="yes", q3="yes", q4="yes").text
    assert "Passed: Quiz m1-quiz" in passed
    assert "4 of 4" in passed


def test_a_final_quiz_draws_from_every_module(learner: Learner, statements: Callable[[], list[str]]) -> None:
    start = learner.client.get(f"{learner.base}/quizzes/final-quiz").text
    assert "6 of 20 questions, drawn anew for each attempt" in start
    attempt, asked = learner.start("final-quiz")
    assert len(asked) == 6
    assert [key[:2] for key in asked] == ["m1"] * 3 + ["m2"] * 3
    statements()
    assert learner.client.get(attempt).status_code == 200
    assert len(statements()) <= 8
    result = learner.hand_in(attempt, q6="no").text
    assert f"{learner.base}/lessons/m1-" in result
    assert f"{learner.base}/lessons/m2-" in result
    _again, others = learner.start("final-quiz")
    assert not set(asked) & set(others)


def test_saving_an_answer_of_a_final_quiz_costs_no_more_than_of_another(
    learner: Learner, statements: Callable[[], list[str]]
) -> None:
    attempt, _asked = learner.start("final-quiz")
    statements()
    assert learner.send(attempt, {"in-q2": "1", "q2": "yes"}).status_code == 303
    assert len(statements()) <= 8


def test_staff_look_at_all_questions_and_trainers_at_those_that_were_asked(
    learner: Learner, commit: Commit, sign_in: Callable[[int], None]
) -> None:
    attempt, asked = learner.start("final-quiz")
    learner.hand_in(attempt, q1="yes")
    sign_in(commit(make_trainer, learner.hub_id).id)
    preview = learner.client.get(f"{learner.base}/quizzes/final-quiz").text
    assert preview.count("asked?") == 20
    assert "Each attempt asks 6 of these 20 questions" in preview
    result = learner.client.get(f"{attempt}/result").text
    assert [key for key in asked if f"Is {key} asked?" in result] == asked
    assert result.count("asked?") == 6


def test_an_open_attempt_keeps_its_questions_when_the_pool_changes(
    learner: Learner, app: Flask, tmp_path: Path
) -> None:
    attempt, asked = learner.start("final-quiz")
    folder = tmp_path / "small-course"
    for file in ("10-first/80-quiz/quiz.toml", "20-second/80-quiz/quiz.toml"):
        text = (folder / file).read_text()
        (folder / file).write_text(text.replace("-q-", "-new-"))
    with app.test_request_context(), transaction():
        load_course(actor=SYSTEM, folder=folder)
        publish(actor=SYSTEM, course=course_by_slug("small-course"))
    page = learner.client.get(attempt).text
    assert [key for key in asked if f"Is {key} asked?" in page] == asked
    with app.test_request_context(), transaction():
        erase_person(actor=SYSTEM, person_id=learner.person_id)
        assert db.session.scalars(select(Attempt.drawn)).one() == asked


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("10-first/80-quiz/quiz.toml", "draw = 4", "draw = 5"),
        ("20-second/90-final/quiz.toml", "draw = 6", "draw = 7"),
        ("20-second/90-final/quiz.toml", '["m1-quiz", "m2-quiz"]', '["m2-quiz"]'),
    ],
)
def test_to_draw_otherwise_is_another_duty(
    learner: Learner, app: Flask, tmp_path: Path, file: str, old: str, new: str
) -> None:
    del learner
    change(tmp_path / "small-course", file, old, new)
    with app.test_request_context(), transaction():
        load_course(actor=SYSTEM, folder=tmp_path / "small-course")
        with pytest.raises(Invalid, match="What people have to do has changed"):
            publish(actor=SYSTEM, course=course_by_slug("small-course"), size="minor")
