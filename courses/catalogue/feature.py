"""The door of the catalogue room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="catalogue", package="courses.catalogue", models=("courses.catalogue.models",))
