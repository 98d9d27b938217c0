"""The door of the progress room."""

from __future__ import annotations

from courses.progress.rebuild import rebuild
from lms.kernel.feature import Feature

FEATURE = Feature(
    name="progress",
    package="courses.progress",
    models=("courses.progress.models",),
    rebuild={"progress": rebuild},
)
