"""The door of the quizzes room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.quizzes.activity import QUIZ
from assessments.quizzes.own_data import own_attempts
from assessments.quizzes.policies import SEE_ATTEMPTS
from assessments.quizzes.views import pages
from courses.activities import kinds
from lms.kernel.feature import Feature

if TYPE_CHECKING:
    from flask import Flask


def _setup(app: Flask) -> None:
    del app
    kinds.add(QUIZ.name, QUIZ)


FEATURE = Feature(
    name="quizzes",
    package="assessments.quizzes",
    models=("assessments.quizzes.models",),
    pages=(pages,),
    permissions=(SEE_ATTEMPTS,),
    own_data={"quiz attempts": own_attempts},
    setup=_setup,
)
