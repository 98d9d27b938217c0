"""What a draft is, how files and draft meet, and what an edition freezes; pure.

A draft is a list of nodes: the course itself, its modules, their activities. A node is compared by its fingerprint.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Literal

from courses.activities import kinds
from courses.catalogue.rules import Activity, Manifest, Module, content_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from courses.activities import Parsed

COURSE, MODULE = "course", "module"
LOADED = "loaded"
"""Key in a node's settings: the fingerprint that the node had in the files when they were loaded last."""
FROM = "from"
"""Key in a node's settings: the course from whose files it was included; no such key: it is this course's own."""
Wins = Literal["", "files", "draft"]
Size = Literal["major", "minor"]


@dataclass(frozen=True)
class ParsedModule:
    """A module as read; `folder` is its path from the course's folder."""

    key: str
    settings: dict[str, Any]
    texts: dict[str, dict[str, Any]]
    activities: tuple[tuple[str, Parsed], ...]
    """Each with its folder's path."""
    folder: str
    included: Mapping[str, int] = field(default_factory=dict)
    """Keys of the activities that are read from another course's folder, with the line in module.toml."""

    @property
    def own(self) -> tuple[tuple[str, Parsed], ...]:
        """The activities whose files lie in this course's folder, each with its folder's path."""
        return tuple((folder, activity) for folder, activity in self.activities if activity.key not in self.included)


@dataclass(frozen=True)
class ParsedCourse:
    """A course as read."""

    key: str
    settings: dict[str, Any]
    texts: dict[str, dict[str, Any]]
    modules: tuple[ParsedModule, ...]

    @property
    def source_language(self) -> str:
        """The language that is complete."""
        return str(self.settings["source_language"])


@dataclass(frozen=True)
class DraftNode:
    """A node of a draft, as data. `texts` hold the newest text per language."""

    key: str
    kind: str
    parent: str
    position: int
    settings: dict[str, Any]
    texts: dict[str, dict[str, Any]]

    @property
    def fingerprint(self) -> str:
        """The same for two nodes that say and mean the same."""
        settings = {name: value for name, value in self.settings.items() if name != LOADED}
        return content_hash({"is": [self.kind, self.parent, self.position], "settings": settings, "texts": self.texts})

    def title(self, language: str) -> str:
        """Return the title in a language, else in any, else the key."""
        for code in (language, *sorted(self.texts)):
            if self.texts.get(code, {}).get("title"):
                return str(self.texts[code]["title"])
        return self.key


def nodes_in(course: ParsedCourse) -> list[DraftNode]:
    """Return the nodes of a course that was read from files."""
    nodes = [DraftNode(course.key, COURSE, "", 0, course.settings, course.texts)]
    for place, module in enumerate(course.modules):
        nodes.append(DraftNode(module.key, MODULE, course.key, place, module.settings, module.texts))
        for order, (_folder, parsed) in enumerate(module.activities):
            settings = {**parsed.settings, "files": {name: _file(raw) for name, raw in sorted(parsed.files.items())}}
            nodes.append(DraftNode(parsed.key, parsed.kind, module.key, order, settings, parsed.texts))
    return nodes


def _file(raw: bytes) -> dict[str, Any]:
    return {"hash": hashlib.sha256(raw).hexdigest(), "size": len(raw)}


def files_in(course: ParsedCourse) -> dict[str, bytes]:
    """Return the figures and forms of a course by their hash."""
    activities = (parsed for module in course.modules for _folder, parsed in module.activities)
    return {str(_file(raw)["hash"]): raw for parsed in activities for raw in parsed.files.values()}


def whole(nodes: Iterable[DraftNode]) -> str:
    """Return the fingerprint of a whole course."""
    return content_hash({node.key: node.fingerprint for node in nodes})


@dataclass
class Plan:
    """What loading would do, by node key: write from the files, remove, or leave as the draft has it.

    `conflicts` are nodes that changed on both sides since the last load.
    """

    write: list[str] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def plan(files: Sequence[DraftNode], draft: Sequence[DraftNode], wins: Wins = "") -> Plan:
    """Compare three states of each node: in the files now, in the files at the last load, in the draft."""
    result = Plan()
    drafted = {node.key: node for node in draft}
    filed = {node.key: node for node in files}
    for key in {**filed, **drafted}:
        theirs, ours = filed.get(key), drafted.get(key)
        loaded = str(ours.settings.get(LOADED, "")) if ours else ""
        theirs_now, ours_now = theirs.fingerprint if theirs else "", ours.fingerprint if ours else ""
        if theirs_now in (ours_now, loaded):
            continue  # the same already, or nothing new in the files: the draft may be ahead of them
        if ours_now in ("", loaded) or wins == "files":
            (result.write if theirs else result.remove).append(key)
        else:
            (result.keep if wins == "draft" else result.conflicts).append(key)
    return result


def body_of(node: DraftNode) -> dict[str, Any]:
    """Return the content that an edition would keep of an activity."""
    settings = {name: value for name, value in node.settings.items() if name not in {LOADED, FROM}}
    body = kinds[node.kind].freeze(settings, node.texts)
    body.setdefault("files", node.settings.get("files", {}))
    return body


@dataclass(frozen=True)
class Frozen:
    """A draft made ready for an edition: the tree, and every content by its hash."""

    manifest: Manifest
    contents: dict[str, dict[str, Any]]


