"""Quizzes that draw, final quizzes and self-tests in course files: what is read, and each fault with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.quizzes.activity import QUIZ
from courses.activities import beside
from courses.authoring.check import check_folder
from courses.authoring.lesson import LESSON
from tests.factories.course_files import FIRST, change, write, write_course

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """key = "{key}"
pass_percent = 70
minutes = 5
{more}
[en]
title = "Quiz"
"""
QUESTION = """
[[question]]
key = "{key}"
type = "true-false"
{more}
right = true
[question.en]
prompt = "The cycle has five steps."
rationale = "It has five."
"""
QUIZ_FILE = "10-first/80-quiz/quiz.toml"
FINAL_FILE = "10-first/85-final/quiz.toml"
SELF_TEST_FILE = f"{FIRST}/self-test.toml"


def question(key: str, *more: str) -> str:
    return QUESTION.format(key=key, more="\n".join(more))


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course with a quiz that draws two of three questions, a final quiz and a self-test."""
    folder = write_course(tmp_path)
    questions = [
        question("q-a", 'lesson = "m1-start"', 'outcome = "m1-start"', "difficulty = 1"),
        question("q-b", 'lesson = "m1-start"', 'outcome = "m1-start"', "difficulty = 3"),
        question("q-c", 'outcome = "m1"'),
    ]
    write(folder, QUIZ_FILE, HEAD.format(key="m1-quiz", more="draw = 2") + "".join(questions))
    write(folder, FINAL_FILE, HEAD.format(key="final", more='draw = 2\nfrom = ["m1-quiz"]'))
    write(folder, SELF_TEST_FILE, question("s-a", "step = 2") + question("s-b", "difficulty = 1"))
    return folder


def found(folder: Path) -> list[str]:
    return [str(fault) for fault in check_folder(folder)]


def test_the_format_is_read(course: Path) -> None:
    assert found(course) == []
    quiz, _faults = QUIZ.parse((course / QUIZ_FILE).parent)
    assert quiz is not None
    assert quiz.settings["draw"] == 2
    told = [(each["outcome"], each["difficulty"]) for each in quiz.settings["questions"]]
    assert told == [("m1-start", 1), ("m1-start", 3), ("m1", 2)]
    final, _faults = QUIZ.parse((course / FINAL_FILE).parent)
    assert final is not None
    assert final.settings["pools"] == ["m1-quiz"]
    duties = QUIZ.must_do(QUIZ.freeze(final.settings, final.texts))
    assert (duties["draw"], duties["rests_on"]) == (2, ["m1-quiz"])


def test_a_self_test_is_a_part_of_its_lesson(course: Path) -> None:
    lesson, _faults = LESSON.parse(course / FIRST)
    assert lesson is not None
    content = LESSON.freeze({**lesson.settings, "files": {"figure-one.svg": {}}}, lesson.texts)
    assert LESSON.must_do(content) == {"do": "read"}, "there is nothing to do in it"
    test = beside(content, "self-test")
    assert test is not None
    assert [each["key"] for each in test["settings"]["questions"]] == ["s-a", "s-b"]
    assert test["texts"]["en"]["questions"]["s-a"]["prompt"] == "The cycle has five steps."
    assert LESSON.check(content) == []
    del content["texts"]["en"]["beside"]["self-test"]["questions"]["s-a"]["prompt"]
    assert LESSON.check(content) == ["s-a: The text “prompt” is missing."]
    (course / SELF_TEST_FILE).unlink()
    bare, _faults = LESSON.parse(course / FIRST)
    assert bare is not None
    assert "beside" not in LESSON.freeze(bare.settings, bare.texts)["settings"]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (QUIZ_FILE, "draw = 2", "draw = 4", ":4: “draw” is 4, but there are only 3 questions."),
        (QUIZ_FILE, "draw = 2", "draw = 1", ":4: “draw” is 1, but the questions check 2 outcomes. Each must be met."),
        (QUIZ_FILE, "draw = 2", "draw = 0", ":4: “draw” must be a whole number, 1 to 200."),
        (QUIZ_FILE, "draw = 2", 'from = ["final"]', ":4: “from” draws from other quizzes. Delete it, or the questions"),
        (QUIZ_FILE, "difficulty = 3", "difficulty = 4", ":24: “difficulty” must be a whole number, 1 to 3."),
        (FINAL_FILE, "draw = 2\n", "", ":4: Say with “draw” how many questions each attempt asks."),
        (FINAL_FILE, '"m1-quiz"]', '"m9-quiz"]', ":5: There is no quiz “m9-quiz” in this course."),
        (FINAL_FILE, '"m1-quiz"]', '"m1-start"]', ":5: There is no quiz “m1-start” in this course."),
        (FINAL_FILE, '"m1-quiz"]', '"m1-quiz", "m1-quiz"]', ":5: “from” names a quiz twice."),
        (FINAL_FILE, '"m1-quiz"]', '"final"]', ":5: “final” draws from other quizzes itself."),
        (FINAL_FILE, "draw = 2", "draw = 4", ":4: “draw” is 4, but there are only 3 questions."),
        (SELF_TEST_FILE, "step = 2", 'lesson = "m1-start"', ":5: A self-test belongs to the lesson in its folder."),
        (SELF_TEST_FILE, "[[question]]", 'title = "x"\n[[question]]', ":2: “title” is not known here."),
        (SELF_TEST_FILE, '"s-b"', '"s-a"', ":12: The key “s-a” is used by another question. Keys are unique."),
        (SELF_TEST_FILE, "[question.en]", "[question.fi]", ":7: The quiz or lesson itself has no text in “fi”."),
    ],
)
def test_each_fault_is_named_with_its_line(course: Path, file: str, old: str, new: str, expected: str) -> None:
    text = (course / file).read_text()
    write(course, file, text.replace(old, new, 1))
    assert any(line.startswith(f"{file}{expected}") for line in found(course)), found(course)


def test_a_key_is_used_by_one_question_of_a_course(course: Path) -> None:
    change(course, SELF_TEST_FILE, '"s-b"', '"q-b"')
    assert found(course) == [
        f"{QUIZ_FILE}:20: The key “q-b” belongs to a question of “m1-start”. Keys are unique in a course."
    ]


def test_a_self_test_without_a_question_is_a_fault(course: Path) -> None:
    write(course, SELF_TEST_FILE, "")
    assert found(course) == [f"{SELF_TEST_FILE}:1: A self-test needs at least one question. Add [[question]]."]
    change(course, f"{FIRST}/lesson.toml", "minutes = 15", "minutes = 10")
    (course / SELF_TEST_FILE).rename(course / FIRST / "self-tset.toml")
    assert found(course) == [
        f"{FIRST}/self-tset.toml:1: Nothing mentions this file. Declare it in lesson.toml or delete it."
    ]
