"""The figures of the invented city: the data file recomputes itself, and the texts agree with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from babel.numbers import NumberFormatError, parse_decimal

from courses.checking.content import whole
from courses.checking.extra import library
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from courses.checking.content import Content, Document
    from courses.checking.pieces import Link

NUMBER = re.compile(r"\d[\d.,\u00a0\u202f]*\d|\d")
MOST_ROUNDED = Decimal("0.005")  # half a per cent
IN_WORDS = {
    "en": ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
    "de": ["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"],
}
"""Small numbers as running text writes them."""
MILLION = {"million": Decimal(1_000_000), "Millionen": Decimal(1_000_000), "Mio.": Decimal(1_000_000)}


@dataclass(frozen=True)
class Entry:
    """An entry of the data file."""

    value: Decimal
    formula: str
    rounded: int
    line: int


def check(content: Content) -> Iterator[Fault]:
    """Name formulas that give another value, and numbers in texts that are not the entry's."""
    document = data_file(content)
    if document is None:
        return
    entries = entries_of(document)
    yield from _recomputed(document, entries)
    for link in content.links("data"):
        said = _disagrees(link, entries)
        if said:
            yield Fault(link.file, link.line, said)


def data_file(content: Content) -> Document | None:
    """Return the data file that the house rules name."""
    rules = content.rule("data")
    rules.only("file", "city", "modules", "known")
    return content.documents.get(rules.line("file")) if rules.data else None


def entries_of(document: Document) -> dict[str, Entry]:
    """Return the entries by their paths, such as "own.target_2030"."""
    found = {}
    if document.toml is None:
        return {}
    for name, table in document.toml.data.items():
        for key, entry in table.items() if isinstance(table, dict) else ():
            if isinstance(entry, dict) and whole(entry.get("value")):
                line = document.toml.lines.get((name, key), 1)
                digits = entry.get("rounded", max(0, -int(_decimal(entry["value"]).as_tuple().exponent)))
                found[f"{name}.{key}"] = Entry(_decimal(entry["value"]), str(entry.get("of", "")), int(digits), line)
    return found


def _decimal(value: object) -> Decimal:
    return Decimal(str(value))


def _recomputed(document: Document, entries: dict[str, Entry]) -> Iterator[Fault]:
    tables: dict[str, dict[str, float]] = {}
    for path, entry in entries.items():
        name, _dot, key = path.partition(".")
        tables.setdefault(name, {})[key] = float(entry.value)
    names = {name: SimpleNamespace(**table) for name, table in tables.items()}
    for path, entry in entries.items():
        if not entry.formula:
            continue
        try:
            result = _evaluated(entry.formula, names)
        except Exception as error:  # noqa: BLE001 - whatever a formula holds, its author is told
            yield Fault(document.file, entry.line, _no_formula(path, str(error)))
            continue
        if rounded(_decimal(result), entry.rounded) != entry.value:
            yield Fault(document.file, entry.line, _gives(path, entry, result))


def _evaluated(formula: str, names: dict[str, Any]) -> float:
    """Return what a formula gives: numbers, entries, + - * / and brackets; no function can be called."""
    evaluator = library("simpleeval").SimpleEval(names=names, functions={})
    return float(evaluator.eval(formula))


def rounded(value: Decimal, digits: int) -> Decimal:
    """Return a value rounded to so many digits after the point; halves go up.

    >>> rounded(Decimal("48.75"), 1)
    Decimal('48.8')
    """
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def numbers_in(words: str, language: str) -> list[tuple[Decimal, int]]:
    """Return the numbers that a text shows, each with its digits after the point.

    >>> numbers_in("from 2.4 million to 1,200", "en")
    [(Decimal('2400000.0'), -5), (Decimal('1200'), 0)]
    """
    found = []
    for match in NUMBER.finditer(words):
        try:
            number = parse_decimal(match[0].replace("\u00a0", "").replace("\u202f", ""), locale=language)
        except NumberFormatError:
            continue
        digits = max(0, -int(number.as_tuple().exponent))
        after = words[match.end() :].split()
        times = MILLION.get(after[0].strip(".,;:"), Decimal(1)) if after else Decimal(1)
        found.append((number * times, digits - (len(str(times)) - 1)))
    small = IN_WORDS.get(language, [])
    return found + [(Decimal(small.index(word) + 1), 0) for word in words.lower().split() if word in small]


def shows(number: Decimal, digits: int, value: Decimal) -> bool:
    """Whether a number stands for a value: rounded to the digits that it shows, whatever the sign.

    Zeros at the end may be rounding too, where nothing that matters is lost: 1,170 for 1,166.4.
    """
    if rounded(abs(value), digits) == abs(number):
        return True
    zeros = int(number.normalize().as_tuple().exponent)
    close = abs(abs(number) - abs(value)) <= abs(value) * MOST_ROUNDED
    return zeros > 0 and close and rounded(abs(value), -zeros) == abs(number)


def _disagrees(link: Link, entries: dict[str, Entry]) -> str:
    path = link.target("data")
    if path not in entries:
        near = get_close_matches(path, entries, 1)
        if near:
            return _("There is no figure “%(path)s”. Did you mean “%(near)s”?", path=path, near=near[0])
        return _("There is no figure “%(path)s” in the data file.", path=path)
    numbers = numbers_in(link.words, link.language)
    if len(numbers) != 1:
        return _("“%(words)s” must hold one number, that of “%(path)s”.", words=link.words, path=path)
    if shows(*numbers[0], entries[path].value):
        return ""
    return _("“%(words)s” is not the figure “%(path)s”: it is %(value)s. Correct the number or the name.",
             words=link.words, path=path, value=plain(entries[path].value))  # fmt: skip


def plain(value: Decimal) -> str:
    """Write a number as English texts do: 34,000 and 0.4."""
    return f"{value:,f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:,f}"


def _no_formula(path: str, why: str) -> str:
    return _("The formula of “%(path)s” cannot be computed: %(why)s. Use entries, + - * / and brackets.",
             path=path, why=why)  # fmt: skip


def _gives(path: str, entry: Entry, result: float) -> str:
    return _("“%(path)s” is %(value)s, but its formula gives %(result)g. Correct one of them.",
             path=path, value=plain(entry.value), result=result)  # fmt: skip
