"""What is kept: the rebuilt state, one's own data, what erasing takes away, and the words of mails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from assessments.handins import own_data
from assessments.handins.models import Feedback, FeedbackDraft, Handin, HandinDraft, HandinVersion
from assessments.handins.rebuild import rebuild
from courses.programmes.models import Deadline, Programme
from lms.accounts.models import Person
from lms.accounts.services import erase_person
from lms.kernel.blobs import Attachment
from lms.kernel.clock import today
from lms.kernel.db import db
from lms.kernel.i18n import force_language
from lms.kernel.jobs import run_all
from lms.kernel.permissions import SYSTEM
from lms.kernel.state import state
from tests.assessments.handins.scene import ACCEPTED, NODE, PDF, REVISE, inside

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from lms.testing.smtp import SmtpSink
    from tests.assessments.handins.scene import Scene


def history(scene: Scene) -> None:
    """Let a draft, a waiting, a sent-back and an accepted hand-in be there."""
    scene.hand_in(scene.marja)
    scene.hand_in(scene.anna)
    scene.hand_in(scene.lone, "My own words", [("own.pdf", PDF)])
    claudia = scene.visit(scene.claudia)
    turku, lahti, _lone = scene.grading(scene.claudia)
    claudia.send(turku, {**REVISE, "send": "1"})
    scene.hand_in(scene.marja, "Second")
    claudia.send(turku, {**ACCEPTED, "send": "1"})
    claudia.send(lahti, {**REVISE, "send": "1"})
    address = f"/programmes/{scene.programme}/hand-ins/m2-handin"
    scene.visit(scene.marja).send(address, {"text": "Half", "draft": "1"})


def test_rebuilding_finds_nothing_after_a_real_history(scene: Scene) -> None:
    history(scene)
    with scene.app.app_context():
        assert rebuild(check=True) == []


def test_rebuilding_says_and_mends_what_differs(scene: Scene) -> None:
    history(scene)
    inside(scene.app, lambda: db.session.execute(update(Handin).values(state="waiting")))
    with scene.app.app_context():
        found = rebuild(check=True)
        assert len(found) == 3
        assert len(rebuild(check=False)) == 3
        assert rebuild(check=True) == []
    states = inside(scene.app, lambda: db.session.scalars(select(Handin.state).order_by(Handin.id)).all())
    assert states == ["accepted", "revise", "waiting", "draft"]


def test_one_can_see_all_that_is_kept_about_oneself(scene: Scene) -> None:
    history(scene)
    mine: list[dict[str, Any]] = inside(scene.app, lambda: own_data.own_handins(scene.marja))
    assert [(item["version"], item["text"], item["answer"]) for item in mine] == [
        (1, "Our map.", "revise"),
        (2, "Second", "accepted"),
    ]
    assert inside(scene.app, lambda: own_data.own_handins(scene.paolo)) == []
    (alone,) = inside(scene.app, lambda: own_data.own_handins(scene.lone))
    assert alone["files"] == ["own.pdf"]
    assert [item["text"] for item in inside(scene.app, lambda: own_data.own_drafts(scene.marja))] == ["Half"]
    assert len(inside(scene.app, lambda: own_data.own_feedback(scene.claudia))) == 3


def test_erasing_takes_ones_own_work_and_leaves_the_teams(scene: Scene) -> None:
    history(scene)
    third = scene.grading(scene.claudia, state="waiting")[0]
    claudia = scene.visit(scene.claudia)
    claudia.send(third, {**REVISE, "next-step": "Try once more", "send": "1"})
    scene.hand_in(scene.lone, "My own words again")
    claudia.send(third, {"next-step": "begun", "keep": "1"})

    def erase() -> None:
        for person in (scene.lone, scene.marja, scene.claudia):
            erase_person(actor=SYSTEM, person_id=person)

    inside(scene.app, erase)
    texts = inside(scene.app, lambda: db.session.scalars(select(HandinVersion.text).order_by(HandinVersion.id)).all())
    assert texts == ["Our map.", "Our map.", "", "Second", ""]

    def told() -> list[tuple[str, str, str]]:
        rows = db.session.scalars(select(Feedback).order_by(Feedback.id))
        return [(row.verdict, row.next_step, row.remarks["year"]["remark"]) for row in rows]

    assert inside(scene.app, told) == [
        ("revise", "", "Which year?"),
        ("accepted", "", ""),
        ("revise", "", "Which year?"),
        ("revise", "", ""),
    ]
    assert inside(scene.app, lambda: db.session.scalars(select(Attachment)).all()) == []
    assert inside(scene.app, lambda: db.session.scalars(select(FeedbackDraft)).all()) == []
    assert "Half" in inside(scene.app, lambda: db.session.scalars(select(HandinDraft.text)).all())
    page = scene.visit(scene.paolo).get(scene.address)
    assert page.status_code == 200
    assert "somebody who has left" in page.text


def test_mails_come_in_each_persons_language(scene: Scene, smtp: SmtpSink) -> None:
    scene.app.config.update(smtp.settings)

    def learn_german() -> None:
        db.session.get_one(Person, scene.paolo).language = "de"

    inside(scene.app, learn_german)
    scene.hand_in(scene.marja)
    with scene.app.app_context():
        run_all()
    found = smtp.wait_for(4)
    assert any("Hand-in from Turku: M1" in mail["Subject"] for mail in found)
    assert {mail["Content-Language"] for mail in found} == {"en", "de"}
    bodies = [mail.get_body(("plain",)).get_content() for mail in found]  # type: ignore[union-attr]  # our mails have plain text
    address = scene.grading(scene.claudia)[0]
    assert any(f"http://localhost{address}" in body for body in bodies)
    assert any(f"http://localhost{scene.address}" in body for body in bodies)


def test_a_mail_has_nothing_to_tell_when_the_answer_was_faster(scene: Scene) -> None:
    scene.hand_in(scene.marja)
    (address,) = scene.grading(scene.claudia)
    scene.visit(scene.claudia).send(address, {**REVISE, "send": "1"})

    def compose(kind: str, **args: int) -> Any:
        builders: dict[str, Any] = state().feature_values("mails")
        with force_language("en"):
            return builders[kind](args)

    assert inside(scene.app, lambda: compose("handins.received", version_id=1)) is None
    assert inside(scene.app, lambda: compose("handins.received", version_id=99)) is None
    assert inside(scene.app, lambda: compose("handins.revise", feedback_id=99)) is None
    told = inside(scene.app, lambda: compose("handins.revise", feedback_id=1))
    assert told.subject == "Revise: M1 Hand-in"


def test_the_history_says_how_it_stood_with_the_date(scene: Scene) -> None:
    def due() -> None:
        programme = db.session.get_one(Programme, scene.programme_id)
        db.session.add(Deadline(programme_id=programme.id, node_key=NODE, due_on=today(programme.time_zone)))

    inside(scene.app, due)
    scene.hand_in(scene.marja)
    page = scene.visit(scene.paolo).get(scene.address).text
    assert "Marja Lehto handed in version 1, on the last day" in re.sub(r"\s+", " ", page)


def test_forms_and_examples_can_be_read_and_downloaded(scene: Scene, tmp_path: Path) -> None:
    del tmp_path
    from courses.authoring.loading import load_all  # noqa: PLC0415 - only here
    from courses.catalogue.queries import course_by_slug  # noqa: PLC0415 - only here
    from tests.factories.programmes import enrol, make_programme  # noqa: PLC0415 - only here

    def load() -> str:
        load_all(actor=SYSTEM)
        course = course_by_slug("ims-for-sustainability")
        programme = make_programme("Real", hub_id=scene.hub_id, course_id=course.id)
        enrol(scene.stranger, programme, "Turku")
        return programme.ref

    ref = inside(scene.app, load)
    visitor = scene.visit(scene.stranger)
    root = f"/programmes/{ref}/hand-ins/m1-handin"
    page = visitor.get(root).text
    links = re.findall(rf'href="({root}/documents/[^"]+)"', page)
    names = ("form.en.md", "example.en.md")
    assert links == [f"{root}/documents/{name}{kind}" for name in names for kind in ("", "/as/docx", "/as/xlsx")]
    read = visitor.get(links[0]).text
    assert read.count("<h1") == 1
    assert "Form to fill in" in read
    assert "data-lms-print" in read
    assert '<table class="lms-table lms-table--cards lms-table--form" role="table">' in read
    assert visitor.download(links[1]).startswith(b"PK")
    assert visitor.download(f"{links[0]}/file").startswith(b"# ")
    assert scene.visit(scene.foreign_trainer).get(links[0]).status_code == 404
