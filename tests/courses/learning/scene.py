"""A programme with the small course, one participant and one trainer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.authoring.services import load_course, publish
from courses.programmes.models import Programme
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from tests.factories.course_files import EN, FIRST, write, write_course
from tests.factories.hubs import make_trainer
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from pathlib import Path

    from courses.catalogue.models import Course
    from courses.programmes.models import Enrolment
    from tests.factories.fixtures import Commit


@dataclass(frozen=True)
class Scene:
    programme: Programme
    course: Course
    marja: int
    enrolment: Enrolment
    trainer: int

    def lesson(self, key: str = "m1-start") -> str:
        return f"/programmes/{self.programme.ref}/lessons/{key}"

    @property
    def page(self) -> str:
        return f"/programmes/{self.programme.ref}/course"


def make_scene(commit: Commit, tmp_path: Path, *, text: str = "") -> Scene:
    """Make it. `text` stands before that of the first lesson."""

    def course() -> Course:
        folder = write_course(tmp_path)
        if text:
            write(folder, f"{FIRST}/en.md", f"{text}\n{EN}")
        loaded = load_course(actor=SYSTEM, folder=folder).course
        publish(actor=SYSTEM, course=loaded)
        return loaded

    made = commit(course)
    programme = commit(make_programme, course_id=made.id)
    marja = commit(make_person, "Marja Lehto").id
    trainer = commit(make_trainer, programme.hub_id).id
    enrolment = commit(lambda: enrol(marja, db.session.get_one(Programme, programme.id)))
    return Scene(programme, made, marja, enrolment, trainer)
