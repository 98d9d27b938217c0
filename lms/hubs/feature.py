"""The door of the hubs room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.hubs import city_views, organisation_views, views
from lms.hubs.policies import HUB_MANAGE, HUB_STAFF, PARTNERSHIP_MANAGE
from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from lms.kernel.permissions import Viewer


def _is_office(viewer: Viewer) -> bool:
    return viewer.may_everywhere(PARTNERSHIP_MANAGE.name)


def _is_manager(viewer: Viewer) -> bool:
    return viewer.may_anywhere(HUB_STAFF.name)


FEATURE = Feature(
    name="hubs",
    package="lms.hubs",
    models=("lms.hubs.models",),
    pages=(views.pages, city_views.pages, organisation_views.pages),
    permissions=(PARTNERSHIP_MANAGE, HUB_MANAGE, HUB_STAFF),
    menu=(
        MenuItem(50, _l("Cities and people"), "hubs.mine", when=_is_manager),
        MenuItem(60, _l("Hubs"), "hubs.index", when=_is_office),
        MenuItem(61, _l("Organisations"), "organisations.index", when=_is_office),
        MenuItem(62, _l("Cities"), "cities.index", when=_is_office),
    ),
)
