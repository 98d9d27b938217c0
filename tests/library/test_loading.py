"""Loading the library: what changed gets a new version, nothing else happens, nothing is ever overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from lms.kernel.db import db
from lms.kernel.errors import Forbidden
from lms.kernel.permissions import SYSTEM
from lms.library import queries
from lms.library.models import LibraryItem, LibraryVersion
from lms.library.services import LibraryFaults, load_library
from tests.factories.hubs import make_office
from tests.factories.library import write_glossary, write_item
from tests.factories.people import viewer_for

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("database")


def versions() -> list[tuple[str, int, str]]:
    statement = (
        select(LibraryItem.key, LibraryVersion.number, LibraryVersion.content_hash)
        .join(LibraryVersion, LibraryVersion.item_id == LibraryItem.id)
        .order_by(LibraryItem.key, LibraryVersion.number)
    )
    return [(key, number, digest) for key, number, digest in db.session.execute(statement)]


def test_the_same_files_again_change_nothing_and_a_change_is_a_new_version(tmp_path: Path) -> None:
    write_item(tmp_path, "matrix")
    write_glossary(tmp_path)
    assert set(load_library(actor=SYSTEM, folder=tmp_path).changed) == {"glossary", "matrix"}
    assert load_library(actor=SYSTEM, folder=tmp_path).changed == ()
    before = versions()
    assert [(key, number) for key, number, _digest in before] == [("glossary", 1), ("matrix", 1)]

    write_item(tmp_path, "matrix", title="Another title", audience="trainers", markdown="Other words.\n")
    loaded = load_library(actor=SYSTEM, folder=tmp_path)
    assert loaded.changed == ("matrix",)
    assert str(loaded) == "Library: 2 items; new versions: matrix."
    assert [line for line in versions() if line in before] == before
    item = db.session.scalars(select(LibraryItem).where(LibraryItem.key == "matrix")).one()
    assert (item.number, item.audience, item.about["texts"]["en"]["title"]) == (2, "trainers", "Another title")
    assert queries.content(item.content_hash)["texts"] == {"en": "Other words.\n"}
    assert (
        queries.content({key: digest for key, _number, digest in before}["matrix"])["texts"]["en"] != "Other words.\n"
    )


def test_going_back_to_an_old_text_is_a_version_too(tmp_path: Path) -> None:
    for words in ("One.\n", "Two.\n", "One.\n"):
        write_item(tmp_path, "matrix", markdown=words)
        load_library(actor=SYSTEM, folder=tmp_path)
    assert [number for _key, number, _digest in versions()] == [1, 2, 3]


def test_an_item_that_the_files_lack_stays(tmp_path: Path) -> None:
    write_item(tmp_path / "one", "matrix")
    load_library(actor=SYSTEM, folder=tmp_path / "one")
    write_item(tmp_path / "two", "sheet")
    load_library(actor=SYSTEM, folder=tmp_path / "two")
    assert [key for key, _number, _digest in versions()] == ["matrix", "sheet"]


def test_nothing_is_loaded_from_files_with_faults(tmp_path: Path) -> None:
    write_item(tmp_path, "matrix")
    write_item(tmp_path, "sheet", markdown="[gone](library:gone)\n")
    with pytest.raises(LibraryFaults) as refusal:
        load_library(actor=SYSTEM, folder=tmp_path)
    assert [str(fault) for fault in refusal.value.faults] == ["sheet/en.md:1: There is no item “gone” in the library."]
    assert versions() == []


def test_only_a_command_loads(tmp_path: Path) -> None:
    write_item(tmp_path, "matrix")
    with pytest.raises(Forbidden):
        load_library(actor=viewer_for(make_office().id), folder=tmp_path)
