"""The door of the handins room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.handins import listeners, own_data, policies, queries
from assessments.handins.activity import HANDIN
from assessments.handins.grading_views import grading
from assessments.handins.mails import MAILS
from assessments.handins.rebuild import rebuild
from assessments.handins.views import pages
from courses.activities import kinds
from courses.programmes.policies import only_learns
from lms.kernel.config import Setting
from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from flask import Flask

    from lms.kernel.permissions import Viewer

# Known as soon as the feature is loaded, so that course files can be checked without an app.
kinds.add(HANDIN.name, HANDIN)


def _lists(viewer: Viewer) -> bool:
    return viewer.may_anywhere(policies.LIST.name)


def _setup(app: Flask) -> None:
    del app
    listeners.connect()


FEATURE = Feature(
    name="handins",
    package="assessments.handins",
    models=("assessments.handins.models",),
    pages=(pages, grading),
    permissions=(policies.GRADE, policies.LIST),
    settings=(Setting("LMS_ANSWER_DAYS", 10, "Days within which a hand-in is answered, as pages promise.", int),),
    mails=MAILS,
    attachments={
        queries.DRAFT_FILES: queries.may_download_draft,
        queries.VERSION_FILES: queries.may_download_version,
    },
    menu=(
        MenuItem(30, _l("Hand-ins"), "handins.index", when=only_learns),
        MenuItem(40, _l("Hand-ins to read"), "grading.queue", when=_lists, rooms=("attempts",)),
    ),
    own_data={
        "hand-ins": own_data.own_handins,
        "drafts of hand-ins": own_data.own_drafts,
        "answers to hand-ins": own_data.own_feedback,
    },
    rebuild={"handins": rebuild},
    setup=_setup,
)
