"""Writing persons, identities and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, text, update

from lms.accounts.models import Identity, Person, RoleGrant
from lms.accounts.signals import person_changed, person_erased
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


def follow_address(identity: HostIdentity) -> None:
    """Take over an e-mail address that has changed in the host: mail follows the account."""
    person_id = db.session.scalar(
        select(Identity.person_id).where(Identity.issuer == identity.issuer, Identity.subject == identity.subject)
    )
    if person_id is not None:
        update_person(person_id=person_id, email=identity.email)


def grant_role(*, actor: Viewer, person_id: int, role: str, scope: tuple[str, int]) -> RoleGrant:
    """Give a person a role in a scope; having it already changes nothing. The caller has asked its policy."""
    if scope[0] not in roles[role].scopes:
        message = f"the role {role} cannot be granted in a {scope[0]}"
        raise ValueError(message)
    key = {"person_id": person_id, "role": role, "scope_kind": scope[0], "scope_id": scope[1]}
    row = {**key, "from_at": now(), "until_at": None, "by_id": actor.person_id}
    if insert_new(RoleGrant, [row], list(key), index_where=text("until_at IS NULL")):
        after = {"role": role, "scope": list(scope)}
        audit.record(actor=actor, what="role:grant", on=("person", person_id), after=after)
    return db.session.scalars(select(RoleGrant).filter_by(**key, until_at=None)).one()


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


def update_person(
    *,
    person_id: int,
    name: str | None = None,
    email: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
) -> None:
    """Change what a person says of themselves; None leaves a value as it is. Sends `person_changed`."""
    person = db.session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        return
    if name is not None and clean_line(name):
        person.name = clean_line(name)[:200]
        person.sort_key = sort_key(person.name)
    person.email = person.email if email is None else email
    person.language = person.language if language is None else language
    person.time_zone = person.time_zone if time_zone is None else time_zone
    db.session.flush()
    person_changed.send(None, person_id=person.id, name=person.name, language=person.language)


def erase_person(*, actor: Viewer, person_id: int) -> None:
    """Erase a person: name, address, settings, identities and roles go; facts stay, and tell of nobody any more.

    Other rooms hear `person_erased` in the same transaction and delete the free text and files of this person.
    Certificates keep the name that was frozen in them. Erasing twice changes nothing.
    """
    person = db.session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        return
    person_erased.send(None, person_id=person_id)
    moment = now()
    person.name = person.sort_key = person.email = person.language = person.time_zone = ""
    person.erased_at = moment
    db.session.execute(
        update(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.until_at.is_(None)).values(until_at=moment)
    )
    db.session.execute(delete(Identity).where(Identity.person_id == person_id))
    db.session.flush()
    audit.record(actor=actor, what="person:erase", on=("person", person_id))
