"""The mails about hand-ins, written when they are sent, in the reader's language.

Rows hold ids; names and titles are looked up when a mail is written, in its reader's language.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from assessments.handins.models import Feedback, Handin, HandinVersion
from assessments.handins.queries import place_in
from assessments.handins.telling import ACCEPTED, HANDED_IN, RECEIVED, REVISE
from courses.programmes.models import Enrolment, Programme, Team
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.db import db
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.mail import MailText
from lms.kernel.pages import url


def _facts(version_id: int) -> tuple[HandinVersion, Handin, Programme, str, str] | None:
    """Return the version, its hand-in, its programme, whose it is and what it is called; None when it is gone."""
    row = db.session.execute(
        select(HandinVersion, Handin, Programme, City.name, Person.name)
        .join(Handin, Handin.id == HandinVersion.handin_id)
        .join(Programme, Programme.id == Handin.programme_id)
        .outerjoin(Team, Team.id == Handin.team_id)
        .outerjoin(City, City.id == Team.city_id)
        .outerjoin(Enrolment, Enrolment.id == Handin.enrolment_id)
        .outerjoin(Person, Person.id == Enrolment.person_id)
        .where(HandinVersion.id == version_id)
    ).first()
    if row is None:
        return None
    version, handin, programme, city, person = row
    place = place_in(programme, version.edition_id, handin.node_key)
    title = f"{place.module.code} {place.activity.title(current_language())}"
    return version, handin, programme, city or person or _("somebody who has left"), title


def received(args: dict[str, Any]) -> MailText | None:
    """Tell a trainer that a version came in; nothing when it was answered meanwhile."""
    facts = _facts(args["version_id"])
    answered = select(Feedback.id).where(Feedback.version_id == args["version_id"])
    if facts is None or db.session.scalar(answered) is not None:
        return None
    version, handin, programme, whose, title = facts
    return MailText(
        subject=_("Hand-in from %(whose)s: %(title)s", whose=whose, title=title),
        paragraphs=[
            _(
                "%(whose)s has handed in version %(number)s of “%(title)s” in the programme %(programme)s.",
                whose=whose,
                number=version.number,
                title=title,
                programme=programme.title,
            ),
            _("Read it and answer each criterion: accepted, or what to revise."),
        ],
        action=(_("Read the hand-in"), url("grading.feedback", ref=handin.ref, external=True)),
    )


def handed_in(args: dict[str, Any]) -> MailText | None:
    """Confirm to those whose work it is that a version arrived."""
    facts = _facts(args["version_id"])
    if facts is None:
        return None
    version, handin, programme, whose, title = facts
    if handin.team_id is not None:
        first = _(
            "Version %(number)s of “%(title)s” was handed in for the team of %(city)s. Your trainer has been told.",
            number=version.number,
            title=title,
            city=whose,
        )
    else:
        first = _(
            "Version %(number)s of “%(title)s” was handed in. Your trainer has been told.",
            number=version.number,
            title=title,
        )
    return MailText(
        subject=_("Handed in: %(title)s", title=title),
        paragraphs=[first, _("You will get a mail as soon as there is an answer.")],
        action=(_("See what was handed in"), _page(programme, handin)),
    )


def answered(args: dict[str, Any]) -> MailText | None:
    """Tell those whose work it is how it was answered."""
    feedback = db.session.get(Feedback, args["feedback_id"])
    facts = _facts(feedback.version_id) if feedback is not None else None
    if feedback is None or facts is None:
        return None
    version, handin, programme, _whose, title = facts
    if feedback.verdict == "accepted":
        return MailText(
            subject=_("Accepted: %(title)s", title=title),
            paragraphs=[
                _("Your trainer has accepted version %(number)s of “%(title)s”.", number=version.number, title=title),
                _("It counts for the present members of the team.")
                if handin.team_id
                else _("It counts for your course."),
            ],
            action=(_("Read the feedback"), _page(programme, handin)),
        )
    return MailText(
        subject=_("Revise: %(title)s", title=title),
        paragraphs=[
            _(
                "Your trainer has read version %(number)s of “%(title)s” and asks you to revise it.",
                number=version.number,
                title=title,
            ),
            _("The page of the hand-in says for each criterion what to change. Then hand in a new version."),
        ],
        action=(_("Read the feedback"), _page(programme, handin)),
    )


def _page(programme: Programme, handin: Handin) -> str:
    return url("handins.handin", ref=programme.ref, key=handin.node_key, external=True)


MAILS = {RECEIVED: received, HANDED_IN: handed_in, REVISE: answered, ACCEPTED: answered}
