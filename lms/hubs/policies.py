"""Who may do what with hubs and cities: predicates and SQL filters side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import false, true

from lms.hubs.models import Hub
from lms.kernel.permissions import AUTHOR, HUB, MANAGER, OFFICE, SYSTEM, TRAINER, Permission, Viewer

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

PARTNERSHIP_MANAGE = Permission(
    "partnership:manage",
    "Make and change hubs, organisations and cities, and appoint hub managers.",
    frozenset({OFFICE}),
)
HUB_MANAGE = Permission(
    "hub:manage",
    "See a hub's cities and managers, add cities, and appoint further managers.",
    frozenset({MANAGER, OFFICE}),
)
HUB_STAFF = Permission(
    "hub:staff",
    "See and appoint the trainers and authors of a hub.",
    frozenset({MANAGER}),
)
# Which permission gives or ends a role in a hub.
APPOINTING = {MANAGER: HUB_MANAGE, TRAINER: HUB_STAFF, AUTHOR: HUB_STAFF}


def may_manage_partnership(viewer: Viewer) -> bool:
    """Whether the viewer may make and change hubs, organisations and cities."""
    return viewer is SYSTEM or viewer.may(PARTNERSHIP_MANAGE.name)


def may_manage(viewer: Viewer, hub: Hub) -> bool:
    """Whether the viewer manages this hub; the same as `visible_hubs` in SQL."""
    return viewer is SYSTEM or viewer.may(HUB_MANAGE.name, (HUB, hub.id))


def visible_hubs(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the hubs that the viewer manages; the same as `may_manage`."""
    if viewer is SYSTEM or viewer.may_everywhere(HUB_MANAGE.name):
        return true()
    hub_ids = viewer.scope_ids(HUB_MANAGE.name, HUB)
    return Hub.id.in_(hub_ids) if hub_ids else false()


def may_appoint(viewer: Viewer, hub_id: int, role: str) -> bool:
    """Whether the viewer may give and end a role in a hub, and see who has it."""
    permission = APPOINTING.get(role)
    return viewer is SYSTEM or (permission is not None and viewer.may(permission.name, (HUB, hub_id)))


def appointable_roles(viewer: Viewer, hub_id: int) -> tuple[str, ...]:
    """Return the roles that the viewer may give in a hub."""
    return tuple(role for role in APPOINTING if may_appoint(viewer, hub_id, role))


def may_add_city(viewer: Viewer) -> bool:
    """Whether the viewer may add a city to the list that all hubs share: the office, and managers of any hub."""
    return viewer is SYSTEM or viewer.may_anywhere(HUB_MANAGE.name)
