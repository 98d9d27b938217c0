"""Asking for a place in a programme, and the hub's answer: given once, however many click at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from courses.programmes import policies
from courses.programmes.models import Enrolment, JoinRequest, Programme
from courses.programmes.places import enrol_locked, enrolment_in
from courses.programmes.queries import asking_of
from courses.programmes.rules import may_ask
from courses.programmes.services import lock, require_manager
from lms.hubs.queries import manager_ids
from lms.kernel import audit
from lms.kernel.clock import now, today
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.mail import send_mail
from lms.kernel.text import clean_line, clean_text
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from sqlalchemy import Select

    from lms.kernel.permissions import Viewer

OPEN = text("answered_at IS NULL")
APPROVED, DECLINED, WITHDRAWN = "approved", "declined", "withdrawn"


def ask_for_place(
    *,
    actor: Viewer,
    programme: Programme,
    city_id: int | None = None,
    city_name: str = "",
    work: str = "",
    message: str = "",
    invitation_id: int | None = None,
) -> JoinRequest:
    """Ask for a place, for a city of the list, for one that is not in it (`city_name`), or for oneself.

    Two clicks make one request: the second gets the first. Raises Conflict where asking is over or of no use.
    """
    if not actor.signed_in:
        raise Forbidden(_("Sign in first, then ask for a place."))
    state = may_ask(asking_of(programme, actor.person_id), today(programme.time_zone))
    refusals = {
        "takes-part": _("You take part in this programme already."),
        "over": _("This programme is over. Ask your hub about the next one."),
        "closed": _("The time for asking is over. Write to your hub, or choose a later programme."),
    }
    if state in refusals:
        raise Conflict(refusals[state])
    row = {
        "ref": new_ref(),
        "programme_id": programme.id,
        "hub_id": programme.hub_id,
        "person_id": actor.person_id,
        "city_id": city_id,
        "city_name": "" if city_id else clean_line(city_name)[:200],
        "work": clean_line(work)[:120],
        "message": clean_text(message)[:2000],
        "invitation_id": invitation_id,
        "asked_at": now(),
        "answer": "",
        "reason": "",
        "answered_at": None,
        "answered_by_id": None,
    }
    is_new = insert_new(JoinRequest, [row], ["programme_id", "person_id"], index_where=OPEN)
    request = db.session.scalars(_open_request(programme.id, actor.person_id)).one()
    if is_new:
        args = {"request_id": request.id}
        key = f"programmes:asked:{request.id}"
        send_mail(kind="programmes.request_noted", person_id=actor.person_id, args=args, key=f"{key}:asker")
        for person_id in manager_ids(programme.hub_id):
            send_mail(kind="programmes.request_received", person_id=person_id, args=args, key=f"{key}:{person_id}")
    return request


def withdraw_request(*, actor: Viewer, request: JoinRequest) -> None:
    """Take one's own request back. Raises Conflict when it was answered meanwhile."""
    if request.person_id != actor.person_id:
        raise Forbidden(_("Only the person who asked can take the request back."))
    lock(db.session.get_one(Programme, request.programme_id))
    if _is_open(request, WITHDRAWN):
        _answer(actor, request, WITHDRAWN)


def approve_request(*, actor: Viewer, request: JoinRequest, city_id: int | None) -> Enrolment:
    """Give the person a place, in the team of a city or without one.

    Approving twice is one answer. Raises Conflict when somebody declined meanwhile, or when all places are taken.
    """
    programme = _locked_programme(actor, request)
    if not _is_open(request, APPROVED):
        return db.session.scalars(enrolment_in(programme.id, request.person_id)).one()
    # The place first: where none is left, the request stays open.
    enrolment = enrol_locked(actor, programme, person_id=request.person_id, city_id=city_id, work=request.work)
    _answer(actor, request, APPROVED)
    _tell(request, "programmes.approved")
    return enrolment


def decline_request(*, actor: Viewer, request: JoinRequest, reason: str) -> None:
    """Say no, with a reason that the person reads. Raises Conflict when somebody approved meanwhile."""
    reason = clean_text(reason)[:2000]
    if not reason:
        raise Invalid(_("Write a reason. The person reads it in the mail."), "reason")
    _locked_programme(actor, request)
    if _is_open(request, DECLINED):
        _answer(actor, request, DECLINED, reason)
        _tell(request, "programmes.declined")


def join_open(*, actor: Viewer, programme: Programme, city_id: int | None = None, work: str = "") -> Enrolment:
    """Take a place in a programme that is open to all. Raises Conflict when it is over or full."""
    if not programme.open_to_all or not actor.signed_in:
        raise Forbidden(_("This programme asks its hub before it gives a place."))
    return join(actor=actor, programme=programme, city_id=city_id, work=work)


def join(*, actor: Viewer, programme: Programme, city_id: int | None, work: str = "") -> Enrolment:
    """Give the actor a place; the caller has made sure that the programme's door is open to them."""
    programme = lock(programme)
    if today(programme.time_zone) > programme.ends_on:
        raise Conflict(_("This programme is over. Ask your hub about the next one."))
    waiting = db.session.scalar(_open_request(programme.id, actor.person_id))
    if waiting is not None:
        _answer(actor, waiting, APPROVED)
    return enrol_locked(actor, programme, person_id=actor.person_id, city_id=city_id, work=work)


def _locked_programme(actor: Viewer, request: JoinRequest) -> Programme:
    programme = db.session.get_one(Programme, request.programme_id)
    require_manager(actor, programme)
    return lock(programme)


def _open_request(programme_id: int, person_id: int) -> Select[JoinRequest]:
    return select(JoinRequest).where(
        JoinRequest.programme_id == programme_id,
        JoinRequest.person_id == person_id,
        JoinRequest.answered_at.is_(None),
    )


def _is_open(request: JoinRequest, answer: str) -> bool:
    """Whether a request still waits; False when the very same answer was given before. The programme is locked.

    Raises Conflict when somebody gave another answer meanwhile.
    """
    db.session.refresh(request)
    if request.answered_at is None:
        return True
    if request.answer == answer:
        return False
    texts = {
        APPROVED: _("This request was approved meanwhile, so nothing was changed."),
        DECLINED: _("This request was declined meanwhile, so nothing was changed."),
        WITHDRAWN: _("The person took the request back meanwhile, so nothing was changed."),
    }
    raise Conflict(texts[request.answer])


def _answer(actor: Viewer, request: JoinRequest, answer: str, reason: str = "") -> None:
    request.answer, request.reason = answer, reason
    request.answered_at, request.answered_by_id = now(), actor.person_id
    db.session.flush()
    on = ("join_request", request.id)
    audit.record(actor=actor, what=policies.PROGRAMME_MANAGE.name, on=on, after={"answer": answer})


def _tell(request: JoinRequest, kind: str) -> None:
    args = {"request_id": request.id}
    send_mail(kind=kind, person_id=request.person_id, args=args, key=f"programmes:answered:{request.id}")
