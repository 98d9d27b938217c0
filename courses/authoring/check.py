"""Checking a course in files: everything that keeps it from being loaded, without any app or database.

>>> for fault in check_folder(Path("courses/content/ims-for-sustainability")):  # doctest: +SKIP
...     print(fault)
10-ims-at-a-glance/20-five-steps/en.md:12: This heading skips a level. Write it with “##”.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from courses.activities import Mention, kinds, troubles_in
from courses.authoring.files import missing_languages, read_course
from courses.authoring.rules import MODULE
from lms.extension import load_features
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault
from lms.kernel.texts.inspection import lesson_links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from courses.authoring.rules import ParsedCourse


def load_kinds() -> None:
    """Make all kinds of activity known: the built-in ones and those of third parties (`lms.activity_types`)."""
    load_features()
    for entry in entry_points(group="lms.activity_types"):
        kinds.add(entry.name, entry.load())


def check_folder(path: Path) -> list[Fault]:
    """Return all faults of a course in a folder, or of all courses if the folder holds several.

    Paths in the faults start at `path`.
    """
    load_kinds()
    faults = []
    for folder in course_folders(path):
        _course, found = read_checked(folder)
        inside = "" if folder == path else f"{folder.name}/"
        faults += [Fault(f"{inside}{fault.file}", fault.line, fault.text) for fault in found]
    return faults


def course_folders(path: Path) -> list[Path]:
    """Return the course folders at a path: itself, or those in it that have a course.toml."""
    if (path / "course.toml").exists() or not path.is_dir():
        return [path]
    return sorted(folder.parent for folder in path.glob("*/course.toml")) or [path]


def read_checked(folder: Path) -> tuple[ParsedCourse | None, list[Fault]]:
    """Read one course with all its faults, those across files too. The kinds must be known: see `load_kinds`."""
    course, faults = read_course(folder)
    if course is not None:
        faults = [*faults, *missing_languages(course), *_twice(course), *_dead_links(course), *_unfit(course)]
    return course, sorted(faults, key=lambda fault: (fault.file, fault.line, fault.text))


def _keys(course: ParsedCourse) -> Iterator[tuple[str, str, int]]:
    """Go through all node keys, each with file and line: its own, or those of the include that takes it."""
    yield course.key, "course.toml", 1
    for module in course.modules:
        yield module.key, f"{module.folder}/module.toml", 1
        for folder, activity in module.activities:
            if activity.key in module.included:
                yield activity.key, f"{module.folder}/module.toml", module.included[activity.key]
            else:
                yield activity.key, f"{folder}/{activity.kind}.toml", 1


def _twice(course: ParsedCourse) -> list[Fault]:
    seen: dict[str, str] = {}
    faults = []
    for key, file, line in _keys(course):
        if key in seen:
            why = _("The key “%(key)s” is taken by %(file)s. A key is used once in a course.", key=key, file=seen[key])
            faults.append(Fault(file, line, why))
        seen.setdefault(key, file)
    return faults


def _dead_links(course: ParsedCourse) -> list[Fault]:
    """Find what names activities and modules that the course does not have."""
    known = {activity.key: activity.kind for module in course.modules for _folder, activity in module.activities}
    modules = {module.key: MODULE for module in course.modules}
    faults = []
    for folder, mention in _mentions(course):
        kind = {**modules, **known}.get(mention.key, "") if mention.kinds else known.get(mention.key, "")
        if not kind or (mention.kinds and kind not in mention.kinds):
            faults.append(Fault(f"{folder}/{mention.file}", mention.line, _no_such(mention)))
    return faults


def _no_such(mention: Mention) -> str:
    if MODULE in mention.kinds:
        return _("There is no lesson or module “%(key)s” in this course.", key=mention.key)
    return _("There is no lesson “%(key)s” in this course.", key=mention.key)


def _unfit(course: ParsedCourse) -> list[Fault]:
    """Ask the checks of whole courses. What is wrong with an included activity stands where it is included."""
    files = {key: (file, line) for key, file, line in _keys(course)}
    found = {activity.key: (folder, activity) for module in course.modules for folder, activity in module.activities}
    own = {activity.key for module in course.modules for _folder, activity in module.own}
    faults = []
    for trouble in troubles_in({key: (activity.kind, activity.settings) for key, (_f, activity) in found.items()}):
        folder, activity = found[trouble.key]
        file, line = files[trouble.key]
        if trouble.key in own and trouble.part in activity.places:
            name, line = activity.places[trouble.part]
            file = f"{folder}/{name}"
        faults.append(Fault(file, line, trouble.text))
    return faults


def _mentions(course: ParsedCourse) -> Iterator[tuple[str, Mention]]:
    """Go through all places that name another node, each with its folder: links in texts, and what a kind tells.

    What is included is checked with its own course: a link to what this course leaves out is shown as plain words.
    """
    for module in course.modules:
        for folder, activity in module.own:
            for mention in activity.mentions:
                yield folder, mention
            for language, text in activity.texts.items():
                for line, key in lesson_links(str(text.get("markdown", ""))):
                    yield folder, Mention(f"{language}.md", line, key)
