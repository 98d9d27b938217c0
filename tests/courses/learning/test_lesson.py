"""The lesson page: what a reader sees, what is recorded, and what it costs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event, select

from courses.programmes.models import Enrolment
from courses.progress.models import Bookmark, EnrolmentState, Outcome
from courses.progress.services import refresh
from lms.kernel.db import db
from tests.courses.learning.scene import Scene, make_scene
from tests.factories.course_files import write
from tests.factories.people import make_person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories.fixtures import Commit

LATER = """key = "m2"
code = "M2"
step = 1
hours = 5
state = "outline"

[en]
title = "Baseline review"
outcome = "You can review."
lessons = ["Plan the work"]
handin = "A list of laws"
"""


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collect the SQL statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def outcomes(commit: Commit) -> list[tuple[str, str]]:
    return commit(
        lambda: [(row.node_key, row.kind) for row in db.session.scalars(select(Outcome).order_by(Outcome.id))]
    )


def test_a_participant_reads_a_lesson(client: FlaskClient, sign_in: Callable[[int], None], scene: Scene) -> None:
    sign_in(scene.marja)
    page = client.get(scene.lesson())
    assert page.status_code == 200
    assert '<h1 lang="en">Start</h1>' in page.text
    assert "<dfn>term</dfn>" in page.text
    assert 'role="img" aria-label="A line."' in page.text
    assert f'href="{scene.lesson("m1-go-on")}"' in page.text
    assert "Lesson 1 of 2" in page.text


def test_the_first_view_is_recorded_once(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, commit: Commit
) -> None:
    sign_in(scene.marja)
    client.get(scene.lesson())
    client.get(scene.lesson())
    assert outcomes(commit) == [("m1-start", "viewed")]


def test_fetching_ahead_records_nothing(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, commit: Commit
) -> None:
    sign_in(scene.marja)
    assert client.get(scene.lesson(), headers={"Sec-Purpose": "prefetch;prerender"}).status_code == 200
    assert outcomes(commit) == []


def test_done_next_records_and_goes_on(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, commit: Commit, token: Callable[[], str]
) -> None:
    sign_in(scene.marja)
    client.get(scene.lesson())
    answer = client.post(scene.lesson(), data={"lms_csrf": token()})
    assert (answer.status_code, answer.location) == (303, scene.lesson("m1-go-on"))
    assert outcomes(commit) == [("m1-start", "viewed"), ("m1-start", "read")]
    state = commit(lambda: db.session.get_one(EnrolmentState, scene.enrolment.id))
    assert (state.done, state.total) == (1, 2)


def test_two_clicks_record_once(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, commit: Commit, token: Callable[[], str]
) -> None:
    sign_in(scene.marja)
    for _click in range(2):
        assert client.post(scene.lesson(), data={"lms_csrf": token()}).status_code == 303
    assert outcomes(commit) == [("m1-start", "read")]


def test_after_the_last_lesson_comes_the_course(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, token: Callable[[], str]
) -> None:
    sign_in(scene.marja)
    client.post(scene.lesson(), data={"lms_csrf": token()})
    answer = client.post(scene.lesson("m1-go-on"), data={"lms_csrf": token()})
    assert answer.location == scene.page
    assert "You have done everything in this course" in client.get(scene.page).text


def test_the_course_page_says_what_is_next(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, token: Callable[[], str]
) -> None:
    sign_in(scene.marja)
    assert "Begin the lesson" in client.get(scene.page).text
    client.get(scene.lesson())
    assert "Continue the lesson" in client.get(scene.page).text
    client.post(scene.lesson(), data={"lms_csrf": token()})
    page = client.get(scene.page).text
    assert "1 of 2 done" in page
    assert f'href="{scene.lesson("m1-go-on")}"' in page


def test_an_announced_module_says_what_it_will_hold(
    client: FlaskClient, sign_in: Callable[[int], None], commit: Commit, tmp_path: Path
) -> None:
    write(tmp_path / "small-course", "20-later/module.toml", LATER)
    scene = make_scene(commit, tmp_path)
    sign_in(scene.marja)
    page = client.get(scene.page).text
    assert "<li>Plan the work</li>" in page
    assert 'Practical assignment: <span lang="en">A list of laws</span>' in page


def test_the_language_of_the_course_is_chosen_apart_from_that_of_the_site(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, token: Callable[[], str]
) -> None:
    sign_in(scene.marja)
    data = {"lms_csrf": token(), "language": "de", "lesson": "m1-start"}
    assert client.post(f"/programmes/{scene.programme.ref}/language", data=data).location == scene.lesson()
    page = client.get(scene.lesson()).text
    assert '<h1 lang="de">Start (DE)</h1>' in page
    assert "Mark as read and go on" in page


def test_a_language_that_the_course_does_not_have_is_refused(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, token: Callable[[], str]
) -> None:
    sign_in(scene.marja)
    data = {"lms_csrf": token(), "language": "fi"}
    assert client.post(f"/programmes/{scene.programme.ref}/language", data=data).status_code == 422


def test_the_place_of_reading_is_remembered(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, commit: Commit, token: Callable[[], str]
) -> None:
    sign_in(scene.marja)
    data = {"lms_csrf": token(), "heading": "part-1"}
    assert client.post(f"{scene.lesson()}/place", data=data).status_code == 204
    kept = commit(lambda: db.session.get_one(Bookmark, scene.enrolment.id))
    assert (kept.node_key, kept.anchor) == ("m1-start", "part-1")


def test_a_trainer_sees_the_lesson_and_nothing_is_recorded(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, commit: Commit, token: Callable[[], str]
) -> None:
    sign_in(scene.trainer)
    page = client.get(scene.lesson())
    assert "You see this lesson as participants do" in page.text
    assert "Mark as read" not in page.text
    assert client.post(scene.lesson(), data={"lms_csrf": token()}).status_code == 403
    assert outcomes(commit) == []


def test_a_stranger_does_not_learn_that_the_programme_exists(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, commit: Commit
) -> None:
    sign_in(commit(make_person, "Somebody Else").id)
    for address in (scene.page, scene.lesson(), "/programmes/nowhere/lessons/m1-start"):
        assert client.get(address).status_code == 404


def test_who_has_left_sees_the_lessons_no_more(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, commit: Commit
) -> None:
    def leave() -> None:
        enrolment = db.session.get_one(Enrolment, scene.enrolment.id)
        enrolment.left_at = enrolment.enrolled_at
        db.session.flush()
        refresh([enrolment.id])

    commit(leave)
    sign_in(scene.marja)
    assert client.get(scene.lesson()).status_code == 404


def test_a_lesson_page_takes_at_most_six_statements(
    app: Flask, client: FlaskClient, sign_in: Callable[[int], None], scene: Scene
) -> None:
    sign_in(scene.marja)
    client.get(scene.lesson())
    with statements(app) as sent:
        assert client.get(scene.lesson()).status_code == 200
    assert len(sent) <= 6, sent


def test_a_course_page_takes_at_most_six_statements(
    app: Flask, client: FlaskClient, sign_in: Callable[[int], None], scene: Scene
) -> None:
    sign_in(scene.marja)
    with statements(app) as sent:
        assert client.get(scene.page).status_code == 200
    assert len(sent) <= 6, sent


def test_signing_in_comes_first(client: FlaskClient, scene: Scene) -> None:
    assert client.get(scene.lesson()).status_code == 303
