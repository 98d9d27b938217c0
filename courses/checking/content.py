"""All course files below a folder of courses, read once for all checks.

The folder that holds `checks.toml` is the root: its house rules hold for everything inside. Courses without such a file
above them are checked for their format only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from courses.checking.pieces import Link, Piece, drawn_pieces, language_of, links_in, pieces_in, toml_pieces
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.reading import read_text
from lms.kernel.texts.toml_file import Table, TomlFile, read_toml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lms.kernel.texts.faults import Fault

RULES = "checks.toml"
DRAWN_IN = re.compile(r"-([a-z]{2})\.svg")  # figure-cycle-de.svg


@dataclass(frozen=True)
class Document:
    """A Markdown or TOML file. `file` is its path from the root, `folder` that of the folder it lies in."""

    file: str
    folder: str
    name: str
    language: str
    text: str
    toml: TomlFile | None
    pieces: tuple[Piece, ...]
    links: tuple[Link, ...]


@dataclass
class Content:
    """Everything that a check may look at. `faults` are those of reading the house rules."""

    root: Path
    rules: Table
    documents: dict[str, Document]
    faults: list[Fault] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """The tables of the house rules for which checks have asked."""

    def pieces(self, *languages: str) -> Iterator[Piece]:
        """Go through all pieces in these languages; in all when none is named."""
        for document in self.documents.values():
            for piece in document.pieces:
                if not languages or piece.language in languages:
                    yield piece

    def links(self, scheme: str) -> Iterator[Link]:
        """Go through all links of a scheme, such as "data"."""
        for document in self.documents.values():
            for link in document.links:
                if link.address.startswith(f"{scheme}:"):
                    yield link

    @cached_property
    def folders(self) -> dict[str, dict[str, Document]]:
        """The documents of each folder by their names."""
        found: dict[str, dict[str, Document]] = {}
        for document in self.documents.values():
            found.setdefault(document.folder, {})[document.name] = document
        return found

    def rule(self, table: str) -> Table:
        """Return a table of the house rules; empty when it is not there."""
        self.asked.add(table)
        return self.rules.table(table) or Table(self.rules.file, {}, (table,))

    def look_for_slips(self) -> None:
        """Name the tables for which no check has asked: with its name misspelt, a table turns no check on."""
        for name in self.rules.data.keys() - self.asked:
            self.rules.fault(_("No check looks for “%(name)s”. Correct the name, or delete it.", name=name[:60]), name)

    def band(self, table: str, key: str) -> tuple[float, float]:
        """Return the lower and upper edge of a band of the house rules, such as `ease = [60, 95]`."""
        match self.rule(table).data.get(key):
            case [int() | float() as low, int() | float() as high]:
                return low, high
        self.rule(table).fault(_("“%(key)s” must be two numbers: [lowest, highest].", key=key), key)
        return float("-inf"), float("inf")


def root_of(path: Path) -> Path | None:
    """Return the folder with the house rules that hold for a path, or None."""
    return next((folder for folder in (path, *path.resolve().parents) if (folder / RULES).exists()), None)


def read_content(root: Path) -> Content:
    """Read all that lies below the root."""
    file, faults = read_toml(root, RULES)
    file = file or TomlFile(RULES, {}, {})
    documents = {}
    for path in sorted(path for ending in ("md", "toml", "svg") for path in root.rglob(f"*.{ending}")):
        document = _document(root, path)
        if document is not None:
            documents[document.file] = document
    return Content(root, file.root, documents, faults)


def _document(root: Path, path: Path) -> Document | None:
    """Read a file; what cannot be read is a fault of its format and not told again."""
    file = path.relative_to(root).as_posix()
    folder = path.parent.relative_to(root).as_posix()
    text, _faults = read_text(path.parent, path.name)
    if text is None:
        return None
    if path.suffix == ".svg":
        language = drawn[1] if (drawn := DRAWN_IN.search(path.name)) else "en"
        pieces = drawn_pieces(file, language, text)
        return Document(file, folder, path.name, "", text, None, tuple(pieces), ())
    if path.suffix == ".md":
        language = language_of(path.name)
        if not language:
            return None
        pieces, links = pieces_in(file, language, text), links_in(file, language, text)
        return Document(file, folder, path.name, language, text, None, tuple(pieces), tuple(links))
    toml, _faults = read_toml(path.parent, path.name)
    if toml is None:
        return None
    pieces = toml_pieces(file, toml.data, toml.lines, text)
    return Document(file, folder, path.name, "", text, toml, tuple(pieces), ())


def whole(value: Any) -> bool:
    """Whether a value of a TOML file is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)
