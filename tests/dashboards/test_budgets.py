"""What pages cost in SQL statements, whatever the number of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from lms.kernel.db import db
from lms.kernel.permissions import OFFICE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Connection

    from tests.dashboards.conftest import Large

FEW, MANY = 14, 60
FULL_LISTS, VERY_MANY = 360, 2_000
HUB_BUDGET = 12
HOME_BUDGET = 12
OTHER_BUDGET = 8


@pytest.fixture
def cost(
    client: FlaskClient, sign_in: Callable[[int], None], statements: Callable[[], list[str]]
) -> Callable[[int, str], tuple[int, str]]:
    """Open a page as somebody: the number of statements of the second visit, and the page."""

    def visit(person_id: int, address: str) -> tuple[int, str]:
        sign_in(person_id)
        assert client.get(address).status_code == 200  # editions are kept from here on
        statements()
        answer = client.get(address)
        return len(statements()), answer.text

    return visit


def test_a_participants_home_stays_within_its_statements(
    large: Callable[[int], Large], cost: Callable[[int, str], tuple[int, str]]
) -> None:
    few, many = large(FEW), large(MANY)
    taken, page = cost(few.participant, "/my")
    assert "Your modules" in page
    assert taken <= HOME_BUDGET
    assert cost(many.participant, "/my")[0] == taken


def test_a_hubs_dashboard_stays_within_its_statements_at_any_number_of_people(
    large: Callable[[int], Large], cost: Callable[[int, str], tuple[int, str]]
) -> None:
    few, many = large(FEW), large(MANY)
    taken, page = cost(few.manager, f"/dashboard?programme={few.ref}")
    assert "Measuring town" in page
    assert taken <= HUB_BUDGET
    assert cost(many.manager, f"/dashboard?programme={many.ref}")[0] == taken


def test_the_report_of_people_stays_within_its_statements_at_any_number_of_people(
    large: Callable[[int], Large], cost: Callable[[int, str], tuple[int, str]]
) -> None:
    few, many = large(FEW), large(MANY)
    taken, page = cost(few.manager, f"/dashboard/{few.ref}/people")
    assert f"{FEW} people" in page
    assert taken <= OTHER_BUDGET
    for address in ("people", "people?page=3", "people?q=ana", "stalled"):
        assert cost(many.manager, f"/dashboard/{many.ref}/{address}")[0] <= OTHER_BUDGET


def test_the_partnerships_totals_stay_within_their_statements_at_any_number_of_people(
    large: Callable[[int], Large], cost: Callable[[int, str], tuple[int, str]], make_person: Callable[..., int]
) -> None:
    large(FEW)
    office = make_person("Office", (OFFICE, *WHOLE))
    taken, _page = cost(office, "/partnership")
    large(MANY)
    assert taken <= OTHER_BUDGET
    assert cost(office, "/partnership")[0] == taken


@pytest.fixture
def steps(app: Flask) -> Iterator[list[None]]:
    """Grow by one for every tenth step of SQLite's machine: its work, which is the same everywhere, unlike seconds."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL does not tell its steps")
    taken: list[None] = []

    def count(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(lambda: taken.append(None), 10)

    event.listen(engine, "begin", count)
    yield taken
    event.remove(engine, "begin", count)
    engine.dispose()  # the counting connections


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("participant", "/my"),
        ("participant", "/programmes/{ref}/course"),
        ("participant", "/programmes/{ref}/lessons/page-1"),
        ("manager", "/dashboard/{ref}/people"),
    ],
)
def test_a_page_makes_the_database_work_no_more_among_many_people(
    large: Callable[[int], Large],
    cost: Callable[[int, str], tuple[int, str]],
    steps: list[None],
    who: str,
    address: str,
) -> None:
    work = []
    for people in (FULL_LISTS, VERY_MANY):
        here = large(people)
        reader = getattr(here, who)
        cost(reader, address.format(ref=here.ref))
        steps.clear()
        cost(reader, address.format(ref=here.ref))
        work.append(len(steps))
    assert 0 < work[1] <= 1.2 * work[0]
