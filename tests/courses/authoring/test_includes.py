"""Routes: modules that take nodes of another course from its folder."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from courses.authoring.check import check_folder, load_kinds
from courses.authoring.files import read_course
from courses.authoring.rules import FROM, freeze, nodes_in
from tests.factories.course_files import FIRST, change, write, write_course, write_route

if TYPE_CHECKING:
    from pathlib import Path

    from courses.catalogue.rules import Manifest

MODULE = "10-first/module.toml"


def found(folder: Path) -> list[str]:
    return [str(fault) for fault in check_folder(folder)]


def manifest_of(course: Path) -> Manifest:
    load_kinds()
    parsed, faults = read_course(course)
    assert parsed is not None
    assert faults == []
    return freeze(nodes_in(parsed)).manifest


@pytest.fixture
def route(tmp_path: Path) -> Path:
    write_course(tmp_path)
    return write_route(tmp_path)


def test_a_route_is_checked_alone_and_beside_its_course(route: Path) -> None:
    assert found(route) == []
    assert found(route.parent) == []


def test_included_lessons_keep_their_keys_and_stand_where_their_position_says(route: Path) -> None:
    manifest = manifest_of(route)
    assert manifest.order == ["m1-start", "own-promise", "m1-go-on"]
    minutes = {key: activity.minutes for key, (_module, activity) in manifest.by_key.items()}
    assert minutes == {"m1-start": 2, "own-promise": 15, "m1-go-on": 15}


def test_a_short_version_is_another_duty_and_a_whole_one_the_same_content(route: Path) -> None:
    whole, short = manifest_of(route.parent / "small-course").by_key, manifest_of(route).by_key
    assert whole["m1-start"][1].must_do == {"do": "read"}
    assert short["m1-start"][1].must_do == {"do": "read", "short": True}
    assert short["m1-go-on"][1].must_do == whole["m1-go-on"][1].must_do
    assert short["m1-go-on"][1].content == whole["m1-go-on"][1].content


def test_nodes_say_from_which_course_they_come(route: Path) -> None:
    parsed, _faults = read_course(route)
    assert parsed is not None
    froms = {node.key: node.settings.get(FROM) for node in nodes_in(parsed)}
    assert froms == {
        "small-route": None,
        "r1": None,
        "m1-start": "small-course",
        "own-promise": None,
        "m1-go-on": "small-course",
    }


def test_a_whole_module_is_included_without_what_is_left_out(route: Path) -> None:
    course = route.parent / "small-course"
    write(course, "10-first/80-quiz/quiz.toml", QUIZ)
    write(route, MODULE, HEAD + '[[include]]\ncourse = "small-course"\nkey = "m1"\nposition = 30\nwithout = ["quiz"]\n')
    assert manifest_of(route).order == ["own-promise", "m1-start", "m1-go-on"]
    change(route, MODULE, 'without = ["quiz"]', "short = true")
    manifest = manifest_of(route)
    assert manifest.order == ["own-promise", "m1-start", "m1-go-on", "m1-quiz"]
    assert manifest.by_key["m1-quiz"][1].minutes == 5
    assert found(route) == []  # the question names a module that the route does not have: its own course is asked


HEAD = 'key = "r1"\ncode = "R1"\nstep = 0\nhours = 0.2\n[en]\ntitle = "Route"\noutcome = "You can promise."\n'
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
        ('"small-course"\nkey = "m1-start"', '"big-course"\nkey = "m1-start"', ":12: There is no folder “big-course”"),
        ('"small-course"\nkey = "m1-start"', '"../x"\nkey = "m1-start"', ":12: “../x” is no key."),
        ('"m1-start"', '"m1-stop"', ":13: The course “small-course” has no module or activity “m1-stop”."),
        ('"m1-start"', '"m1-go-on"', ":17: The key “m1-go-on” is taken by 10-first/module.toml."),
        ('"m1-start"', '"own-promise"', ":13: The course “small-course” has no module or activity “own-promise”."),
        ("short = true", 'short = "yes"', ":14: “short” must be true or false"),
        ("short = true", 'without = ["quiz"]', ":14: “without” leaves something out of a module."),
        ("short = true", 'without = ["film"]', ":14: “film” is no kind of activity. Kinds are: "),
        ("short = true", "position = 100", ":14: “position” must be a whole number, 0 to 99."),
        ("short = true", "shrot = true", ":14: “shrot” is not known here. Did you mean “short”?"),
    ],
)  # fmt: skip
def test_each_fault_of_an_include_is_named_with_its_line(route: Path, old: str, new: str, expected: str) -> None:
    change(route, MODULE, old, new)
    assert any(line.startswith(MODULE + expected) for line in found(route)), found(route)


def test_a_module_of_which_nothing_is_left_is_a_fault(route: Path) -> None:
    change(route, MODULE, 'key = "m1-start"\nshort = true', 'key = "m1"\nwithout = ["lesson"]')
    assert f"{MODULE}:13: Nothing is left to include of “m1”." in found(route)


def test_what_is_wrong_in_the_other_course_is_named_once_and_there(route: Path) -> None:
    change(route.parent / "small-course", f"{FIRST}/lesson.toml", "minutes = 15", "minutes = 0")
    change(route, "10-first/10-promise/en.md", "We promise.", "We promise what we [read](lesson:m1-start).")
    expected = (
        f"{MODULE}:13: “{FIRST}” has faults of its own. Check the course “small-course” and put them right there."
    )
    assert found(route) == [expected]


def test_a_link_in_place_of_the_other_course_is_never_followed(route: Path, tmp_path: Path) -> None:
    shutil.move(route.parent / "small-course", tmp_path / "elsewhere")
    (route.parent / "small-course").symlink_to(tmp_path / "elsewhere")
    assert f"{MODULE}:12: There is no folder “small-course” with a course beside this course." in found(route)


def test_a_route_alone_without_its_course_says_what_is_missing(route: Path) -> None:
    shutil.rmtree(route.parent / "small-course")
    assert found(route) == [
        f"{MODULE}:{line}: There is no folder “small-course” with a course beside this course." for line in (12, 16)
    ]
