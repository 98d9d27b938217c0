"""People for tests. Call inside a transaction."""

from __future__ import annotations

from lms.accounts.models import Identity, Person
from lms.accounts.queries import viewer_of
from lms.accounts.services import add_person, grant_role
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.identity import Identity as HostIdentity
from lms.kernel.permissions import SYSTEM, Viewer
from lms.kernel.text import sort_key
from lms.testing.apps import ISSUER

Grant = tuple[str, str, int]
"""Role, kind of scope, id of scope: ("trainer", "hub", 3)."""


def make_person(
    name: str = "Marja Lehto", *grants: Grant, email: str = "", language: str = "en", time_zone: str = ""
) -> Person:
    """Make a person who can sign in (the `sign_in` fixture takes their id), with roles."""
    address = email or f"{sort_key(name).replace(' ', '.')}@example.org"
    person = add_person(name=name, email=address, language=language, time_zone=time_zone)
    db.session.add(Identity(issuer=ISSUER, subject=str(person.id), person_id=person.id, created_at=now()))
    for role, kind, scope_id in grants:
        grant_role(actor=SYSTEM, person_id=person.id, role=role, scope=(kind, scope_id))
    db.session.flush()
    return person


def viewer_for(person_id: int) -> Viewer:
    """Return the viewer that a request of this person would have, with all present grants."""
    viewer = viewer_of(HostIdentity(ISSUER, str(person_id), ""))
    assert viewer is not None
    return viewer
