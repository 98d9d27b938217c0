"""The door of the programmes room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="programmes", package="courses.programmes", models=("courses.programmes.models",))
