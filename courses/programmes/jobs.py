"""Work after the request: mails to everybody in a programme, and the reminders of workshops and deadlines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from courses.programmes.models import Deadline, Enrolment, Programme, Workshop
from courses.programmes.rules import SOON, due_instant
from courses.programmes.signals import SENDER, deadline_near
from courses.programmes.workshop_queries import participant_ids
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.jobs import enqueue
from lms.kernel.mail import send_mail
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH = 500
WORKSHOP_SOON = timedelta(days=3)
JUST_TOLD = timedelta(days=1)  # a workshop announced a day ago needs no reminder


def tell_workshop(args: dict[str, Any]) -> None:
    """Write a mail about a workshop for everybody who takes part: announced, changed, cancelled or reminder.

    args: workshop_id, what, stamp (makes the keys of the mails of one occasion).
    """
    with transaction(writes=False):
        workshop = db.session.get(Workshop, args["workshop_id"])
        people = participant_ids(workshop.programme_id) if workshop is not None else []
    for batch in _batches(people):
        with transaction():
            for person_id in batch:
                send_mail(
                    kind=f"programmes.workshop_{args['what']}",
                    person_id=person_id,
                    args={"workshop_id": args["workshop_id"]},
                    key=f"workshop:{args['workshop_id']}:{args['what']}:{args['stamp']}:{person_id}",
                )


def tell_deadline(args: dict[str, Any]) -> None:
    """Write a reminder of a deadline for everybody whose work is not done yet. args: deadline_id, due_on."""
    with transaction(writes=False):
        deadline = db.session.get(Deadline, args["deadline_id"])
        if deadline is None or deadline.due_on.isoformat() != args["due_on"]:
            return
        people = _waiting_for(deadline)
    for batch in _batches(people):
        with transaction():
            for person_id in batch:
                send_mail(
                    kind="programmes.deadline",
                    person_id=person_id,
                    args=args,
                    key=f"deadline:{args['deadline_id']}:{args['due_on']}:{person_id}",
                )


def remind() -> None:
    """Ask for the reminders that are due: workshops within three days, deadlines within seven. Run every hour.

    The keys of the jobs hold the date, so that an occasion is told once, and again only if it is moved.
    """
    moment = now()
    with transaction(writes=False):
        workshops = db.session.execute(
            select(Workshop.id, Workshop.starts_at).where(
                Workshop.starts_at > moment,
                Workshop.starts_at <= moment + WORKSHOP_SOON,
                Workshop.cancelled_at.is_(None),
                Workshop.created_at < moment - JUST_TOLD,
            )
        ).all()
        deadlines = db.session.execute(
            select(Deadline.id, Deadline.due_on, Programme.time_zone)
            .join(Programme, Programme.id == Deadline.programme_id)
            .where(
                Deadline.due_on >= (moment - timedelta(days=1)).date(),
                Deadline.due_on <= (moment + SOON + timedelta(days=1)).date(),
            )
        ).all()
    with transaction():
        for workshop_id, starts_at in workshops:
            stamp = starts_at.isoformat()
            enqueue(
                "programmes.tell_workshop",
                key=f"workshop:{workshop_id}:reminder:{stamp}",
                args={"workshop_id": workshop_id, "what": "reminder", "stamp": stamp},
            )
        for deadline_id, due_on, zone in deadlines:
            if timedelta(0) < due_instant(due_on, zone) - moment <= SOON + timedelta(days=1):
                enqueue(
                    "programmes.tell_deadline",
                    key=f"deadline:{deadline_id}:{due_on.isoformat()}",
                    args={"deadline_id": deadline_id, "due_on": due_on.isoformat()},
                )


def _waiting_for(deadline: Deadline) -> list[int]:
    """Return the persons of a programme whose work at a node is not done, as far as those above know."""
    programme = db.session.get_one(Programme, deadline.programme_id)
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.person_id)
        .where(Enrolment.programme_id == programme.id, Enrolment.left_at.is_(None))
        .order_by(Enrolment.id)
    ).all()
    answers = deadline_near.send(
        SENDER,
        programme_id=programme.id,
        hub_id=programme.hub_id,
        node_key=deadline.node_key,
        enrolment_ids=[row.id for row in rows],
    )
    done = {enrolment_id for _listener, answer in answers for enrolment_id in answer or ()}
    return [row.person_id for row in rows if row.id not in done]


def _batches(people: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut a long list, so that no transaction keeps other writers waiting."""
    for start in range(0, len(people), BATCH):
        yield people[start : start + BATCH]
