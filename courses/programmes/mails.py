"""The mails of the programmes room, written when they are sent, in the reader's language.

A builder gets the ids of its outbox row and returns None where there is nothing to tell any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from courses.activities import kinds
from courses.catalogue.queries import manifest_of
from courses.programmes.models import Deadline, JoinRequest, Programme, Workshop
from courses.programmes.queries import edition_id_of
from courses.programmes.texts import workshop_time
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.clock import now, today
from lms.kernel.db import db
from lms.kernel.i18n import current_language, format_date, gettext as _
from lms.kernel.mail import MailText
from lms.kernel.pages import url

if TYPE_CHECKING:
    from collections.abc import Callable

    from courses.catalogue.rules import Activity


def request_received(args: dict[str, Any]) -> MailText | None:
    """Tell a hub manager that somebody asks for a place; None when it was answered meanwhile."""
    request = db.session.get(JoinRequest, args["request_id"])
    if request is None or request.answered_at is not None:
        return None
    programme, person = _programme(request.programme_id), db.session.get_one(Person, request.person_id)
    values = {"name": person.name, "city": _city_of(request), "programme": programme.title}
    if values["city"]:
        first = _("%(name)s asks for a place in “%(programme)s”, for the city %(city)s.", **values)
    else:
        first = _("%(name)s asks for a place in “%(programme)s”, without a city.", **values)
    paragraphs = [first]
    if request.message:
        paragraphs.append(_("Their message: %(words)s", words=request.message))
    return MailText(
        _("Request for a place: %(programme)s", programme=programme.title),
        paragraphs,
        (_("Answer the request"), url("requests.request", external=True, ref=request.ref)),
    )


def request_noted(args: dict[str, Any]) -> MailText | None:
    """Tell the asker that the request has arrived."""
    request = db.session.get(JoinRequest, args["request_id"])
    if request is None:
        return None
    programme = _programme(request.programme_id)
    return MailText(
        _("Your request: %(programme)s", programme=programme.title),
        [
            _("You asked for a place in the training programme “%(programme)s”.", programme=programme.title),
            _("The hub answers your request. You get a mail with the answer."),
        ],
        (_("See your request"), url("programmes.public", external=True, ref=programme.ref)),
    )


def approved(args: dict[str, Any]) -> MailText | None:
    """Tell the asker that they have a place."""
    request = db.session.get(JoinRequest, args["request_id"])
    if request is None or request.answer != "approved":
        return None
    programme = _programme(request.programme_id)
    return MailText(
        _("You have a place: %(programme)s", programme=programme.title),
        [
            _("The hub has given you a place in the training programme “%(programme)s”.", programme=programme.title),
            _begins(programme),
        ],
        (_("Open the programme"), url("programmes.public", external=True, ref=programme.ref)),
    )


def _begins(programme: Programme) -> str:
    day = format_date(programme.starts_on, weekday=True)
    if programme.starts_on < today(programme.time_zone):
        return _("It began on %(date)s. You can begin at once.", date=day)
    return _("It starts on %(date)s.", date=day)


def declined(args: dict[str, Any]) -> MailText | None:
    """Tell the asker that they have no place, and why."""
    request = db.session.get(JoinRequest, args["request_id"])
    if request is None or request.answer != "declined":
        return None
    programme = _programme(request.programme_id)
    return MailText(
        _("No place this time: %(programme)s", programme=programme.title),
        [
            _("The hub could not give you a place in “%(programme)s”.", programme=programme.title),
            _("Their reason: %(reason)s", reason=request.reason),
        ],
        (_("See the programme"), url("programmes.public", external=True, ref=programme.ref)),
    )


def workshop_announced(args: dict[str, Any]) -> MailText | None:
    """Tell a participant of a new workshop."""
    subject = _("Workshop: %(title)s", title=_title(args))
    return _about_workshop(args, subject, _("There is a new workshop in your training programme."))


def workshop_changed(args: dict[str, Any]) -> MailText | None:
    """Tell a participant that a workshop has another time or place."""
    subject = _("Changed: %(title)s", title=_title(args))
    return _about_workshop(args, subject, _("The time or the place of this workshop has changed. This is what holds."))


def workshop_reminder(args: dict[str, Any]) -> MailText | None:
    """Remind a participant of a workshop in a few days."""
    subject = _("Soon: %(title)s", title=_title(args))
    return _about_workshop(args, subject, _("This workshop is in a few days."))


def workshop_cancelled(args: dict[str, Any]) -> MailText | None:
    """Tell a participant that a workshop does not take place."""
    workshop = db.session.get(Workshop, args["workshop_id"])
    if workshop is None or workshop.cancelled_at is None:
        return None
    programme = _programme(workshop.programme_id)
    return MailText(
        _("Cancelled: %(title)s", title=workshop.title),
        [
            _("This workshop does not take place."),
            workshop.title,
            workshop_time(workshop, programme.time_zone),
        ],
        (_("See the workshop"), url("workshops.workshop", external=True, ref=workshop.ref)),
    )


def deadline_near(args: dict[str, Any]) -> MailText | None:
    """Remind a participant of a deadline; None when it was moved or taken away meanwhile."""
    deadline = db.session.get(Deadline, args["deadline_id"])
    if deadline is None or deadline.due_on.isoformat() != args["due_on"]:
        return None
    programme = _programme(deadline.programme_id)
    found = manifest_of(edition_id_of(programme.id)).by_key.get(deadline.node_key)
    if found is None:
        return None
    module, activity = found
    language = current_language()
    return MailText(
        _("Due on %(date)s: %(title)s", date=format_date(deadline.due_on), title=activity.title(language)),
        [
            _(
                "“%(title)s” of module %(code)s is due on %(date)s, at the end of the day.",
                title=activity.title(language),
                code=module.code,
                date=format_date(deadline.due_on, weekday=True),
            ),
            _("It belongs to the training programme “%(programme)s”.", programme=programme.title),
        ],
        (_("Open “%(title)s”", title=activity.title(language)), _address_of(activity, programme)),
    )


def _address_of(activity: Activity, programme: Programme) -> str:
    """Return the address of an activity; of the programme where nobody knows its kind any more."""
    kind = kinds.get(activity.kind)
    if kind is None:
        return url("programmes.public", external=True, ref=programme.ref)
    return url(kind.open_endpoint(), external=True, ref=programme.ref, key=activity.key)


def _about_workshop(args: dict[str, Any], subject: str, first: str) -> MailText | None:
    """Write a mail about a workshop to come; None for one that is over or cancelled."""
    workshop = db.session.get(Workshop, args["workshop_id"])
    if workshop is None or workshop.cancelled_at is not None or workshop.ends_at <= now():
        return None
    programme = _programme(workshop.programme_id)
    paragraphs = [first, workshop.title, workshop_time(workshop, programme.time_zone)]
    if workshop.place:
        paragraphs.append(_("Place: %(place)s", place=workshop.place))
    if workshop.online_url:
        paragraphs.append(_("Online: %(address)s", address=workshop.online_url))
    address = url("workshops.workshop", external=True, ref=workshop.ref)
    return MailText(subject, paragraphs, (_("Say whether you come"), address))


def _title(args: dict[str, Any]) -> str:
    workshop = db.session.get(Workshop, args["workshop_id"])
    return workshop.title if workshop else ""


def _programme(programme_id: int) -> Programme:
    return db.session.get_one(Programme, programme_id)


def _city_of(request: JoinRequest) -> str:
    return db.session.get_one(City, request.city_id).name if request.city_id else request.city_name


MAILS: dict[str, Callable[[dict[str, Any]], MailText | None]] = {
    "programmes.request_received": request_received,
    "programmes.request_noted": request_noted,
    "programmes.approved": approved,
    "programmes.declined": declined,
    "programmes.workshop_announced": workshop_announced,
    "programmes.workshop_changed": workshop_changed,
    "programmes.workshop_cancelled": workshop_cancelled,
    "programmes.workshop_reminder": workshop_reminder,
    "programmes.deadline": deadline_near,
}
