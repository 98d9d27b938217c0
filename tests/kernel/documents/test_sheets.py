"""Spreadsheets made of Markdown: a sheet for each table, nothing that calculates, lists to choose from."""

from __future__ import annotations

import io
import zipfile

import pytest

from lms.kernel.documents.downloads import spreadsheet
from tests.kernel.documents.reading import open_sheets
from tests.kernel.documents.test_word import FORM, HOSTILE, wide

NUMBERS = """## Figures

| What | Value |
|---|---|
| thousands | 1,334 |
| **half** | 0.5 |
| code | 007 |
| formula | =1+1 |
| command | @SUM(A1) |
| minus | −4 |
| long | 12345678901234567 |
| words | 5 × 4 |
| link | [x](https://example.org) |
"""


def test_the_first_sheet_says_and_asks_and_each_table_has_its_own() -> None:
    book = open_sheets(FORM)
    assert book.sheetnames == ["About", "A. Roles"]
    about = [[cell.value for cell in row] for row in book["About"].iter_rows()]
    assert about[0][0] == "The set-up of our city"
    assert ["City or region:", None] in about
    assert ["Team:", "Marja Lehto"] in about
    assert ["2. Who audits:", None] in about
    assert [None, "Sheet “A. Roles”"] in about
    assert book["About"]["B8"].hyperlink.location == "'A. Roles'!A1"
    assert (book.properties.title, book.properties.creator) == ("The set-up of our city", None)


def test_a_table_has_a_header_row_that_stays_in_sight_and_is_printed_again() -> None:
    sheet = open_sheets(FORM)["A. Roles"]
    assert [cell.value for cell in sheet[1]] == ["Role", "Name", "Yes / no / pending"]
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert (
        sheet.page_setup.orientation,
        sheet.page_setup.fitToHeight,
        sheet.sheet_properties.pageSetUpPr.fitToPage,
    ) == (
        "landscape",
        0,
        True,
    )
    (table,) = sheet.tables.values()
    assert (table.ref, table.headerRowCount, [column.name for column in table.tableColumns]) == (
        "A1:C3",
        1,
        ["Role", "Name", "Yes / no / pending"],
    )
    assert sheet["A1"].font.bold
    assert sheet["A1"].alignment.wrap_text
    assert not sheet.merged_cells.ranges
    assert sheet.row_dimensions[2].height > 30


def test_rows_grow_with_what_is_typed() -> None:
    with zipfile.ZipFile(io.BytesIO(spreadsheet("", FORM, "en"))) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert '<row r="2" spans="1:3" ht="' in sheet
    assert "customHeight" not in sheet


def test_a_column_of_answers_has_a_list_to_choose_from() -> None:
    rules = open_sheets(FORM)["A. Roles"].data_validations.dataValidation
    assert [(str(rule.sqref), rule.formula1) for rule in rules] == [("C2:C3", '"Yes,No,Pending"')]
    assert not open_sheets("## A\n\n| Name / department |\n|---|\n| |\n")["A"].data_validations.dataValidation
    # A list is kept as one short text, parted by commas: what would break it is written freely.
    for more in ('"partly"', "partly, in May", "partly " * 40):
        sheet = open_sheets(f"## A\n\n| Yes / no / {more} |\n|---|\n| |\n")["A"]
        assert not sheet.data_validations.dataValidation


def test_numbers_are_numbers_and_nothing_calculates() -> None:
    sheet = open_sheets(NUMBERS)["Figures"]
    found = {row[0].value: (row[1].value, row[1].data_type) for row in sheet.iter_rows(min_row=2)}
    assert found == {
        "thousands": (1334, "n"),
        "half": (0.5, "n"),
        "code": ("007", "s"),
        "formula": ("=1+1", "s"),
        "command": ("@SUM(A1)", "s"),
        "minus": (-4, "n"),
        "long": ("12345678901234567", "s"),
        "words": ("5 × 4", "s"),
        "link": ("x (https://example.org)", "s"),
    }
    german = open_sheets("## A\n\n| B |\n|---|\n| 1.334 |\n| 0,5 |\n| 1.5 |", language="de")["A"]
    assert [row[0].value for row in german.iter_rows(min_row=2)] == [1334, 0.5, "1.5"]


def test_names_of_sheets_are_short_allowed_and_never_twice() -> None:
    heads = ["A: [one]/two?*\\", "about", "'quoted'", "History", "Staff training plan, the very first lines", "Staff "]
    heads += ["Staff training plan, the very first steps", "Staff", "x" * 60, "X" * 60]
    text = "| none |\n|---|\n\n" + "".join(f"## {head}\n\n| a |\n|---|\n| b |\n\n" for head in heads)
    names = open_sheets(text).sheetnames
    assert names[:7] == [
        "About",
        "Table",
        "A one two",
        "about 2",
        "quoted",
        "History 2",
        "Staff training plan, the very",
    ]
    assert len({name.lower() for name in names}) == len(names) == 12
    assert all(len(name) <= 31 for name in names)


def test_headers_of_one_name_are_told_apart() -> None:
    sheet = open_sheets("## A\n\n| Hours | hours | |\n|---|---|---|\n")["A"]
    assert [cell.value for cell in sheet[1]] == ["Hours", "hours 2", "Column 3"]
    assert sheet.tables["Table1"].ref == "A1:C2"


@pytest.mark.parametrize("text", [*HOSTILE, wide(100, rows=3), "## A\n\n| a |\n|---|\n| " + "y" * 40_000 + " |"])
def test_no_text_breaks_a_spreadsheet(text: str) -> None:
    raw = spreadsheet("", text, "en")
    assert spreadsheet("", text, "en") == raw
    assert open_sheets(text).sheetnames[0] == "About"
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]
