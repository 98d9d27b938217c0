"""The quiz as a kind of activity: reading it from a course folder, freezing it, checking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.bank.faults import faults_in
from assessments.bank.files import mentions_in, places_in, read_questions
from courses.activities import Parsed
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
MOST_DRAWN = 200


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
        root.only("kind", "key", "pass_percent", "attempts", "minutes", "draw", "from", "question", *languages)
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
            "questions": read_questions(root, texts),
        }
        settings |= _drawing(root, settings["questions"])
        places = places_in(root, FILE) | {name: (FILE, root.line_of(name)) for name in ("draw", "from")}
        return Parsed(key, self.name, settings, texts, {}, tuple(mentions_in(root, FILE)), places), file.faults

    def freeze(self, settings: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return the content that an edition keeps."""
        return {"kind": self.name, "version": VERSION, "settings": dict(settings), "texts": {**texts}}

    def check(self, content: Mapping[str, Any]) -> list[str]:
        """Return what keeps the quiz from being published: a question that cannot be read, drawn or marked."""
        return [*_draw_faults(content["settings"]), *faults_in(content)]

    def must_do(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the pass mark, the attempts, which questions with which key, and how many of them are asked.

        A final quiz rests on the quizzes that it draws from: other questions there are another duty here.
        """
        settings = content["settings"]
        questions = {
            stored["key"]: {"type": stored["type"], "spec": stored["spec"]} for stored in settings["questions"]
        }
        duties = {"pass_percent": settings["pass_percent"], "attempts": settings["attempts"], "questions": questions}
        names = (("draw", "draw"), ("rests_on", "pools"))
        return duties | {name: settings[stored] for name, stored in names if stored in settings}

    def by_team(self, content: Mapping[str, Any]) -> bool:
        """Say no: a quiz tests the person, always."""
        del content
        return False

    def open_endpoint(self) -> str:
        """Return the quiz's page."""
        return "quizzes.quiz"


def _drawing(root: Table, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Read how many questions each attempt draws, and from which other quizzes, if it has none of its own."""
    settings: dict[str, Any] = {}
    if root.has("draw"):
        settings["draw"] = root.integer("draw", 1, MOST_DRAWN)
    if root.has("from"):
        named = root.words("from")
        settings["pools"] = list(dict.fromkeys(named))
        if len(settings["pools"]) < len(named):
            root.fault(_("“from” names a quiz twice. Name each once."), "from")
        if questions:
            root.fault(_("“from” draws from other quizzes. Delete it, or the questions of this quiz."), "from")
        if not root.has("draw"):
            root.fault(_("Say with “draw” how many questions each attempt asks."), "from")
    elif not questions:
        root.fault(_("A quiz needs at least one question. Add [[question]]."), "key")
    for sentence in _draw_faults({**settings, "questions": questions}):
        root.fault(sentence, "draw")
    return settings


def _draw_faults(settings: Mapping[str, Any]) -> list[str]:
    """Return why an attempt could not draw so many questions: there are fewer, or more outcomes than that."""
    draw, pools, questions = settings.get("draw"), settings.get("pools"), settings["questions"]
    if draw is None:
        return []
    if pools is not None:
        few = _(
            "“draw” is %(draw)d, but “from” names %(count)d quizzes. Each must be met.", draw=draw, count=len(pools)
        )
        return [few] if draw < len(pools) else []
    outcomes = {stored["outcome"] for stored in questions if stored["outcome"]}
    if draw > len(questions):
        return [_("“draw” is %(draw)d, but there are only %(count)d questions.", draw=draw, count=len(questions))]
    if draw < len(outcomes):
        text = _("“draw” is %(draw)d, but the questions check %(count)d outcomes. Each must be met.",
                 draw=draw, count=len(outcomes))  # fmt: skip
        return [text]
    return []


QUIZ = QuizKind()
