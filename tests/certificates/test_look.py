"""The pages of certificates in a browser: valid, accessible, narrow, and working without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from certificates.issuing.queries import pdf_of
from certificates.issuing.services import correct, withdraw
from certificates.trainers.services import award_trainer
from lms.kernel.blobs import read
from lms.kernel.clock import today
from lms.kernel.jobs import run_all
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from tests.factories.certificates import make_completion, make_practice, make_trainee, make_trainers_programme
from tests.factories.courses import make_course
from tests.factories.hubs import make_hub, make_manager, make_trainer
from tests.factories.people import viewer_for
from tests.factories.programmes import make_programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Page
    from werkzeug.test import TestResponse

    from lms.testing.browser import OpenPage
    from tests.factories.fixtures import Commit


class Stage(NamedTuple):
    """Who looks at what: per name of a page (person or 0, address)."""

    pages: dict[str, tuple[int, str]]
    trainer: int
    manager: int
    ready: str
    certified: int


def build() -> Stage:
    hub = make_hub()
    programme = make_trainers_programme(hub)
    cities = make_programme("Cities", hub_id=hub.id, course_id=make_course("ims").id)
    manager, trainer = make_manager(hub.id, "Outi Salmi"), make_trainer(hub.id)
    ready = make_trainee("Radu Ionescu", programme=programme)
    going = make_trainee("Žaneta Šimić", programme=programme, completed=False)
    done = make_trainee("Γεωργία Δημητρίου", programme=programme)
    for enrolment in (ready, done):
        make_practice(enrolment, actor=viewer_for(trainer.id))
    poor = make_practice(going, satisfactory=False, actor=viewer_for(trainer.id))
    held = award_trainer(actor=viewer_for(manager.id), enrolment=done)
    gone, old, fresh = (make_completion(name, programme=cities) for name in ("Áilu N", "Paolo Feri", "Ann O"))
    withdraw(actor=SYSTEM, certificate=gone, reason="condition")
    correct(actor=SYSTEM, certificate=old, holder_name="Paolo Ferri")
    pages = {
        "check": (0, "/check"),
        "valid": (0, f"/check/{held.code}"),
        "withdrawn": (0, f"/check/{gone.code}"),
        "replaced": (0, f"/check/{old.code}"),
        "unknown": (0, "/check/K7QX-4M2P-9TWD-HB6R"),
        "mine": (done.person_id, "/certificates"),
        "own certificate": (done.person_id, f"/certificates/{held.ref}"),
        "certificate": (manager.id, f"/certificates/{old.ref}"),
        "list": (manager.id, "/certificates/issued"),
        "nothing found": (manager.id, "/certificates/issued?q=zzz"),
        "withdraw": (manager.id, f"/certificates/{fresh.ref}/withdraw"),
        "correct": (manager.id, f"/certificates/{fresh.ref}/correct"),
        "trainees": (manager.id, "/trainees"),
        "trainee": (manager.id, f"/trainees/{ready.ref}"),
        "trainee on the way": (trainer.id, f"/trainees/{going.ref}"),
        "practice": (trainer.id, f"/trainees/{going.ref}/practice"),
        "correct a practice": (trainer.id, f"/trainees/{going.ref}/practice/{poor.ref}/correct"),
        "award": (manager.id, f"/trainees/{ready.ref}/award"),
        "my way": (going.person_id, "/my-way"),
        "no way": (manager.id, "/my-way"),
    }
    return Stage(pages, trainer.id, manager.id, ready.ref, held.id)


@pytest.fixture
def stage(app: Flask, commit: Commit) -> Stage:
    made = commit(build)
    with app.app_context():
        run_all()
    return made


def test_pages_are_valid_html(
    client: FlaskClient,
    stage: Stage,
    sign_in: Callable[[int], None],
    sign_out: Callable[[], None],
    post: Callable[..., TestResponse],
    html_faults: Callable[[dict[str, str]], list[str]],
) -> None:
    pages = {}
    for name, (person, address) in stage.pages.items():
        sign_in(person) if person else sign_out()
        pages[name] = client.get(address).text
    pages["refused withdrawal"] = post(stage.pages["withdraw"][1]).text
    pages["refused check"] = client.post("/check", data={"code": "TH-FI-2026-00001"}).text
    assert html_faults(pages) == []


@pytest.mark.slow
def test_pages_are_accessible_wide_and_narrow(
    stage: Stage,
    live_url: str,
    open_page: OpenPage,
    sign_in_page: Callable[[Page, int], None],
    accessibility_faults: Callable[[Page], list[str]],
) -> None:
    for width, dark in ((1280, False), (320, True)):
        for name, (person, address) in stage.pages.items():
            page = open_page(width=width, dark=dark)
            if person:
                sign_in_page(page, person)
            page.goto(live_url + address)
            assert accessibility_faults(page) == [], (name, width)
            page.close()


def test_practice_and_award_go_through_without_javascript(
    stage: Stage, live_url: str, open_page: OpenPage, sign_in_page: Callable[[Page, int], None]
) -> None:
    page = open_page(width=360, javascript=False)
    sign_in_page(page, stage.trainer)
    page.goto(f"{live_url}/trainees/{stage.ready}/practice")
    page.get_by_label("What the trainee led").fill("Workshop 3")
    page.get_by_label("Day, if it is not in the list").fill(today().isoformat())
    page.get_by_label("Satisfactory", exact=True).check()
    page.get_by_role("button", name="Record the practice").click()
    assert page.get_by_text("2 satisfactory practices are recorded.").is_visible()
    sign_in_page(page, stage.manager)
    page.goto(f"{live_url}/trainees/{stage.ready}")
    page.get_by_role("link", name="Award the certificate").click()
    page.get_by_role("button", name="Award the certificate").click()
    assert page.get_by_role("heading", name="Radu Ionescu").is_visible()
    assert page.get_by_text("The PDF is being made.").first.is_visible()


def test_anybody_chooses_a_file_and_learns_whether_it_was_changed(
    app: Flask, stage: Stage, live_url: str, open_page: OpenPage
) -> None:
    with app.app_context(), transaction(writes=False):
        pdf = read(pdf_of(stage.certified) or "")
    page = open_page(javascript=False)
    for data, heading in (
        (pdf, "This certificate is valid"),
        (pdf + b"\n", "This file is not the one we issued"),
    ):
        page.goto(f"{live_url}/check")
        page.get_by_label("Or the PDF file").set_input_files(
            {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": data}
        )
        page.get_by_role("button", name="Check", exact=True).click()
        assert page.get_by_role("heading", level=1).inner_text() == heading
        assert page.get_by_text("Γεωργία Δημητρίου").is_visible()
