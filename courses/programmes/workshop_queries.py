"""Reading workshops, replies and attendance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, or_, select

from courses.programmes import policies
from courses.programmes.models import Attendance, Enrolment, Programme, Team, TeamMember, Workshop, WorkshopReply
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import Page, page_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from lms.kernel.permissions import Viewer

ATTENDANCE_ROWS = 100  # one page of the attendance list: a cohort fits, and a large programme stays fast


@dataclass(frozen=True)
class WorkshopRow:
    """A workshop with its programme, how many said that they come, how many do not, and how many were there."""

    workshop: Workshop
    programme: Programme
    coming: int = 0
    not_coming: int = 0
    there: int = 0
    takes_part: bool = True
    """Whether the viewer is asked to reply; staff are not."""
    mine: bool | None = None
    """The viewer's own reply; None: none yet."""


@dataclass(frozen=True)
class AttendanceRow:
    """A person in the attendance list of a workshop; `minutes` is None while nothing was recorded."""

    person_id: int
    person_ref: str
    name: str
    city: str | None
    minutes: int | None
    recorded_at: datetime | None
    by_id: int | None
    comes: bool | None


@dataclass(frozen=True)
class AttendanceTotals:
    """How many people were there, all the time or in part, and for how many nothing was recorded."""

    people: int
    there: int
    not_there: int
    last_id: int
    """Id of the newest row: what a form has seen."""

    @property
    def open(self) -> int:
        """People for whom nothing was recorded."""
        return self.people - self.there - self.not_there


def workshop_for(viewer: Viewer, ref: str) -> tuple[Workshop, Programme]:
    """Return a workshop that the viewer sees, with its programme. Raises NotFound."""
    statement = (
        select(Workshop, Programme)
        .join(Programme, Programme.id == Workshop.programme_id)
        .where(Workshop.ref == ref, policies.visible_workshops(viewer))
    )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound(_("There is no such workshop, or you do not take part in its programme."))
    return row[0], row[1]


def workshops_of(programme: Programme) -> list[WorkshopRow]:
    """Return all workshops of a programme in the order of time, with the numbers of replies and of who was there."""
    workshops = list(
        db.session.scalars(
            select(Workshop)
            .where(Workshop.programme_id == programme.id)
            .order_by(Workshop.starts_at, Workshop.id)
            .limit(200)
        )
    )
    ids = [workshop.id for workshop in workshops]
    replies, there = _replies(ids), _there(ids)
    return [
        WorkshopRow(item, programme, *replies.get(item.id, (0, 0)), there=there.get(item.id, 0)) for item in workshops
    ]


def my_workshops_page(viewer: Viewer, *, past: bool = False, number: int = 1) -> Page[WorkshopRow]:
    """Return the workshops that the viewer sees, as participant or as staff: those to come, or those that were."""
    takes_part = exists().where(
        Enrolment.programme_id == Workshop.programme_id,
        Enrolment.person_id == viewer.person_id,
        Enrolment.left_at.is_(None),
    )
    statement = select(Workshop, Programme, takes_part).join(Programme, Programme.id == Workshop.programme_id)
    statement = statement.where(policies.visible_workshops(viewer))
    if past:
        statement = statement.where(Workshop.ends_at < now()).order_by(Workshop.starts_at.desc(), Workshop.id)
    else:
        statement = statement.where(Workshop.ends_at >= now()).order_by(Workshop.starts_at, Workshop.id)
    page = page_of(statement, number, make=tuple)
    ids = [workshop.id for workshop, _programme, _takes_part in page.items]
    answers = my_replies(viewer, ids)
    rows = [
        WorkshopRow(item, programme, takes_part=bool(is_mine), mine=answers.get(item.id))
        for item, programme, is_mine in page.items
    ]
    return Page(rows, page.page, page.per_page, page.total)


def upcoming_workshops(programme_ids: Collection[int], *, most: int = 3) -> list[Workshop]:
    """Return the next workshops of programmes that are not cancelled; one that runs now is among them."""
    statement = (
        select(Workshop)
        .where(Workshop.programme_id.in_(programme_ids), Workshop.ends_at >= now(), Workshop.cancelled_at.is_(None))
        .order_by(Workshop.starts_at, Workshop.id)
        .limit(most)
    )
    return list(db.session.scalars(statement)) if programme_ids else []


def place_in_series(workshop: Workshop) -> tuple[int, int]:
    """Return the number of a workshop among those of its programme, and how many there are; cancelled ones aside."""
    counted = or_(Workshop.cancelled_at.is_(None), Workshop.id == workshop.id)
    statement = select(Workshop.id).where(Workshop.programme_id == workshop.programme_id, counted)
    ids = list(db.session.scalars(statement.order_by(Workshop.starts_at, Workshop.id)))
    return ids.index(workshop.id) + 1, len(ids)


def my_replies(viewer: Viewer, workshop_ids: Sequence[int]) -> dict[int, bool]:
    """Return the viewer's newest reply per workshop."""
    newest = (
        select(func.max(WorkshopReply.id))
        .where(WorkshopReply.workshop_id.in_(workshop_ids), WorkshopReply.person_id == viewer.person_id)
        .group_by(WorkshopReply.workshop_id)
    )
    rows = db.session.execute(
        select(WorkshopReply.workshop_id, WorkshopReply.comes).where(WorkshopReply.id.in_(newest))
    )
    return dict(rows.all()) if workshop_ids else {}


