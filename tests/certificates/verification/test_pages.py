"""Anybody checks a certificate, without an account, and learns what is on the paper and no more."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from certificates.issuing.models import Certificate
from certificates.issuing.services import correct, withdraw
from lms.accounts.services import erase_person
from lms.kernel.audit import AuditEvent
from lms.kernel.blobs import Blob, read
from lms.kernel.db import db
from lms.kernel.jobs import Job, run_all
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from tests.factories.certificates import make_certified, make_completion

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from lms.kernel.clock import Clock
    from tests.factories.fixtures import Commit

NAME = "Γεωργία Δημητρίου"


@pytest.fixture
def certificate(commit: Commit) -> Certificate:
    return commit(make_completion, NAME)


def pdf_of(app: Flask) -> bytes:
    """Let the worker work, and return the bytes of the newest PDF."""
    with app.app_context():
        run_all()
        with transaction(writes=False):
            return read(db.session.scalars(select(Blob.hash).order_by(Blob.created_at.desc())).first() or "")


def send(client: FlaskClient, data: bytes, name: str = "certificate.pdf", **fields: str) -> TestResponse:
    return client.post("/check", data={"pdf": (io.BytesIO(data), name), **fields})


def heading(answer: TestResponse) -> str:
    return answer.text.split("<h1>")[1].split("</h1>")[0]


def changed(commit: Commit, certificate: Certificate, change: Callable[[Certificate], object]) -> None:
    commit(lambda: change(db.session.get_one(Certificate, certificate.id)))


def test_a_valid_certificate_shows_what_the_paper_says(client: FlaskClient, certificate: Certificate) -> None:
    answer = client.get(f"/check/{certificate.code}")
    assert answer.status_code == 200
    assert heading(answer) == "This certificate is valid"
    said = (NAME, certificate.number, "Course tiny-course", "Explain the cycle", "5 hours", "Finland", "Not assigned")
    assert [text for text in said if text not in answer.text] == []
    assert "It is not an accreditation as environmental verifier under EMAS." in answer.text
    assert "fi@hubs.example.org" in answer.text
    assert "@example.org" not in answer.text.replace("fi@hubs.example.org", "")
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_it_speaks_the_language_of_the_reader(client: FlaskClient, certificate: Certificate) -> None:
    answer = client.get(f"/check/{certificate.code}?lang=de")
    assert '<html lang="de">' in answer.text
    assert 'lang="en"' in answer.text.split("lms-facts")[1]  # what stands on the paper stays English


@pytest.mark.parametrize("typed", ["{code}", "{small}", " {bare} ", "http://localhost/check/{code}"])
def test_a_code_typed_in_any_way_leads_to_its_page(client: FlaskClient, certificate: Certificate, typed: str) -> None:
    code = certificate.code
    asked = typed.format(code=code, small=code.lower(), bare=code.replace("-", " "))
    answer = client.post("/check", data={"code": asked})
    assert (answer.status_code, answer.location) == (303, f"/check/{code}")
    assert client.get(f"/check/{code.lower()}").location == f"/check/{code}"


def test_an_unknown_code_is_a_page_that_helps_and_leaves_no_trace(
    app: Flask, client: FlaskClient, certificate: Certificate
) -> None:
    tables = (AuditEvent, Job, Blob)

    def sizes() -> list[int | None]:
        with app.app_context(), transaction(writes=False):
            return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]

    before = sizes()
    for code in ("K7QX-4M2P-9TWD-HB6R", "nonsense", "%00", "a" * 500, "<script>", certificate.number):
        answer = client.get(f"/check/{code}")
        assert answer.status_code == 404
        assert heading(answer) == "No certificate has this code"
        assert "letter by letter" in answer.text
        assert NAME not in answer.text
        assert "<script>" not in answer.text
    assert sizes() == before


def test_a_number_alone_reveals_no_name(client: FlaskClient, certificate: Certificate) -> None:
    answer = client.post("/check", data={"code": certificate.number})
    assert answer.status_code == 422
    assert "numbers can be guessed, codes cannot" in answer.text
    assert f'value="{certificate.number}"' in answer.text
    assert NAME not in answer.text
    crafted = b"%PDF-1.7\n% " + certificate.number.encode() + b"\n"
    assert NAME not in send(client, crafted).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Type the code, or choose the PDF file."), ("abc", "A code has 16 letters"), ("x" * 400, "300")],
)
def test_what_is_no_code_is_said_at_the_field(client: FlaskClient, typed: str, said: str) -> None:
    answer = client.post("/check", data={"code": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="#code"' in answer.text


def test_a_withdrawn_certificate_says_so_with_date_and_reason(
    client: FlaskClient, commit: Commit, certificate: Certificate, clock: Clock
) -> None:
    clock.move_to(datetime(2030, 5, 3, 21, 30, tzinfo=UTC))  # the next day at the hub, in Finland
    changed(commit, certificate, lambda row: withdraw(actor=SYSTEM, certificate=row, reason="mistake", why="A story"))
    answer = client.get(f"/check/{certificate.code}")
    assert answer.status_code == 200
    assert heading(answer) == "This certificate was withdrawn"
    assert "Date: 4 May 2030" in answer.text
    assert "It was issued by mistake." in answer.text
    assert "A story" not in answer.text


def test_a_replaced_certificate_leads_to_the_newer_one(
    client: FlaskClient, commit: Commit, certificate: Certificate
) -> None:
    changed(commit, certificate, lambda row: correct(actor=SYSTEM, certificate=row, holder_name="Georgia Dimitriou"))
    answer = client.get(f"/check/{certificate.code}")
    assert heading(answer) == "This certificate was replaced"
    assert "The name on it was corrected." in answer.text
    newer = client.get(re.findall(r'href="(/check/[^"?]+)">See the newer', answer.text)[0])
    assert heading(newer) == "This certificate is valid"
    assert "Georgia Dimitriou" in newer.text


def test_a_trainer_certificate_expires_by_itself(client: FlaskClient, commit: Commit, clock: Clock) -> None:
    clock.move_to(datetime(2026, 10, 2, 12, tzinfo=UTC))
    certificate = commit(make_certified)
    assert heading(client.get(f"/check/{certificate.code}")) == "This certificate is valid"
    clock.move_to(datetime(2030, 10, 3, 12, tzinfo=UTC))
    answer = client.get(f"/check/{certificate.code}")
    assert heading(answer) == "This certificate has expired"
    assert "It was valid until 2 October 2030." in answer.text


def test_a_certificate_outlives_the_account_of_its_holder(
    client: FlaskClient, commit: Commit, certificate: Certificate
) -> None:
    changed(commit, certificate, lambda row: erase_person(actor=SYSTEM, person_id=row.person_id))
    assert NAME in client.get(f"/check/{certificate.code}").text


def test_the_file_that_we_issued_is_told_from_a_changed_one(
    app: Flask, client: FlaskClient, certificate: Certificate
) -> None:
    pdf = pdf_of(app)
    genuine = send(client, pdf, name="../../anything.exe")
    assert (genuine.status_code, heading(genuine)) == (200, "This certificate is valid")
    assert "byte for byte" in genuine.text
    for place in range(60, len(pdf), 2_903):
        flipped = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        assert heading(send(client, flipped)) in {"This file is not the one we issued", "We do not know this file"}
        answer = send(client, flipped, code=certificate.code)
        assert heading(answer) == "This file is not the one we issued"
        assert "Do not rely on this file" in answer.text
        assert NAME in answer.text  # what we issued
    longer = send(client, pdf + b"\n")
    assert heading(longer) == "This file is not the one we issued"


def test_a_genuine_file_of_a_withdrawn_certificate_is_not_valid(
    app: Flask, client: FlaskClient, commit: Commit, certificate: Certificate
) -> None:
    pdf = pdf_of(app)
    changed(commit, certificate, lambda row: withdraw(actor=SYSTEM, certificate=row, reason="condition"))
    answer = send(client, pdf)
    assert heading(answer) == "This certificate was withdrawn"
    assert "byte for byte" in answer.text
    altered = send(client, pdf + b" ")
    assert heading(altered) == "This file is not the one we issued"
    assert "This certificate was withdrawn" in altered.text


def test_a_strange_file_is_refused_or_unknown_and_never_kept(
    app: Flask, client: FlaskClient, certificate: Certificate
) -> None:
    pdf_of(app)
    unknown = send(client, b"%PDF-1.4 something else")
    assert (unknown.status_code, heading(unknown)) == (404, "We do not know this file")
    picture = send(client, b"\x89PNG\r\n", name="certificate.pdf")
    assert picture.status_code == 422
    assert "This file is not a PDF." in picture.text
    app.config["LMS_MAX_UPLOAD_MB"] = 1
    head = b'--x\r\nContent-Disposition: form-data; name="pdf"; filename="a.pdf"\r\n\r\n%PDF-1.4 '
    body = head + b"x" * 1_100_000 + b"\r\n--x--\r\n"  # by hand: the test client would leave a file open
    large = client.post("/check", data=body, content_type="multipart/form-data; boundary=x")
    assert large.status_code == 422
    assert "The file is 1.1 MB. Choose one up to 1 MB." in large.text
    with app.app_context(), transaction(writes=False):
        assert db.session.scalar(select(func.count(Blob.hash))) == 1


def test_the_check_page_needs_no_account_and_no_cookie(client: FlaskClient) -> None:
    page = client.get("/check")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert 'enctype="multipart/form-data"' in page.text
    assert '<html lang="de">' in client.get("/check?lang=de").text
