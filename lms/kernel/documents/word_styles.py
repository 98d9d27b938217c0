"""How our Word files look: fonts, colours, styles of our own, numbered lists. The colours are those of our pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.styles.style import ParagraphStyle

FIELD, ANSWER, LONG_ANSWER, NOTE, CODE = "Field", "Answer", "Long answer", "Note", "Code"
FONT, CODE_FONT = "Calibri", "Consolas"
INK, BRAND, EDGE, SOFT = "13262B", "0B5563", "647A7F", "E4EFEF"
SIZES = {1: 22, 2: 15, 3: 12.5, 4: 11.5, 5: 11, 6: 11}
ROOM_TO_WRITE = {ANSWER: 4, LONG_ANSWER: 14}  # points above and below the line in a box to write in
THIN, THICK, BESIDE, UPRIGHT = 6, 24, 4, ("top", "bottom")  # eighths of a point; points; sides
name_of = qn
"""Return the full name of an element or attribute such as "w:lang"."""


def prepare(document: WordDocument, code: str) -> None:
    """Give a new document our look and its language."""
    normal = _style(document, "Normal")
    _font(normal, FONT, 11)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.1
    for level, size in SIZES.items():
        heading = _style(document, f"Heading {level}")
        _font(heading, FONT, size, BRAND)
        heading.font.bold, heading.font.italic = True, False
        heading.paragraph_format.space_before = Pt(0 if level == 1 else size)
        heading.paragraph_format.space_after, heading.paragraph_format.keep_with_next = Pt(6), True
    for name in ("List Bullet", "List Number"):
        _style(document, name).paragraph_format.space_after = Pt(3)
    _font(_style(document, "Footer"), FONT, 9, "465B61")
    _own_styles(document)
    _language(document, code)


def _own_styles(document: WordDocument) -> None:
    for name in (FIELD, ANSWER, LONG_ANSWER, NOTE, CODE):
        style = cast("ParagraphStyle", document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
        style.base_style = document.styles["Normal"]
        style.quick_style = True
    _style(document, FIELD).paragraph_format.space_after = Pt(3)
    _style(document, FIELD).paragraph_format.space_before = Pt(6)
    for name, room in ROOM_TO_WRITE.items():
        answer = _style(document, name)
        _border(answer, EDGE, ("top", "left", "bottom", "right"), room)
        answer.paragraph_format.left_indent = answer.paragraph_format.right_indent = Cm(0.16)
        answer.paragraph_format.space_before, answer.paragraph_format.space_after = Pt(room + 2), Pt(room + 6)
    note = _style(document, NOTE)
    note.paragraph_format.left_indent = Cm(0.5)
    _border(note, BRAND, ("left",), 8)
    _font(_style(document, CODE), CODE_FONT, 10)


def _style(document: WordDocument, name: str) -> ParagraphStyle:
    return cast("ParagraphStyle", document.styles[name])


def _font(style: ParagraphStyle, name: str, size: float, colour: str = INK) -> None:
    """Set a font for all scripts; the template's own choice for headings would win otherwise."""
    style.font.name, style.font.size, style.font.color.rgb = name, Pt(size), RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if "Theme" in str(attribute):
            del fonts.attrib[attribute]
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), name)


def _border(style: ParagraphStyle, colour: str, sides: tuple[str, ...], space: int) -> None:
    """Draw a box, or one thick line; `space` is above and below a box, or beside a line, in points."""
    is_box = len(sides) > 1
    size = THIN if is_box else THICK
    beside = BESIDE if is_box else space
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="{space if side in UPRIGHT else beside}" w:color="{colour}"/>'
        for side in sides
    )
    # Where it stands among its siblings is laid down by the format: before spacing and indents.
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        parse_xml(f"<w:pBdr {nsdecls('w')}>{lines}</w:pBdr>"),
        *(
            "w:shd",
            "w:tabs",
            "w:suppressAutoHyphens",
            "w:spacing",
            "w:ind",
            "w:contextualSpacing",
            "w:jc",
            "w:outlineLvl",
        ),
    )


def _language(document: WordDocument, code: str) -> None:
    """Say the language wherever the template says one, so that it is read aloud and spelled right."""
    for mark in document.styles.element.iter(qn("w:lang")):
        mark.set(qn("w:val"), code)
        mark.set(qn("w:eastAsia"), code)
    for mark in document.settings.element.iter(qn("w:themeFontLang")):
        mark.set(qn("w:val"), code)


def new_list(document: WordDocument, start: int) -> int:
    """Begin a numbered list and return its id, for its paragraphs."""
    numbering = document.part.numbering_part.element
    kind = _style(document, "List Number").element.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(kind).abstractNumId.val
    added = numbering.add_num(abstract)
    added.add_lvlOverride(ilvl=0).add_startOverride(max(start, 0))
    return int(added.numId)
