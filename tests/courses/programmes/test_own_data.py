"""A person's own data: complete for themselves, and without their words once they are erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select

from courses.programmes.asking import approve_request, ask_for_place
from courses.programmes.models import Enrolment, JoinRequest, TeamMember
from courses.programmes.own_data import programmes
from courses.programmes.request_queries import open_requests
from courses.programmes.rules import WorkshopDetails
from courses.programmes.workshops import make_workshop, record_attendance, reply
from lms.accounts.signals import person_erased
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from tests.factories.hubs import make_city
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import make_programme

pytestmark = pytest.mark.usefixtures("database")


def take_part() -> int:
    programme, person, city = make_programme(), make_person(), make_city("Turku")
    viewer = viewer_for(person.id)
    request = ask_for_place(actor=viewer, programme=programme, city_id=city.id, work="Planner", message="May we?")
    approve_request(actor=SYSTEM, request=request, city_id=city.id)
    details = WorkshopDetails("Kick-off", now() - timedelta(hours=1), now() + timedelta(hours=6), "Hall")
    workshop = make_workshop(actor=SYSTEM, programme=programme, details=details)
    reply(actor=viewer, workshop=workshop, comes=True)
    record_attendance(actor=SYSTEM, workshop=workshop, minutes={person.id: 60}, seen=0)
    return person.id


def test_everything_about_a_person_is_there() -> None:
    found = cast("dict[str, list[dict[str, Any]]]", programmes(take_part()))
    assert found["places"][0]["programme"] == "Finland 2026–27"
    assert found["teams"][0]["city"] == "Turku"
    assert found["requests"][0]["message"] == "May we?"
    assert found["workshop_replies"][0]["comes"] is True
    assert found["attendance"][0]["minutes"] == 60


def test_erasing_takes_the_words_and_leaves_the_facts() -> None:
    person_id = take_part()
    person_erased.send("accounts", person_id=person_id)
    db.session.expire_all()
    request = db.session.scalars(select(JoinRequest)).one()
    assert (request.message, request.work, request.reason) == ("", "", "")
    assert request.answer == "approved"
    assert db.session.scalars(select(TeamMember.work)).one() == ""
    assert db.session.scalars(select(Enrolment)).one().person_id == person_id


def test_nobody_waits_for_somebody_who_was_erased() -> None:
    programme, person = make_programme(), make_person()
    ask_for_place(actor=viewer_for(person.id), programme=programme, city_name="Naantali", message="May we?")
    person_erased.send("accounts", person_id=person.id)
    db.session.expire_all()
    request = db.session.scalars(select(JoinRequest)).one()
    assert (request.answer, request.message, request.city_name) == ("withdrawn", "", "")
    assert open_requests(programme) == 0
