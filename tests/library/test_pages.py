"""The pages of the library: materials, an item, its files, the glossary; and what they cost."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.library.models import LibraryItem
from lms.library.services import load_library
from tests.factories.hubs import make_hub, make_trainer
from tests.factories.library import make_item, write_glossary, write_item
from tests.factories.people import make_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.factories.fixtures import Commit

MATRIX = """Rate each [target](term:target), see [the guide](library:guide).

- Date:

## Values

| Year | Value |
|---|---|
| 2025 | 7 |
|  |  |
"""


@pytest.fixture
def library(commit: Commit, tmp_path: Path) -> None:
    write_glossary(tmp_path)
    write_item(tmp_path, "matrix", title="Stakeholder matrix", markdown=MATRIX)
    write_item(tmp_path, "guide", kind="workshop-guide", audience="trainers", title="Guide for the first workshop")

    def load() -> None:
        load_library(actor=SYSTEM, folder=tmp_path)

    commit(load)


@pytest.fixture
def reader(commit: Commit, sign_in: Callable[[int], None], library: None) -> None:
    sign_in(commit(make_person, "Nora Newcomer").id)


def ref_of(client: FlaskClient, title: str) -> str:
    """Find the page of an item through the list."""
    page = client.get("/materials", query_string={"q": title}).text
    return page.partition('href="/materials/')[2].partition('"')[0]


@pytest.mark.usefixtures("reader")
def test_the_list_shows_what_one_may_read_by_kind_and_search(client: FlaskClient) -> None:
    page = client.get("/materials").text
    assert "2 materials" in page
    assert page.index("Glossary</a></h3>") < page.index("Stakeholder matrix</a></h3>")
    assert "Guide for the first workshop" not in page
    assert "1 material<" in client.get("/materials?kind=template").text
    for words in ("MATRIX", "matrix+stake"):
        assert "Stakeholder matrix</a></h3>" in client.get(f"/materials?q={words}").text
    nothing = client.get("/materials?q=zzz&kind=nonsense&step=9&page=-1").text
    assert "Nothing fits" in nothing


def test_trainers_find_workshop_guides(
    client: FlaskClient, commit: Commit, sign_in: Callable[[int], None], library: None
) -> None:
    def trainer() -> int:
        return make_trainer(make_hub().id).id

    sign_in(commit(trainer))
    page = client.get("/materials?kind=workshop-guide").text
    assert "Guide for the first workshop</a></h3>" in page
    assert client.get(f"/materials/{ref_of(client, 'first workshop')}").status_code == 200


@pytest.mark.usefixtures("reader")
def test_an_item_is_shown_with_its_words_explained(client: FlaskClient, statements: Callable[[], list[str]]) -> None:
    address = f"/materials/{ref_of(client, 'matrix')}"
    client.get(address)
    statements()
    page = client.get(address)
    assert len(statements()) <= 4
    assert '<button type="button" popovertarget="word-target">target</button>' in page.text
    assert page.text.count('id="word-target" popover') == 1
    assert "A result that can be measured." in page.text
    assert "see the guide." in page.text  # this reader may not open it
    assert '<li class="lms-blank"><div><div>Date:</div></div></li>' in page.text
    assert "Version 1, " in page.text


@pytest.mark.usefixtures("reader")
def test_an_item_comes_as_files_that_name_their_version(client: FlaskClient) -> None:
    address = f"/materials/{ref_of(client, 'matrix')}"
    word = client.get(f"{address}/file/docx")
    assert word.status_code == 200
    assert 'filename="matrix-en-v1-' in word.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(word.data)) as archive:
        body = archive.read("word/document.xml").decode()
    assert "Stakeholder matrix" in body
    assert "Partnership, version 1, " in body
    sheets = load_workbook(io.BytesIO(client.get(f"{address}/file/xlsx").data))
    assert "Values" in sheets.sheetnames
    assert client.get(f"{address}/file/exe").status_code == 404


@pytest.mark.usefixtures("reader")
def test_what_is_not_for_somebody_is_not_found(client: FlaskClient, commit: Commit) -> None:
    def hidden() -> LibraryItem:
        return make_item("secret", audience="trainers")

    ref = commit(hidden).ref
    assert client.get(f"/materials/{ref}").status_code == 404
    assert client.get(f"/materials/{ref}/file/docx").status_code == 404


@pytest.mark.usefixtures("reader")
def test_the_glossary_has_its_own_page_and_no_files(client: FlaskClient, commit: Commit) -> None:
    ref = commit(_glossary_ref)
    answer = client.get(f"/materials/{ref}")
    assert (answer.status_code, answer.location) == (303, "/glossary")
    assert client.get(f"/materials/{ref}/file/docx").status_code == 404


def _glossary_ref() -> str:
    return db.session.scalars(select(LibraryItem.ref).where(LibraryItem.kind == "glossary")).one()


@pytest.mark.usefixtures("library")
def test_everybody_reads_the_glossary_in_their_language(client: FlaskClient) -> None:
    page = client.get("/glossary").text
    assert '<dt id="term-swot">SWOT analysis <span>(Strengths, Weaknesses' in page
    assert "A table with &lt;four&gt; fields." in page
    assert 'href="#term-target"' in page
    german = client.get("/glossary?content=de").text
    assert '<dt id="term-target" lang="de">Ziel</dt>' in german
    assert "<p>A table with" in german  # explained in English only, the language of the page
    assert '<p role="status">1 word ' in client.get("/glossary?q=measured").text
    assert "Nothing fits" in client.get("/glossary?q=zzz&content=xx").text
    page_in_german = client.get("/glossary?lang=de").text
    assert '<dt id="term-target">Ziel</dt>' in page_in_german
    assert '<p lang="en">A table with' in page_in_german


def test_a_site_without_a_library_says_so(client: FlaskClient, database: None) -> None:
    assert "There are no words yet" in client.get("/glossary").text


@pytest.mark.usefixtures("library")
def test_materials_are_for_those_who_have_signed_in(client: FlaskClient) -> None:
    assert client.get("/materials").status_code == 303
