"""The train-the-trainers programme: trainees on their way, and the first certified trainers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from courses.catalogue.models import Course
from courses.programmes import places, services
from courses.programmes.rules import ProgrammeDetails
from lms.demo import cast
from lms.hubs.models import Hub
from lms.kernel.clock import clock
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable

COURSE = "train-the-trainers"


def make(people: dict[str, int], hubs: dict[str, int], began: datetime, say: Callable[[str], None]) -> None:
    """Make the programme for trainees of all hubs, run by the hub in Finland."""
    say("  trainees and certificates")
    hub = db.session.get_one(Hub, hubs["FI"])
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
