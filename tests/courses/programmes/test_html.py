"""Pages of hubs and programmes are valid HTML, for each role."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from courses.programmes import workshops
from courses.programmes.asking import ask_for_place
from courses.programmes.invitations import make_invitation
from courses.programmes.rules import WorkshopDetails
from lms.kernel.clock import now
from lms.kernel.permissions import SYSTEM
from tests.factories.hubs import make_city, make_hub, make_manager, make_office, make_organisation, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.testing import FlaskClient

    from tests.factories.fixtures import Commit
    from tests.factories.pages import Send


@pytest.mark.slow
def test_pages_are_valid_html(
    client: FlaskClient,
    send: Send,
    commit: Commit,
    sign_in: Callable[[int], None],
    html_faults: Callable[[Mapping[str, str]], list[str]],
) -> None:
    hub = commit(make_hub)
    commit(make_city, "Espoo", hub_id=hub.id)
    organisation = commit(make_organisation, hub_id=hub.id)
    commit(make_organisation, "Another")
    programme = commit(make_programme, cities=("Turku", "Lahti"))
    marja = commit(make_person)
    enrolment = commit(lambda: enrol(marja.id, programme, coordinator=True))
    trainer = commit(make_trainer, hub.id)
    past = WorkshopDetails("Past", now() - timedelta(days=3), now() - timedelta(days=3, hours=-7), "Hall", about="Plan")
    coming = WorkshopDetails(
        "Coming", now() + timedelta(days=3), now() + timedelta(days=4), "", "https://x.example.org"
    )
    was, comes = (
        commit(lambda details=details: workshops.make_workshop(actor=SYSTEM, programme=programme, details=details))
        for details in (past, coming)
    )
    asker = commit(make_person, "József Kovács")
    request = commit(lambda: ask_for_place(actor=viewer_for(asker.id), programme=programme, city_name="Porvoo"))
    secret = commit(lambda: make_invitation(actor=SYSTEM, programme=programme, days=9)[1])
    run, at_hub = f"/programmes/{programme.ref}", f"/hubs/{hub.ref}"
    pages: dict[str, str] = {}

    def visit(person_id: int, *addresses: str) -> None:
        sign_in(person_id)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200, address
            pages[f"{person_id} {address}"] = answer.text

    visit(
        commit(make_manager, hub.id).id,
        "/programmes",
        "/programmes/new",
        *(f"{run}/{name}" for name in ("overview", "people", "requests", "workshops", "deadlines", "invitations")),
        *(f"{run}/{name}" for name in ("edit", "trainers", "workshops/new")),
        f"{run}/people/{enrolment.ref}",
        f"{run}/people/{enrolment.ref}/remove",
        f"/requests/{request.ref}",
        f"/workshops/{was.ref}",
        f"/workshops/{was.ref}?all=1",
        f"/workshops/{comes.ref}/edit",
        f"/workshops/{comes.ref}/cancel",
        at_hub,
        f"{at_hub}/cities/new",
        f"{at_hub}/roles/trainer/{trainer.ref}/end",
    )
    pages["invalid programme"] = send("/programmes/new", {}).text
    pages["invalid deadlines"] = send(f"{run}/deadlines", {"due-m1-quiz": "x"}).text
    pages["invalid attendance"] = send(
        f"/workshops/{was.ref}/attendance", {"person": marja.ref, f"minutes-{marja.ref}": "x"}
    ).text
    visit(marja.id, run, f"{run}/leave", "/workshops", "/workshops?show=past", f"/workshops/{comes.ref}")
    visit(asker.id, run, f"{run}/withdraw", f"/join/{secret}")
    visit(commit(make_person, "New Person").id, f"{run}/ask", f"/join/{secret}")
    visit(
        commit(make_office).id,
        *("/hubs", "/hubs/new", at_hub, f"{at_hub}/edit", "/cities", "/cities/new"),
        *("/organisations", "/organisations/new", f"{at_hub}/members/{organisation.ref}/end"),
    )
    faults = html_faults(pages)
    assert faults == [], "\n".join(faults)
