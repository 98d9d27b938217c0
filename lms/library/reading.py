"""Reading a library from files: each folder with an item.toml is an item. Faults come with file and line.

The format is described in `courses/content/README.md`. No app and no database is needed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lms.kernel.documents.check import inspect as inspect_document
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault
from lms.kernel.texts.inspection import inspect, links_to
from lms.kernel.texts.reading import is_plain_folder, read_document
from lms.kernel.texts.toml_file import read_toml
from lms.library.rules import AUDIENCES, GLOSSARY, KINDS, STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lms.kernel.texts.toml_file import Table

ITEM, TERMS = "item.toml", "glossary.toml"


@dataclass(frozen=True)
class ParsedItem:
    """An item as its files have it. `content` is what a version keeps."""

    folder: str
    key: str
    kind: str
    audience: str
    about: dict[str, Any]
    content: dict[str, Any]

    def markdown(self) -> Iterator[tuple[str, str]]:
        """Go through its texts, each with its file."""
        for language, text in self.content.get("texts", {}).items():
            yield f"{self.folder}/{language}.md", text


@dataclass(frozen=True)
class ParsedLibrary:
    """All items of a folder."""

    items: tuple[ParsedItem, ...] = ()
    faults: tuple[Fault, ...] = field(default=())

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its items, for links `library:key`."""
        return frozenset(item.key for item in self.items)

    @property
    def terms(self) -> dict[str, dict[str, Any]]:
        """The terms of its glossaries by key, for links `term:key`: `texts` by language, `see`."""
        return {term["key"]: term for item in self.items for term in item.content.get("terms", ())}


def read_library(folder: Path) -> ParsedLibrary:
    """Read the items in the folders of a folder, or the one that it is. Paths in the faults start at `folder`."""
    alone = (folder / ITEM).exists()
    folders = [folder] if alone else sorted(path.parent for path in folder.glob(f"*/{ITEM}"))
    items, faults = [], []
    for place in folders:
        name = "" if alone else place.name
        item, found = _read_item(place)
        faults += [replace(fault, file=f"{name}/{fault.file}".lstrip("/")) for fault in found]
        if item is not None:
            items.append(replace(item, folder=name or "."))
    if not folders:
        faults.append(Fault(ITEM, 1, _("There is no item here. An item is a folder with a file item.toml.")))
    faults += [*_twice(items), *_glossaries(items)]
    if not alone:
        faults += dead_ends(items)
    return ParsedLibrary(tuple(items), tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.text))))


def _read_item(folder: Path) -> tuple[ParsedItem | None, list[Fault]]:
    if not is_plain_folder(folder):
        return None, [Fault(ITEM, 1, _("The folder is a link to another one. Put the item itself here."))]
    file, faults = read_toml(folder, ITEM)
    if file is None:
        return None, faults
    root = file.root
    tables = root.languages()
    root.only("key", "kind", "audience", "steps", "source_language", *tables)
    key = root.key()
    kind, audience = root.choice("kind", KINDS), root.choice("audience", AUDIENCES)
    source = root.choice("source_language", tables, default="en" if "en" in tables else "")
    about = {
        "source_language": source,
        "steps": _steps(root),
        "texts": {
            code: {"title": table.line("title"), "summary": table.text("summary")} for code, table in tables.items()
        },
    }
    for table in tables.values():
        table.only("title", "summary")
    read = _read_terms if kind == GLOSSARY else _read_texts
    content, found = read(folder, source, tuple(tables))
    faults = [*file.faults, *found]
    if not (key and kind and audience and source) or content is None:
        return None, faults
    content = {"version": 1, "kind": kind, "audience": audience, "about": about, "source_language": source, **content}
    return ParsedItem("", key, kind, audience, about, content), faults


