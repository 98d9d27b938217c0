"""Questions in course files: reading the `[[question]]` tables of a quiz or a self-test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.bank.faults import faults_of, said
from assessments.types.registry import question_types
from courses.activities import Mention
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lms.kernel.texts.toml_file import Table

EASIEST, APPLY, HARDEST = 1, 2, 3
PLACES = ("lesson", "outcome")
# Keys of a question that say where it belongs; all others are its spec.
PLACING = ("key", "type", "step", "difficulty", "data", *PLACES)


def read_questions(root: Table, texts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Read all questions of a file, of every type that is installed.

    Their words go into `texts`, per language under "questions". Faults are noted in the file.
    """
    seen: set[str] = set()
    found = []
    for table in root.tables("question"):
        stored = _question(table, texts)
        if stored["key"] in seen:
            table.fault(_("The key “%(key)s” is used by another question. Keys are unique.", key=stored["key"]), "key")
        seen.add(stored["key"])
        found.append(stored)
    return found


def _question(table: Table, texts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    languages = table.languages()
    key = table.key()
    name = table.choice("type", list(question_types()))
    stored = {
        "key": key,
        "type": name,
        "version": question_types()[name].version if name else 1,
        "lesson": table.line("lesson", needed=False),
        "outcome": table.line("outcome", needed=False),
        "step": table.integer("step", 0, 5, default=0),
        "difficulty": table.integer("difficulty", EASIEST, HARDEST, default=APPLY),
        "spec": {
            field: value for field, value in table.data.items() if field not in PLACING and field not in languages
        },
    }
    if table.has("data"):
        stored["data"] = table.line("data")
    words = {code: inner.data for code, inner in languages.items()}
    for code, text in words.items():
        if code in texts:
            texts[code]["questions"][key] = text
        else:
            table.fault(_("The quiz or lesson itself has no text in “%(code)s”. Write that first.", code=code), code)
    if name:
        for fault in faults_of({**stored, "texts": words}):
            table.fault(said(fault), *(part for part in fault.where.split(".") if part))
    return stored


def places_in(root: Table, file: str) -> dict[str, tuple[str, int]]:
    """Return where the key of each question stands."""
    return {str(table.data.get("key", "")): (file, table.line_of("key")) for table in root.tables("question")}


def mentions_in(root: Table, file: str) -> Iterator[Mention]:
    """Go through what questions name: the lesson to read again, and the lesson or module whose outcome they check."""
    for table in root.tables("question"):
        named: Mapping[str, Any] = table.data
        for name in PLACES:
            if isinstance(named.get(name), str) and named[name].strip():
                kinds = ("lesson", "module") if name == "outcome" else ()
                yield Mention(file, table.line_of(name), named[name].strip(), kinds)
