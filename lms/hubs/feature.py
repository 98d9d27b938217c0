"""The door of the hubs room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="hubs", package="lms.hubs", models=("lms.hubs.models",))
