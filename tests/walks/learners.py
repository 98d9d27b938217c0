"""Participants of the standalone site with an open attempt each, for tests of what may go wrong under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.quizzes import queries, services
from lms.kernel.db import db
from lms.kernel.permissions import Viewer
from lms.kernel.transaction import transaction
from lms.site import passwords
from lms.site.services import add_account
from tests.factories.programmes import enrol, make_programme
from tests.walks.hosts import PASSWORD

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.walks.browser import Browser


@dataclass(frozen=True)
class Learner:
    """Somebody who takes a quiz."""

    email: str
    attempt_ref: str
    attempt_id: int
    programme_ref: str


def make_learners(app: Flask, count: int) -> list[Learner]:
    """Make participants, each in the middle of the first quiz of the small course."""
    with app.app_context():
        hashed = passwords.hashed(PASSWORD)
    made = []
    with app.test_request_context(), transaction():
        programme = make_programme()
        for number in range(count):
            email = f"learner{number}@rivermouth.example"
            person_id = add_account(name=f"Learner {number}", email=email, password_hash=hashed)
            enrol(person_id, programme)
            viewer = Viewer(person_id)
            place, enrolment = queries.quiz_for(viewer, programme.ref, "m1-quiz")
            assert enrolment is not None
            attempt = services.start_attempt(actor=viewer, enrolment=enrolment, place=place)
            made.append(Learner(email, attempt.ref, attempt.id, programme.ref))
        db.session.flush()
    return made


def sign_in(person: Browser, learner: Learner) -> Browser:
    """Sign in by the form of the site."""
    return person.open("/sign-in").fill("E-mail", learner.email).fill("Password", PASSWORD).press("Sign in")


def years_slot(person: Browser) -> str:
    """Return the number of the question that wants a number; the order is drawn for each attempt."""
    groups = [node for node in person.page.all("fieldset") if node.get("data-slot")]
    wanted = next(node for node in groups if any(each.get("inputmode") == "decimal" for each in node.iter("input")))
    return str(wanted.get("data-slot"))


def save_years(person: Browser, learner: Learner, years: int) -> TestResponse:
    """Save one number, as the page's script does it; return the answer whatever it is."""
    page = person.page
    slot = years_slot(person)
    values = {
        "lms_csrf": next(str(node.get("value")) for node in page.all("input") if node.get("name") == "lms_csrf"),
        f"in-q{slot}": "1",
        f"seen-q{slot}": str(person.step),
        f"q{slot}": str(years),
        "save": slot,
    }
    headers = {"X-Requested-With": "fetch"}
    answer = person.client.post(f"/attempts/{learner.attempt_ref}", data=values, headers=headers)
    if answer.status_code == 200:
        person.step = int(answer.get_json()["slots"][slot]["step"])
    return answer
