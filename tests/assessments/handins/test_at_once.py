"""Two people, two tabs, two clicks: nothing is lost and nothing is done twice, on both databases."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from assessments.handins.models import Feedback, Handin, HandinDraft, HandinVersion
from courses.progress.models import Outcome
from lms.kernel.db import db
from lms.testing.apps import make_host
from tests.assessments.handins.scene import ACCEPTED, PDF, PNG, REVISE, Scene, inside, make_scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lms.kernel.db import Base


@pytest.fixture
def postgres_scene(postgres_uri: str, tmp_path: Path) -> Iterator[Scene]:
    """The scene on PostgreSQL, where writers meet at rows instead of queueing up."""
    app = make_host(tmp_path, postgres_uri)
    yield make_scene(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def at_once(*actions: Callable[[], None]) -> None:
    """Do things at the same time; whatever one raises is raised here."""
    barrier, faults = Barrier(len(actions)), []

    def run(action: Callable[[], None]) -> None:
        try:
            barrier.wait()
            action()
        except BaseException as error:  # noqa: BLE001 - told below
            faults.append(error)

    threads = [Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def count(scene: Scene, model: type[Base]) -> int:
    return inside(scene.app, lambda: db.session.scalar(select(func.count()).select_from(model)))  # type: ignore[no-any-return]  # what is asked for inside


def test_two_people_who_save_at_once_lose_neither_text(scene: Scene) -> None:
    marja, paolo = scene.visit(scene.marja), scene.visit(scene.paolo)
    marjas, paolos = marja.form(scene.address), paolo.form(scene.address)
    assert marja.post(scene.address, marjas | {"text": "Marja's words", "draft": "1"}).status_code == 303
    answer = paolo.post(scene.address, paolos | {"text": "Paolo's words", "draft": "1"}, files=[("p.pdf", PDF)])
    assert answer.status_code == 409
    assert "Paolo&#39;s words</textarea>" in answer.text
    assert "<p>Marja&#39;s words</p>" in answer.text
    assert "p.pdf" in answer.text
    assert inside(scene.app, lambda: db.session.scalars(select(HandinDraft.text)).all()) == ["Marja's words"]
    # Having seen both, the next save counts.
    seen = {"seen": "1", "text": "Both words", "draft": "1"}
    assert paolo.post(scene.address, paolos | seen).status_code == 303
    assert inside(scene.app, lambda: db.session.scalars(select(HandinDraft.text)).all()) == ["Both words"]


def test_the_same_text_again_is_no_conflict(scene: Scene) -> None:
    marja = scene.visit(scene.marja)
    form = marja.form(scene.address) | {"text": "Words", "draft": "1"}
    assert [marja.post(scene.address, form).status_code for _time in range(2)] == [303, 303]
    assert inside(scene.app, lambda: db.session.scalars(select(HandinDraft.number)).all()) == [1]


def test_an_old_tab_does_not_bring_back_what_was_handed_in(scene: Scene) -> None:
    marja, paolo = scene.visit(scene.marja), scene.visit(scene.paolo)
    old = paolo.form(scene.address)
    scene.hand_in(scene.marja, "Marja handed this in.")
    answer = paolo.post(scene.address, old | {"text": "Paolo typed this.", "handin": "1", "who": [str(scene.paolo)]})
    assert answer.status_code == 409
    assert "Paolo typed this.</textarea>" in answer.text
    assert "Somebody else handed in meanwhile" in answer.text
    assert "Hand it in as a newer version if it is still needed." in answer.text
    answer = paolo.post(scene.address, old | {"text": "", "handin": "1"}, files=[("p.pdf", PDF)])
    assert answer.status_code == 409
    assert "Version 1 was handed in while you were writing." in answer.text
    assert "p.pdf" in marja.get(scene.address).text
    assert count(scene, HandinVersion) == 1


def test_a_second_click_gets_the_first_answer(scene: Scene) -> None:
    marja = scene.visit(scene.marja)
    form = marja.form(scene.address) | {"text": "Our map.", "handin": "1", "who": [str(scene.marja)]}
    answers = [marja.post(scene.address, form, files=[("a.pdf", PDF)]) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert count(scene, HandinVersion) == 1
    assert count(scene, Outcome) == 1


def test_two_clicks_at_once_hand_in_once(postgres_scene: Scene) -> None:
    scene = postgres_scene
    visitors = [scene.visit(scene.marja), scene.visit(scene.marja)]
    forms = [visitor.form(scene.address) for visitor in visitors]
    more = {"text": "Our map.", "handin": "1", "who": [str(scene.marja)]}
    codes: list[int] = []

    def click(number: int) -> None:
        answer = visitors[number].post(scene.address, forms[number] | more, files=[("a.pdf", PDF)])
        codes.append(answer.status_code)

    at_once(lambda: click(0), lambda: click(1))
    assert codes == [303, 303]
    assert (count(scene, Handin), count(scene, HandinVersion), count(scene, Outcome)) == (1, 1, 1)


def test_two_members_who_hand_in_at_once_make_one_version_and_lose_no_words(postgres_scene: Scene) -> None:
    scene = postgres_scene
    people = {scene.marja: "From Marja", scene.paolo: "From Paolo"}
    visitors = {person: scene.visit(person) for person in people}
    forms = {person: visitor.form(scene.address) for person, visitor in visitors.items()}
    answers: dict[int, tuple[int, str]] = {}

    def send(person: int) -> None:
        more = {"text": people[person], "handin": "1", "who": [str(person)]}
        answer = visitors[person].post(scene.address, forms[person] | more)
        answers[person] = (answer.status_code, answer.text)

    at_once(*(lambda person=person: send(person) for person in people))
    assert sorted(code for code, _text in answers.values()) == [303, 409]
    (loser,) = [person for person, (code, _text) in answers.items() if code == 409]
    assert f"{people[loser]}</textarea>" in answers[loser][1]
    assert count(scene, HandinVersion) == 1


def test_two_trainers_at_once_give_one_answer(postgres_scene: Scene) -> None:
    scene = postgres_scene
    scene.hand_in(scene.marja)
    (address,) = scene.grading(scene.claudia)
    words = {scene.claudia: ACCEPTED | {"next-step": "From Claudia"}, scene.radu: REVISE | {"next-step": "From Radu"}}
    visitors = {person: scene.visit(person) for person in words}
    forms = {person: visitor.form(address) for person, visitor in visitors.items()}
    answers: dict[int, tuple[int, str]] = {}

    def send(person: int) -> None:
        answer = visitors[person].post(address, forms[person] | words[person] | {"send": "1"})
        answers[person] = (answer.status_code, answer.text)

    at_once(lambda: send(scene.claudia), lambda: send(scene.radu))
    assert sorted(code for code, _text in answers.values()) == [303, 409]
    (loser,) = [person for person, (code, _text) in answers.items() if code == 409]
    assert words[loser]["next-step"] in answers[loser][1]
    assert "Another trainer answered this version a moment ago" in answers[loser][1]
    assert count(scene, Feedback) == 1
    assert count(scene, Outcome) == 2


def test_a_trainers_second_click_gets_the_first_answer(scene: Scene) -> None:
    scene.hand_in(scene.marja)
    (address,) = scene.grading(scene.claudia)
    trainer = scene.visit(scene.claudia)
    form = trainer.form(address) | REVISE | {"send": "1"}
    assert [trainer.post(address, form).status_code for _time in range(2)] == [303, 303]
    assert count(scene, Feedback) == 1


def test_a_newer_version_stops_feedback_on_an_older_one(scene: Scene) -> None:
    scene.hand_in(scene.marja, "Version one.")
    (address,) = scene.grading(scene.claudia)
    trainer = scene.visit(scene.claudia)
    old = trainer.form(address)
    scene.hand_in(scene.marja, "Version two.", [("b.png", PNG)])
    answer = trainer.post(address, old | REVISE | {"next-step": "Long words", "send": "1"})
    assert answer.status_code == 409
    assert "Version 2 came in while you were writing" in answer.text
    assert "Long words</textarea>" in answer.text
    assert "Which year?</textarea>" in answer.text
    assert "Version two." in answer.text
    assert count(scene, Feedback) == 0
    again = trainer.form(address) | REVISE | {"next-step": "Long words", "send": "1"}
    assert trainer.post(address, again).status_code == 303


def test_two_trainers_who_keep_drafts_see_both(scene: Scene) -> None:
    scene.hand_in(scene.marja)
    (address,) = scene.grading(scene.claudia)
    claudia, radu = scene.visit(scene.claudia), scene.visit(scene.radu)
    old = radu.form(address)
    claudia.send(address, {"next-step": "From Claudia", "keep": "1"})
    answer = radu.post(address, old | {"next-step": "From Radu", "keep": "1"})
    assert answer.status_code == 409
    assert "From Radu</textarea>" in answer.text
    assert "<p>From Claudia</p>" in answer.text
    seen = dict(old) | {"next-step": "From both", "keep": "1"}
    seen["seen"] = radu.form(address)["seen"]
    assert radu.post(address, seen).status_code == 303
    assert "From both</textarea>" in claudia.get(address).text


def test_work_that_was_accepted_meanwhile_takes_no_further_version(scene: Scene) -> None:
    scene.hand_in(scene.marja)
    (address,) = scene.grading(scene.claudia)
    paolo = scene.visit(scene.paolo)
    old = paolo.form(scene.address)
    scene.visit(scene.claudia).send(address, {**ACCEPTED, "send": "1"})
    answer = paolo.post(scene.address, old | {"text": "Too late", "handin": "1", "who": [str(scene.paolo)]})
    assert answer.status_code == 409
    assert "Too late" in answer.text
    assert count(scene, HandinVersion) == 1
