"""What the quiz pages draw, made from the frozen quiz, the answers and the marks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assessments.bank.pool import stored_in
from assessments.quizzes.rules import slot_seed
from assessments.types.contract import AnswerFault
from assessments.types.question import read_question
from assessments.types.sentences import Sentence
from assessments.types.texts import line, remark
from courses.activities import text_in
from courses.learning import queries as learning
from courses.learning.presenting import module_view, open_url
from courses.learning.rules import next_key
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from assessments.quizzes.models import Attempt, Mark
    from assessments.quizzes.queries import Place, Step
    from assessments.quizzes.rules import Quiz
    from assessments.types.contract import Form, Line, Mark as TypeMark
    from assessments.types.question import Question
    from courses.learning.presenting import Stop
    from lms.kernel.permissions import Viewer


NO_SEED = 0
"""Outside an attempt nothing is kept, so the order of options is the same each time."""


@dataclass
class Slot:
    """One question of the attempt page."""

    number: int
    name: str
    q: dict[str, Any]
    """What the question type's template draws."""
    language: str
    answered: bool
    step: Step | None = None
    fault: AnswerFault | None = None
    other: str = ""
    """The answer that another tab saved meanwhile, in words, when this page was stale."""


@dataclass(frozen=True)
class Judged:
    """One question of the result page."""

    number: int
    prompt: str
    language: str
    fraction: float
    lines: list[Line]
    remark: str
    rationale: str
    right_answer: str
    lesson_key: str = ""
    lesson_title: str = ""

    @property
    def answered(self) -> bool:
        """Whether anything was given at all."""
        return any(item.chosen for item in self.lines)

    @property
    def tone(self) -> str:
        """Return how to draw it: ok, warn or bad."""
        return "ok" if self.fraction == 1 else "warn" if self.fraction > 0 else "bad"


def said(text: object) -> str:
    """Translate a sentence of a question type; any other text stays as it is."""
    return _(text.message, **text.values) if isinstance(text, Sentence) else str(text)


def slot_name(number: int) -> str:
    """Return the form field of a slot, such as q3."""
    return f"q{number}"


def slots_of(quiz: Quiz, attempt: Attempt, steps: Mapping[int, Step], language: str) -> list[Slot]:
    """Return the questions of an attempt with their stored answers."""
    slots = []
    for number, question in enumerate(asked(quiz, attempt), 1):
        step = steps.get(number)
        answer = step.answer if step else question.type.empty_answer
        slots.append(replace(_slot(question, number, attempt.seed, answer, language), step=step))
    return slots


def asked(quiz: Quiz, attempt: Attempt) -> list[Question]:
    """Return the questions of an attempt by slot: the first is slot 1."""
    return [quiz.questions[key] for key in attempt.drawn]


def _slot(question: Question, number: int, seed: int, answer: Any, language: str) -> Slot:
    shown_in, text = question.text(language, "en")
    q = question.type.presentation(question.spec, text, slot_seed(seed, number), answer, shown_in)
    q["instruction"] = said(q["instruction"])
    return Slot(number, slot_name(number), q, shown_in, question.type.is_answered(answer))


def plain_slots(questions: Iterable[Question], language: str, answers: Mapping[int, Any] | None = None) -> list[Slot]:
    """Return questions outside any attempt, in the author's order: for those who only look, and for self-tests."""
    return [
        _slot(question, number, NO_SEED, (answers or {}).get(number, question.type.empty_answer), language)
        for number, question in enumerate(questions, 1)
    ]


def read_slots(questions: Sequence[Question], form: Form) -> tuple[dict[int, Any], dict[int, AnswerFault]]:
    """Read the answers of all slots that the form has fields for; faults by slot."""
    answers: dict[int, Any] = {}
    faults: dict[int, AnswerFault] = {}
    for number, question in enumerate(questions, 1):
        name = slot_name(number)
        if not any(field in {f"in-{name}", name} or field.startswith(f"{name}-") for field in form):
            continue
        try:
            answers[number] = question.type.read_answer(question.spec, form, name)
        except AnswerFault as fault:
            faults[number] = fault
    return answers, faults


def show_faults(
    slots: Sequence[Slot], questions: Sequence[Question], form: Form, faults: Mapping[int, AnswerFault]
) -> None:
    """Put what was sent back into the slots whose answer cannot be read, with the reason."""
    for slot in slots:
        fault = faults.get(slot.number)
        if fault is not None:
            question = questions[slot.number - 1]
            slot.fault = fault
            slot.q = question.type.with_fault(slot.q, form, slot.name, fault)
            slot.q["fault"] = said(fault.sentence)


