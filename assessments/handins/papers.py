"""Forms, examples and filled checklists as Markdown: the one source of pages, Word files and spreadsheets."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from assessments.handins import checklist
from assessments.handins.checklist import NO, NOTHING, PENDING, YES
from assessments.handins.rules import FORM, Document
from lms.kernel.blobs import read
from lms.kernel.documents.blocks import read as read_text
from lms.kernel.documents.downloads import SPREADSHEET, WORD, file_name
from lms.kernel.i18n import force_language, gettext as _
from lms.kernel.texts.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.handins.checklist import Answer
    from assessments.handins.queries import Place

AS_TYPED = str.maketrans({sign: f"&#{ord(sign)};" for sign in string.punctuation} | {"\n": " "})
kept = Kept(256)
"""In which files a text can be had, by its hash: every hand-in's page asks."""
CHECKLIST = "checklist.md"
"""Name of the form of a hand-in that has a checklist and no form of its own."""


def answer_words() -> dict[str, str]:
    """Return what the answers are called."""
    return {YES: _("Yes"), NO: _("No"), PENDING: _("Pending")}


def documents_of(place: Place, language: str) -> list[Document]:
    """Return forms and examples in a language; a checklist is a form also where the author wrote none."""
    assignment = place.assignment
    found = assignment.documents_in(language)
    if assignment.checks and not any(item.role == FORM and item.is_text for item in found):
        with force_language(language):
            found = [Document(CHECKLIST, FORM, language, _("Checklist"), "", 0), *found]
    return found


def source_of(place: Place, document: Document) -> str:
    """Return the whole text of a form or an example; a form holds the checklist too."""
    text = read(document.digest).decode("utf-8", "replace") if document.digest else f"# {_typed(document.title)}\n"
    if document.role == FORM and place.assignment.checks:
        text = f"{text}\n\n{checklist_text(place, document.language, {})}"
    return text


def checklist_text(place: Place, language: str, answers: Mapping[str, Answer]) -> str:
    """Return the checklist as tables, a table for each section, with what was answered."""
    with force_language(language):
        words = answer_words()
        columns = (_("No."), _("Question"), _("Yes / no / pending"), _("Remark"))
        head = f"| {' | '.join(columns)} |\n|---|---|---|---|\n"
        title = _("Checklist")
        parts = [f"## {title}\n"]
        for section, checks in checklist.sections(place.assignment.checks_in(language)):
            if section:
                parts.append(f"### {_typed(section)}\n")
            rows = []
            for number, check in checks:
                given = answers.get(check.key, NOTHING)
                said = _typed(check.question) + (f" *{_typed(check.help)}*" if check.help else "")
                rows.append(f"| {number} | {said} | {words.get(given.answer, '')} | {_typed(given.remark)} |\n")
            parts.append(head + "".join(rows))
    return "\n".join(parts)


def _typed(text: str) -> str:
    """Write a text so that it is shown as typed, whatever is in it."""
    return text.strip().translate(AS_TYPED)


def formats(place: Place, document: Document) -> list[str]:
    """Return the kinds of files in which a form or an example can be had; other files are given as they are."""
    if not document.is_text:
        return []
    if document.role == FORM and place.assignment.checks:
        return [WORD, SPREADSHEET]
    return kept.get(
        document.digest, lambda: [WORD, SPREADSHEET] if read_text(source_of(place, document)).tables else [WORD]
    )


def name_of(place: Place, document: Document) -> str:
    """Return the name of a file without its ending, such as "m2-the-set-up-of-our-city-form"."""
    title = read_text(source_of(place, document)).title or document.title
    with force_language(document.language):
        return file_name(place.module.code, title, _("form") if document.role == FORM else _("example"))
