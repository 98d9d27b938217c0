"""Checking courses: their format, and where house rules lie above them, everything else that makes a text good."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from courses.authoring.check import check_folder, course_folders
from courses.checking import abbreviations, data, ease, links, numbers, shared, spelling, structure, terms
from courses.checking.content import Content, read_content, root_of
from lms.kernel.registry import Registry
from lms.library.reading import read_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from lms.kernel.texts.faults import Fault

LIBRARY = "library"
checks: Registry[Callable[[Content], Iterable[Fault]]] = Registry("check of content")
"""Rooms above add theirs when their `feature.py` is imported."""
for module in (abbreviations, data, ease, links, numbers, shared, spelling, structure, terms):
    checks.add(module.__name__.rpartition(".")[2], module.check)


def check_content(path: Path) -> list[Fault]:
    """Return all faults at a path: all courses, one course, or a folder inside one. Paths in them start at `path`.

    The checks look at everything below the house rules, for a sentence may be shared with another course; only what
    concerns the path is told.
    """
    path = path.resolve()
    root = root_of(path)
    faults = [replace(fault, file=str(start / fault.file)) for start in _starts(path) for fault in check_folder(start)]
    if root is not None:
        content = read_content(root)
        found = [*content.faults, *_library(root), *(fault for look in checks.values() for fault in look(content))]
        content.look_for_slips()
        faults += [replace(fault, file=str(root / fault.file)) for fault in [*found, *content.rules.file.faults]]
    here = f"{path}/"
    told = {replace(fault, file=fault.file.removeprefix(here)) for fault in faults if fault.file.startswith(here)}
    return sorted(told, key=lambda fault: (fault.file, fault.line, fault.text))


def _library(root: Path) -> list[Fault]:
    """Return what is wrong with the format of the library's items."""
    if not (root / LIBRARY).is_dir():
        return []
    return [replace(fault, file=f"{LIBRARY}/{fault.file}") for fault in read_library(root / LIBRARY).faults]


def _starts(path: Path) -> list[Path]:
    """Return where the format is checked: at the courses of a folder, or at the course around it."""
    around = next((folder for folder in (path, *path.parents) if (folder / "course.toml").exists()), path)
    return course_folders(around)
