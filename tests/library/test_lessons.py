"""Words of the glossary and links to items in lessons, previews and hand-ins: the same everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lms.kernel.permissions import SYSTEM
from lms.library.services import load_library
from tests.courses.learning.scene import make_scene
from tests.factories.library import TERMS, write_glossary, write_item
from tests.factories.people import make_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.courses.learning.scene import Scene
    from tests.factories.fixtures import Commit
    from tests.factories.pages import Send

TEXT = """Make a [SWOT table](term:swot) of [34,000](data:own.target) MWh with the [matrix](library:matrix).

Look at the [table](term:swot) again, and at a [word](term:unknown).

::: try Try it
Now.
:::
"""
GUIDE = "\nRead [the guide](library:guide).\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a library with a glossary, an item for everybody, and one for trainers."""
    place = tmp_path / "library"
    write_glossary(place)
    write_item(place, "matrix")
    write_item(place, "guide", kind="workshop-guide", audience="trainers")
    return place


@pytest.fixture
def scene(commit: Commit, tmp_path: Path, folder: Path) -> Scene:
    """Make a course whose first lesson names words and items."""

    def load() -> None:
        load_library(actor=SYSTEM, folder=folder)

    commit(load)
    return make_scene(commit, tmp_path, text=TEXT + GUIDE)


def test_a_lesson_explains_its_words_within_its_statements(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, statements: Callable[[], list[str]]
) -> None:
    sign_in(scene.marja)
    client.get(scene.lesson())
    statements()
    page = client.get(scene.lesson()).text
    sent = statements()
    assert len(sent) <= 6, sent
    assert page.count('id="word-swot" popover') == 1  # one window, however often the word is named
    assert page.count('popovertarget="word-swot"') == 4  # two words, another one, and the button that closes
    assert 'aria-label="SWOT table"' in page
    assert "A table with &lt;four&gt; fields." in page
    assert 'of 34,000 MWh with the <a href="/materials/' in page
    assert "and at a word." in page
    assert "Read the guide." in page  # only trainers may open it
    assert "Words in this lesson" in page


def test_trainers_are_led_on_to_what_is_theirs(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene
) -> None:
    sign_in(scene.trainer)
    assert 'Read <a href="/materials/' in client.get(scene.lesson()).text


def test_a_changed_glossary_is_seen_at_once(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, commit: Commit, folder: Path
) -> None:
    sign_in(scene.marja)
    assert "A table with" in client.get(scene.lesson()).text
    write_glossary(folder, TERMS.replace("A table with <four>", "A sheet of four"))

    def load() -> None:
        load_library(actor=SYSTEM, folder=folder)

    commit(load)
    assert "A sheet of four fields." in client.get(scene.lesson()).text


def test_authors_see_the_same_in_previews(
    client: FlaskClient, sign_in: Callable[[int], None], scene: Scene, commit: Commit, send: Send
) -> None:
    sign_in(commit(make_person, "Aino Author", ("author", "partnership", 0)).id)
    page = client.get(f"/authoring/{scene.course.ref}/preview/m1-start").text
    assert page.count('id="word-swot" popover') == 1
    address = f"/authoring/{scene.course.ref}/lessons/m1-start/preview"
    answer = send(address, {"text": "A [SWOT](term:swot) and [5](data:a.b)."})
    assert '<button type="button" popovertarget="word-swot">SWOT</button></span> and 5.' in answer.text
    assert answer.text.count('id="word-swot" popover') == 1


def test_without_a_library_words_stay_words(
    client: FlaskClient, sign_in: Callable[[int], None], commit: Commit, tmp_path: Path
) -> None:
    scene = make_scene(commit, tmp_path, text=TEXT)
    sign_in(scene.marja)
    page = client.get(scene.lesson()).text
    assert "Make a SWOT table of 34,000 MWh with the matrix." in page
    assert 'popovertarget="word-' not in page
