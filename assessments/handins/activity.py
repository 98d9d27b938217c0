"""The practical assignment as a kind of activity: reading it from a course folder, freezing it, checking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.handins.rules import EXAMPLE, FORM, MARKDOWN, PERSON, TEAM
from courses.activities import Parsed
from lms.kernel.documents.check import inspect as inspect_document
from lms.kernel.i18n import EU_LANGUAGES, gettext as _, language_name
from lms.kernel.texts.faults import Fault
from lms.kernel.texts.inspection import inspect
from lms.kernel.texts.reading import read_bytes, read_document
from lms.kernel.texts.toml_file import Table, read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "handin.toml"
VERSION = 1
MOST_MINUTES = 6_000
MOST_CRITERIA = 12
MOST_CHECKS = 100
KNOWN = ("kind", "key", "by", "minutes", "criterion", "check", "file")


class HandinKind:
    """Practical assignments as activities; see `courses.activities.ActivityKind`."""

    name = "handin"

    def parse(self, folder: Path) -> tuple[Parsed | None, list[Fault]]:
        """Read `handin.toml`, the whole task per language, forms and filled examples."""
        file, faults = read_toml(folder, FILE)
        if file is None:
            return None, faults
        root = file.root
        tables = root.languages()
        root.only(*KNOWN, *tables)
        root.choice("kind", (self.name,), default=self.name)
        key = root.key()
        texts: dict[str, dict[str, Any]] = {}
        for language, table in tables.items():
            table.only("title", "task")
            markdown, problems = read_document(folder, f"{language}.md")
            faults += problems
            faults += [Fault(f"{language}.md", found.line, found.text) for found in inspect(markdown or "", ())]
            texts[language] = {
                "title": table.line("title"),
                "task": table.text("task"),
                "markdown": markdown or "",
                "criteria": {},
            }
        documents, files = _documents(root, folder)
        settings: dict[str, Any] = {
            "by": root.choice("by", (TEAM, PERSON)),
            "minutes": root.integer("minutes", 1, MOST_MINUTES),
            "criteria": _criteria(root, texts),
            "documents": documents,
        }
        if checks := _checks(root, texts):
            settings["checks"] = checks
        faults += _unread(folder, {*files, FILE, *(f"{language}.md" for language in texts)})
        faults += file.faults
        return (Parsed(key, self.name, settings, texts, files) if key else None), faults

    def freeze(self, settings: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return the content that an edition keeps."""
        kept = {name: settings.get(name) for name in ("by", "minutes", "criteria")}
        # A hand-in without a checklist says nothing about one: what is frozen has the hash that it always had.
        kept |= {"checks": list(settings["checks"])} if settings.get("checks") else {}
        return {
            "kind": self.name,
            "version": VERSION,
            "settings": {**kept, "documents": list(settings.get("documents", []))},
            "files": dict(settings.get("files", {})),
            "texts": {code: dict(text) for code, text in texts.items()},
        }

    def check(self, content: Mapping[str, Any]) -> list[str]:
        """Return what keeps the assignment from being published."""
        problems = []
        criteria = content["settings"]["criteria"]
        if not criteria:
            problems.append(_("The hand-in has no criterion. Nobody can answer it without one."))
        for language, text in content["texts"].items():
            named = language_name(language)
            problems += [
                _("%(language)s: “%(field)s” is empty. Write it.", language=named, field=field)
                for field in ("title", "task", "markdown")
                if not str(text.get(field, "")).strip()
            ]
            problems += [
                _("%(language)s: the criterion “%(key)s” has no title. Write it.", language=named, key=key)
                for key in criteria
                if not text.get("criteria", {}).get(key, {}).get("title")
            ]
            problems += [
                _("%(language)s: the check “%(key)s” has no question. Write it.", language=named, key=key)
                for key in content["settings"].get("checks", ())
                if not text.get("checks", {}).get(key, {}).get("question")
            ]
            problems += [
                _("%(language)s, line %(line)d: %(text)s", language=named, line=found.line, text=found.text)
                for found in inspect(str(text.get("markdown", "")), ())
            ]
        stored = content.get("files", {})
        problems += [
            _("The file “%(name)s” is missing. Add it, or take it out of the list.", name=item["path"])
            for item in content["settings"]["documents"]
            if item["path"] not in stored
        ]
        return problems

    def must_do(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return that it must be accepted, by which criteria, and which questions of a checklist are answered."""
        settings = content["settings"]
        checks = {"checks": list(settings["checks"])} if settings.get("checks") else {}
        return {"accepted": True, "criteria": list(settings["criteria"]), **checks}

    def by_team(self, content: Mapping[str, Any]) -> bool:
        """Whether the city's team hands in one work for all."""
        return bool(content["settings"]["by"] == TEAM)

    def open_endpoint(self) -> str:
        """Return the page of a hand-in."""
        return "handins.handin"


def _criteria(root: Table, texts: dict[str, dict[str, Any]]) -> list[str]:
    """Read the criteria; their words go into the texts of their languages."""

    def read(words: Table) -> dict[str, str]:
        words.only("title", "help")
        return {"title": words.line("title"), "help": words.text("help", needed=False)}

    keys = []
    for table in root.tables("criterion"):
        languages = table.languages()
        table.only("key", *languages)
        key = table.key()
        if key in keys:
            table.fault(_("The key “%(key)s” is used by another criterion. Keys are unique.", key=key), "key")
            continue
        keys.append(key)
        for code in _worded(table, {code: read(words) for code, words in languages.items()}, texts, ("criteria", key)):
            table.fault(_("This criterion has no words in “%(code)s”. Add them.", code=code), "key")
    if not keys:
        root.fault(_("A hand-in needs at least one criterion. Add [[criterion]]."), "key")
    if len(keys) > MOST_CRITERIA:
        root.fault(_("A hand-in has at most %(num)d criteria. Join some of them.", num=MOST_CRITERIA), "criterion")
    return keys


def _checks(root: Table, texts: dict[str, dict[str, Any]]) -> list[str]:
    """Read the questions of the checklist, likewise. A section said outside the languages holds for all of them."""
    keys = []
    for table in root.tables("check"):
        languages = table.languages()
        table.only("key", "section", *languages)
        key, section = table.key(), table.line("section", needed=False)
        if key in keys:
            table.fault(_("The key “%(key)s” is used by another check. Keys are unique.", key=key), "key")
            continue
        keys.append(key)
        said = {}
        for code, words in languages.items():
            words.only("question", "help", "section")
            said[code] = {
                "question": words.line("question"),
                "help": words.text("help", needed=False),
                "section": words.line("section", needed=False) or section,
            }
        for code in _worded(table, said, texts, ("checks", key)):
            table.fault(_("This check has no words in “%(code)s”. Add them.", code=code), "key")
    if len(keys) > MOST_CHECKS:
        root.fault(_("A checklist has at most %(num)d questions. Join some of them.", num=MOST_CHECKS), "check")
    return keys


def _worded(
    table: Table, said: dict[str, dict[str, str]], texts: dict[str, dict[str, Any]], place: tuple[str, str]
) -> list[str]:
    """Put the words of a criterion or a check into the texts of their languages; return the languages that lack any."""
    kind, key = place
    for code, words in said.items():
        if code in texts:
            texts[code].setdefault(kind, {})[key] = words
        else:
            table.fault(
                _("The hand-in itself has no text in “%(code)s”. Add [%(code)s] with a title.", code=code), code
            )
    return [code for code in texts if code not in said]


def _documents(root: Table, folder: Path) -> tuple[list[dict[str, str]], dict[str, bytes]]:
    """Read the forms and filled examples: what is said about them, and their bytes by name."""
    said: list[dict[str, str]] = []
    files: dict[str, bytes] = {}
    for table in root.tables("file"):
        table.only("path", "role", "language", "title")
        path = table.line("path")
        entry = {
            "path": path,
            "role": table.choice("role", (FORM, EXAMPLE)),
            "language": table.choice("language", EU_LANGUAGES),
            "title": table.line("title"),
        }
        if not path:
            continue
        if path in files:
            table.fault(_("“%(name)s” is declared twice. Take one out.", name=path), "path")
            continue
        raw, problems = read_bytes(folder, path)
        for problem in problems:
            table.fault(f"{path}: {problem.text}", "path")
        if raw is not None:
            files[path] = raw
            said.append(entry)
            for found in inspect_document(raw.decode("utf-8", "replace")) if path.endswith(MARKDOWN) else ():
                table.fault(_("%(name)s, line %(line)d: %(text)s", name=path, line=found.line, text=found.text), "path")
    return said, files


def _unread(folder: Path, known: set[str]) -> list[Fault]:
    """Find files that nothing mentions."""
    return [
        Fault(path.name, 1, _("Nothing mentions this file. Declare it in handin.toml or delete it."))
        for path in sorted(folder.iterdir())
        if path.name not in known and not path.name.startswith(".")
    ]


HANDIN = HandinKind()
