"""Made files, opened again by libraries that read them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
from docx.oxml.ns import qn

from lms.kernel.documents.downloads import spreadsheet, word

if TYPE_CHECKING:
    from docx.document import Document as WordDocument


def open_word(markdown: str, title: str = "", language: str = "en") -> WordDocument:
    return docx.Document(io.BytesIO(word(title, markdown, language)))


def open_sheets(markdown: str, title: str = "", language: str = "en") -> Any:
    return openpyxl.load_workbook(io.BytesIO(spreadsheet(title, markdown, language)))


def headings(document: WordDocument) -> list[tuple[str, str]]:
    """Return the headings of a Word file with their styles."""
    return [
        (paragraph.style.name, paragraph.text)
        for paragraph in document.paragraphs
        if paragraph.style is not None and str(paragraph.style.name).startswith("Heading")
    ]


def header_rows(document: WordDocument) -> list[list[bool]]:
    """Say for each row of each table whether it is marked as its header, which comes again on every page."""
    return [
        [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
        for table in document.tables
    ]
