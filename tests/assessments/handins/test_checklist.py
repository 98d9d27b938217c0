"""A checklist in a hand-in: answered, kept, handed in, compared, given out again; nothing is lost on the way."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from assessments.handins import own_data
from assessments.handins.checklist import NOTHING, Answer, Sent, counts, merge, read, stored, unanswered, unexplained
from assessments.handins.models import HandinVersion
from lms.accounts.services import erase_person
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from tests.assessments.handins.checked import ALL_YES, KEYS, answered, fields_of, make_checked_scene
from tests.assessments.handins.scene import REVISE, inside

if TYPE_CHECKING:
    from flask import Flask

    from tests.assessments.handins.scene import Scene


@pytest.fixture
def checked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return make_checked_scene(app, monkeypatch)


def hand_in(scene: Scene, person_id: int, fields: dict[str, str]) -> int:
    sent = {"text": "", "who": [str(person_id)], "handin": "1", **fields}
    return scene.visit(person_id).send(scene.address, sent).status_code


def test_a_draft_may_have_gaps_and_what_is_handed_in_may_not(checked: Scene) -> None:
    marja = checked.visit(checked.marja)
    draft = {"text": "", "draft": "1", "check-scope": "yes", "remark-scope": "", "check-deputy": "no"}
    draft |= {"remark-deputy": "", "remark-dates": "Half done"}
    assert marja.send(checked.address, draft).status_code == 303
    kept = {key: value for key, value in draft.items() if key.startswith(("check-", "remark-"))}
    assert fields_of(marja.get(checked.address).text) == kept
    refused = marja.send(checked.address, {**draft, "handin": "1", "who": [str(checked.marja)]})
    assert refused.status_code == 422
    # Everything that is missing is said at once, at its own field, and nothing is lost.
    links = re.findall(r'<li><a href="#((?:check|remark)-[a-z]+)">', refused.text)
    assert links == ["remark-deputy", "check-dates"]
    assert re.search(r'<fieldset class="lms-field" data-error[^>]*aria-describedby="check-dates-error"', refused.text)
    assert 'id="remark-deputy-error"' in refused.text
    assert "<span>Answer this question.</span>" in refused.text
    assert fields_of(refused.text) == kept
    assert '<span class="lms-tag" data-tone="todo">1 not answered</span>' in refused.text


def test_a_draft_comes_back_to_where_it_was_saved_and_says_so_there(checked: Scene) -> None:
    marja = checked.visit(checked.marja)
    page = marja.get(checked.address).text
    assert [number for number in ("A1", "A2", "B1") if f'<legend class="lms-legend">{number} ' in page] == [
        "A1",
        "A2",
        "B1",
    ]
    assert "Draft saved" not in page
    form = marja.form(checked.address) | {"text": "", "check-scope": "yes", "remark-scope": ""}
    for button, place in (("saved-1", "saved-1"), ("saved", "saved"), ("1", "new"), ('saved-1"><b', "new")):
        sent = marja.post(checked.address, form | {"draft": button})
        assert sent.headers["Location"].endswith(f"/hand-ins/m1-handin#{place}")
    page = marja.get(checked.address).text
    for place in ("saved-1", "saved"):
        assert re.search(rf'<p class="lms-save" id="{place}" data-tone="ok">.*?Draft saved at .*? by Marja', page)


def test_who_teaches_sees_the_questions_of_the_task(checked: Scene) -> None:
    page = checked.visit(checked.claudia).get(checked.address).text
    assert "<h4>A. Set-up</h4>" in page
    assert '<b>A1 Is the scope *written* down?</b><span class="lms-muted">Look at the order.</span>' in page


def test_the_trainer_sees_the_answers_with_the_version(checked: Scene) -> None:
    fields = answered(deputy=("no", "Open until <May>"), dates=("pending", "Line 1\nLine 2"))
    assert hand_in(checked, checked.marja, fields) == 303
    (address,) = checked.grading(checked.claudia)
    page = checked.visit(checked.claudia).get(address).text
    for said in ("1 yes", "1 no", "1 pending", "Is the scope *written* down?", "Open until &lt;May&gt;", "Line 1<br>"):
        assert said in page
    assert "not answered" not in page
    assert "<h4>A. Set-up</h4>" in page
    assert re.search(r"<th [^>]*>\s*A2 Has every role a deputy\?", page)
    assert "Open until" not in checked.visit(checked.hanna).get(address).text


def test_a_newer_version_begins_with_the_answers_and_shows_what_changed(checked: Scene) -> None:
    hand_in(checked, checked.marja, answered(deputy=("no", "Open")))
    (address,) = checked.grading(checked.claudia)
    checked.visit(checked.claudia).send(address, {**REVISE, "send": "1"})
    page = checked.visit(checked.paolo).get(checked.address).text
    assert fields_of(page) == answered(deputy=("no", "Open"))
    assert hand_in(checked, checked.paolo, answered(deputy=("yes", "Ms Holm"))) == 303
    page = checked.visit(checked.claudia).get(address).text
    assert "1 answer changed since version 1." in page
    assert re.search(r"was:\s*No", page)
    assert re.search(r"<summary>Remark before</summary>\s*<p>Open</p>", page)
    first = checked.visit(checked.paolo).get(f"/hand-ins/{address.rpartition('/')[2]}/versions/1").text
    assert "changed since" not in first
    assert "Open" in first


def test_two_who_answer_different_questions_lose_nothing(checked: Scene) -> None:
    marja, paolo = checked.visit(checked.marja), checked.visit(checked.paolo)
    marjas, paolos = marja.form(checked.address), paolo.form(checked.address)
    empty = {f"remark-{key}": "" for key in KEYS} | {"text": "", "draft": "1"}
    assert marja.post(checked.address, marjas | empty | {"check-scope": "yes"}).status_code == 303
    assert paolo.post(checked.address, paolos | empty | {"check-dates": "no"}).status_code == 303
    found = fields_of(marja.get(checked.address).text)
    assert (found["check-scope"], found["check-dates"]) == ("yes", "no")


@pytest.mark.parametrize("first", ["text", "answer"])
def test_one_who_writes_and_one_who_answers_are_not_in_each_others_way(checked: Scene, first: str) -> None:
    marja, paolo = checked.visit(checked.marja), checked.visit(checked.paolo)
    empty = {f"remark-{key}": "" for key in KEYS} | {"draft": "1"}
    marja.send(checked.address, empty | {"text": "Begun."})
    sent = {
        "text": (marja, marja.form(checked.address) | empty | {"text": "Begun. Done."}),
        "answer": (paolo, paolo.form(checked.address) | empty | {"text": "Begun.", "check-scope": "yes"}),
    }
    for what in sorted(sent, key=lambda what: what != first):
        person, form = sent[what]
        assert person.post(checked.address, form).status_code == 303
    page = marja.get(checked.address).text
    assert "Begun. Done.</textarea>" in page
    assert fields_of(page)["check-scope"] == "yes"


def test_two_who_answer_the_same_question_see_both(checked: Scene) -> None:
    marja, paolo = checked.visit(checked.marja), checked.visit(checked.paolo)
    marjas, paolos = marja.form(checked.address), paolo.form(checked.address)
    empty = {f"remark-{key}": "" for key in KEYS} | {"text": "", "draft": "1"}
    marja.post(checked.address, marjas | empty | {"check-scope": "no", "remark-scope": "Marja says so"})
    mine = {"check-scope": "pending", "remark-scope": "Paolo says so", "check-deputy": "yes"}
    answer = paolo.post(checked.address, paolos | empty | mine)
    assert answer.status_code == 409
    assert "Marja Lehto answered some of the same questions" in answer.text
    assert '<li><a href="#check-scope">Is the scope *written* down?</a></li>' in answer.text
    assert "Marja says so" in answer.text
    assert fields_of(answer.text) == empty_without_text(empty) | mine
    # Whoever has seen both decides.
    shown = dict(re.findall(r'name="((?:shown-|seen)[a-z]*)" value="([^"]*)"', answer.text))
    assert paolo.post(checked.address, paolos | empty | mine | shown).status_code == 303
    assert fields_of(marja.get(checked.address).text)["remark-scope"] == "Paolo says so"


def empty_without_text(empty: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in empty.items() if key.startswith("remark-")}


def test_a_second_click_hands_in_once(checked: Scene) -> None:
    marja = checked.visit(checked.marja)
    form = marja.form(checked.address) | ALL_YES | {"text": "", "who": [str(checked.marja)], "handin": "1"}
    assert [marja.post(checked.address, form).status_code for _ in range(2)] == [303, 303]
    assert inside(checked.app, lambda: db.session.query(HandinVersion).count()) == 1
    # One changed answer is no second click.
    other = marja.post(checked.address, form | {"check-scope": "no", "remark-scope": "After all"})
    assert other.status_code == 409
    assert fields_of(other.text)["remark-scope"] == "After all"


def test_answers_are_among_ones_own_data_and_go_with_the_person(checked: Scene) -> None:
    hand_in(checked, checked.marja, answered(deputy=("no", "Open")))
    (mine,) = inside(checked.app, lambda: own_data.own_handins(checked.marja))
    assert mine["checklist"]["deputy"] == {"answer": "no", "remark": "Open"}
    checked.visit(checked.lone).send(checked.address, {"text": "", "draft": "1", **answered(dates=("no", "Mine"))})
    (draft,) = inside(checked.app, lambda: own_data.own_drafts(checked.lone))
    assert draft["checklist"]["dates"]["remark"] == "Mine"
    hand_in(checked, checked.lone, answered(dates=("no", "Mine")))
    inside(checked.app, lambda: erase_person(actor=SYSTEM, person_id=checked.lone))
    kept = inside(
        checked.app, lambda: [row.checks for row in db.session.query(HandinVersion).order_by(HandinVersion.id)]
    )
    assert [checks and checks["deputy"]["answer"] for checks in kept] == ["no", None]


def test_too_long_a_remark_is_said_at_its_field(checked: Scene) -> None:
    answer = checked.visit(checked.marja).send(
        checked.address, {"text": "Words", "draft": "1", **answered(scope=("yes", "x" * 4001), dates=("no", "Other"))}
    )
    assert answer.status_code == 422
    assert 'id="remark-scope-error"' in answer.text
    assert fields_of(answer.text)["remark-dates"] == "Other"
    assert "Words" in answer.text


def test_the_form_has_the_checklist_in_word_and_spreadsheet(checked: Scene) -> None:
    marja = checked.visit(checked.marja)
    page = marja.get(checked.address).text
    word, sheet = (f"{checked.address}/documents/form.en.md/as/{kind}" for kind in ("docx", "xlsx"))
    assert f'href="{word}"' in page
    assert f'href="{sheet}"' in page
    with marja.client.get(word) as answer:
        assert answer.headers["Content-Disposition"].startswith(
            'attachment; filename="m1-the-audit-of-our-city-form.docx"'
        )
        document = docx.Document(io.BytesIO(answer.data))
    assert [table.rows[0].cells[0].text for table in document.tables] == ["Plan", "No.", "No."]
    scope, dates = document.tables[1].rows[1].cells, document.tables[2].rows[1].cells
    assert [cell.text for cell in scope][:2] == ["A1", "Is the scope *written* down? Look at the order."]
    assert [cell.text for cell in dates][:2] == ["B1", "Do all dates hold | still?"]
    assert dates[2].text.startswith("☐")
    book = openpyxl.load_workbook(io.BytesIO(marja.download(sheet)))
    assert book.sheetnames == ["About", "A. Plans", "A. Set-up", "B. Action"]
    assert book["B. Action"].data_validations.dataValidation[0].formula1 == '"Yes,No,Pending"'
    assert "Has every role a deputy?" in marja.get(f"{checked.address}/documents/form.en.md").text
    for path in ("form.en.md/as/pdf", "none.md/as/docx", "checklist.md"):
        assert marja.get(f"{checked.address}/documents/{path}").status_code == 404
    assert checked.visit(checked.foreign_trainer).get(word).status_code == 404


def test_what_was_answered_can_be_had_as_a_word_file(checked: Scene) -> None:
    hand_in(checked, checked.marja, answered(deputy=("no", "Open until | *May*")))
    (address,) = checked.grading(checked.claudia)
    path = f"/hand-ins/{address.rpartition('/')[2]}/versions/1/checklist"
    document = docx.Document(io.BytesIO(checked.visit(checked.claudia).download(path)))
    assert [cell.text for cell in document.tables[0].rows[2].cells] == [
        "A2",
        "Has every role a deputy?",
        "No",
        "Open until | *May*",
    ]
    assert document.core_properties.title == "Hand-in: Turku, version 1"
    assert checked.visit(checked.foreign_trainer).get(path).status_code == 404
    assert checked.visit(checked.claudia).get(path.replace("/1/", "/7/")).status_code == 404


def test_a_checklist_without_a_form_is_a_form(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_checked_scene(app, monkeypatch, form=False)
    marja = scene.visit(scene.marja)
    path = f"{scene.address}/documents/checklist.md"
    assert f'href="{path}"' in marja.get(scene.address).text
    assert "Has every role a deputy?" in marja.get(path).text
    document = docx.Document(io.BytesIO(marja.download(f"{path}/as/docx")))
    assert len(document.tables) == 2
    assert marja.get(f"{path}/file").status_code == 404


def test_a_hand_in_without_a_checklist_has_none(scene: Scene) -> None:
    scene.hand_in(scene.marja)
    (address,) = scene.grading(scene.claudia)
    assert "Checklist" not in scene.visit(scene.claudia).get(address).text
    path = f"/hand-ins/{address.rpartition('/')[2]}/versions/1/checklist"
    assert scene.visit(scene.claudia).get(path).status_code == 404


def test_answers_are_read_counted_and_joined() -> None:
    answers = {"a": Answer("yes"), "b": Answer("no"), "c": Answer("pending", "May")}
    assert read(stored(answers)) == answers
    assert read(None) == {}
    assert counts(["a", "b", "c", "d"], answers) == {"yes": 1, "no": 1, "pending": 1, "open": 1}
    assert unanswered(["a", "d"], answers | {"d": Answer("perhaps", "?")}) == ["d"]
    assert unexplained(["a", "b", "c", "d"], answers) == ["b"]
    # A form without marks had shown nothing: what is kept is not written over unseen.
    joined = merge(Sent({"a": Answer("no", "Mine")}, {}), answers)
    assert (joined.answers["a"], joined.clashes) == (Answer("no", "Mine"), {"a": Answer("yes")})
    assert merge(Sent({"a": NOTHING}, {}), answers).answers == answers
