"""People who learn by themselves: the whole course at their own pace, and the short routes.

Paolo Ferri learnt the first module alone and left when his city joined, where it counts as done in another programme.
Two trainees complete the course for cities here, which the way to the trainer certificate shows.
"""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import cycle
from typing import TYPE_CHECKING

from sqlalchemy import select

from courses.catalogue.models import Course
from courses.catalogue.queries import manifest_of
from courses.programmes import places, services
from courses.programmes.rules import ProgrammeDetails, Terms
from lms.demo import cast
from lms.demo.diary import Diary
from lms.demo.groups import Group, Stage, follow
from lms.demo.learning import learner_in
from lms.demo.programmes import COURSE, FINLAND, trainer_of
from lms.hubs.models import Hub
from lms.kernel.clock import clock
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from courses.programmes.models import Programme
    from lms.demo.cast import Made

WHOLE = Stage(99)  # more modules than any course has
MOVED = "Paolo Ferri"
TITLE = "IMS for Sustainability, at your own pace"
FIRST, ROUTES_FIRST, DAYS = 600, 400, 3 * 365  # the programmes began so many days ago, and are open so long
PLACES = 200
# Who takes the whole course alone: where they stand, and the days ago at which they began and did something last.
PACES = {
    MOVED: (Stage(0, "draft"), 270, 262),
    "Žaneta Šimić": (WHOLE, 590, 320),
    "Radu Ionescu": (WHOLE, 480, 230),
    "Katarzyna Żółkiewska": (Stage(3, "revise"), 150, 5),
    "Ċensu Għarbi": (Stage(0), 90, 60),
}
# Who takes the short routes: per audience of a course the programmes on it, each with its hub and where people stand.
# Of several courses for one audience each gets the next line, in the order of their names.
ROUTES: dict[str, tuple[tuple[tuple[cast.Hub, dict[str, Stage]], ...], ...]] = {
    "councillors": (
        (
            (cast.GREECE, {"Kovács József": WHOLE, "Κωνσταντίνος Παπαδημητρίου": Stage(1)}),
            (cast.FINLAND, {"Kerttu Hyvärinen": Stage(0)}),
        ),
    ),
    "small-towns": (((cast.GREECE, {"Υπατία Φωτεινού": Stage(1, "waiting"), "Vytautė Žemaitė": Stage(0)}),),),
    "staff": (
        ((cast.FINLAND, {"Ilse van Dorp": WHOLE}),),
        ((cast.FINLAND, {"Søren Kjærgård": Stage(0)}),),
        ((cast.GREECE, {"Μυρτώ Ψαρού": Stage(0)}),),
    ),
    "auditors": (((cast.FINLAND, {"Sanna Kärkkäinen": WHOLE}),),),
}


def learn_alone(made: Made, began: datetime, say: Callable[[str], None]) -> None:
    """Make the open programme on the course for cities, and let people work in it. `began` is now."""
    say("  the whole course at one's own pace")
    course = db.session.scalars(select(Course).where(Course.slug == COURSE)).one()
    programme = _open(course, cast.FINLAND, TITLE, made, began - timedelta(days=FIRST))
    diary = Diary()
    for number, (name, (stage, first, last)) in enumerate(PACES.items()):
        begins, ends = began - timedelta(days=first), began - timedelta(days=last)
        _work(diary, programme, cast.FINLAND, made, name, stage, (begins, ends), number)
    diary.play()
    with clock.at(began - timedelta(days=FINLAND.days + 1)):
        moved = learner_in(programme, made.people[MOVED], random.Random(MOVED))
        places.leave(actor=moved.viewer, enrolment=moved.enrolment)


def take_routes(made: Made, began: datetime, say: Callable[[str], None]) -> None:
    """Make an open programme on each short route that has been published, and let people take it."""
    say("  the short routes")
    published = Course.current_edition_id.is_not(None)
    statement = select(Course).where(Course.audience.in_(ROUTES), published).order_by(Course.slug)
    turns = {audience: cycle(lines) for audience, lines in ROUTES.items()}
    for course in db.session.scalars(statement).all():
        title = manifest_of(course.current_edition_id or 0).title("en")
        for hub, people in next(turns[course.audience]):
            programme = _open(course, hub, title, made, began - timedelta(days=ROUTES_FIRST))
            diary = Diary()
            for number, (name, stage) in enumerate(people.items()):
                begins = began - timedelta(days=20 * (number + 1))
                _work(diary, programme, hub, made, name, stage, (begins, begins + timedelta(days=1)), number)
            diary.play()


def _open(course: Course, given: cast.Hub, title: str, made: Made, starts: datetime) -> Programme:
    """Make a programme in which anybody takes a place without being asked."""
    details = ProgrammeDetails(
        title=title,
        languages=("en",),
        time_zone=given.time_zone,
        starts_on=starts.date(),
        ends_on=starts.date() + timedelta(days=DAYS),
        seats=PLACES,
        open_to_all=True,
        certificate=course.slug == COURSE,
    )
    hub = db.session.get_one(Hub, made.hubs[given.code])
    with clock.at(starts - timedelta(days=1)):
        programme = services.make_programme(actor=SYSTEM, hub=hub, course=course, details=details)
        services.set_terms(actor=SYSTEM, programme=programme, terms=Terms(carry_over=True))
        for name in given.trainers:
            services.add_trainer(actor=SYSTEM, programme=programme, person_id=made.people[name])
    return programme


def _work(
    diary: Diary,
    programme: Programme,
    hub: cast.Hub,
    made: Made,
    name: str,
    stage: Stage,
    between: tuple[datetime, datetime],
    number: int,
) -> None:
    """Enrol somebody, and note what they do between two instants."""
    with clock.at(between[0]):
        places.enrol(actor=SYSTEM, programme=programme, person_id=made.people[name], city_id=None)
    names = {**cast.ALONE, "first": name}
    group = Group(programme, [made.people[name]], trainer_of(made, hub), "en", random.Random(name), names, number)
    follow(diary, group, stage, *between)
