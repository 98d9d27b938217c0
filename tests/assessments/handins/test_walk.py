"""The way of a hand-in through the pages: handed in, sent back, handed in again, accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from assessments.handins.models import Handin, HandinVersion
from courses.progress.models import EnrolmentState, Outcome
from lms.kernel.db import db
from lms.kernel.mail import Mail
from tests.assessments.handins.scene import ACCEPTED, NODE, PDF, PNG, REVISE, inside

if TYPE_CHECKING:
    from tests.assessments.handins.scene import Scene


def outcomes(scene: Scene) -> list[tuple[str, bool]]:
    rows = select(Outcome.kind, Outcome.team_id).where(Outcome.node_key == NODE).order_by(Outcome.id)
    return inside(scene.app, lambda: [(kind, team is not None) for kind, team in db.session.execute(rows)])  # type: ignore[no-any-return]  # what is asked for inside


def states(scene: Scene) -> dict[int, str]:
    """Return how the hand-in stands for each person."""
    from courses.programmes.models import Enrolment  # noqa: PLC0415 - only here

    def ask() -> dict[int, str]:
        rows = db.session.execute(
            select(Enrolment.person_id, EnrolmentState.nodes).join(
                EnrolmentState, EnrolmentState.enrolment_id == Enrolment.id
            )
        )
        return {person: nodes[NODE]["state"] for person, nodes in rows if NODE in nodes}

    return inside(scene.app, ask)  # type: ignore[no-any-return]  # what is asked for inside


def mails(scene: Scene) -> list[tuple[str, int]]:
    rows = select(Mail.kind, Mail.person_id).order_by(Mail.id)
    return inside(scene.app, lambda: [(kind, person) for kind, person in db.session.execute(rows)])  # type: ignore[no-any-return]  # what is asked for inside


def test_a_team_hands_in_revises_and_is_accepted(scene: Scene) -> None:
    answer = scene.hand_in(scene.marja, "Our map.", [("Turku map.pdf", PDF)])
    assert (answer.status_code, outcomes(scene)) == (303, [("handed_in", True)])
    page = scene.visit(scene.paolo).get(scene.address)
    assert "Version 1 waits for your trainer" in page.text
    assert "Turku map.pdf" in page.text

    trainer = scene.visit(scene.claudia)
    (address,) = scene.grading(scene.claudia, state="waiting")
    answer = trainer.send(address, {**REVISE, "next-step": "Add the years.", "send": "1"})
    assert answer.status_code == 303
    assert "sent back to revise" in trainer.get("/grading").text
    page = scene.visit(scene.paolo).get(scene.address)
    assert "Which year?" in page.text
    assert "Add the years." in page.text
    assert "Hand in version 2" in page.text

    assert scene.hand_in(scene.paolo, "We added the years.").status_code == 303
    assert trainer.send(address, {**ACCEPTED, "send": "1"}).status_code == 303
    assert outcomes(scene) == [(kind, True) for kind in ("handed_in", "revise", "handed_in", "accepted")]
    assert states(scene) == {scene.marja: "accepted", scene.paolo: "accepted"}
    page = scene.visit(scene.marja).get(scene.address)
    assert "Your work is accepted" in page.text
    assert 'name="handin"' not in page.text


def test_everybody_is_told(scene: Scene) -> None:
    scene.hand_in(scene.marja)
    team, trainers = [scene.marja, scene.paolo], [scene.claudia, scene.radu]
    handed_in = [("handins.handed_in", person) for person in team]
    received = [("handins.received", person) for person in trainers]
    assert mails(scene) == handed_in + received
    (address,) = scene.grading(scene.claudia)
    scene.visit(scene.claudia).send(address, {**ACCEPTED, "send": "1"})
    assert mails(scene)[4:] == [("handins.accepted", person) for person in team]


def test_versions_stay_as_they_were(scene: Scene) -> None:
    scene.hand_in(scene.marja, "First words.", [("a.pdf", PDF)])
    (address,) = scene.grading(scene.claudia)
    scene.visit(scene.claudia).send(address, {**REVISE, "send": "1"})
    scene.hand_in(scene.marja, "Second words.", [("b.png", PNG)])
    ref = address.rpartition("/")[2]
    for person in (scene.paolo, scene.claudia):
        first = scene.visit(person).get(f"/hand-ins/{ref}/versions/1").text
        assert "First words." in first
        assert "a.pdf" in first
        assert "Which year?" in first
        assert "Second words." not in first
    assert scene.visit(scene.paolo).get(f"/hand-ins/{ref}/versions/3").status_code == 404


def test_whoever_has_no_city_hands_in_alone(scene: Scene) -> None:
    page = scene.visit(scene.lone).get(scene.address)
    assert "your own hand-in" in page.text
    assert "Who worked on this?" not in page.text
    assert scene.hand_in(scene.lone).status_code == 303
    assert outcomes(scene) == [("handed_in", False)]
    (address,) = scene.grading(scene.claudia)
    scene.visit(scene.claudia).send(address, {**ACCEPTED, "send": "1"})
    assert states(scene) == {scene.lone: "accepted"}


def test_nothing_to_hand_in_is_refused_and_said_at_the_field(scene: Scene) -> None:
    answer = scene.hand_in(scene.marja, "  ")
    assert answer.status_code == 422
    assert 'href="#files"' in answer.text
    assert "Add at least one file, or write your text in the box." in answer.text
    assert outcomes(scene) == []


def test_somebody_must_have_worked_on_it(scene: Scene) -> None:
    answer = scene.visit(scene.marja).send(scene.address, {"text": "Our map.", "handin": "1"})
    assert answer.status_code == 422
    assert "Tick at least one person who worked on this." in answer.text
    assert "Our map.</textarea>" in answer.text


def test_only_members_count_as_having_worked_on_it(scene: Scene) -> None:
    fields = {"text": "Our map.", "handin": "1", "who": [str(scene.paolo), str(scene.stranger)]}
    assert scene.visit(scene.marja).send(scene.address, fields).status_code == 303
    found = inside(scene.app, lambda: db.session.scalars(select(HandinVersion.worked_on)).all())
    assert found == [[scene.paolo]]


def test_a_draft_keeps_text_files_and_ticks(scene: Scene) -> None:
    fields = {"text": "Half a map.", "who": [str(scene.paolo)], "draft": "1"}
    answer = scene.visit(scene.marja).send(scene.address, fields, files=[("a.pdf", PDF)])
    assert answer.status_code == 303
    page = scene.visit(scene.paolo).get(scene.address).text
    assert "Half a map.</textarea>" in page
    assert "a.pdf" in page
    assert re.search(rf'value="{scene.paolo}" id="[^"]*" checked|value="{scene.paolo}" checked', page)
    assert not re.search(rf'value="{scene.marja}"[^>]* checked', page)
    assert "by Marja Lehto" in page
    assert scene.grading(scene.claudia) == []
    assert outcomes(scene) == []


def test_enter_in_the_form_saves_and_never_hands_in(scene: Scene) -> None:
    page = scene.visit(scene.marja).get(scene.address).text
    form = page[page.index('<form class="lms-form"') :]
    assert form.index('name="draft"') < form.index('name="handin"')


def test_files_can_be_taken_out_and_used_again(scene: Scene) -> None:
    marja = scene.visit(scene.marja)
    marja.send(scene.address, {"text": "", "draft": "1"}, files=[("a.pdf", PDF), ("b.png", PNG)])
    remove = re.findall(r'name="remove" value="([a-z0-9]+)"', marja.get(scene.address).text)
    assert len(remove) == 2
    marja.send(scene.address, {"remove": remove[0]})
    assert "a.pdf" not in marja.get(scene.address).text
    scene.hand_in(scene.marja, "With a picture.")
    (address,) = scene.grading(scene.claudia)
    scene.visit(scene.claudia).send(address, {**REVISE, "send": "1"})
    (again,) = re.findall(r'name="again" value="([a-z0-9]+)"', marja.get(scene.address).text)
    assert again == remove[1]
    marja.send(scene.address, {"text": "Now better.", "again": again})
    marja.send(scene.address, {"take-text": "1", "text": "Now better."})
    page = marja.get(scene.address).text
    assert "With a picture.\n\nNow better.</textarea>" in page
    assert 'name="again"' not in page
    scene.hand_in(scene.marja, "Now better.")
    ref = address.rpartition("/")[2]
    assert all("b.png" in marja.get(f"/hand-ins/{ref}/versions/{number}").text for number in (1, 2))


def test_feedback_needs_a_verdict_for_each_criterion_and_a_reason(scene: Scene) -> None:
    scene.hand_in(scene.marja)
    (address,) = scene.grading(scene.claudia)
    trainer = scene.visit(scene.claudia)
    answer = trainer.send(address, {"send": "1"})
    assert answer.text.count('href="#verdict-') == 2  # every criterion that lacks a verdict is named at once
    answer = trainer.send(address, {"verdict-owner": "accepted", "remark-owner": "Well done", "send": "1"})
    assert answer.text.count('href="#verdict-') == 1
    assert answer.status_code == 422
    assert 'href="#verdict-year"' in answer.text
    assert "Well done</textarea>" in answer.text
    answer = trainer.send(address, {"verdict-owner": "accepted", "verdict-year": "revise", "send": "1"})
    assert answer.status_code == 422
    assert 'href="#remark-year"' in answer.text
    assert outcomes(scene) == [("handed_in", True)]


def test_feedback_can_be_kept_and_the_team_sees_nothing(scene: Scene) -> None:
    scene.hand_in(scene.marja)
    (address,) = scene.grading(scene.claudia)
    trainer = scene.visit(scene.claudia)
    answer = trainer.send(address, {"verdict-year": "revise", "remark-year": "Secret so far", "keep": "1"})
    assert answer.status_code == 303
    page = trainer.get(address).text
    assert "Secret so far</textarea>" in page
    assert "The team sees nothing yet." in page
    assert "Secret so far" not in scene.visit(scene.marja).get(scene.address).text
    trainer.send(address, {**ACCEPTED, "send": "1"})
    assert "Secret so far" not in trainer.get(address).text


def test_an_address_that_leads_nowhere_says_so(scene: Scene) -> None:
    marja = scene.visit(scene.marja)
    for path in (
        f"/programmes/{scene.programme}/hand-ins/m1-quiz",
        f"/programmes/{scene.programme}/hand-ins/nowhere",
        f"{scene.address}/documents/none.md",
        "/programmes/none/hand-ins/m1-handin",
        "/hand-ins/none/versions/1",
        "/grading/none",
    ):
        assert marja.get(path).status_code == 404, path


def test_the_own_list_says_how_each_hand_in_stands(scene: Scene) -> None:
    scene.hand_in(scene.marja)
    page = scene.visit(scene.paolo).get("/hand-ins").text
    assert page.index("Waiting for feedback") < page.index("Not started")
    assert "You have no hand-ins yet." in scene.visit(scene.claudia).get("/hand-ins").text


def test_a_trainer_sees_the_task_as_participants_do(scene: Scene) -> None:
    page = scene.visit(scene.claudia).get(scene.address)
    assert "You see this hand-in as participants do." in page.text
    assert 'name="handin"' not in page.text
    assert (
        scene.visit(scene.claudia).send(scene.address, {"text": "x", "handin": "1"}, page="/account").status_code == 303
    )
    assert inside(scene.app, lambda: db.session.scalars(select(Handin)).all()) == []
