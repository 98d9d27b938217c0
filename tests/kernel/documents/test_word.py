"""Word files made of Markdown: real headings, marked header rows, a language, room to write, whatever the text."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm

from lms.kernel.documents.check import inspect
from lms.kernel.documents.downloads import word
from lms.kernel.texts.inspection import Finding
from tests.kernel.documents.reading import header_rows, headings, open_word

CONTENT = Path(__file__).parents[3] / "courses/content"
FORMS = sorted(CONTENT.glob("*/*/*-hand-in/*.en.md"))
FORM = """# The set-up of our city

- City or region:
- Team: Marja Lehto

## A. Roles

Write **names**, see [roles](lesson:m2-roles) and [the guide](https://example.org/guide).

| Role | Name | Yes / no / pending |
|---|---|---|
| *Council* |  |  |
| Coordinator | Marja |  |

## B. Mandate

1. What is introduced:
2. Who audits:

## C. End

What surprised you?
"""


def wide(columns: int, rows: int = 1) -> str:
    head = "|".join(f"Column {number}" for number in range(1, columns + 1))
    row = "|".join(["x"] * columns)
    return f"## Wide\n\n|{head}|\n|{'---|' * columns}\n" + f"|{row}|\n" * rows


def test_headings_are_headings_and_the_file_says_title_and_language() -> None:
    document = open_word(FORM)
    assert headings(document) == [
        ("Heading 1", "The set-up of our city"),
        ("Heading 2", "A. Roles"),
        ("Heading 2", "B. Mandate"),
        ("Heading 2", "C. End"),
    ]
    assert (document.core_properties.title, document.core_properties.language) == ("The set-up of our city", "en-GB")
    languages = {mark.get(qn("w:val")) for mark in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}
    assert open_word("# Karte", language="de").core_properties.language == "de-DE"
    assert headings(open_word("# Old\n\n## Part", title="New"))[0] == ("Heading 1", "New")


def test_tables_name_their_header_row_and_have_room_to_write() -> None:
    document = open_word(FORM)
    (table,) = document.tables
    assert header_rows(document) == [[True, False, False]]
    assert [cell.text for cell in table.rows[0].cells] == ["Role", "Name", "Yes / no / pending"]
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "A. Roles"
    assert table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"
    assert not list(table._tbl.iter(qn("w:gridSpan"))) + list(table._tbl.iter(qn("w:vMerge")))
    assert table.rows[1].height is not None
    assert table.rows[1].height.cm > 1
    assert table.rows[1].cells[2].text == "☐\u00a0Yes\n☐\u00a0No\n☐\u00a0Pending"
    assert table.rows[1].cells[0].paragraphs[0].runs[0].italic
    assert [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows] == [True, True, None]


def test_what_is_asked_has_a_box_and_what_is_answered_has_none() -> None:
    said = [
        (paragraph.style.name if paragraph.style else "", paragraph.text) for paragraph in open_word(FORM).paragraphs
    ]
    assert said[1:4] == [("Field", "City or region:"), ("Answer", ""), ("Field", "Team: Marja Lehto")]
    assert said[-2:] == [("Field", "What surprised you?"), ("Long answer", "")]
    assert [style for style, text in said if text == "Who audits:"] == ["List Number"]
    labels = (
        "City:\n\nAuditors:\n\nText, three sentences:\n\n- Test:\n\nSay this:\n\nDear all\n\nWe resolve:\n\n1. One:"
    )
    asked = [p.text for p in open_word(labels).paragraphs if p.runs and p.runs[0].bold]
    assert asked == ["City:", "Auditors:", "Text, three sentences:", "Test:", "One:"]
    # A text that asks its readers something is no form.
    assert [paragraph.text for paragraph in open_word("# Guide\n\nWhat next?").paragraphs] == ["Guide", "What next?"]


def test_links_become_words() -> None:
    words = [paragraph.text for paragraph in open_word(FORM).paragraphs]
    assert "Write names, see roles and the guide (https://example.org/guide)." in words


def test_numbered_lists_begin_anew() -> None:
    document = open_word("1. One\n2. Two\n\nText\n\n1. Again\n\n- Item\n  - Inside\n")
    numbers = [mark.get(qn("w:val")) for mark in document.element.body.iter(qn("w:numId"))]
    assert numbers[0] == numbers[1] != numbers[2]
    assert [p.style.name for p in document.paragraphs if p.style][-2:] == ["List Bullet", "List Bullet 2"]


def test_wide_tables_stand_on_wide_pages() -> None:
    long = "## Before\n\n" + "Text.\n\n" * 40
    sections = open_word(long + wide(6)).sections
    assert [section.orientation for section in sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    assert [round(section.page_width.cm, 1) for section in sections if section.page_width] == [21.0, 29.7]
    assert [section.orientation for section in open_word(wide(5)).sections] == [WD_ORIENT.PORTRAIT]
    # A short beginning and end do not take pages of their own.
    assert [section.orientation for section in open_word(wide(6) + "\n## End\n\nText.").sections] == [
        WD_ORIENT.LANDSCAPE
    ]


def test_each_sheet_of_a_set_has_a_page_and_higher_rows() -> None:
    text = "Print one of each.\n\n## One\n\n| A |  |\n|---|---|\n| b |  |\n\n### In it\n\n" + wide(6) + "\n## Two\n"
    document = docx.Document(io.BytesIO(word("Set", text, "en", sheets=True)))
    assert [section.orientation for section in document.sections] == [
        WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT,
    ]  # fmt: skip
    more = docx.Document(io.BytesIO(word("Set", "One of each.\n\n## One\n\n## Two\n\n### In it\n", "en", sheets=True)))
    breaks = {p.text: p.paragraph_format.page_break_before for p in more.paragraphs}
    assert breaks == {"Set": None, "One of each.": None, "One": True, "Two": True, "In it": None}
    heights = [found.tables[0].rows[1].height or Cm(0) for found in (document, open_word(FORM))]
    assert heights[0] > heights[1] > Cm(1)


def test_an_empty_cell_of_a_table_that_is_no_form_says_nothing() -> None:
    agenda = "## Day\n\n| Time | What | Who |\n|---|---|---|\n| 9.00 | Start | All |\n| 9.30 | Break |  |\n\nReady?"
    document = open_word(agenda)
    assert document.tables[0].rows[2].height is None
    assert document.paragraphs[-1].text == "Ready?"  # its question asks nobody to write, no box follows


def test_every_page_has_its_number() -> None:
    document = open_word(FORM + long_text())
    footer = document.sections[0].footer.paragraphs[0]
    assert [field.get(qn("w:instr")) for field in footer._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    assert all(section.footer.is_linked_to_previous for section in list(document.sections)[1:])


def long_text() -> str:
    return "\n## More\n\n" + "Text.\n\n" * 40 + wide(7)


def test_a_table_of_a_hundred_columns_is_still_readable() -> None:
    document = open_word(wide(100, rows=2))
    assert [(len(table.rows), len(table.columns)) for table in document.tables] == [(100, 2), (100, 2)]
    assert document.tables[1].rows[99].cells[0].text == "Column 100"


HOSTILE = [
    "# \x00\x1b&#x202e;&#xFFFE;&#xFDD0;\ufffe\U0001ffff Title\n\n| a\x07 |\n|---|\n| \x0b |\n",
    "# " + "x" * 400 + "\n\n## \n\n" + "w" * 20_000,
    "| " + "W" * 200 + " | b |\n|---|---|\n| " + "m" * 200 + " | c |",
    "> " * 60 + "deep\n\n" + "".join("  " * level + "- item\n" for level in range(40)),
    "",
    "[^1]\n\n[^1]: note\n\n::: try <b>\n- a: *b*\n:::\n\n---\n\n![x](f.svg)\n\n```\ncode\n```\n\n0. zero\n",
    "]]><w:p/>&amp;{{7*7}}{page}|{pages}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_file(text: str) -> None:
    first = word("", text, "en")
    assert open_word(text).paragraphs
    assert word("", text, "en") == first


def test_words_that_a_tab_parts_stay_apart() -> None:
    assert open_word("Name\tDate", title="T").paragraphs[1].text == "Name Date"


def test_what_is_nested_too_deeply_to_be_made_into_a_file_is_told_before() -> None:
    deep = "Fine.\n\n" + "*" * 5_000 + "x" + "*" * 5_000
    assert inspect(deep) == [Finding(3, "Bold and italic are nested too deeply here. Use one of them.")]
    assert inspect("- **a *b `c` [d](https://example.org)***\n") == []


@pytest.mark.parametrize("path", FORMS, ids=lambda path: "/".join(path.parts[-3:]))
def test_the_forms_of_the_reference_courses_open(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = open_word(text, title="Title", language=path.stem[-2:])
    assert len(document.tables) == text.count("\n|---")
    assert all(marks[0] and not any(marks[1:]) for marks in header_rows(document))


def test_the_same_text_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = word("", FORM, "en")
    monkeypatch.setattr("zipfile.time.localtime", lambda *_: (2033, 3, 4, 5, 6, 7, 0, 1, 0))
    assert word("", FORM, "en") == first
    assert word("", FORM, "de") != first
