"""Who may read what: predicates and SQL conditions side by side.

Closed by default. Beside roles, taking part in programmes opens items; that is known in rooms above, which say so by
`taking_part`. The glossary of the partnership is open to everybody: its words stand on certificates, invitations and
pages about courses, which people read before they have an account, and it holds nothing about anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import and_, false, literal, or_, select, true

from lms.kernel.db import db
from lms.kernel.permissions import AUTHOR, HUB, MANAGER, OFFICE, SYSTEM, TRAINER, Permission, Viewer
from lms.kernel.registry import Registry
from lms.library.models import LibraryItem
from lms.library.rules import AUDIENCES, EVERYONE, GLOSSARY

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

TRAINING = Permission(
    "library:train",
    "Read what the library holds for those who train, such as workshop guides.",
    frozenset({OFFICE, MANAGER, TRAINER, AUTHOR}),
)


class TakingPart(Protocol):
    """Says as an SQL condition whether a person belongs to an audience by taking part in something.

    `hub_id` is that of the item: NULL, or the hub in which they have to take part.
    """

    def __call__(self, person_id: int, audience: str, hub_id: ColumnElement[int | None]) -> ColumnElement[bool]:
        """Return the condition."""


taking_part: Registry[TakingPart] = Registry("way of taking part")


def may_load(viewer: Viewer) -> bool:
    """Whether the viewer may write the partnership's items: they come from files, by a command."""
    return viewer is SYSTEM


def may_read(viewer: Viewer, item: LibraryItem) -> bool:
    """Whether the viewer may read an item; the same as `readable`."""
    if viewer is SYSTEM or _is_shared_glossary(item.kind, item.hub_id):
        return True
    hub_id = literal(item.hub_id, LibraryItem.hub_id.type)
    condition = or_(false(), *(_reads(viewer, audience, hub_id) for audience in AUDIENCES if audience == item.audience))
    return bool(db.session.scalar(select(condition)))


def readable(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the items that the viewer may read; the same as `may_read`."""
    if viewer is SYSTEM:
        return true()
    return or_(
        and_(LibraryItem.kind == GLOSSARY, LibraryItem.hub_id.is_(None)),
        *(
            and_(LibraryItem.audience == audience, _reads(viewer, audience, LibraryItem.hub_id.expression))
            for audience in AUDIENCES
            if viewer.signed_in
        ),
    )


def _is_shared_glossary(kind: str, hub_id: int | None) -> bool:
    return kind == GLOSSARY and hub_id is None


def _reads(viewer: Viewer, audience: str, hub_id: ColumnElement[int | None]) -> ColumnElement[bool]:
    """Return the condition that the viewer belongs to an audience, where the item's hub is `hub_id`."""
    if not viewer.signed_in:
        return false()
    ways = [says(viewer.person_id, audience, hub_id) for says in taking_part.values()]
    if viewer.may_anywhere(TRAINING.name):
        ways.append(hub_id.is_(None))
        ways.append(hub_id.in_(viewer.scope_ids(TRAINING.name, HUB)))
    if audience == EVERYONE:
        ways.append(hub_id.is_(None))
    return or_(false(), *ways)
