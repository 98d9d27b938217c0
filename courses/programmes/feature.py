"""The door of the programmes room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.programmes import (
    audiences,
    deadline_views,
    invitation_views,
    jobs,
    listeners,
    manage_views,
    own_data,
    request_views,
    team_views,
    views,
    workshop_views,
)
from courses.programmes.mails import MAILS
from courses.programmes.policies import PROGRAMME_MANAGE, PROGRAMME_TRAIN, only_learns
from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l
from lms.library.policies import taking_part

if TYPE_CHECKING:
    from flask import Flask

    from lms.kernel.permissions import Viewer


ROOMS = ("manage", "teams", "requests", "deadlines", "invitations")
"""Names of the tables of pages beside "programmes", for the menu."""


def _is_staff(viewer: Viewer) -> bool:
    return viewer.may_anywhere(PROGRAMME_TRAIN.name)


def _has_workshops(viewer: Viewer) -> bool:
    return _is_staff(viewer) or only_learns(viewer)


def _setup(app: Flask) -> None:
    del app
    listeners.connect()


taking_part.add("programmes", audiences.takes_part)
FEATURE = Feature(
    name="programmes",
    package="courses.programmes",
    models=("courses.programmes.models",),
    pages=(
        views.pages,
        manage_views.pages,
        deadline_views.pages,
        team_views.pages,
        request_views.pages,
        invitation_views.pages,
        workshop_views.pages,
    ),
    permissions=(PROGRAMME_MANAGE, PROGRAMME_TRAIN),
    jobs={"programmes.tell_workshop": jobs.tell_workshop, "programmes.tell_deadline": jobs.tell_deadline},
    periodic={"programmes.reminders": (1, jobs.remind)},
    mails=MAILS,
    menu=(
        MenuItem(20, _l("Workshops"), "workshops.index", when=_has_workshops),
        MenuItem(40, _l("Programmes"), "programmes.index", when=_is_staff, rooms=ROOMS),
    ),
    own_data={"programmes": own_data.programmes},
    setup=_setup,
)