def freeze(nodes: Sequence[DraftNode]) -> Frozen:
    """Build the manifest of a draft and freeze its contents. The draft has a course node."""
    course = next(node for node in nodes if node.kind == COURSE)
    contents: dict[str, dict[str, Any]] = {}
    modules = []
    for module in _children(nodes, course.key):
        activities = []
        for node in _children(nodes, module.key):
            kind, body = kinds[node.kind], body_of(node)
            digest = content_hash(body)
            contents[digest] = body
            activities.append(
                Activity(
                    key=node.key,
                    kind=node.kind,
                    content=digest,
                    titles=_titles(node),
                    minutes=int(node.settings.get("minutes", 0)),
                    by_team=kind.by_team(body),
                    must_do=kind.must_do(body),
                    course=str(node.settings.get(FROM, "")),
                )
            )
        modules.append(_module(module, tuple(activities)))
    settings = course.settings
    manifest = Manifest(
        slug=course.key,
        source_language=settings["source_language"],
        languages=list(settings["languages"]),
        audience=settings["audience"],
        hours=settings["hours"],
        eqf=settings["eqf"],
        about={code: dict(text) for code, text in course.texts.items()},
        modules=tuple(modules),
    )
    return Frozen(manifest, contents)


def _module(node: DraftNode, activities: tuple[Activity, ...]) -> Module:
    return Module(
        key=node.key,
        code=node.settings["code"],
        step=node.settings["step"],
        hours=node.settings["hours"],
        titles=_titles(node),
        outcomes={code: str(text.get("outcome", "")) for code, text in node.texts.items()},
        state=node.settings["state"],
        planned={code: list(text.get("lessons", [])) for code, text in node.texts.items()},
        activities=activities,
        planned_handin={code: str(text["handin"]) for code, text in node.texts.items() if text.get("handin")},
    )


def _titles(node: DraftNode) -> dict[str, str]:
    return {code: str(text.get("title", "")) for code, text in node.texts.items()}


def _children(nodes: Sequence[DraftNode], parent: str) -> list[DraftNode]:
    return sorted(
        (node for node in nodes if node.parent == parent and node.kind != COURSE), key=lambda node: node.position
    )


def activities_in(nodes: Sequence[DraftNode]) -> list[tuple[DraftNode, list[DraftNode]]]:
    """Return the modules of a draft with their activities, in order."""
    course = next((node.key for node in nodes if node.kind == COURSE), "")
    return [(module, _children(nodes, module.key)) for module in _children(nodes, course)]


def standing(nodes: Sequence[DraftNode], newest: Manifest | None) -> dict[str, Literal["new", "changed", "published"]]:
    """Say for each activity of a draft whether the newest edition has it, and has it like this."""
    result: dict[str, Literal["new", "changed", "published"]] = {}
    known = newest.by_key if newest else {}
    for node in nodes:
        if node.kind in kinds:
            same = node.key in known and known[node.key][1].content == content_hash(body_of(node))
            result[node.key] = "published" if same else "changed" if node.key in known else "new"
    return result


@dataclass(frozen=True)
class Changes:
    """What an edition would change, by the keys of nodes.

    duties: activities that are new, gone, or ask for something else. texts: those whose content is new. other: whether
    the tree or the course's own texts changed.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    duties: tuple[str, ...]
    texts: tuple[str, ...]
    other: bool

    @property
    def anything(self) -> bool:
        """Whether there is anything to publish."""
        return self.other or bool(self.added or self.removed or self.duties or self.texts)

    @property
    def may_be_minor(self) -> bool:
        """Whether it may reach running programmes: nobody has to do anything else than before."""
        return not (self.added or self.removed or self.duties)


def changes(old: Manifest | None, new: Manifest) -> Changes:
    """Compare the newest edition with what would be published."""
    if old is None:
        return Changes(tuple(new.order), (), (), (), other=True)
    both = [key for key in new.order if key in old.by_key]
    pairs = {key: (old.by_key[key][1], new.by_key[key][1]) for key in both}
    return Changes(
        added=tuple(key for key in new.order if key not in old.by_key),
        removed=tuple(key for key in old.order if key not in new.by_key),
        duties=tuple(
            key
            for key, (was, now) in pairs.items()
            if (was.must_do, was.by_team, was.kind) != (now.must_do, now.by_team, now.kind)
        ),
        texts=tuple(key for key, (was, now) in pairs.items() if was.content != now.content),
        other=old.to_json() != new.to_json(),
    )


def next_number(newest: tuple[int, int] | None, size: Size) -> tuple[int, int]:
    """Return the number of the next edition.

    >>> next_number((1, 2), "major"), next_number((1, 2), "minor"), next_number(None, "minor")
    ((2, 0), (1, 3), (1, 0))
    """
    if newest is None:
        return 1, 0
    major, minor = newest
    return (major + 1, 0) if size == "major" else (major, minor + 1)


@dataclass(frozen=True)
class Difference:
    """A place where two texts differ: the name of the field, and the lines of each; empty: nothing is there."""

    where: str
    saved: str
    typed: str


def differences(saved: Mapping[str, Any], typed: Mapping[str, Any]) -> list[Difference]:
    r"""Return where a saved lesson and one that is being typed differ, in the order of the form.

    >>> differences({"title": "A", "markdown": "one\ntwo"}, {"title": "A", "markdown": "one\nthree"})
    [Difference(where='markdown', saved='two', typed='three')]
    """
    found = []
    for name in ("title", "outcome", "markdown", "summary"):
        old, new = (str(text.get(name, "")).strip().splitlines() for text in (saved, typed))
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind != "equal":
                found.append(Difference(name, "\n".join(old[a:b]).strip(), "\n".join(new[c:d]).strip()))
    said, now = saved.get("figures", {}), typed.get("figures", {})
    for name in sorted(said.keys() | now.keys()):
        parts = [(text.get(name, {}).get(part, "")) for part in ("alt", "long") for text in (said, now)]
        for old_words, new_words in (parts[:2], parts[2:]):
            if old_words != new_words:
                found.append(Difference(name, old_words, new_words))
    return [one for one in found if one.saved or one.typed]
