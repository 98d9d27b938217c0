"""Writing persons, identities and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from lms.accounts.models import Identity, Person, RoleGrant
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.permissions import roles
from lms.kernel.text import clean_line, sort_key
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from lms.kernel.identity import Identity as HostIdentity
    from lms.kernel.permissions import Viewer


def add_person(*, name: str, email: str, language: str = "", time_zone: str = "") -> Person:
    """Add a person."""
    name = clean_line(name) or clean_line(email)
    person = Person(
        ref=new_ref(),
        name=name[:200],
        sort_key=sort_key(name),
        email=email,
        language=language,
        time_zone=time_zone,
        created_at=now(),
    )
    db.session.add(person)
    db.session.flush()
    return person


def meet(identity: HostIdentity) -> None:
    """Make a person for an account of the host that we see for the first time.

    Two first requests at once make one person: the unique key of the identity decides.
    """
    person = add_person(name=identity.name, email=identity.email, language=identity.language)
    row = {
        "issuer": identity.issuer,
        "subject": identity.subject,
        "person_id": person.id,
        "created_at": now(),
    }
    if not insert_new(Identity, [row], ["issuer", "subject"]):
        db.session.delete(person)
        db.session.flush()


def grant_role(*, actor: Viewer, person_id: int, role: str, scope: tuple[str, int]) -> RoleGrant:
    """Give a person a role in a scope; having it already changes nothing. The caller has asked its policy."""
    if scope[0] not in roles[role].scopes:
        message = f"the role {role} cannot be granted in a {scope[0]}"
        raise ValueError(message)
    present = db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.scope_kind == scope[0],
            RoleGrant.scope_id == scope[1],
            RoleGrant.until_at.is_(None),
        )
    )
    if present is not None:
        return present
    grant = RoleGrant(
        person_id=person_id,
        role=role,
        scope_kind=scope[0],
        scope_id=scope[1],
        from_at=now(),
        until_at=None,
        by_id=actor.person_id,
    )
    db.session.add(grant)
    db.session.flush()
    audit.record(actor=actor, what="role:grant", on=("person", person_id), after={"role": role, "scope": list(scope)})
    return grant


def end_role(*, actor: Viewer, person_id: int, role: str, scope: tuple[str, int]) -> None:
    """End a role of a person in a scope, from now on. The caller has asked its policy."""
    db.session.execute(
        update(RoleGrant)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.scope_kind == scope[0],
            RoleGrant.scope_id == scope[1],
            RoleGrant.until_at.is_(None),
        )
        .values(until_at=now())
    )
    audit.record(actor=actor, what="role:end", on=("person", person_id), before={"role": role, "scope": list(scope)})
