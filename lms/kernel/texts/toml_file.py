"""Reading a TOML file of a course: values of the right kind, or faults with their lines.

For every kind of activity, ours and others':

>>> file, faults = read_toml(folder, "quiz.toml")  # doctest: +SKIP
>>> if file is not None:  # doctest: +SKIP
...     file.root.only("kind", "key", "minutes", "en")
...     minutes = file.root.integer("minutes", 1, 600)
...     for text in file.root.tables("question"):
...         prompt = text.text("prompt")
...     faults = file.faults

A reader never raises: a missing or wrong value becomes a fault and an empty value.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from lms.kernel.i18n import EU_LANGUAGES, gettext as _
from lms.kernel.texts.faults import Fault
from lms.kernel.texts.reading import KEY, read_text
from lms.kernel.texts.toml_lines import Place, key_lines, line_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

LONGEST_LINE = 300
LONGEST_TEXT = 20_000
MOST_FAULTS = 100
EVERYWHERE = ("own_numbers",)  # what any file may hold: a note for the checks of content, no setting


@dataclass
class TomlFile:
    """A file that TOML could read. `faults` grows while its tables are read."""

    name: str
    data: dict[str, Any]
    lines: dict[Place, int]
    faults: list[Fault] = field(default_factory=list)

    @property
    def root(self) -> Table:
        """The whole file as a table."""
        return Table(self, self.data, ())

    def fault(self, text: str, *place: str | int) -> None:
        """Note a fault at a place, such as `("question", 0, "key")`."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(self.name, line_of(self.lines, *place), text))


def read_toml(folder: Path, name: str) -> tuple[TomlFile | None, list[Fault]]:
    """Read a TOML file of a folder: the file, or None and why not."""
    text, faults = read_text(folder, name)
    if text is None:
        return None, faults
    try:
        return TomlFile(name, tomllib.loads(text), key_lines(text)), []
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax(name, text, error)]
    except (RecursionError, ValueError, IndexError):
        return None, [
            Fault(name, 1, _("TOML cannot read this file: it is nested too deeply, or a value is out of range."))
        ]


def _syntax(name: str, text: str, error: tomllib.TOMLDecodeError) -> Fault:
    """Turn "Expected '=' after a key (at line 3, column 7)" into a fault of that line."""
    message, _bracket, place = str(error).rpartition(" (at ")
    number = "".join(sign for sign in place.partition(",")[0] if sign.isdigit())
    line = int(number) if number else text.count("\n") + 1
    return Fault(name, line, _("TOML cannot read this line: %(reason)s.", reason=message or str(error)))


@dataclass(frozen=True)
class Table:
    """A table of a TOML file and where it stands."""

    file: TomlFile
    data: dict[str, Any]
    place: Place

    def line_of(self, key: str) -> int:
        """Return the line of a key of this table."""
        return line_of(self.file.lines, *self.place, key)

    def fault(self, text: str, *keys: str | int) -> None:
        """Note a fault at a key of this table, or at the table itself."""
        self.file.fault(text, *self.place, *keys)

    def only(self, *known: str) -> None:
        """Note each key that is not among the known ones."""
        for key in self.data:
            if key in known or (not self.place and key in EVERYWHERE):
                continue
            near = get_close_matches(key, known, 1)
            if near:
                self.fault(_("“%(key)s” is not known here. Did you mean “%(near)s”?", key=key[:60], near=near[0]), key)
            else:
                known_keys = ", ".join(sorted(known))
                self.fault(_("“%(key)s” is not known here. Known are: %(known)s.", key=key[:60], known=known_keys), key)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self.data

    def text(self, key: str, *, needed: bool = True, longest: int = LONGEST_TEXT) -> str:
        """Return a text without spaces around it; `longest` in letters."""
        value: object = self.data.get(key, "")
        if not isinstance(value, str):
            self.fault(_("“%(key)s” must be text in quotation marks.", key=key), key)
            return ""
        value = value.strip()
        if not value and needed:
            self.fault(_("“%(key)s” is missing or empty. Write it.", key=key), key)
        if len(value) > longest:
            self.fault(
                _("“%(key)s” has %(count)d letters. At most %(most)d fit.", key=key, count=len(value), most=longest),
                key,
            )
            return value[:longest]
        return value

    def line(self, key: str, *, needed: bool = True) -> str:
        """Return a text of one line."""
        value = self.text(key, needed=needed, longest=LONGEST_LINE)
        if "\n" in value:
            self.fault(_("“%(key)s” must be one line.", key=key), key)
        return value

    def key(self, key: str = "key") -> str:
        """Return a key for life: lower-case letters, digits, hyphens."""
        value = self.line(key)
        if value and not KEY.fullmatch(value):
            self.fault(_("“%(value)s” is no key. Use small letters a–z, digits and hyphens.", value=value[:60]), key)
            return ""
        return value

    def choice(self, key: str, allowed: Collection[str], *, default: str = "") -> str:
        """Return one of the allowed words."""
        value = self.data.get(key, default)
        if not isinstance(value, str) or value not in allowed:
            words = ", ".join(f"“{word}”" for word in allowed)
            self.fault(_("“%(key)s” must be one of %(words)s.", key=key, words=words), key)
            return default
        return value

    def number(self, key: str, low: float, high: float, *, default: float | None = None) -> float:
        """Return a number from low to high, both included."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.fault(_("“%(key)s” must be a number from %(low)g to %(high)g.", key=key, low=low, high=high), key)
            return low if default is None else default
        return value

    def integer(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        """Return a whole number from low to high, both included."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(_("“%(key)s” must be a whole number, %(low)d to %(high)d.", key=key, low=low, high=high), key)
            return low if default is None else default
        return value

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """Return yes or no."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            self.fault(_("“%(key)s” must be true or false, without quotation marks.", key=key), key)
            return bool(default)
        return value

    def words(self, key: str, *, needed: bool = True) -> list[str]:
        """Return a list of texts."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.fault(_('“%(key)s” must be a list of texts: ["…", "…"].', key=key), key)
            return []
        if not value and needed:
            self.fault(_("“%(key)s” is missing or empty. Write it.", key=key), key)
        return [item.strip() for item in value]

    def table(self, key: str) -> Table | None:
        """Return a table inside this one, or None where there is none."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(_("“%(key)s” must be a table.", key=key), key)
            return None
        return Table(self.file, value, (*self.place, key))

    def tables(self, key: str) -> list[Table]:
        """Return the tables of an array: one for each `[[key]]`."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(_("“%(key)s” must be written as [[%(key)s]].", key=key), key)
            return []
        return [Table(self.file, item, (*self.place, key, number)) for number, item in enumerate(value)]

    def by_language(self, key: str) -> dict[str, str]:
        """Return a line per language: `note = { en = "…", de = "…" }`; nothing where the key is absent."""
        table = self.table(key)
        if table is None:
            return {}
        codes = [code for code in table.data if code in EU_LANGUAGES]
        table.only(*codes)
        return {code: table.line(code) for code in codes}

    def languages(self) -> dict[str, Table]:
        """Return the language tables in this one: those named after an EU language, such as `[en]`."""
        found = {code: self.table(code) for code in self.data if code in EU_LANGUAGES}
        return {code: table for code, table in found.items() if table is not None}
