"""The door of the dashboards room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.programmes.policies import only_learns
from lms.dashboards import visitors
from lms.dashboards.policies import HUB_OVERVIEW, PARTNERSHIP_OVERVIEW
from lms.dashboards.views import pages
from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from lms.kernel.permissions import Viewer


def _works_too(viewer: Viewer) -> bool:
    return viewer.signed_in and not only_learns(viewer)


FEATURE = Feature(
    name="dashboards",
    package="lms.dashboards",
    pages=(pages, visitors.pages),
    permissions=(HUB_OVERVIEW, PARTNERSHIP_OVERVIEW),
    menu=(
        MenuItem(
            5,
            _l("Courses"),
            "visitors.courses",
            when=lambda viewer: not viewer.signed_in,
            rooms=("programmes", "invitations"),
        ),
        MenuItem(5, _l("All courses"), "visitors.courses", place="footer"),
        MenuItem(
            10, _l("My programme"), "dashboards.mine", when=only_learns, rooms=("learning", "quizzes", "selftests")
        ),
        MenuItem(20, _l("My programme"), "dashboards.mine", when=_works_too, place="person"),
        MenuItem(10, _l("Dashboard"), "dashboards.hub", when=lambda viewer: viewer.may_anywhere(HUB_OVERVIEW.name)),
        MenuItem(
            10,
            _l("Partnership"),
            "dashboards.partnership",
            when=lambda viewer: viewer.may_anywhere(PARTNERSHIP_OVERVIEW.name),
        ),
    ),
)
