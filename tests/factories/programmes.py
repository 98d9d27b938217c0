"""Training programmes, teams and people in them, for tests. Call inside a transaction."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from courses.catalogue.models import Course
from courses.programmes.models import Enrolment, Programme, ProgrammeEdition, ProgrammeRule, Team, TeamMember
from courses.progress.services import make_team_states, refresh
from lms.hubs.models import Hub
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from tests.factories.courses import make_course
from tests.factories.hubs import make_city, make_hub

if TYPE_CHECKING:
    from collections.abc import Sequence


def make_programme(
    title: str = "Finland 2026–27",
    *,
    hub_id: int | None = None,
    course_id: int | None = None,
    cities: Sequence[str] = (),
    seats: int = 10,
    attended_minutes: int = 0,
    carry_over: bool = False,
) -> Programme:
    """Make a programme that began a month ago; hub and course are made unless given, and so are teams for cities."""
    hub = db.session.get_one(Hub, hub_id) if hub_id else _the_hub()
    course = db.session.get_one(Course, course_id) if course_id else _the_course()
    assert course.current_edition_id is not None
    start: date = now().date() - timedelta(days=30)
    programme = Programme(
        ref=new_ref(),
        hub_id=hub.id,
        course_id=course.id,
        title=title,
        languages=["en"],
        time_zone=hub.time_zone,
        starts_on=start,
        ends_on=start + timedelta(days=240),
        requests_until=None,
        seats=seats,
        created_at=now(),
        created_by_id=0,
    )
    db.session.add(programme)
    db.session.flush()
    db.session.add(
        ProgrammeEdition(
            programme_id=programme.id, number=1, edition_id=course.current_edition_id, from_at=now(), by_id=0
        )
    )
    rule = {"version": 1, "nodes": "all", "attended_minutes": attended_minutes, "carry_over": carry_over}
    db.session.add(ProgrammeRule(programme_id=programme.id, number=1, rule=rule, at=now(), by_id=0))
    db.session.flush()
    for name in cities:
        make_team(programme, name)
    return programme


def _the_hub() -> Hub:
    return db.session.scalar(select(Hub).order_by(Hub.id).limit(1)) or make_hub()


def _the_course() -> Course:
    return db.session.scalar(select(Course).order_by(Course.id).limit(1)) or make_course()


def make_team(programme: Programme, city: str | None = "Turku") -> Team:
    """Make the team of a city (by name), or the team without a city; return the one that is there."""
    hub = db.session.get_one(Hub, programme.hub_id)
    city_id = None if city is None else make_city(city, hub.countries[0]).id
    same = Team.city_id.is_(None) if city_id is None else Team.city_id == city_id
    team = db.session.scalar(select(Team).where(Team.programme_id == programme.id, same))
    if team is None:
        team = Team(
            ref=new_ref(),
            programme_id=programme.id,
            hub_id=programme.hub_id,
            city_id=city_id,
            created_at=now(),
        )
        db.session.add(team)
        db.session.flush()
        make_team_states([team.id])
    return team


def enrol(person_id: int, programme: Programme, city: str | None = "Turku", *, coordinator: bool = False) -> Enrolment:
    """Enrol a person in a programme, in a city's team, with the state that the progress room keeps."""
    team = make_team(programme, city)
    enrolment = Enrolment(
        ref=new_ref(),
        programme_id=programme.id,
        hub_id=programme.hub_id,
        person_id=person_id,
        enrolled_at=now(),
        left_at=None,
    )
    db.session.add(enrolment)
    db.session.add(
        TeamMember(
            team_id=team.id,
            programme_id=programme.id,
            person_id=person_id,
            coordinator=coordinator,
            from_at=now(),
            until_at=None,
        )
    )
    db.session.flush()
    refresh([enrolment.id])
    return enrolment
