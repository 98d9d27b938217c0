"""The door of the handins room."""

from __future__ import annotations

from assessments.handins.activity import HANDIN
from courses.activities import kinds
from lms.kernel.feature import Feature

# Known as soon as the feature is loaded, so that course files can be checked without an app.
kinds.add(HANDIN.name, HANDIN)

FEATURE = Feature(name="handins", package="assessments.handins", models=("assessments.handins.models",))
