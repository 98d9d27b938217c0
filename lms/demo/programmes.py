"""The two training programmes for cities: one in full swing, one that has just begun."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from courses.catalogue.models import Course
from courses.catalogue.queries import manifest_of
from courses.programmes import places, services, workshops
from courses.programmes.models import Enrolment, Programme, Workshop
from courses.programmes.rules import ProgrammeDetails, WorkshopDetails
from lms.demo import cast, handing_in, learning
from lms.hubs.models import City, Hub
from lms.kernel.clock import clock
from lms.kernel.db import db
from lms.kernel.permissions import HUB, SYSTEM, TRAINER, Grant, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

COURSE = "ims-for-sustainability"
WORKSHOP_HOURS = 7
BEGINS = time(9, 0)
SATURDAY = 5
WORKSHOPS = {
    "en": (
        (
            "Starting together",
            "From set-up to review",
            "From review to targets",
            "Decision and first year",
            "Peer review",
        ),
        "town hall",
    ),
    "de": (
        (
            "Gemeinsam beginnen",
            "Vom Aufbau zur Bestandsaufnahme",
            "Von der Bestandsaufnahme zu den Zielen",
            "Beschluss und erstes Jahr",
            "Peer-Review",
        ),
        "Rathaus",
    ),
}
THERE = 0.9  # how many come to a workshop


def make(
    people: dict[str, int], hubs: dict[str, int], cities: dict[str, int], began: datetime, say: Callable[[str], None]
) -> None:
    """Make both programmes and let people work in them. `began` is now, as the demonstration sees it."""
    say("  the programme in Finland, in full swing")
    finland = _programme(cast.FINLAND, "Finland 2026–27", people, hubs, cities, began - timedelta(days=75), began)
    learning.study(finland, cast.FINLAND, people, began, random.Random(1))
    handing_in.hand_in(finland, cast.FINLAND, people, hubs["FI"], began)
    attend(finland, people[cast.FINLAND.trainers[0]], began, random.Random(3))
    say("  the programme in Germany, just begun")
    germany = _programme(cast.GERMANY, "Deutschland 2027", people, hubs, cities, began - timedelta(days=20), began)
    learning.study(germany, cast.GERMANY, people, began, random.Random(2), until_module="m1")
    attend(germany, people[cast.GERMANY.trainers[0]], began, random.Random(4))


def _programme(
    given: cast.Hub,
    title: str,
    people: dict[str, int],
    hubs: dict[str, int],
    cities: dict[str, int],
    starts: datetime,
    began: datetime,
) -> Programme:
    """Make a programme with its cities, people, deadlines and workshops, as if on its first day."""
    hub = db.session.get_one(Hub, hubs[given.code])
    course = db.session.scalars(select(Course).where(Course.slug == COURSE)).one()
    with clock.at(starts - timedelta(days=30)):
        details = ProgrammeDetails(
            title=title,
            languages=(given.language,) if given.language == "en" else (given.language, "en"),
            time_zone=given.time_zone,
            starts_on=starts.date(),
            ends_on=starts.date() + timedelta(days=330),
            seats=12,
            about="",
            requests_until=began.date() + timedelta(days=30),
        )
        programme = services.make_programme(actor=SYSTEM, hub=hub, course=course, details=details)
        for name in given.trainers:
            services.add_trainer(actor=SYSTEM, programme=programme, person_id=people[name])
        for town in given.cities:
            places.add_city(actor=SYSTEM, programme=programme, city=db.session.get_one(City, cities[town.name]))
        services.set_deadlines(actor=SYSTEM, programme=programme, due=_deadlines(course, began.date()))
        _workshops(programme, starts, given)
    with clock.at(starts):
        for town in given.cities:
            for number, (name, work) in enumerate(town.people):
                places.enrol(
                    actor=SYSTEM, programme=programme, person_id=people[name], city_id=cities[town.name],
                    coordinator=number == 0, work=work,
                )  # fmt: skip
    return programme


def _deadlines(course: Course, today: date) -> dict[str, date | None]:
    """Set a deadline for each quiz and hand-in: two weeks apart, the first ones just over."""
    manifest = manifest_of(course.current_edition_id or 0)
    keys = [activity.key for _module, activity in manifest.walk() if activity.kind in {"quiz", "handin"}]
    return {key: today + timedelta(days=14 * place - 12) for place, key in enumerate(keys)}


def _workshops(programme: Programme, starts: datetime, given: cast.Hub) -> None:
    titles, house = WORKSHOPS[given.language]
    for number, title in enumerate(titles):
        day = _working_day(starts.date() + timedelta(days=7 + 45 * number))
        at = datetime.combine(day, BEGINS, ZoneInfo(given.time_zone)).astimezone(UTC)
        details = WorkshopDetails(
            title=f"{number + 1}. {title}",
            starts_at=at,
            ends_at=at + timedelta(hours=WORKSHOP_HOURS),
            place=f"{given.cities[number % len(given.cities)].name}, {house}",
        )
        workshops.make_workshop(actor=SYSTEM, programme=programme, details=details)


def _working_day(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= SATURDAY else 0)


def attend(programme: Programme, trainer_id: int, began: datetime, chance: random.Random) -> None:
    """Let a trainer tick the attendance of the workshops that are over: nearly everybody was there all day."""
    trainer = Viewer(trainer_id, grants=(Grant(TRAINER, HUB, programme.hub_id),))
    person_ids = list(db.session.scalars(select(Enrolment.person_id).where(Enrolment.programme_id == programme.id)))
    statement = select(Workshop).where(Workshop.programme_id == programme.id, Workshop.ends_at < began)
    for workshop in db.session.scalars(statement.order_by(Workshop.starts_at)).all():
        minutes = {person_id: WORKSHOP_HOURS * 60 if chance.random() < THERE else 0 for person_id in person_ids}
        with clock.at(workshop.ends_at):
            workshops.record_attendance(actor=trainer, workshop=workshop, minutes=minutes, seen=10**9)
