"""The door of the quizzes room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from assessments.bank import checks as bank_checks
from assessments.quizzes import listeners, mails
from assessments.quizzes.activity import QUIZ
from assessments.quizzes.key_views import key_pages
from assessments.quizzes.own_data import own_attempts
from assessments.quizzes.policies import ALLOW, SEE_ATTEMPTS
from assessments.quizzes.selftest import SELF_TEST
from assessments.quizzes.selftest_views import selftest_pages
from assessments.quizzes.trainer_views import trainer_pages
from assessments.quizzes.views import pages
from assessments.quizzes.whole_course import check_questions
from assessments.types.registry import template_folders
from courses.activities import companions, course_checks, draft_pages, kinds
from courses.checking.check import checks
from lms.kernel.feature import Feature

if TYPE_CHECKING:
    from flask import Flask

# Known as soon as the feature is loaded, so that course files can be checked without an app.
kinds.add(QUIZ.name, QUIZ)
companions.add(SELF_TEST.name, SELF_TEST)
draft_pages.add(QUIZ.name, "questions.of_draft")
draft_pages.add(SELF_TEST.name, "questions.of_draft")
course_checks.add("questions", check_questions)
checks.add("question keys", bank_checks.check_keys)
checks.add("question outcomes", bank_checks.check_outcomes)
checks.add("questions alike", bank_checks.check_alike)
checks.add("question figures", bank_checks.check_figures)


def _setup(app: Flask) -> None:
    listeners.connect()
    for number, folder in enumerate(template_folders(), 1):
        # Question types are pure and know no app, so their fragments are made findable here.
        app.register_blueprint(Blueprint(f"lms-question-types-{number}", __name__, template_folder=str(folder)))


FEATURE = Feature(
    name="quizzes",
    package="assessments.quizzes",
    models=("assessments.quizzes.models",),
    pages=(pages, selftest_pages, trainer_pages, key_pages),
    permissions=(SEE_ATTEMPTS, ALLOW),
    mails={"quizzes.used_up": mails.used_up, "quizzes.again": mails.again},
    own_data={"quiz attempts": own_attempts},
    setup=_setup,
)
