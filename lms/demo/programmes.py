"""The training programmes for cities: one in full swing, one near its end, one that has just begun."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from courses.catalogue.models import Course
from courses.catalogue.queries import manifest_of
from courses.programmes import places, services, workshops
from courses.programmes.models import Enrolment, Programme, Workshop
from courses.programmes.rules import ProgrammeDetails, Terms, WorkshopDetails
from lms.demo import cast
from lms.demo.diary import Diary
from lms.demo.groups import Group, Stage, follow
from lms.hubs.models import City, Hub
from lms.kernel.clock import clock
from lms.kernel.db import db
from lms.kernel.permissions import HUB, SYSTEM, TRAINER, Grant, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from lms.demo.cast import Made

COURSE = "ims-for-sustainability"
WORKSHOP_HOURS = 7
BEGINS = time(9, 0)
SATURDAY = 5
BETWEEN_WORKSHOPS = 60
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


@dataclass(frozen=True)
class Story:
    """A programme for cities, and what becomes of it.

    days: since the first day. length: days in all. stages: where each city stands, with the days since anything
    happened there; a city without one takes part and has not begun. carries: whether what people have done elsewhere
    counts.
    """

    title: str
    hub: cast.Hub
    days: int
    length: int
    stages: dict[str, tuple[Stage, int]]
    carries: bool = False


FINLAND = Story(
    "Finland 2026–27",
    cast.FINLAND,
    days=240,
    length=390,
    stages={
        "Turku": (Stage(5, "revise", stuck="m5-quiz"), 2),
        "Lahti": (Stage(9, whole=2), 6),
        "Porvoo": (Stage(3, "waiting"), 1),
        "Vaasa": (Stage(1, "revise"), 70),
    },
    carries=True,
)
GREECE = Story(
    "Greece 2026",
    cast.GREECE,
    days=330,
    length=365,
    stages={
        "Ioannina": (Stage(6, "draft"), 3),
        "Kalamata": (Stage(2), 45),
        "Trikala": (Stage(7, "waiting"), 4),
        "Karditsa": (Stage(8, "revise"), 1),
    },
)
GERMANY = Story(
    "Deutschland 2027",
    cast.GERMANY,
    days=20,
    length=360,
    stages={
        "Ludwigsburg": (Stage(1), 1),
        "Tübingen": (Stage(0, "waiting"), 2),
        "Görlitz": (Stage(0, "draft"), 1),
        "Radolfzell am Bodensee": (Stage(0), 9),
    },
)


def make(made: Made, began: datetime, say: Callable[[str], None]) -> None:
    """Make the programmes and let people work in them. `began` is now, as the demonstration sees it."""
    for story, words in ((FINLAND, "in full swing"), (GREECE, "near its end"), (GERMANY, "just begun")):
        say(f"  the programme {story.title}, {words}")
        chance = random.Random(story.title)
        programme = _programme(story, made, began)
        _follow_cities(story, programme, made, began, chance)
        _attend(programme, made.people[story.hub.trainers[0]], began, chance)


def trainer_of(made: Made, given: cast.Hub) -> Viewer:
    """Return who answers the hand-ins of a hub."""
    return Viewer(made.people[given.trainers[0]], grants=(Grant(TRAINER, HUB, made.hubs[given.code]),))


def _programme(story: Story, made: Made, began: datetime) -> Programme:
    """Make a programme with its cities, people, deadlines and workshops, as if on its first day."""
    given, starts = story.hub, began - timedelta(days=story.days)
    hub = db.session.get_one(Hub, made.hubs[given.code])
    course = db.session.scalars(select(Course).where(Course.slug == COURSE)).one()
    with clock.at(starts - timedelta(days=30)):
        details = ProgrammeDetails(
            title=story.title,
            languages=(given.language,) if given.language == "en" else (given.language, "en"),
            time_zone=given.time_zone,
            starts_on=starts.date(),
            ends_on=starts.date() + timedelta(days=story.length),
            seats=12,
            about="",
            requests_until=began.date() + timedelta(days=30),
        )
        programme = services.make_programme(actor=SYSTEM, hub=hub, course=course, details=details)
        if story.carries:
            services.set_terms(actor=SYSTEM, programme=programme, terms=Terms(carry_over=True))
        for name in given.trainers:
            services.add_trainer(actor=SYSTEM, programme=programme, person_id=made.people[name])
        for town in given.cities:
            city = db.session.get_one(City, made.cities[town.name])
            places.add_city(actor=SYSTEM, programme=programme, city=city)
        services.set_deadlines(actor=SYSTEM, programme=programme, due=_deadlines(programme, course))
        _workshops(programme, starts, given)
    with clock.at(starts):
        for town in given.cities:
            for number, (name, work) in enumerate(town.people):
                places.enrol(
                    actor=SYSTEM, programme=programme, person_id=made.people[name], city_id=made.cities[town.name],
                    coordinator=number == 0, work=work,
                )  # fmt: skip
    return programme


def _deadlines(programme: Programme, course: Course) -> dict[str, date | None]:
    """Set the last days: each module gets the same time, and its quiz is due a week before its hand-in."""
    modules = [module for module in manifest_of(course.current_edition_id or 0).modules if module.activities]
    each = (programme.ends_on - programme.starts_on) / len(modules)
    due: dict[str, date | None] = {}
    for place, module in enumerate(modules, 1):
        for activity in module.activities:
            if activity.kind in {"quiz", "handin"}:
                before = timedelta(days=7 if activity.kind == "quiz" else 0)
                due[activity.key] = programme.starts_on + place * each - before
    return due


def _workshops(programme: Programme, starts: datetime, given: cast.Hub) -> None:
    titles, house = WORKSHOPS[given.language]
    for number, title in enumerate(titles):
        day = _working_day(starts.date() + timedelta(days=7 + BETWEEN_WORKSHOPS * number))
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


def _follow_cities(story: Story, programme: Programme, made: Made, began: datetime, chance: random.Random) -> None:
    diary = Diary()
    for number, town in enumerate(story.hub.cities):
        stage, quiet = story.stages[town.name]
        names = [name for name, _work in town.people]
        group = Group(
            programme,
            [made.people[name] for name in names],
            trainer_of(made, story.hub),
            story.hub.language,
            chance,
            {"city": town.name, "first": names[0], "second": names[1]},
            number,
        )
        follow(diary, group, stage, began - timedelta(days=story.days), began - timedelta(days=quiet))
    diary.play()


def _attend(programme: Programme, trainer_id: int, began: datetime, chance: random.Random) -> None:
    """Let a trainer tick the attendance of the workshops that are over: nearly everybody was there all day."""
    trainer = Viewer(trainer_id, grants=(Grant(TRAINER, HUB, programme.hub_id),))
    person_ids = list(db.session.scalars(select(Enrolment.person_id).where(Enrolment.programme_id == programme.id)))
    statement = select(Workshop).where(Workshop.programme_id == programme.id, Workshop.ends_at < began)
    for workshop in db.session.scalars(statement.order_by(Workshop.starts_at)).all():
        minutes = {person_id: WORKSHOP_HOURS * 60 if chance.random() < THERE else 0 for person_id in person_ids}
        with clock.at(workshop.ends_at):
            workshops.record_attendance(actor=trainer, workshop=workshop, minutes=minutes, seen=10**9)
