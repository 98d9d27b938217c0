"""Pages of hubs and programmes are valid HTML, for each role."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from courses.programmes.asking import ask_for_place
from courses.programmes.invitations import make_invitation
from courses.programmes.rules import WorkshopDetails
from courses.programmes.workshops import make_workshop
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from tests.factories.hubs import make_city, make_hub, make_manager, make_office, make_organisation, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.testing import FlaskClient

    from courses.programmes.models import Programme
    from lms.hubs.models import Hub
    from tests.factories.fixtures import Commit
    from tests.factories.pages import Send


class Sites(NamedTuple):
    """Addresses of one programme and its hub."""

    hub: Hub
    programme: Programme
    people: dict[str, int]
    more: dict[str, str]


def build() -> Sites:
    hub = make_hub()
    make_city("Espoo", hub_id=hub.id)
    make_organisation("Another")
    programme = make_programme(cities=("Turku", "Lahti"))
    marja, asker = make_person(), make_person("József Kovács")
    past = WorkshopDetails("Past", now() - timedelta(days=3), now() - timedelta(days=2), "Hall", about="Plan")
    coming = WorkshopDetails(
        "Coming", now() + timedelta(days=3), now() + timedelta(days=4), "", "https://x.example.org"
    )
    was, comes = (make_workshop(actor=SYSTEM, programme=programme, details=details) for details in (past, coming))
    people = {
        "manager": make_manager(hub.id).id,
        "office": make_office().id,
        "marja": marja.id,
        "asker": asker.id,
        "new": make_person("New Person").id,
    }
    more = {
        "marja": marja.ref,
        "enrolment": enrol(marja.id, programme, coordinator=True).ref,
        "request": ask_for_place(actor=viewer_for(asker.id), programme=programme, city_name="Porvoo").ref,
        "was": was.ref,
        "comes": comes.ref,
        "secret": make_invitation(actor=SYSTEM, programme=programme, days=9)[1],
        "trainer": make_trainer(hub.id).ref,
        "organisation": make_organisation(hub_id=hub.id).ref,
    }
    db.session.flush()
    return Sites(hub, programme, people, more)


def addresses(sites: Sites) -> dict[str, list[str]]:
    run, hub, more = f"/programmes/{sites.programme.ref}", f"/hubs/{sites.hub.ref}", sites.more
    tabs = ("overview", "people", "requests", "workshops", "deadlines", "invitations", "trainers", "edit")
    return {
        "manager": [
            *("/programmes", "/programmes/new", f"{run}/workshops/new", f"/requests/{more['request']}"),
            *(f"{run}/{name}" for name in tabs),
            *(f"{run}/people/{more['enrolment']}{name}" for name in ("", "/remove")),
            *(f"/workshops/{more['was']}{name}" for name in ("", "?all=1")),
            *(f"/workshops/{more['comes']}{name}" for name in ("/edit", "/cancel")),
            *(hub, f"{hub}/cities/new", f"{hub}/roles/trainer/{more['trainer']}/end"),
        ],
        "marja": [run, f"{run}/leave", "/workshops", "/workshops?show=past", f"/workshops/{more['comes']}"],
        "asker": [run, f"{run}/withdraw", f"/join/{more['secret']}"],
        "new": [f"{run}/ask", f"/join/{more['secret']}"],
        "office": [
            *("/hubs", "/hubs/new", hub, f"{hub}/edit", "/cities", "/cities/new"),
            *("/organisations", "/organisations/new", f"{hub}/members/{more['organisation']}/end"),
        ],
    }


@pytest.mark.slow
def test_pages_are_valid_html(
    client: FlaskClient,
    send: Send,
    commit: Commit,
    sign_in: Callable[[int], None],
    html_faults: Callable[[Mapping[str, str]], list[str]],
) -> None:
    sites = commit(build)
    pages: dict[str, str] = {}
    for who, visited in addresses(sites).items():
        sign_in(sites.people[who])
        for address in visited:
            answer = client.get(address)
            assert answer.status_code == 200, address
            pages[f"{who} {address}"] = answer.text
    sign_in(sites.people["manager"])
    pages["invalid programme"] = send("/programmes/new", {}).text
    pages["invalid deadlines"] = send(f"/programmes/{sites.programme.ref}/deadlines", {"due-m1-quiz": "x"}).text
    values = {"person": sites.more["marja"], f"minutes-{sites.more['marja']}": "x"}
    pages["invalid attendance"] = send(f"/workshops/{sites.more['was']}/attendance", values).text
    faults = html_faults(pages)
    assert faults == [], "\n".join(faults)
