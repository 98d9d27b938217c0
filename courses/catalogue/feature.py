"""The door of the catalogue room."""

from __future__ import annotations

from courses.catalogue import queries
from lms.kernel.feature import Feature

FEATURE = Feature(
    name="catalogue",
    package="courses.catalogue",
    models=("courses.catalogue.models",),
    keeps=(queries.named_files,),
)
