"""The quiz as a participant meets it, without JavaScript and with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assessments.quizzes.models import AttemptStep
from lms.kernel.db import db
from lms.kernel.transaction import transaction
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.factories.fixtures import Commit


@pytest.fixture
def quiz_url(commit: Commit, sign_in: Callable[[int], None]) -> str:
    """Sign a participant in; return the address of the first quiz."""
    programme = commit(make_programme)
    person = commit(make_person)
    commit(enrol, person.id, programme)
    sign_in(person.id)
    return f"/programmes/{programme.ref}/quizzes/m1-quiz"


def token(page: TestResponse) -> str:
    found = re.search(r'name="lms_csrf" value="([^"]+)"', page.text)
    assert found is not None
    return found.group(1)


def start(client: FlaskClient, quiz_url: str) -> tuple[str, str]:
    page = client.get(quiz_url)
    answer = client.post(quiz_url, data={"lms_csrf": token(page)})
    assert answer.status_code == 303
    return answer.location, token(client.get(answer.location))


def test_answers_survive_leaving_and_the_result_explains_them(client: FlaskClient, quiz_url: str) -> None:
    attempt, csrf = start(client, quiz_url)
    answers = {"lms_csrf": csrf, "in-q1": "1", "q1": "mayor", "in-q2": "1", "q2": "5 years", "pause": "1"}
    assert client.post(attempt, data=answers, follow_redirects=True).status_code == 200
    page = client.get(attempt)
    assert re.search(r'value="mayor"[^>]* checked', page.text)
    assert "Saved at" in page.text
    check = client.get(f"{attempt}/check")
    assert "All questions are answered" in check.text
    result = client.post(f"{attempt}/hand-in", data={"lms_csrf": csrf}, follow_redirects=True)
    assert "Not passed yet" in result.text
    assert "The mayor removes obstacles." in result.text
    assert "It needs time and a mandate." in result.text
    assert "this is the right answer" in result.text
    assert "Try again (2 left)" in result.text
    left = result.text.split("What is left in M1")[1]
    assert f'href="{quiz_url}"' in left
    assert "not passed yet" in left


def test_true_and_false_are_said_in_the_language_of_the_page(client: FlaskClient, quiz_url: str) -> None:
    attempt, csrf = start(client, quiz_url.replace("m1", "m2"))
    client.post(attempt, data={"lms_csrf": csrf, "in-q1": "1", "seen-q1": "0", "q1": "true", "pause": "1"})
    client.post(f"{attempt}/hand-in", data={"lms_csrf": csrf})
    page = client.get(f"{attempt}/result?lang=de", follow_redirects=True).text
    result = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "Richtig: das haben Sie gewählt, aber es ist nicht richtig" in result
    assert "Falsch: das ist die richtige Antwort" in result


def test_an_answer_that_cannot_be_read_is_kept_and_explained(client: FlaskClient, quiz_url: str) -> None:
    attempt, csrf = start(client, quiz_url)
    page = client.post(attempt, data={"lms_csrf": csrf, "in-q2": "1", "q2": "about five"})
    assert page.status_code == 422
    assert "about five" in page.text
    assert 'role="alert"' in page.text


def test_the_script_is_told_what_is_stored(client: FlaskClient, quiz_url: str, app: Flask) -> None:
    attempt, csrf = start(client, quiz_url)
    headers = {"X-Requested-With": "fetch", "X-CSRFToken": csrf}
    sent = {"in-q1": "1", "q1": "coordinator", "seen-q1": "0"}
    first = client.post(attempt, data=sent, headers=headers)
    again = client.post(attempt, data=sent, headers=headers)
    assert first.status_code == again.status_code == 200
    assert first.json is not None
    assert again.json is not None
    assert first.json["step"] == again.json["step"] == 1
    assert "Saved at" in first.json["saved_at_text"]
    assert first.json["answered"] is True
    stale = client.post(attempt, data={**sent, "q1": "mayor"}, headers=headers)
    assert stale.status_code == 409
    with app.app_context(), transaction(writes=False):
        assert [step.answer for step in db.session.scalars(select(AttemptStep))] == ["coordinator"]


def test_a_saved_page_comes_back_at_the_question_or_at_the_step_that_was_moved(
    client: FlaskClient, quiz_url: str
) -> None:
    attempt, csrf = start(client, quiz_url)
    for pressed, place in (
        ({"save": "2"}, "#q2"),
        ({"save": "all"}, "#main"),
        ({"move": "q1:coordinator:up"}, "#q1-coordinator"),
        ({"move": "\r\n"}, "#main"),
    ):
        answer = client.post(attempt, data={"lms_csrf": csrf, **pressed})
        assert answer.status_code == 303
        assert answer.location == attempt + place


@pytest.mark.parametrize("junk", ["\x00x", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "x" * 100_000])
def test_hostile_answers_are_refused_and_nothing_breaks(client: FlaskClient, quiz_url: str, junk: str) -> None:
    attempt, csrf = start(client, quiz_url)
    page = client.post(attempt, data={"lms_csrf": csrf, "in-q1": "1", "q1": junk, "in-q2": "1", "q2": junk})
    assert page.status_code == 422
    assert client.get(attempt).status_code == 200


def test_a_form_without_its_token_keeps_what_was_typed(client: FlaskClient, quiz_url: str) -> None:
    attempt, _csrf = start(client, quiz_url)
    page = client.post(attempt, data={"in-q2": "1", "q2": "5"})
    assert page.status_code == 400
    assert re.search(r'<textarea name="q2" hidden>\s*5</textarea>', page.text)


def test_nobody_else_finds_the_attempt(
    client: FlaskClient, quiz_url: str, commit: Commit, sign_in: Callable[[int], None]
) -> None:
    attempt, _csrf = start(client, quiz_url)
    sign_in(commit(make_person, "Paolo Ferri").id)
    for address in (quiz_url, attempt, f"{attempt}/check", f"{attempt}/result"):
        assert client.get(address).status_code == 404
