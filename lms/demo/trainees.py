"""The train-the-trainers programme: trainees on their way, and the first certified trainers.

Radu Ionescu has met every condition and waits for the award; two others hold a certificate; one certificate was
withdrawn; the rest are on their way.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from certificates.issuing import services as issuing
from certificates.trainers.rules import PracticeDetails
from certificates.trainers.services import award_trainer, record_practice
from courses.catalogue.models import Course
from courses.programmes import places, services
from courses.programmes.models import Enrolment, Programme
from courses.programmes.rules import ProgrammeDetails
from lms.demo import cast, handing_in, learning
from lms.hubs.models import Hub
from lms.kernel.clock import clock
from lms.kernel.db import db
from lms.kernel.permissions import HUB, MANAGER, SYSTEM, TRAINER, Grant, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

COURSE = "train-the-trainers"
READY = "Radu Ionescu"
CERTIFIED = ("Žaneta Šimić", "Γεωργία Δημητρίου", "Florian Süß")
WITHDRAWN = "Florian Süß"


def make(people: dict[str, int], hubs: dict[str, int], began: datetime, say: Callable[[str], None]) -> None:
    """Make the programme for trainees of all hubs, run by the hub in Finland. `began` is now, as seen here."""
    say("  trainees and certificates")
    hub = db.session.get_one(Hub, hubs["FI"])
    programme = _programme(hub, people, began)
    trainer = Viewer(people[cast.FINLAND.trainers[0]], grants=(Grant(TRAINER, HUB, hub.id),))
    manager = Viewer(people[cast.FINLAND.manager], name=cast.FINLAND.manager, grants=(Grant(MANAGER, HUB, hub.id),))
    for number, name in enumerate((READY, *CERTIFIED)):
        _finish(programme, trainer, people[name], began - timedelta(days=30 - number))
    for number, name in enumerate(CERTIFIED):
        with clock.at(began - timedelta(days=14 - number)):
            certificate = award_trainer(actor=manager, enrolment=_enrolment(programme, people[name]))
        if name == WITHDRAWN:
            with clock.at(began - timedelta(days=3)):
                issuing.withdraw(actor=manager, certificate=certificate, reason="mistake", why="Awarded too early.")


def _programme(hub: Hub, people: dict[str, int], began: datetime) -> Programme:
    """Make the programme and enrol the trainees of all hubs, three months ago."""
    course = db.session.scalars(select(Course).where(Course.slug == COURSE)).one()
    starts = began - timedelta(days=90)
    with clock.at(starts):
        details = ProgrammeDetails(
            title="Train the trainers, autumn 2026",
            languages=("en", "de"),
            time_zone=hub.time_zone,
            starts_on=starts.date(),
            ends_on=starts.date() + timedelta(days=200),
            seats=12,
            certificate=False,
        )
        programme = services.make_programme(actor=SYSTEM, hub=hub, course=course, details=details)
        for name in cast.FINLAND.trainers:
            services.add_trainer(actor=SYSTEM, programme=programme, person_id=people[name])
        for given in cast.HUBS:
            for name in given.trainees:
                places.enrol(actor=SYSTEM, programme=programme, person_id=people[name], city_id=None)
    return programme


def _enrolment(programme: Programme, person_id: int) -> Enrolment:
    statement = select(Enrolment).where(Enrolment.programme_id == programme.id, Enrolment.person_id == person_id)
    return db.session.scalars(statement).one()


def _finish(programme: Programme, trainer: Viewer, person_id: int, at: datetime) -> None:
    """Let a trainee do the whole course, lead a workshop under observation, and meet all conditions."""
    learning.finish(programme, person_id, at, random.Random(person_id))
    handing_in.accept_all(programme, trainer, Viewer(person_id), at)
    with clock.at(at + timedelta(days=1)):
        record_practice(
            actor=trainer,
            enrolment=_enrolment(programme, person_id),
            details=PracticeDetails(
                workshop_ref="",
                title="Workshop 1: Starting together",
                held_on=at.date(),
                satisfactory=True,
                strengths="Brought finance and planning to one table, and let them find the overlap themselves.",
                next_step="Leave more time for the first exercise.",
            ),
        )
