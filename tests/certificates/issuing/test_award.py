"""Awards and certificates: once, frozen, numbered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from certificates.issuing import queries, services
from certificates.issuing.freezing import from_json
from certificates.issuing.models import Award, Certificate, CertificateEvent
from certificates.issuing.own_data import own_certificates
from certificates.issuing.services import Grounds, award, correct, withdraw
from courses.catalogue.models import Edition
from courses.programmes.queries import edition_id_of
from courses.progress.models import Completion
from courses.progress.services import record_outcome, refresh
from lms.accounts.services import erase_person, update_person
from lms.hubs.models import Hub
from lms.kernel.audit import AuditEvent
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.jobs import Job
from lms.kernel.mail import Mail
from lms.kernel.permissions import SYSTEM
from tests.factories.certificates import award_of, complete, make_certified, make_completion
from tests.factories.courses import make_course
from tests.factories.hubs import make_hub, make_manager, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from flask import Flask

    from lms.kernel.clock import Clock
    from lms.kernel.permissions import Viewer

pytestmark = pytest.mark.usefixtures("database")


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def manager_for(certificate: Certificate) -> Viewer:
    return viewer_for(make_manager(certificate.hub_id, "Outi Salmi").id)


def events(certificate: Certificate) -> list[str]:
    statement = select(CertificateEvent.kind).where(CertificateEvent.certificate_id == certificate.id)
    return list(db.session.scalars(statement.order_by(CertificateEvent.id)))


def trail(certificate: Certificate) -> list[str]:
    """Say by which permissions a certificate came about and ended, in order."""
    statement = select(AuditEvent.what).where(AuditEvent.on_kind == "certificate", AuditEvent.on_id == certificate.id)
    return list(db.session.scalars(statement.order_by(AuditEvent.id)))


def test_completing_a_programme_brings_one_certificate_with_its_facts() -> None:
    programme = make_programme()
    make_manager(programme.hub_id, "Outi Salmi")
    certificate = make_completion("Näkkäläjärvi Áilu", programme=programme)
    facts = from_json(certificate.facts)
    assert facts.holder_name == "Näkkäläjärvi Áilu"
    assert facts.title == "Course tiny-course"
    assert facts.award_text == "has completed the course Course tiny-course."
    assert facts.outcomes == ("Explain the cycle", "Design a set-up")
    assert (facts.workload, facts.assessment) == ("5 hours", "Two quizzes and two hand-ins")
    assert (facts.participation, facts.quality) == ("Online and in workshops", "Checked by the hub")
    assert (facts.awarding_body, facts.country, facts.eqf) == ("Finland", "FI", None)
    assert facts.signed_by == "Outi Salmi, hub manager"
    assert facts.check_url == f"http://localhost/check/{certificate.code}"
    assert facts.check_address == "localhost/check"
    assert facts.number == certificate.number
    assert facts.valid_until is None
    assert not facts.demonstration
    assert award_of(certificate).achievement == f"programme:{programme.id}"
    assert events(certificate) == ["issued"]
    assert db.session.scalars(select(Job.args).where(Job.name == services.RENDER)).all() == [
        {"certificate_id": certificate.id}
    ]


def test_a_programme_without_certificates_gives_none() -> None:
    programme = make_programme()
    programme.certificate = False
    complete(enrol(make_person().id, programme, city=None))
    assert count(Certificate) == 0


@pytest.mark.parametrize("joins_first", [True, False])
@pytest.mark.parametrize("first_gives", [True, False])
def test_what_was_all_done_in_another_programme_brings_no_second_certificate(
    joins_first: bool, first_gives: bool
) -> None:
    course, person = make_course(), make_person()
    first = make_programme("First", course_id=course.id)
    first.certificate = first_gives
    second = make_programme(
        "Second", course_id=course.id, hub_id=make_hub("Hungary", countries=["HU"]).id, carry_over=True
    )
    if joins_first:
        there = enrol(person.id, second, city=None)
    complete(enrol(person.id, first, city=None))
    if not joins_first:
        there = enrol(person.id, second, city=None)
    refresh([there.id])
    assert count(Completion) == 2
    certificate = db.session.scalars(select(Certificate)).one()
    assert award_of(certificate).programme_id == (first.id if first_gives else second.id)


def test_who_did_some_of_it_here_gets_a_certificate_here_too() -> None:
    course, person = make_course(), make_person()
    first = make_programme("First", course_id=course.id)
    second = make_programme("Second", course_id=course.id, carry_over=True)
    here = enrol(person.id, second, city=None)
    record_outcome(actor=SYSTEM, node_key="m1-lesson-1", kind="read", edition_id=1, key="here", enrolment_id=here.id)
    complete(enrol(person.id, first, city=None))
    refresh([here.id])
    assert count(Certificate) == 2


def test_two_awards_of_the_same_are_one() -> None:
    certificate = make_certified()
    awarded = award_of(certificate)
    grounds = Grounds(
        kind="trainer",
        person_id=certificate.person_id,
        achievement="trainer",
        hub_id=certificate.hub_id,
        edition_id=edition_id_of(awarded.programme_id or 0),
        programme_id=awarded.programme_id,
    )
    again = award(actor=manager_for(certificate), grounds=grounds)
    assert again.id == certificate.id
    assert (count(Award), count(Certificate)) == (1, 1)


def test_numbers_run_by_hub_and_year_of_the_hubs_own_calendar(clock: Clock) -> None:
    finland, germany = make_programme(), None
    clock.move_to(datetime(2026, 12, 31, 21, 59, tzinfo=UTC))
    first = make_completion("A A", programme=finland)
    clock.move_to(datetime(2026, 12, 31, 22, 1, tzinfo=UTC))  # the new year has begun in Helsinki, not in Berlin
    second = make_completion("B B", programme=finland)
    germany = make_programme("Germany", hub_id=make_hub("Germany", "DE", countries=("DE",)).id)
    third = make_completion("C C", programme=germany)
    clock.move_to(datetime(2027, 3, 1, tzinfo=UTC))
    fourth = make_completion("D D", programme=finland)
    numbers = [certificate.number for certificate in (first, second, third, fourth)]
    assert numbers == ["TH-FI-2026-00001", "TH-FI-2027-00001", "TH-DE-2026-00001", "TH-FI-2027-00002"]
    assert from_json(second.facts).issued_on == date(2027, 1, 1)


def test_the_numbers_of_a_code_go_on_when_another_hub_takes_it_over() -> None:
    finland = make_programme()
    first = make_completion("A A", programme=finland)
    db.session.get_one(Hub, finland.hub_id).code = "SUOMI"
    db.session.flush()
    other = make_programme("Another", hub_id=make_hub("Another", "FI").id)
    assert make_completion("B B", programme=other).number == first.number.replace("00001", "00002")
    assert make_completion("C C", programme=finland).number == first.number.replace("FI", "SUOMI")


def test_codes_are_long_and_differ() -> None:
    programme = make_programme()
    codes = {make_completion(f"Person {letter}", programme=programme).code for letter in "abcdef"}
    assert len(codes) == 6
    assert all(len(code.replace("-", "")) == 16 for code in codes)


def test_without_the_language_of_the_holder_the_courses_own_is_taken() -> None:
    programme = make_programme()
    finnish = make_completion("Väinö Mäkelä", programme=programme, language="fi")
    assert (finnish.language, finnish.facts["title"]) == ("en", "Course tiny-course")


def test_a_german_holder_of_a_german_course_gets_it_in_german() -> None:
    course = make_course("kurs", languages=("en", "de"))
    edition = db.session.get_one(Edition, course.current_edition_id)
    about = edition.manifest["about"]
    german = {**about["en"], "title": "Kurs", "outcomes": ["Den Zyklus erklären"], "workload": "5 Stunden"}
    edition.manifest = {**edition.manifest, "about": {**about, "de": german}}
    programme = make_programme(course_id=course.id)
    certificate = make_completion("Jürgen Groß", programme=programme, language="de")
    assert (certificate.language, certificate.facts["title"]) == ("de", "Kurs")
    assert certificate.facts["outcomes"] == ["Den Zyklus erklären"]
    assert make_completion("Väinö Mäkelä", programme=programme, language="fi").language == "en"


def test_a_name_changed_later_changes_no_certificate() -> None:
    certificate = make_completion("Maija Meikäläinen")
    update_person(person_id=certificate.person_id, name="Maija Virtanen")
    db.session.refresh(certificate)
    assert certificate.facts["holder_name"] == "Maija Meikäläinen"


def test_an_erased_person_keeps_frozen_certificates_and_gets_no_new_ones() -> None:
    certificate = make_certified()
    erase_person(actor=SYSTEM, person_id=certificate.person_id)
    db.session.refresh(certificate)
    assert certificate.facts["holder_name"] == "Radu Ionescu"
    grounds = Grounds("completion", certificate.person_id, "programme:1", certificate.hub_id, 1)
    with pytest.raises(Conflict):
        award(actor=SYSTEM, grounds=grounds)


def test_demonstration_data_say_so(app: Flask) -> None:
    hub = make_hub()
    hub.demonstration = True
    certificate = make_completion(programme=make_programme(hub_id=hub.id))
    assert certificate.demonstration
    assert from_json(certificate.facts).demonstration
    hub.demonstration = False
    app.config["LMS_DEMONSTRATION"] = True
    assert make_completion("Other Person", programme=make_programme("Two", hub_id=hub.id)).demonstration


def test_texts_that_are_too_long_for_paper_never_stop_a_completion() -> None:
    hub = make_hub("Hub " + "of many organisations " * 8)
    programme = make_programme(hub_id=hub.id)
    make_manager(hub.id, "Maximiliane " * 16)
    certificate = make_completion("Anna-Maria " * 18, programme=programme)
    facts = from_json(certificate.facts)
    assert facts.holder_name.endswith("…")
    assert len(facts.awarding_body) <= 120


@pytest.mark.parametrize("who", ["trainer", "other hub", "nobody", "oneself"])
def test_only_a_manager_of_the_hub_awards_and_nobody_themselves(who: str) -> None:
    programme = make_programme()
    person = make_person()
    actors = {
        "trainer": lambda: make_trainer(programme.hub_id),
        "other hub": lambda: make_manager(make_hub("Germany", "DE", countries=("DE",)).id),
        "nobody": lambda: make_person("Any Body"),
        "oneself": lambda: make_manager(programme.hub_id),
    }
    actor = viewer_for(actors[who]().id)
    holder = actor.person_id if who == "oneself" else person.id
    grounds = Grounds("trainer", holder, "trainer", programme.hub_id, edition_id_of(programme.id))
    with pytest.raises(Forbidden):
        award(actor=actor, grounds=grounds)
    assert (count(Award), count(Certificate)) == (0, 0)


def test_withdrawing_is_written_down_told_and_done_once() -> None:
    certificate = make_completion()
    manager = manager_for(certificate)
    withdraw(actor=manager, certificate=certificate, reason="mistake", why="Wrong programme")
    withdraw(actor=manager, certificate=certificate, reason="other")
    assert events(certificate) == ["issued", "withdrawn"]
    assert certificate.state == "withdrawn"
    mails = db.session.scalars(select(Mail.person_id).where(Mail.kind == "issuing.withdrawn")).all()
    assert mails == [certificate.person_id]
    trail = db.session.scalars(select(AuditEvent).where(AuditEvent.what == "certificate:withdraw")).one()
    assert (trail.by_id, trail.why) == (manager.person_id, "Wrong programme")


def test_a_withdrawal_needs_a_known_reason_and_the_right() -> None:
    certificate = make_completion()
    manager = manager_for(certificate)
    with pytest.raises(Invalid):
        withdraw(actor=manager, certificate=certificate, reason="because")
    for stranger in (make_trainer(certificate.hub_id), make_manager(make_hub("Germany", "DE", countries=("DE",)).id)):
        with pytest.raises(Forbidden):
            withdraw(actor=viewer_for(stranger.id), certificate=certificate, reason="mistake")
        with pytest.raises(Forbidden):
            correct(actor=viewer_for(stranger.id), certificate=certificate, holder_name="Other Name")
    assert events(certificate) == ["issued"]


def test_nobody_withdraws_or_corrects_their_own() -> None:
    programme = make_programme()
    manager = make_manager(programme.hub_id)
    complete(enrol(manager.id, programme, city=None))
    certificate = db.session.scalars(select(Certificate)).one()
    with pytest.raises(Forbidden):
        withdraw(actor=viewer_for(manager.id), certificate=certificate, reason="request")
    with pytest.raises(Forbidden):
        correct(actor=viewer_for(manager.id), certificate=certificate, holder_name="Doctor Manager")


def test_a_correction_replaces_the_certificate_and_keeps_all_but_the_name() -> None:
    certificate = make_completion("Radu Ionesku")
    newer = correct(actor=manager_for(certificate), certificate=certificate, holder_name="Radu  Ionescu")
    assert (certificate.state, newer.state) == ("replaced", "live")
    assert (newer.sequence, newer.replaces_id, newer.award_id) == (2, certificate.id, certificate.award_id)
    assert newer.facts["holder_name"] == "Radu Ionescu"
    assert newer.number != certificate.number
    assert newer.code != certificate.code
    own = {"holder_name", "number", "code", "check_url", "signed_by"}
    assert {key: value for key, value in newer.facts.items() if key not in own} == {
        key: value for key, value in certificate.facts.items() if key not in own
    }
    assert events(certificate) == ["issued", "replaced"]
    assert (trail(certificate), trail(newer)) == (["certificate:award"], ["certificate:correct"])


def test_the_same_correction_twice_is_one_and_another_is_told_that_it_came_late() -> None:
    certificate = make_completion("Radu Ionesku")
    manager = manager_for(certificate)
    newer = correct(actor=manager, certificate=certificate, holder_name="Radu Ionescu")
    assert correct(actor=manager, certificate=certificate, holder_name="Radu Ionescu").id == newer.id
    with pytest.raises(Conflict):
        correct(actor=manager, certificate=certificate, holder_name="R. Ionescu")
    with pytest.raises(Conflict):
        withdraw(actor=manager, certificate=certificate, reason="mistake")
    with pytest.raises(Invalid):
        correct(actor=manager, certificate=newer, holder_name="Radu Ionescu")
    withdraw(actor=manager, certificate=newer, reason="mistake")
    with pytest.raises(Conflict):
        correct(actor=manager, certificate=newer, holder_name="R. Ionescu")


def test_a_withdrawn_certificate_comes_back_only_by_a_person() -> None:
    certificate = make_completion()
    awarded, manager = award_of(certificate), manager_for(certificate)
    withdraw(actor=manager, certificate=certificate, reason="mistake")
    grounds = Grounds(
        "completion",
        certificate.person_id,
        awarded.achievement,
        certificate.hub_id,
        edition_id_of(awarded.programme_id or 0),
        awarded.programme_id,
    )
    assert award(actor=SYSTEM, grounds=grounds).id == certificate.id
    again = award(actor=manager, grounds=grounds)
    assert (again.sequence, again.state) == (2, "live")
    assert certificate.state == "withdrawn"
    assert (trail(certificate), trail(again)) == (["certificate:award", "certificate:withdraw"], ["certificate:award"])


def test_an_expired_trainer_certificate_can_be_awarded_anew(clock: Clock) -> None:
    clock.move_to(datetime(2026, 10, 2, 12, tzinfo=UTC))
    certificate = make_certified()
    awarded, manager = award_of(certificate), manager_for(certificate)
    assert certificate.valid_until == date(2030, 10, 2)
    grounds = Grounds(
        "trainer",
        certificate.person_id,
        "trainer",
        certificate.hub_id,
        edition_id_of(awarded.programme_id or 0),
        awarded.programme_id,
    )
    clock.move_to(datetime(2030, 10, 2, 12, tzinfo=UTC))
    assert award(actor=manager, grounds=grounds).id == certificate.id
    clock.move_to(datetime(2030, 10, 3, 12, tzinfo=UTC))
    newer = award(actor=manager, grounds=grounds)
    assert newer.valid_until == date(2034, 10, 3)
    assert events(certificate) == ["issued", "replaced"]
    assert trail(newer) == ["certificate:award"]


@pytest.mark.parametrize(
    ("zone", "hour", "expected"),
    [
        ("Europe/Helsinki", 20, "valid"),
        ("Europe/Helsinki", 22, "expired"),  # the next day has begun there
        ("Atlantic/Azores", 24, "valid"),  # the last day is not over there
        ("Atlantic/Azores", 25, "expired"),
        ("UTC", 24, "expired"),
    ],
)
def test_filter_and_row_go_by_the_day_of_the_hub(clock: Clock, zone: str, hour: int, expected: str) -> None:
    clock.move_to(datetime(2026, 12, 2, 12, tzinfo=UTC))
    certificate = make_certified()
    manager = manager_for(certificate)
    db.session.get_one(Hub, certificate.hub_id).time_zone = zone
    clock.move_to(datetime(2030, 12, 2, tzinfo=UTC) + timedelta(hours=hour))
    found = {
        state: [queries.row_of(row).standing for row in db.session.execute(queries.issued(manager, state=state))]
        for state in ("valid", "expired")
    }
    assert found == {"valid": [], "expired": [], expected: [expected]}
    assert queries.valid_by_hub("trainer") == ({certificate.hub_id: 1} if expected == "valid" else {})


def test_the_site_says_how_long_trainer_certificates_hold(app: Flask) -> None:
    app.config["LMS_TRAINER_CERTIFICATE_YEARS"] = 0
    assert make_certified().valid_until is None


def test_my_data_hold_the_certificates_with_what_happened_to_them() -> None:
    certificate = make_completion("Αθηνά Σιδέρη")
    make_completion("Somebody Else", programme=make_programme("Two", hub_id=certificate.hub_id))
    told = own_certificates(certificate.person_id)
    assert [item["number"] for item in told] == [certificate.number]
    assert "Αθηνά Σιδέρη" in str(told[0]["facts"])
    assert "issued" in str(told[0]["events"])
