"""Who may edit and publish a course: authors of its owner, which is the partnership or one hub.

The partnership office is no author: it can make somebody one, itself included, and the record of events then says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import false, or_, true

from courses.catalogue.models import Course
from lms.kernel.permissions import AUTHOR, HUB, PARTNERSHIP, SYSTEM, WHOLE, Permission, Viewer

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

EDIT = Permission("course:edit", "Edit the drafts of one's own courses.", frozenset({AUTHOR}))
PUBLISH = Permission("course:publish", "Publish editions of one's own courses.", frozenset({AUTHOR}))


def owner_of(hub_id: int | None) -> tuple[str, int]:
    """Return the scope that owns a course: one hub, or the partnership."""
    return WHOLE if hub_id is None else (HUB, hub_id)


def may(viewer: Viewer, permission: Permission, hub_id: int | None) -> bool:
    """Whether a viewer has a permission for the courses of an owner.

    An author of the partnership has no say in a hub's own course, and the other way round.
    """
    if viewer is SYSTEM:
        return True
    kind, number = owner_of(hub_id)
    return number in viewer.scope_ids(permission.name, kind)


def may_edit(viewer: Viewer, course: Course) -> bool:
    """Whether a viewer may edit the draft of a course."""
    return may(viewer, EDIT, course.hub_id)


def may_publish(viewer: Viewer, course: Course) -> bool:
    """Whether a viewer may publish a course."""
    return may(viewer, PUBLISH, course.hub_id)


def editable(viewer: Viewer) -> ColumnElement[bool]:
    """Return the SQL filter for the courses that a viewer may edit; agrees with `may_edit`."""
    if viewer is SYSTEM:
        return true()
    hubs = viewer.scope_ids(EDIT.name, HUB)
    of_partnership = Course.hub_id.is_(None) if viewer.scope_ids(EDIT.name, PARTNERSHIP) else false()
    return or_(of_partnership, Course.hub_id.in_(hubs))
