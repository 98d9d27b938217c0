"""The door of the issuing room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="issuing", package="certificates.issuing", models=("certificates.issuing.models",))
