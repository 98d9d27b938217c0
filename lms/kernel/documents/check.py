"""What keeps a text from becoming a good Word file and spreadsheet: each finding with its line, for its author."""

from __future__ import annotations

from lms.kernel.i18n import gettext as _
from lms.kernel.texts.inspection import Finding
from lms.kernel.texts.markdown import parser

MOST_CELLS = 2_000
"""More of them would take a web process seconds, and nobody could fill them in."""
DEEPEST = 20
"""Bold within italic within bold …: files are made by going down into it, and nobody could see the difference."""


def inspect(markdown: str) -> list[Finding]:
    """Return what is wrong with a form, an example or a template: its tables, above all."""
    tokens = parser().parse(markdown)
    found: list[Finding] = []
    heading, tables, cells, line = "", 0, 0, 1
    for at, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else line
        if token.type == "heading_open":
            heading, tables = tokens[at + 1].content, 0
        elif token.type == "table_open":
            tables += 1
            if not heading:
                found.append(Finding(line, _("This table has no heading above. Its sheet is named after that.")))
            elif tables > 1:
                text = _("This is the second table under “%(heading)s”. Give it a heading of its own.", heading=heading)
                found.append(Finding(line, text))
        elif token.type in {"th_open", "td_open"}:
            cells += 1
        elif any(child.level > DEEPEST for child in token.children or ()):
            found.append(Finding(line, _("Bold and italic are nested too deeply here. Use one of them.")))
    if cells > MOST_CELLS:
        text = _(
            "The tables have %(count)d cells. At most %(most)d can be made into files.", count=cells, most=MOST_CELLS
        )
        found.append(Finding(line, text))
    return found
