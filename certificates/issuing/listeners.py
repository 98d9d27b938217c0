"""What the issuing room does with news from below."""

from __future__ import annotations

from typing import Any

from certificates.issuing import queries
from certificates.issuing.rules import COMPLETION
from certificates.issuing.services import Grounds, award
from courses.programmes.models import Programme
from courses.progress.signals import course_completed
from lms.accounts.models import Person
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM


def connect() -> None:
    """Listen; doing it twice changes nothing."""
    course_completed.connect(certify_completion)


def certify_completion(
    _sender: Any, *, person_id: int, programme_id: int, hub_id: int, edition_id: int, done_here: bool, **_rest: Any
) -> None:
    """Award the completion certificate, where the programme gives one of its own accord.

    Who has done nothing here, for all was done in other programmes, gets no second certificate of the same course.
    """
    programme = db.session.get_one(Programme, programme_id)
    person = db.session.get_one(Person, person_id)
    if not programme.certificate or person.erased_at is not None:
        return
    if not done_here and queries.is_certified(person_id, programme.course_id):
        return
    grounds = Grounds(
        kind=COMPLETION,
        person_id=person_id,
        achievement=f"programme:{programme_id}",
        hub_id=hub_id,
        edition_id=edition_id,
        programme_id=programme_id,
    )
    award(actor=SYSTEM, grounds=grounds)
