"""A text as a spreadsheet: what it asks for on the first sheet, then one sheet for each of its tables.

Every cell is text, or a plain number; nothing that an author or a team wrote can become a formula.
"""

from __future__ import annotations

import io
import re
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any

from babel.numbers import NumberFormatError, parse_decimal
from xlsxwriter import Workbook

from lms.kernel.documents.blocks import Heading, Paragraph, Table, plain, read
from lms.kernel.documents.columns import needs
from lms.kernel.documents.package import FIXED, same_bytes
from lms.kernel.i18n import force_language, gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lms.kernel.documents.blocks import Document, Words

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31
RESERVED = {"history", "historique", "verlauf"}  # names that Excel keeps for itself
LONGEST_CELL, LONGEST_HEAD = 32_000, 250
MOST_COLUMNS = 16_000
LONGEST_LIST = 200  # letters of the answers to choose from; with the words around them 255
FONT = "Calibri"
INK, BRAND, EDGE, SOFT = "#13262B", "#0B5563", "#647A7F", "#E4EFEF"
NARROWEST, WIDEST = 6, 60  # letters
INDENT, SIDES = 1, 2  # steps of about a letter that words keep off the lines of their cell; both sides together
LABELS, ANSWERS = 38, 80  # widths of the columns of the first sheet
A4 = 9
ROOM = 34  # points: height of a row in which something is to be written
LINE, HIGHEST = 15.5, 409  # points: of a line, and of the highest row that there can be
LOOSE = 1.05  # words leave lines unfilled
ROW = re.compile(rb'(<row [^>]*?) customHeight="1"')
NUMBER = re.compile(r"[-−]?[0-9][0-9.,'\u00a0\u202f ]*")
MOST_DIGITS = 15
"""More of them a spreadsheet would round."""


def spreadsheet(title: str, markdown: str, language: str) -> bytes:
    """Return a text as a spreadsheet (.xlsx). Without a title, the heading at the beginning of the text is it.

    The same input gives the same bytes.
    """
    with force_language(language):
        text = read(markdown, title)
        target = io.BytesIO()
        book = Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties(
            {"title": text.title[:255], "author": "", "comments": "", "created": FIXED.replace(tzinfo=None)}
        )
        writer = _Writer(book, language, _("About"))
        names = writer.name_sheets(text.tables)
        writer.about(text, names)
        for number, (table, name) in enumerate(zip(text.tables, names, strict=True), 1):
            writer.table(table, name, number)
        book.close()
    return same_bytes(target.getvalue(), _let_rows_grow)


def _let_rows_grow(name: str, part: bytes) -> bytes:
    """Take back that the heights of rows are fixed: they are right for what stands there, and grow with what is typed.

    Without heights some programs would show one line of each cell; the library can only write fixed ones.
    """
    return ROW.sub(rb"\1", part) if name.startswith("xl/worksheets/") else part


