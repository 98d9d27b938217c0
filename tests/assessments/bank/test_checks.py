"""What questions are worth: each fault of a quiz or self-test is named with file, line and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.types.true_false import TrueFalse
from courses.checking.check import check_content
from tests.factories.course_files import SECOND, change
from tests.factories.house_rules import COURSE, write_content

if TYPE_CHECKING:
    from pathlib import Path

QUIZ = f"{COURSE}/10-first/80-quiz/quiz.toml"


def found(folder: Path) -> list[str]:
    return [str(fault) for fault in check_content(folder)]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            QUIZ,
            'b = "The mayor has other work."',
            'default = "Read again."',
            f"{QUIZ}:21: “q-one” has no feedback for “b” in “en”. Say why it is wrong.",
        ),
        (
            QUIZ,
            'wrong = "Read the first text again."',
            "",
            f"{QUIZ}:34: “q-two” has no feedback for “wrong” in “en”. Say why it is wrong.",
        ),
        (
            QUIZ,
            'outcome = "m1-go-on"',
            'outcome = "m1-start"',
            f"{COURSE}/{SECOND}/lesson.toml:1: No question in the quiz of this module checks the outcome of “m1-go",
        ),
        (
            QUIZ,
            'outcome = "m1"\n',
            'outcome = "m1-start"\n',
            f"{COURSE}/10-first/module.toml:1: No question in the quiz of this module checks the outcome of “m1”.",
        ),
        (
            QUIZ,
            'b = "The mayor"',
            'b = "The  Coordinator"',
            f"{QUIZ}:20: “b” and “a” read the same. Change one of them.",
        ),
        (
            "checks.toml",
            "pool = 3",
            "pool = 4",
            f"{QUIZ}:4: The quiz draws from 3 questions; 4 are wanted.",
        ),
        (
            QUIZ,
            "value = 24000",
            "value = 24500",
            f"{QUIZ}:28: The value of “q-two” is not the figure “city.homes”: it is 24,000.",
        ),
        (
            QUIZ,
            'data = "city.homes"',
            'data = "city.houses"',
            f"{QUIZ}:29: There is no figure “city.houses” in the data file.",
        ),
        (
            f"{COURSE}/{SECOND}/self-test.toml",
            "Winters are warm in all homes of this city.",
            "The old mill does stand beside the river.",
            f"{QUIZ}:39: “q-three” asks almost what “s-one” asks in {COURSE}/{SECOND}/self-test.toml",
        ),
    ],
)
def test_each_fault_is_named_with_its_line(content: Path, file: str, old: str, new: str, expected: str) -> None:
    change(content, file, old, new)
    assert any(line.startswith(expected) for line in found(content)), found(content)


def test_a_self_test_is_checked_as_a_quiz_is(content: Path) -> None:
    change(content, f"{COURSE}/{SECOND}/self-test.toml", 'wrong = "They are cold."', 'right = "Yes."')
    expected = f"{COURSE}/{SECOND}/self-test.toml:8: “s-one” has no feedback for “wrong” in “en”. Say why it is wrong."
    assert found(content) == [expected]


def test_a_type_that_marks_the_wrong_answer_full_is_named(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TrueFalse, "solution", lambda _self, spec: "false" if spec.right else "true")
    monkeypatch.setattr(TrueFalse, "wrong_answers", lambda _self, spec: [spec.key])
    lines = found(content)
    assert f"{QUIZ}:39: The right answer of “q-three” does not mark full." in lines
    assert f"{QUIZ}:39: The wrong answer true to “q-three” marks full." in lines
