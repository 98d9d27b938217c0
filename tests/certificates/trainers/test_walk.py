"""The walk: a trainee, a trainer, a manager, and anybody with the paper in their hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lms.kernel.clock import today
from lms.kernel.jobs import run_all
from tests.factories.certificates import make_practice, make_trainee
from tests.factories.hubs import make_hub, make_manager, make_trainer
from tests.factories.people import make_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from courses.programmes.models import Enrolment
    from lms.accounts.models import Person
    from tests.factories.fixtures import Commit

    Post = Callable[..., TestResponse]
    SignIn = Callable[[int], None]

NAME = "Ștefan Țurcanu"


def conditions(text: str) -> list[str]:
    return re.findall(r"(Met|Not met yet|Not met, not required)</span>", text)


def test_a_trainer_records_practice_and_everybody_sees_which_conditions_are_met(
    client: FlaskClient, sign_in: SignIn, post: Post, commit: Commit
) -> None:
    enrolment: Enrolment = commit(make_trainee, NAME)
    trainee = f"/trainees/{enrolment.ref}"
    sign_in(enrolment.person_id)
    assert conditions(client.get("/my-way").text) == ["Met", "Not met yet", "Not met, not required", "Met"]
    assert "/my-way" in client.get("/certificates").text
    home = client.get("/my").text
    assert "/my-way" in home
    assert "2 of 3 conditions are met." in home
    assert "Lessons, quizzes and hand-ins are yours." in home  # nobody is in a city team here
    assert "Lead a workshop together with a trainer" in client.get("/my-way").text
    sign_in(commit(make_manager, enrolment.hub_id).id)
    assert "A trainer of the hub records it after the workshop.</p>" in client.get(trainee).text
    sign_in(commit(make_trainer, enrolment.hub_id).id)
    assert NAME in client.get("/trainees").text
    assert "Record a practice" in client.get(trainee).text
    filled = {"title": "Workshop 2", "held_on": today().isoformat(), "strengths": "Calm"}
    empty = post(f"{trainee}/practice")
    assert empty.status_code == 422
    assert all(f'id="{name}-error"' in empty.text for name in ("title", "held_on", "satisfactory"))  # all at once
    refused = post(f"{trainee}/practice", **filled)
    assert refused.status_code == 422
    assert "Calm" in refused.text
    recorded = post(f"{trainee}/practice", **filled, satisfactory="yes")
    assert (recorded.status_code, recorded.location) == (303, trainee)
    page = client.get(trainee).text
    assert conditions(page) == ["Met", "Met", "Not met, not required", "Met"]
    assert "A manager of the hub awards the certificate." in page
    assert client.get(f"{trainee}/award").status_code == 403
    sign_in(enrolment.person_id)
    assert conditions(client.get("/my-way").text) == ["Met", "Met", "Not met, not required", "Met"]


def test_a_manager_awards_the_certificate_and_anybody_checks_it(
    app: Flask, client: FlaskClient, sign_in: SignIn, post: Post, commit: Commit, pdf_text: Callable[[bytes], str]
) -> None:
    enrolment: Enrolment = commit(make_trainee, NAME)
    commit(make_practice, enrolment)
    trainee = f"/trainees/{enrolment.ref}"
    sign_in(commit(make_manager, enrolment.hub_id, "Outi Salmi").id)
    assert NAME in client.get("/trainees?state=eligible").text
    assert "Award the certificate" in client.get(trainee).text
    preview = client.get(f"{trainee}/award").text
    assert NAME in preview
    assert "Outi Salmi, hub manager" in preview
    awarded = post(f"{trainee}/award", lms_once="a")
    assert awarded.status_code == 303
    for token in ("a", "b"):
        assert post(f"{trainee}/award", lms_once=token).location == awarded.location
    with app.app_context():
        run_all()
    code = re.findall(r'href="/check/([^"]+)"', client.get(awarded.location).text)[0]
    assert NAME not in client.get("/trainees?state=eligible").text

    sign_in(enrolment.person_id)
    assert "You are a certified trainer" in client.get("/my-way").text
    text = pdf_text(client.get(f"{awarded.location}/pdf").data)
    assert NAME in text
    assert code in text
    checked = app.test_client().get(f"/check/{code}")
    assert "This certificate is valid" in checked.text
    assert NAME in checked.text


def test_a_record_is_corrected_and_both_stay(client: FlaskClient, sign_in: SignIn, post: Post, commit: Commit) -> None:
    enrolment: Enrolment = commit(make_trainee, NAME)
    row = commit(make_practice, enrolment)
    sign_in(row.by_id)
    url = f"/trainees/{enrolment.ref}/practice/{row.ref}/correct"
    form = client.get(url).text
    assert 'value="Workshop 2"' in form
    assert "Clear questions" in form
    assert post(url, title="Workshop 2", held_on=today().isoformat(), satisfactory="no").status_code == 422
    done = post(url, title="Workshop 2", held_on=today().isoformat(), satisfactory="no", next_step="Listen longer")
    assert done.status_code == 303
    page = client.get(f"/trainees/{enrolment.ref}").text
    assert "Corrected later" in page
    assert "Listen longer" in page
    assert conditions(page) == ["Met", "Not met yet", "Not met, not required", "Met"]
    again = post(url, title="Workshop 2", held_on=today().isoformat(), satisfactory="yes")
    assert again.status_code == 422
    assert "corrected already" in again.text


def test_nothing_is_awarded_by_address_while_a_condition_is_missing(
    client: FlaskClient, sign_in: SignIn, post: Post, commit: Commit
) -> None:
    enrolment: Enrolment = commit(make_trainee, NAME, completed=False)
    sign_in(commit(make_manager, enrolment.hub_id).id)
    assert client.get(f"/trainees/{enrolment.ref}/award").status_code == 409
    assert post(f"/trainees/{enrolment.ref}/award").status_code == 409
    assert "No certificates yet" in client.get("/certificates/issued").text


@pytest.mark.parametrize("make", [make_manager, make_trainer])
def test_another_hub_finds_no_trainee_in_list_page_or_file(
    client: FlaskClient,
    sign_in: SignIn,
    post: Post,
    commit: Commit,
    make: Callable[[int], Person],
) -> None:
    enrolment: Enrolment = commit(make_trainee, NAME)
    row = commit(make_practice, enrolment)
    germany = commit(make_hub, "Germany", "DE", countries=("DE",))
    sign_in(commit(make, germany.id).id)
    trainee = f"/trainees/{enrolment.ref}"
    pages = ("", "/practice", "/award", f"/practice/{row.ref}/correct")
    for url in ("/trainees", "/trainees.csv", "/trainees?q=Turcanu", *(f"{trainee}{page}" for page in pages)):
        answer = client.get(url)
        assert NAME not in answer.text
        assert enrolment.ref not in answer.text.replace(url, "")
    assert post(f"{trainee}/practice", title="x", held_on="2026-01-01", satisfactory="yes").status_code in {403, 404}
    assert post(f"{trainee}/award").status_code in {403, 404}


def test_other_people_find_no_trainees(client: FlaskClient, sign_in: SignIn, commit: Commit) -> None:
    enrolment: Enrolment = commit(make_trainee, NAME)
    assert client.get("/my-way").status_code == 303
    sign_in(commit(make_person, "Any Body").id)
    assert client.get("/trainees").status_code == 403
    assert client.get(f"/trainees/{enrolment.ref}").status_code == 403
    assert "You take part in no course for trainers" in client.get("/my-way").text


def test_screen_and_file_show_the_same_trainees(client: FlaskClient, sign_in: SignIn, commit: Commit) -> None:
    enrolment: Enrolment = commit(make_trainee, NAME)
    commit(make_practice, enrolment)
    sign_in(commit(make_manager, enrolment.hub_id).id)
    file = client.get("/trainees.csv?state=eligible").text
    assert file.count(NAME) == client.get("/trainees?state=eligible").text.count(f">{NAME}</a>") == 1
    assert ",4,4,yes,1,no,Eligible" in file
    assert NAME not in client.get("/trainees.csv?state=learning").text
