"""Invitation links: made, ended, accepted. Only the hash of a link's secret is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from courses.programmes.asking import ask_for_place, join
from courses.programmes.models import Enrolment, Invitation, JoinRequest, Programme
from courses.programmes.rules import invitation_state
from courses.programmes.services import record, require_manager
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import Forbidden, Invalid, LmsError, NotFound
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from courses.programmes.rules import InvitationState
    from lms.kernel.permissions import Viewer

SECRET_BYTES = 24
LONGEST_DAYS = 180


class LinkEnded(LmsError):  # noqa: N818 - named as people say it, like its parent
    """The invitation was real once, and works no more."""

    status = 410


def make_invitation(
    *, actor: Viewer, programme: Programme, days: int, city_id: int | None = None
) -> tuple[Invitation, str]:
    """Make a link that works for some days; return it with its secret, which is kept nowhere.

    With a city, the link opens the door to that city's team; without, it lets people ask for a place.
    """
    require_manager(actor, programme)
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(_("A link works for 1 to %(most)s days.", most=LONGEST_DAYS), "days")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    invitation = Invitation(
        programme_id=programme.id,
        city_id=city_id,
        secret_hash=_hash(secret),
        expires_at=now() + timedelta(days=days),
        ended_at=None,
        created_at=now(),
        by_id=actor.person_id,
    )
    db.session.add(invitation)
    db.session.flush()
    record(actor, programme, after={"invitation_id": invitation.id, "city_id": city_id})
    return invitation, secret


def end_invitation(*, actor: Viewer, programme: Programme, invitation: Invitation) -> None:
    """End a link of a programme from now on; ending it twice changes nothing."""
    require_manager(actor, programme)
    if invitation.programme_id == programme.id and invitation.ended_at is None:
        invitation.ended_at = now()
        db.session.flush()
        record(actor, programme, before={"invitation_id": invitation.id}, after={"ended": True})


def open_invitation(secret: str) -> tuple[Invitation, Programme]:
    """Return an invitation that works, with its programme.

    Raises NotFound for a secret that nobody gave out, and LinkEnded, with the reason, for one that works no more.
    """
    row = db.session.execute(
        select(Invitation, Programme)
        .join(Programme, Programme.id == Invitation.programme_id)
        .where(Invitation.secret_hash == _hash(secret))
    ).first()
    if row is None:
        text = _("This invitation link is not known. Check that the whole link was copied, or ask who sent it to you.")
        raise NotFound(text)
    state = state_of(row[0], row[1])
    reasons = {
        "ended": _("The hub has ended this invitation. Ask your hub for a new link."),
        "expired": _("The time of this invitation is over. Ask your hub for a new link."),
        "over": _("The training programme of this invitation is over. Ask your hub about the next one."),
    }
    if state in reasons:
        raise LinkEnded(reasons[state])
    return row[0], row[1]


def state_of(invitation: Invitation, programme: Programme) -> InvitationState:
    """Say how an invitation stands now."""
    return invitation_state(
        ended_at=invitation.ended_at,
        expires_at=invitation.expires_at,
        ends_on=programme.ends_on,
        zone=programme.time_zone,
        at=now(),
    )


def accept_invitation(
    *, actor: Viewer, secret: str, city_id: int | None = None, city_name: str = "", work: str = "", message: str = ""
) -> Enrolment | JoinRequest:
    """Use an invitation: join the city's team at once, or ask for a place where the link names no city.

    Raises as `open_invitation` does, and Conflict when the programme is full.
    """
    if not actor.signed_in:
        raise Forbidden(_("Sign in first, then follow the link again."))
    invitation, programme = open_invitation(secret)
    if invitation.city_id is not None:
        return join(actor=actor, programme=programme, city_id=invitation.city_id, work=work)
    return ask_for_place(
        actor=actor,
        programme=programme,
        city_id=city_id,
        city_name=city_name,
        work=work,
        message=message,
        invitation_id=invitation.id,
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
