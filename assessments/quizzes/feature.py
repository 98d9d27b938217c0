"""The door of the quizzes room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="quizzes", package="assessments.quizzes", models=("assessments.quizzes.models",))
