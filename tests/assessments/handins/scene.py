"""A programme of two cities with trainer and manager, a second hub beside it, and people who use the pages."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from lms.kernel.db import db
from lms.kernel.transaction import transaction
from lms.testing.apps import SUBJECT
from tests.factories.courses import make_course
from tests.factories.hubs import make_hub, make_manager, make_trainer
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask
    from werkzeug.test import TestResponse

PDF = b"%PDF-1.7\n" + b"x" * 3000
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"x" * 300
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
NODE = "m1-handin"
ACCEPTED = {"verdict-owner": "accepted", "verdict-year": "accepted"}
REVISE = {"verdict-owner": "accepted", "verdict-year": "revise", "remark-year": "Which year?"}


class Visitor:
    """A person in a browser without JavaScript; a form is sent with what is hidden in it."""

    def __init__(self, app: Flask, person_id: int) -> None:
        self.person_id = person_id
        self.client = app.test_client()
        with self.client.session_transaction() as cookie:
            cookie[SUBJECT] = str(person_id)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def download(self, path: str) -> bytes:
        """Get a file, which must come as a download."""
        with self.client.get(path) as answer:
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].startswith("attachment")
            return bytes(answer.data)

    def form(self, path: str) -> dict[str, Any]:
        """Return the hidden fields of a page's form."""
        page = self.client.get(path)
        assert page.status_code == 200, page.text
        return {name: unescape(value) for name, value in FIELD.findall(page.text) if name != "lms_once"}

    def send(
        self, path: str, fields: dict[str, Any], *, files: Sequence[tuple[str, bytes]] = (), page: str = ""
    ) -> TestResponse:
        """Open the page and send its form."""
        return self.post(path, self.form(page or path) | fields, files=files)

    def post(self, path: str, fields: dict[str, Any], *, files: Sequence[tuple[str, bytes]] = ()) -> TestResponse:
        """Send a form that was opened before."""
        data = dict(fields)
        if files:
            data["files"] = [FileStorage(io.BytesIO(raw), name) for name, raw in files]
        # Made here, for the client would leave large bodies in an open temporary file.
        boundary, body = encode_multipart(MultiDict(data))
        return self.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@dataclass(frozen=True)
class Scene:
    """Ids of the people, and the address of the programme's hand-in."""

    app: Flask
    hub_id: int
    programme_id: int
    programme: str
    marja: int
    paolo: int
    anna: int
    lone: int
    claudia: int
    radu: int
    hanna: int
    stranger: int
    foreign_trainer: int
    foreign_manager: int

    @property
    def address(self) -> str:
        """The page of the hand-in of module M1."""
        return f"/programmes/{self.programme}/hand-ins/{NODE}"

    def visit(self, person_id: int) -> Visitor:
        """Let a person open a browser."""
        return Visitor(self.app, person_id)

    def hand_in(
        self, person_id: int, text: str = "Our map.", files: Sequence[tuple[str, bytes]] = (), node: str = NODE
    ) -> TestResponse:
        """Hand in through the page; a team's member ticks themselves."""
        address = f"/programmes/{self.programme}/hand-ins/{node}"
        fields = {"text": text, "handin": "1", "who": [str(person_id)]}
        return self.visit(person_id).send(address, fields, files=files)

    def grading(self, person_id: int, *, state: str = "all") -> list[str]:
        """Return the addresses of the hand-ins in somebody's list."""
        page = self.visit(person_id).get(f"/grading?state={state}")
        assert page.status_code == 200, page.text
        return re.findall(r'<th scope="row" role="rowheader"><a href="(/grading/[a-z0-9]+)"', page.text)


def make_scene(app: Flask) -> Scene:
    """Make it, in a transaction of its own."""
    with app.test_request_context(), transaction():
        hub, other = make_hub("Finland"), make_hub("Germany", countries=("DE",))
        course = make_course()
        programme = make_programme(hub_id=hub.id, course_id=course.id, cities=("Turku", "Lahti"))
        foreign = make_programme("German run", hub_id=other.id, course_id=course.id, cities=("Ulm",))
        people: dict[str, tuple[str, str | None]] = {
            "marja": ("Marja Lehto", "Turku"),
            "paolo": ("Paolo Ferri", "Turku"),
            "anna": ("Anna Adams", "Lahti"),
            "lone": ("Lone Wolf", None),
        }
        ids = {}
        for key, (name, city) in people.items():
            person = make_person(name)
            enrol(person.id, programme, city)
            ids[key] = person.id
        stranger = make_person("Emil Fremd")
        enrol(stranger.id, foreign, "Ulm")
        scene = Scene(
            app=app,
            hub_id=hub.id,
            programme_id=programme.id,
            programme=programme.ref,
            claudia=make_person("Claudia Weiss", ("trainer", "programme", programme.id)).id,
            radu=make_person("Radu Ionescu", ("trainer", "programme", programme.id)).id,
            hanna=make_manager(hub.id).id,
            stranger=stranger.id,
            foreign_trainer=make_trainer(other.id, "Greta Grau").id,
            foreign_manager=make_manager(other.id, "Gustav Groß").id,
            **ids,
        )
        db.session.flush()
        return scene


def inside(app: Flask, ask: Callable[[], Any]) -> Any:
    """Ask the database something, in a transaction of its own."""
    with app.test_request_context(), transaction():
        return ask()
