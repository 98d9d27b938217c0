"""Taking nodes of another course into a module: `[[include]]` in module.toml.

What is included is read from the other course's own folder, which lies beside this one, so that its texts exist once.
No database is asked: it does not matter which of the two courses is loaded first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from courses.activities import kinds
from courses.authoring.lesson import NAME as LESSON, shortened
from courses.authoring.rules import FROM
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.reading import is_plain_folder
from lms.kernel.texts.toml_file import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from courses.activities import Parsed
    from lms.kernel.texts.faults import Fault
    from lms.kernel.texts.toml_file import Table

    Reader = Callable[[Path], tuple[Parsed | None, list[Fault]]]

LAST_POSITION = 99


@dataclass(frozen=True)
class Included:
    """An activity of another course; `line` is that of its include, `position` sorts it among the module's folders."""

    position: int
    folder: str
    activity: Parsed
    line: int


@dataclass(frozen=True)
class _Node:
    """A module or an activity of the other course: the folders of its activities, each with its kind."""

    module: bool
    activities: tuple[tuple[Path, str], ...]


def read_includes(course: Path, root: Table, read: Reader) -> list[Included]:
    """Read what a module takes from other courses. `read` reads an activity from its folder.

    Whatever is wrong becomes a fault of the file: a course or a key that is not there, an activity with faults.
    """
    courses: dict[str, dict[str, _Node]] = {}
    found: list[Included] = []
    for table in root.tables("include"):
        table.only("course", "key", "short", "without", "position")
        name, position = table.key("course"), table.integer("position", 0, LAST_POSITION, default=0)
        if name and name not in courses:
            courses[name] = _nodes_in(course.resolve().parent / name)
        for path, kind in _wanted(table, name, courses.get(name, {})):
            activity = _read(table, path, kind, read)
            if activity is not None:
                where = f"../{name}/{path.parent.name}/{path.name}"
                kept = replace(activity, settings={**activity.settings, FROM: name})
                found.append(Included(position, where, kept, table.line_of("key")))
    return found


def _nodes_in(course: Path) -> dict[str, _Node]:
    """Return the modules and activities of a course by their key; nothing where there is no course."""
    nodes: dict[str, _Node] = {}
    if not is_plain_folder(course) or not (course / "course.toml").is_file():
        return nodes
    for folder in _folders(course):
        inside = []
        for path in _folders(folder):
            kind = next((name for name in kinds if (path / f"{name}.toml").is_file()), "")
            if kind:
                inside.append((path, kind))
                nodes.setdefault(_key_in(path, f"{kind}.toml"), _Node(module=False, activities=((path, kind),)))
        nodes.setdefault(_key_in(folder, "module.toml"), _Node(module=True, activities=tuple(inside)))
    return nodes


def _folders(path: Path) -> list[Path]:
    return sorted(inner for inner in path.iterdir() if is_plain_folder(inner))


def _key_in(folder: Path, name: str) -> str:
    """Return the key in a TOML file; what is wrong there is said where that course is checked."""
    file, _faults = read_toml(folder, name)
    return file.root.key() if file is not None else ""


def _wanted(table: Table, course: str, nodes: dict[str, _Node]) -> list[tuple[Path, str]]:
    """Return the folders that an include names, each with its kind; what does not fit is a fault."""
    key, without = table.key(), table.words("without", needed=False)
    for kind in without:
        if kind not in kinds:
            names = ", ".join(kinds)
            table.fault(
                _("“%(kind)s” is no kind of activity. Kinds are: %(names)s.", kind=kind, names=names), "without"
            )
    if not course or not key:
        return []
    if not nodes:
        table.fault(_("There is no folder “%(course)s” with a course beside this course.", course=course), "course")
        return []
    if key not in nodes:
        text = _("The course “%(course)s” has no module or activity “%(key)s”.", course=course, key=key)
        table.fault(text, "key")
        return []
    node = nodes[key]
    if without and not node.module:
        table.fault(_("“without” leaves something out of a module. “%(key)s” is none.", key=key), "without")
    wanted = [(path, kind) for path, kind in node.activities if kind not in without]
    if not wanted:
        table.fault(_("Nothing is left to include of “%(key)s”.", key=key), "key")
    if table.flag("short", default=False) and all(kind != LESSON for _path, kind in wanted):
        table.fault(_("Only a lesson has a short version."), "short")
    return wanted


def _read(table: Table, path: Path, kind: str, read: Reader) -> Parsed | None:
    """Read an activity; one with faults is a fault here, but counts as there: others may link to it."""
    activity, faults = read(path)
    if faults or activity is None:
        text = _("“%(folder)s” has faults of its own. Check the course “%(course)s” and put them right there.",
                 folder=f"{path.parent.name}/{path.name}", course=path.parent.parent.name)  # fmt: skip
        table.fault(text, "key")
    if activity is None:
        return None
    return shortened(activity) if kind == LESSON and table.data.get("short") is True else activity
