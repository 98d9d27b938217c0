"""The predicate and the SQL filter say the same for every viewer and hub."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.hubs import policies
from lms.hubs.models import Hub
from lms.kernel.db import db
from lms.kernel.permissions import NOBODY, SYSTEM
from tests.factories.hubs import make_hub, make_manager, make_office, make_trainer
from tests.factories.people import make_person, viewer_for

pytestmark = pytest.mark.usefixtures("database")


def test_predicate_and_filter_agree() -> None:
    hubs = [make_hub(), make_hub("Germany", countries=("DE",)), make_hub("Italy", countries=("IT",))]
    both = make_person("Both", ("hub-manager", "hub", hubs[0].id), ("hub-manager", "hub", hubs[1].id))
    viewers = [
        NOBODY,
        SYSTEM,
        *(
            viewer_for(person.id)
            for person in (make_manager(hubs[0].id), make_trainer(hubs[1].id), make_office(), both)
        ),
        viewer_for(make_person("Nobody In Particular").id),
    ]
    seen = set()
    for viewer in viewers:
        allowed = {hub.id for hub in hubs if policies.may_manage(viewer, hub)}
        assert set(db.session.scalars(select(Hub.id).where(policies.visible_hubs(viewer)))) == allowed
        seen.add(len(allowed))
    assert seen == {0, 1, 2, 3}


def test_who_appoints_whom() -> None:
    hub, other = make_hub(), make_hub("Germany", countries=("DE",))
    manager, office = viewer_for(make_manager(hub.id).id), viewer_for(make_office().id)
    trainer = viewer_for(make_trainer(hub.id).id)
    assert policies.appointable_roles(manager, hub.id) == ("hub-manager", "trainer", "author")
    assert policies.appointable_roles(manager, other.id) == ()
    assert policies.appointable_roles(office, hub.id) == ("hub-manager",)
    assert policies.appointable_roles(trainer, hub.id) == ()
    assert not policies.may_appoint(manager, hub.id, "partnership-office")
