"""Recording supervised practice, and awarding the trainer certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from certificates.issuing import policies as issuing_policies, services as issuing
from certificates.issuing.rules import AS_TRAINER, TRAINER
from certificates.trainers import policies, queries, rules
from certificates.trainers.models import Practice
from lms.hubs.models import Hub
from lms.kernel import audit
from lms.kernel.clock import now, today
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.mail import send_mail

if TYPE_CHECKING:
    from datetime import date

    from certificates.designs.facts import CertificateFacts
    from certificates.issuing.models import Certificate
    from certificates.trainers.rules import PracticeDetails
    from courses.programmes.models import Enrolment
    from lms.kernel.permissions import Viewer


def record_practice(
    *, actor: Viewer, enrolment: Enrolment, details: PracticeDetails, corrects: Practice | None = None
) -> Practice:
    """Record that a trainee led a workshop, as the hub trainer who watched saw it, and tell the trainee.

    `corrects` names a record that this one replaces; the old one stays. Raises Forbidden for anybody but a trainer of
    the hub or programme, and for trainees themselves; Invalid for what is missing; Conflict for a record that was
    corrected already.
    """
    if not policies.may_record(actor, enrolment):
        raise Forbidden(_("Only a trainer of this hub can record practice, and nobody their own."))
    workshop_id, title, held_on = _what_and_when(actor, enrolment, details)
    if details.satisfactory is None:
        raise Invalid(_("Say whether the practice was satisfactory."), "satisfactory")
    if not details.satisfactory and not details.next_step:
        raise Invalid(_("Write what the trainee can do next, so that the next practice goes better."), "next_step")
    if corrects is not None:
        _take_turn(corrects, enrolment)
    practice = Practice(
        ref=new_ref(),
        person_id=enrolment.person_id,
        hub_id=enrolment.hub_id,
        workshop_id=workshop_id,
        title=title,
        held_on=held_on,
        satisfactory=details.satisfactory,
        strengths=details.strengths,
        next_step=details.next_step,
        by_id=actor.person_id,
        at=now(),
        corrects_id=None if corrects is None else corrects.id,
    )
    db.session.add(practice)
    db.session.flush()
    audit.record(
        actor=actor,
        what=policies.RECORD.name,
        on=("practice", practice.id),
        after={"satisfactory": practice.satisfactory, "corrects": practice.corrects_id},
    )
    send_mail(
        kind="trainers.practice",
        person_id=practice.person_id,
        args={"practice_id": practice.id},
        key=f"practice:{practice.id}",
    )
    return practice


def _what_and_when(actor: Viewer, enrolment: Enrolment, details: PracticeDetails) -> tuple[int | None, str, date]:
    """Return the workshop, title and day of a practice: those of a workshop of the hub, or as they were written."""
    if details.workshop_ref:
        for workshop, programme in queries.workshops_for(actor, enrolment.hub_id):
            if workshop.ref == details.workshop_ref:
                return workshop.id, workshop.title, workshop.starts_at.astimezone(ZoneInfo(programme.time_zone)).date()
        raise Invalid(_("Choose a workshop from the list, or write title and date."), "workshop")
    if not details.title:
        raise Invalid(_("Choose a workshop, or write what the trainee led."), "title")
    if details.held_on is None:
        raise Invalid(_("Write the day, such as 12 November 2026."), "held_on")
    hub = db.session.get_one(Hub, enrolment.hub_id)
    if details.held_on > today(hub.time_zone):
        raise Invalid(_("This day is still to come. Record the practice once it has been."), "held_on")
    return None, details.title, details.held_on


def _take_turn(corrects: Practice, enrolment: Enrolment) -> None:
    """Make sure that nobody else corrects the same record at the same time."""
    held = db.session.scalar(select(Practice).where(Practice.id == corrects.id).with_for_update())
    mine = held is not None and (held.person_id, held.hub_id) == (enrolment.person_id, enrolment.hub_id)
    later = db.session.scalar(select(Practice.id).where(Practice.corrects_id == corrects.id))
    if not mine or later is not None:
        raise Conflict(_("This record was corrected already. Load the page again to see the newest one."))


def _grounds(enrolment: Enrolment, trainee: queries.Trainee | None) -> issuing.Grounds:
    completion = queries.completion_of(enrolment)
    if completion is None or trainee is None or not rules.is_eligible(trainee.record):
        raise Conflict(_("Not all conditions are met, so the certificate cannot be awarded. The page shows which."))
    programme_id, edition_id, _at = completion
    return issuing.Grounds(
        kind=TRAINER,
        person_id=enrolment.person_id,
        achievement=AS_TRAINER,
        hub_id=enrolment.hub_id,
        edition_id=edition_id,
        programme_id=programme_id,
    )


def _require_award(actor: Viewer, enrolment: Enrolment) -> None:
    if not issuing_policies.may_award(actor, enrolment.hub_id, enrolment.person_id):
        raise Forbidden(_("Only a manager of this hub can award the certificate, and nobody awards themselves."))


def preview_award(*, actor: Viewer, enrolment: Enrolment) -> CertificateFacts:
    """Return what the certificate would say. Raises Conflict where a required condition is not met."""
    _require_award(actor, enrolment)
    return issuing.preview(actor=actor, grounds=_grounds(enrolment, queries.trainee_now(enrolment)))


def award_trainer(*, actor: Viewer, enrolment: Enrolment) -> Certificate:
    """Award the trainer certificate; somebody who was faster has awarded it already, and that one is returned.

    Raises Forbidden for anybody but a manager of the hub and for trainees themselves, Conflict where a required
    condition is not met.
    """
    _require_award(actor, enrolment)
    # Asked once, and the certificate after it: whoever awards at this very moment must not come in between.
    trainee = queries.trainee_now(enrolment)
    if trainee is not None and trainee.record.certified:
        present = queries.certificate_of(actor, enrolment.person_id)
        if present is not None:
            return present
    return issuing.award(actor=actor, grounds=_grounds(enrolment, trainee))
