"""The data of a benchmark: programmes of several sizes, people who are signed in, and the same for the bare limit."""

from __future__ import annotations

import http.client
import json
import re
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import insert, select

from assessments.quizzes.models import Attempt
from courses.programmes.models import Enrolment, Programme
from courses.progress.models import EnrolmentState
from courses.progress.rebuild import rebuild
from lms.accounts.models import Identity
from lms.accounts.services import grant_role
from lms.demo.large import load_large
from lms.demo.large_course import PAGES
from lms.kernel import migrations
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import HUB, MANAGER, SYSTEM
from lms.kernel.transaction import transaction
from lms.site.app import create_app
from lms.site.models import User
from lms.site.passwords import hashed
from lms.site.security import ISSUER
from lms.site.services import add_account
from tests.bench import bare
from tests.bench.load import LOOPBACK
from tests.bench.server import fetch

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

PEOPLE = 200
STAFF = 8
CHECKED = 1_000
"""Up to this size states are compared with the facts after loading; beyond it, it takes long."""
PASSWORD = "twenty pages and a quiz"
DOMAIN = "measuring.example"
SIGNED_IN = 303
COOKIE = re.compile(r"lms_session=([^;]+)")
TOKEN = re.compile(rb'name="lms_csrf"[^>]*value="([^"]+)"')


@dataclass
class Somebody:
    """A person who is signed in. `cookie` is the whole header."""

    email: str
    cookie: str = ""
    attempt: str = ""
    unread: list[str] = field(default_factory=list)
    """Pages that the person has never opened."""
    uniquifier: str = ""


@dataclass
class Course:
    """A programme of one size, with some of its people and staff. `course_id`, `first_user`: in the bare limit."""

    size: int
    ref: str
    course_id: int
    first_user: int
    people: list[Somebody]
    staff: list[Somebody]
    bare_views: int = 0
    """How many first views the bare limit has had."""

    @property
    def first_lesson(self) -> int:
        """Number of the course's first page in the bare limit."""
        return (self.course_id - 1) * bare.LESSONS + 1


@dataclass
class Site:
    """One database with everything in it. `notes` are lines for the report."""

    kind: str
    folder: Path
    uri: str
    bare_uri: str
    courses: dict[int, Course] = field(default_factory=dict)
    load_seconds: dict[int, float] = field(default_factory=dict)
    differences: int | None = None
    visitor: str = ""
    """Cookie of somebody who has not signed in."""
    token: str = ""
    """Form token of all sessions."""

    def environment(self) -> dict[str, str]:
        """Return the settings of the site's processes."""
        return {"LMS_DATA_DIR": str(self.folder), "LMS_DATABASE_URI": self.uri, "LMS_PUBLIC_URL": "http://localhost"}


def make(site: Site, sizes: list[int], say: Any) -> None:
    """Fill the databases of a site. With a note from an earlier run in the folder, they are taken as they are."""
    note = site.folder / f"bench-{site.kind}.json"
    if note.exists():
        known = json.loads(note.read_text())
        if set(sizes) <= {int(size) for size in known["courses"]}:
            _take(site, known, sizes)
            return
    app = create_app(LMS_DATA_DIR=str(site.folder), LMS_DATABASE_URI=site.uri, LMS_PUBLIC_URL="http://localhost")
    with app.app_context():
        migrations.upgrade()
        first_user = 1
        for course_id, size in enumerate(sizes, 1):
            say(f"{site.kind}: loading {size} participants …")
            began = time.perf_counter()
            ref = load_large(size, lambda _text: None)
            site.load_seconds[size] = time.perf_counter() - began
            with transaction():
                people, staff = _accounts(ref, size)
            site.courses[size] = Course(size, ref, course_id, first_user, people, staff)
            first_user += size
            if size == max((one for one in sizes if one <= CHECKED), default=0):
                site.differences = len(rebuild(check=True))
        _settle()
        db.engine.dispose()
    bare.fill(site.bare_uri, sizes, PASSWORD)
    kept = {
        "courses": {size: asdict(course) for size, course in site.courses.items()},
        "load_seconds": site.load_seconds,
        "differences": site.differences,
    }
    note.write_text(json.dumps(kept))