class _Writer:
    """Writes the sheets of a workbook."""

    def __init__(self, book: Any, language: str, about: str) -> None:
        """Prepare how cells look."""
        self.book, self.language, self.about_name = book, language, about
        base = {"font_name": FONT, "font_size": 11, "font_color": INK, "text_wrap": True, "valign": "top"}
        box = {**base, "border": 1, "border_color": EDGE, "align": "left", "indent": INDENT}
        self.base, self.box = base, box
        self.plain = book.add_format({**base, "num_format": "@"})
        self.bold = book.add_format({**base, "bold": True, "num_format": "@"})
        self.link = book.add_format({**base, "font_color": BRAND, "underline": 1})
        self.title = book.add_format({**base, "text_wrap": False, "bold": True, "font_size": 18, "font_color": BRAND})
        self.heading = book.add_format({**base, "text_wrap": False, "bold": True, "font_size": 13, "font_color": BRAND})
        self.head = book.add_format({**box, "bold": True, "bg_color": SOFT, "font_color": BRAND, "num_format": "@"})
        self.cell = book.add_format({**box, "num_format": "@"})
        self.strong = book.add_format({**box, "bold": True, "num_format": "@"})
        self.numbers: dict[tuple[str, str, bool], Any] = {}

    def name_sheets(self, tables: Sequence[Table]) -> list[str]:
        """Name each sheet after the heading above its table: short enough, nothing forbidden, none twice."""
        used, names = {self.about_name.lower(), *RESERVED}, []
        for table in tables:
            wanted = " ".join(FORBIDDEN.sub(" ", table.heading).split()).strip("'") or _("Table")
            name, number = _cut(wanted, LONGEST_NAME), 1
            while not name or name.lower() in used:
                number += 1
                more = f" {number}"
                name = _cut(wanted, LONGEST_NAME - len(more)) + more
            used.add(name.lower())
            names.append(name)
        return names

    def about(self, text: Document, names: Sequence[str]) -> None:
        """Write the first sheet: the title, what the text says and asks, and where the tables are."""
        sheet = self.book.add_worksheet(self.about_name)
        self._page(sheet, wide=False)
        sheet.set_column(0, 0, LABELS)
        sheet.set_column(1, 1, ANSWERS)
        sheet.write_string(0, 0, text.title, self.title)
        row, tables = 2, iter(names)
        for block in text.blocks:
            if isinstance(block, Heading):
                row += 1
                sheet.write_string(row, 0, plain(block.words), self.heading)
            elif isinstance(block, Table):
                name = next(tables)
                link = f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1"
                sheet.write_url(row, 1, link, self.link, _("Sheet “%(name)s”", name=name))
            else:
                self._paragraph(sheet, row, block)
            row += 1

    def _paragraph(self, sheet: Any, row: int, block: Paragraph) -> None:
        """Put what is asked on the left and what is answered on the right; other text stands on the right."""
        words = f"{block.number}. {plain(block.words)}" if block.number else plain(block.words)
        if block.gap:
            sheet.write_string(row, 0, words[:LONGEST_CELL], self.bold)
            sheet.write_blank(row, 1, None, self.cell)
            sheet.set_row(row, max(ROOM, _height([(words, LABELS)])))
        elif block.label:
            sheet.write_string(row, 0, plain(block.label)[:LONGEST_CELL], self.bold)
            self._cell(sheet, row, 1, block.words)
            sheet.set_row(row, _height([(plain(block.label), LABELS), (words, ANSWERS)]))
        else:
            said = f"• {words}" if block.style == "bullet" else words
            sheet.write_string(row, 1, said[:LONGEST_CELL], self.bold if _is_bold(block.words) else self.plain)
            sheet.set_row(row, _height([(said, ANSWERS)]))

    def table(self, table: Table, name: str, number: int) -> None:
        """Write a table on a sheet of its own; its header row stays in sight, and comes again on each printed page."""
        sheet = self.book.add_worksheet(name)
        table = replace(
            table,
            head=table.head[:MOST_COLUMNS],
            rows=tuple(row[:MOST_COLUMNS] for row in table.rows) or (((),) * len(table.head[:MOST_COLUMNS]),),
        )
        columns, last, is_form = len(table.head), len(table.rows), table.is_form
        self._page(sheet, wide=True)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        heads = _unique([plain(words) for words in table.head])
        # A table of the program's own: those who hear it are told the headers, and it grows with what is typed below.
        sheet.add_table(
            0, 0, last, columns - 1,
            {
                "name": f"Table{number}",
                "style": None,
                "autofilter": False,
                "columns": [{"header": head, "header_format": self.head} for head in heads],
            },
        )  # fmt: skip
        widths = [min(max(least, suits * 1.6, NARROWEST), WIDEST) for least, suits in needs(table)]
        sides = ["right" if self._all_numbers(column) else "left" for column in zip(*table.rows, strict=True)]
        sheet.set_row(0, _height(zip(heads, widths, strict=True)))
        for row, cells in enumerate(table.rows, 1):
            for column, words in enumerate(cells):
                self._cell(sheet, row, column, words, sides[column])
            said = [plain(words) for words in cells]
            sheet.set_row(row, max(_height(zip(said, widths, strict=True)), ROOM if is_form and not all(said) else 0))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width + SIDES)
            if (offered := table.choices(column)) and _fits_into_a_list(offered):
                sheet.data_validation(1, column, last, column, _one_of(offered))

    def _all_numbers(self, column: Sequence[Words]) -> bool:
        """Whether what stands in a column are numbers, which then stand one below the other."""
        return all(_number(said, self.language) for said in map(plain, column) if said)

    def _cell(self, sheet: Any, row: int, column: int, words: Words, side: str = "left") -> None:
        text, bold = plain(words), _is_bold(words)
        found = _number(text, self.language)
        if not text:
            sheet.write_blank(row, column, None, self.cell)
        elif found is None:
            sheet.write_string(row, column, text[:LONGEST_CELL], self.strong if bold else self.cell)
        else:
            value, shown = found
            if (shown, side, bold) not in self.numbers:
                self.numbers[shown, side, bold] = self.book.add_format(
                    {**self.box, "bold": bold, "num_format": shown, "align": side, "text_wrap": False}
                )
            sheet.write_number(row, column, value, self.numbers[shown, side, bold])

    def _page(self, sheet: Any, *, wide: bool) -> None:
        """Print on A4, as wide as the page, with the number of the page."""
        sheet.set_paper(A4)
        if wide:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&L&A&R&P / &N")