def judged(
    place: Place, attempt: Attempt, steps: Mapping[int, Step], marks: Mapping[int, Mark], language: str
) -> list[Judged]:
    """Return the questions of a handed-in attempt, explained."""
    rows = []
    for number, question in enumerate(asked(place.quiz, attempt), 1):
        answer = steps[number].answer if number in steps else question.type.empty_answer
        row = judge(question, number, attempt.seed, answer, language)
        lesson = place.quiz.lessons[question.key]
        _module, activity = place.manifest.by_key.get(lesson, (None, None))
        title = activity.title(language) if activity else ""
        fraction = marks[number].fraction  # the mark that counts may be a correction
        rows.append(replace(row, fraction=fraction, lesson_key=lesson if activity else "", lesson_title=title))
    return rows


def judge(question: Question, number: int, seed: int, answer: Any, language: str) -> Judged:
    """Mark one answer and explain it."""
    shown_in, text = question.text(language, "en")
    mark: TypeMark = question.type.mark(question.spec, slot_seed(seed, number), answer)
    return Judged(
        number=number,
        prompt=line(text, "prompt"),
        language=shown_in,
        fraction=mark.fraction,
        lines=question.type.explain(question.spec, text, answer, shown_in),
        remark=remark(text, mark),
        rationale=line(text, "rationale"),
        right_answer=question.type.right_answer(question.spec, text, shown_in),
    )


@dataclass(frozen=True)
class Keyed:
    """One question with its right answer filled in; `wrong` holds wrong answers in words, each with its feedback."""

    slot: Slot
    right_answer: str
    wrong: list[tuple[str, str]]
    rationale: str
    lesson_title: str
    difficulty: int


def keyed(content: Mapping[str, Any], language: str, title_of: Callable[[str], str]) -> list[Keyed]:
    """Return all questions of a content with what is right, what is said to wrong answers, and what they check."""
    rows = []
    for number, stored in enumerate(stored_in(content), 1):
        question = read_question(stored)
        shown_in, text = question.text(language, "en")
        row = Keyed(
            slot=_slot(question, number, NO_SEED, question.type.solution(question.spec), language),
            right_answer=question.type.right_answer(question.spec, text, shown_in),
            wrong=_feedback(question, number, language),
            rationale=line(text, "rationale"),
            lesson_title=title_of(str(stored.get("lesson", ""))),
            difficulty=int(stored.get("difficulty") or 0),
        )
        rows.append(row)
    return rows


def _feedback(question: Question, number: int, language: str) -> list[tuple[str, str]]:
    """Return what is said to the wrong answers of a question, once each."""
    found: dict[str, str] = {}
    for answer in question.type.wrong_answers(question.spec):
        row = judge(question, number, NO_SEED, answer, language)
        for told in row.lines:
            if told.feedback and told.state in {"wrong", "missed"}:
                found.setdefault(told.feedback, said(told.label) or told.given)
        if row.remark:
            found.setdefault(row.remark, answer_in_words(question, answer, language))
    return [(words, feedback) for feedback, words in found.items()]


def answer_in_words(question: Question, answer: Any, language: str) -> str:
    """Say an answer in words, for the page that shows two tabs' answers side by side."""
    shown_in, text = question.text(language, "en")
    chosen = [item for item in question.type.explain(question.spec, text, answer, shown_in) if item.chosen]
    return ", ".join(
        f"{item.label}: {item.given}" if item.given and item.label else item.given or said(item.label)
        for item in chosen
    )


@dataclass(frozen=True)
class WayOn:
    """What the viewer has still to do: in the module of the quiz, and next in the whole course."""

    left: list[Stop]
    title: str
    url: str


def way_on(viewer: Viewer, place: Place, language: str) -> WayOn:
    """Return what comes after a quiz; without title and address when nothing waits for the viewer."""
    course = learning.place_for(viewer, place.programme.ref)
    due = learning.deadlines_of(place.programme.id)
    module = next((module for module in course.manifest.modules if module.key == place.module.key), None)
    stops = module_view(course, module, due, language).stops if module else []
    following = next_key(course.manifest, course.nodes)
    activity = course.manifest.by_key[following][1] if following else None
    return WayOn(
        left=[stop for stop in stops if stop.state != "done"],
        title=activity.title(language) if activity else "",
        url=open_url(course, activity) if activity else "",
    )


def intro(place: Place, language: str) -> str:
    """Return the quiz's introduction."""
    return str(text_in(place.quiz.texts, language).get("intro", ""))
