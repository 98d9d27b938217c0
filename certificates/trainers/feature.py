"""The door of the trainers room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="trainers", package="certificates.trainers", models=("certificates.trainers.models",))
