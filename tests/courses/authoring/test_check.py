"""Checking course files: every fault has a file, a line and a sentence; nothing outside the folder is read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from courses.authoring.check import check_folder
from tests.factories.course_files import FIRST, SECOND, SVG, change, write, write_course

if TYPE_CHECKING:
    from collections.abc import Callable

CONTENT = Path(__file__).parents[3] / "courses" / "content"


def found(folder: Path) -> list[str]:
    return [str(fault) for fault in check_folder(folder)]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_course(tmp_path)


def test_a_sound_course_has_no_faults(course: Path) -> None:
    assert found(course) == []


def test_the_reference_courses_have_no_faults() -> None:
    assert found(CONTENT) == []


def test_checking_needs_no_app_and_no_database(course: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from courses.authoring.check import check_folder;"
        "print(check_folder(Path(sys.argv[1])))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(course)],
        capture_output=True,
        text=True,
        check=False,
        cwd=CONTENT.parents[1],
    )
    assert answer.stdout == "[]\n", answer.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            f"{FIRST}/lesson.toml",
            "minutes = 15",
            "minutes = ",
            "lesson.toml:3: TOML cannot read this line: Invalid value.",
        ),
        (
            f"{FIRST}/lesson.toml",
            "minutes = 15",
            "minutes = 0",
            "lesson.toml:3: “minutes” must be a whole number, 1 to 240.",
        ),
        (
            f"{FIRST}/lesson.toml",
            "minutes",
            "minuets",
            "lesson.toml:3: “minuets” is not known here. Did you mean “minutes”?",
        ),
        (
            f"{FIRST}/lesson.toml",
            'title = "Start"',
            'title = ""',
            "lesson.toml:6: “title” is missing or empty. Write it.",
        ),
        (f"{FIRST}/lesson.toml", "m1-start", "M1 start", "lesson.toml:2: “M1 start” is no key."),
        (f"{FIRST}/lesson.toml", 'alt = "A line."', 'alt = ""', "lesson.toml:18: “alt” is missing or empty. Write it."),
        (
            f"{FIRST}/lesson.toml",
            "figure-one",
            "../figure",
            "lesson.toml:16: ../figure.svg: A file name may hold letters",
        ),
        (f"{FIRST}/lesson.toml", 'kind = "lesson"', 'kind = "film"', "lesson.toml:1: “kind” must be one of “lesson”."),
        (f"{FIRST}/lesson.toml", "[en]", "[fr]", "lesson.toml:1: The table [en] is missing."),
        (f"{FIRST}/en.md", "## Part", "# Part", "en.md:3: The page has its title already."),
        (f"{FIRST}/en.md", "## Part", "### Part", "en.md:3: This heading skips a level."),
        (f"{FIRST}/en.md", "lesson:m1-go-on", "lesson:m9", "en.md:9: There is no lesson “m9” in this course."),
        (f"{FIRST}/en.md", "lesson:m1-go-on", "javascript:x", "en.md:9: “javascript:x” cannot be a link."),
        (
            f"{FIRST}/en.md",
            "figure-one.svg",
            "figure-two.svg",
            "en.md:7: The figure “figure-two.svg” has no text alternative",
        ),
        (f"{FIRST}/en.md", "Text of", "Text ![x](figure-one.svg) of", "en.md:5: A figure stands alone"),
        (f"{FIRST}/en.md", "Intro", "<b>Intro</b>", "en.md:1: HTML is shown as typed."),
        (f"{FIRST}/en.md", "Intro", "::: try\nIntro", "en.md:1: This callout has no title."),
        (f"{FIRST}/en.md", "Intro", "::: try Now\nIntro", "en.md:1: This callout has no end."),
        (
            f"{FIRST}/de.md",
            "Text von",
            "| a | |\n|---|---|\n| 1 | 2 |\n\nText von",
            "de.md:5: A column of this table has no heading.",
        ),
        ("10-first/20-go-on/lesson.toml", "m1-go-on", "m1-start", "lesson.toml:1: The key “m1-start” is taken by"),
        ("10-first/module.toml", "step = 0", "step = 6", "module.toml:3: “step” must be a whole number, 0 to 5."),
        (
            "10-first/module.toml",
            'outcome = "You can begin."',
            'outcome = "You can begin."\nhandin = "A map"',
            "module.toml:10: “handin” announces an outline.",
        ),
        ("course.toml", '["en", "de"]', '["en", "xx"]', "course.toml:4: “languages” holds codes of EU languages only"),
        ("course.toml", "hours = 1", 'hours = "one"', "course.toml:5: “hours” must be a number from 0 to 1000."),
    ],
)
def test_each_fault_is_named_with_its_line(course: Path, file: str, old: str, new: str, expected: str) -> None:
    change(course, file, old, new)
    assert any(expected in line for line in found(course)), found(course)


def test_a_missing_language_file_is_a_fault(course: Path) -> None:
    (course / FIRST / "de.md").unlink()
    assert found(course) == [f"{FIRST}/de.md:1: The file is missing."]


def test_a_link_out_of_the_folder_is_never_followed(course: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    (course / FIRST / "en.md").unlink()
    (course / FIRST / "en.md").symlink_to(secret)
    (course / "20-linked").symlink_to(course / "10-first")
    lines = found(course)
    assert any(line.startswith(f"{FIRST}/en.md:1: The file cannot be read.") for line in lines)
    assert "20-linked:1: A course holds no links to other places. Copy the folder here." in lines


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_or_a_folder_in_place_of_a_file_is_a_fault(course: Path, make: Callable[[Path], None]) -> None:
    (course / FIRST / "en.md").unlink()
    make(course / FIRST / "en.md")
    assert f"{FIRST}/en.md:1: This is not a file. Put a file of that name here." in found(course)


def test_a_text_without_a_word_is_a_fault(course: Path) -> None:
    write(course, f"{SECOND}/de.md", " \n")
    assert found(course) == [f"{SECOND}/de.md:1: There is no text here. Write it."]


QUIZ = """key = "m1-quiz"
pass_percent = 70
minutes = 5
[en]
title = "Quiz"
[[question]]
key = "m1-q"
type = "true-false"
lesson = "m1-start"
outcome = "m1"
right = true
[question.en]
prompt = "The cycle has five steps."
rationale = "It has five."
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"m1-start"', '"m1-begin"', "9: There is no lesson “m1-begin” in this course."),
        ('"m1"\n', '"m7"\n', "10: There is no lesson or module “m7” in this course."),
    ],
)
def test_a_question_names_a_lesson_and_a_module_that_are_there(course: Path, old: str, new: str, expected: str) -> None:
    write(course, "10-first/80-quiz/quiz.toml", QUIZ)
    assert found(course) == []
    change(course, "10-first/80-quiz/quiz.toml", old, new)
    assert found(course) == [f"10-first/80-quiz/quiz.toml:{expected}"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"one\ntwo\xff\n", ":2: This is not UTF-8 text."),
        (b"one\ntw\x00o\n", ":2: There is an invisible control character"),
        (b"x" * 500_000, ":1: The file is 500 kB. At most 400 kB can be read."),
        ("one\n\u202eowt\n".encode(), ":2: There is an invisible control character"),
    ],
)
def test_text_that_cannot_be_read_is_a_fault(course: Path, raw: bytes, expected: str) -> None:
    (course / FIRST / "en.md").write_bytes(raw)
    assert any(f"{FIRST}/en.md{expected}" in line for line in found(course)), found(course)