def _take(site: Site, known: dict[str, Any], sizes: list[int]) -> None:
    for size in sizes:
        row = known["courses"][str(size)]
        for name in ("people", "staff"):
            row[name] = [Somebody(**one) for one in row[name]]
        site.courses[size] = Course(**row)
        site.load_seconds[size] = known["load_seconds"][str(size)]
    site.differences = known["differences"]


def _settle() -> None:
    """Let the database count its rows, as it does by itself after some time on a real site."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _accounts(ref: str, size: int) -> tuple[list[Somebody], list[Somebody]]:
    """Give the first people of a programme an account each, and its hub some managers."""
    known = hashed(PASSWORD)
    programme = db.session.scalars(select(Programme).where(Programme.ref == ref)).one()
    rows = db.session.execute(
        select(Enrolment.person_id, EnrolmentState.nodes, Attempt.ref)
        .join(EnrolmentState, EnrolmentState.enrolment_id == Enrolment.id)
        .outerjoin(Attempt, Attempt.enrolment_id == Enrolment.id)
        .where(Enrolment.programme_id == programme.id)
        .order_by(Enrolment.id)
        .limit(PEOPLE)
    ).all()
    people = []
    for number, (_person_id, nodes, attempt) in enumerate(rows, 1):
        unread = [f"page-{page}" for page in range(1, PAGES + 1) if f"page-{page}" not in nodes]
        people.append(
            Somebody(f"p{number}-of-{size}@{DOMAIN}", attempt=attempt, unread=unread, uniquifier=f"{size}-{number}")
        )
    adding = insert(User).returning(User.id, sort_by_parameter_order=True)
    user_ids = db.session.scalars(adding, [_user(one, known) for one in people]).all()
    identities = [
        {"issuer": ISSUER, "subject": str(user_id), "person_id": row[0], "created_at": now()}
        for user_id, row in zip(user_ids, rows, strict=True)
    ]
    db.session.execute(insert(Identity), identities)
    staff = []
    for number in range(1, STAFF + 1):
        one = Somebody(f"s{number}-of-{size}@{DOMAIN}")
        person_id = add_account(name=f"Manager {number}", email=one.email, password_hash=known)
        grant_role(actor=SYSTEM, person_id=person_id, role=MANAGER, scope=(HUB, programme.hub_id))
        one.uniquifier = db.session.scalars(select(User.fs_uniquifier).where(User.email == one.email)).one()
        staff.append(one)
    return people, staff


def _user(person: Somebody, known: str) -> dict[str, Any]:
    return {
        "email": person.email,
        "email_key": person.email,
        "name": person.email,
        "language": "en",
        "password": known,
        "active": True,
        "fs_uniquifier": person.uniquifier,
        "confirmed_at": now(),
        "consented_at": now(),
        "created_at": now(),
    }


def enter(site: Site, port: int) -> None:
    """Sign somebody in through the form, and give everybody else a session of the same shape."""
    _status, headers, page = fetch(port, "/sign-in", {"Accept-Language": "en"})
    found, token = COOKIE.search(headers["set-cookie"]), TOKEN.search(page)
    assert found is not None, "the sign-in page sets no cookie"
    assert token is not None, "the sign-in form has no token"
    site.visitor, site.token = f"lms_session={found[1]}", token[1].decode()
    app = create_app(LMS_DATA_DIR=str(site.folder), LMS_DATABASE_URI=site.uri, LMS_PUBLIC_URL="http://localhost")
    first = next(iter(site.courses.values())).people[0]
    cookie = _sign_in(port, first.email, site)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # of cookies
    session = signer.loads(cookie)
    for course in site.courses.values():
        for one in [*course.people, *course.staff]:
            one.cookie = f"lms_session={signer.dumps({**session, '_user_id': one.uniquifier})}"
    _close(app)


def _close(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def _sign_in(port: int, email: str, site: Site) -> str:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
    headers = {"Cookie": site.visitor, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", sign_in_form(email, site.token), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    found = COOKIE.search(answer.getheader("set-cookie") or "")
    if answer.status != SIGNED_IN or found is None:
        message = f"signing in as {email} was answered with {answer.status}"
        raise RuntimeError(message)
    return found[1]


def sign_in_form(email: str, token: str) -> str:
    """Write what the sign-in form sends."""
    return urlencode({"lms_csrf": token, "next": "/", "email": email, "password": PASSWORD})
