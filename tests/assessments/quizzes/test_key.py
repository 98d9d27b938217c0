"""Trainers and authors see all questions of a quiz or a self-test with what is right; participants never do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from courses.catalogue.queries import course_by_slug
from courses.programmes.queries import programme_by_ref
from tests.factories.hubs import make_manager, make_trainer
from tests.factories.people import make_person
from tests.factories.programmes import enrol

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.assessments.quizzes.scene import Learner
    from tests.factories.fixtures import Commit

SEE = "See all questions with their right answers"
SHOWN = re.compile(r'<section class="lms-panel lms-stack" aria-labelledby="k\d+">')


def test_trainers_see_the_whole_pool_with_what_is_right_and_why(
    learner: Learner, commit: Commit, sign_in: Callable[[int], None]
) -> None:
    sign_in(commit(make_trainer, learner.hub_id).id)
    address = f"{learner.base}/quizzes/m1-quiz"
    assert f'href="{address}/answers">{SEE}' in learner.client.get(address).text
    page = learner.client.get(f"{address}/answers").text
    assert len(SHOWN.findall(page)) == 10
    assert "Each attempt asks 4 of these 10 questions" in page
    assert "</b> Yes, m1-q-2-3" in page
    assert "<b>No, not m1-q-2-3</b><br>Look at m1-q-2-3 again." in page
    assert "m1-q-2-3 is asked, as you see." in page
    final = learner.client.get(f"{learner.base}/quizzes/final-quiz/answers").text
    assert "Each attempt draws 6 questions from these quizzes" in final
    for key in ("m1-quiz", "m2-quiz"):
        assert f'href="{learner.base}/quizzes/{key}/answers"' in final
    assert learner.client.get(f"{learner.base}/quizzes/m1-start/answers").status_code == 404


def test_who_takes_part_does_not_see_what_is_right_not_even_as_a_trainer(
    learner: Learner, commit: Commit, sign_in: Callable[[int], None]
) -> None:
    address = f"{learner.base}/quizzes/m1-quiz/answers"
    assert learner.client.get(address).status_code == 403
    sign_in(commit(make_manager, learner.hub_id).id)  # sees the quiz, and no answers of anybody
    assert learner.client.get(address).status_code == 403
    assert SEE not in learner.client.get(f"{learner.base}/quizzes/m1-quiz").text
    trainer = commit(make_trainer, learner.hub_id)
    sign_in(trainer.id)
    assert learner.client.get(address).status_code == 200
    commit(lambda: enrol(trainer.id, programme_by_ref(learner.base.rpartition("/")[2])))
    assert learner.client.get(address).status_code == 403


def test_authors_see_the_questions_of_a_draft(learner: Learner, commit: Commit, sign_in: Callable[[int], None]) -> None:
    sign_in(commit(make_person, "Claudia Weiss", ("author", "partnership", 0)).id)
    ref = commit(lambda: course_by_slug("small-course").ref)
    outline = learner.client.get(f"/authoring/{ref}").text
    for key, words in (("m1-quiz", "Quiz m1-quiz"), ("m1-start", "Check yourself: 3 quick questions")):
        assert re.search(rf'href="/authoring/{ref}/questions/{key}"[^>]*>{words}</a>', outline)
        assert learner.client.get(f"/authoring/{ref}/questions/{key}").status_code == 200
    page = learner.client.get(f"/authoring/{ref}/questions/m1-start").text
    assert "</b> Review → Targets → Vote" in page
    assert "Think of an election period." in page
    assert (
        f'href="/authoring/{ref}/questions/m2-quiz"'
        in learner.client.get(f"/authoring/{ref}/questions/final-quiz").text
    )
    for key in ("m1-go-on", "m1", "nothing"):
        assert learner.client.get(f"/authoring/{ref}/questions/{key}").status_code == 404
    sign_in(commit(make_trainer, learner.hub_id).id)
    assert learner.client.get(f"/authoring/{ref}/questions/m1-quiz").status_code == 403
