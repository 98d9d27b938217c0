"""Making and changing training programmes: dates, edition, rule, deadlines, trainers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from courses.catalogue.models import Course, Edition
from courses.catalogue.queries import manifest_of
from courses.programmes import policies
from courses.programmes.models import Deadline, Programme, ProgrammeEdition, ProgrammeRule
from courses.programmes.queries import edition_id_of
from courses.programmes.rules import EVERYTHING, Terms, is_newer
from courses.programmes.signals import SENDER, edition_taken, rule_changed
from lms.accounts.services import end_role, grant_role
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.permissions import PROGRAMME, TRAINER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from courses.programmes.rules import ProgrammeDetails
    from lms.hubs.models import Hub
    from lms.kernel.permissions import Viewer


def make_programme(*, actor: Viewer, hub: Hub, course: Course, details: ProgrammeDetails) -> Programme:
    """Make a programme of a hub on the newest edition of a course; all activities complete it.

    Raises Forbidden for those who do not manage the hub, Invalid for unusable details, Conflict for a course that
    has not been published or belongs to another hub.
    """
    if not policies.may_make(actor, hub.id):
        raise Forbidden(_("Only the managers of this hub can make training programmes."))
    if course.current_edition_id is None:
        raise Conflict(_("This course has not been published yet, so no programme can use it."))
    if course.hub_id not in {None, hub.id}:
        raise Forbidden(_("This course belongs to another hub."))
    _check(details)
    programme = Programme(
        ref=new_ref(),
        hub_id=hub.id,
        course_id=course.id,
        created_at=now(),
        created_by_id=actor.person_id,
        **details.columns(),
    )
    db.session.add(programme)
    db.session.flush()
    db.session.add_all(
        (
            ProgrammeEdition(
                programme_id=programme.id,
                number=1,
                edition_id=course.current_edition_id,
                from_at=now(),
                by_id=actor.person_id,
            ),
            ProgrammeRule(programme_id=programme.id, number=1, rule=EVERYTHING, at=now(), by_id=actor.person_id),
        )
    )
    db.session.flush()
    record(actor, programme, after={"edition_id": course.current_edition_id, **_plain(details.columns())})
    return programme


def change_programme(*, actor: Viewer, programme: Programme, details: ProgrammeDetails) -> None:
    """Change what is said about a programme. Fewer places than are taken push nobody out."""
    require_manager(actor, programme)
    _check(details)
    programme = lock(programme)
    values = details.columns()
    before = {name: getattr(programme, name) for name, value in values.items() if getattr(programme, name) != value}
    for name in before:
        setattr(programme, name, values[name])
    db.session.flush()
    if before:
        record(actor, programme, before=_plain(before), after=_plain({name: values[name] for name in before}))


def take_edition(*, actor: Viewer, programme: Programme, edition_id: int) -> None:
    """Let a programme use a newer edition of its course from now on.

    Taking the present one again changes nothing. Raises Conflict for an older edition: a programme never goes back.
    """
    require_manager(actor, programme)
    programme = lock(programme)
    present_id = edition_id_of(programme.id)
    if edition_id == present_id:
        return
    present, wanted = db.session.get_one(Edition, present_id), db.session.get(Edition, edition_id)
    if wanted is None or wanted.course_id != programme.course_id:
        raise Invalid(_("This edition belongs to another course."))
    if not is_newer((wanted.major, wanted.minor), (present.major, present.minor)):
        raise Conflict(_("The programme uses a newer edition already, and never goes back to an older one."))
    newest = db.session.scalar(
        select(func.max(ProgrammeEdition.number)).where(ProgrammeEdition.programme_id == programme.id)
    )
    db.session.add(
        ProgrammeEdition(
            programme_id=programme.id,
            number=(newest or 0) + 1,
            edition_id=wanted.id,
            from_at=now(),
            by_id=actor.person_id,
        )
    )
    db.session.flush()
    record(actor, programme, before={"edition_id": present_id}, after={"edition_id": wanted.id})
    edition_taken.send(
        SENDER,
        programme_id=programme.id,
        hub_id=programme.hub_id,
        edition_id=wanted.id,
        old_edition_id=present_id,
    )


def set_terms(*, actor: Viewer, programme: Programme, terms: Terms) -> None:
    """Say how many minutes in workshops completing takes, and whether what people have done elsewhere counts.

    What has been counted once stays: turning it off takes nothing back.
    """
    require_manager(actor, programme)
    if terms.attended_minutes < 0:
        raise Invalid(_("Write the hours as a number, 0 for none."), "attended_hours")
    programme = lock(programme)
    statement = (
        select(ProgrammeRule)
        .where(ProgrammeRule.programme_id == programme.id)
        .order_by(ProgrammeRule.number.desc())
        .limit(1)
    )
    present = db.session.scalars(statement).one()
    if Terms.of(present.rule) == terms:
        return
    changed = ProgrammeRule(
        programme_id=programme.id,
        number=present.number + 1,
        rule=terms.laid_into(present.rule),
        at=now(),
        by_id=actor.person_id,
    )
    db.session.add(changed)
    db.session.flush()
    record(actor, programme, before={"rule": present.rule}, after={"rule": changed.rule})
    rule_changed.send(SENDER, programme_id=programme.id, hub_id=programme.hub_id, number=changed.number)


def set_deadlines(*, actor: Viewer, programme: Programme, due: Mapping[str, date | None]) -> None:
    """Set the last days for activities, by node key; None takes a deadline away, other nodes keep theirs.

    Raises Invalid for a node that the programme's edition does not have, or a day outside the programme.
    """
    require_manager(actor, programme)
    programme = lock(programme)
    known = manifest_of(edition_id_of(programme.id)).by_key
    present = {
        row.node_key: row for row in db.session.scalars(select(Deadline).where(Deadline.programme_id == programme.id))
    }
    before: dict[str, Any] = {}
    for key, day in due.items():
        held = present.get(key)
        if (held.due_on if held else None) == day:
            continue
        if day is not None:
            _check_deadline(programme, day, known=key in known)
        before[key] = held.due_on.isoformat() if held else None
        if held is not None and day is None:
            db.session.execute(delete(Deadline).where(Deadline.id == held.id))
        elif held is not None and day is not None:
            held.due_on = day
        elif day is not None:
            db.session.add(Deadline(programme_id=programme.id, node_key=key, due_on=day))
    db.session.flush()
    if before:
        after = {key: day.isoformat() if day else None for key, day in due.items() if key in before}
        record(actor, programme, before={"deadlines": before}, after={"deadlines": after})


def add_trainer(*, actor: Viewer, programme: Programme, person_id: int) -> None:
    """Let a person train in this programme; doing so already changes nothing."""
    require_manager(actor, programme)
    grant_role(actor=actor, person_id=person_id, role=TRAINER, scope=(PROGRAMME, programme.id))


def end_trainer(*, actor: Viewer, programme: Programme, person_id: int) -> None:
    """End that a person trains in this programme. Trainers of the whole hub keep their role there."""
    require_manager(actor, programme)
    end_role(actor=actor, person_id=person_id, role=TRAINER, scope=(PROGRAMME, programme.id))


def lock(programme: Programme) -> Programme:
    """Take the programme's row for this transaction: changes of places, edition and answers must take turns.

    Rows that only name the programme, such as an award, need not wait (`key_share`): whoever writes one may hold the
    states of a team, which the holder of this lock takes next.
    """
    statement = select(Programme).where(Programme.id == programme.id).with_for_update(key_share=True)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def require_manager(actor: Viewer, programme: Programme) -> None:
    """Raise Forbidden unless the actor manages the programme."""
    if not policies.may_manage(actor, programme):
        raise Forbidden(_("Only the managers of this hub can do this."))


def record(
    actor: Viewer,
    programme: Programme,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    why: str = "",
) -> None:
    """Write a change of a programme into the audit trail."""
    on = ("programme", programme.id)
    audit.record(actor=actor, what=policies.PROGRAMME_MANAGE.name, on=on, before=before, after=after, why=why)


def _check(details: ProgrammeDetails) -> None:
    problem = details.problem()
    if problem is None:
        return
    field, text = {
        "title": ("title", _("Write a title.")),
        "languages": ("languages", _("Choose at least one language.")),
        "dates": ("ends_on", _("The last day lies before the first. Change one of them.")),
        "seats": ("seats", _("Write the number of places as a whole number from 1.")),
    }[problem]
    raise Invalid(text, field)


def _check_deadline(programme: Programme, day: date, *, known: bool) -> None:
    if not known:
        raise Invalid(_("The course has changed, and this activity is not in it any more. Load the page again."))
    if not programme.starts_on <= day <= programme.ends_on:
        raise Invalid(_("A deadline lies between the first and the last day of the programme."))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write dates as text, for the audit trail."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
