"""Hubs, cities and roles: guarded, audited, once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from lms.accounts.models import RoleGrant
from lms.accounts.services import grant_role
from lms.hubs import queries, services, staff
from lms.hubs.models import City, Hub, HubCity, HubMembership, Organisation
from lms.hubs.rules import CityDetails, HubDetails, OrganisationDetails
from lms.kernel.audit import AuditEvent
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from lms.testing.apps import make_host
from tests.factories.hubs import make_city, make_hub, make_manager, make_office, make_organisation, make_trainer
from tests.factories.people import make_person, viewer_for

if TYPE_CHECKING:
    from pathlib import Path

    from lms.kernel.clock import Clock

GERMANY = HubDetails("Germany", "DE", ("DE",), ("de",), "Europe/Berlin")


@pytest.mark.usefixtures("database")
def test_the_partnership_is_made_once() -> None:
    made = services.make_partnership(actor=SYSTEM, name="European Partnership", contact_email="office@example.org")
    assert made.name == "European Partnership"
    with pytest.raises(Conflict):
        services.make_partnership(actor=SYSTEM, name="Another")
    assert queries.partnership() is not None


@pytest.mark.usefixtures("database")
def test_only_the_office_makes_hubs() -> None:
    hub = make_hub()
    for person in (make_manager(hub.id), make_trainer(hub.id), make_person("Somebody Else")):
        viewer = viewer_for(person.id)
        with pytest.raises(Forbidden):
            services.make_hub(actor=viewer, details=GERMANY)
        with pytest.raises(Forbidden):
            services.change_hub(actor=viewer, hub=hub, details=GERMANY)
        with pytest.raises(Forbidden):
            services.make_organisation(actor=viewer, details=OrganisationDetails("X", "FI"))
    assert services.make_hub(actor=viewer_for(make_office().id), details=GERMANY).code == "DE"


@pytest.mark.usefixtures("database")
def test_a_change_is_written_down_with_before_and_after() -> None:
    office = viewer_for(make_office().id)
    hub = services.make_hub(actor=office, details=GERMANY)
    changed = HubDetails("Deutschland", "DE", ("DE",), ("de",), "Europe/Berlin")
    services.change_hub(actor=office, hub=hub, details=changed)
    services.change_hub(actor=office, hub=hub, details=changed)
    events = list(db.session.scalars(select(AuditEvent).where(AuditEvent.on_kind == "hub").order_by(AuditEvent.id)))
    assert len(events) == 2
    assert events[1].before["name"] == "Germany"
    assert events[1].after["name"] == "Deutschland"
    assert events[1].by_id == office.person_id


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("details", "field"),
    [
        (CityDetails("", "FI"), "name"),
        (CityDetails("Turku", "XX"), "country"),
        (CityDetails("Turku", "FI", kind="planet"), "kind"),
        (CityDetails("Turku", "FI", population=0), "population"),
    ],
)
def test_unusable_details_name_their_field(details: CityDetails, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.make_city(actor=viewer_for(make_office().id), details=details)
    assert caught.value.field == field


@pytest.mark.usefixtures("database")
def test_clients_come_go_and_come_again(clock: Clock) -> None:
    hub, city = make_hub(), make_city("Turku")
    manager = viewer_for(make_manager(hub.id).id)
    for month in (1, 2, 3):
        clock.move_to(datetime(2027, month, 1, tzinfo=UTC))
        services.add_client(actor=manager, hub=hub, city=city)
        services.add_client(actor=manager, hub=hub, city=city)
        clock.move_to(datetime(2027, month, 15, tzinfo=UTC))
        if month < 3:
            services.end_client(actor=manager, hub=hub, city=city)
            services.end_client(actor=manager, hub=hub, city=city)
    rows = list(db.session.scalars(select(HubCity).order_by(HubCity.from_at)))
    assert [row.until_at is None for row in rows] == [False, False, True]
    assert queries.clients_of(hub.id) == [city]


@pytest.mark.usefixtures("database")
def test_a_manager_changes_only_their_own_hub() -> None:
    hub, other = make_hub(), make_hub("Germany", countries=("DE",))
    manager = viewer_for(make_manager(hub.id).id)
    with pytest.raises(Forbidden):
        services.add_client(actor=manager, hub=other, city=make_city())
    with pytest.raises(Forbidden):
        staff.give_role(actor=manager, hub=other, email="x@example.org", role="trainer")
    with pytest.raises(Forbidden):
        services.add_member(actor=manager, hub=hub, organisation=make_organisation())


@pytest.mark.usefixtures("database")
def test_an_address_of_two_accounts_gets_no_role() -> None:
    hub = make_hub()
    manager = viewer_for(make_manager(hub.id).id)
    make_person("One", email="shared@example.org")
    make_person("Two", email="Shared@example.org")
    with pytest.raises(Invalid, match="Two accounts"):
        staff.give_role(actor=manager, hub=hub, email="shared@example.org", role="trainer")


@pytest.mark.usefixtures("database")
def test_hubs_are_found_by_country_by_everybody() -> None:
    adriatic = make_hub("Adriatic and Ionian", "AI", countries=("HR", "IT", "GR"))
    italy = make_hub("Italy", countries=("IT",))
    make_organisation("Forum of Adriatic and Ionian Cities", "HR", hub_id=adriatic.id)
    found = queries.public_hubs("IT")
    assert [item.hub.id for item in found] == [adriatic.id, italy.id]
    assert found[0].organisations == ("Forum of Adriatic and Ionian Cities",)
    assert queries.countries_with_hubs() == ["GR", "HR", "IT"]


@pytest.mark.slow
def test_two_hubs_of_one_name_at_once_on_postgresql(tmp_path: Path, postgres_uri: str) -> None:
    """Both pass the look-up; the unique key decides, and the loser reads a sentence."""
    app = make_host(tmp_path, postgres_uri)
    barrier = threading.Barrier(2)
    results: list[str] = []

    def make(code: str) -> None:
        details = HubDetails("Germany", code, ("DE",), ("de",), "Europe/Berlin")
        with app.app_context():
            try:
                with transaction():
                    db.session.scalar(select(1))
                    barrier.wait(10)
                    services.make_hub(actor=SYSTEM, details=details)
                results.append("made")
            except (Conflict, Invalid) as error:
                results.append(error.text)

    threads = [threading.Thread(target=make, args=(code,)) for code in ("DE", "DD")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == 2
    assert max(results) == "made"
    assert min(results).startswith("Another hub has this name")
    with app.app_context():
        db.engine.dispose()


def test_two_clicks_at_once_begin_a_relation_once_on_postgresql(tmp_path: Path, postgres_uri: str) -> None:
    app = make_host(tmp_path, postgres_uri)
    with app.app_context(), transaction():
        hub_id, person_id = make_hub().id, make_person().id
        city_id, organisation_id = make_city().id, make_organisation().id
    barrier = threading.Barrier(3)

    def click() -> None:
        with app.app_context(), transaction():
            hub, city = db.session.get_one(Hub, hub_id), db.session.get_one(City, city_id)
            organisation = db.session.get_one(Organisation, organisation_id)
            barrier.wait(10)
            services.add_client(actor=SYSTEM, hub=hub, city=city)
            services.add_member(actor=SYSTEM, hub=hub, organisation=organisation)
            grant_role(actor=SYSTEM, person_id=person_id, role="trainer", scope=("hub", hub_id))

    threads = [threading.Thread(target=click) for _click in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with app.app_context():
        with transaction(writes=False):
            for model in (HubCity, HubMembership, RoleGrant):
                assert db.session.scalar(select(func.count()).select_from(model)) == 1
            assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 3
        db.engine.dispose()
