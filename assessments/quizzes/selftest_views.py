"""The self-test of a lesson: questions, and at once what was right and why. Nothing is recorded, for nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, request

from assessments.quizzes import presenting, queries
from lms.kernel.pages import Pages, current_viewer, render
from lms.kernel.permissions import SIGNED_IN

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assessments.quizzes.presenting import Slot
    from assessments.quizzes.queries import SelfTestPlace

selftest_pages = Pages("selftests")
TEMPLATES = "lms/assessments/quizzes"


@selftest_pages.get("/programmes/<ref>/lessons/<key>/self-test", permission=SIGNED_IN)
def selftest(ref: str, key: str) -> ResponseReturnValue:
    """Show the questions."""
    test = queries.self_test_for(current_viewer(), ref, key)
    return _questions(test, presenting.plain_slots(test.questions, test.course.language()))


@selftest_pages.post("/programmes/<ref>/lessons/<key>/self-test", permission=SIGNED_IN, writes=False)
def answers(ref: str, key: str) -> ResponseReturnValue:
    """Mark the answers and explain them; the questions again where a step was moved or an answer cannot be read."""
    test = queries.self_test_for(current_viewer(), ref, key)
    language = test.course.language()
    sent = request.form.to_dict(flat=False)
    given, faults = presenting.read_slots(test.questions, sent)
    if faults or "move" in sent:
        slots = presenting.plain_slots(test.questions, language, given)
        presenting.show_faults(slots, test.questions, sent, faults)
        return make_response(_questions(test, slots), 422 if faults else 200)
    rows = [
        presenting.judge(question, number, presenting.NO_SEED, given.get(number, question.type.empty_answer), language)
        for number, question in enumerate(test.questions, 1)
    ]
    return render(f"{TEMPLATES}/selftest_result.html", test=test, place=test.course, rows=rows, language=language)


def _questions(test: SelfTestPlace, slots: list[Slot]) -> str:
    language = test.course.language()
    return render(f"{TEMPLATES}/selftest.html", test=test, place=test.course, slots=slots, language=language)
