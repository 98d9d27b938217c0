"""Reading requests for a place, and invitation links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from courses.programmes import policies
from courses.programmes.models import Invitation, JoinRequest, Programme
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import Page, page_of

if TYPE_CHECKING:
    from sqlalchemy import Select

    from lms.kernel.permissions import Viewer


@dataclass(frozen=True)
class RequestRow:
    """A request with the person who asks and the city that they name (from the list, or as they wrote it)."""

    request: JoinRequest
    name: str
    email: str
    city_in_list: str | None

    @property
    def city(self) -> str:
        """The city in words; "" for somebody without one."""
        return self.city_in_list or self.request.city_name


def waiting_for(viewer: Viewer) -> list[tuple[JoinRequest, Programme]]:
    """Return the viewer's own requests that wait for an answer, with their programmes, the newest first."""
    statement = (
        select(JoinRequest, Programme)
        .join(Programme, Programme.id == JoinRequest.programme_id)
        .where(JoinRequest.person_id == viewer.person_id, JoinRequest.answered_at.is_(None))
        .order_by(JoinRequest.id.desc())
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def request_for(viewer: Viewer, ref: str) -> tuple[JoinRequest, Programme]:
    """Return a request that the viewer sees, with its programme. Raises NotFound."""
    statement = (
        select(JoinRequest, Programme)
        .join(Programme, Programme.id == JoinRequest.programme_id)
        .where(JoinRequest.ref == ref, policies.visible_requests(viewer))
    )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound(_("There is no such request, or it is not yours to answer."))
    return row[0], row[1]


def requests_page(viewer: Viewer, programme: Programme, *, answered: bool, number: int = 1) -> Page[RequestRow]:
    """Return the requests of a programme that the viewer sees: those that wait, the oldest first, or the answered."""
    return page_of(_requests(viewer, programme, answered=answered), number, make=lambda row: RequestRow(*row))


def oldest_requests(viewer: Viewer, programme: Programme, most: int) -> list[RequestRow]:
    """Return the requests of a programme that have waited longest for an answer, as far as the viewer sees them."""
    statement = _requests(viewer, programme, answered=False).limit(most)
    return [RequestRow(*row) for row in db.session.execute(statement)]


def _requests(viewer: Viewer, programme: Programme, *, answered: bool) -> Select[JoinRequest, str, str, str]:
    statement = (
        select(JoinRequest, Person.name, Person.email, City.name)
        .join(Person, Person.id == JoinRequest.person_id)
        .outerjoin(City, City.id == JoinRequest.city_id)
        .where(JoinRequest.programme_id == programme.id, policies.visible_requests(viewer))
    )
    if answered:
        statement = statement.where(JoinRequest.answered_at.is_not(None))
        return statement.order_by(JoinRequest.answered_at.desc(), JoinRequest.id.desc())
    statement = statement.where(JoinRequest.answered_at.is_(None))
    return statement.order_by(JoinRequest.asked_at, JoinRequest.id)


def request_row(request: JoinRequest) -> RequestRow:
    """Return a request, which the viewer sees, with the names that belong to it."""
    statement = (
        select(Person.name, Person.email, City.name)
        .outerjoin(City, City.id == request.city_id)
        .where(Person.id == request.person_id)
    )
    return RequestRow(request, *db.session.execute(statement).one())


def open_requests(programme: Programme) -> int:
    """Return how many requests of a programme wait for an answer."""
    statement = select(func.count(JoinRequest.id)).where(
        JoinRequest.programme_id == programme.id, JoinRequest.answered_at.is_(None)
    )
    return int(db.session.scalar(statement) or 0)


def invitations_page(programme: Programme, *, number: int = 1) -> Page[tuple[Invitation, str, str]]:
    """Return the links of a programme, the newest first, each with its city (or "") and who made it, in pages."""
    statement = (
        select(Invitation, func.coalesce(City.name, ""), func.coalesce(Person.name, ""))
        .outerjoin(City, City.id == Invitation.city_id)
        .outerjoin(Person, Person.id == Invitation.by_id)
        .where(Invitation.programme_id == programme.id)
        .order_by(Invitation.id.desc())
    )
    return page_of(statement, number, make=lambda row: (row[0], row[1], row[2]))


def invitation_in(programme: Programme, digest: str) -> Invitation:
    """Return a link of this programme by the hash of its secret, which tells nobody the secret. Raises NotFound."""
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.programme_id == programme.id, Invitation.secret_hash == digest)
    )
    if invitation is None:
        raise NotFound(_("There is no such link in this programme."))
    return invitation
