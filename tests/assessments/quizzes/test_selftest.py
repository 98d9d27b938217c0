"""The self-test beside a lesson: marked and explained at once, for participants and staff, and nothing is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from courses.authoring.files import read_course
from courses.authoring.queries import newest_text, node_of
from courses.authoring.services import publish, save_text
from courses.catalogue.queries import course_by_slug
from courses.progress.models import EnrolmentState
from lms.kernel.db import Base, db
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from tests.factories.course_files import MODULE, change, write, write_course
from tests.factories.hubs import make_trainer
from tests.factories.people import make_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from tests.assessments.quizzes.scene import Learner
    from tests.factories.fixtures import Commit

IN = {"in-q1": "1", "in-q2": "1", "in-q3": "1"}
STEPS = ("review", "targets", "vote")
ORDER = {"q2": list(STEPS), **{f"q2-{step}": str(place) for place, step in enumerate(STEPS, 1)}}
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def address(learner: Learner) -> str:
    return f"{learner.base}/lessons/m1-start/self-test"


def rows(app: Flask) -> dict[str, int]:
    """Count the rows of every table."""
    with app.test_request_context(), transaction(writes=False):
        tables = Base.metadata.sorted_tables
        return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_the_lessons_page_leads_to_it(learner: Learner, address: str) -> None:
    lesson = learner.client.get(f"{learner.base}/lessons/m1-start").text
    assert re.search(rf'href="{address}">.*?Check yourself: 3 quick questions</a>', lesson)
    assert "Check yourself" not in learner.client.get(f"{learner.base}/lessons/m1-go-on").text
    assert learner.client.get(f"{learner.base}/lessons/m1-go-on/self-test").status_code == 404
    page = learner.client.get(address).text
    assert "Nothing is recorded" in page
    assert page.count("<fieldset") == 3
    assert "Save" not in page


def test_answers_are_marked_and_explained_and_nothing_is_written(
    learner: Learner, address: str, app: Flask, statements: Callable[[], list[str]]
) -> None:
    before = rows(app)
    statements()
    page = learner.send(address, {**IN, **ORDER, "q1": "no", "q3": "3"})
    sent = statements()
    assert page.status_code == 200
    assert not [statement for statement in sent if statement.startswith(WRITES)]
    assert len(sent) <= 6
    assert rows(app) == before
    assert "1 of 3 right" in page.text
    for words in ("Look at s-first again.", "s-first is asked, as you see.", "Think of an election period.",
                  "Three to five years are usual.", "A vote needs targets"):  # fmt: skip
        assert words in page.text
    assert re.search(rf'href="{address}">Try again</a>', page.text)


def test_an_open_question_keeps_its_answer(learner: Learner, address: str) -> None:
    begun = learner.send(address, {**IN, "q2": list(STEPS), "q2-review": "1"}).text
    assert "A vote needs targets" in begun, "what was begun is explained"
    page = learner.send(address, {**IN, "q1": "yes"}).text
    assert "1 of 3 right" in page
    assert "s-first is asked, as you see." in page
    assert "Three to five years are usual." not in page
    assert page.count("Answer it on the next try") == 2


def test_steps_are_moved_without_script_and_what_cannot_be_read_is_kept(learner: Learner, address: str) -> None:
    first = learner.client.get(address).text
    shown = re.findall(r'name="q2" value="(\w+)"', first)
    assert sorted(shown) == sorted(STEPS)
    given = {"q2": shown, **{f"q2-{step}": "" for step in shown}}
    moved = learner.send(address, {**IN, **given, "q1": "no", "move": f"q2:{shown[1]}:up"})
    assert moved.status_code == 200
    assert re.findall(r'name="q2" value="(\w+)"', moved.text) == [shown[1], shown[0], shown[2]]
    assert re.search(r'value="no"[^>]* checked', moved.text)
    assert "is asked, as you see" not in moved.text, "not marked yet"
    page = learner.send(address, {**IN, "q1": "no", "q3": "about five"})
    assert page.status_code == 422
    assert 'value="about five"' in page.text
    assert 'href="#q3' in page.text


@pytest.mark.parametrize("junk", ["\x00x", "x" * 100_000, "review"])
def test_hostile_answers_break_nothing(learner: Learner, address: str, junk: str) -> None:
    sent = {**IN, "q1": junk, "q2": junk, "q2-review": junk, "q3": junk, "move": junk}
    assert learner.send(address, sent).status_code in {200, 422}


def test_staff_may_try_it_and_strangers_find_nothing(
    learner: Learner, address: str, commit: Commit, sign_in: Callable[[int], None]
) -> None:
    sign_in(commit(make_trainer, learner.hub_id).id)
    assert learner.client.get(address).status_code == 200
    assert "1 of 3 right" in learner.send(address, {**IN, "q1": "yes"}).text
    sign_in(commit(make_person, "Paolo Ferri").id)
    assert learner.client.get(address).status_code == 404
    assert learner.send(address, IN).status_code == 404


def test_it_counts_nowhere(learner: Learner, address: str, app: Flask) -> None:
    learner.send(address, {**IN, "q1": "yes"})
    course = learner.client.get(f"{learner.base}/course").text
    assert "self-test" not in course
    with app.test_request_context(), transaction(writes=False):
        state = db.session.get_one(EnrolmentState, learner.enrolment_id)
        assert (state.done, state.total, state.nodes) == (0, 7, {})


def test_it_stays_with_a_lesson_that_is_edited_in_the_browser(learner: Learner, address: str, app: Flask) -> None:
    with app.test_request_context(), transaction():
        course = course_by_slug("small-course")
        node = node_of(course, "m1-start")
        text = newest_text(node.id, "en")
        assert text is not None
        save_text(actor=SYSTEM, course=course, node=node, language="en", body={"title": "Begin"}, seen=text.number)
        edition = publish(actor=SYSTEM, course=course, size="minor")
        assert (edition.major, edition.minor) == (1, 1)
        kept = [activity for module in edition.manifest["modules"] for activity in module["activities"]]
        assert "m1-start" in [activity["key"] for activity in kept]
    assert learner.client.get(address).status_code == 200


def test_it_goes_where_its_lesson_goes(learner: Learner, tmp_path: Path) -> None:
    del learner
    route = write_course(tmp_path, key="route")
    include = '\n[[include]]\ncourse = "small-course"\nkey = "m1-start"\n'
    write(route, "20-taken/module.toml", f"{MODULE}{include}")
    change(route, "20-taken/module.toml", 'key = "m1"\n', 'key = "r1"\n')
    course, _faults = read_course(route)
    assert course is not None
    ((_folder, lesson),) = course.modules[1].activities
    assert len(lesson.settings["beside"]["self-test"]["questions"]) == 3
