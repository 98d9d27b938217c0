"""The door of the authoring room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.activities import kinds
from courses.authoring import check, checks, policies
from courses.authoring.lesson import LESSON
from courses.authoring.views import pages
from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from flask import Flask

# Known as soon as the feature is loaded, so that course files can be checked without an app.
kinds.add(LESSON.name, LESSON)


def _setup(app: Flask) -> None:
    del app
    check.load_kinds()


FEATURE = Feature(
    name="authoring",
    package="courses.authoring",
    pages=(pages,),
    permissions=(policies.EDIT, policies.PUBLISH),
    menu=(
        MenuItem(60, _l("Authoring"), "authoring.index", when=lambda viewer: viewer.may_anywhere(policies.EDIT.name)),
    ),
    checks=(checks.courses,),
    setup=_setup,
)
