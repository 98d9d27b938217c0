"""Every figure of a hub's dashboard opens the rows behind it, on a page and in a file, and they agree."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from courses.catalogue.queries import manifest_of
from courses.programmes.models import Programme
from courses.progress.models import TeamState
from courses.progress.services import record_outcome
from lms.accounts.services import erase_person
from lms.dashboards.programme_figures import Chosen, figures, funnel
from lms.hubs.models import Hub
from lms.kernel.clock import now, today
from lms.kernel.db import db
from lms.kernel.i18n import format_date
from lms.kernel.permissions import SYSTEM
from tests.factories.courses import make_course
from tests.factories.hubs import make_hub, make_manager
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.dashboards.conftest import Large
    from tests.factories.fixtures import Commit

PEOPLE = 30  # more than a page, in three teams
LINK = re.compile(r'<a href="([^"]+)">(?:<span>)?(\d+)')
CELL = re.compile(r'href="([^"]+team=[^"]+module=[^"]+)"><span>(\d+)')


@pytest.fixture
def scene(large: Callable[[int], Large], sign_in: Callable[[int], None]) -> Large:
    """Make a programme whose manager has signed in."""
    made = large(PEOPLE)
    sign_in(made.manager)
    return made


def lines(client: FlaskClient, address: str) -> list[list[str]]:
    """Read a file of ours, without its heading."""
    return list(csv.reader(io.StringIO(client.get(address).text.lstrip("\ufeff"))))[1:]


def test_each_number_of_people_opens_just_these_people(scene: Large, client: FlaskClient) -> None:
    page = client.get(f"/dashboard?programme={scene.ref}").text
    figures = {html.unescape(url): int(count) for url, count in LINK.findall(page) if "/people" in url}
    of_people = {url: count for url, count in figures.items() if "team=" not in url and "/programmes/" not in url}
    assert of_people[f"/dashboard/{scene.ref}/people"] == PEOPLE
    assert len(of_people) >= 4  # signed up, started, passed the quiz, finished
    for url, count in of_people.items():
        assert f"{count} " + ("person" if count == 1 else "people") in client.get(url).text
        assert len(lines(client, url.replace("/people", "/people.csv"))) == count


def test_two_quizzes_of_a_module_are_told_apart(commit: Commit) -> None:
    def stages() -> list[tuple[str, dict[str, str]]]:
        course = make_course()
        programme = make_programme(course_id=course.id)
        manifest = manifest_of(course.current_edition_id or 0)
        first, second = manifest.modules
        final = replace(first.activities[2], key="m1-final", titles={"en": "Final quiz"})
        manifest = replace(manifest, modules=(replace(first, activities=(*first.activities, final)), second))
        picked = Chosen(programme, db.session.get_one(Hub, programme.hub_id), manifest)
        return [(label, asked) for label, _count, asked in funnel(picked, figures(programme)) if "done" in asked]

    assert commit(stages) == [
        ("Passed M1 Quiz", {"done": "m1-quiz"}),
        ("Passed M1 Final quiz", {"done": "m1-final"}),
        ("Passed quiz M2", {"done": "m2-quiz"}),
    ]


def test_each_cell_of_the_grid_is_what_its_people_have_done_in_the_module(scene: Large, client: FlaskClient) -> None:
    cells = CELL.findall(client.get(f"/dashboard?programme={scene.ref}").text)
    assert cells
    for url, share in cells:
        address = html.unescape(url)
        rows = lines(client, address.replace("/people", "/people.csv"))
        done, total = sum(int(row[-2]) for row in rows), sum(int(row[-1]) for row in rows)
        assert 100 * done // total == int(share)
        assert f"{rows[0][-2]}/{rows[0][-1]}</td>" in client.get(address).text


def test_the_totals_of_activities_open_those_who_have_done_them(scene: Large, client: FlaskClient) -> None:
    page = client.get(f"/dashboard/{scene.ref}/people").text
    totals = LINK.findall(page[page.index("<tfoot>") : page.index("</tfoot>")])
    assert totals
    for url, count in totals[:3]:
        assert len(lines(client, html.unescape(url).replace("/people", "/people.csv"))) == int(count)


def test_what_was_done_in_another_programme_is_told_with_its_day_and_no_more(
    client: FlaskClient, sign_in: Callable[[int], None], commit: Commit
) -> None:
    def offer() -> tuple[str, int]:
        course = make_course()
        there = enrol(
            (person := make_person("Marja Lehto")).id, make_programme("Secret programme", course_id=course.id)
        )
        record_outcome(
            actor=SYSTEM, enrolment_id=there.id, node_key="m1-quiz", kind="passed", value=0.77, edition_id=1, key="p:1"
        )
        hub = make_hub("Hungary", countries=["HU"])
        here = make_programme("Here", course_id=course.id, hub_id=hub.id, carry_over=True)
        enrol(person.id, here)
        return here.ref, make_manager(hub.id).id

    ref, manager = commit(offer)
    sign_in(manager)
    page = client.get(f"/dashboard/{ref}/people").text
    assert f'data-mark="✓*" title="done in another programme, {format_date(now())}"' in page
    file = client.get(f"/dashboard/{ref}/people.csv").text
    assert "yes, in another programme" in file
    one = client.get(f"/dashboard/{ref}/people?done=m1-quiz&module=m1").text  # a module is chosen, the rest stays
    assert '<option value="m1" selected>' in one
    assert one.count('type="hidden" name="done"') == 1
    assert 'type="hidden" name="module"' not in one
    for secret in ("Secret programme", "0.77", "77 %"):
        assert secret not in page
        assert secret not in file


def test_a_name_and_a_team_narrow_the_file_down_like_the_page(scene: Large, client: FlaskClient) -> None:
    address = f"/dashboard/{scene.ref}/people"
    everybody = lines(client, f"{address}.csv")
    some = lines(client, f"{address}.csv?q=ana")
    assert 0 < len(some) < len(everybody)
    assert all("ana" in row[0].lower() for row in some)
    assert "Nobody fits" in client.get(f"{address}?q=nobody+of+this+name").text
    assert client.get(f"{address}?stage=nonsense&done=nonsense&module=nonsense").status_code == 200


def test_who_was_erased_stays_in_the_figures_without_a_name(scene: Large, client: FlaskClient, commit: Commit) -> None:
    commit(lambda: erase_person(actor=SYSTEM, person_id=scene.participant))
    address = f"/dashboard/{scene.ref}/people"
    assert [row[0] for row in lines(client, f"{address}.csv")].count("somebody who has left") == 1
    assert '<th scope="row">somebody who has left</th>' in client.get(address).text


def test_cities_that_stall_come_as_a_file_too(scene: Large, client: FlaskClient, commit: Commit) -> None:
    def quieten() -> None:
        programme = db.session.scalars(select(Programme).where(Programme.ref == scene.ref)).one()
        programme.starts_on = today() - timedelta(days=60)
        for state in db.session.scalars(select(TeamState).where(TeamState.programme_id == programme.id)):
            state.last_activity_at = now() - timedelta(days=30)

    commit(quieten)
    page = client.get(f"/dashboard?programme={scene.ref}").text
    figure = re.search(r'href="[^"]+/stalled">(\d+)<', page)
    assert figure
    rows = lines(client, f"/dashboard/{scene.ref}/stalled.csv")
    assert len(rows) == int(figure[1]) > 0
    assert {row[2] for row in rows} == {"30"}


def test_the_dashboard_opens_with_what_runs_not_with_what_is_planned(
    scene: Large, client: FlaskClient, commit: Commit
) -> None:
    def plan() -> str:
        running = db.session.scalars(select(Programme).where(Programme.ref == scene.ref)).one()
        running.starts_on = today() - timedelta(days=3)
        planned = make_programme("Next year", hub_id=running.hub_id, course_id=running.course_id)
        planned.starts_on = today() + timedelta(days=200)
        planned.ends_on = today() + timedelta(days=400)
        return planned.ref

    planned = commit(plan)
    assert f"/dashboard/{scene.ref}/people" in client.get("/dashboard").text
    assert f"/dashboard/{planned}/people" in client.get(f"/dashboard?programme={planned}").text
