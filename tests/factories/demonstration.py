"""The demonstration site, made once: every room has something to show. Each that works on it has a copy of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from courses.authoring.loading import LIBRARY, load_all
from lms.demo.loading import load
from lms.kernel import jobs
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from lms.library.services import load_library
from lms.site.app import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def demonstration_site(folder: Path, public_url: str = "http://localhost") -> Flask:
    """Make the standalone site on a data folder, with settings that make signing in quick."""
    return create_app(
        TESTING=True,
        LMS_DATA_DIR=str(folder),
        LMS_PUBLIC_URL=public_url,
        LMS_CONTACT_EMAIL="help@hubs.example",
        LMS_DEMONSTRATION=True,
        LMS_PASSWORD_MEMORY_KB=8,
        LMS_PASSWORD_ROUNDS=1,
    )


@pytest.fixture(scope="session")
def courses_data(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """Give a data folder (database and files) with the reference courses and the materials, to be copied."""
    folder = tmp_path_factory.mktemp("courses")
    shutil.copy(empty_database, folder / "lms.db")
    with demonstration_site(folder).app_context():
        with transaction():
            load_library(actor=SYSTEM, folder=LIBRARY)
            load_all(actor=SYSTEM)
        close()
    return folder


@pytest.fixture(scope="session")
def demonstration_data(tmp_path_factory: pytest.TempPathFactory, courses_data: Path) -> Path:
    """Give a data folder with courses, materials, demonstration and drawn certificates, to be copied."""
    folder = shutil.copytree(courses_data, tmp_path_factory.mktemp("demonstration") / "data")
    with demonstration_site(folder).app_context():
        load(lambda _text: None)
        jobs.run_all()
        close()
    return folder


def close() -> None:
    """Leave the database, so that its file is whole."""
    db.session.remove()
    db.engine.dispose()
