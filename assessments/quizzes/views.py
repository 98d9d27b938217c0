"""Quiz pages: start, answer, check, result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import make_response, request

from assessments.quizzes import policies, presenting, queries, services
from courses.activities import text_in
from courses.learning.queries import deadlines_of
from courses.progress.queries import elsewhere_on, node_state
from courses.progress.rules import USED_UP
from lms.accounts.queries import names_of
from lms.kernel.i18n import current_language, format_time, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, redirect_to, render, wants_json
from lms.kernel.permissions import SIGNED_IN

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

    from assessments.quizzes.presenting import Slot
    from courses.programmes.models import Enrolment

pages = Pages("quizzes")
TEMPLATES = "lms/assessments/quizzes"


@pages.get("/programmes/<ref>/quizzes/<key>", permission=SIGNED_IN)
def quiz(ref: str, key: str) -> ResponseReturnValue:
    """Show what the quiz asks, the attempts so far, and the button that starts or goes on."""
    place, enrolment = queries.quiz_for(current_viewer(), ref, key)
    language = _content_language(enrolment)
    if enrolment is None:
        slots = presenting.plain_slots(place.quiz.questions.values(), language)
        may_see = policies.may_see_answers(current_viewer(), place.programme)
        return render(f"{TEMPLATES}/preview.html", place=place, slots=slots, language=language, may_see_answers=may_see)
    attempts = queries.attempts_of(enrolment.id, key)
    is_open = bool(attempts) and attempts[-1][1] is None
    return render(
        f"{TEMPLATES}/quiz.html",
        place=place,
        language=language,
        intro=presenting.intro(place, language),
        attempts=attempts,
        is_open=is_open,
        left=queries.attempts_left(place, enrolment.id, len(attempts) - is_open),
        passed=any(outcome is not None and outcome.passed for _attempt, outcome in attempts),
        elsewhere=elsewhere_on(enrolment.id, key),
        deadline=deadlines_of(place.programme.id).get(key),
    )


@pages.post("/programmes/<ref>/quizzes/<key>", permission=SIGNED_IN)
def start(ref: str, key: str) -> ResponseReturnValue:
    """Start an attempt, or go on with the open one."""
    viewer = current_viewer()
    place, enrolment = queries.quiz_for(viewer, ref, key)
    if enrolment is None:
        return redirect_to("quizzes.quiz", ref=ref, key=key)
    attempt = services.start_attempt(actor=viewer, enrolment=enrolment, place=place)
    return redirect_to("quizzes.attempt", ref=attempt.ref)


@pages.get("/attempts/<ref>", permission=SIGNED_IN)
def attempt(ref: str) -> ResponseReturnValue:
    """Show the questions with the answers saved so far."""
    viewer = current_viewer()
    opened = queries.attempt_for(viewer, ref)
    if opened.result is not None or not policies.may_answer(viewer, opened.enrolment):
        return redirect_to("quizzes.result", ref=ref)
    language = _content_language(opened.enrolment)
    slots = presenting.slots_of(opened.place.quiz, opened.attempt, queries.steps_of(opened.attempt.id), language)
    return _attempt_page(opened, slots, language)


@pages.post("/attempts/<ref>", permission=SIGNED_IN)
def save(ref: str) -> ResponseReturnValue:
    """Save the answers that were sent, and say so: one fieldset from the script, or the whole page from a form."""
    viewer = current_viewer()
    opened = queries.attempt_for(viewer, ref, lock=True)
    if opened.result is not None and not wants_json():
        return redirect_to("quizzes.result", ref=ref)
    sent = request.form.to_dict(flat=False)
    questions = presenting.asked(opened.place.quiz, opened.attempt)
    answers, faults = presenting.read_slots(questions, sent)
    saved = services.save_answers(actor=viewer, opened=opened, answers=answers, seen=_seen(len(questions)))
    if wants_json():
        return _as_json(opened, saved, answers, faults)
    if faults or saved.stale:
        language = _content_language(opened.enrolment)
        slots = presenting.slots_of(opened.place.quiz, opened.attempt, saved.steps, language)
        presenting.show_faults(slots, questions, sent, faults)
        for slot in slots:
            if slot.number in saved.stale:
                mine = presenting.answer_in_words(questions[slot.number - 1], answers[slot.number], language)
                slot.other = mine or _("no answer")
        return make_response(_attempt_page(opened, slots, language), 422 if faults else 409)
    return _where_next(ref, sent)


def _where_next(ref: str, sent: dict[str, list[str]]) -> Response:
    """Go where the pressed button leads: back to its question, to the check page, or out."""
    if "check" in sent:
        return redirect_to("quizzes.check", ref=ref)
    if "pause" in sent:
        flash(_("Your answers are saved. You can go on whenever you like."))
        return redirect_to("quizzes.leave", ref=ref)
    if "move" in sent:  # "q1:baseline:up": the moved step has the focus again
        step = sent["move"][0].rpartition(":")[0].replace(":", "-")
        return redirect_to("quizzes.attempt", ref=ref, _anchor=step or "main")
    slot = sent.get("save", [""])[0]
    return redirect_to("quizzes.attempt", ref=ref, _anchor=f"q{slot}" if slot.isdigit() else "main")


@pages.get("/attempts/<ref>/leave", permission=SIGNED_IN)
def leave(ref: str) -> ResponseReturnValue:
    """Go from an attempt back to its quiz."""
    opened = queries.attempt_for(current_viewer(), ref)
    return redirect_to("quizzes.quiz", ref=opened.place.programme.ref, key=opened.attempt.node_key)


@pages.get("/attempts/<ref>/check", permission=SIGNED_IN)
def check(ref: str) -> ResponseReturnValue:
    """Show what is answered and what is open, before handing in."""
    viewer = current_viewer()
    opened = queries.attempt_for(viewer, ref)
    if opened.result is not None or not policies.may_answer(viewer, opened.enrolment):
        return redirect_to("quizzes.result", ref=ref)
    language = _content_language(opened.enrolment)
    slots = presenting.slots_of(opened.place.quiz, opened.attempt, queries.steps_of(opened.attempt.id), language)
    return render(f"{TEMPLATES}/check.html", opened=opened, place=opened.place, slots=slots, language=language)


@pages.post("/attempts/<ref>/hand-in", permission=SIGNED_IN)
def hand_in(ref: str) -> ResponseReturnValue:
    """Hand in the attempt; a second click finds it handed in and shows the same result."""
    viewer = current_viewer()
    opened = queries.attempt_for(viewer, ref, lock=True)
    services.submit_attempt(actor=viewer, opened=opened)
    return redirect_to("quizzes.result", ref=ref)


@pages.get("/attempts/<ref>/result", permission=SIGNED_IN)
def result(ref: str) -> ResponseReturnValue:
    """Show the result, with what was right, why, and where to read again."""
    viewer = current_viewer()
    opened = queries.attempt_for(viewer, ref)
    if opened.result is None:
        if policies.may_answer(viewer, opened.enrolment):
            return redirect_to("quizzes.attempt", ref=ref)
        return render(f"{TEMPLATES}/still_open.html", opened=opened, place=opened.place, language=current_language())
    language = _content_language(opened.enrolment)
    attempt_id, place = opened.attempt.id, opened.place
    marks = queries.marks_of(attempt_id)
    rows = presenting.judged(place, opened.attempt, queries.steps_of(attempt_id), marks, language)
    mine, person_id = policies.may_answer(viewer, opened.enrolment), opened.enrolment.person_id
    used = len(queries.attempts_of(opened.enrolment.id, opened.attempt.node_key))
    used_up = node_state(opened.enrolment.id, opened.attempt.node_key) == USED_UP
    return render(
        f"{TEMPLATES}/result.html",
        opened=opened,
        place=place,
        rows=rows,
        points=sum(row.fraction for row in rows),
        left=queries.attempts_left(place, opened.enrolment.id, used),
        used_up=used_up,
        mine=mine,
        whose="" if person_id == viewer.person_id else names_of({person_id})[person_id],
        may_allow=used_up and policies.may_allow(viewer, opened.enrolment),
        way_on=presenting.way_on(viewer, place, language) if mine else None,
        language=language,
    )


def _attempt_page(opened: queries.Opened, slots: list[Slot], language: str) -> str:
    title = str(text_in(opened.place.activity.titles, language))
    return render(
        f"{TEMPLATES}/attempt.html", opened=opened, place=opened.place, slots=slots, language=language, title=title
    )


def _content_language(enrolment: Enrolment | None) -> str:
    """Return the language of the content: as chosen for this programme, else that of the interface."""
    return (enrolment.language if enrolment else "") or current_language()


def _seen(count: int) -> dict[int, int]:
    """Read which step of each slot the page had shown."""
    seen = {}
    for number in range(1, count + 1):
        raw = request.form.get(f"seen-q{number}", "0")
        seen[number] = int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 9 else 0  # noqa: PLR2004 - fits any integer column
    return seen


def _as_json(
    opened: queries.Opened, saved: services.Saved, answers: dict[int, Any], faults: dict[int, Any]
) -> ResponseReturnValue:
    """Answer the script: each slot with the step that is stored and the line to show."""
    if faults:
        number, fault = next(iter(sorted(faults.items())))
        return {"error": presenting.said(fault.sentence), "field": fault.control, "slot": number}, 422
    if saved.stale:
        return {
            "error": _("This answer was changed in another tab or on another device. Reload the page to see it."),
            "slots": sorted(saved.stale),
        }, 409
    slots: dict[str, dict[str, Any]] = {}
    for number, answer in answers.items():
        step = saved.steps.get(number)
        question = opened.place.quiz.questions[opened.attempt.drawn[number - 1]]
        text = _("Saved at %(time)s", time=format_time(step.at)) if step else _("Not answered yet")
        answered = question.type.is_answered(answer)
        slots[str(number)] = {"step": step.sequence if step else 0, "text": text, "answered": answered}
    newest = max((step["step"] for step in slots.values()), default=0)
    latest = next((item for item in slots.values() if item["step"] == newest), {"text": "", "answered": False})
    return {"slots": slots, "step": newest, "saved_at_text": latest["text"], "answered": latest["answered"]}
