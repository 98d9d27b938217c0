"""Pages of the office and of hub managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from lms.accounts.models import RoleGrant
from lms.hubs.models import City, Hub, HubCity, HubMembership
from lms.kernel.audit import AuditEvent
from lms.kernel.db import db
from tests.factories.hubs import make_city, make_hub, make_manager, make_office, make_organisation, make_trainer
from tests.factories.people import make_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories.fixtures import Commit
    from tests.factories.pages import Send

HUB = {"name": "Germany", "code": "de", "countries": ["DE"], "languages": ["de"], "time_zone": "Europe/Berlin"}


@pytest.fixture
def office(commit: Commit, sign_in: Callable[[int], None]) -> None:
    sign_in(commit(make_office).id)


@pytest.fixture
def hub(commit: Commit) -> Hub:
    return commit(make_hub)


def count(app: Flask, statement: object) -> int:
    with app.app_context():
        return db.session.scalar(statement) or 0  # type: ignore[call-overload]  # any select of a count


@pytest.mark.usefixtures("office")
def test_the_office_makes_a_hub_and_appoints_its_manager(
    app: Flask, client: FlaskClient, send: Send, commit: Commit
) -> None:
    answer = send("/hubs/new", HUB)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "Germany" in page.text
    commit(make_person, "Dörte Müller", email="doerte@example.org")
    answer = send(f"{answer.location}/roles", {"email": "Doerte@example.org", "role": "hub-manager"})
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "Dörte Müller" in page.text
    assert "Hub manager" in page.text
    with app.app_context():
        grant = db.session.scalars(select(RoleGrant).where(RoleGrant.role == "hub-manager")).one()
        assert grant.scope_kind == "hub"
        whats = set(db.session.scalars(select(AuditEvent.what)))
        assert {"partnership:manage", "role:grant"} <= whats


@pytest.mark.usefixtures("office", "hub")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Write a name."),
        ({"name": "Finland"}, "Another hub has this name."),
        ({"code": "fi"}, "Another hub has this code."),
        ({"code": "F1"}, "two to eight capital letters"),
        ({"countries": []}, "Choose at least one country."),
        ({"languages": []}, "Choose at least one language."),
        ({"time_zone": "Mars/Olympus"}, "Not a valid choice"),
    ],
)
def test_a_hub_that_cannot_be_made_comes_back_with_what_was_typed(
    app: Flask, send: Send, change: dict[str, object], words: str
) -> None:
    answer = send("/hubs/new", {**HUB, "about": "We train.", **change})
    assert answer.status_code == 422
    assert words in answer.text
    assert "We train." in answer.text
    assert count(app, select(func.count(Hub.id))) == 1


@pytest.mark.usefixtures("office")
def test_a_second_click_makes_no_second_hub(app: Flask, send: Send) -> None:
    first = send("/hubs/new", {**HUB, "lms_once": "same"})
    second = send("/hubs/new", {**HUB, "lms_once": "same"})
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.location == first.location
    assert count(app, select(func.count(Hub.id))) == 1


@pytest.mark.usefixtures("office")
def test_a_hub_is_changed(client: FlaskClient, send: Send, hub: Hub) -> None:
    page = client.get(f"/hubs/{hub.ref}/edit")
    assert 'value="Finland"' in page.text
    answer = send(f"/hubs/{hub.ref}/edit", {**HUB, "name": "Suomi"})
    assert answer.status_code == 303
    assert "Suomi" in client.get("/hubs").text


@pytest.mark.usefixtures("office")
def test_hubs_are_found_whatever_accents_were_typed(client: FlaskClient, commit: Commit) -> None:
    commit(make_hub, "Łódź and Żory", "PL", countries=("PL",))
    commit(make_hub, "Germany", "DE", countries=("DE",))
    page = client.get("/hubs?q=LODZ")
    assert "Łódź" in page.text
    assert "Germany" not in page.text.split("<main", 1)[1]
    assert "No hub has this name" in client.get("/hubs?q=xyz").text


@pytest.mark.usefixtures("office")
def test_organisations_join_and_leave_a_hub_over_time(
    app: Flask, client: FlaskClient, send: Send, commit: Commit, hub: Hub
) -> None:
    send("/organisations/new", {"name": "Kuntaliitto", "country": "FI", "kind": "member"})
    partner = commit(make_organisation, "A university")
    page = client.get(f"/hubs/{hub.ref}")
    assert "Kuntaliitto" in page.text
    organisation_ref = page.text.split('">Kuntaliitto</option>')[0].rsplit('value="', 1)[1]
    answer = send(f"/hubs/{hub.ref}/members", {"member": organisation_ref})
    assert answer.status_code == 303
    assert "End the membership" in client.get(answer.location).text
    confirmation = client.get(f"/hubs/{hub.ref}/members/{organisation_ref}/end")
    assert "End the membership of Kuntaliitto?" in confirmation.text
    send(f"/hubs/{hub.ref}/members/{organisation_ref}/end", {})
    assert "No organisation yet" in client.get(f"/hubs/{hub.ref}").text
    assert count(app, select(func.count(HubMembership.id)).where(HubMembership.until_at.is_not(None))) == 1
    send(f"/organisations/{partner.ref}/edit", {"name": "University of Turku", "country": "FI", "kind": "partner"})
    assert "University of Turku" in client.get("/organisations?q=turku").text


@pytest.mark.usefixtures("office")
def test_cities_are_listed_25_to_a_page(client: FlaskClient, commit: Commit) -> None:
    def many() -> None:
        for number in range(30):
            make_city(f"City {number:02}")

    commit(many)
    assert "City 24" in client.get("/cities").text
    assert "City 25" not in client.get("/cities").text
    assert "City 29" in client.get("/cities?page=2").text
    assert "City 29" in client.get("/cities?page=999999").text
    assert "City 00" in client.get("/cities?page=x").text


@pytest.mark.usefixtures("office")
def test_a_city_is_in_the_list_once(app: Flask, send: Send, client: FlaskClient) -> None:
    city = {"name": "Gävle", "country": "SE", "kind": "municipality", "population": "100000"}
    assert send("/cities/new", city).status_code == 303
    again = send("/cities/new", {**city, "name": "GAVLE"})
    assert again.status_code == 422
    assert "in the list already" in again.text
    assert count(app, select(func.count(City.id))) == 1
    assert "100,000" in client.get("/cities").text
    ref = client.get("/cities").text.split("/cities/")[2].split("/edit")[0]
    assert send(f"/cities/{ref}/edit", {**city, "population": "many"}).status_code == 422
    assert send(f"/cities/{ref}/edit", {**city, "population": ""}).status_code == 303


def test_a_manager_adds_cities_from_the_common_list_or_new_ones(
    app: Flask, client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], hub: Hub
) -> None:
    sign_in(commit(make_manager, hub.id).id)
    commit(make_city, "Turku")
    assert client.get("/hubs/mine").location.endswith(f"/hubs/{hub.ref}")
    for name in ("turku", "Lahti"):
        answer = send(f"/hubs/{hub.ref}/cities/new", {"name": name, "country": "FI", "kind": "municipality"})
        assert answer.status_code == 303
    assert count(app, select(func.count(City.id))) == 2
    client.get("/hubs")  # shows the messages that wait
    page = client.get(f"/hubs/{hub.ref}?q=tur")
    assert "Turku" in page.text
    assert "Lahti" not in page.text.split("<main", 1)[1]
    foreign = send(f"/hubs/{hub.ref}/cities/new", {"name": "Bonn", "country": "DE", "kind": "municipality"})
    assert foreign.status_code == 422


def test_a_city_stops_being_a_client_after_a_question(
    app: Flask, client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], hub: Hub
) -> None:
    sign_in(commit(make_manager, hub.id).id)
    city = commit(make_city, "Turku", hub_id=hub.id)
    question = client.get(f"/hubs/{hub.ref}/cities/{city.ref}/end")
    assert "Remove Turku from the hub?" in question.text
    assert count(app, select(func.count(HubCity.id)).where(HubCity.until_at.is_(None))) == 1
    send(f"/hubs/{hub.ref}/cities/{city.ref}/end", {})
    assert count(app, select(func.count(HubCity.id)).where(HubCity.until_at.is_(None))) == 0


def test_roles_need_an_account_and_end_after_a_question(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], hub: Hub
) -> None:
    manager = commit(make_manager, hub.id)
    sign_in(manager.id)
    unknown = send(f"/hubs/{hub.ref}/roles", {"email": "nobody@example.org", "role": "trainer"})
    assert unknown.status_code == 422
    assert "Nobody has an account with this e-mail address" in unknown.text
    person = commit(make_person, "Radu Ionescu", email="radu@example.org")
    send(f"/hubs/{hub.ref}/roles", {"email": "radu@example.org", "role": "trainer"})
    assert "Radu Ionescu" in client.get(f"/hubs/{hub.ref}").text
    end = f"/hubs/{hub.ref}/roles/trainer/{person.ref}/end"
    assert "End the role of Radu Ionescu?" in client.get(end).text
    assert send(end, {}).status_code == 303
    assert client.get(end).status_code == 404
    own = send(f"/hubs/{hub.ref}/roles/hub-manager/{manager.ref}/end", {})
    assert own.status_code == 409


def test_the_office_sees_managers_and_nobody_else(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], hub: Hub
) -> None:
    commit(make_manager, hub.id, "Hanna Manager")
    commit(make_trainer, hub.id, "Claudia Weiss")
    sign_in(commit(make_office).id)
    page = client.get(f"/hubs/{hub.ref}")
    assert "Hanna Manager" in page.text
    assert "Claudia Weiss" not in page.text
    assert send(f"/hubs/{hub.ref}/roles", {"email": "x@example.org", "role": "trainer"}).status_code == 422


def test_a_manager_sees_nothing_of_another_hub(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], hub: Hub
) -> None:
    other = commit(make_hub, "Germany", countries=("DE",))
    secret = commit(make_trainer, other.id, "Secret Trainer")
    city = commit(make_city, "Bonn", "DE", hub_id=other.id)
    sign_in(commit(make_manager, hub.id).id)
    assert "Germany" not in client.get("/hubs").text
    for address in (
        f"/hubs/{other.ref}",
        f"/hubs/{other.ref}/cities/new",
        f"/hubs/{other.ref}/cities/{city.ref}/end",
        f"/hubs/{other.ref}/roles/trainer/{secret.ref}/end",
    ):
        assert client.get(address).status_code == 404, address
    for address in (
        f"/hubs/{other.ref}/roles",
        f"/hubs/{other.ref}/cities/new",
        f"/hubs/{other.ref}/cities/{city.ref}/end",
        f"/hubs/{other.ref}/roles/trainer/{secret.ref}/end",
    ):
        assert send(address, {"email": "a@example.org", "role": "trainer"}).status_code == 404, address
    for address in ("/hubs/new", f"/hubs/{hub.ref}/edit", "/cities", "/organisations"):
        assert client.get(address).status_code == 403, address


def test_strangers_are_asked_to_sign_in_and_participants_refused(
    client: FlaskClient, commit: Commit, sign_in: Callable[[int], None], hub: Hub
) -> None:
    assert client.get(f"/hubs/{hub.ref}").status_code == 303
    sign_in(commit(make_person).id)
    assert client.get(f"/hubs/{hub.ref}").status_code == 403


def test_the_page_of_a_hub_costs_the_same_with_many_cities(
    client: FlaskClient,
    commit: Commit,
    sign_in: Callable[[int], None],
    statements: Callable[[], list[str]],
    hub: Hub,
) -> None:
    def many() -> None:
        for number in range(40):
            make_city(f"City {number:02}", hub_id=hub.id)

    sign_in(commit(make_manager, hub.id).id)
    commit(many)
    statements()
    client.get(f"/hubs/{hub.ref}")
    assert len(statements()) <= 12
