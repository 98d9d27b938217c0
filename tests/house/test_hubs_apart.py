"""Nothing of a hub reaches another one: all routes are tried with its things in their addresses.

The people of the hub in Germany sign in, and open every page and file of the hub in Finland. Names, addresses, texts
and files of people in Finland must not come back, and no form may change anything. The same walk as the manager in
Finland finds all of them: what is sought is really there.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assessments.handins.models import Feedback, HandinVersion
from courses.programmes.models import Enrolment
from lms.accounts.models import Person
from lms.demo import cast
from lms.demo.loading import email_of
from lms.hubs.models import Hub
from lms.kernel.db import Base, db
from lms.kernel.permissions import PUBLIC
from tests.certificates.designs.reading import Reading
from tests.house.addresses import filled, hand_in_of, things_of
from tests.house.conftest import ASKER, FILE, MESSAGE, PDF

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.house.addresses import Filled
    from tests.house.conftest import Demonstration

REFUSED = {403, 404}
TRACES = {"lms_once_token"}
STRANGERS = {
    "hub manager": cast.GERMANY.manager,
    "trainer": cast.GERMANY.trainers[1],
    "participant": cast.GERMANY.cities[0].people[0][0],
    "trainee in a course of Finland": cast.GERMANY.trainees[1],
    "coordinator in Greece": cast.GREECE.cities[0].people[0][0],
    "partnership office": cast.OFFICE,
}
# Anybody with an account may ask for a place; whoever takes no part is led back to the public page.
ASKING = (
    *("lms.programmes.ask", "lms.programmes.ask_leave", "lms.programmes.ask_withdraw"),
    *("lms.programmes.send_request", "lms.programmes.leave", "lms.programmes.withdraw"),
)
# The office sees hubs and figures, never people.
MAY_OPEN = {
    "partnership office": ("lms.hubs.", "lms.cities.", "lms.organisations.", "lms.dashboards."),
    # Who takes part in a programme of the hub reads its materials.
    "trainee in a course of Finland": ("lms.library.",),
}
# Names of theirs that stand in a lesson too, as names of people do.
NAMESAKES = {"Paolo Ferri"}


def hub_in_finland() -> Hub:
    return db.session.scalars(select(Hub).where(Hub.code == cast.FINLAND.code)).one()


@pytest.fixture(scope="module")
def secrets(demonstration: Demonstration) -> list[str]:
    """What only the hub in Finland may see: who takes part there, and what was written."""
    people = {name for city in cast.FINLAND.cities for name, _work in city.people} | {ASKER, *cast.FINLAND.trainees}
    people -= NAMESAKES
    with demonstration.app.app_context():
        ids = select(Enrolment.person_id).where(Enrolment.hub_id == hub_in_finland().id)
        taking_part = set(db.session.scalars(select(Person.name).where(Person.id.in_(ids))))
        written = select(HandinVersion.text, Feedback.next_step).join(Feedback, Feedback.version_id == HandinVersion.id)
        first = written.where(HandinVersion.handin_id == hand_in_of(hub_in_finland()).id).order_by(HandinVersion.id)
        text, answer = db.session.execute(first).first() or ("", "")
    assert len(people & taking_part) > 10
    return sorted({*people, *map(email_of, people), MESSAGE, FILE, text.partition("\n")[0], answer})


def told(answer: TestResponse) -> str:
    """Return all that an answer says: headers with the names of files, and what stands in archives and PDFs."""
    body = answer.data
    answer.close()
    text = body.decode("utf-8", "replace")
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            text = "\n".join([*archive.namelist(), *(archive.read(one).decode() for one in archive.namelist())])
    elif answer.mimetype == "application/pdf" and body != PDF:
        text = Reading.of(body).text
    return f"{answer.headers}\n{text}"


def found_in(answer: TestResponse, secrets: list[str]) -> list[str]:
    text = told(answer)
    return [secret for secret in secrets if secret in text]


def test_what_is_sought_is_there_for_those_who_may_see_it(demonstration: Demonstration, secrets: list[str]) -> None:
    people = [cast.FINLAND.manager, cast.FINLAND.trainers[0]]
    paths = [route.path for route in routes(demonstration, "GET")]
    paths += [f"{path}?state={state}" for path in paths for state in ("answered", "waiting") if path == "/grading"]
    seen = {one for name in people for path in paths for one in found_in(demonstration.client(name).get(path), secrets)}
    addresses = {email_of(name) for name in cast.people()} | {email_of(ASKER)}
    assert sorted(set(secrets) - seen - addresses) == []


@pytest.mark.parametrize("role", STRANGERS)
def test_no_page_and_no_file_shows_people_of_another_hub(
    demonstration: Demonstration, secrets: list[str], role: str
) -> None:
    client, leaks, opened = demonstration.client(STRANGERS[role]), {}, {}
    for route in routes(demonstration, "GET"):
        answer = client.get(route.path)
        if found := found_in(answer, secrets):
            leaks[route.path] = found
        if route.takes_arguments and not is_open(demonstration, route, role) and answer.status_code not in REFUSED:
            opened[route.path] = answer.status_code
    # Whoever has the code of a certificate may see it.
    assert {path: found for path, found in leaks.items() if not path.startswith("/check/")} == {}
    assert opened == {}


@pytest.mark.parametrize("role", STRANGERS)
def test_no_search_and_no_filter_finds_people_of_another_hub(
    demonstration: Demonstration, secrets: list[str], role: str
) -> None:
    client, leaks = demonstration.client(STRANGERS[role]), {}
    with demonstration.app.app_context():
        things = things_of(hub_in_finland())
    programme, team = things["programmes", "ref"], things["programmes", "team_ref"]
    for route in routes(demonstration, "GET"):
        if route.takes_arguments:
            continue
        for query in ({"q": "eht"}, {"programme": programme, "team": team, "state": "eligible"}):
            if found := found_in(client.get(route.path, query_string=query), secrets):
                leaks[f"{route.path} {query}"] = found
    assert leaks == {}


@pytest.mark.parametrize("role", STRANGERS)
def test_no_form_changes_anything_of_another_hub(demonstration: Demonstration, role: str) -> None:
    client, taken = demonstration.client(STRANGERS[role]), {}
    page = client.get("/account").text
    token = page.partition('name="lms_csrf" value="')[2].partition('"')[0]
    before = everything(demonstration)
    for route in routes(demonstration, "POST"):
        if not route.takes_arguments or (is_open(demonstration, route, role) and route.endpoint not in ASKING):
            continue
        status = client.post(route.path, data={"lms_csrf": token}).status_code
        if status not in REFUSED and route.endpoint not in ASKING:
            taken[route.path] = status
    assert taken == {}
    assert everything(demonstration) == before


def routes(demonstration: Demonstration, method: str) -> list[Filled]:
    """Return all routes, with things of the hub in Finland in their addresses."""
    with demonstration.app.app_context():
        return list(filled(demonstration.app, hub_in_finland(), method))


def is_open(demonstration: Demonstration, route: Filled, role: str) -> bool:
    """Whether somebody from another hub may open a page: what it says is looked at all the same."""
    view = demonstration.app.view_functions[route.endpoint]
    mine = route.endpoint.startswith(MAY_OPEN.get(role, ("-",)))
    return vars(view)["lms_permission"] is PUBLIC or mine or route.endpoint in ASKING


def everything(demonstration: Demonstration) -> dict[str, list[str]]:
    """Return all rows of all tables but the traces of tries."""
    with demonstration.app.app_context(), db.engine.connect() as connection:
        return {
            name: sorted(map(str, connection.execute(select(table))))
            for name, table in Base.metadata.tables.items()
            if name not in TRACES
        }
