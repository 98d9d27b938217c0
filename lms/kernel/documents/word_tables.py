"""Tables in Word files: a header row that says so and comes again on every page, no merged cells, room to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from lms.kernel.documents import word_styles
from lms.kernel.documents.blocks import Table, plain
from lms.kernel.documents.columns import shares

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table as WordTable, _Cell, _Row

    from lms.kernel.documents.blocks import Words

TOGETHER = 14
"""A form with so many rows stands on one page."""
MOST_COLUMNS = 12
"""A table with more could not be read on any page: each of its rows becomes a small table of its own."""
LETTER = 0.2  # centimetres, of our font in a table
PADDING = 0.12  # space at the sides of a cell, in centimetres
BOX = "☐"


def add_table(document: WordDocument, table: Table, width: float, room: float) -> None:
    """Add a table that fills a width; a row in which people write is at least as high as `room`. In centimetres."""
    if len(table.head) > MOST_COLUMNS:
        for row in table.rows:
            pairs = tuple(zip(table.head, row, strict=True))
            _add(document, Table(table.heading, pairs[0], pairs[1:]), width, room)
    else:
        _add(document, table, width, room)


def _add(document: WordDocument, table: Table, width: float, room: float) -> None:
    made = document.add_table(rows=1 + len(table.rows), cols=len(table.head), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    wide = [Cm(share) for share in shares(table, width, LETTER)]
    choices = [table.choices(column) for column in range(len(table.head))]
    _describe(made, table)
    for column, share in zip(made.columns, wide, strict=True):
        column.width = share
    for number, (row, cells) in enumerate(zip(made.rows, (table.head, *table.rows), strict=True)):
        is_head = number == 0
        _mark_row(row, is_head=is_head)
        if table.is_form and any(not plain(words) for words in cells):
            row.height, row.height_rule = Cm(room), WD_ROW_HEIGHT_RULE.AT_LEAST
        for cell, words, share, offered in zip(row.cells, cells, wide, choices, strict=True):
            cell.width = share
            _fill(cell, words, is_head=is_head, offered=[] if is_head else offered)
            # A short form stands on one page; and no page ends with a header row alone.
            stays = is_head or (table.is_form and number < len(table.rows) <= TOGETHER)
            cell.paragraphs[0].paragraph_format.keep_with_next = stays or None
    after = document.add_paragraph()  # keeps this table from growing together with the next
    after.paragraph_format.space_after = Pt(0)


def _describe(made: WordTable, table: Table) -> None:
    """Say which cells are headers, and what the table is about, for those who hear it."""
    properties = made._tbl.tblPr  # noqa: SLF001 - the library has no words for this
    for old in properties.findall(qn("w:tblLook")):
        properties.remove(old)
    named = bool(table.rows) and all(plain(row[0]) for row in table.rows)
    properties.append(
        parse_xml(
            f'<w:tblLook {nsdecls("w")} w:val="{"04A0" if named else "0420"}" w:firstRow="1" w:lastRow="0"'
            f' w:firstColumn="{int(named)}" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
        )
    )
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{word_styles.EDGE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    if table.heading:
        about = OxmlElement("w:tblCaption")
        about.set(qn("w:val"), table.heading[:255])
        properties.append(about)
    margins = "".join(
        f'<w:{side} w:w="{int(PADDING * 567)}" w:type="dxa"/>' for side in ("left", "right")
    )  # 567 twentieths of a point make a centimetre
    indent = f'<w:tblInd {nsdecls("w")} w:w="{int(PADDING * 567)}" w:type="dxa"/>'  # its edge at the edge of the text
    for shape in (
        indent,
        f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>",
        f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>",
    ):
        properties.insert_element_before(parse_xml(shape), "w:tblLook", "w:tblCaption")


def _mark_row(row: _Row, *, is_head: bool) -> None:
    """Keep a row on one page; the header row comes again on each."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - likewise
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))


def _fill(cell: _Cell, words: Words, *, is_head: bool, offered: list[str]) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(2)
    paragraph.paragraph_format.line_spacing = 1.0
    if offered and not plain(words):
        paragraph.add_run("\n".join(f"{BOX}\u00a0{answer}" for answer in offered)).font.size = Pt(10)
    for run in words:
        added = paragraph.add_run(run.text)
        added.font.size = Pt(10)
        added.bold, added.italic = (run.bold or is_head) or None, run.italic or None
        if is_head:
            added.font.color.rgb = RGBColor.from_string(word_styles.BRAND)
    if is_head:
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{word_styles.SOFT}"/>')
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - likewise