def test_deeply_nested_toml_is_a_fault_and_no_crash(course: Path) -> None:
    write(course, f"{FIRST}/lesson.toml", "x = " + "[" * 50_000)
    assert any("TOML cannot read" in line for line in found(course))


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("<script>alert(1)</script>", "<script> is not allowed"),
        ('<path onload="alert(1)"/>', "“onload” is not allowed"),
        ('<path style="fill:red"/>', "“style” is not allowed"),
        ('<path fill="url(https://x.example/y)"/>', "“fill” in the figure holds something"),
        ('<a href="https://x.example"><text>x</text></a>', "<a> is not allowed"),
        ("<foreignObject/>", "<foreignObject> is not allowed"),
        ('<use href="#x"/>', "<use> is not allowed"),
        ('<path class="lms-btn"/>', "“class” in the figure holds something"),
        ('<b xmlns="http://www.w3.org/1999/xhtml">x</b>', "an element from outside SVG"),
        ("<path>", "not well-formed XML"),
    ],
)
def test_a_figure_that_could_do_harm_is_refused(course: Path, part: str, expected: str) -> None:
    write(course, f"{FIRST}/figure-one.svg", SVG.replace("</svg>", f"{part}</svg>"))
    assert any(expected in line for line in found(course)), found(course)


def test_a_figure_with_entities_is_refused(course: Path) -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SVG
    write(course, f"{FIRST}/figure-one.svg", bomb)
    assert any("declares a document type" in line for line in found(course))


def test_several_courses_are_checked_at_once(tmp_path: Path) -> None:
    write_course(tmp_path, key="first-course")
    second = write_course(tmp_path, key="second-course")
    change(second, f"{FIRST}/lesson.toml", "minutes = 15", "minutes = 0")
    assert [line.partition(":")[0] for line in found(tmp_path)] == [f"second-course/{FIRST}/lesson.toml"]
