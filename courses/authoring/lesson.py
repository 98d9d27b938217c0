"""The lesson as a kind of activity: one Markdown document per language, with figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from courses.activities import Parsed, companions
from courses.authoring.beside import problems_in as beside_problems, read_beside
from lms.kernel.i18n import gettext as _, language_name
from lms.kernel.texts.faults import Fault
from lms.kernel.texts.figures import FigureFault, clean_svg
from lms.kernel.texts.inspection import figures_in, inspect
from lms.kernel.texts.reading import read_bytes, read_document
from lms.kernel.texts.toml_file import Table, read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "lesson"
VERSION = 1
FILE = "lesson.toml"
LONGEST_READING = 240  # minutes
SHORT_READING = 2  # minutes that the summary of a lesson is worth
KNOWN = ("kind", "key", "minutes", "source", "figure")


class LessonKind:
    """A lesson. It is done when the participant says so: "Done, next"."""

    name = NAME

    def parse(self, folder: Path) -> tuple[Parsed | None, list[Fault]]:
        """Read lesson.toml, the Markdown of each language and the figures."""
        file, faults = read_toml(folder, FILE)
        if file is None:
            return None, faults
        root = file.root
        tables = root.languages()
        root.only(*KNOWN, *tables)
        root.choice("kind", (NAME,), default=NAME)
        key = root.key()
        settings = {"minutes": root.integer("minutes", 1, LONGEST_READING), "sources": _sources(root)}
        figures, alternatives = _figures(root, folder)
        texts: dict[str, dict[str, Any]] = {}
        for language, table in tables.items():
            table.only("title", "outcome", "summary")
            markdown, problems = read_document(folder, f"{language}.md")
            faults += problems
            text = {name: table.line(name) for name in ("title", "outcome")} | {"summary": table.text("summary")}
            texts[language] = {**text, "markdown": markdown or "", "figures": alternatives.get(language, {})}
        places: dict[str, tuple[str, int]] = {}
        faults += read_beside(folder, settings, texts, places)
        faults += _look_at(texts)
        faults += _unread(folder, texts, figures)
        faults += file.faults
        return (Parsed(key, NAME, settings, texts, figures, places=places) if key else None), faults

    def freeze(self, settings: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return the content that an edition keeps."""
        kept = {name: settings.get(name) for name in ("minutes", "sources")}
        if settings.get("short"):
            kept |= {"short": True, "whole_minutes": settings["whole_minutes"]}
        if settings.get("beside"):
            kept["beside"] = settings["beside"]
        return {
            "kind": NAME,
            "version": VERSION,
            "settings": kept,
            "files": dict(settings.get("files", {})),
            "texts": {code: dict(text) for code, text in texts.items()},
        }

    def check(self, content: Mapping[str, Any]) -> list[str]:
        """Return what keeps the lesson from being published."""
        problems = []
        for language, text in content["texts"].items():
            named = language_name(language)
            problems += [
                _("%(language)s: “%(field)s” is empty. Write it.", language=named, field=field)
                for field in ("title", "outcome", "summary", "markdown")
                if not str(text.get(field, "")).strip()
            ]
            figures = {name for name, said in text.get("figures", {}).items() if said.get("alt") and said.get("long")}
            problems += [
                _("%(language)s, line %(line)d: %(text)s", language=named, line=finding.line, text=finding.text)
                for finding in inspect(str(text.get("markdown", "")), figures)
            ]
            problems += [
                _("%(language)s: the file of the figure “%(name)s” is missing.", language=named, name=name)
                for name in figures_in(str(text.get("markdown", "")))
                if name not in content.get("files", {})
            ]
        return problems + beside_problems(content)

    def must_do(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is read: better words or figures change nothing for those who have done so.

        Who has read the short version has not read the lesson.
        """
        return {"do": "read", "short": True} if content["settings"].get("short") else {"do": "read"}

    def by_team(self, content: Mapping[str, Any]) -> bool:
        """Everybody reads for themselves."""
        del content
        return False

    def open_endpoint(self) -> str:
        """Return the page that shows a lesson."""
        return "learning.lesson"


LESSON = LessonKind()


def shortened(lesson: Parsed) -> Parsed:
    """Return a lesson in its short version: outcome, figures and summary; the whole text is there on demand."""
    return replace(lesson, settings=short_settings(lesson.settings))


def short_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the short version of a lesson."""
    return {**settings, "minutes": SHORT_READING, "short": True, "whole_minutes": settings["minutes"]}


def _sources(root: Table) -> list[dict[str, Any]]:
    """Read what the lesson rests on."""
    sources = []
    for source in root.tables("source"):
        source.only("ref", "title", "publisher", "note")
        entry: dict[str, Any] = {"ref": source.line("ref", needed=False), "title": source.line("title")}
        entry["publisher"] = source.line("publisher", needed=False)
        entry["note"] = source.by_language("note")
        sources.append(entry)
    return sources


def _figures(root: Table, folder: Path) -> tuple[dict[str, bytes], dict[str, dict[str, dict[str, str]]]]:
    """Read the figures: their bytes by name, and per language what stands for them in words."""
    files: dict[str, bytes] = {}
    said: dict[str, dict[str, dict[str, str]]] = {}
    for figure in root.tables("figure"):
        languages = figure.languages()
        figure.only("file", *languages)
        name = figure.line("file")
        if not name:
            continue
        if name in files:
            figure.fault(
                _("“%(name)s” is declared twice. Put all its languages into one [[figure]].", name=name), "file"
            )
        raw, problems = read_bytes(folder, name)
        for problem in problems:
            figure.fault(f"{name}: {problem.text}", "file")
        if raw is not None:
            try:
                clean_svg(raw)
                files[name] = raw
            except FigureFault as error:
                figure.fault(f"{name}: {error}", "file")
        if not languages:
            figure.fault(_("Describe this figure in the language of its words: “alt” and “long”."), "file")
        for language, table in languages.items():
            table.only("alt", "long")
            said.setdefault(language, {})[name] = {"alt": table.line("alt"), "long": table.text("long")}
    return files, said


def _look_at(texts: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """Inspect the Markdown of each language."""
    faults = []
    for language, text in texts.items():
        name = f"{language}.md"
        if not text["markdown"].strip():
            continue
        faults += [Fault(name, finding.line, finding.text) for finding in inspect(text["markdown"], text["figures"])]
    return faults


def _unread(folder: Path, texts: Mapping[str, Mapping[str, Any]], figures: Mapping[str, bytes]) -> list[Fault]:
    """Find files that nothing mentions, and figures that no text shows."""
    shown = {name for text in texts.values() for name in figures_in(text["markdown"])}
    known = {
        FILE,
        *(f"{language}.md" for language in texts),
        *figures,
        *shown,
        *(f"{name}.toml" for name in companions),
    }
    faults = []
    for path in sorted(folder.iterdir()):
        if path.name in known or path.name.startswith("."):
            continue
        if path.suffix == ".md":
            why = _("lesson.toml has no table for this language. Add [%(language)s] there.", language=path.stem[:20])
        else:
            why = _("Nothing mentions this file. Declare it in lesson.toml or delete it.")
        faults.append(Fault(path.name, 1, why))
    unseen = [name for name in figures if name not in shown]
    return faults + [
        Fault(name, 1, _("No text of the lesson shows this figure. Show it or delete it.")) for name in unseen
    ]