def _cut(name: str, most: int) -> str:
    """Cut a name between words, if that leaves at least half of it."""
    if len(name) > most:
        words = name[: most + 1].rpartition(" ")[0]
        name = words if len(words) > most // 2 else name[:most]
    return name.strip(" ',;")


def _height(texts: Iterable[tuple[str, float]]) -> float:
    """Return how high a row must be, in points, for texts in columns of some width in letters."""
    lines = 1
    for text, width in texts:
        lines = max(lines, sum(max(1, ceil(len(line) * LOOSE / width)) for line in text.split("\n")))
    return min(lines * LINE + 4, HIGHEST)


def _is_bold(words: Words) -> bool:
    return bool(words) and all(run.bold for run in words if run.text.strip())


def _unique(heads: Sequence[str]) -> list[str]:
    """Give every column a name of its own, as tables of spreadsheets want it."""
    found: list[str] = []
    used: set[str] = set()
    for number, head in enumerate(heads, 1):
        wanted = " ".join(head.split())[:LONGEST_HEAD] or _("Column %(number)d", number=number)
        name, again = wanted, 1
        while name.lower() in used:
            again += 1
            name = f"{wanted} {again}"
        used.add(name.lower())
        found.append(name)
    return found


def _fits_into_a_list(offered: Sequence[str]) -> bool:
    """Whether a spreadsheet can offer these answers: it keeps them as one short text, parted by commas."""
    joined = "".join(offered)
    return len(joined) <= LONGEST_LIST and not {",", '"'} & set(joined)


def _one_of(offered: Sequence[str]) -> dict[str, Any]:
    """Return the rule that a cell holds one of a few answers."""
    return {
        "validate": "list",
        "source": list(offered),
        "error_title": _("One of these"),
        "error_message": _("Choose one of: %(answers)s.", answers=", ".join(offered)),
    }


def _number(text: str, language: str) -> tuple[float, str] | None:
    """Return a plain number and how it is shown, or None for anything else; codes such as "007" are no numbers.

    >>> _number("1,334", "en"), _number("007", "en"), _number("=1+1", "en")
    ((1334.0, '#,##0'), None, None)
    """
    if not NUMBER.fullmatch(text) or sum(letter.isdigit() for letter in text) > MOST_DIGITS:
        return None
    digits = text.replace("−", "-")
    bare = digits.lstrip("-")
    if bare.startswith("0") and bare[1:2].isdigit():
        return None
    try:
        value = parse_decimal(digits, locale="en_GB" if language == "en" else language, strict=True)
    except (NumberFormatError, ValueError):
        return None
    places = max(0, -int(value.as_tuple().exponent))
    grouped = sum(not letter.isdigit() for letter in bare) > bool(places)
    shown = ("#,##0" if grouped else "0") + ("." + "0" * places if places else "")
    return float(value), shown
