r"""The lines of a TOML file: where each key stands, so that a fault can point at it.

`tomllib` reads the values but forgets the places. This scanner goes over text that `tomllib` has accepted and notes
the line of each key, nothing else.

>>> where = key_lines('title = "A"\n[[question]]\nkey = "q1"\n')
>>> where[("title",)], where[("question", 0, "key")]
(1, 3)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and the position (from 0) in an array."""

SPACE = " \t"
ENDS_BARE = ",]}#\r\n" + SPACE


def key_lines(text: str) -> dict[Place, int]:
    """Return the line (from 1) of every key and table of a valid TOML text."""
    return _Scanner(text).run()


def line_of(lines: Mapping[Place, int], *place: str | int) -> int:
    """Return the line of a place, or of the nearest place around it that has one; 1 when there is none.

    >>> line_of({("en",): 4}, "en", "title")
    4
    """
    while place:
        if place in lines:
            return lines[place]
        place = place[:-1]
    return 1


class _Scanner:
    """One pass over the text; `at` is the position reached."""

    def __init__(self, text: str) -> None:
        self.text = text + "\n"
        self.at = 0
        self.line = 1
        self.lines: dict[Place, int] = {}
        self.arrays: dict[Place, int] = {}

    def run(self) -> dict[Place, int]:
        """Go through all statements."""
        table: Place = ()
        while self._skip_blank():
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self.lines

    def _step(self, count: int = 1) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count

    def _skip_blank(self) -> bool:
        """Skip spaces, line ends and comments; whether something is left."""
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == "#":
                self._step(self.text.index("\n", self.at) - self.at)
            elif sign in SPACE + "\r\n":
                self._step()
            else:
                return True
        return False

    def _skip_space(self) -> None:
        while self.text[self.at] in SPACE:
            self.at += 1

    def _header(self) -> Place:
        many = self.text.startswith("[[", self.at)
        self._step(2 if many else 1)
        *parents, last = self._names("]")
        place: Place = ()
        for name in parents:
            place = self._newest((*place, name))
        place = (*place, last)
        self._step(2 if many else 1)
        if many:
            self.arrays[place] = self.arrays.get(place, -1) + 1
            self.lines.setdefault(place, self.line)
            place = (*place, self.arrays[place])
        self.lines.setdefault(place, self.line)
        return place

    def _newest(self, place: Place) -> Place:
        """Return the last table of an array of tables, or the table itself."""
        return (*place, self.arrays[place]) if place in self.arrays else place

    def _names(self, end: str) -> list[str]:
        """Read a dotted key up to its end sign."""
        names = []
        while True:
            self._skip_space()
            names.append(self._string() if self.text[self.at] in "\"'" else self._bare(end))
            self._skip_space()
            if self.text[self.at] != ".":
                return names
            self._step()

    def _bare(self, end: str) -> str:
        start = self.at
        while self.text[self.at] not in SPACE + "." + end:
            self.at += 1
        return self.text[start : self.at]

    def _pair(self, table: Place) -> None:
        line = self.line
        place = (*table, *self._names("="))
        self.lines.setdefault(place, line)
        self._step()  # the equals sign
        self._value(place)

    def _value(self, place: Place) -> None:
        self._skip_blank()
        sign = self.text[self.at]
        if sign in "\"'":
            self._string()
        elif sign == "[":
            self._array(place)
        elif sign == "{":
            self._inline_table(place)
        else:
            while self.text[self.at] not in ENDS_BARE:
                self.at += 1

    def _array(self, place: Place) -> None:
        self._step()
        number = 0
        while self._skip_blank() and self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self._step()
                continue
            self.lines.setdefault((*place, number), self.line)
            self._value((*place, number))
            number += 1
        self._step()

    def _inline_table(self, place: Place) -> None:
        self._step()
        while self._skip_blank() and self.text[self.at] != "}":
            if self.text[self.at] == ",":
                self._step()
                continue
            self._pair(place)
        self._step()

    def _string(self) -> str:
        """Step over a string of any of the four kinds; return it without its quotes."""
        sign = self.text[self.at]
        quote = sign * 3 if self.text.startswith(sign * 3, self.at) else sign
        start = at = self.at + len(quote)
        while not self.text.startswith(quote, at):
            at += 2 if sign == '"' and self.text[at] == "\\" else 1
        inner = self.text[start:at]
        while len(quote) > 1 and self.text.startswith(sign, at + len(quote)):
            at += 1  # up to two quotes may stand before the closing three
        self._step(at + len(quote) - self.at)
        return inner