def _replies(workshop_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return per workshop how many of those who take part now come, and how many do not."""
    newest = (
        select(func.max(WorkshopReply.id))
        .where(WorkshopReply.workshop_id.in_(workshop_ids))
        .group_by(WorkshopReply.workshop_id, WorkshopReply.person_id)
    )
    rows = db.session.execute(
        select(WorkshopReply.workshop_id, WorkshopReply.comes, func.count(WorkshopReply.id))
        .join(Workshop, Workshop.id == WorkshopReply.workshop_id)
        .join(
            Enrolment,
            and_(
                Enrolment.programme_id == Workshop.programme_id,
                Enrolment.person_id == WorkshopReply.person_id,
                Enrolment.left_at.is_(None),
            ),
        )
        .where(WorkshopReply.id.in_(newest))
        .group_by(WorkshopReply.workshop_id, WorkshopReply.comes)
    )
    found: dict[int, list[int]] = {}
    for workshop_id, comes, count in rows:
        found.setdefault(workshop_id, [0, 0])[0 if comes else 1] = count
    return {workshop_id: (counts[0], counts[1]) for workshop_id, counts in found.items()}


def _there(workshop_ids: Sequence[int]) -> dict[int, int]:
    """Return per workshop how many people were there."""
    newest = (
        select(func.max(Attendance.id))
        .where(Attendance.workshop_id.in_(workshop_ids))
        .group_by(Attendance.workshop_id, Attendance.person_id)
    )
    rows = db.session.execute(
        select(Attendance.workshop_id, func.count(Attendance.id))
        .where(Attendance.id.in_(newest), Attendance.minutes > 0)
        .group_by(Attendance.workshop_id)
    )
    return {workshop_id: int(count) for workshop_id, count in rows}


def _newest_attendance(workshop: Workshop) -> ColumnElement[bool]:
    newest = select(func.max(Attendance.id)).where(Attendance.workshop_id == workshop.id).group_by(Attendance.person_id)
    return Attendance.id.in_(newest)


def attendance_now(workshop: Workshop) -> dict[int, tuple[int, int]]:
    """Return what is recorded now: per person (id of the newest row, minutes)."""
    rows = db.session.execute(
        select(Attendance.person_id, Attendance.id, Attendance.minutes).where(_newest_attendance(workshop))
    )
    return {row.person_id: (row.id, row.minutes) for row in rows}


def attendance_page(viewer: Viewer, workshop: Workshop, *, number: int = 1) -> Page[AttendanceRow]:
    """Return the attendance list of a workshop by name: who takes part now, and who was recorded and has left."""
    # Asked person by person, each from one place in an index: a list of all newest rows would be gone through for each.
    newest, newest_reply = (
        select(func.max(model.id))
        .where(model.workshop_id == workshop.id, model.person_id == Enrolment.person_id)
        .correlate(Enrolment)
        .scalar_subquery()
        for model in (Attendance, WorkshopReply)
    )
    statement = (
        select(
            Person.id,
            Person.ref,
            Person.name,
            City.name,
            Attendance.minutes,
            Attendance.at,
            Attendance.by_id,
            WorkshopReply.comes,
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(
            TeamMember,
            and_(
                TeamMember.programme_id == Enrolment.programme_id,
                TeamMember.person_id == Enrolment.person_id,
                TeamMember.until_at.is_(None),
            ),
        )
        .outerjoin(Team, Team.id == TeamMember.team_id)
        .outerjoin(City, City.id == Team.city_id)
        .outerjoin(Attendance, Attendance.id == newest)
        .outerjoin(WorkshopReply, WorkshopReply.id == newest_reply)
        .where(
            Enrolment.programme_id == workshop.programme_id,
            policies.visible_enrolments(viewer),
            or_(Enrolment.left_at.is_(None), Attendance.id.is_not(None)),
        )
        .order_by(Person.sort_key, Person.id)
    )
    return page_of(statement, number, size=ATTENDANCE_ROWS, make=lambda row: AttendanceRow(*row))


def attendance_totals(workshop: Workshop) -> AttendanceTotals:
    """Return the totals of a workshop's attendance, over all pages of the list."""
    people = select(func.count(Enrolment.id)).where(
        Enrolment.programme_id == workshop.programme_id, Enrolment.left_at.is_(None)
    )
    there = func.count(Attendance.id).filter(Attendance.minutes > 0)
    not_there = func.count(Attendance.id).filter(Attendance.minutes == 0)
    left = select(func.count(Attendance.id)).join(
        Enrolment,
        and_(
            Enrolment.person_id == Attendance.person_id,
            Enrolment.programme_id == workshop.programme_id,
            Enrolment.left_at.is_not(None),
        ),
    )
    row = db.session.execute(
        select(
            people.scalar_subquery(),
            left.where(_newest_attendance(workshop)).scalar_subquery(),
            there,
            not_there,
            func.max(Attendance.id),
        ).where(_newest_attendance(workshop))
    ).one()
    return AttendanceTotals(row[0] + row[1], row[2], row[3], row[4] or 0)


def participant_ids(programme_id: int) -> list[int]:
    """Return the persons who take part in a programme now, for mails."""
    statement = select(Enrolment.person_id).where(Enrolment.programme_id == programme_id, Enrolment.left_at.is_(None))
    return list(db.session.scalars(statement.order_by(Enrolment.id)))


def person_ids(programme: Programme, refs: Collection[str]) -> dict[str, int]:
    """Return the ids of people by their public ids, of those who take or took part in a programme."""
    statement = (
        select(Person.ref, Person.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.programme_id == programme.id, Person.ref.in_(refs))
    )
    return dict(db.session.execute(statement).all())
