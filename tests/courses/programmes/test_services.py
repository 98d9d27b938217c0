"""Programmes: made on an edition, changed, never going back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from courses.programmes import queries, services
from courses.programmes.models import Programme, ProgrammeEdition, ProgrammeRule
from courses.programmes.rules import ProgrammeDetails, Terms
from courses.programmes.signals import edition_taken, rule_changed
from courses.programmes.team_queries import trainers_of
from lms.hubs.models import Hub
from lms.kernel.audit import AuditEvent
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.permissions import NOBODY
from tests.factories.courses import make_course, make_edition
from tests.factories.hubs import make_hub, make_manager, make_office, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import make_programme

if TYPE_CHECKING:
    from lms.kernel.clock import Clock
    from lms.kernel.permissions import Viewer

pytestmark = pytest.mark.usefixtures("database")
DETAILS = ProgrammeDetails("Spring", ("fi",), "Europe/Helsinki", date(2027, 1, 14), date(2027, 6, 30), 12)


def manager_of(hub_id: int) -> Viewer:
    return viewer_for(make_manager(hub_id).id)


def test_a_new_programme_pins_the_present_edition_and_asks_for_everything() -> None:
    hub, course = make_hub(), make_course()
    programme = services.make_programme(actor=manager_of(hub.id), hub=hub, course=course, details=DETAILS)
    make_edition(course, major=2)
    pin = db.session.scalars(select(ProgrammeEdition)).one()
    assert (pin.number, pin.edition_id) == (1, queries.edition_id_of(programme.id))
    assert pin.edition_id != course.current_edition_id
    assert db.session.scalars(select(ProgrammeRule.rule)).one() == {
        "version": 1,
        "nodes": "all",
        "attended_minutes": 0,
        "carry_over": False,
    }


def test_only_managers_of_the_hub_make_programmes_of_its_courses() -> None:
    hub, other, course = make_hub(), make_hub("Germany", countries=("DE",)), make_course()
    for person in (make_trainer(hub.id), make_office(), make_manager(other.id, "Other"), make_person("Nobody")):
        with pytest.raises(Forbidden):
            services.make_programme(actor=viewer_for(person.id), hub=hub, course=course, details=DETAILS)
    foreign = make_course("foreign", hub_id=other.id)
    with pytest.raises(Forbidden):
        services.make_programme(actor=manager_of(hub.id), hub=hub, course=foreign, details=DETAILS)
    foreign.current_edition_id = None
    foreign.hub_id = None
    with pytest.raises(Conflict, match="not been published"):
        services.make_programme(actor=manager_of(hub.id), hub=hub, course=foreign, details=DETAILS)


def test_editions_are_appended_and_never_go_back() -> None:
    course = make_course()
    programme = make_programme(course_id=course.id)
    first = queries.edition_id_of(programme.id)
    second, third = make_edition(course, major=1, minor=1), make_edition(course, major=2)
    manager = manager_of(programme.hub_id)
    heard: list[dict[str, Any]] = []

    def hear(_sender: object, **arguments: Any) -> None:
        heard.append(arguments)

    edition_taken.connect(hear)
    services.take_edition(actor=manager, programme=programme, edition_id=third.id)
    services.take_edition(actor=manager, programme=programme, edition_id=third.id)
    assert queries.edition_id_of(programme.id) == third.id
    for older in (first, second.id):
        with pytest.raises(Conflict):
            services.take_edition(actor=manager, programme=programme, edition_id=older)
    other_id = make_course("other").current_edition_id
    with pytest.raises(Invalid):
        services.take_edition(actor=manager, programme=programme, edition_id=other_id or 0)
    assert heard == [
        {
            "programme_id": programme.id,
            "hub_id": programme.hub_id,
            "edition_id": third.id,
            "old_edition_id": first,
        }
    ]


def test_a_new_rule_is_a_new_row_and_told() -> None:
    programme = make_programme()
    heard: list[int] = []

    def hear(_sender: object, *, number: int, **_rest: Any) -> None:
        heard.append(number)

    rule_changed.connect(hear)
    manager = manager_of(programme.hub_id)
    services.set_terms(actor=manager, programme=programme, terms=Terms(600))
    services.set_terms(actor=manager, programme=programme, terms=Terms(600))
    assert heard == [2]
    assert queries.terms_of(programme.id).attended_minutes == 600
    with pytest.raises(Invalid):
        services.set_terms(actor=manager, programme=programme, terms=Terms(-1))


def test_changes_are_written_down() -> None:
    programme = make_programme()
    services.change_programme(actor=manager_of(programme.hub_id), programme=programme, details=DETAILS)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.on_kind == "programme")).one()
    assert event.before["title"] == "Finland 2026–27"
    assert event.after["title"] == "Spring"
    assert event.after["starts_on"] == "2027-01-14"


def test_deadlines_belong_to_activities_of_the_edition_and_days_of_the_programme() -> None:
    programme = make_programme()
    manager = manager_of(programme.hub_id)
    day = programme.starts_on + timedelta(days=10)
    services.set_deadlines(actor=manager, programme=programme, due={"m1-quiz": day, "m1-handin": day})
    later = day + timedelta(days=1)
    services.set_deadlines(actor=manager, programme=programme, due={"m1-quiz": later, "m1-handin": None})
    due = queries.deadlines_of(programme)
    assert [(item.node_key, item.due_on) for item in due] == [("m1-quiz", later)]
    with pytest.raises(Invalid):
        services.set_deadlines(actor=manager, programme=programme, due={"m9-quiz": day})
    outside = programme.ends_on + timedelta(days=1)
    with pytest.raises(Invalid):
        services.set_deadlines(actor=manager, programme=programme, due={"m1-quiz": outside})


def test_trainers_come_and_go(clock: Clock) -> None:
    programme = make_programme()
    manager = manager_of(programme.hub_id)
    radu = make_person("Radu Ionescu")
    services.add_trainer(actor=manager, programme=programme, person_id=radu.id)
    services.add_trainer(actor=manager, programme=programme, person_id=radu.id)
    assert [person.id for person in trainers_of(programme.id)] == [radu.id]
    clock.move_by(timedelta(seconds=1))
    services.end_trainer(actor=manager, programme=programme, person_id=radu.id)
    assert trainers_of(programme.id) == []
    with pytest.raises(Forbidden):
        services.add_trainer(actor=viewer_for(radu.id), programme=programme, person_id=radu.id)


def test_the_home_page_shows_what_one_can_ask_for(clock: Clock) -> None:
    clock.move_to(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    hub, course = make_hub(), make_course()

    def make(title: str, starts: date, **columns: Any) -> Programme:
        made = make_programme(title, hub_id=hub.id, course_id=course.id)
        made.starts_on, made.ends_on = starts, starts + timedelta(days=100)
        for name, value in columns.items():
            setattr(made, name, value)
        return made

    make("Running, closed", date(2026, 10, 1))
    make("Running, still open", date(2026, 10, 2), requests_until=date(2026, 11, 24))
    make("Past its time", date(2027, 1, 1), requests_until=date(2026, 11, 23))
    make("Spring", date(2027, 3, 3))
    make("Winter", date(2027, 1, 14))
    make("Self-study", date(2026, 9, 1), open_to_all=True)
    make("Over", date(2026, 1, 1), open_to_all=True)
    db.session.flush()
    shown = queries.next_public_programmes(NOBODY)
    assert [item.programme.title for item in shown] == ["Self-study", "Running, still open", "Winter", "Spring"]
    assert shown[0].hub == db.session.get_one(Hub, hub.id).name
    assert queries.next_public_programmes(NOBODY, hub_id=hub.id + 1) == []
