"""The demonstration site with what else there can be: every room has something to show, of several hubs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from courses.catalogue.models import Course
from courses.programmes.models import Programme
from lms.demo import cast
from lms.demo.loading import email_of
from lms.hubs.models import Hub
from lms.kernel.db import db
from lms.kernel.transaction import transaction
from lms.site.services import add_account
from tests.factories.demonstration import demonstration_site
from tests.factories.library import make_item
from tests.walks.browser import Browser, Upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient


@dataclass
class Demonstration:
    """The site and the browsers of those who have signed in."""

    app: Flask
    _clients: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, name: str = "") -> FlaskClient:
        """Return the browser of an invented person, signed in; of a visitor without a name."""
        if name not in self._clients:
            self._clients[name] = self.app.test_client()
            if name:
                person = Browser(self._clients[name], name).open("/sign-in")
                person.fill("E-mail", email_of(name)).fill("Password", cast.PASSWORD).press("Sign in")
        return self._clients[name]


ASKER, MESSAGE, FILE = "Aino Asker", "Our mayor has read about you.", "plans-of-porvoo.pdf"
MATERIAL = "What the cities of Finland share"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def live_on(made: Demonstration) -> None:
    """Add, in Finland, what the demonstration has not: a link, a request, a file handed in, materials of the hub."""
    with made.app.app_context(), transaction():
        add_account(name=ASKER, email=email_of(ASKER), password=cast.PASSWORD)
        hub_id = db.session.scalars(select(Hub.id).where(Hub.code == cast.FINLAND.code)).one()
        with_cities = (Course.audience == "city-teams", ~Programme.open_to_all)
        statement = select(Programme).join(Course).where(Programme.hub_id == hub_id, *with_cities)
        make_item("finnish", hub_id=hub_id, title=MATERIAL)
        ref, title = (programme := db.session.scalars(statement).one()).ref, programme.title
    manager = Browser(made.client(cast.FINLAND.manager)).open(f"/programmes/{ref}/invitations")
    manager.fill("For whom", "Turku").fill("Works for", "30").press("Make the link")
    asker = Browser(made.client(ASKER)).open(f"/programmes/{ref}/ask").fill("Your city", "Vaasa")
    asker.fill("Message", MESSAGE).press("Send the request")
    city = cast.FINLAND.cities[2]
    member = Browser(made.client(city.people[0][0])).open("/hand-ins")
    member.follow("Three priorities, five targets", within=title)
    member.fill("Your text", "Our targets").fill("Files", Upload(FILE, PDF))
    member.fill(city.people[0][0], value=True, group="Who worked on this?").press("Hand in for the team").reads(FILE)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory, demonstration_data: Path) -> Iterator[Demonstration]:
    """Make the site. Tests look and try, and change nothing: all of them share it."""
    app = demonstration_site(shutil.copytree(demonstration_data, tmp_path_factory.mktemp("house") / "data"))
    made = Demonstration(app)
    live_on(made)
    yield made
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
