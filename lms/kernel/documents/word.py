"""A text as a Word file that everybody can read and fill in: real headings, named header rows, a language, A4."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.shared import Cm

from lms.kernel.documents import word_styles
from lms.kernel.documents.blocks import Heading, Table, read
from lms.kernel.documents.package import FIXED, full_code, same_bytes
from lms.kernel.documents.pages import parts
from lms.kernel.documents.word_tables import add_table
from lms.kernel.i18n import force_language, gettext as _

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.section import Section
    from docx.text.paragraph import Paragraph as WordParagraph

    from lms.kernel.documents.blocks import Block, Document, Paragraph, Words

PAGE = (21.0, 29.7)  # A4, in centimetres
MARGIN = 2.0
ROOM, SHEET_ROOM = 1.1, 1.5  # height of a row to write in, in centimetres; on sheets people write by hand
STYLES = {"text": "Normal", "quote": "Quote", "code": word_styles.CODE, "note": word_styles.NOTE}
LEVELS = {"bullet": ("List Bullet", "List Bullet 2", "List Bullet 3"), "number": ("List Number",) * 3}


def word(title: str, markdown: str, language: str, *, sheets: bool = False) -> bytes:
    """Return a text as a Word file (.docx). Without a title, the heading at the beginning of the text is it.

    Of a set of `sheets` each begins on a page of its own. The same input gives the same bytes.
    """
    with force_language(language):
        text = read(markdown, title)
        document = docx.Document()
        word_styles.prepare(document, full_code(language))
        _properties(document, text, language)
        writer = _Writer(document, room=SHEET_ROOM if sheets else ROOM)
        _footer(document.sections[0], text.title)
        document.add_heading(text.title, level=1)
        for part, wide in parts(text, sheets=sheets):
            writer.turn(wide=wide, fresh=sheets)
            for block, after in zip(part, [*part[1:], None], strict=False):
                writer.add(block, stays=isinstance(after, Table))
    _drop_picture(document)
    target = io.BytesIO()
    document.save(target)
    return same_bytes(target.getvalue())


def _properties(document: WordDocument, text: Document, language: str) -> None:
    said = document.core_properties
    said.title, said.language = text.title[:255], full_code(language)
    said.author = said.comments = said.last_modified_by = said.keywords = said.subject = ""
    said.created = said.modified = FIXED
    said.revision = 1


def _drop_picture(document: WordDocument) -> None:
    """Leave out the small picture of the empty template, which file managers would show."""
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]


class _Writer:
    """Writes one block after the other."""

    def __init__(self, document: WordDocument, *, room: float) -> None:
        """Begin with an upright page; `room` is the height of a row to write in, in centimetres."""
        self.document, self.room = document, room
        self.wide, self.begun, self.fresh = False, False, False
        self.list_id, self.next_number = 0, 0
        _size(document.sections[0], wide=False)

    def turn(self, *, wide: bool, fresh: bool) -> None:
        """Go on upon an upright or a wide page; a page that holds only the title so far is turned itself.

        With `fresh`, what follows begins a page in any case.
        """
        turns = wide != self.wide
        if turns and self.begun:
            _size(self.document.add_section(WD_SECTION.NEW_PAGE), wide=wide)
        elif turns:
            _size(self.document.sections[0], wide=wide)
        self.fresh = fresh and self.begun and not turns
        self.wide, self.begun = wide, True

    def add(self, block: Block, *, stays: bool) -> None:
        """Write a block; one that `stays` is on the page of what comes next, as a line above a table is."""
        if isinstance(block, Heading):
            heading = self.document.add_heading(level=min(max(block.level, 2), 6))
            heading.paragraph_format.page_break_before = self.fresh or None
            self.fresh = False
            _say(heading, block.words)
        elif isinstance(block, Table):
            add_table(self.document, block, (PAGE[1] if self.wide else PAGE[0]) - 2 * MARGIN, self.room)
        else:
            self._paragraph(block).paragraph_format.keep_with_next = stays or None

    def _paragraph(self, block: Paragraph) -> WordParagraph:
        """Write a paragraph with the box to write in, if it asks for something; return the last of them."""
        is_field = bool(block.gap or block.label)
        if block.style == "number":
            paragraph = self.document.add_paragraph(style=LEVELS["number"][0])
            self._count(paragraph, block)
        elif block.style == "bullet" and not is_field:
            paragraph = self.document.add_paragraph(style=LEVELS["bullet"][block.depth - 1])
        else:
            paragraph = self.document.add_paragraph(
                style=word_styles.FIELD if is_field else STYLES.get(block.style, "Normal")
            )
        for run in block.label:
            paragraph.add_run(run.text + " ").bold = True
        _say(paragraph, block.words, bold=block.gap)
        if block.gap:
            paragraph.paragraph_format.keep_with_next = True
            is_short = block.style == "bullet"
            return self.document.add_paragraph(style=word_styles.ANSWER if is_short else word_styles.LONG_ANSWER)
        return paragraph

    def _count(self, paragraph: WordParagraph, block: Paragraph) -> None:
        """Give an item its number: that of the author, also where a list begins anew or goes on after another."""
        if block.number != self.next_number:
            self.list_id = word_styles.new_list(self.document, block.number)
        self.next_number = block.number + 1
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - the library offers no way to begin a list anew
        numbered = properties.get_or_add_numPr()
        numbered.get_or_add_ilvl().val = 0
        numbered.get_or_add_numId().val = self.list_id


def _say(paragraph: WordParagraph, words: Words, *, bold: bool = False) -> None:
    for run in words:
        added = paragraph.add_run(run.text)
        added.bold, added.italic = (run.bold or bold) or None, run.italic or None


def _size(section: Section, *, wide: bool) -> None:
    """Make a page A4, upright or wide."""
    width, height = (PAGE[1], PAGE[0]) if wide else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(width), Cm(height)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN)
    section.header_distance = section.footer_distance = Cm(1.0)


def _footer(section: Section, title: str) -> None:
    """Put the title and "Page 2 of 5" under every page; the program counts."""
    paragraph = section.footer.paragraphs[0]
    paragraph.add_run(f"{title} · ")
    for part in _("Page {page} of {pages}").replace("{", "|{").replace("}", "}|").split("|"):
        if part in {"{page}", "{pages}"}:
            field = OxmlElement("w:fldSimple")
            field.set(word_styles.name_of("w:instr"), "PAGE" if part == "{page}" else "NUMPAGES")
            run = OxmlElement("w:r")
            number = OxmlElement("w:t")
            number.text = "1"
            run.append(number)
            field.append(run)
            paragraph._p.append(field)  # noqa: SLF001 - the library knows no fields
        else:
            paragraph.add_run(part)
