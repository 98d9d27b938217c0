"""The door of the authoring room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.activities import kinds
from courses.authoring import check, policies
from courses.authoring.lesson import LESSON
from lms.kernel.feature import Feature

if TYPE_CHECKING:
    from flask import Flask

# Known as soon as the feature is loaded, so that course files can be checked without an app.
kinds.add(LESSON.name, LESSON)


def _setup(app: Flask) -> None:
    del app
    check.load_kinds()


FEATURE = Feature(
    name="authoring", package="courses.authoring", permissions=(policies.EDIT, policies.PUBLISH), setup=_setup
)
