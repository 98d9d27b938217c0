"""The authors' pages: edit, preview, stale saves that lose nothing, publishing, and who may not."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from courses.authoring import queries
from courses.authoring.services import load_course, publish
from courses.catalogue.models import Course, Edition
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.library.services import load_library
from tests.factories.course_files import write_course, write_route
from tests.factories.hubs import make_hub, make_trainer
from tests.factories.library import write_glossary
from tests.factories.people import make_person
from tests.factories.programmes import make_programme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.factories.fixtures import Commit

TEXT = {
    "title": "Start",
    "outcome": "You can explain it.",
    "summary": "In short.",
    "markdown": "## Part one\n\nNew text.\n",
    "seen": "1",
}

LINKS = "[SWAT](term:swat), [SWOT](term:swot) and [a lesson](lesson:m9-gone),\nwith [a sheet](library:nothing).\n"


@pytest.fixture
def course(commit: Commit, tmp_path: Path) -> Course:
    def make() -> Course:
        loaded = load_course(actor=SYSTEM, folder=write_course(tmp_path)).course
        publish(actor=SYSTEM, course=loaded)
        return loaded

    return commit(make)


@pytest.fixture
def author(commit: Commit, sign_in: Callable[[int], None]) -> int:
    person = commit(make_person, "Claudia Weiss", ("author", "partnership", 0)).id
    sign_in(person)
    return person


def saved(commit: Commit, course: Course, language: str = "en") -> str:
    def read() -> str:
        text = queries.newest_text(queries.node_of(course, "m1-start").id, language)
        assert text is not None
        return str(text.body["markdown"])

    return commit(read)


@pytest.mark.usefixtures("author")
def test_an_author_finds_course_outline_and_lesson(client: FlaskClient, course: Course) -> None:
    assert "Small course" in client.get("/authoring").text
    outline = client.get(f"/authoring/{course.ref}").text
    assert "Nothing keeps this draft from being published." in outline
    assert f"/authoring/{course.ref}/lessons/m1-start" in outline
    page = client.get(f"/authoring/{course.ref}/lessons/m1-start").text
    assert "Text of part one." in page
    assert "figure-one.svg" in page


@pytest.mark.usefixtures("author")
def test_a_text_is_saved_and_the_outline_says_that_it_changed(
    client: FlaskClient, course: Course, commit: Commit, token: Callable[[], str]
) -> None:
    address = f"/authoring/{course.ref}/lessons/m1-start"
    assert client.post(address, data={**TEXT, "lms_csrf": token()}).status_code == 303
    assert saved(commit, course) == "## Part one\n\nNew text.\n"
    assert "Changed" in client.get(f"/authoring/{course.ref}").text


@pytest.mark.usefixtures("author")
def test_the_preview_works_without_javascript_and_saves_nothing(
    client: FlaskClient, course: Course, commit: Commit, token: Callable[[], str]
) -> None:
    data = {**TEXT, "markdown": "A **term** <script>", "preview": "1", "lms_csrf": token()}
    page = client.post(f"/authoring/{course.ref}/lessons/m1-start", data=data)
    assert "<dfn>term</dfn> &lt;script&gt;" in page.text
    assert "A **term** &lt;script&gt;</textarea>" in page.text
    assert "New text" not in saved(commit, course)


@pytest.mark.usefixtures("author")
def test_the_preview_answers_the_script_with_safe_html(
    client: FlaskClient, course: Course, token: Callable[[], str]
) -> None:
    data = {"text": "A **term** <img src=x onerror=alert(1)>", "lms_csrf": token()}
    answer = client.post(f"/authoring/{course.ref}/lessons/m1-start/preview", data=data)
    assert "<dfn>term</dfn> &lt;img" in answer.text


@pytest.mark.usefixtures("author")
def test_a_stale_save_shows_both_texts_and_loses_neither(
    client: FlaskClient, course: Course, commit: Commit, token: Callable[[], str]
) -> None:
    address = f"/authoring/{course.ref}/lessons/m1-start"
    client.post(address, data={**TEXT, "markdown": "Hers.", "lms_csrf": token()})
    answer = client.post(address, data={**TEXT, "markdown": "His.", "lms_csrf": token()})
    assert answer.status_code == 409
    assert "Hers.\n</textarea>" in answer.text
    assert "His.</textarea>" in answer.text
    assert re.findall(r'class="lms-typed" lang="en">([^<]+)<', answer.text) == ["Hers.", "His."]
    assert saved(commit, course) == "Hers.\n"
    assert 'name="seen" type="hidden" value="2"' in answer.text
    client.post(address, data={**TEXT, "markdown": "Both.", "seen": "2", "lms_csrf": token()})
    assert saved(commit, course) == "Both.\n"


@pytest.mark.usefixtures("author")
def test_what_is_wrong_in_a_text_is_said_and_keeps_it_from_being_published(
    client: FlaskClient, commit: Commit, course: Course, tmp_path: Path, token: Callable[[], str]
) -> None:
    address = f"/authoring/{course.ref}/lessons/m1-start"
    client.post(
        address, data={**TEXT, "markdown": "#### Deep\n\n![x](figure-one.svg)\n\n" + LINKS, "lms_csrf": token()}
    )
    page = html.unescape(client.get(address).text)
    assert "Line 1: This heading skips a level. Write it with “##”." in page
    assert "Line 3: The figure “figure-one.svg” has no text alternative" in page
    assert "Line 5: There is no lesson “m9-gone” in this course." in page
    assert ("no term" in page, "No item" in page) == (False, False)  # as long as no library is there to compare with
    write_glossary(tmp_path / "library")
    commit(lambda: load_library(actor=SYSTEM, folder=tmp_path / "library"))
    page = html.unescape(client.get(address).text)
    assert "Line 5: The glossary has no term “swat”." in page
    assert "Line 6: No item of the library has the key “nothing”." in page
    assert "swot" not in page.partition('id="findings"')[2]
    assert "The draft is not ready yet" in client.get(f"/authoring/{course.ref}/publish").text


@pytest.mark.usefixtures("author")
def test_a_missing_title_is_said_at_the_field(client: FlaskClient, course: Course, token: Callable[[], str]) -> None:
    data = {**TEXT, "title": " ", "lms_csrf": token()}
    answer = client.post(f"/authoring/{course.ref}/lessons/m1-start", data=data)
    assert answer.status_code == 422
    assert "Write a title." in answer.text
    assert "New text." in answer.text


@pytest.mark.usefixtures("author")
def test_a_translation_that_is_behind_is_shown_and_can_be_confirmed(
    client: FlaskClient, course: Course, token: Callable[[], str]
) -> None:
    address = f"/authoring/{course.ref}/lessons/m1-start"
    text = "Intro with a **term**.\n\n## Part one\n\nChanged text.\n"
    client.post(address, data={**TEXT, "markdown": text, "lms_csrf": token()})
    page = client.get(f"{address}?language=de").text
    assert "Behind its source" in page
    assert "Changed text." in page
    assert "Text von Teil eins." in page
    client.post(f"{address}/confirm?language=de", data={"seen": "1", "lms_csrf": token()})
    assert "Text von Teil eins.</li>" not in client.get(f"{address}?language=de").text


@pytest.mark.usefixtures("author")
def test_publishing_says_what_changes_and_that_nobody_is_disturbed(
    client: FlaskClient, course: Course, commit: Commit, token: Callable[[], str]
) -> None:
    commit(make_programme, course_id=course.id)
    client.post(f"/authoring/{course.ref}/lessons/m1-start", data={**TEXT, "lms_csrf": token()})
    page = client.get(f"/authoring/{course.ref}/publish").text
    assert "Running programmes are not disturbed" in page
    assert "1 programme runs on edition 1.0 and stays there." in page
    assert "Better words" in page
    answer = client.post(
        f"/authoring/{course.ref}/publish", data={"size": "minor", "note": "Clearer", "lms_csrf": token()}
    )
    assert answer.location == f"/authoring/{course.ref}/versions"
    versions = client.get(answer.location).text
    assert "Edition 1.1 is published." in versions
    assert "Clearer" in versions


@pytest.mark.usefixtures("author")
def test_two_clicks_publish_once(client: FlaskClient, course: Course, commit: Commit, token: Callable[[], str]) -> None:
    client.post(f"/authoring/{course.ref}/lessons/m1-start", data={**TEXT, "lms_csrf": token()})
    data = {"size": "major", "note": "", "lms_csrf": token(), "lms_once": "abcdefgh"}
    answers = [client.post(f"/authoring/{course.ref}/publish", data=data).status_code for _click in range(2)]
    assert answers == [303, 303]
    assert commit(lambda: db.session.scalar(select(func.count()).select_from(Edition))) == 2


@pytest.mark.usefixtures("author")
def test_a_draft_lesson_is_seen_as_participants_would(client: FlaskClient, course: Course) -> None:
    page = client.get(f"/authoring/{course.ref}/preview/m1-start?language=de").text
    assert "Einleitung mit einem <dfn>Begriff</dfn>." in page
    assert f'href="/authoring/{course.ref}/preview/m1-go-on"' in page


def test_people_without_the_right_see_nothing(
    client: FlaskClient, sign_in: Callable[[int], None], course: Course, commit: Commit
) -> None:
    hub = commit(make_hub, "Italy", "IT", countries=["IT"])
    people = [
        (commit(make_person, "Marja Lehto").id, 403),
        (commit(make_trainer, hub.id).id, 403),
        (commit(make_person, "Hub Author", ("author", "hub", hub.id)).id, 404),
    ]
    for person, status in people:
        sign_in(person)
        for page in ("", "/lessons/m1-start", "/preview/m1-start", "/versions", "/publish"):
            assert client.get(f"/authoring/{course.ref}{page}").status_code == status


@pytest.mark.usefixtures("author")
def test_a_quiz_is_not_edited_here(client: FlaskClient, course: Course) -> None:
    assert client.get(f"/authoring/{course.ref}/lessons/m1").status_code == 404


@pytest.mark.usefixtures("author")
def test_what_is_included_from_another_course_can_be_looked_at_only(
    client: FlaskClient, commit: Commit, course: Course, tmp_path: Path
) -> None:
    route = commit(lambda: load_course(actor=SYSTEM, folder=write_route(tmp_path)).course)
    answer = client.get(f"/authoring/{route.ref}/lessons/m1-go-on")
    assert answer.location == f"/authoring/{route.ref}/preview/m1-go-on?language=en"
    page = client.get(answer.location).text
    assert "It is included from “Small course”. Change it there" in page
    assert f'href="/authoring/{course.ref}/lessons/m1-go-on"' in page
    assert f'href="/authoring/{route.ref}/lessons/m1-go-on' not in page
    short = client.get(f"/authoring/{route.ref}/preview/m1-start").text
    assert "In two minutes" in short
    assert "Text of part one." not in short
    assert "Text of part one." in client.get(f"/authoring/{route.ref}/preview/m1-start?whole=1").text
    assert client.get(f"/authoring/{route.ref}/lessons/own-promise").status_code == 200


@pytest.mark.usefixtures("author")
def test_a_route_takes_over_what_its_course_has_published_and_nothing_before(
    client: FlaskClient, commit: Commit, course: Course, tmp_path: Path, token: Callable[[], str]
) -> None:
    def make() -> Course:
        made = load_course(actor=SYSTEM, folder=write_route(tmp_path)).course
        publish(actor=SYSTEM, course=made)
        return made

    route = commit(make)
    outline, take_over = f"/authoring/{route.ref}", f"/authoring/{route.ref}/take-over"

    def behind() -> bool:
        told = "Newer texts to take over" in client.get(outline).text
        assert told == ("Newer texts to take over" in client.get("/authoring").text)
        return told

    assert not behind()
    assert client.post(take_over, data={"lms_csrf": token()}).status_code == 409
    client.post(f"/authoring/{course.ref}/lessons/m1-start", data={**TEXT, "lms_csrf": token()})
    assert not behind()  # half-written texts stay where they are written
    data = {"size": "minor", "note": "", "lms_csrf": token(), "lms_once": "a" * 32}
    assert client.post(f"/authoring/{course.ref}/publish", data=data).status_code == 303
    assert (
        "Other courses include texts of this one: Small route." in client.get(f"/authoring/{course.ref}/versions").text
    )
    assert behind()
    assert client.post(take_over, data={"lms_csrf": token()}).status_code == 303
    assert not behind()
    whole = client.get(f"{outline}/preview/m1-start?whole=1").text
    assert "New text." in whole
    assert "In two minutes" in client.get(f"{outline}/preview/m1-start").text  # still short
    assert "minor becomes 1.1" in client.get(f"{outline}/publish").text
    again = commit(lambda: load_course(actor=SYSTEM, folder=tmp_path / "small-route"))
    assert not again.changed  # the files say nothing new, so the draft keeps what it took over
