"""A large programme in the small, for the tests of dashboards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from courses.programmes.models import Enrolment, Programme
from lms.accounts.models import Identity
from lms.demo.large import load_large
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import HUB, MANAGER
from lms.kernel.transaction import transaction
from lms.testing.apps import ISSUER

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


@dataclass(frozen=True)
class Large:
    """A programme with its manager and one participant."""

    ref: str
    manager: int
    participant: int


@pytest.fixture
def large(app: Flask, make_person: Callable[..., int]) -> Callable[[int], Large]:
    """Make a programme of so many people who have read half of its pages."""

    def make(people: int) -> Large:
        with app.app_context():
            ref = load_large(people, lambda _text: None)
            with transaction():
                programme = db.session.scalars(select(Programme).where(Programme.ref == ref)).one()
                hub_id = programme.hub_id
                person = db.session.scalars(select(Enrolment.person_id).where(Enrolment.programme_id == programme.id))
                participant = int(person.first() or 0)
                row = Identity(issuer=ISSUER, subject=str(participant), person_id=participant, created_at=now())
                db.session.add(row)
        manager = make_person(f"Manager of {people}", (MANAGER, HUB, hub_id), email=f"m{people}@example.org")
        return Large(ref, manager, participant)

    return make
