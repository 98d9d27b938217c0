"""What the programmes room keeps about a person, for "My data"."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from courses.programmes.models import (
    Attendance,
    Enrolment,
    JoinRequest,
    Programme,
    Team,
    TeamMember,
    Workshop,
    WorkshopReply,
)
from lms.hubs.models import City
from lms.kernel.db import db


def programmes(person_id: int) -> object:
    """Return a person's places, teams, requests, replies and attendance."""
    return {
        "places": _places(person_id),
        "teams": _teams(person_id),
        "requests": _requests(person_id),
        "workshop_replies": _replies(person_id),
        "attendance": _attendance(person_id),
    }


def _places(person_id: int) -> list[dict[str, Any]]:
    statement = (
        select(Programme.title, Enrolment.enrolled_at, Enrolment.left_at)
        .join(Programme, Programme.id == Enrolment.programme_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.id)
    )
    return [{"programme": row[0], "since": row[1], "left": row[2]} for row in db.session.execute(statement)]


def _teams(person_id: int) -> list[dict[str, Any]]:
    member = TeamMember
    statement = (
        select(Programme.title, City.name, member.work, member.coordinator, member.from_at, member.until_at)
        .join(Team, Team.id == member.team_id)
        .join(Programme, Programme.id == member.programme_id)
        .outerjoin(City, City.id == Team.city_id)
        .where(member.person_id == person_id)
        .order_by(member.id)
    )
    names = ("programme", "city", "work", "coordinator", "from", "until")
    return [dict(zip(names, row, strict=True)) for row in db.session.execute(statement)]


def _requests(person_id: int) -> list[dict[str, Any]]:
    asked = JoinRequest
    statement = (
        select(Programme.title, asked.city_name, asked.work, asked.message, asked.asked_at, asked.answer, asked.reason)
        .join(Programme, Programme.id == asked.programme_id)
        .where(asked.person_id == person_id)
        .order_by(asked.id)
    )
    names = ("programme", "city", "work", "message", "asked", "answer", "reason")
    return [dict(zip(names, row, strict=True)) for row in db.session.execute(statement)]


def _replies(person_id: int) -> list[dict[str, Any]]:
    statement = (
        select(Workshop.title, WorkshopReply.comes, WorkshopReply.at)
        .join(Workshop, Workshop.id == WorkshopReply.workshop_id)
        .where(WorkshopReply.person_id == person_id)
        .order_by(WorkshopReply.id)
    )
    return [{"workshop": row[0], "comes": row[1], "at": row[2]} for row in db.session.execute(statement)]


def _attendance(person_id: int) -> list[dict[str, Any]]:
    statement = (
        select(Workshop.title, Attendance.minutes, Attendance.at)
        .join(Workshop, Workshop.id == Attendance.workshop_id)
        .where(Attendance.person_id == person_id)
        .order_by(Attendance.id)
    )
    return [{"workshop": row[0], "minutes": row[1], "at": row[2]} for row in db.session.execute(statement)]
