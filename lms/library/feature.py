"""The door of the library room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="library", package="lms.library", models=("lms.library.models",))
