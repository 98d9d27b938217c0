"""The demonstration site as one process of the tests, and the people who walk through it."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from typing import TYPE_CHECKING
from unittest import mock
from urllib.parse import urlsplit

from sqlalchemy import select

from assessments.handins.models import Handin
from assessments.quizzes import queries as quizzes
from courses.catalogue.models import Course
from courses.programmes import places
from courses.programmes.models import Programme, Team
from courses.programmes.queries import edition_id_of
from lms.demo import cast
from lms.demo.loading import email_of
from lms.hubs import services as hubs
from lms.hubs.models import City, Hub
from lms.hubs.rules import CityDetails
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from lms.site.passwords import hashed
from lms.site.services import add_account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import StorageState

TOKEN = re.compile(r'name="lms_csrf" value="([^"]+)"')
MOST_DRAWS = 10_000
LINK = re.compile(r"/join/[\w-]+")
# Who looks at the pages, each with the name of the invented person; nobody: a visitor.
ROLES = {
    "visitor": "",
    "participant": "Paolo Ferri",
    "coordinator": "Marja Lehto",
    "newcomer": "Nadia Newcomer",
    "asker": "Aino Asker",
    "trainer": "Claudia Weiss",
    "hub manager": cast.FINLAND.manager,
    "trainee": "Radu Ionescu",
    "certified trainer": "Žaneta Šimić",
    "partnership office": cast.OFFICE,
}
PROGRAMME = "Finland 2026–27"
ROUTE = "IMS for mayors and councillors"


@dataclass
class Site:
    """The site with demonstration data: its app, its address, and who has signed in so far."""

    app: Flask
    url: str
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    number: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    def client(self, name: str) -> FlaskClient:
        """Return a browser without JavaScript in which a person, given by name, has signed in; "" for a visitor."""
        if name not in self.clients:
            client = self.app.test_client()
            if name:
                page = client.get("/sign-in")
                values = {"email": email_of(name), "password": cast.PASSWORD, "lms_csrf": token_in(page.text)}
                assert client.post("/sign-in", data=values).status_code == 303, name
            self.clients[name] = client
        return self.clients[name]

    def state(self, name: str) -> StorageState:
        """Return what Chromium has to know for the same person to be signed in."""
        session = str(self.app.config["SESSION_COOKIE_NAME"])
        cookie = self.client(name).get_cookie(session)
        if cookie is None:
            return {"cookies": [], "origins": []}
        host = str(urlsplit(self.url).hostname)
        return {
            "cookies": [
                {
                    "name": session,
                    "value": cookie.value,
                    "domain": host,
                    "path": "/",
                    "expires": -1,
                    "httpOnly": True,
                    "secure": False,
                    "sameSite": "Lax",
                }
            ],
            "origins": [],
        }

    def newcomer(self, name: str, city: str = "Turku") -> str:
        """Enrol a new person in the programme in Finland, and return the name."""
        with self.app.app_context():
            password_hash = hashed(cast.PASSWORD)
            with transaction():
                person_id = add_account(name=name, email=email_of(name), password_hash=password_hash)
                programme = db.session.scalars(select(Programme).where(Programme.title == PROGRAMME)).one()
                city_id = db.session.scalars(select(City.id).where(City.name == city)).one()
                places.enrol(actor=SYSTEM, programme=programme, person_id=person_id, city_id=city_id)
        return name

    def send(self, name: str, path: str, action: str = "", **values: str) -> str:
        """Let a person send the form of a page; return the path that the answer leads to."""
        client = self.client(name)
        hidden = {"lms_csrf": token_in(client.get(path).text)}
        answer = client.post(action or path, data={**hidden, **values})
        assert answer.status_code == 303, answer.text
        return urlsplit(answer.location).path

    def empty_team(self, city: str) -> None:
        """Let a city take part in the programme in Finland, without people."""
        with self.app.app_context(), transaction():
            programme = db.session.scalars(select(Programme).where(Programme.title == PROGRAMME)).one()
            row = hubs.make_city(actor=SYSTEM, details=CityDetails(name=city, country="FI", population=900))
            hubs.add_client(actor=SYSTEM, hub=db.session.get_one(Hub, programme.hub_id), city=row)
            places.add_city(actor=SYSTEM, programme=programme, city=row)

    def new_edition(self) -> None:
        """Let the author of the programme's course change a sentence and publish, as the pages do it."""
        author = ROLES["trainer"]
        client = self.client(author)
        with self.app.app_context(), transaction(writes=False):
            of_programme = select(Course.ref).join(Programme, Programme.course_id == Course.id)
            course = f"/authoring/{db.session.scalars(of_programme.where(Programme.title == PROGRAMME)).one()}"
        lesson = self._link(client.get(course).text, course + r"/lessons/[\w-]+")
        page = Fields()
        page.feed(client.get(lesson).text)
        changed = page.values["markdown"] + "\n\nOne more sentence.\n"
        wanted = {name: page.values[name] for name in ("title", "outcome", "summary", "seen")}
        self.send(author, lesson, **wanted, markdown=changed, save="1")
        self.send(author, f"{course}/publish", size="major", note="One sentence more.")

    @staticmethod
    def _link(html: str, pattern: str) -> str:
        found = re.search(rf'href="({pattern})"', html)
        assert found, pattern
        return found[1]

    def start_quiz(self, name: str, key: str = "m1-quiz") -> str:
        """Let a person start a quiz; return the path of the attempt."""
        return self.send(name, f"/programmes/{self.programme_ref()}/quizzes/{key}")

    @contextmanager
    def drawing(self, is_wanted: Callable[[Counter[str]], bool], key: str = "m1-quiz") -> Iterator[int]:
        """Let attempts at a quiz draw as wanted, told by how often each type of question comes up.

        Chance is set, for somebody who has not seen any of them; all else is as always. Gives the number of questions.
        """
        with self.app.app_context(), transaction(writes=False):
            programme = db.session.scalars(select(Programme).where(Programme.title == PROGRAMME)).one()
            quiz = quizzes.place_in(programme, edition_id_of(programme.id), key).quiz
        types = {name: question.type.name for name, question in quiz.questions.items()}
        draws = (seed for seed in range(MOST_DRAWS) if is_wanted(Counter(types[name] for name in quiz.drawn(seed, {}))))
        seed = next(draws, None)
        assert seed is not None, f"no attempt at {key} draws such questions"
        with mock.patch("assessments.quizzes.services.secrets.randbelow", return_value=seed):
            yield quiz.asked

    def stranger(self, name: str) -> str:
        """Make an account without any programme, and return the name."""
        with self.app.app_context():
            password_hash = hashed(cast.PASSWORD)
            with transaction():
                add_account(name=name, email=email_of(name), password_hash=password_hash)
        return name

    def invitation(self) -> str:
        """Let the hub manager make an invitation link for everybody; return its path."""
        path = f"/programmes/{self.programme_ref()}/invitations"
        self.send(ROLES["hub manager"], path, city="", days="30")
        found = LINK.search(self.client(ROLES["hub manager"]).get(path).text)
        assert found, path
        return found[0]

    def programme_ref(self, title: str = PROGRAMME) -> str:
        """Return the public id of a programme of the hub in Finland."""
        statement = select(Programme.ref).join(Hub, Hub.id == Programme.hub_id).where(Hub.code == cast.FINLAND.code)
        with self.app.app_context(), transaction(writes=False):
            return db.session.scalars(statement.where(Programme.title == title)).one()

    def handin_ref(self, city: str, key: str) -> str:
        """Return the public id of what a city in Finland has handed in for an assignment."""
        of_city = select(Handin.ref).join(Team, Team.id == Handin.team_id).join(City, City.id == Team.city_id)
        with self.app.app_context(), transaction(writes=False):
            return db.session.scalars(of_city.where(City.name == city, Handin.node_key == key)).one()


class Fields(HTMLParser):
    """Collects what the fields of a page hold."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.values: dict[str, str] = {}
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the value of an input; that of a text area comes as its text."""
        known = dict(attrs)
        if tag in {"input", "textarea"} and known.get("name"):
            self.values[str(known["name"])] = known.get("value") or ""
            self._area = str(known["name"]) if tag == "textarea" else ""

    def handle_endtag(self, tag: str) -> None:
        """Leave a text area."""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        """Take the text of a text area; the first line break in it is not part of it."""
        if self._area:
            self.values[self._area] += data if self.values[self._area] else data.removeprefix("\r").removeprefix("\n")


def token_in(html: str) -> str:
    """Return the form token of a page."""
    found = TOKEN.search(html)
    assert found, html
    return found[1]
