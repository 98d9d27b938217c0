"""The hand-in as a kind of activity: read from files, frozen, checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assessments.handins.activity import HANDIN
from assessments.handins.checklist import sections
from assessments.handins.feature import FEATURE
from assessments.handins.rules import Assignment
from courses.activities import kinds
from lms.kernel.documents.blocks import plain, read
from tests.factories.course_files import change, write

if TYPE_CHECKING:
    from courses.activities import Parsed

CONTENT = Path(__file__).parents[3] / "courses/content"
TOML = """kind = "handin"
key = "m1-handin"
by = "team"
minutes = 120

[en]
title = "Map"
task = "Make a map."

[de]
title = "Karte"
task = "Machen Sie eine Karte."

[[criterion]]
key = "owner"
[criterion.en]
title = "Every plan has an owner"
help = "A name."
[criterion.de]
title = "Jeder Plan hat jemanden"

[[file]]
path = "form.en.md"
role = "form"
language = "en"
title = "Form"
"""
CHECKS = """
[[check]]
key = "scope"
section = "A. Organisation"
[check.en]
question = "Is the scope written down?"
help = "Look at the order of the mayor."
[check.de]
question = "Ist der Geltungsbereich festgehalten?"
section = "A. Organisation und Rollen"

[[check]]
key = "deputy"
[check.en]
question = "Has every role a deputy?"
[check.de]
question = "Hat jede Rolle eine Vertretung?"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "handin.toml", TOML)
    write(tmp_path, "en.md", "## What to do\n\nDraw.\n")
    write(tmp_path, "de.md", "## Was zu tun ist\n\nZeichnen.\n")
    write(tmp_path, "form.en.md", "# Form\n\nCity:\n")
    return tmp_path


def parsed(folder: Path) -> tuple[Parsed, dict[str, Any]]:
    found, faults = HANDIN.parse(folder)
    assert faults == []
    assert found is not None
    stored = {name: {"hash": "0" * 64, "size": len(raw)} for name, raw in found.files.items()}
    return found, HANDIN.freeze({**found.settings, "files": stored}, found.texts)


