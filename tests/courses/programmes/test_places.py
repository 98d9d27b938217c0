"""Places: asked for, given once, moved, left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from courses.programmes import places as doing
from courses.programmes.asking import approve_request, ask_for_place, decline_request, join_open, withdraw_request
from courses.programmes.models import Enrolment, JoinRequest, Programme, Team, TeamMember
from courses.programmes.queries import places
from courses.programmes.signals import enrolled, left, team_changed
from courses.programmes.team_queries import current_member, team_of
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.mail import Mail
from tests.factories.hubs import make_city, make_hub, make_manager, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import make_programme, make_team

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from blinker import Signal

    from lms.kernel.permissions import Viewer

pytestmark = pytest.mark.usefixtures("database")


def manager_of(programme: Programme) -> Viewer:
    return viewer_for(make_manager(programme.hub_id).id)


def someone(name: str = "Marja Lehto") -> Viewer:
    return viewer_for(make_person(name).id)


@pytest.fixture
def news() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    heard: list[tuple[str, dict[str, Any]]] = []
    listeners = []
    for signal in (enrolled, left, team_changed):

        def hear(sender: object, _signal: Signal = signal, **arguments: Any) -> None:
            heard.append((_signal.name, arguments))  # type: ignore[attr-defined]  # our signals have names

        signal.connect(hear)
        listeners.append((signal, hear))
    yield heard
    for signal, hear in listeners:
        signal.disconnect(hear)


def mails(kind: str) -> list[int]:
    return sorted(db.session.scalars(select(Mail.person_id).where(Mail.kind == kind)))


def test_asking_tells_the_asker_and_the_managers_of_this_hub_only() -> None:
    programme = make_programme()
    first, second = make_manager(programme.hub_id), make_manager(programme.hub_id, "Second Manager")
    make_trainer(programme.hub_id)
    make_manager(make_hub("Germany", countries=("DE",)).id, "Other Manager")
    marja = someone()
    ask_for_place(actor=marja, programme=programme, city_name="Turku")
    assert mails("programmes.request_received") == sorted([first.id, second.id])
    assert mails("programmes.request_noted") == [marja.person_id]


def test_a_second_click_gets_the_first_request() -> None:
    programme = make_programme()
    marja = someone()
    first = ask_for_place(actor=marja, programme=programme, city_name="Turku")
    second = ask_for_place(actor=marja, programme=programme, city_name="Turku")
    assert second.id == first.id
    assert db.session.scalar(select(func.count(JoinRequest.id))) == 1


def test_approving_gives_a_place_in_the_team_of_the_city(news: list[tuple[str, dict[str, Any]]]) -> None:
    programme = make_programme()
    city = make_city("Turku")
    marja = someone()
    request = ask_for_place(actor=marja, programme=programme, city_id=city.id, work="Energy planner")
    enrolment = approve_request(actor=manager_of(programme), request=request, city_id=city.id)
    team = team_of(enrolment)
    member = current_member(enrolment)
    assert team is not None
    assert member is not None
    assert team.city_id == city.id
    assert member.work == "Energy planner"
    assert request.answer == "approved"
    assert mails("programmes.approved") == [marja.person_id]
    assert news == [
        (
            "programmes-enrolled",
            {
                "enrolment_id": enrolment.id,
                "programme_id": programme.id,
                "hub_id": programme.hub_id,
                "person_id": marja.person_id,
                "team_id": team.id,
            },
        )
    ]


def test_approving_twice_is_one_answer() -> None:
    programme = make_programme()
    request = ask_for_place(actor=someone(), programme=programme)
    manager = manager_of(programme)
    first = approve_request(actor=manager, request=request, city_id=None)
    assert approve_request(actor=manager, request=request, city_id=None).id == first.id
    assert db.session.scalar(select(func.count(TeamMember.id))) == 1
    assert len(mails("programmes.approved")) == 1


def test_approving_again_after_the_person_left_brings_nobody_back() -> None:
    programme = make_programme()
    request = ask_for_place(actor=someone(), programme=programme)
    manager = manager_of(programme)
    enrolment = approve_request(actor=manager, request=request, city_id=None)
    doing.leave(actor=manager, enrolment=enrolment)
    approve_request(actor=manager, request=request, city_id=None)
    assert enrolment.left_at is not None


def test_the_other_answer_comes_too_late() -> None:
    programme = make_programme()
    marja = someone()
    request = ask_for_place(actor=marja, programme=programme)
    manager = manager_of(programme)
    decline_request(actor=manager, request=request, reason="All places are for villages this time.")
    with pytest.raises(Conflict, match="declined meanwhile"):
        approve_request(actor=manager, request=request, city_id=None)
    with pytest.raises(Conflict, match="declined meanwhile"):
        withdraw_request(actor=marja, request=request)
    assert db.session.scalar(select(func.count(Enrolment.id))) == 0


def test_declining_needs_a_reason() -> None:
    programme = make_programme()
    request = ask_for_place(actor=someone(), programme=programme)
    with pytest.raises(Invalid):
        decline_request(actor=manager_of(programme), request=request, reason="  ")


def test_after_a_no_one_may_ask_again() -> None:
    programme = make_programme()
    marja = someone()
    request = ask_for_place(actor=marja, programme=programme)
    decline_request(actor=manager_of(programme), request=request, reason="Not yet.")
    again = ask_for_place(actor=marja, programme=programme)
    assert again.id != request.id


def test_only_managers_of_the_hub_answer() -> None:
    programme = make_programme()
    request = ask_for_place(actor=someone(), programme=programme)
    other = viewer_for(make_manager(make_hub("Germany", countries=("DE",)).id, "Other Manager").id)
    trainer = viewer_for(make_trainer(programme.hub_id).id)
    for actor in (other, trainer, someone("Somebody Else")):
        with pytest.raises(Forbidden):
            approve_request(actor=actor, request=request, city_id=None)
        with pytest.raises(Forbidden):
            decline_request(actor=actor, request=request, reason="No.")


def test_a_full_programme_refuses_a_new_city_and_the_request_stays_open() -> None:
    programme = make_programme(cities=("Turku",), seats=1)
    city = make_city("Lahti")
    request = ask_for_place(actor=someone(), programme=programme, city_id=city.id)
    manager = manager_of(programme)
    with pytest.raises(Conflict, match="place of this programme is taken"):
        approve_request(actor=manager, request=request, city_id=city.id)
    assert request.answered_at is None
    assert db.session.scalar(select(func.count(Team.id)).where(Team.city_id == city.id)) == 0
    programme.seats = 2
    approve_request(actor=manager, request=request, city_id=city.id)
    assert places(programme).left == 0


def test_a_city_that_takes_part_sends_more_people_without_another_place() -> None:
    programme = make_programme(seats=1)
    manager = manager_of(programme)
    city = make_city("Turku")
    for name in ("Marja Lehto", "Paolo Ferri", "Ilse van Dorp"):
        doing.enrol(actor=manager, programme=programme, person_id=make_person(name).id, city_id=city.id)
    assert places(programme).taken == 1


def test_each_person_without_a_city_takes_a_place() -> None:
    programme = make_programme(seats=1)
    manager = manager_of(programme)
    doing.enrol(actor=manager, programme=programme, person_id=make_person("One").id, city_id=None)
    with pytest.raises(Conflict):
        doing.enrol(actor=manager, programme=programme, person_id=make_person("Two").id, city_id=None)


def test_the_place_of_a_city_is_free_when_all_its_people_have_left() -> None:
    programme = make_programme(seats=1)
    manager = manager_of(programme)
    enrolment = doing.enrol(
        actor=manager, programme=programme, person_id=make_person().id, city_id=make_city("Turku").id
    )
    doing.leave(actor=manager, enrolment=enrolment)
    assert places(programme).left == 1


def test_moving_keeps_one_team_at_a_time(news: list[tuple[str, dict[str, Any]]]) -> None:
    programme = make_programme(cities=("Turku", "Lahti"))
    manager = manager_of(programme)
    turku, lahti = make_team(programme, "Turku"), make_team(programme, "Lahti")
    enrolment = doing.enrol(
        actor=manager, programme=programme, person_id=make_person().id, city_id=turku.city_id, coordinator=True
    )
    doing.move_to_team(actor=manager, enrolment=enrolment, city_id=lahti.city_id)
    doing.move_to_team(actor=manager, enrolment=enrolment, city_id=lahti.city_id)
    member = current_member(enrolment)
    assert member is not None
    assert (member.team_id, member.coordinator) == (lahti.id, False)
    assert [name for name, _arguments in news] == ["programmes-enrolled", "programmes-team-changed"]
    assert news[1][1]["old_team_id"] == turku.id


def test_the_last_of_a_city_may_move_where_the_programme_is_full() -> None:
    programme = make_programme(seats=1)
    manager = manager_of(programme)
    enrolment = doing.enrol(
        actor=manager, programme=programme, person_id=make_person().id, city_id=make_city("Turku").id
    )
    doing.move_to_team(actor=manager, enrolment=enrolment, city_id=make_city("Lahti").id)
    assert places(programme).taken == 1


def test_leaving_keeps_the_row_and_coming_back_uses_it(news: list[tuple[str, dict[str, Any]]]) -> None:
    programme = make_programme()
    manager = manager_of(programme)
    marja = someone()
    first = doing.enrol(actor=manager, programme=programme, person_id=marja.person_id, city_id=None)
    doing.leave(actor=marja, enrolment=first)
    doing.leave(actor=marja, enrolment=first)
    assert team_of(first) is None
    again = doing.enrol(actor=manager, programme=programme, person_id=marja.person_id, city_id=None)
    assert again.id == first.id
    assert again.left_at is None
    assert [name for name, _arguments in news] == ["programmes-enrolled", "programmes-left", "programmes-enrolled"]


def test_nobody_throws_out_somebody_else() -> None:
    programme = make_programme()
    enrolment = doing.enrol(actor=manager_of(programme), programme=programme, person_id=make_person().id, city_id=None)
    with pytest.raises(Forbidden):
        doing.leave(actor=someone("Somebody Else"), enrolment=enrolment)


def test_a_city_goes_only_while_nobody_was_in_its_team() -> None:
    programme = make_programme()
    manager = manager_of(programme)
    team = doing.add_city(actor=manager, programme=programme, city=make_city("Turku"))
    assert doing.add_city(actor=manager, programme=programme, city=make_city("Turku")).id == team.id
    doing.remove_city(actor=manager, programme=programme, team=team)
    team = doing.add_city(actor=manager, programme=programme, city=make_city("Turku"))
    enrolment = doing.enrol(actor=manager, programme=programme, person_id=make_person().id, city_id=team.city_id)
    doing.leave(actor=manager, enrolment=enrolment)
    with pytest.raises(Conflict):
        doing.remove_city(actor=manager, programme=programme, team=team)


def test_an_open_programme_gives_a_place_at_once_and_a_closed_one_does_not() -> None:
    programme = make_programme()
    marja = someone()
    with pytest.raises(Forbidden):
        join_open(actor=marja, programme=programme)
    programme.open_to_all = True
    request = ask_for_place(actor=marja, programme=programme)
    enrolment = join_open(actor=marja, programme=programme)
    assert enrolment.person_id == marja.person_id
    assert request.answer == "approved"
