"""Writing what a reader does: seen, read, stopped here, in this language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.learning.queries import activity_in
from courses.progress.services import record_outcome, set_bookmark
from lms.kernel.db import db
from lms.kernel.errors import Forbidden, Invalid
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from courses.learning.queries import Place
    from courses.programmes.models import Enrolment
    from lms.kernel.permissions import Viewer

LONGEST_ANCHOR = 60


def see_lesson(*, actor: Viewer, place: Place, key: str) -> None:
    """Record that a participant opened a lesson, once."""
    _record(actor, place, key, "viewed")


def read_lesson(*, actor: Viewer, place: Place, key: str) -> None:
    """Record that a participant has read a lesson; saying it twice is saying it once."""
    activity_in(place, key, "lesson")
    _record(actor, place, key, "read")


def _record(actor: Viewer, place: Place, key: str, kind: str) -> None:
    enrolment = _own(actor, place)
    record_outcome(
        actor=actor,
        enrolment_id=enrolment.id,
        node_key=key,
        kind=kind,
        edition_id=place.edition_id,
        key=f"{kind}:{enrolment.id}:{key}",
    )


def remember_place(*, actor: Viewer, place: Place, key: str, anchor: str) -> None:
    """Remember the heading at which a participant stopped reading."""
    activity_in(place, key, "lesson")
    plain = "".join(sign for sign in anchor if sign.isascii() and (sign.isalnum() or sign == "-"))
    set_bookmark(enrolment_id=_own(actor, place).id, node_key=key, anchor=plain[:LONGEST_ANCHOR])


def choose_language(*, actor: Viewer, place: Place, language: str) -> None:
    """Choose the language of a course's texts for oneself."""
    if language not in place.manifest.languages:
        raise Invalid(_("The course is not there in this language. Choose one of those on the page."))
    _own(actor, place).language = language
    db.session.flush()


def _own(actor: Viewer, place: Place) -> Enrolment:
    """Return the actor's own enrolment; who only looks cannot be recorded."""
    if place.enrolment is None or place.enrolment.person_id != actor.person_id:
        raise Forbidden(_("You only look at this course, so nothing is recorded for you."))
    return place.enrolment
