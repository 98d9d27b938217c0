"""Reading a whole course from its folder: course, modules, activities, with every fault that is found.

The format is described in `courses/content/README.md`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from courses.activities import Parsed, kinds
from courses.authoring.includes import read_includes
from courses.authoring.rules import ParsedCourse, ParsedModule
from lms.kernel.i18n import EU_LANGUAGES, gettext as _, language_name
from lms.kernel.texts.faults import Fault
from lms.kernel.texts.reading import is_plain_folder
from lms.kernel.texts.toml_file import Table, TomlFile, read_toml

if TYPE_CHECKING:
    from pathlib import Path

AUDIENCES = ("city-teams", "trainers", "councillors", "small-towns", "staff", "auditors")
FOLDER = re.compile(r"\d\d-[a-z0-9-]{1,80}")
MOST_FOLDERS = 200
LINES = ("title", "summary", "workload", "assessment", "participation", "quality")
MOST_HOURS = 1000


def read_course(folder: Path) -> tuple[ParsedCourse | None, list[Fault]]:
    """Read a course. None when it has no usable course.toml; a course may come with faults all the same."""
    if not is_plain_folder(folder):
        return None, [Fault(str(folder), 1, _("This is not a folder. Name the folder that holds course.toml."))]
    file, faults = read_toml(folder, "course.toml")
    if file is None:
        return None, faults
    key, settings, texts = _course_table(file)
    faults += file.faults
    modules = []
    for name in _folders(folder, {"course.toml"}, faults, ""):
        module, problems = _read_module(folder, name)
        faults += problems
        if module is not None:
            modules.append(module)
    if not modules:
        faults.append(Fault("course.toml", 1, _("The course has no module. Make a folder such as 10-first-module.")))
    return (ParsedCourse(key, settings, texts, tuple(modules)) if key else None), faults


def _course_table(file: TomlFile) -> tuple[str, dict[str, Any], dict[str, dict[str, Any]]]:
    root = file.root
    tables = root.languages()
    root.only("key", "audience", "source_language", "languages", "hours", "eqf", *tables)
    source = root.choice("source_language", EU_LANGUAGES, default="en")
    languages = [code for code in root.words("languages") if code in EU_LANGUAGES]
    if len(languages) != len(root.data.get("languages", [])):
        root.fault(_('“languages” holds codes of EU languages only, such as "de".'), "languages")
    if source not in languages:
        root.fault(_("“languages” must name the source language too."), "languages")
    settings = {
        "audience": root.choice("audience", AUDIENCES, default="city-teams"),
        "source_language": source,
        "languages": languages,
        "hours": root.number("hours", 0, MOST_HOURS),
        "eqf": root.choice("eqf", ("", *"12345678")),
    }
    texts: dict[str, dict[str, Any]] = {}
    for code, table in tables.items():
        table.only(*LINES, "description", "outcomes")
        texts[code] = {name: table.text(name) for name in (*LINES, "description")} | {
            "outcomes": table.words("outcomes")
        }
    for code in languages:
        if code not in tables:
            root.fault(_("The table [%(code)s] is missing: what the course is about in that language.", code=code))
    return root.key(), settings, texts


def _folders(folder: Path, files: set[str], faults: list[Fault], inside: str) -> list[str]:
    """Return the numbered folders in a folder, in order; anything else there is a fault."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name in files or path.name.startswith(".") or path.name == "README.md":
            continue
        where = f"{inside}{path.name}"
        if is_plain_folder(path) and FOLDER.fullmatch(path.name):
            found.append(path.name)
        elif path.is_symlink():
            faults.append(Fault(where, 1, _("A course holds no links to other places. Copy the folder here.")))
        else:
            faults.append(Fault(where, 1, _("Name folders like “10-first-lesson”: two digits, hyphen, small letters.")))
    if len(found) > MOST_FOLDERS:
        faults.append(Fault(inside or ".", 1, _("There are more than 200 folders here. Only the first 200 are read.")))
    return found[:MOST_FOLDERS]


