"""Reading persons and their roles."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select

from lms.accounts.models import Identity, Person, RoleGrant
from lms.kernel.clock import now
from lms.kernel.db import UtcDateTime, db
from lms.kernel.identity import Addressee
from lms.kernel.permissions import Grant, Viewer, roles

if TYPE_CHECKING:
    from sqlalchemy import Select

    from lms.kernel.identity import Identity as HostIdentity


@cache
def _viewer_statement() -> Select[*tuple[Any, ...]]:
    """Build the statement of `viewer_of` once: every request asks it."""
    moment = bindparam("moment", type_=UtcDateTime())
    current = and_(
        RoleGrant.person_id == Person.id,
        RoleGrant.from_at <= moment,
        or_(RoleGrant.until_at.is_(None), RoleGrant.until_at > moment),
    )
    return (
        select(
            Person.id,
            Person.ref,
            Person.name,
            Person.email,
            Person.language,
            Person.time_zone,
            RoleGrant.role,
            RoleGrant.scope_kind,
            RoleGrant.scope_id,
        )
        .join(Identity, Identity.person_id == Person.id)
        .outerjoin(RoleGrant, current)
        .where(
            Identity.issuer == bindparam("issuer"),
            Identity.subject == bindparam("subject"),
            Person.erased_at.is_(None),
        )
    )


def viewer_of(identity: HostIdentity) -> Viewer | None:
    """Return the viewer for an account of the host, with all current grants, in one query; None when it is new."""
    values = {"moment": now(), "issuer": identity.issuer, "subject": identity.subject}
    rows = db.session.execute(_viewer_statement(), values).all()
    if not rows:
        return None
    grants = tuple(Grant(row.role, row.scope_kind, row.scope_id) for row in rows if row.role in roles)
    first = rows[0]
    return Viewer(first.id, first.ref, first.name, first.email, first.language, first.time_zone, grants)


def addressee(person_id: int) -> Addressee | None:
    """Return where a person's mail goes; None for an erased person."""
    person = db.session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        return None
    return Addressee(person.name, person.email, person.language, person.time_zone)


def names_of(person_ids: set[int]) -> dict[int, str]:
    """Return the names of persons by id, for lists that have checked who may see them."""
    if not person_ids:
        return {}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return dict(rows.all())
