"""Removing the demonstration: its hubs, its people, and everything that refers to them; nothing of anybody else.

What is removed is found by following the foreign keys from the demonstration's hubs and people. If anything real
would go with it (somebody invited an invented person into a real programme), nothing is removed and the reason said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, or_, select, update

from certificates.issuing.models import CertificateSeries
from courses.catalogue.models import Course
from courses.progress.models import NodeTally
from lms.accounts.models import Person, RoleGrant
from lms.demo import cast
from lms.hubs.models import City, Hub, HubCity, HubMembership, Organisation
from lms.kernel.blobs import Attachment
from lms.kernel.db import Base, db
from lms.kernel.errors import Conflict
from lms.kernel.mail import Mail
from lms.kernel.transaction import transaction
from lms.site.models import User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Column

MEASURING = "measuring.example"
AT_ONCE = 500  # ids in one statement

Doomed = dict[Table, set[Any]]


def remove(say: Callable[[str], None]) -> None:
    """Remove the demonstration. Raises Conflict when real data would go with it."""
    with transaction():
        doomed = _begin()
        hubs = doomed[Hub.__table__]  # type: ignore[index]  # a mapped class has a Table
        for table in Base.metadata.sorted_tables:
            _follow(table, doomed)
        _refuse_if_real(doomed, hubs)
        _forget_loose_ends(doomed)
        count = _delete(doomed)
    say(f"Removed {count} rows. The reference courses stay.")


def _begin() -> Doomed:
    """Start with the demonstration's hubs and people, and what only they use."""
    people = or_(Person.email.like(f"%@{cast.DOMAIN}"), Person.email.like(f"%@{MEASURING}"))
    hubs = set(db.session.scalars(select(Hub.id).where(Hub.demonstration)))
    return {
        Hub.__table__: hubs,  # type: ignore[dict-item]  # a mapped class has a Table
        Person.__table__: set(db.session.scalars(select(Person.id).where(people))),  # type: ignore[dict-item]  # a mapped class has a Table
        Course.__table__: set(db.session.scalars(select(Course.id).where(Course.hub_id.in_(hubs)))),  # type: ignore[dict-item]  # a mapped class has a Table
        City.__table__: _only_with(HubCity.city_id, hubs),  # type: ignore[dict-item]  # a mapped class has a Table
        Organisation.__table__: _only_with(HubMembership.organisation_id, hubs),  # type: ignore[dict-item]  # a mapped class has a Table
    }


def _only_with(link: Any, hubs: set[int]) -> set[int]:
    """Return cities or organisations that were with the demonstration's hubs and with no other."""
    table = link.class_
    ours = set(db.session.scalars(select(link).where(table.hub_id.in_(hubs))))
    others = set(db.session.scalars(select(link).where(table.hub_id.not_in(hubs))))
    return ours - others


def _key(table: Table) -> Column[Any]:
    return next(iter(table.primary_key.columns))


def _follow(table: Table, doomed: Doomed) -> None:
    """Add the rows of a table that refer to a row which goes; parents have been followed before."""
    key = _key(table)
    found = doomed.setdefault(table, set())
    for column in table.columns:
        for reference in column.foreign_keys:
            parent = reference.column.table
            if parent is table or reference.column is not _key(parent) or (column.nullable and not _owns(table)):
                continue
            for part in _parts(doomed.get(parent, set())):
                found.update(db.session.scalars(select(key).where(column.in_(part))))


def _owns(table: Table) -> bool:
    """Whether a nullable reference says whose row it is: a team's or an enrolment's outcome or hand-in."""
    return any(constraint.name and "one_owner" in str(constraint.name) for constraint in table.constraints)


def _parts(ids: Iterable[Any]) -> Iterator[list[Any]]:
    listed = sorted(ids)
    for first in range(0, len(listed), AT_ONCE):
        yield listed[first : first + AT_ONCE]


def _refuse_if_real(doomed: Doomed, hubs: set[int]) -> None:
    for table, ids in doomed.items():
        if "hub_id" not in table.columns:
            continue
        for part in _parts(ids):
            real = select(_key(table)).where(_key(table).in_(part), table.c.hub_id.not_in(hubs)).limit(1)
            if (found := db.session.scalar(real)) is not None:
                raise Conflict(
                    f"Nothing was removed: {table.name} {found} belongs to a real hub but refers to the demonstration."
                    " Take the invented people out of real programmes first."
                )


def _forget_loose_ends(doomed: Doomed) -> None:
    """Remove what refers without a foreign key: roles in what goes, mails to people who go, files of hubs."""
    for part in _parts(doomed[Person.__table__]):  # type: ignore[index]  # a mapped class has a Table
        db.session.execute(delete(Mail).where(Mail.person_id.in_(part)))
    for part in _parts(doomed[Hub.__table__]):  # type: ignore[index]  # a mapped class has a Table
        db.session.execute(delete(RoleGrant).where(RoleGrant.scope_kind == "hub", RoleGrant.scope_id.in_(part)))
        db.session.execute(delete(Attachment).where(Attachment.hub_id.in_(part)))
        codes = select(Hub.code).where(Hub.id.in_(part))
        db.session.execute(delete(CertificateSeries).where(CertificateSeries.code.in_(codes)))
    programmes = Base.metadata.tables["lms_programme"]
    for part in _parts(doomed.get(programmes, set())):
        db.session.execute(delete(RoleGrant).where(RoleGrant.scope_kind == "programme", RoleGrant.scope_id.in_(part)))
        db.session.execute(delete(NodeTally).where(NodeTally.programme_id.in_(part)))
    db.session.execute(delete(User).where(User.email.like(f"%@{cast.DOMAIN}")))


def _delete(doomed: Doomed) -> int:
    """Delete children before parents; references inside a table and around a circle are cut first."""
    for table, ids in doomed.items():
        loose = _loose(table)
        for part in _parts(ids) if loose else ():
            db.session.execute(update(table).where(_key(table).in_(part)).values(dict.fromkeys(loose)))
    for table in reversed(Base.metadata.sorted_tables):
        for part in _parts(doomed.get(table, set())):
            db.session.execute(delete(table).where(_key(table).in_(part)))
    return sum(len(ids) for ids in doomed.values())


def _loose(table: Table) -> list[str]:
    """Return the columns that refer to another row of the table, or close a circle of tables."""
    return [
        column.name
        for column in table.columns
        if column.nullable
        and any(
            ref.column.table is table or (ref.constraint is not None and ref.constraint.use_alter)
            for ref in column.foreign_keys
        )
    ]
