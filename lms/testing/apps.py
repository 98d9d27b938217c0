"""Applications for tests: a small real host, a real database made by the real migrations, and people who sign in.

>>> def test_home(client, sign_in, make_person):  # doctest: +SKIP
...     sign_in(make_person("Marja Lehto"))
...     assert client.get("/my").status_code == 200
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from flask import Flask, session
from sqlalchemy import create_engine

from lms.accounts.models import Identity as IdentityRow, Person
from lms.accounts.services import add_person, grant_role
from lms.extension import LMS
from lms.kernel import migrations
from lms.kernel.clock import now
from lms.kernel.db import db, engine_options, prepare_engine
from lms.kernel.identity import Identity
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

ISSUER = "test"
SUBJECT = "test_subject"


def whoever_signed_in() -> Identity | None:
    """Return the person whom the test signed in; a host's sign-in in its smallest form."""
    subject = session.get(SUBJECT)
    return None if subject is None else Identity(ISSUER, subject, subject)


def make_host(folder: Path, database_uri: str = "", **settings: object) -> Flask:
    """Make the smallest host: sessions, and our pages at its root. Empty `database_uri`: SQLite in the folder."""
    app = Flask("host", instance_path=str(folder))
    app.secret_key = "only for tests"  # noqa: S105 - not a secret
    app.testing = True
    app.config.update(
        {
            "LMS_DATABASE_URI": database_uri,
            "LMS_PUBLIC_URL": "http://localhost",
            "LMS_SIGN_IN_URL": "/sign-in",
            **settings,
        }
    )
    LMS(app, url_prefix="", identity=whoever_signed_in)
    return app


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a SQLite file with all migrations, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    app = make_host(folder)
    with app.app_context():
        migrations.upgrade()
        db.engine.dispose()
    return folder / "lms.db"


@pytest.fixture(scope="session")
def shared_host(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Make one host for all tests: its routes and compiled templates are the same for each, its database is not."""
    folder = tmp_path_factory.mktemp("host")
    shutil.copy(empty_database, folder / "lms.db")
    return make_host(folder)


def _connect(app: Flask, uri: str) -> None:
    """Give an app another database: what `LMS(app)` does with the engine, without making the app anew."""
    engines = db._app_engines[app]  # noqa: SLF001 - Flask-SQLAlchemy has no door for it
    engines[None].dispose()
    engines[None] = create_engine(uri, **engine_options(uri))
    prepare_engine(engines[None])


def _new_database(folder: Path, request: pytest.FixtureRequest) -> str:
    """Return the address of an empty, migrated database of this test's own."""
    if request.config.getoption("--database") == "postgresql":
        return str(request.getfixturevalue("postgres_uri"))
    shutil.copy(request.getfixturevalue("empty_database"), folder / "lms.db")
    return f"sqlite:///{folder / 'lms.db'}"


@pytest.fixture
def app(shared_host: Flask, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Give a host with an empty, migrated database and a data folder of the test's own.

    Settings that the test changes are put back. A test that adds routes asks for `own_app`.
    """
    settings = dict(shared_host.config)
    shared_host.instance_path = str(tmp_path)
    _connect(shared_host, _new_database(tmp_path, request))
    yield shared_host
    with shared_host.app_context():
        db.session.remove()
        db.engine.dispose()
    shared_host.config.clear()
    shared_host.config.update(settings)


@pytest.fixture
def own_app(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Make a host of the test's own, to which routes can be added."""
    application = make_host(tmp_path, _new_database(tmp_path, request))
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Make a browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def database(app: Flask) -> Iterator[None]:
    """One writing transaction around the test, for tests of services and queries; rolled back at the end."""
    with app.test_request_context(), suppress(_TheEnd), transaction():
        yield
        raise _TheEnd


class _TheEnd(Exception):  # noqa: N818 - not an error
    """Ends a test's transaction without a commit."""


@pytest.fixture
def make_person(app: Flask) -> Callable[..., int]:
    """Make a person who can sign in, with roles: `make_person("Marja Lehto", ("trainer", "hub", 3))` -> id."""

    def make(name: str = "Marja Lehto", *grants: tuple[str, str, int], email: str = "", language: str = "en") -> int:
        with app.app_context(), transaction():
            person = add_person(
                name=name, email=email or f"{name.split(maxsplit=1)[0].lower()}@example.org", language=language
            )
            db.session.add(IdentityRow(issuer=ISSUER, subject=str(person.id), person_id=person.id, created_at=now()))
            for role, kind, scope_id in grants:
                grant_role(actor=SYSTEM, person_id=person.id, role=role, scope=(kind, scope_id))
            return person.id

    return make


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[int], None]:
    """Sign a person in, in the test's browser."""

    def enter(person_id: int) -> None:
        with client.session_transaction() as cookie:
            cookie[SUBJECT] = str(person_id)

    return enter


@pytest.fixture
def sign_out(client: FlaskClient) -> Callable[[], None]:
    """Sign out."""

    def leave() -> None:
        with client.session_transaction() as cookie:
            cookie.pop(SUBJECT, None)

    return leave


def person_ref(person_id: int) -> str:
    """Return the public id of a person."""
    person = db.session.get(Person, person_id)
    assert person is not None
    return person.ref
