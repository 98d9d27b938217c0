"""Publishing: an edition is frozen, numbered, complete, and never reaches anybody with other duties unnoticed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from courses.authoring import queries
from courses.authoring.loading import load_all
from courses.authoring.policies import editable, may_edit
from courses.authoring.rules import changes
from courses.authoring.services import NotPublishable, load_course, publish, save_text
from courses.authoring.signals import edition_published
from courses.catalogue.models import Content, Course, Edition
from courses.catalogue.queries import content, manifest_of
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.permissions import SYSTEM
from tests.factories.course_files import FIRST, change, write_course
from tests.factories.hubs import make_hub
from tests.factories.people import make_person, viewer_for

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.factories.fixtures import Commit

inside = pytest.mark.usefixtures("database")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path)


@pytest.fixture
def course(folder: Path) -> Course:
    return load_course(actor=SYSTEM, folder=folder).course


def edit(course: Course, key: str, **body: Any) -> None:
    node = queries.node_of(course, key)
    newest = queries.newest_text(node.id, "en")
    assert newest is not None
    save_text(actor=SYSTEM, course=course, node=node, language="en", body=body, seen=newest.number)


@inside
def test_the_first_edition_holds_the_whole_course(course: Course) -> None:
    edition = publish(actor=SYSTEM, course=course)
    manifest = manifest_of(edition.id)
    assert (edition.major, edition.minor) == (1, 0)
    assert course.current_edition_id == edition.id
    assert manifest.order == ["m1-start", "m1-go-on"]
    assert manifest.title("de") == "Kleiner Kurs"
    assert manifest.by_key["m1-start"][1].title("de") == "Start (DE)"
    body = content(manifest.by_key["m1-start"][1].content)
    assert body["texts"]["en"]["markdown"].startswith("Intro")
    assert list(body["files"]) == ["figure-one.svg"]


@inside
def test_nothing_changes_in_an_edition_when_the_draft_goes_on(course: Course) -> None:
    edition = publish(actor=SYSTEM, course=course)
    edit(course, "m1-start", markdown="Something else.")
    body = content(manifest_of(edition.id).by_key["m1-start"][1].content)
    assert body["texts"]["en"]["markdown"].startswith("Intro")


@inside
def test_the_same_content_is_stored_once(course: Course) -> None:
    publish(actor=SYSTEM, course=course)
    edit(course, "m1-start", summary="Another summary.")
    publish(actor=SYSTEM, course=course, size="minor")
    assert db.session.scalar(select(func.count()).select_from(Content)) == 3


@inside
def test_better_words_may_be_minor(course: Course) -> None:
    publish(actor=SYSTEM, course=course)
    edit(course, "m1-start", summary="Another summary.")
    edition = publish(actor=SYSTEM, course=course, size="minor", note="Clearer summary")
    assert (edition.major, edition.minor, edition.note) == (1, 1, "Clearer summary")


@inside
def test_an_edition_is_major_unless_said_otherwise(course: Course) -> None:
    publish(actor=SYSTEM, course=course)
    edit(course, "m1-start", summary="Another summary.")
    assert publish(actor=SYSTEM, course=course).major == 2


@inside
def test_a_minor_edition_may_not_take_an_activity_away(course: Course) -> None:
    publish(actor=SYSTEM, course=course)
    edit(course, "m1-start", markdown="No link any more.")
    german = queries.newest_text(queries.node_of(course, "m1-start").id, "de")
    assert german is not None
    node = queries.node_of(course, "m1-start")
    save_text(actor=SYSTEM, course=course, node=node, language="de", body={"markdown": "Ohne."}, seen=german.number)
    queries.node_of(course, "m1-go-on").removed_at = course.created_at
    db.session.flush()
    with pytest.raises(Invalid, match="m1-go-on"):
        publish(actor=SYSTEM, course=course, size="minor")
    assert publish(actor=SYSTEM, course=course, size="major").major == 2


@inside
def test_duties_that_change_are_seen(course: Course) -> None:
    edition = publish(actor=SYSTEM, course=course)
    old = manifest_of(edition.id)
    raw = old.to_json()
    raw["modules"][0]["activities"][0]["must_do"] = {"do": "something else"}
    found = changes(old, type(old).from_json(raw))
    assert found.duties == ("m1-start",)
    assert not found.may_be_minor


@inside
def test_without_a_change_nothing_is_published(course: Course) -> None:
    publish(actor=SYSTEM, course=course)
    with pytest.raises(Conflict, match=r"1\.0"):
        publish(actor=SYSTEM, course=course)


@inside
def test_a_draft_with_faults_is_not_published(course: Course) -> None:
    edit(course, "m1-start", markdown="# Title\n\nSee [x](lesson:m7).")
    with pytest.raises(NotPublishable) as refusal:
        publish(actor=SYSTEM, course=course)
    sentences = [problem.text for problem in refusal.value.problems]
    assert any("The page has its title already" in text for text in sentences)
    assert any("m7" in text for text in sentences)
    assert db.session.scalar(select(func.count()).select_from(Edition)) == 0


@inside
def test_publishing_is_told_to_those_above(course: Course) -> None:
    heard: list[tuple[Any, Any]] = []

    def listen(sender: Any, **arguments: Any) -> None:
        heard.append((sender, arguments["edition"]))

    with edition_published.connected_to(listen):
        edition = publish(actor=SYSTEM, course=course)
    assert heard == [(course, edition)]


def test_two_publishers_at_once_make_one_edition(app: Flask, commit: Commit, folder: Path) -> None:
    course_id = commit(lambda: load_course(actor=SYSTEM, folder=folder).course.id)
    start = Barrier(2)

    def press_the_button() -> str:
        start.wait()
        try:
            return commit(lambda: publish(actor=SYSTEM, course=db.session.get_one(Course, course_id)).ref)
        except Conflict as refusal:
            return refusal.text

    with ThreadPoolExecutor(2) as threads:
        answers = [thread.result() for thread in [threads.submit(press_the_button) for _ in range(2)]]
    assert sum("1.0" in answer for answer in answers) == 1
    assert commit(lambda: db.session.scalar(select(func.count()).select_from(Edition))) == 1


@inside
def test_only_authors_of_the_owner_publish(folder: Path) -> None:
    hub, other = make_hub("Finland", "FI"), make_hub("Italy", "IT", countries=["IT"])
    course = load_course(actor=SYSTEM, folder=folder, hub_id=hub.id).course
    people = {
        "owner": make_person("Anna Author", ("author", "hub", hub.id)),
        "other hub": make_person("Bruno Autore", ("author", "hub", other.id)),
        "partnership": make_person("Pia Partner", ("author", "partnership", 0)),
        "manager": make_person("Hanna Manager", ("hub-manager", "hub", hub.id)),
    }
    for who in ("other hub", "partnership", "manager"):
        with pytest.raises(Forbidden):
            publish(actor=viewer_for(people[who].id), course=course)
    assert publish(actor=viewer_for(people["owner"].id), course=course).by_id == people["owner"].id


@inside
def test_predicate_and_filter_of_editing_agree(folder: Path, tmp_path: Path) -> None:
    hub, other = make_hub("Finland", "FI"), make_hub("Italy", "IT", countries=["IT"])
    load_course(actor=SYSTEM, folder=folder, hub_id=hub.id)
    load_course(actor=SYSTEM, folder=write_course(tmp_path, key="shared-course"))
    grants = [
        (),
        (("author", "hub", hub.id),),
        (("author", "hub", other.id),),
        (("author", "partnership", 0),),
        (("author", "hub", hub.id), ("author", "partnership", 0)),
        (("trainer", "hub", hub.id),),
    ]
    for number, held in enumerate(grants):
        viewer = viewer_for(make_person(f"Person {number}", *held).id)
        everything = db.session.scalars(select(Course)).all()
        filtered = db.session.scalars(select(Course).where(editable(viewer))).all()
        assert {course.id for course in everything if may_edit(viewer, course)} == {course.id for course in filtered}


@inside
def test_loading_all_publishes_the_first_edition_only(folder: Path) -> None:
    (result,) = load_all(actor=SYSTEM, folder=folder)
    assert result.edition is not None
    change(folder, f"{FIRST}/en.md", "Text of part one", "Better text")
    (again,) = load_all(actor=SYSTEM, folder=folder)
    assert again.edition is None
    assert str(again) == "small-course: 1 written, 0 removed; not published; --publish does that."


@inside
def test_loading_all_publishes_changes_when_told(folder: Path) -> None:
    load_all(actor=SYSTEM, folder=folder)
    change(folder, f"{FIRST}/en.md", "Text of part one", "Better text")
    (result,) = load_all(actor=SYSTEM, folder=folder, publish=True)
    assert result.edition is not None
    assert (result.edition.major, result.edition.minor) == (1, 1)
    (again,) = load_all(actor=SYSTEM, folder=folder, publish=True)
    assert again.edition is None
    change(folder, f"{FIRST}/en.md", "Better text", "Even better text")
    load_all(actor=SYSTEM, folder=folder)  # as a start of the site does, before anybody could publish
    (later,) = load_all(actor=SYSTEM, folder=folder, publish=True)
    assert str(later) == "small-course: nothing new; edition 1.2 published."


@inside
def test_loading_all_does_not_publish_what_an_author_is_writing(folder: Path) -> None:
    (first,) = load_all(actor=SYSTEM, folder=folder)
    edit(first.loaded.course, "m1-go-on", markdown="Half a sentence")
    change(folder, f"{FIRST}/en.md", "Text of part one", "Better text")
    (result,) = load_all(actor=SYSTEM, folder=folder, publish=True)
    assert result.loaded.written == ("m1-start",)
    assert result.edition is None
    assert "left to those who edit m1-go-on in the browser" in str(result)
