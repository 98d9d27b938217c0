"""Invitation links: shown once, working for a while, ending with a reason."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from courses.programmes import invitations
from courses.programmes.models import Enrolment, Invitation, JoinRequest, Programme
from courses.programmes.team_queries import team_of
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from tests.factories.hubs import make_city, make_manager
from tests.factories.people import make_person
from tests.factories.programmes import make_programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from lms.kernel.clock import Clock
    from tests.factories.fixtures import Commit
    from tests.factories.pages import Send


@pytest.fixture
def programme(commit: Commit) -> Programme:
    return commit(make_programme, cities=("Turku",))


def make(commit: Commit, programme: Programme, *, city: bool) -> str:
    def run() -> str:
        city_id = make_city("Turku").id if city else None
        return invitations.make_invitation(actor=SYSTEM, programme=programme, days=14, city_id=city_id)[1]

    return commit(run)


def count(client: FlaskClient, model: type[Enrolment | JoinRequest]) -> int:
    with client.application.app_context():
        return db.session.scalar(select(func.count(model.id))) or 0


def test_a_link_is_shown_once_and_kept_as_a_hash(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], programme: Programme
) -> None:
    sign_in(commit(make_manager, programme.hub_id).id)
    address = f"/programmes/{programme.ref}/invitations"
    assert send(address, {"city": "", "days": "0"}).status_code == 422
    assert send(address, {"city": "", "days": "14"}).status_code == 303
    page = client.get(address)
    link = re.findall(r'value="http://localhost(/join/[^"]+)"', page.text)[0]
    assert "/join/" not in client.get(address).text
    with client.application.app_context():
        row = db.session.scalars(select(Invitation)).one()
        assert link.rsplit("/", 1)[1] not in {row.secret_hash, str(row.id)}
        digest = row.secret_hash
    assert client.get(link).status_code == 200
    assert "End this invitation link?" in client.get(f"{address}/{digest}/end").text
    assert send(f"{address}/{digest}/end", {}).status_code == 303
    ended = client.get(link)
    assert ended.status_code == 410
    assert "The hub has ended this invitation. Ask your hub for a new link." in ended.text


def test_a_link_of_a_city_opens_its_team_at_once(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], programme: Programme
) -> None:
    link = f"/join/{make(commit, programme, city=True)}"
    page = client.get(link)
    assert "You are invited to join the team of Turku." in page.text
    assert "Sign in first" in page.text
    sign_in(commit(make_person).id)
    assert "Join the team of Turku" in client.get(link).text
    assert send(link, {"work": "Planner"}).status_code == 303
    assert send(link, {"work": "Planner"}).status_code == 303
    assert count(client, Enrolment) == 1
    with client.application.app_context():
        team = team_of(db.session.scalars(select(Enrolment)).one())
        assert team is not None
        assert team.city_id is not None
    assert "You take part in this programme" in client.get(link).text


def test_a_link_for_everybody_lets_one_ask(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], programme: Programme
) -> None:
    link = f"/join/{make(commit, programme, city=False)}"
    sign_in(commit(make_person).id)
    assert send(link, {"city": ""}).status_code == 422
    assert send(link, {"city": "none", "message": "Hello"}).status_code == 303
    assert (count(client, Enrolment), count(client, JoinRequest)) == (0, 1)


def test_joining_answers_the_request_that_waits(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], programme: Programme
) -> None:
    sign_in(commit(make_person).id)
    send(f"/programmes/{programme.ref}/ask", {"city": "none"})
    assert send(f"/join/{make(commit, programme, city=True)}", {}).status_code == 303
    with client.application.app_context():
        assert db.session.scalars(select(JoinRequest.answer)).one() == "approved"


def test_links_that_do_not_work_say_why(
    client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], clock: Clock, programme: Programme
) -> None:
    link = f"/join/{make(commit, programme, city=True)}"
    sign_in(commit(make_person).id)
    for wrong in ("/join/nothing", f"{link}x", "/join/%00", "/join/ł"):
        unknown = client.get(wrong)
        assert unknown.status_code == 404
        assert "This invitation link is not known." in unknown.text
    clock.move_by(timedelta(days=15))
    assert client.get(link).status_code == 410
    assert "The time of this invitation is over." in client.get(link).text
    assert send(link, {}).status_code == 410
    clock.move_by(timedelta(days=400))
    assert "The training programme of this invitation is over." in client.get(link).text
    assert count(client, Enrolment) == 0