def _steps(root: Table) -> list[int]:
    value = root.data.get("steps", [])
    if not isinstance(value, list) or any(isinstance(step, bool) or step not in STEPS for step in value):
        root.fault(_("“steps” must be a list of whole numbers from 0 to 5: the steps of the cycle."), "steps")
        return []
    return sorted(set(value))


def _read_texts(folder: Path, _source: str, languages: Sequence[str]) -> tuple[dict[str, Any] | None, list[Fault]]:
    texts, faults = {}, []
    for language in languages:
        name = f"{language}.md"
        text, found = read_document(folder, name)
        faults += found
        if text is not None:
            texts[language] = text
            findings = (*inspect(text, ()), *inspect_document(text))
            faults += [Fault(name, finding.line, finding.text) for finding in findings]
    return {"texts": texts}, faults


def _read_terms(folder: Path, source: str, _languages: Sequence[str]) -> tuple[dict[str, Any] | None, list[Fault]]:
    file, faults = read_toml(folder, TERMS)
    if file is None:
        return None, faults
    file.root.only("term")
    tables = file.root.tables("term")
    terms = [_read_term(table, source) for table in tables]
    counted = Counter(term["key"] for term in terms)
    for table, term in zip(tables, terms, strict=True):
        if counted[term["key"]] > 1:
            table.fault(_("The key “%(key)s” is used twice.", key=term["key"]), "key")
        for other in term["see"]:
            if other not in counted or other == term["key"]:
                table.fault(_("There is no other term “%(key)s” in this glossary.", key=other[:60]), "see")
    if not terms:
        file.fault(_("There is no term here. Write one: [[term]]."))
    return {"terms": terms}, file.faults


def _read_term(table: Table, source: str) -> dict[str, Any]:
    languages = table.languages()
    table.only("key", "see", *languages)
    texts = {}
    for code, text in languages.items():
        text.only("term", "full", "also", "definition", "avoid")
        texts[code] = {
            "term": text.line("term"),
            "full": text.line("full", needed=False),
            "also": text.words("also", needed=False),
            "avoid": text.words("avoid", needed=False),
            "definition": text.text("definition", needed=code == source, longest=600),
        }
    if source and source not in languages:
        table.fault(_("This term lacks its text in the language “%(language)s”.", language=source))
    return {"key": table.key(), "see": table.words("see", needed=False), "texts": texts}


def _twice(items: Sequence[ParsedItem]) -> list[Fault]:
    seen: dict[str, str] = {}
    faults = []
    for item in items:
        if item.key in seen:
            why = _("The key “%(key)s” is taken by %(file)s.", key=item.key, file=f"{seen[item.key]}/{ITEM}")
            faults.append(Fault(f"{item.folder}/{ITEM}", 1, why))
        seen.setdefault(item.key, item.folder)
    return faults


def _glossaries(items: Sequence[ParsedItem]) -> list[Fault]:
    """Find every glossary but the first: a word is explained in one place."""
    more = [item for item in items if item.kind == GLOSSARY][1:]
    return [
        Fault(f"{item.folder}/{ITEM}", 1, _("There is a glossary already. Write the terms there.")) for item in more
    ]


def dead_ends(items: Sequence[ParsedItem]) -> list[Fault]:
    """Find the links of items that lead to no term and to no other item, and those to lessons, which are elsewhere."""
    keys = {item.key for item in items}
    terms = {term["key"] for item in items for term in item.content.get("terms", ())}
    faults = []
    for item in items:
        for file, text in item.markdown():
            faults += [
                Fault(file, link.line, _("There is no term “%(key)s” in the glossary.", key=link.key))
                for link in links_to(text, "term")
                if link.key not in terms
            ]
            faults += [
                Fault(file, link.line, _("There is no item “%(key)s” in the library.", key=link.key))
                for link in links_to(text, "library")
                if link.key not in keys
            ]
            faults += [
                Fault(file, link.line, _("An item of the library is in no course, so it cannot lead to a lesson."))
                for link in links_to(text, "lesson")
            ]
    return faults
