"""The quiz as a kind of activity: reading it from a course folder, freezing it, checking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.types.contract import Fault as TypeFault, SpecFaults
from assessments.types.question import read_question
from assessments.types.registry import question_types
from courses.activities import Mention, Parsed
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.toml_file import Table, read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lms.kernel.texts.faults import Fault

FILE = "quiz.toml"
VERSION = 1
MOST_ATTEMPTS = 100
LONGEST_MINUTES = 600
# Keys of a question that say where it belongs; all others are its spec.
PLACING = ("key", "type", "lesson", "outcome", "step", "difficulty")


class QuizKind:
    """Quizzes as activities; see `courses.activities.ActivityKind`."""

    name = "quiz"

    def parse(self, folder: Path) -> tuple[Parsed | None, list[Fault]]:
        """Read `quiz.toml`: settings, texts, and questions of every type that is installed."""
        file, faults = read_toml(folder, FILE)
        if file is None:
            return None, faults
        root = file.root
        languages = root.languages()
        root.only("kind", "key", "pass_percent", "attempts", "minutes", "question", *languages)
        root.choice("kind", (self.name,), default=self.name)
        key = root.key()
        texts: dict[str, dict[str, Any]] = {
            code: {"title": table.line("title"), "intro": table.text("intro", needed=False), "questions": {}}
            for code, table in languages.items()
        }
        settings: dict[str, Any] = {
            "pass_percent": root.integer("pass_percent", 0, 100),
            "attempts": root.integer("attempts", 0, MOST_ATTEMPTS, default=0),
            "minutes": root.integer("minutes", 1, LONGEST_MINUTES),
            "questions": [],
        }
        seen: set[str] = set()
        mentions: list[Mention] = []
        for table in root.tables("question"):
            stored = _question(table, texts)
            mentions += _mentions(table, stored)
            if stored["key"] in seen:
                table.fault(
                    _("The key “%(key)s” is used by another question. Keys are unique.", key=stored["key"]), "key"
                )
            seen.add(stored["key"])
            settings["questions"].append(stored)
        if not settings["questions"]:
            root.fault(_("A quiz needs at least one question. Add [[question]]."), "key")
        return Parsed(key, self.name, settings, texts, {}, tuple(mentions)), file.faults

    def freeze(self, settings: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return the content that an edition keeps."""
        return {"kind": self.name, "version": VERSION, "settings": dict(settings), "texts": {**texts}}

    def check(self, content: Mapping[str, Any]) -> list[str]:
        """Return what keeps the quiz from being published: a question that cannot be read, drawn or marked."""
        sentences = []
        for stored in content["settings"]["questions"]:
            key = stored["key"]
            words = {
                code: text["questions"][key]
                for code, text in content["texts"].items()
                if key in text.get("questions", {})
            }
            try:
                faults = read_question({**stored, "texts": words}).faults()
            except SpecFaults as error:
                faults = list(error.faults)
            sentences += [f"{key}: {_said(fault)}" for fault in faults]
        return sentences

    def must_do(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the pass mark, the attempts, and which questions with which key."""
        settings = content["settings"]
        questions = {
            stored["key"]: {"type": stored["type"], "spec": stored["spec"]} for stored in settings["questions"]
        }
        return {"pass_percent": settings["pass_percent"], "attempts": settings["attempts"], "questions": questions}

    def by_team(self, content: Mapping[str, Any]) -> bool:
        """Say no: a quiz tests the person, always."""
        del content
        return False

    def open_endpoint(self) -> str:
        """Return the quiz's page."""
        return "quizzes.quiz"


def _question(table: Table, texts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Read one question; its words go into the texts of their languages."""
    languages = table.languages()
    key = table.key()
    name = table.choice("type", list(question_types()))
    stored = {
        "key": key,
        "type": name,
        "version": question_types()[name].version if name else 1,
        "lesson": table.line("lesson", needed=False),
        "outcome": table.line("outcome", needed=False),
        "step": table.integer("step", 0, 5, default=0),
        "spec": {
            field: value for field, value in table.data.items() if field not in PLACING and field not in languages
        },
    }
    words = {code: inner.data for code, inner in languages.items()}
    for code, text in words.items():
        if code in texts:
            texts[code]["questions"][key] = text
        else:
            table.fault(_("The quiz itself has no text in “%(code)s”. Add [%(code)s] with a title.", code=code), code)
    if name:
        try:
            faults = read_question({**stored, "texts": words}).faults()
        except SpecFaults as error:
            faults = list(error.faults)
        for fault in faults:
            table.fault(_said(fault), *(part for part in fault.where.split(".") if part))
    return stored


def _mentions(table: Table, stored: Mapping[str, Any]) -> list[Mention]:
    """Return the lesson to read again and the module whose outcome is checked, where the question names them."""
    return [
        Mention(FILE, table.line_of(name), stored[name], module=name == "outcome")
        for name in ("lesson", "outcome")
        if stored[name]
    ]


def _said(fault: TypeFault) -> str:
    """Translate a type's sentence."""
    return _(fault.message, **fault.values)


QUIZ = QuizKind()
