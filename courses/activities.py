"""What an activity is: the contract between a course and the things that people do in it.

A lesson, a quiz and a practical assignment are the built-in kinds; third parties add theirs by the entry-point group
`lms.activity_types`. The course tree knows only this contract. Everything here is plain data: the frozen content of
an activity is JSON that an edition stores by its hash and keeps for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from lms.kernel.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from lms.kernel.texts.faults import Fault

Texts = dict[str, str]
"""A text per language code."""


@dataclass(frozen=True)
class Mention:
    """A place in a course file that names another node of the course by its key.

    `kinds` says which kinds of node may be meant, such as "lesson", "quiz" or "module"; empty: any activity.
    """

    file: str
    line: int
    key: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """An activity as read from its folder.

    `settings` do not depend on a language; `texts` hold per language what people read, always with a "title".
    `files` are figures and forms by name, as bytes. `mentions` are the other nodes that it names. `places` says where
    parts of it stand that a check of the whole course may speak of: file and line by name.
    """

    key: str
    kind: str
    settings: dict[str, Any]
    texts: dict[str, dict[str, Any]]
    files: dict[str, bytes]
    mentions: tuple[Mention, ...] = ()
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)


class ActivityKind(Protocol):
    """The contract of a kind of activity; one object per kind, without state.

    What makes an activity done is an outcome of the kind "read", "passed", "accepted" or "done": its pages record it by
    `courses.progress.services.record_outcome`.

    name: the word in course files ("lesson", "quiz", "handin").
    """

    name: str

    def parse(self, folder: Path) -> tuple[Parsed | None, list[Fault]]:
        """Read the activity from its folder; faults instead of exceptions, each with file, line and sentence."""

    def freeze(self, settings: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return the content that an edition keeps: JSON with "kind", "version", settings and texts."""

    def check(self, content: Mapping[str, Any]) -> list[str]:
        """Return sentences about what keeps this content from being published; none when all is well."""

    def must_do(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a person has to do, as data. A minor edition is refused if this changed.

        A number named "attempts" says how often somebody may fail before a trainer has to allow another attempt;
        0, or no such number: as often as they like. A list named "rests_on" holds the keys of other activities of the
        course that are a part of it, such as the quizzes from which a final quiz draws.
        """

    def by_team(self, content: Mapping[str, Any]) -> bool:
        """Whether the outcome is the team's (a hand-in) or the person's."""

    def open_endpoint(self) -> str:
        """Return the page that opens it, called with programme `ref` and node `key`."""


kinds: Registry[ActivityKind] = Registry("kind of activity")


@dataclass(frozen=True)
class Beside:
    """What stands beside a lesson, as read: settings, texts per language, and places as `Parsed` has them."""

    settings: dict[str, Any]
    texts: dict[str, dict[str, Any]]
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)


class Companion(Protocol):
    """The contract of what may stand beside a lesson, such as a self-test: a file of its own in the lesson's folder.

    It is a part of the lesson, not an activity: it has no key, nobody has to do it, no outcome comes of it. Drafts and
    editions keep it inside the lesson's content, so that it goes wherever the lesson goes.

    name: the word in course files: "self-test" lies in a lesson's folder as self-test.toml.
    """

    name: str

    def parse(self, folder: Path, languages: Collection[str]) -> tuple[Beside | None, list[Fault]]:
        """Read it from the folder of a lesson that is written in these languages."""

    def check(self, content: Mapping[str, Any]) -> list[str]:
        """Return sentences about what keeps it from being published. `content` is what `beside` returns."""

    def words(self, content: Mapping[str, Any]) -> str:
        """Return what the lesson's page says on the link that leads there."""

    def open_endpoint(self) -> str:
        """Return the page that opens it, called with programme `ref` and the lesson's `key`."""


companions: Registry[Companion] = Registry("companion of a lesson")


draft_pages: Registry[str] = Registry("page of a draft")
"""Pages that show authors a kind of activity, or a companion, as the draft has it: endpoints by the name of the kind.

They are called with the course's `ref` and the node's `key`. A lesson has pages of its own; a kind without a page is
seen in its files.
"""


def beside(content: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """Return what stands beside a lesson, from the lesson's content, with settings and texts; None where nothing does.

    >>> lesson = {"settings": {"beside": {"map": {"scale": 5}}}, "texts": {"en": {"beside": {"map": {"by": "us"}}}}}
    >>> beside(lesson, "map")
    {'settings': {'scale': 5}, 'texts': {'en': {'by': 'us'}}}
    """
    settings = (content["settings"].get("beside") or {}).get(name)
    if settings is None:
        return None
    words = {code: text.get("beside", {}).get(name) for code, text in content["texts"].items()}
    return {"settings": settings, "texts": {code: text for code, text in words.items() if text is not None}}


def all_beside(content: Mapping[str, Any]) -> list[tuple[Companion, dict[str, Any]]]:
    """Return everything that stands beside a lesson, each with its own content."""
    found = [(companion, beside(content, companion.name)) for companion in companions.values()]
    return [(companion, inner) for companion, inner in found if inner is not None]


@dataclass(frozen=True)
class Trouble:
    """What keeps a course from fitting together: the key of an activity, the part of it (see `Parsed.places`), why."""

    key: str
    part: str
    text: str


course_checks: Registry[Callable[[Mapping[str, tuple[str, Mapping[str, Any]]]], Iterable[Trouble]]] = Registry(
    "check of a whole course"
)
"""Checks of what one activity cannot know about itself. Each gets all activities by key: their kinds and settings."""


def troubles_in(activities: Mapping[str, tuple[str, Mapping[str, Any]]]) -> list[Trouble]:
    """Ask all checks of whole courses."""
    return [trouble for check in course_checks.values() for trouble in check(activities)]


def text_in(texts: Mapping[str, Any], language: str, source: str = "en") -> Any:
    """Return the text in a language, else in the source language, else in any; for titles and whole text tables.

    >>> text_in({"en": "Quiz", "de": "Quiz (DE)"}, "fi")
    'Quiz'
    """
    for code in (language, source):
        if code in texts:
            return texts[code]
    return next(iter(texts.values()), "")
