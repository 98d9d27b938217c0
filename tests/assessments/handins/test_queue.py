"""The list of hand-ins to read: order, filters, pages, the file, and who sees what."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.handins.models import Handin, HandinVersion
from courses.catalogue.models import Course
from courses.programmes.models import Programme, Team
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.clock import clock as the_clock, now
from lms.kernel.db import db, new_ref
from tests.assessments.handins.scene import ACCEPTED, PDF, REVISE, inside
from tests.factories.programmes import make_team

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from lms.kernel.clock import Clock
    from tests.assessments.handins.scene import Scene


def fill(scene: Scene, many: int, state: str = "waiting") -> None:
    """Let many teams hand in, one an hour, the first one first."""

    def make() -> None:
        programme = db.session.get_one(Programme, scene.programme_id)
        course = db.session.get_one(Course, programme.course_id)
        for number in range(many):
            team: Team = make_team(programme, f"City {number:03}")
            at = now() - timedelta(hours=many - number)
            handin = Handin(
                ref=new_ref(),
                programme_id=programme.id,
                hub_id=programme.hub_id,
                team_id=team.id,
                enrolment_id=None,
                node_key="m1-handin" if number % 2 else "m2-handin",
                created_at=at,
                state=state,
                state_at=at,
            )
            db.session.add(handin)
            db.session.flush()
            assert course.current_edition_id is not None
            db.session.add(
                HandinVersion(
                    ref=new_ref(),
                    handin_id=handin.id,
                    number=1,
                    edition_id=course.current_edition_id,
                    text="Work",
                    worked_on=[],
                    by_id=scene.marja,
                    at=at,
                )
            )

    inside(scene.app, make)


def cities(page: str) -> list[str]:
    return re.findall(r'<th scope="row" role="rowheader">(?:<a [^>]*>)?([^<]+)<', page)


def test_the_oldest_comes_first_and_others_on_demand(scene: Scene) -> None:
    fill(scene, 30)
    claudia = scene.visit(scene.claudia)
    first = claudia.get("/grading").text
    assert cities(first) == [f"City {number:03}" for number in range(25)]
    assert "Waiting (30)" in first
    assert "30 of 30 hand-ins, oldest first" in first
    assert cities(claudia.get("/grading?page=2").text) == [f"City {number:03}" for number in range(25, 30)]
    assert cities(claudia.get("/grading?sort=-came").text)[0] == "City 029"
    assert cities(claudia.get("/grading?sort=-city").text)[0] == "City 029"
    assert cities(claudia.get("/grading?sort=handin").text)[0] == "City 001"
    assert cities(claudia.get("/grading?sort='; drop table&page=-1&state=odd").text)[0] == "City 000"


def test_filters_leave_what_was_asked_for(scene: Scene) -> None:
    fill(scene, 30)
    claudia = scene.visit(scene.claudia)
    page = claudia.get("/grading?module=M1&city=CITY%2000").text
    assert cities(page) == ["City 001", "City 003", "City 005", "City 007", "City 009"]
    assert "Waiting (5)" in page
    assert "No hand-in fits." in claudia.get("/grading?city=nowhere").text
    assert "No hand-in fits." in claudia.get("/grading?module=M9").text
    assert "No hand-in is here." in claudia.get("/grading?state=accepted").text
    assert len(cities(claudia.get(f"/grading?programme={scene.programme}").text)) == 25
    assert cities(claudia.get("/grading?programme=other").text) == []


def test_tabs_follow_the_states(scene: Scene) -> None:
    scene.hand_in(scene.marja)
    scene.hand_in(scene.anna)
    claudia = scene.visit(scene.claudia)
    for address, answer in zip(scene.grading(scene.claudia), (ACCEPTED, REVISE), strict=True):
        claudia.send(address, {**answer, "send": "1"})
    page = claudia.get("/grading").text
    assert all(words in page for words in ("Waiting (0)", "Sent back (1)", "Accepted (1)"))
    assert cities(claudia.get("/grading?state=accepted").text) == ["Turku"]
    assert cities(claudia.get("/grading?state=revise").text) == ["Lahti"]
    assert cities(claudia.get("/grading?state=all").text) == ["Turku", "Lahti"]


def test_the_list_says_how_urgent_an_answer_is(scene: Scene, clock: Clock) -> None:
    del clock
    scene.hand_in(scene.marja)
    claudia = scene.visit(scene.claudia)
    assert "Waiting for feedback" in claudia.get("/grading").text
    start = now()
    the_clock.move_to(start + timedelta(days=10))
    page = claudia.get("/grading").text
    assert "Answer today" in page
    assert "The oldest came 10 days ago." in page
    the_clock.move_to(start + timedelta(days=12))
    assert "Answer is late" in claudia.get("/grading").text
    assert "Your hub promised an answer" in scene.visit(scene.marja).get(scene.address).text


def test_a_draft_is_not_in_the_list(scene: Scene) -> None:
    scene.visit(scene.marja).send(scene.address, {"text": "Half", "draft": "1"})
    page = scene.visit(scene.claudia).get("/grading?state=all").text
    assert "Nothing has been handed in yet." in page


@pytest.mark.parametrize("path", ["/grading", "/grading?state=all&sort=city&module=M1&city=city", "/grading?page=3"])
def test_the_list_costs_the_same_at_any_length(
    scene: Scene, statements: Callable[[], AbstractContextManager[list[str]]], path: str
) -> None:
    fill(scene, 60)
    claudia = scene.visit(scene.claudia)
    claudia.get(path)
    with statements() as sent:
        assert claudia.get(path).status_code == 200
    assert len(sent) <= 12, sent


def test_other_pages_cost_little(scene: Scene, statements: Callable[[], AbstractContextManager[list[str]]]) -> None:
    scene.hand_in(scene.marja, "Map", [("a.pdf", PDF)])
    (address,) = scene.grading(scene.claudia)
    for person, path, most in (
        (scene.paolo, scene.address, 10),
        (scene.paolo, "/hand-ins", 6),
        (scene.claudia, address, 14),
    ):
        visitor = scene.visit(person)
        visitor.get(path)
        with statements() as sent:
            assert visitor.get(path).status_code == 200
        assert len(sent) <= most, (path, len(sent), sent)


def test_the_file_holds_the_rows_of_the_pages(scene: Scene) -> None:
    fill(scene, 60)
    claudia = scene.visit(scene.claudia)
    answer = claudia.get("/grading/hand-ins.csv?module=M1&sort=-city")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="hand-ins.csv"')
    assert answer.mimetype == "text/csv"
    head, *rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert head[:3] == ["Programme", "City team or person", "Module"]
    pages = [claudia.get(f"/grading?module=M1&sort=-city&page={number}").text for number in (1, 2)]
    assert [row[1] for row in rows] == [name for page in pages for name in cities(page)]
    assert {row[7] for row in rows} == {"Waiting for feedback"}


def test_names_never_become_formulas(scene: Scene) -> None:
    def rename() -> None:
        db.session.get_one(Person, scene.lone).name = '=HYPERLINK("http://x","y")'

    inside(scene.app, rename)
    scene.hand_in(scene.lone)
    text = scene.visit(scene.claudia).get("/grading/hand-ins.csv").text
    (row,) = list(csv.reader(io.StringIO(text)))[1:]
    assert row[1].startswith("'=HYPERLINK")


def test_another_hub_sees_nothing(scene: Scene) -> None:
    scene.hand_in(scene.marja, "Geheimnis", [("Geheim.pdf", PDF)])
    (address,) = scene.grading(scene.claudia)
    ref = address.rpartition("/")[2]
    (file,) = re.findall(r'href="(/files/[a-z0-9]+)"', scene.visit(scene.claudia).get(address).text)
    for person in (scene.foreign_trainer, scene.foreign_manager, scene.stranger):
        visitor = scene.visit(person)
        for path in (scene.address, address, f"/hand-ins/{ref}/versions/1", file, f"{scene.address}/documents/x.md"):
            answer = visitor.get(path)
            assert answer.status_code == 404, (person, path)
            assert "Geheim" not in answer.text
        for path in (scene.address, address):
            fields = {"text": "x", "handin": "1", "send": "1", **ACCEPTED}
            answer = visitor.post(path, visitor.form("/account") | fields, files=[("x.pdf", PDF)])
            assert answer.status_code == 404, (person, path)
    for person in (scene.foreign_trainer, scene.foreign_manager):
        for path in (
            "/grading",
            "/grading?state=all",
            "/grading/hand-ins.csv?state=all",
            f"/grading?programme={scene.programme}",
        ):
            answer = scene.visit(person).get(path)
            assert answer.status_code == 200
            assert "Turku" not in answer.text
    assert scene.visit(scene.stranger).get("/grading").status_code == 403
    assert scene.visit(scene.stranger).get("/grading/hand-ins.csv").status_code == 403


def test_the_other_team_of_the_programme_sees_nothing_of_it(scene: Scene) -> None:
    scene.hand_in(scene.marja, "Geheimnis", [("Geheim.pdf", PDF)])
    (address,) = scene.grading(scene.claudia)
    anna = scene.visit(scene.anna)
    assert "Geheim" not in anna.get(scene.address).text
    assert anna.get(address).status_code == 404
    assert anna.get(f"/hand-ins/{address.rpartition('/')[2]}/versions/1").status_code == 404


def test_managers_see_that_it_came_and_not_what(scene: Scene) -> None:
    scene.hand_in(scene.marja, "Geheimnis", [("Geheim.pdf", PDF)])
    (address,) = scene.grading(scene.claudia)
    (file,) = re.findall(r'href="(/files/[a-z0-9]+)"', scene.visit(scene.claudia).get(address).text)
    hanna = scene.visit(scene.hanna)
    page = hanna.get("/grading").text
    assert cities(page) == ["Turku"]
    assert address not in page
    assert "Turku" in hanna.get("/grading/hand-ins.csv").text
    assert [hanna.get(path).status_code for path in (address, file)] == [404, 404]


def test_trainers_get_files_of_versions_and_never_of_drafts(scene: Scene) -> None:
    marja = scene.visit(scene.marja)
    marja.send(scene.address, {"text": "", "draft": "1"}, files=[("a.pdf", PDF)])
    (file,) = re.findall(r'href="(/files/[a-z0-9]+)"', marja.get(scene.address).text)
    assert scene.visit(scene.paolo).download(file) == PDF
    assert [scene.visit(person).get(file).status_code for person in (scene.claudia, scene.anna)] == [404, 404]
    scene.hand_in(scene.marja, "")
    assert scene.visit(scene.claudia).download(file) == PDF
    assert scene.visit(scene.anna).get(file).status_code == 404


def test_cities_keep_their_letters(scene: Scene) -> None:
    def rename() -> None:
        city = db.session.query(City).filter_by(name="Turku").one()
        city.name = "Suurjoenniemen <b>seutukunta</b>"

    inside(scene.app, rename)
    scene.hand_in(scene.marja)
    page = scene.visit(scene.claudia).get("/grading").text
    assert "Suurjoenniemen &lt;b&gt;seutukunta&lt;/b&gt;" in page
