"""Making, changing and cancelling workshops; replies; attendance, where a correction is a new row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from courses.programmes import policies
from courses.programmes.models import Attendance, Enrolment, Programme, Workshop, WorkshopReply
from courses.programmes.rules import newer_than_seen, workshop_minutes
from courses.programmes.signals import SENDER, attendance_recorded
from courses.programmes.workshop_queries import attendance_now, my_replies
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.jobs import enqueue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.programmes.rules import WorkshopDetails
    from lms.kernel.permissions import Viewer

TELL_AGAIN = ("starts_at", "ends_at", "place", "online_url")
"""A change of these is told to everybody; a change of words is not."""


class StaleAttendance(Conflict):
    """Somebody recorded attendance after the form was opened.

    `differences` has per person (minutes recorded meanwhile, minutes in the form).
    """

    def __init__(self, differences: Mapping[int, tuple[int, int]]) -> None:
        """Keep what differs."""
        super().__init__(_("Somebody saved attendance while you had this page open. Check the marked rows, then save."))
        self.differences = differences


def make_workshop(*, actor: Viewer, programme: Programme, details: WorkshopDetails) -> Workshop:
    """Make a workshop and tell everybody in the programme, unless it is over already."""
    _require_staff(actor, programme)
    _check(details)
    workshop = Workshop(
        ref=new_ref(),
        programme_id=programme.id,
        title=details.title,
        about=details.about,
        starts_at=details.starts_at,
        ends_at=details.ends_at,
        place=details.place,
        online_url=details.online_url,
        cancelled_at=None,
        created_at=now(),
    )
    db.session.add(workshop)
    db.session.flush()
    audit.record(actor=actor, what=policies.PROGRAMME_TRAIN.name, on=("workshop", workshop.id), after={"made": True})
    _tell(workshop, "announced")
    return workshop


def change_workshop(*, actor: Viewer, workshop: Workshop, details: WorkshopDetails) -> None:
    """Change a workshop; a new time or place is told to everybody. Raises Conflict for a cancelled one."""
    programme = _programme(workshop)
    _require_staff(actor, programme)
    _check(details)
    workshop = _lock(workshop)
    if workshop.cancelled_at is not None:
        raise Conflict(_("This workshop was cancelled. Make a new one instead."))
    before = {
        name: getattr(workshop, name)
        for name in ("title", "about", *TELL_AGAIN)
        if getattr(workshop, name) != getattr(details, name)
    }
    for name in before:
        setattr(workshop, name, getattr(details, name))
    db.session.flush()
    if before:
        audit.record(
            actor=actor,
            what=policies.PROGRAMME_TRAIN.name,
            on=("workshop", workshop.id),
            before={name: str(value) for name, value in before.items()},
            after={name: str(getattr(details, name)) for name in before},
        )
    if set(before) & set(TELL_AGAIN):
        _tell(workshop, "changed")


def cancel_workshop(*, actor: Viewer, workshop: Workshop, why: str = "") -> None:
    """Cancel a workshop and tell everybody; it stays in the lists as cancelled. Twice is once.

    Raises Conflict for a workshop that is over: who was there stays recorded.
    """
    _require_staff(actor, _programme(workshop))
    workshop = _lock(workshop)
    if workshop.cancelled_at is not None:
        return
    if workshop.ends_at <= now():
        raise Conflict(_("This workshop is over, so it cannot be cancelled any more."))
    workshop.cancelled_at = now()
    db.session.flush()
    audit.record(
        actor=actor,
        what=policies.PROGRAMME_TRAIN.name,
        on=("workshop", workshop.id),
        after={"cancelled": True},
        why=why[:2000],
    )
    _tell(workshop, "cancelled")


def reply(*, actor: Viewer, workshop: Workshop, comes: bool) -> None:
    """Say whether one comes; the newest reply counts. Raises Conflict for a workshop that is over or cancelled."""
    takes_part = db.session.scalar(
        select(Enrolment.id).where(
            Enrolment.programme_id == workshop.programme_id,
            Enrolment.person_id == actor.person_id,
            Enrolment.left_at.is_(None),
        )
    )
    if takes_part is None:
        raise Forbidden(_("Only people who take part in this programme can reply."))
    if workshop.cancelled_at is not None:
        raise Conflict(_("This workshop was cancelled, so no reply is needed."))
    if workshop.ends_at <= now():
        raise Conflict(_("This workshop is over, so no reply is needed."))
    if my_replies(actor, [workshop.id]).get(workshop.id) != comes:
        row = WorkshopReply(workshop_id=workshop.id, person_id=actor.person_id, comes=comes, at=now())
        db.session.add(row)
        db.session.flush()


def record_attendance(*, actor: Viewer, workshop: Workshop, minutes: Mapping[int, int], seen: int) -> int:
    """Record how long people were there (0: not there); return how many rows are new.

    minutes: per person id. seen: the highest attendance id when the form was drawn (`attendance_totals`). Only what
    differs is appended, so that the same form sent twice adds nothing. Raises StaleAttendance where the form would
    overwrite what it has not seen, Conflict before the workshop begins, Invalid for strangers and odd minutes.
    """
    programme = _programme(workshop)
    _require_staff(actor, programme)
    workshop = _lock(workshop)
    if workshop.cancelled_at is not None:
        raise Conflict(_("This workshop was cancelled, so nobody can have been there."))
    if workshop.starts_at > now():
        raise Conflict(_("This workshop has not begun yet. Record attendance once it has."))
    whole = workshop_minutes(workshop.starts_at, workshop.ends_at, programme.time_zone)
    if any(not 0 <= amount <= whole for amount in minutes.values()):
        raise Invalid(_("Write minutes from 0 to the length of the workshop."))
    present = attendance_now(workshop)
    if differences := newer_than_seen(present, minutes, seen):
        raise StaleAttendance(differences)
    fresh = {
        person_id: amount for person_id, amount in minutes.items() if present.get(person_id, (0, None))[1] != amount
    }
    enrolment_ids = _enrolment_ids(programme, list(fresh))
    if len(enrolment_ids) != len(fresh):
        raise Invalid(_("Somebody in this list takes no part in the programme. Load the page again."))
    db.session.add_all(
        Attendance(workshop_id=workshop.id, person_id=person_id, minutes=amount, at=now(), by_id=actor.person_id)
        for person_id, amount in sorted(fresh.items())
    )
    db.session.flush()
    if fresh:
        attendance_recorded.send(
            SENDER,
            workshop_id=workshop.id,
            programme_id=programme.id,
            hub_id=programme.hub_id,
            enrolment_ids=enrolment_ids,
        )
    return len(fresh)


def _programme(workshop: Workshop) -> Programme:
    return db.session.get_one(Programme, workshop.programme_id)


def _require_staff(actor: Viewer, programme: Programme) -> None:
    if not policies.is_staff(actor, programme):
        raise Forbidden(_("Only the trainers of this programme and the managers of its hub can do this."))


def _lock(workshop: Workshop) -> Workshop:
    statement = select(Workshop).where(Workshop.id == workshop.id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _enrolment_ids(programme: Programme, person_ids: list[int]) -> list[int]:
    statement = select(Enrolment.id).where(Enrolment.programme_id == programme.id, Enrolment.person_id.in_(person_ids))
    return list(db.session.scalars(statement.order_by(Enrolment.id)))


def _tell(workshop: Workshop, what: str) -> None:
    """Ask for the mails to everybody; written by a job, for a programme may be large. Past workshops are no news."""
    if workshop.ends_at > now():
        stamp = new_ref()
        enqueue(
            "programmes.tell_workshop",
            key=f"workshop:{workshop.id}:{what}:{stamp}",
            args={"workshop_id": workshop.id, "what": what, "stamp": stamp},
        )


def _check(details: WorkshopDetails) -> None:
    problem = details.problem()
    if problem is None:
        return
    field, text = {
        "title": ("title", _("Write a title.")),
        "times": ("ends_at", _("The workshop ends before it begins. Change one of the times.")),
        "where": ("place", _("Write a place, or the address of the online meeting.")),
        "link": ("online_url", _("Begin the address with https://.")),
    }[problem]
    raise Invalid(text, field)
