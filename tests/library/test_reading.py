"""A library in files: what is read, and what is wrong with it, by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.library.reading import read_library
from lms.library.rules import Glossary
from tests.factories.library import TERMS, write_glossary, write_item

REFERENCE = Path(__file__).parents[2] / "courses" / "content" / "library"


def found(folder: Path) -> list[str]:
    return [str(fault) for fault in read_library(folder).faults]


def test_the_reference_library_has_no_faults() -> None:
    library = read_library(REFERENCE)
    assert [str(fault) for fault in library.faults] == []
    assert {"glossary", "indicator-sheet"} <= library.keys
    assert len(library.terms) > 85
    for term in library.terms.values():
        assert len(term["texts"]["en"]["definition"].split()) > 5, term["key"]


def test_items_are_read_with_their_texts(tmp_path: Path) -> None:
    write_item(tmp_path, "matrix", markdown="See [targets](term:target) and [that](library:sheet).\n")
    write_item(tmp_path, "sheet", kind="workshop-guide", audience="trainers")
    write_glossary(tmp_path)
    library = read_library(tmp_path)
    assert library.faults == ()
    assert library.keys == {"matrix", "sheet", "glossary"}
    assert set(library.terms) == {"swot", "target"}
    sheet = next(item for item in library.items if item.key == "sheet")
    assert (sheet.kind, sheet.audience) == ("workshop-guide", "trainers")
    assert sheet.about["texts"]["en"]["title"] == "Item sheet"
    assert sheet.content["texts"] == {"en": "## A heading\n\nSome words.\n"}


def test_a_folder_of_one_item_can_be_read_alone(tmp_path: Path) -> None:
    folder = write_item(tmp_path, "matrix", markdown="# Wrong\n")
    assert found(folder) == ["en.md:1: The page has its title already. Begin headings with “##”."]


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert found(tmp_path) == ["item.toml:1: There is no item here. An item is a folder with a file item.toml."]


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("matrix/item.toml", '"template"', '"leaflet"', "matrix/item.toml:2: “kind” must be one of “glossary”"),
        ("matrix/item.toml", '"everyone"', '"nobody"', "matrix/item.toml:3: “audience” must be one of “everyone”"),
        ("matrix/item.toml", "[en]", "steps = [6]\n[en]", "matrix/item.toml:5: “steps” must be a list of whole"),
        ("matrix/item.toml", "summary", "sumary", "matrix/item.toml:5: “summary” is missing or empty. Write it."),
        ("matrix/item.toml", "[en]", "[fi]", "matrix/item.toml:1: “source_language” must be one of “fi”."),
        ("matrix/en.md", "Some", "[a](term:gone)", "matrix/en.md:3: There is no term “gone” in the glossary."),
        ("matrix/en.md", "Some", "[a](library:gone)", "matrix/en.md:3: There is no item “gone” in the library."),
        ("matrix/en.md", "Some", "[a](lesson:m1)", "matrix/en.md:3: An item of the library is in no course"),
        ("matrix/en.md", "## A", "#### A", "matrix/en.md:1: This heading skips a level. Write it with “##”."),
        (
            "matrix/en.md",
            "Some",
            "|a|\n|-|\n|b|\n\n|a|\n|-|\n|b|\n",
            "matrix/en.md:7: This is the second table under “A",
        ),
        ("glossary/glossary.toml", '"A table with', '"" #', "glossary/glossary.toml:8: “definition” is missing or"),
        ("glossary/glossary.toml", '"target"]', '"aim"]', "glossary/glossary.toml:3: There is no other term “aim”"),
        (
            "glossary/glossary.toml",
            'key = "swot"',
            'key = "target"',
            "glossary/glossary.toml:2: The key “target” is used",
        ),
        ("glossary/glossary.toml", "full", "long", "glossary/glossary.toml:6: “long” is not known here."),
    ],
)
def test_faults_name_file_and_line(tmp_path: Path, file: str, old: str, new: str, fault: str) -> None:
    write_item(tmp_path, "matrix")
    write_glossary(tmp_path)
    place = tmp_path / file
    text = place.read_text(encoding="utf-8")
    assert old in text
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(line.startswith(fault) for line in found(tmp_path)), found(tmp_path)


def test_a_key_is_used_once_and_there_is_one_glossary(tmp_path: Path) -> None:
    write_glossary(tmp_path)
    other = write_item(tmp_path, "words", kind="glossary")
    (other / "glossary.toml").write_text(TERMS, encoding="utf-8")
    (write_item(tmp_path, "again") / "item.toml").write_text(
        (tmp_path / "words" / "item.toml").read_text(encoding="utf-8").replace("glossary", "guide"), encoding="utf-8"
    )
    assert found(tmp_path) == [
        "words/item.toml:1: The key “words” is taken by again/item.toml.",
        "words/item.toml:1: There is a glossary already. Write the terms there.",
    ]


def test_a_word_is_found_by_what_stands_far_back_in_its_definition() -> None:
    text = {"term": "Hub", "full": "", "also": [], "definition": f"{'One of many. ' * 40}Such as Łódź."}
    (word,) = Glossary({"source_language": "en", "terms": [{"key": "hub", "see": [], "texts": {"en": text}}]}).words(
        "en"
    )
    assert word.holds("lodz HUB")
    assert not word.holds("Turku hub")
