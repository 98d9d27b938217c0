"""Hand-ins as pure functions: the assignment, verdicts, states and dates. No database, no request, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from assessments.handins.checklist import Check
from courses.activities import text_in
from lms.kernel.clock import end_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

State = Literal["draft", "waiting", "revise", "accepted"]
Verdict = Literal["accepted", "revise"]
Urgency = Literal["late", "today", "waiting"]

DRAFT, WAITING, REVISE, ACCEPTED = "draft", "waiting", "revise", "accepted"
TEAM, PERSON = "team", "person"
FORM, EXAMPLE = "form", "example"
MARKDOWN = ".md"
MOST_FILES = 10
"""In one version."""
LONGEST_TEXT = 60_000
"""Letters of what a team writes into the box: some twenty pages."""
LONGEST_REMARK = 4_000


@dataclass(frozen=True)
class Criterion:
    """What makes the work good. `title` completes "It is good if …"; `help` says how one sees it."""

    key: str
    title: str
    help: str


@dataclass(frozen=True)
class Document:
    """A form to fill in, or a filled example, that comes with the assignment. `size` is in bytes."""

    name: str
    role: str
    language: str
    title: str
    digest: str
    size: int

    @property
    def is_text(self) -> bool:
        """Whether it is written in Markdown: then it has a page, and Word and spreadsheet files are made of it."""
        return self.name.endswith(MARKDOWN)


@dataclass(frozen=True)
class Assignment:
    """A frozen assignment, read."""

    by: str
    minutes: int
    criteria: tuple[str, ...]
    checks: tuple[str, ...]
    """Keys of the questions of the checklist; none where there is none."""
    documents: tuple[Document, ...]
    texts: Mapping[str, Mapping[str, Any]]

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Assignment:
        """Read it from the content that an edition keeps."""
        settings, stored = content["settings"], content.get("files", {})
        documents = tuple(
            Document(
                item["path"],
                item["role"],
                item["language"],
                item["title"],
                stored[item["path"]]["hash"],
                stored[item["path"]]["size"],
            )
            for item in settings.get("documents", ())
            if item["path"] in stored
        )
        return cls(
            settings.get("by", TEAM),
            int(settings.get("minutes", 0)),
            tuple(settings["criteria"]),
            tuple(settings.get("checks", ())),
            documents,
            content["texts"],
        )

    def text(self, language: str) -> Mapping[str, Any]:
        """Return title, task and the whole text in a language, or in the source language."""
        found: Mapping[str, Any] = text_in(self.texts, language)
        return found

    def criteria_in(self, language: str) -> list[Criterion]:
        """Return the criteria with their words, in the order of the assignment."""
        words = self.text(language).get("criteria", {})
        return [
            Criterion(key, words.get(key, {}).get("title", key), words.get(key, {}).get("help", ""))
            for key in self.criteria
        ]

    def checks_in(self, language: str) -> list[Check]:
        """Return the questions of the checklist with their words, in its order."""
        words = self.text(language).get("checks", {})
        return [
            Check(key, said.get("section", ""), said.get("question", key), said.get("help", ""))
            for key in self.checks
            for said in (words.get(key, {}),)
        ]

    def documents_in(self, language: str) -> list[Document]:
        """Return the forms and examples in a language, else those in any: a form in English beats none."""
        own = [document for document in self.documents if document.language == language]
        roles = {document.role for document in own}
        others = [document for document in self.documents if document.role not in roles]
        source = [document for document in others if document.language == "en"] or others
        return own + source


@dataclass(frozen=True)
class Remark:
    """What a trainer says to one criterion; an empty verdict is not decided yet."""

    verdict: str
    text: str = ""

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> dict[str, Remark]:
        """Read stored remarks."""
        return {key: cls(item.get("verdict", ""), item.get("remark", "")) for key, item in raw.items()}

    def stored(self) -> dict[str, str]:
        """Write it for storing."""
        return {"verdict": self.verdict, "remark": self.text}


def verdict_of(criteria: Sequence[str], remarks: Mapping[str, Remark]) -> Verdict | None:
    """Return the verdict on the whole: accepted if every criterion is; None while one is not decided.

    >>> verdict_of(["owner", "year"], {"owner": Remark("accepted"), "year": Remark("revise", "Which year?")})
    'revise'
    """
    given = [remarks[key].verdict if key in remarks else "" for key in criteria]
    if not given or any(verdict not in {ACCEPTED, REVISE} for verdict in given):
        return None
    return "accepted" if all(verdict == ACCEPTED for verdict in given) else "revise"


def undecided(criteria: Sequence[str], remarks: Mapping[str, Remark]) -> list[str]:
    """Return the criteria that have no verdict yet."""
    return [key for key in criteria if key not in remarks or remarks[key].verdict not in {ACCEPTED, REVISE}]


def unexplained(criteria: Sequence[str], remarks: Mapping[str, Remark], next_step: str) -> list[str]:
    """Return the criteria that are sent back without a word about what to change.

    A next step for the whole says it for all of them.
    """
    if next_step.strip():
        return []
    return [key for key in criteria if key in remarks and remarks[key].verdict == REVISE and not remarks[key].text]


def state_from(versions: Iterable[str | None]) -> State:
    """Return the state that follows from the facts: for each version, in order, its verdict, or None.

    >>> state_from([]), state_from(["revise", None]), state_from(["revise", "accepted"])
    ('draft', 'waiting', 'accepted')
    """
    state: State = "draft"
    for verdict in versions:
        state = "accepted" if verdict == ACCEPTED else "revise" if verdict == REVISE else "waiting"
    return state


def may_hand_in(state: str) -> bool:
    """Whether a further version can be handed in: as long as none is accepted, also while one waits."""
    return state != ACCEPTED


def days_late(at: datetime, due_on: date, zone: str) -> int:
    """Return by how many days something came after its last day, where the programme is; below 0 when before.

    >>> from datetime import UTC
    >>> days_late(datetime(2027, 1, 8, 23, 0, tzinfo=UTC), date(2027, 1, 8), "Europe/Helsinki")
    1
    """
    return (at.astimezone(ZoneInfo(zone)).date() - due_on).days


def answer_by(handed_in_at: datetime, days: int, zone: str) -> date:
    """Return the day until which a hub promises its answer."""
    return handed_in_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)


def urgency(day: date, at: datetime, zone: str) -> Urgency:
    """Say how urgent an answer is that was promised for a day."""
    if at >= end_of_day(day, zone):
        return "late"
    return "today" if at.astimezone(ZoneInfo(zone)).date() == day else "waiting"


def same_work(text: str, digests: Iterable[str], other_text: str, other_digests: Iterable[str]) -> bool:
    """Whether two versions hold the same text, and the first no file that the other lacks: one click too many."""
    return text == other_text and set(digests) <= set(other_digests)
