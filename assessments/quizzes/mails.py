"""The mails of the quizzes room, written when they are sent."""

from __future__ import annotations

from typing import Any

from assessments.quizzes.models import Attempt
from assessments.quizzes.queries import Place, place_in
from courses.programmes.models import Enrolment, Programme
from courses.progress.queries import node_state
from courses.progress.rules import USED_UP
from lms.accounts.models import Person
from lms.kernel.db import db
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.mail import MailText
from lms.kernel.pages import url


def _facts(attempt_id: int) -> tuple[Attempt, Enrolment, Place, str]:
    """Return an attempt, whose it is, its quiz, and what that is called."""
    attempt = db.session.get_one(Attempt, attempt_id)
    enrolment = db.session.get_one(Enrolment, attempt.enrolment_id)
    programme = db.session.get_one(Programme, enrolment.programme_id)
    place = place_in(programme, attempt.edition_id, attempt.node_key)
    return attempt, enrolment, place, f"{place.module.code} {place.activity.title(current_language())}"


def used_up(args: dict[str, Any]) -> MailText | None:
    """Tell a trainer that somebody needs another attempt; nothing when it was allowed meanwhile."""
    attempt, enrolment, place, title = _facts(args["attempt_id"])
    if node_state(enrolment.id, attempt.node_key) != USED_UP:
        return None
    name = db.session.get_one(Person, enrolment.person_id).name or _("somebody who has left")
    return MailText(
        subject=_("All attempts used: %(name)s, %(title)s", name=name, title=title),
        paragraphs=[
            _(
                "%(name)s has used all attempts at “%(title)s” in the programme %(programme)s and has not passed.",
                name=name,
                title=title,
                programme=place.programme.title,
            ),
            _("Look at the answers, talk to each other if that helps, and allow another attempt."),
        ],
        action=(_("See the answers"), url("quizzes.result", ref=attempt.ref, external=True)),
    )


def again(args: dict[str, Any]) -> MailText:
    """Tell a participant that they can take a quiz once more."""
    _attempt, _enrolment, place, title = _facts(args["attempt_id"])
    key = place.activity.key
    return MailText(
        subject=_("You can take the quiz once more: %(title)s", title=title),
        paragraphs=[
            _(
                "Your trainer has allowed you another attempt at “%(title)s” in the programme %(programme)s.",
                title=title,
                programme=place.programme.title,
            ),
            _("Read the lessons again first. The remarks at your last answers say where to look."),
        ],
        action=(_("Go to the quiz"), url("quizzes.quiz", ref=place.programme.ref, key=key, external=True)),
    )