def _read_module(course: Path, name: str) -> tuple[ParsedModule | None, list[Fault]]:
    folder = course / name
    file, faults = read_toml(folder, "module.toml")
    faults = [_inside(name, fault) for fault in faults]
    if file is None:
        return None, faults
    key, settings, texts = _module_table(file.root)
    taken = read_includes(course, file.root, _read_activity)
    placed = [(one.position, one.folder, one.activity) for one in taken]
    outside: list[Fault] = []
    for inner in _folders(folder, {"module.toml"}, outside, f"{name}/"):
        activity, problems = _read_activity(folder / inner)
        faults += [_inside(f"{name}/{inner}", fault) for fault in problems]
        if activity is not None:
            placed.append((int(inner[:2]), f"{name}/{inner}", activity))
    activities = tuple((where, one) for _place, where, one in sorted(placed, key=lambda item: item[0]))
    if settings["state"] == "outline" and activities:
        file.fault(_('An outline announces a module that has nothing inside yet. Write state = "complete".'), "state")
    if settings["state"] == "complete" and not activities and not file.root.has("include"):
        file.fault(_('A complete module has lessons. Add them or write state = "outline".'), "state")
    faults += [*outside, *(_inside(name, fault) for fault in file.faults)]
    included = {one.activity.key: one.line for one in taken}
    return (ParsedModule(key, settings, texts, activities, name, included) if key else None), faults


def _module_table(root: Table) -> tuple[str, dict[str, Any], dict[str, dict[str, Any]]]:
    tables = root.languages()
    root.only("key", "code", "step", "hours", "state", "include", *tables)
    settings = {
        "code": root.line("code"),
        "step": root.integer("step", 0, 5),
        "hours": root.number("hours", 0, MOST_HOURS),
        "state": root.choice("state", ("complete", "outline"), default="complete"),
    }
    outline = settings["state"] == "outline"
    texts: dict[str, dict[str, Any]] = {}
    for code, table in tables.items():
        table.only("title", "outcome", "lessons", "handin")
        texts[code] = {"title": table.line("title"), "outcome": table.line("outcome")}
        texts[code]["lessons"] = table.words("lessons", needed=outline)
        if table.has("handin"):
            texts[code]["handin"] = table.line("handin")
        for name in ("lessons", "handin"):
            if table.has(name) and not outline:
                text = _("“%(name)s” announces an outline. A complete module shows what it holds.", name=name)
                table.fault(text, name)
    return root.key(), settings, texts


def _read_activity(folder: Path) -> tuple[Parsed | None, list[Fault]]:
    """Ask the kind of activity whose file lies in the folder: lesson.toml, quiz.toml and so on."""
    present = [name for name in kinds if (folder / f"{name}.toml").exists() or (folder / f"{name}.toml").is_symlink()]
    if len(present) != 1:
        names = ", ".join(f"{name}.toml" for name in kinds)
        return None, [Fault("", 1, _("This folder must hold exactly one of these files: %(names)s.", names=names))]
    return kinds[present[0]].parse(folder)


def _inside(folder: str, fault: Fault) -> Fault:
    """Give a fault its path from the course's folder."""
    return replace(fault, file=f"{folder}/{fault.file}".rstrip("/"))


def missing_languages(course: ParsedCourse) -> list[Fault]:
    """Find nodes without the source language: they could not be shown at all."""
    source = course.source_language
    why = _("The table [%(code)s] is missing. %(language)s is the source language and must be complete.",
            code=source, language=language_name(source))  # fmt: skip
    faults = []
    for module in course.modules:
        file = f"{module.folder}/module.toml"
        places = [(file, 1, module.texts)]
        places += [(f"{folder}/{activity.kind}.toml", 1, activity.texts) for folder, activity in module.own]
        places += [
            (file, module.included[activity.key], activity.texts)
            for _folder, activity in module.activities
            if activity.key in module.included
        ]
        faults += [Fault(place, line, why) for place, line, texts in places if source not in texts]
    return faults
