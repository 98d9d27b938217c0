"""The manifest of an edition: the frozen tree of a course, as plain data.

Stored as JSON in `Edition.manifest`; read into these classes once per process, for an edition never changes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from courses.activities import text_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def content_hash(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a content's canonical JSON: the key under which it is stored once."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def canonical(body: Mapping[str, Any]) -> str:
    """Write JSON in one way only: sorted keys, no spaces."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Activity:
    """An activity in an edition."""

    key: str
    kind: str
    content: str
    """Hash of the frozen content."""
    titles: dict[str, str]
    minutes: int
    by_team: bool
    must_do: dict[str, Any]
    course: str = ""
    """Key of the course from which it was included; empty: it is this course's own."""

    def title(self, language: str) -> str:
        """Return the title in a language, or in the source language."""
        return str(text_in(self.titles, language))


@dataclass(frozen=True)
class Module:
    """A module in an edition. An outline module has no activities yet, only planned titles."""

    key: str
    code: str
    """Short code for people: M1, T1."""
    step: int
    """1 to 5: step of the cycle; 0: runs through all."""
    hours: float
    titles: dict[str, str]
    outcomes: dict[str, str]
    """Per language one sentence: what you can do after it."""
    state: str
    planned: dict[str, list[str]]
    activities: tuple[Activity, ...]
    planned_handin: dict[str, str] = field(default_factory=dict)

    def title(self, language: str) -> str:
        """Return the title in a language, or in the source language."""
        return str(text_in(self.titles, language))

    def outcome(self, language: str) -> str:
        """Return the learning outcome in a language, or in the source language."""
        return str(text_in(self.outcomes, language))


@dataclass(frozen=True)
class Manifest:
    """The whole tree of an edition.

    `about` holds per language what catalogue and certificate say: title, summary, description, outcomes (a list),
    workload, assessment, participation, quality.
    """

    slug: str
    source_language: str
    languages: list[str]
    audience: str
    hours: float
    eqf: str
    about: dict[str, dict[str, Any]]
    modules: tuple[Module, ...]
    version: int = field(default=1)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Manifest:
        """Read a stored manifest."""
        modules = tuple(
            Module(**{**module, "activities": tuple(Activity(**activity) for activity in module["activities"])})
            for module in raw["modules"]
        )
        return cls(**{**raw, "modules": modules})

    def to_json(self) -> dict[str, Any]:
        """Write it for storing."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]  # tuples become lists

    def told(self, language: str) -> dict[str, Any]:
        """Return the texts about the course in a language, or in the source language."""
        return dict(text_in(self.about, language, self.source_language))

    def title(self, language: str) -> str:
        """Return the course's title."""
        return str(self.told(language)["title"])

    @cached_property
    def by_key(self) -> dict[str, tuple[Module, Activity]]:
        """Activities by their key, each with its module."""
        return {activity.key: (module, activity) for module in self.modules for activity in module.activities}

    @cached_property
    def order(self) -> list[str]:
        """Keys of all activities, in the order in which they are taken."""
        return list(self.by_key)

    @cached_property
    def taken_from(self) -> list[str]:
        """Keys of the courses from which activities were included: a route has some, other courses none."""
        return sorted({activity.course for _module, activity in self.walk() if activity.course})

    def home_of(self, key: str) -> str:
        """Return the key of the course to which an activity belongs: this one, or the one it was included from."""
        return self.by_key[key][1].course or self.slug

    def neighbours(self, key: str) -> tuple[Activity | None, Activity | None]:
        """Return the activities before and after one."""
        place = self.order.index(key)
        before = self.by_key[self.order[place - 1]][1] if place else None
        after = self.by_key[self.order[place + 1]][1] if place + 1 < len(self.order) else None
        return before, after

    def walk(self) -> Iterator[tuple[Module, Activity]]:
        """Go through all activities in order."""
        yield from self.by_key.values()