def test_a_folder_becomes_an_assignment(folder: Path) -> None:
    found, body = parsed(folder)
    assert (found.key, found.kind) == ("m1-handin", "handin")
    assert found.files == {"form.en.md": b"# Form\n\nCity:\n"}
    assert HANDIN.check(body) == []
    assert HANDIN.must_do(body) == {"accepted": True, "criteria": ["owner"]}
    assert HANDIN.by_team(body)
    assignment = Assignment.read(body)
    assert assignment.criteria_in("de")[0].title == "Jeder Plan hat jemanden"
    assert assignment.criteria_in("fi")[0].title == "Every plan has an owner"
    assert [document.name for document in assignment.documents_in("de")] == ["form.en.md"]


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*/*/*-hand-in")), ids=lambda path: path.parent.name)
def test_the_reference_courses_are_without_faults(path: Path) -> None:
    _found, body = parsed(path)
    assert HANDIN.check(body) == []
    for language in body["texts"]:
        words = Assignment.read(body).criteria_in(language)
        assert all(criterion.title and criterion.help for criterion in words)
        assert {document.role for document in Assignment.read(body).documents_in(language)} == {"form", "example"}


def test_a_checklist_is_read_and_counts_as_what_must_be_done(folder: Path) -> None:
    _found, plain = parsed(folder)
    assert "checks" not in plain["settings"]  # what was frozen before keeps its hash
    change(folder, "handin.toml", "[[file]]", f"{CHECKS}\n[[file]]")
    _found, body = parsed(folder)
    assert HANDIN.check(body) == []
    assert HANDIN.must_do(body) == {"accepted": True, "criteria": ["owner"], "checks": ["scope", "deputy"]}
    assert body["texts"]["en"]["checks"]["scope"] == {
        "question": "Is the scope written down?",
        "help": "Look at the order of the mayor.",
        "section": "A. Organisation",
    }
    assert body["texts"]["de"]["checks"]["scope"]["section"] == "A. Organisation und Rollen"
    body["texts"]["de"]["checks"] = {"scope": body["texts"]["de"]["checks"]["scope"]}
    assert HANDIN.check(body) == ["Deutsch: the check “deputy” has no question. Write it."]


FAULTS_OF_CHECKS = [
    ('key = "deputy"', 'key = "scope"', "The key “scope” is used by another check. Keys are unique."),
    ('question = "Has every role a deputy?"', "", "“question” is missing or empty. Write it."),
    ('help = "Look', 'hint = "Look', "“hint” is not known here."),
    ('[check.de]\nquestion = "Hat jede Rolle eine Vertretung?"', "", "This check has no words in “de”. Add them."),
    ('[check.de]\nquestion = "Hat', '[check.fi]\nquestion = "Hat', "The hand-in itself has no text in “fi”."),
]


@pytest.mark.parametrize(("old", "new", "said"), FAULTS_OF_CHECKS)
def test_faults_of_a_checklist_are_said_too(folder: Path, old: str, new: str, said: str) -> None:
    change(folder, "handin.toml", "[[file]]", f"{CHECKS}\n[[file]]")
    change(folder, "handin.toml", old, new)
    _found, faults = HANDIN.parse(folder)
    assert any(said in str(fault) for fault in faults), [str(fault) for fault in faults]


FAULTS = [
    ('by = "team"', 'by = "city"', "handin.toml:3: “by” must be one of “team”, “person”."),
    ("minutes = 120", 'minutes = "long"', "handin.toml:4: “minutes” must be a whole number"),
    ("minutes = 120", "minuts = 120", "handin.toml:4: “minuts” is not known here. Did you mean “minutes”?"),
    ('task = "Make a map."', "", "“task” is missing or empty. Write it."),
    ('title = "Every plan has an owner"', "", "“title” is missing or empty. Write it."),
    ('key = "owner"', 'key = "The owner"', "is no key."),
    ("[criterion.de]", "[criterion.fi]", "The hand-in itself has no text in “fi”."),
    ('[criterion.de]\ntitle = "Jeder Plan hat jemanden"', "", "This criterion has no words in “de”. Add them."),
    ('path = "form.en.md"', 'path = "../../secret.md"', "A file name may hold letters"),
    ('path = "form.en.md"', 'path = "missing.md"', "missing.md: The file is missing."),
    ('role = "form"', 'role = "template"', "“role” must be one of “form”, “example”."),
    ("[[criterion]]", "[[criteria]]", "A hand-in needs at least one criterion. Add [[criterion]]."),
    ('kind = "handin"', "kind = handin", "TOML cannot read this line"),
]


@pytest.mark.parametrize(("old", "new", "said"), FAULTS)
def test_every_fault_has_its_place_and_says_what_to_do(folder: Path, old: str, new: str, said: str) -> None:
    change(folder, "handin.toml", old, new)
    _found, faults = HANDIN.parse(folder)
    assert any(said in str(fault) for fault in faults), [str(fault) for fault in faults]


def test_two_criteria_of_one_key_are_a_fault(folder: Path) -> None:
    change(folder, "handin.toml", "[[file]]", '[[criterion]]\nkey = "owner"\n\n[[file]]')
    _found, faults = HANDIN.parse(folder)
    assert any("is used by another criterion" in str(fault) for fault in faults)


def test_missing_and_forgotten_files_are_faults(folder: Path) -> None:
    (folder / "de.md").unlink()
    write(folder, "old.docx", "x")
    _found, faults = HANDIN.parse(folder)
    told = [str(fault) for fault in faults]
    assert "de.md:1: The file is missing." in told
    assert "old.docx:1: Nothing mentions this file. Declare it in handin.toml or delete it." in told


def test_tables_of_a_form_that_would_make_bad_files_are_faults(folder: Path) -> None:
    table = "| a |\n|---|\n| b |\n\n"
    write(folder, "form.en.md", f"{table}# Form\n\n{table}{table}## B\n\n{'|a' * 700}|\n{'|-' * 700}|\n" + "|x|\n" * 2)
    _found, faults = HANDIN.parse(folder)
    assert [str(fault) for fault in faults] == [
        "handin.toml:23: form.en.md, line 1: This table has no heading above. Its sheet is named after that.",
        "handin.toml:23: form.en.md, line 11: This is the second table under “Form”. Give it a heading of its own.",
        "handin.toml:23: form.en.md, line 20: The tables have 2106 cells. At most 2000 can be made into files.",
    ]


def test_what_keeps_it_from_being_published_is_said(folder: Path) -> None:
    _found, body = parsed(folder)
    body["texts"]["de"] = {**body["texts"]["de"], "task": "", "criteria": {}}
    body["files"] = {}
    assert HANDIN.check(body) == [
        "Deutsch: “task” is empty. Write it.",
        "Deutsch: the criterion “owner” has no title. Write it.",
        "The file “form.en.md” is missing. Add it, or take it out of the list.",
    ]
    body["settings"] = {**body["settings"], "criteria": []}
    assert "The hand-in has no criterion. Nobody can answer it without one." in HANDIN.check(body)


def test_the_kind_is_known_and_says_whose_work_it_is(folder: Path) -> None:
    _found, body = parsed(folder)
    assert FEATURE.name == "handins"
    assert kinds["handin"] is HANDIN
    assert HANDIN.open_endpoint() == "handins.handin"
    assert HANDIN.by_team(body)
    assert not HANDIN.by_team({**body, "settings": {**body["settings"], "by": "person"}})


def test_the_checklist_of_the_library_asks_what_the_hand_in_asks() -> None:
    """The same twenty questions stand in two files: on paper, and to be answered on a page."""
    (folder,) = (CONTENT / "ims-for-sustainability").glob("80-*/*-hand-in")
    parsed, faults = HANDIN.parse(folder)
    assert parsed is not None
    assert faults == []
    assignment = Assignment.read(HANDIN.freeze(parsed.settings, parsed.texts))
    papers = {path.stem: path for path in (CONTENT / "library" / "internal-audit-checklist").glob("*.md")}
    assert "en" in papers
    for language in papers.keys() & parsed.texts.keys():
        tables = read(papers[language].read_text(encoding="utf-8")).tables
        on_paper = [(table.heading, plain(row[0]), plain(row[1])) for table in tables for row in table.rows]
        asked = [
            (section, number, check.question)
            for section, lines in sections(assignment.checks_in(language))
            for number, check in lines
        ]
        assert on_paper == asked
        assert all(table.choices(2) for table in tables)
