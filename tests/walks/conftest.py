"""Hosts with the reference courses in their databases."""

from __future__ import annotations

import shutil
from itertools import count
from typing import TYPE_CHECKING

import pytest

from courses.authoring.loading import load_all
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from lms.site.app import create_app
from tests.mounted.conftest import close
from tests.mounted.host import make_host
from tests.walks.hosts import Network, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

_numbers = count(1)
QUICK = {"LMS_PASSWORD_MEMORY_KB": 8, "LMS_PASSWORD_ROUNDS": 1}


def make_site(folder: Path, uri: str = "", **settings: object) -> Flask:
    """Make the standalone site in a folder."""
    known = {
        "TESTING": True,
        "LMS_DATA_DIR": str(folder),
        "LMS_DATABASE_URI": uri,
        "LMS_PUBLIC_URL": "http://localhost",
    }
    return create_app(**{**known, "LMS_CONTACT_EMAIL": "help@hubs.example", **QUICK, **settings})


def load_courses(app: Flask) -> None:
    """Load the reference courses, as the command does."""
    with app.app_context():
        with transaction():
            load_all(actor=SYSTEM)
        db.engine.dispose()


@pytest.fixture
def prepared(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Flask]]:
    """Give a function that makes an app (with `make(folder, uri)`) on a database with the courses."""
    made: list[Flask] = []

    def prepare(make: Callable[..., Flask], name: str = "one", **settings: object) -> Flask:
        folder, uri = tmp_path / name, ""
        if request.config.getoption("--database") == "postgresql":
            template = request.getfixturevalue("postgres_template")
            uri = request.getfixturevalue("postgres_server").create(f"walk_{next(_numbers)}", template)
            folder.mkdir()
        else:
            shutil.copytree(request.getfixturevalue("courses_data"), folder)
        app = make(folder, uri, **settings)
        if uri:
            load_courses(app)
        made.append(app)
        return app

    yield prepare
    for app in made:
        close(app)


@pytest.fixture
def site(prepared: Callable[..., Flask]) -> Site:
    """The standalone site."""
    return Site(prepared(make_site))


@pytest.fixture
def networks(prepared: Callable[..., Flask]) -> tuple[Network, Network]:
    """Two hosts in one process, with our pages under /learn."""
    return Network(prepared(make_host, "east")), Network(prepared(make_host, "west", protects="after"))
