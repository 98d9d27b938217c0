"""What the progress room does when others bring news: states follow people, teams, editions, attendance and names."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from courses.programmes import signals
from courses.programmes.models import Enrolment, Team
from courses.progress.facts import terms_of
from courses.progress.models import EnrolmentState, Tally, TeamState
from courses.progress.rules import SETTLED
from courses.progress.services import REFRESH, make_team_states, refresh
from lms.accounts.models import Person
from lms.accounts.signals import person_changed, person_erased
from lms.hubs.models import City
from lms.hubs.signals import city_changed
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.jobs import enqueue
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Update

MEANWHILE = timedelta(minutes=1)
"""What people do elsewhere while we look, and is not committed yet, is carried when we look again after so long."""
AT_ONCE = 50
"""Enrolments brought up to date inside the request; more are a job, so that no page waits for them."""
BATCH = 200
RECOUNT = "progress.recount"


def connect() -> None:
    """Listen; doing it twice changes nothing."""
    signals.enrolled.connect(newcomer)
    for news in (signals.team_changed, signals.left):
        news.connect(one_person)
    for news in (signals.edition_taken, signals.rule_changed):
        news.connect(whole_programme)
    signals.team_made.connect(new_team)
    signals.team_removed.connect(team_gone)
    signals.attendance_recorded.connect(attendance)
    person_changed.connect(new_name)
    person_erased.connect(no_name)
    city_changed.connect(new_city_name)
    signals.deadline_near.connect(need_no_reminder)


def one_person(_sender: Any, *, enrolment_id: int, **_rest: Any) -> None:
    """Bring one state up to date."""
    db.session.flush()
    refresh([enrolment_id])


def newcomer(_sender: Any, *, enrolment_id: int, programme_id: int, **_rest: Any) -> None:
    """Make the state of somebody who takes part, with what they bring along from other programmes."""
    one_person(_sender, enrolment_id=enrolment_id)
    if _carries(programme_id):
        key = f"{REFRESH}:{enrolment_id}:{now().isoformat()}"
        enqueue(REFRESH, key=key, args={"enrolments": [enrolment_id]}, wait=MEANWHILE)


def _carries(programme_id: int) -> bool:
    """Whether what people have done in other programmes counts in this one."""
    terms = terms_of(programme_id)
    return terms is not None and terms.rule.carry_over


def new_team(_sender: Any, *, team_id: int, **_rest: Any) -> None:
    """Make the state of a team, so that its city is in the lists before anybody has joined."""
    make_team_states([team_id])


def team_gone(_sender: Any, *, team_id: int, **_rest: Any) -> None:
    """Forget the state of a team that nobody was ever in."""
    db.session.execute(delete(Tally).where(Tally.team_id == team_id))
    db.session.execute(delete(TeamState).where(TeamState.team_id == team_id))


def new_name(_sender: Any, *, person_id: int, **_rest: Any) -> None:
    """Bring the copied sort key up to date."""
    db.session.flush()
    key = select(Person.sort_key).where(Person.id == person_id).scalar_subquery()
    db.session.execute(_states_of(person_id).values(sort_key=key))


def no_name(_sender: Any, *, person_id: int, **_rest: Any) -> None:
    """Forget the copied sort key of somebody who is erased: it is their name. What they did stays."""
    db.session.execute(_states_of(person_id).values(sort_key=""))


def _states_of(person_id: int) -> Update:
    ids = select(Enrolment.id).where(Enrolment.person_id == person_id)
    return update(EnrolmentState).where(EnrolmentState.enrolment_id.in_(ids))


def new_city_name(_sender: Any, *, city_id: int, **_rest: Any) -> None:
    """Bring the copied sort key of a city's teams up to date."""
    db.session.flush()
    ids = select(Team.id).where(Team.city_id == city_id)
    key = select(City.sort_key).where(City.id == city_id).scalar_subquery()
    db.session.execute(update(TeamState).where(TeamState.team_id.in_(ids)).values(sort_key=key))


def attendance(_sender: Any, *, enrolment_ids: Sequence[int], **_rest: Any) -> None:
    """Bring the states of those who were there up to date."""
    db.session.flush()
    refresh(enrolment_ids)


def whole_programme(_sender: Any, *, programme_id: int, **rest: Any) -> None:
    """Bring all states of a programme up to date: at once when they are few, else as a job."""
    db.session.flush()
    statement = select(Enrolment.id).where(Enrolment.programme_id == programme_id).order_by(Enrolment.id)
    ids = list(db.session.scalars(statement.limit(AT_ONCE + 1)))
    what = ":".join(f"{name}={rest[name]}" for name in sorted(rest) if name != "hub_id")
    key, args = f"{RECOUNT}:{programme_id}:{what}", {"programme_id": programme_id}
    if len(ids) <= AT_ONCE:
        refresh(ids)
    else:
        enqueue(RECOUNT, key=key, args=args)
    if _carries(programme_id):
        enqueue(RECOUNT, key=f"{key}:again", args=args, wait=MEANWHILE)


def recount(args: dict[str, Any]) -> None:
    """Bring all states of a programme up to date, batch by batch (a job)."""
    for ids in _batches(args["programme_id"]):
        with transaction():
            refresh(ids)


def refresh_some(args: dict[str, Any]) -> None:
    """Bring some states up to date (a job): something done elsewhere may count there."""
    ids = args["enrolments"]
    for first in range(0, len(ids), AT_ONCE):
        with transaction():
            refresh(ids[first : first + AT_ONCE])


def _batches(programme_id: int) -> Iterator[list[int]]:
    last = 0
    while True:
        statement = select(Enrolment.id).where(Enrolment.programme_id == programme_id, Enrolment.id > last)
        with transaction(writes=False):
            ids = list(db.session.scalars(statement.order_by(Enrolment.id).limit(BATCH)))
        if not ids:
            return
        yield ids
        last = ids[-1]


def need_no_reminder(_sender: Any, *, node_key: str, enrolment_ids: Sequence[int], **_rest: Any) -> list[int]:
    """Name those who have done the activity already, or who wait for the trainer."""
    statement = select(EnrolmentState.enrolment_id, EnrolmentState.nodes).where(
        EnrolmentState.enrolment_id.in_(enrolment_ids)
    )
    return [
        enrolment_id
        for enrolment_id, nodes in db.session.execute(statement)
        if nodes.get(node_key, {}).get("state") in SETTLED
    ]
