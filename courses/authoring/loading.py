"""Loading the reference courses that come with the platform, at every start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from courses.authoring import queries, services
from courses.authoring.check import course_folders

if TYPE_CHECKING:
    from courses.authoring.rules import Size, Wins
    from courses.authoring.services import Loaded
    from courses.catalogue.models import Edition
    from lms.kernel.permissions import Viewer

CONTENT = Path(__file__).parent.parent / "content"
LIBRARY = CONTENT / "library"
"""What the courses lead to: glossary, templates, guides. `lms.library` loads it."""


@dataclass(frozen=True)
class Result:
    """What happened to one course: how it was loaded, the edition that was published, or why none was."""

    loaded: Loaded
    edition: Edition | None = None
    waits: str = ""

    def __str__(self) -> str:
        """Say it in a line, for a command."""
        slug, written = self.loaded.course.slug, len(self.loaded.written)
        what = f"{written} written, {len(self.loaded.removed)} removed" if self.loaded.changed else "nothing new"
        edition = f"; edition {self.edition.major}.{self.edition.minor} published" if self.edition else ""
        return f"{slug}: {what}{edition}{f'; {self.waits}' if self.waits else ''}."


def load_all(*, actor: Viewer, folder: Path = CONTENT, publish: bool = False, wins: Wins = "") -> list[Result]:
    """Load all courses of a folder. A course without an edition gets its first; `publish` publishes changes too.

    Changes are published as minor where nobody has to do anything else than before, else as major; also those that an
    earlier load, such as that of a start, brought into the draft. A draft that somebody edits in the browser is not
    published: its author does that.
    """
    return [_load(actor, path, publish=publish, wins=wins) for path in course_folders(folder)]


def _load(actor: Viewer, path: Path, *, publish: bool, wins: Wins) -> Result:
    loaded = services.load_course(actor=actor, folder=path, wins=wins)
    course = loaded.course
    if course.current_edition_id is None:
        return Result(loaded, services.publish(actor=actor, course=course))
    if not publish:
        return Result(loaded, waits="not published; --publish does that" if loaded.changed else "")
    outlook = services.outlook(course)
    if outlook.changes is None:
        return Result(loaded, waits=f"not published: {outlook.problems[0].key}: {outlook.problems[0].text}")
    if not outlook.changes.anything:
        return Result(loaded)
    if edited := queries.edited_in_browser(course.id):
        return Result(loaded, waits=f"not published: left to those who edit {', '.join(edited)} in the browser")
    size: Size = "minor" if outlook.changes.may_be_minor else "major"
    return Result(loaded, services.publish(actor=actor, course=course, size=size))
