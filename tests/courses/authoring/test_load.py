"""Loading course files: the same twice changes nothing, and what somebody wrote in the browser is never overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from courses.authoring import queries, services
from courses.authoring.services import CourseFaults, load_course, save_text
from courses.catalogue.models import Content, Course, Segment, TextRevision
from lms.kernel import blobs
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden
from lms.kernel.permissions import SYSTEM, Viewer
from tests.factories.course_files import FIRST, SECOND, SVG, change, write_course, write_route

if TYPE_CHECKING:
    from pathlib import Path

    from courses.authoring.rules import Wins

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path)


def load(folder: Path, wins: Wins = "") -> services.Loaded:
    return load_course(actor=SYSTEM, folder=folder, wins=wins)


def revisions() -> int:
    return db.session.scalar(select(func.count()).select_from(TextRevision)) or 0


def markdown(course: Course, key: str, language: str = "en") -> str:
    text = queries.newest_text(queries.node_of(course, key).id, language)
    assert text is not None
    return str(text.body["markdown"])


def edit(course: Course, key: str, text: str, language: str = "en") -> None:
    node = queries.node_of(course, key)
    newest = queries.newest_text(node.id, language)
    assert newest is not None
    save_text(actor=SYSTEM, course=course, node=node, language=language, body={"markdown": text}, seen=newest.number)


def test_a_course_is_loaded_whole(folder: Path) -> None:
    course = load(folder).course
    assert [node.key for node in queries.draft_nodes(course.id)] == ["small-course", "m1-start", "m1-go-on", "m1"]
    assert markdown(course, "m1-start").startswith("Intro with a **term**.")
    files = queries.node_of(course, "m1-start").settings["files"]
    assert blobs.read(files["figure-one.svg"]["hash"]) == SVG.encode()


def test_loading_the_same_files_again_changes_nothing(folder: Path) -> None:
    load(folder)
    before = revisions()
    again = load(folder)
    assert not again.changed
    assert revisions() == before


def test_only_texts_that_changed_get_a_revision(folder: Path) -> None:
    load(folder)
    before = revisions()
    change(folder, f"{FIRST}/en.md", "Text of part one", "Better text of part one")
    assert load(folder).written == ("m1-start",)
    assert revisions() == before + 1


def test_a_course_with_faults_is_not_loaded_and_the_faults_are_told(folder: Path) -> None:
    change(folder, f"{FIRST}/en.md", "## Part", "# Part")
    with pytest.raises(CourseFaults) as refusal:
        load(folder)
    assert [fault.line for fault in refusal.value.faults] == [3]
    assert db.session.scalar(select(func.count()).select_from(Course)) == 0


def test_an_edit_in_the_browser_stays_while_the_files_stay(folder: Path) -> None:
    course = load(folder).course
    edit(course, "m1-start", "Edited.")
    change(folder, f"{SECOND}/en.md", "More text", "Even more text")
    assert load(folder).written == ("m1-go-on",)
    assert markdown(course, "m1-start") == "Edited."


def test_a_change_on_both_sides_is_refused_and_named(folder: Path) -> None:
    course = load(folder).course
    edit(course, "m1-start", "Edited.")
    change(folder, f"{FIRST}/en.md", "Text of part one", "Other text")
    with pytest.raises(Conflict, match="m1-start"):
        load(folder)
    assert markdown(course, "m1-start") == "Edited."


def test_the_files_win_where_told(folder: Path) -> None:
    course = load(folder).course
    edit(course, "m1-start", "Edited.")
    change(folder, f"{FIRST}/en.md", "Text of part one", "Other text")
    load(folder, wins="files")
    assert "Other text" in markdown(course, "m1-start")


def test_the_draft_wins_where_told_and_the_question_is_settled(folder: Path) -> None:
    course = load(folder).course
    edit(course, "m1-start", "Edited.")
    change(folder, f"{FIRST}/en.md", "Text of part one", "Other text")
    assert load(folder, wins="draft").kept == ("m1-start",)
    assert markdown(course, "m1-start") == "Edited."
    assert not load(folder).changed


def test_an_activity_that_left_the_files_leaves_the_draft(folder: Path) -> None:
    course = load(folder).course
    change(folder, f"{FIRST}/en.md", "See [next](lesson:m1-go-on).", "The end.")
    change(folder, f"{FIRST}/de.md", "Siehe [weiter](lesson:m1-go-on).", "Ende.")
    for path in sorted((folder / SECOND).iterdir()):
        path.unlink()
    (folder / SECOND).rmdir()
    assert load(folder).removed == ("m1-go-on",)
    assert "m1-go-on" not in [node.key for node in queries.draft_nodes(course.id)]


def test_a_removed_activity_comes_back_with_its_files(folder: Path) -> None:
    course = load(folder).course
    (folder / SECOND).rename(folder / "kept")
    change(folder, f"{FIRST}/en.md", "lesson:m1-go-on", "lesson:m1-start")
    change(folder, f"{FIRST}/de.md", "lesson:m1-go-on", "lesson:m1-start")
    kept = folder.parent / "kept"
    (folder / "kept").rename(kept)
    load(folder)
    kept.rename(folder / SECOND)
    assert load(folder).written == ("m1-go-on",)
    assert markdown(course, "m1-go-on").startswith("## Heading")


def test_translations_become_stale_exactly_where_the_source_changed(folder: Path) -> None:
    course = load(folder).course
    assert all(found.state.up_to_date for found in queries.translations(course))
    change(folder, f"{FIRST}/en.md", "Text of part one.", "Text of part one, changed.")
    load(folder)
    stale = {found.key: found.state for found in queries.translations(course) if not found.state.up_to_date}
    assert list(stale) == ["m1-start"]
    assert stale["m1-start"].stale == (2,)
    assert [block.text for block in stale["m1-start"].missing] == ["Text of part one, changed."]


def test_a_translated_segment_is_fresh_again_and_the_others_keep_their_mark(folder: Path) -> None:
    course = load(folder).course
    change(folder, f"{FIRST}/en.md", "Text of part one.", "Text of part one, changed.")
    change(folder, f"{FIRST}/en.md", "Intro", "New intro")
    load(folder)
    edit(course, "m1-start", markdown(course, "m1-start", "de").replace("Text von Teil eins", "Neuer Text"), "de")
    (german,) = [found for found in queries.translations(course) if found.key == "m1-start"]
    assert german.state.stale == (0,)


def test_every_block_of_a_lesson_is_a_segment(folder: Path) -> None:
    course = load(folder).course
    text = queries.newest_text(queries.node_of(course, "m1-start").id, "en")
    assert text is not None
    assert len(db.session.scalars(select(Segment).where(Segment.revision_id == text.id)).all()) == 5


def test_a_stranger_cannot_load(folder: Path) -> None:
    with pytest.raises(Forbidden):
        load_course(actor=Viewer(7), folder=folder)


def test_a_stale_save_writes_nothing(folder: Path) -> None:
    course = load(folder).course
    node = queries.node_of(course, "m1-start")
    edit(course, "m1-start", "First.")
    before = revisions()
    with pytest.raises(Conflict):
        save_text(actor=SYSTEM, course=course, node=node, language="en", body={"markdown": "Second."}, seen=1)
    assert revisions() == before


def test_a_route_is_loaded_before_or_after_its_course_and_follows_its_files(folder: Path) -> None:
    route = write_route(folder.parent)
    made = load(route).course
    services.publish(actor=SYSTEM, course=made)
    services.publish(actor=SYSTEM, course=load(folder).course)
    assert markdown(made, "m1-go-on") == markdown(load(folder).course, "m1-go-on")
    bodies = select(func.count()).select_from(Content).where(Content.body.contains("More text."))
    assert db.session.scalar(bodies) == 1  # a text that both show whole is kept once
    change(folder, f"{SECOND}/en.md", "More text.", "Other text.")
    assert load(route).written == ("m1-go-on",)
    assert "Other text." in markdown(made, "m1-go-on")


def test_an_included_text_is_changed_in_its_own_course_only(folder: Path) -> None:
    made = load(write_route(folder.parent)).course
    with pytest.raises(Forbidden, match="belongs to the course “small-course”"):
        edit(made, "m1-go-on", "Mine.")
    edit(made, "own-promise", "Ours.")
    assert markdown(made, "own-promise") == "Ours."
