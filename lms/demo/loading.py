"""Loading the demonstration: hubs, cities, people, and programmes at different stages.

Everything goes through the same services as on a real site, with the clock put back to when it happened, so that
dates, states and counters fit together. Loading twice changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from certificates.issuing.services import RENDER
from courses.catalogue.models import Course
from courses.progress.services import REFRESH, refresh
from lms.accounts.models import Person
from lms.accounts.services import grant_role
from lms.demo import alone, cast, programmes, trainees
from lms.demo.cast import Made
from lms.hubs import services as hubs
from lms.hubs.models import City, Hub, Partnership
from lms.hubs.rules import CityDetails, HubDetails, OrganisationDetails
from lms.kernel.clock import clock, now
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.jobs import Job
from lms.kernel.mail import Mail
from lms.kernel.permissions import AUTHOR, HUB, MANAGER, OFFICE, SYSTEM, TRAINER, WHOLE
from lms.kernel.text import sort_key
from lms.kernel.transaction import transaction
from lms.site.passwords import hashed
from lms.site.services import add_account

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

PARTNERSHIP = "European Partnership for Integrated Sustainability Management"
# Who signs in as what on the first page: (role in words, name).
ACCOUNTS = (
    ("City official, coordinator of the team of Turku", "Marja Lehto"),
    ("City official, in the team of Turku", "Paolo Ferri"),
    ("Trainer in Finland, author of the shared courses", "Claudia Weiss"),
    ("Trainee trainer", "Radu Ionescu"),
    ("Hub manager, Finland", cast.FINLAND.manager),
    ("Hub manager, Germany (in German)", cast.GERMANY.manager),
    ("Partnership office", cast.OFFICE),
)


def email_of(name: str) -> str:
    """Return the address of an invented person: "marja.lehto@demo.example".

    >>> email_of("Näkkäläjärvi Áilu")
    'nakkalajarvi.ailu@demo.example'
    """
    plain = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in _latin(sort_key(name)))
    return f"{'.'.join(plain.split())}@{cast.DOMAIN}"


GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        [
            "a",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "th",
            "i",
            "k",
            "l",
            "m",
            "n",
            "x",
            "o",
            "p",
            "r",
            "s",
            "s",
            "t",
            "y",
            "f",
            "ch",
            "ps",
            "o",
        ],
        strict=True,
    )
)
BULGARIAN_IN_LATIN = "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya"
BULGARIAN = dict(zip("абвгдежзийклмнопрстуфхцчшщъьюя", BULGARIAN_IN_LATIN.split(), strict=True))


def _latin(text: str) -> str:
    """Write Greek and Cyrillic letters in Latin ones, well enough for an address."""
    return "".join(GREEK.get(letter) or BULGARIAN.get(letter) or letter for letter in text)


def is_loaded() -> bool:
    """Whether the demonstration is there."""
    with transaction(writes=False):
        return db.session.scalar(select(Hub.id).where(Hub.name == cast.FINLAND.name)) is not None


def load(say: Callable[[str], None]) -> None:
    """Load the demonstration. Raises Conflict where the reference courses have not been loaded."""
    if is_loaded():
        say("The demonstration data are there already.")
        return
    with transaction(writes=False):
        if db.session.scalar(select(Course.id).where(Course.current_edition_id.is_not(None))) is None:
            raise Conflict("Load the courses first: flask lms courses load")
    password_hash = hashed(cast.PASSWORD)
    made = Made()
    began = now()
    with transaction():
        last_job = db.session.scalar(select(Job.id).order_by(Job.id.desc()).limit(1)) or 0
        with clock.at(began - timedelta(days=700)):
            say("  hubs, cities and people")
            _partnership()
            for hub in cast.HUBS:
                _hub(made, hub, password_hash)
            office = _person(made, cast.OFFICE, "en", password_hash)
            grant_role(actor=SYSTEM, person_id=office, role=OFFICE, scope=WHOLE)
            grant_role(actor=SYSTEM, person_id=made.people[cast.FINLAND.trainers[0]], role=AUTHOR, scope=WHOLE)
        alone.learn_alone(made, began, say)
        programmes.make(made, began, say)
        alone.take_routes(made, began, say)
        trainees.make(made, began, say)
        _settle(last_job, began)


def _partnership() -> None:
    if db.session.scalar(select(Partnership.id)) is None:
        hubs.make_partnership(actor=SYSTEM, name=PARTNERSHIP, contact_email=f"office@{cast.DOMAIN}")


def _person(made: Made, name: str, language: str, password_hash: str) -> int:
    made.people[name] = add_account(name=name, email=email_of(name), password_hash=password_hash, language=language)
    return made.people[name]


def _hub(made: Made, given: cast.Hub, password_hash: str) -> None:
    """Make a hub with its organisations, staff and cities, and accounts for the people of its city teams."""
    details = HubDetails(
        name=given.name,
        code=given.code,
        countries=(given.country,),
        languages=tuple(dict.fromkeys((given.language, "en"))),
        time_zone=given.time_zone,
        contact_email=f"{given.code.lower()}@{cast.DOMAIN}",
        about=given.about,
    )
    hub = hubs.make_hub(actor=SYSTEM, details=details)
    hub.demonstration = True
    made.hubs[given.code] = hub.id
    for name in given.organisations:
        organisation = hubs.make_organisation(
            actor=SYSTEM, details=OrganisationDetails(name=name, country=given.country)
        )
        hubs.add_member(actor=SYSTEM, hub=hub, organisation=organisation)
    manager = _person(made, given.manager, given.language, password_hash)
    grant_role(actor=SYSTEM, person_id=manager, role=MANAGER, scope=(HUB, hub.id))
    for name in given.trainers:
        trainer = _person(made, name, given.language, password_hash)
        grant_role(actor=SYSTEM, person_id=trainer, role=TRAINER, scope=(HUB, hub.id))
    for name in given.trainees:
        _person(made, name, given.language, password_hash)
    for town in given.cities:
        city = _city(town, given.country)
        made.cities[town.name] = city.id
        hubs.add_client(actor=SYSTEM, hub=hub, city=city)
        for name, _work in town.people:
            _person(made, name, given.language, password_hash)


def _city(town: cast.City, country: str) -> City:
    """Make a city, or take the one that a real user has entered before."""
    present = db.session.scalar(select(City).where(City.name == town.name, City.country == country))
    if present is not None:
        return present
    details = CityDetails(name=town.name, country=country, population=town.population)
    return hubs.make_city(actor=SYSTEM, details=details)


def _settle(last_job: int, began: datetime) -> None:
    """Do the jobs of the story, or take them back: nobody invented reads mails. Certificates are drawn from now on."""
    for mail in db.session.scalars(select(Mail).where(Mail.person_id.in_(_invented()))):
        mail.sent_at = mail.created_at
    elsewhere: set[int] = set()
    for job in db.session.scalars(select(Job).where(Job.id > last_job)):
        if job.name == RENDER:
            job.due = began  # not when the story says: a new site would be months late
            continue
        if job.name == REFRESH:
            elsewhere.update(job.args["enrolments"])
        job.state = "done"
    refresh(sorted(elsewhere))


def _invented() -> list[int]:
    return list(db.session.scalars(select(Person.id).where(Person.email.like(f"%@{cast.DOMAIN}"))))
