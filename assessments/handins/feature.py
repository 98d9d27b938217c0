"""The door of the handins room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="handins", package="assessments.handins", models=("assessments.handins.models",))
