"""The train-the-trainers programme: trainees on their way, and the first certified trainers.

Radu Ionescu has met every condition and waits for the award; two others hold a certificate; one certificate was
withdrawn; the rest are on their way.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from certificates.issuing import services as issuing
from certificates.trainers.rules import PracticeDetails
from certificates.trainers.services import award_trainer, record_practice
from courses.catalogue.models import Course
from courses.programmes import places, services
from courses.programmes.rules import ProgrammeDetails
from lms.demo import cast
from lms.demo.alone import WHOLE
from lms.demo.diary import Diary
from lms.demo.groups import Group, Stage, follow
from lms.demo.learning import learner_in
from lms.demo.programmes import trainer_of
from lms.hubs.models import Hub
from lms.kernel.clock import clock
from lms.kernel.db import db
from lms.kernel.permissions import HUB, MANAGER, SYSTEM, Grant, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from courses.programmes.models import Programme
    from lms.demo.cast import Made
    from lms.demo.learning import Learner

COURSE = "train-the-trainers"
DAYS = 260  # since the first day
BEFORE_REPORT = 13  # days from the practice to the end of the course: its report is the last thing to be handed in
# Where each stands, and the days ago at which they did something last. Who has done all has led a workshop too.
STAGES = {
    "Radu Ionescu": (WHOLE, 30),
    "Žaneta Šimić": (WHOLE, 29),
    "Γεωργία Δημητρίου": (WHOLE, 28),
    "Florian Süß": (WHOLE, 27),
    "Katarzyna Żółkiewska": (Stage(3, "revise"), 4),
    "Ċensu Għarbi": (Stage(0, "waiting"), 13),
}
CERTIFIED = ("Žaneta Šimić", "Γεωργία Δημητρίου", "Florian Süß")
WITHDRAWN = "Florian Süß"


def make(made: Made, began: datetime, say: Callable[[str], None]) -> None:
    """Make the programme for trainees of all hubs, run by the hub in Finland. `began` is now, as seen here."""
    say("  trainees and certificates")
    programme, trainer = _programme(made, began), trainer_of(made, cast.FINLAND)
    diary = Diary()
    for number, (name, (stage, quiet)) in enumerate(STAGES.items()):
        chance = random.Random(name)
        names = {**cast.ALONE, "first": name}
        group = Group(programme, [made.people[name]], trainer, "en", chance, names, number)
        follow(diary, group, stage, began - timedelta(days=DAYS), began - timedelta(days=quiet))
    diary.play()
    learners = {name: learner_in(programme, made.people[name], random.Random(name)) for name in STAGES}
    for name, (stage, quiet) in STAGES.items():
        if stage == WHOLE:
            _practise(trainer, learners[name], began - timedelta(days=quiet + BEFORE_REPORT))
    _award(made, learners, began)


def _programme(made: Made, began: datetime) -> Programme:
    """Make the programme and enrol the trainees of all hubs on its first day."""
    hub = db.session.get_one(Hub, made.hubs[cast.FINLAND.code])
    course = db.session.scalars(select(Course).where(Course.slug == COURSE)).one()
    starts = began - timedelta(days=DAYS)
    with clock.at(starts):
        details = ProgrammeDetails(
            title="Train the trainers, autumn 2026",
            languages=("en", "de"),
            time_zone=hub.time_zone,
            starts_on=starts.date(),
            ends_on=starts.date() + timedelta(days=DAYS + 100),
            seats=12,
            certificate=False,
        )
        programme = services.make_programme(actor=SYSTEM, hub=hub, course=course, details=details)
        for name in cast.FINLAND.trainers:
            services.add_trainer(actor=SYSTEM, programme=programme, person_id=made.people[name])
        for given in cast.HUBS:
            for name in given.trainees:
                places.enrol(actor=SYSTEM, programme=programme, person_id=made.people[name], city_id=None)
    return programme


def _practise(trainer: Viewer, learner: Learner, at: datetime) -> None:
    """Let a trainee lead a workshop while a trainer watches."""
    with clock.at(at):
        record_practice(
            actor=trainer,
            enrolment=learner.enrolment,
            details=PracticeDetails(
                workshop_ref="",
                title="Workshop 3: From review to targets",
                held_on=at.date(),
                satisfactory=True,
                strengths="Brought finance and planning to one table, and let them find the overlap themselves.",
                next_step="Leave more time for the first exercise.",
            ),
        )


def _award(made: Made, learners: dict[str, Learner], began: datetime) -> None:
    """Let the manager award the certificates, and withdraw one."""
    grant = Grant(MANAGER, HUB, made.hubs[cast.FINLAND.code])
    manager = Viewer(made.people[cast.FINLAND.manager], name=cast.FINLAND.manager, grants=(grant,))
    for number, name in enumerate(CERTIFIED):
        with clock.at(began - timedelta(days=14 - number)):
            certificate = award_trainer(actor=manager, enrolment=learners[name].enrolment)
        if name == WITHDRAWN:
            with clock.at(began - timedelta(days=3)):
                issuing.withdraw(actor=manager, certificate=certificate, reason="mistake", why="Awarded too early.")
