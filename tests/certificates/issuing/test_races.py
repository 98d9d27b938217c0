"""Two people at the same instant, on PostgreSQL: the database decides, nobody sees an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from certificates.issuing.models import Award, Certificate, CertificateEvent
from certificates.issuing.services import correct, keep_pdf, withdraw
from certificates.trainers.services import award_trainer
from courses.programmes.models import Enrolment
from lms.kernel.blobs import write
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.jobs import Job
from lms.kernel.transaction import transaction
from tests.certificates.conftest import at_once
from tests.factories.certificates import make_completion, make_practice, make_trainee, make_trainers_programme
from tests.factories.hubs import make_manager
from tests.factories.people import viewer_for

if TYPE_CHECKING:
    from flask import Flask


def numbers() -> list[str]:
    return sorted(db.session.scalars(select(Certificate.number)))


def test_two_clicks_on_award_give_one_award_and_one_certificate(postgres_app: Flask) -> None:
    with postgres_app.app_context(), transaction():
        enrolment = make_trainee()
        make_practice(enrolment)
        enrolment_id, manager_id = enrolment.id, make_manager(enrolment.hub_id).id

    def award_it() -> str:
        enrolment = db.session.get_one(Enrolment, enrolment_id)
        return award_trainer(actor=viewer_for(manager_id), enrolment=enrolment).number

    results = at_once(postgres_app, *[award_it] * 4)
    assert results == ["TH-FI-" + results[0].removeprefix("TH-FI-")] * 4
    with postgres_app.app_context(), transaction(writes=False):
        assert db.session.scalar(select(func.count(Award.id))) == 1
        assert db.session.scalar(select(func.count(Certificate.id))) == 1
        assert db.session.scalar(select(func.count(Job.id)).where(Job.name == "certificates.render")) == 1


def test_awards_at_once_take_numbers_without_gap_or_double(postgres_app: Flask) -> None:
    with postgres_app.app_context(), transaction():
        programme = make_trainers_programme()
        manager_id = make_manager(programme.hub_id).id
        trainees = [make_trainee(f"Trainee {letter}", programme=programme) for letter in "abcd"]
        for trainee in trainees:
            make_practice(trainee)
        ids = [trainee.id for trainee in trainees]

    def award_to(enrolment_id: int) -> str:
        return award_trainer(actor=viewer_for(manager_id), enrolment=db.session.get_one(Enrolment, enrolment_id)).number

    results = at_once(postgres_app, *[lambda which=which: award_to(which) for which in ids])
    assert sorted(number.rpartition("-")[2] for number in results) == ["00001", "00002", "00003", "00004"]


def test_withdrawing_and_correcting_at_once_leave_one_truth(postgres_app: Flask) -> None:
    with postgres_app.app_context(), transaction():
        certificate = make_completion("Radu Ionesku")
        certificate_id, manager_id = certificate.id, make_manager(certificate.hub_id).id

    def held() -> Certificate:
        return db.session.get_one(Certificate, certificate_id)

    def withdraw_it() -> str:
        withdraw(actor=viewer_for(manager_id), certificate=held(), reason="mistake")
        return "withdrawn"

    def correct_it() -> str:
        correct(actor=viewer_for(manager_id), certificate=held(), holder_name="Radu Ionescu")
        return "replaced"

    results = at_once(postgres_app, withdraw_it, correct_it)
    won = [result for result in results if isinstance(result, str)]
    assert len(won) == 1
    assert [type(result) for result in results if not isinstance(result, str)] == [Conflict]
    with postgres_app.app_context(), transaction(writes=False):
        kinds = db.session.scalars(
            select(CertificateEvent.kind).where(CertificateEvent.certificate_id == certificate_id)
        ).all()
        assert sorted(kinds) == sorted(["issued", *won])
        live = db.session.scalar(select(func.count(Certificate.id)).where(Certificate.state == "live"))
        assert live == (1 if won == ["replaced"] else 0)


def test_two_corrections_at_once_make_one_new_certificate(postgres_app: Flask) -> None:
    with postgres_app.app_context(), transaction():
        certificate = make_completion("Radu Ionesku")
        certificate_id, manager_id = certificate.id, make_manager(certificate.hub_id).id

    def correct_it() -> str:
        held = db.session.get_one(Certificate, certificate_id)
        return correct(actor=viewer_for(manager_id), certificate=held, holder_name="Radu Ionescu").number

    results = at_once(postgres_app, correct_it, correct_it, correct_it)
    assert len(set(results)) == 1
    with postgres_app.app_context(), transaction(writes=False):
        assert db.session.scalar(select(func.count(Certificate.id))) == 2


def test_the_database_itself_refuses_a_second_live_certificate(postgres_app: Flask) -> None:
    with postgres_app.app_context(), transaction():
        certificate = make_completion("Radu Ionesku")
        manager = viewer_for(make_manager(certificate.hub_id).id)
        old_id = certificate.id
        correct(actor=manager, certificate=certificate, holder_name="Radu Ionescu")
    revive = update(Certificate).where(Certificate.id == old_id).values(state="live")
    with postgres_app.app_context(), pytest.raises(IntegrityError, match="uq_lms_certificate_live"), transaction():
        db.session.execute(revive)


def test_two_workers_that_drew_different_bytes_freeze_the_first(postgres_app: Flask) -> None:
    with postgres_app.app_context():
        with transaction():
            certificate_id = make_completion().id
        drawn = [write(b"%PDF-1.7 one"), write(b"%PDF-1.7 two")]

    def keep(which: int) -> bool:
        digest, size = drawn[which]
        return keep_pdf(certificate_id=certificate_id, digest=digest, size=size)

    results = at_once(postgres_app, lambda: keep(0), lambda: keep(1))
    assert sorted(results) == [False, True]
    with postgres_app.app_context(), transaction(writes=False):
        hashes = db.session.scalars(select(CertificateEvent.blob_hash).where(CertificateEvent.kind == "rendered")).all()
        assert hashes == [drawn[results.index(True)][0]]
