"""What the programmes room keeps about a person, for "My data"."""

from __future__ import annotations

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
        "places": [
            {"programme": row[0], "since": row[1], "left": row[2]}
            for row in db.session.execute(
                select(Programme.title, Enrolment.enrolled_at, Enrolment.left_at)
                .join(Programme, Programme.id == Enrolment.programme_id)
                .where(Enrolment.person_id == person_id)
                .order_by(Enrolment.id)
            )
        ],
        "teams": [
            {
                "programme": row[0],
                "city": row[1],
                "work": row[2],
                "coordinator": row[3],
                "from": row[4],
                "until": row[5],
            }
            for row in db.session.execute(
                select(
                    Programme.title,
                    City.name,
                    TeamMember.work,
                    TeamMember.coordinator,
                    TeamMember.from_at,
                    TeamMember.until_at,
                )
                .join(Team, Team.id == TeamMember.team_id)
                .join(Programme, Programme.id == TeamMember.programme_id)
                .outerjoin(City, City.id == Team.city_id)
                .where(TeamMember.person_id == person_id)
                .order_by(TeamMember.id)
            )
        ],
        "requests": [
            {
                "programme": title,
                "city": row.city_name,
                "work": row.work,
                "message": row.message,
                "asked": row.asked_at,
                "answer": row.answer,
                "reason": row.reason,
            }
            for row, title in db.session.execute(
                select(JoinRequest, Programme.title)
                .join(Programme, Programme.id == JoinRequest.programme_id)
                .where(JoinRequest.person_id == person_id)
                .order_by(JoinRequest.id)
            )
        ],
        "workshop_replies": [
            {"workshop": row[0], "comes": row[1], "at": row[2]}
            for row in db.session.execute(
                select(Workshop.title, WorkshopReply.comes, WorkshopReply.at)
                .join(Workshop, Workshop.id == WorkshopReply.workshop_id)
                .where(WorkshopReply.person_id == person_id)
                .order_by(WorkshopReply.id)
            )
        ],
        "attendance": [
            {"workshop": row[0], "minutes": row[1], "at": row[2]}
            for row in db.session.execute(
                select(Workshop.title, Attendance.minutes, Attendance.at)
                .join(Workshop, Workshop.id == Attendance.workshop_id)
                .where(Attendance.person_id == person_id)
                .order_by(Attendance.id)
            )
        ],
    }
