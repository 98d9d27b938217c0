"""The door of the authoring room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="authoring", package="courses.authoring", models=())
