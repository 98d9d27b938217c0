"""Completions, trainees, practice and certificates for tests. Call inside a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from certificates.issuing.models import Award, Certificate
from certificates.trainers.rules import PracticeDetails
from certificates.trainers.services import award_trainer, record_practice
from courses.catalogue.queries import manifest_of
from courses.programmes.models import Enrolment, Programme, TeamMember
from courses.programmes.queries import edition_id_of
from courses.progress.services import record_outcome
from lms.kernel.clock import today
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM, Viewer
from tests.factories.courses import make_course
from tests.factories.hubs import make_hub, make_manager, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certificates.trainers.models import Practice
    from lms.hubs.models import Hub

DONE = {"lesson": "read", "quiz": "passed", "handin": "accepted"}


def complete(enrolment: Enrolment) -> None:
    """Let a person do everything in a programme."""
    edition_id = edition_id_of(enrolment.programme_id)
    statement = select(TeamMember.team_id).where(
        TeamMember.programme_id == enrolment.programme_id, TeamMember.person_id == enrolment.person_id
    )
    team_id = db.session.scalars(statement).one()
    for _module, activity in manifest_of(edition_id).walk():
        record_outcome(
            actor=SYSTEM,
            node_key=activity.key,
            kind=DONE[activity.kind],
            edition_id=edition_id,
            key=f"test:{enrolment.id}:{activity.key}",
            team_id=team_id if activity.by_team else None,
            enrolment_id=None if activity.by_team else enrolment.id,
        )


def make_completion(
    name: str = "Žaneta Šimić", *, programme: Programme | None = None, language: str = "en"
) -> Certificate:
    """Let a person complete a programme that gives a certificate, and return the certificate."""
    programme = programme or make_programme()
    person = make_person(name, language=language)
    complete(enrol(person.id, programme, city=None))
    return db.session.scalars(select(Certificate).where(Certificate.person_id == person.id)).one()


def make_trainers_programme(hub: Hub | None = None, *, languages: Sequence[str] = ("en",)) -> Programme:
    """Make a train-the-trainers programme of a hub; it gives no certificate of its own accord."""
    hub = hub or make_hub()
    course = make_course(
        f"train-the-trainers-{hub.code.lower()}", modules=("m1",), languages=languages, audience="trainers"
    )
    programme = make_programme(f"Train the trainers {hub.code}", hub_id=hub.id, course_id=course.id)
    programme.certificate = False
    db.session.flush()
    return programme


def make_trainee(
    name: str = "Radu Ionescu", *, programme: Programme | None = None, completed: bool = True, language: str = "en"
) -> Enrolment:
    """Enrol a trainee; `completed` says whether the course is done."""
    programme = programme or make_trainers_programme()
    enrolment = enrol(make_person(name, language=language).id, programme, city=None)
    if completed:
        complete(enrolment)
    return enrolment


def make_practice(enrolment: Enrolment, *, satisfactory: bool = True, actor: Viewer | None = None) -> Practice:
    """Record a practice, by a trainer of the hub unless somebody else is named."""
    details = PracticeDetails("", "Workshop 2", today(), satisfactory, "Clear questions", "Shorter inputs")
    actor = actor or viewer_for(make_trainer(enrolment.hub_id).id)
    return record_practice(actor=actor, enrolment=enrolment, details=details)


def make_certified(name: str = "Radu Ionescu", *, programme: Programme | None = None) -> Certificate:
    """Certify a trainer by the way that everybody goes: course, practice, award by a manager of the hub."""
    enrolment = make_trainee(name, programme=programme)
    make_practice(enrolment)
    manager = viewer_for(make_manager(enrolment.hub_id).id)
    return award_trainer(actor=manager, enrolment=enrolment)


def award_of(certificate: Certificate) -> Award:
    """Return the award that a certificate proves."""
    return db.session.get_one(Award, certificate.award_id)
