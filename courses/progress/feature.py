"""The door of the progress room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="progress", package="courses.progress", models=("courses.progress.models",))
