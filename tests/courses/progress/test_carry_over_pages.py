"""Pages of what was done in another programme: they say that it counts, and lead on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from courses.programmes.models import Team
from lms.kernel.db import db
from lms.kernel.transaction import transaction
from tests.courses.progress.test_carry_over import HANDIN, QUIZ, do, make_scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient


def test_quiz_and_hand_in_say_that_they_are_done(
    app: Flask, client: FlaskClient, sign_in: Callable[[int], None]
) -> None:
    with app.test_request_context():
        with transaction():
            scene = make_scene()
            there = scene.enrol(scene.whole)
            team = db.session.scalars(select(Team.id).where(Team.programme_id == scene.whole)).one()
            do(QUIZ, enrolment_id=there)
            do(HANDIN, team_id=team)
        with transaction():
            here = f"/programmes/{scene.programme(scene.route).ref}"
            scene.enrol(scene.route)
    sign_in(scene.marja)
    quiz = client.get(f"{here}/quizzes/{QUIZ}").text
    assert "You have passed this quiz in another programme" in quiz
    assert f'<a href="{here}/course">Go on with the course</a>' in quiz
    assert re.search(r'<button class="lms-btn" type="submit">Take the quiz all the same', quiz)
    handin = client.get(f"{here}/hand-ins/{HANDIN}").text
    assert "Your work was accepted in another programme" in handin
    assert "The other members of the team still need the work of this team." in handin
    assert "Done in another programme" in client.get("/hand-ins").text
    course = client.get(f"{here}/course").text
    for done in ("passed", "accepted"):
        assert f'<span class="lms-sr"> ({done})</span>' in course
    assert course.count("done in another programme") == 2
