"""Certificates in the browser: the holder's, the hub's, and never those of another hub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from certificates.issuing.jobs import render_certificate
from certificates.issuing.models import Award, Certificate, CertificateEvent
from certificates.issuing.policies import may_see, staffed_certificates, visible_certificates
from certificates.issuing.rebuild import rebuild
from certificates.issuing.services import withdraw
from certificates.trainers.services import award_trainer
from lms.accounts.services import grant_role
from lms.kernel.db import db
from lms.kernel.jobs import run_all
from lms.kernel.mail import Mail
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from tests.factories.certificates import (
    award_of,
    complete,
    make_certified,
    make_completion,
    make_practice,
    make_trainers_programme,
)
from tests.factories.hubs import make_hub, make_manager, make_office, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.factories.fixtures import Commit

NAMES = ("Κωνσταντίνος Παπαδημητρίου", "Näkkäläjärvi Áilu", "Мария Стоянова", "Ċensu Għarbi", "Łukasz Żółkiewski")


def work(app: Flask) -> int:
    with app.app_context():
        return run_all()


def state_of(app: Flask, certificate: Certificate) -> str:
    with app.app_context(), transaction(writes=False):
        return db.session.get_one(Certificate, certificate.id).state


@pytest.fixture
def certificate(commit: Commit) -> Certificate:
    return commit(make_completion, NAMES[0])


def test_the_holder_finds_the_certificate_being_made_and_then_the_file(
    app: Flask, client: FlaskClient, sign_in: Callable[[int], None], certificate: Certificate
) -> None:
    sign_in(certificate.person_id)
    waiting = client.get(f"/certificates/{certificate.ref}")
    assert waiting.status_code == 200
    assert "The PDF is being made" in waiting.text
    assert f'href="/certificates/{certificate.ref}"' in waiting.text  # to look again, without a script
    early = client.get(f"/certificates/{certificate.ref}/pdf")
    assert (early.status_code, early.location) == (303, f"/certificates/{certificate.ref}")
    assert "Being made" in client.get("/certificates").text
    work(app)  # a worker that was killed in between finds its job again
    ready = client.get(f"/certificates/{certificate.ref}")
    assert "Download the PDF" in ready.text
    file = client.get(f"/certificates/{certificate.ref}/pdf")
    assert file.status_code == 200
    assert file.data.startswith(b"%PDF-")
    assert file.headers["Content-Disposition"].startswith(f'attachment; filename="{certificate.number}.pdf"')
    assert "sandbox" in file.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", NAMES)
def test_the_file_says_who_holds_what(
    app: Flask,
    client: FlaskClient,
    sign_in: Callable[[int], None],
    commit: Commit,
    pdf_text: Callable[[bytes], str],
    name: str,
) -> None:
    certificate = commit(make_completion, name)
    work(app)
    sign_in(certificate.person_id)
    text = pdf_text(client.get(f"/certificates/{certificate.ref}/pdf").data)
    assert name in text
    assert certificate.number in text
    assert certificate.code in text
    assert "localhost/check" in text
    assert "Not a real certificate" not in text


def test_a_certificate_from_demonstration_data_says_so_on_its_face_and_its_pages(
    app: Flask,
    client: FlaskClient,
    sign_in: Callable[[int], None],
    commit: Commit,
    pdf_text: Callable[[bytes], str],
) -> None:
    app.config["LMS_DEMONSTRATION"] = True
    certificate = commit(make_completion)
    app.config["LMS_DEMONSTRATION"] = False  # what is frozen stays
    work(app)
    sign_in(certificate.person_id)
    mark = "Demonstration. Not a real certificate."
    assert mark in pdf_text(client.get(f"/certificates/{certificate.ref}/pdf").data)
    assert mark in client.get(f"/certificates/{certificate.ref}").text
    assert mark in client.get(f"/check/{certificate.code}").text


def test_the_job_run_again_changes_nothing_and_sends_one_mail(app: Flask, certificate: Certificate) -> None:
    facts = select(Certificate.facts, Certificate.state)
    events = select(CertificateEvent.kind, CertificateEvent.blob_hash).order_by(CertificateEvent.id)
    work(app)
    with app.app_context():
        with transaction(writes=False):
            before = [db.session.execute(facts).all(), db.session.execute(events).all()]
        render_certificate({"certificate_id": certificate.id})
        render_certificate({"certificate_id": certificate.id})
        with transaction(writes=False):
            assert [db.session.execute(facts).all(), db.session.execute(events).all()] == before
            mails = db.session.scalars(select(Mail).where(Mail.kind == "issuing.ready")).all()
            assert [mail.person_id for mail in mails] == [certificate.person_id]
            assert mails[0].sent_at is not None


def test_other_people_do_not_learn_that_a_certificate_exists(
    client: FlaskClient, sign_in: Callable[[int], None], commit: Commit, certificate: Certificate
) -> None:
    for url in (f"/certificates/{certificate.ref}", f"/certificates/{certificate.ref}/pdf", "/certificates"):
        assert client.get(url).status_code == 303  # to the sign-in
    sign_in(commit(make_person, "Some Body").id)
    assert client.get(f"/certificates/{certificate.ref}").status_code == 404
    assert client.get(f"/certificates/{certificate.ref}/pdf").status_code == 404
    assert client.get("/certificates/issued").status_code == 403
    assert certificate.number not in client.get("/certificates").text


def test_another_hub_sees_nothing_in_list_page_file_and_pdf(
    app: Flask, client: FlaskClient, sign_in: Callable[[int], None], commit: Commit, certificate: Certificate
) -> None:
    work(app)
    germany = commit(make_hub, "Germany", "DE", countries=("DE",))
    urls = [
        "/certificates/issued",
        "/certificates/issued.csv",
        "/certificates/issued?q=Παπα",
        f"/certificates/{certificate.ref}",
    ]
    urls += [f"/certificates/{certificate.ref}/{page}" for page in ("pdf", "withdraw", "correct")]
    for make in (make_manager, make_trainer):
        sign_in(commit(make, germany.id).id)
        for url in urls:
            answer = client.get(url)
            assert "Παπαδημητρίου" not in answer.text.replace('value="Παπα"', "")
            assert certificate.number not in answer.text
            assert certificate.ref not in answer.text.replace(url, "")
    sign_in(commit(make_office).id)
    assert client.get("/certificates/issued").status_code == 403
    assert client.get(f"/certificates/{certificate.ref}/pdf").status_code == 404


def test_staff_see_list_page_events_and_file_of_their_hub(
    app: Flask, client: FlaskClient, sign_in: Callable[[int], None], commit: Commit, certificate: Certificate
) -> None:
    work(app)
    for make in (make_manager, make_trainer):
        sign_in(commit(make, certificate.hub_id).id)
        assert NAMES[0] in client.get("/certificates/issued").text
        page = client.get(f"/certificates/{certificate.ref}").text
        assert "PDF made" in page
        assert "The platform" in page
        assert client.get(f"/certificates/{certificate.ref}/pdf").status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 5),
        ("?q=stoy", 0),
        ("?q=Мария", 1),
        ("?q=zolk", 1),
        ("?q=TH-FI", 5),
        ("?q=%25", 0),
        ("?state=valid", 5),
        ("?state=withdrawn", 0),
        ("?kind=trainer", 0),
        ("?kind=completion&q=ail", 1),
        ("?state=nonsense", 5),
    ],
)
def test_screen_and_file_show_the_same_rows_for_the_same_filters(
    client: FlaskClient, sign_in: Callable[[int], None], commit: Commit, query: str, expected: int
) -> None:
    programme = commit(make_programme)
    for name in NAMES:
        commit(make_completion, name, programme=programme)
    sign_in(commit(make_manager, programme.hub_id).id)
    page = client.get(f"/certificates/issued{query}").text
    lines = client.get(f"/certificates/issued.csv{query}").text.strip().splitlines()[1:]
    assert len(lines) == expected
    assert [name for name in NAMES if f">{name}</a>" in page] == [
        name for name in NAMES if any(name in line for line in lines)
    ]


def test_a_manager_withdraws_with_a_reason_and_the_holder_is_told(
    app: Flask,
    client: FlaskClient,
    sign_in: Callable[[int], None],
    post: Callable[..., TestResponse],
    commit: Commit,
    certificate: Certificate,
) -> None:
    work(app)
    sign_in(commit(make_manager, certificate.hub_id).id)
    url = f"/certificates/{certificate.ref}/withdraw"
    assert "This cannot be taken back" in client.get(url).text
    missing = post(url, why="a note")
    assert missing.status_code == 422
    assert "Choose a reason." in missing.text
    assert "a note" in missing.text
    assert state_of(app, certificate) == "live"
    assert post(url, reason="condition", why="a note").status_code == 303
    assert post(url, reason="condition").status_code == 303  # the second click
    page = client.get(f"/certificates/{certificate.ref}").text
    assert "A condition for it was not met." in page
    assert "a note" not in page
    assert state_of(app, certificate) == "withdrawn"
    work(app)
    with app.app_context(), transaction(writes=False):
        kinds = db.session.scalars(select(Mail.kind).where(Mail.person_id == certificate.person_id)).all()
        assert kinds == ["issuing.ready", "issuing.withdrawn"]
        assert rebuild(True) == []


def test_a_manager_corrects_a_name_and_both_papers_lead_to_each_other(
    app: Flask,
    client: FlaskClient,
    sign_in: Callable[[int], None],
    post: Callable[..., TestResponse],
    commit: Commit,
    pdf_text: Callable[[bytes], str],
) -> None:
    certificate = commit(make_completion, "Γιωργία Δημητρίου")
    work(app)
    sign_in(commit(make_manager, certificate.hub_id).id)
    url = f"/certificates/{certificate.ref}/correct"
    assert 'value="Γιωργία Δημητρίου"' in client.get(url).text
    assert post(url, name="Γιωργία Δημητρίου").status_code == 422
    assert post(url, name="").status_code == 422
    done = post(url, name="Γεωργία Δημητρίου", lms_once="x1")
    assert done.status_code == 303
    assert post(url, name="Γεωργία Δημητρίου", lms_once="x1").location == done.location
    work(app)
    new_pdf, old_pdf = client.get(f"{done.location}/pdf").data, client.get(f"/certificates/{certificate.ref}/pdf").data
    assert "Γεωργία Δημητρίου" in pdf_text(new_pdf)
    assert "Γιωργία Δημητρίου" in pdf_text(old_pdf)
    newer = client.get(done.location).text
    assert certificate.number in newer
    assert done.location in client.get(f"/certificates/{certificate.ref}").text
    with app.app_context(), transaction(writes=False):
        assert rebuild(True) == []


def test_trainers_look_but_do_not_withdraw_or_correct(
    client: FlaskClient,
    sign_in: Callable[[int], None],
    post: Callable[..., TestResponse],
    commit: Commit,
    certificate: Certificate,
) -> None:
    sign_in(commit(make_trainer, certificate.hub_id).id)
    page = client.get(f"/certificates/{certificate.ref}").text
    assert "Withdraw" not in page
    assert post(f"/certificates/{certificate.ref}/withdraw", reason="mistake").status_code == 403
    assert post(f"/certificates/{certificate.ref}/correct", name="Other").status_code == 403


def test_a_wrong_state_is_found_and_mended_from_the_events(app: Flask, certificate: Certificate) -> None:
    with app.app_context():
        with transaction():
            db.session.get_one(Certificate, certificate.id).state = "replaced"
        told = [f"certificate {certificate.number}: stored replaced, events say live"]
        assert rebuild(True) == told
        assert rebuild(False) == told
        assert rebuild(True) == []


@pytest.mark.usefixtures("database")
def test_predicate_and_filter_agree_for_everybody() -> None:
    finland = make_programme()
    germany = make_programme("Germany", hub_id=make_hub("Germany", "DE", countries=("DE",)).id)
    second = make_programme("Second", hub_id=finland.hub_id)
    held = [
        make_completion(f"Person {number}", programme=each) for number, each in enumerate((finland, germany, second))
    ]
    in_programme = make_person("Petra Programme")
    grant_role(actor=SYSTEM, person_id=in_programme.id, role="trainer", scope=("programme", second.id))
    people = [
        make_manager(finland.hub_id),
        make_trainer(germany.hub_id),
        make_office(),
        in_programme,
        make_person("Any Body"),
    ]
    viewers: list[Any] = [viewer_for(person.id) for person in people]
    viewers += [viewer_for(certificate.person_id) for certificate in held] + [SYSTEM]
    seen = []
    for viewer in viewers:
        found = set(db.session.scalars(select(Certificate.id).where(visible_certificates(viewer))))
        allowed = {each.id for each in held if may_see(viewer, each, db.session.get_one(Award, each.award_id))}
        assert found == allowed
        assert set(db.session.scalars(select(Certificate.id).where(staffed_certificates(viewer)))) <= found
        seen.append(len(found))
    assert seen == [2, 1, 0, 1, 0, 1, 1, 1, 3]


@pytest.mark.usefixtures("database")
def test_who_is_certified_anew_by_another_hub_is_seen_by_that_hub_alone() -> None:
    finland = make_trainers_programme()
    first = make_certified(programme=finland)
    trainer = make_person("Petra Programme", ("trainer", "programme", finland.id))
    assert certificates_seen_by(trainer.id) == {first.id}
    withdraw(actor=SYSTEM, certificate=first, reason="request")
    germany = make_trainers_programme(make_hub("Germany", "DE", countries=("DE",)))
    enrolment = enrol(first.person_id, germany, city=None)
    complete(enrolment)
    make_practice(enrolment)
    manager = viewer_for(make_manager(germany.hub_id, "Mara Manager").id)
    second = award_trainer(actor=manager, enrolment=enrolment)
    assert second.award_id == first.award_id
    assert certificates_seen_by(manager.person_id) == {second.id}
    assert certificates_seen_by(trainer.id) == {first.id}
    assert not may_see(viewer_for(trainer.id), second, award_of(second))


def certificates_seen_by(person_id: int) -> set[int]:
    return set(db.session.scalars(select(Certificate.id).where(visible_certificates(viewer_for(person_id)))))
