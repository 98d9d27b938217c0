"""The door of the programmes room."""

from __future__ import annotations

from courses.programmes.policies import PROGRAMME_MANAGE, PROGRAMME_TRAIN
from lms.kernel.feature import Feature

FEATURE = Feature(
    name="programmes",
    package="courses.programmes",
    models=("courses.programmes.models",),
    permissions=(PROGRAMME_MANAGE, PROGRAMME_TRAIN),
)
