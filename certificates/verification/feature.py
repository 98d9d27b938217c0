"""The door of the verification room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="verification", package="certificates.verification", models=())
