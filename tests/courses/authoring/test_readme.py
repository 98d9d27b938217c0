"""The example in the README is a kind of activity: it is loaded, opened, done and completes a course."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

import courses.authoring
from courses.activities import kinds
from courses.authoring.check import check_folder
from courses.authoring.services import load_course, publish
from courses.programmes.models import Programme
from courses.progress.models import Completion
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from tests.factories.course_files import FIRST, SECOND, change, write, write_course
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from courses.catalogue.models import Course
    from tests.factories.fixtures import Commit, Install

README = (Path(courses.authoring.__path__[0]) / "README.md").read_text("utf-8")
GERMAN = '[de]\ntitle = "Besuch"\nplace = "Rathaus"\n'


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def visits(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package of the example, which is forgotten afterwards."""
    activity, feature = blocks("python")
    template = "templates/my_visits/visit.html"
    files = {"__init__.py": "", "activity.py": activity, "feature.py": feature, template: blocks("html")[0]}
    install("my_visits", files, blocks("toml")[0])
    monkeypatch.setattr(kinds, "_items", {name: kinds[name] for name in kinds})


@pytest.fixture
def app(visits: None, own_app: Flask) -> Flask:
    return own_app


def visit_only(folder: Path) -> Path:
    """A course whose lessons gave way to a visit."""
    course = write_course(folder)
    for place in (FIRST, SECOND):
        for file in (course / place).iterdir():
            file.unlink()
        (course / place).rmdir()
    write(course, "10-first/30-visit/visit.toml", blocks("toml")[1] + GERMAN)
    return course


def test_the_example_kind_is_read_opened_and_done(
    commit: Commit, client: FlaskClient, app: Flask, sign_in: Callable[[int], None], tmp_path: Path
) -> None:
    folder = visit_only(tmp_path)
    assert check_folder(folder) == []
    change(folder, "10-first/30-visit/visit.toml", "minutes = 90", "minutes = 0")
    assert [str(fault) for fault in check_folder(folder)] == [
        "10-first/30-visit/visit.toml:2: “minutes” must be a whole number, 1 to 600."
    ]
    change(folder, "10-first/30-visit/visit.toml", "minutes = 0", "minutes = 90")

    def course() -> Course:
        loaded = load_course(actor=SYSTEM, folder=folder).course
        publish(actor=SYSTEM, course=loaded)
        return loaded

    programme = commit(make_programme, course_id=commit(course).id)
    marja = commit(make_person, "Marja Lehto").id
    commit(lambda: enrol(marja, db.session.get_one(Programme, programme.id)))
    sign_in(marja)
    address = f"/programmes/{programme.ref}/visits/m1-visit"
    assert address in client.get(f"/programmes/{programme.ref}/course").text
    page = client.get(address)
    assert "The town hall of Rivermouth" in page.text
    token = re.search(r'name="lms_csrf" value="([^"]+)"', page.text)
    assert token is not None
    for _click in range(2):
        assert client.post(address, data={"lms_csrf": token[1]}).location == f"/programmes/{programme.ref}/course"
    assert "done" in client.get(f"/programmes/{programme.ref}/course").text
    with app.app_context():
        assert len(db.session.scalars(select(Completion)).all()) == 1
