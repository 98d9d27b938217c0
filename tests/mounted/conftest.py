"""The host with our pages under /learn, and its visitors."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Protocol

import pytest

from lms.kernel.db import db
from tests.mounted.host import add_account, host_db, make_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient


class MakeHost(Protocol):
    """Makes a host with a migrated database of its own."""

    def __call__(self, name: str = "host", **settings: object) -> Flask:
        """Make it; `settings` as for `make_host`."""


@pytest.fixture
def host_at(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MakeHost]:
    """Make hosts, each in a folder of its own; the database is the one that the run is about."""
    made: list[Flask] = []

    def make(name: str = "host", **settings: object) -> Flask:
        folder = tmp_path / name
        folder.mkdir()
        uri = ""
        if request.config.getoption("--database") == "postgresql" and settings.get("mounted", True):
            assert not any("lms" in each.extensions for each in made), "one database for one host"
            uri = request.getfixturevalue("postgres_uri")
        else:
            shutil.copy(request.getfixturevalue("empty_database"), folder / "lms.db")
        app = make_host(folder, uri, **settings)  # type: ignore[arg-type]  # settings of any kind
        add_account(app, "marja", "Marja Lehto")
        add_account(app, "olga", "Olga Office", roles="editor")
        made.append(app)
        return app

    yield make
    for app in made:
        close(app)


def close(app: Flask) -> None:
    """Let go of the databases of an app."""
    with app.app_context():
        for each, key in ((host_db, "sqlalchemy"), (db, "lms_sqlalchemy")):
            if key in app.extensions:
                each.session.remove()
                each.engine.dispose()


@pytest.fixture
def app(host_at: MakeHost) -> Flask:
    """The host, with our pages."""
    return host_at()


@pytest.fixture
def enter(client: FlaskClient) -> Callable[[str], None]:
    """Sign in at the host, by its form."""

    def sign_in(user: str = "marja") -> None:
        page = client.get("/login").text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        answer = client.post("/login", data={"user": user, "csrf_token": token})
        assert answer.status_code == 303

    return sign_in
