"""A course in files whose quizzes draw: two modules, a final quiz over both, a self-test beside the first lesson."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.authoring.services import load_course, publish
from lms.kernel.permissions import SYSTEM
from tests.factories.course_files import LESSON, MODULE, write, write_course
from tests.factories.programmes import make_programme

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from courses.programmes.models import Programme
    from tests.factories.pages import Send

SEE_OTHER = 303
QUIZ = """key = "{key}"
pass_percent = 70
attempts = 3
minutes = 5
draw = {draw}
{more}
[en]
title = "Quiz {key}"
"""
QUESTION = """
[[question]]
key = "{key}"
type = "one-answer"
{more}
options = ["yes", "no"]
right = "yes"
[question.en]
prompt = "Is {key} asked?"
rationale = "{key} is asked, as you see."
[question.en.options]
yes = "Yes, {key}"
no = "No, not {key}"
[question.en.feedback]
no = "Look at {key} again."
"""
STEPS = """
[[question]]
key = "s-steps"
type = "ordering"
order = ["review", "targets", "vote"]
[question.en]
prompt = "Put the steps in order."
rationale = "A vote needs targets, and these need a review."
[question.en.options]
review = "Review"
targets = "Targets"
vote = "Vote"
[question.en.feedback]
wrong = "Ask what each step needs."

[[question]]
key = "s-years"
type = "number"
value = 5
[question.en]
prompt = "Most years between full reviews?"
rationale = "Three to five years are usual."
unit = "years"
[question.en.feedback]
wrong = "Think of an election period."
"""


def question(key: str, *more: str) -> str:
    """Write a question of two options, "yes" being right."""
    return QUESTION.format(key=key, more="\n".join(more))


def _bank(module: str, lessons: list[str]) -> str:
    """Write five questions to each of two lessons."""
    return "".join(
        question(f"{module}-q-{at}-{number}", f'lesson = "{lesson}"', f'outcome = "{lesson}"', f"difficulty = {level}")
        for at, lesson in enumerate(lessons, 1)
        for number, level in enumerate((1, 2, 2, 3, 3), 1)
    )


def write_drawing_course(folder: Path) -> Path:
    """Write the course; return its folder."""
    course = write_course(folder)
    write(course, "20-second/module.toml", MODULE.replace('"m1"', '"m2"').replace('"M1"', '"M2"'))
    for place, key in (("10-more", "m2-more"), ("20-end", "m2-end")):
        write(course, f"20-second/{place}/lesson.toml", LESSON.format(key=key, title=f"Lesson {key}"))
        write(course, f"20-second/{place}/en.md", "Text.\n")
        write(course, f"20-second/{place}/de.md", "Text.\n")
    bank = QUIZ.format(key="m1-quiz", draw=4, more="") + _bank("m1", ["m1-start", "m1-go-on"])
    write(course, "10-first/80-quiz/quiz.toml", bank)
    bank = QUIZ.format(key="m2-quiz", draw=4, more="") + _bank("m2", ["m2-more", "m2-end"])
    write(course, "20-second/80-quiz/quiz.toml", bank)
    final = QUIZ.format(key="final-quiz", draw=6, more='from = ["m1-quiz", "m2-quiz"]')
    write(course, "20-second/90-final/quiz.toml", final)
    write(course, "10-first/10-start/self-test.toml", question("s-first") + STEPS)
    return course


def make_drawing_programme(folder: Path) -> Programme:
    """Load the course, publish it and make a programme that runs on it. Call inside a transaction."""
    course = load_course(actor=SYSTEM, folder=write_drawing_course(folder)).course
    publish(actor=SYSTEM, course=course)
    return make_programme(course_id=course.id)


@dataclass
class Learner:
    """Somebody who takes part, with a browser."""

    client: FlaskClient
    send: Send
    hub_id: int
    base: str
    person_id: int
    enrolment_id: int

    def start(self, key: str) -> tuple[str, list[str]]:
        """Start an attempt at a quiz: its address, and the keys of the questions that it asks."""
        address = self.send(f"{self.base}/quizzes/{key}", {}).location
        return address, re.findall(r"Is (\S+) asked\?", self.client.get(address).text)

    def hand_in(self, attempt: str, **answers: str) -> TestResponse:
        """Answer and hand in; return the result page."""
        slots = {f"in-{name}": "1" for name in answers}
        assert self.send(attempt, {"check": "1", **slots, **answers}).status_code == SEE_OTHER
        return self.client.get(self.send(f"{attempt}/hand-in", {}).location)
