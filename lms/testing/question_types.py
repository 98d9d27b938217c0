"""The contract of a question type, run on anybody's class: `check_question_type(MyType, spec, text)`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from assessments.types.contract import Answer, AnswerFault, Fault, Line, Mark, QuestionType, SpecFaults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SLOT = "q3"
SEEDS = range(20)
HOSTILE = (
    "\x00",
    "\ud800",
    "x" * 1_000_000,
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%(name)s",
    "9" * 5000,
    "NaN",
    "-1",
    "1e999999",
    "\u202e\u0301",
)
"""Values that nobody types in good faith, or only by mistake."""


def check_question_type(
    kind: type[QuestionType[Any]],
    spec_raw: Mapping[str, object],
    text: Mapping[str, object],
    *,
    language: str = "en",
    template_folders: Iterable[Path] = (),
) -> None:
    """Run the contract on a class, with one good question of its kind; AssertionError says what is not kept.

    `template_folders` are searched for the type's template besides our own.

    >>> from assessments.types.true_false import TrueFalse
    >>> check_question_type(TrueFalse, {"right": False}, {"prompt": "IMS replaces EMAS.", "rationale": "No."})
    """
    assert issubclass(kind, QuestionType), f"{kind.__name__} must be a subclass of QuestionType"
    for attribute in ("name", "template", "instruction"):
        assert getattr(kind, attribute, ""), f"{kind.__name__} has no `{attribute}`"
    question = kind()
    _check_reading(question, spec_raw, text)
    spec = question.parse_spec(spec_raw)
    _check_marks(question, spec, text, language)
    _check_fields(question, spec, text, language)
    _check_hostile_forms(question, spec)
    _check_template(question, spec, text, language, template_folders)


def _check_reading(question: QuestionType[Any], spec_raw: Mapping[str, object], text: Mapping[str, object]) -> None:
    stored = json.loads(json.dumps(dict(spec_raw)))
    spec = question.parse_spec(stored)
    assert spec == question.parse_spec(question.upgrade_spec(stored, question.version)), "a spec must be readable again"
    assert hash(spec) is not None, "a spec must be frozen"
    assert question.check_text(spec, text) == [], f"the text has faults: {question.check_text(spec, text)}"
    assert question.check_text(spec, {}), "an empty text must have faults"
    for bad in ({}, {**stored, "no-such-setting": 1}):
        faults = _faults_of(question, bad)
        assert faults, f"this spec must be refused: {bad}"
        assert all(fault.where for fault in faults), "each fault must say where it is"


def _faults_of(question: QuestionType[Any], spec_raw: Mapping[str, object]) -> tuple[Fault, ...]:
    try:
        question.parse_spec(spec_raw)
    except SpecFaults as refused:
        return refused.faults
    return ()


def _check_marks(question: QuestionType[Any], spec: Any, text: Mapping[str, object], language: str) -> None:
    right, empty = question.solution(spec), question.empty_answer
    assert question.mark(spec, 1, right).fraction == 1, "the solution must be marked 1"
    assert all(question.mark(spec, 1, wrong).fraction < 1 for wrong in question.wrong_answers(spec)), "wrong is less"
    assert question.mark(spec, 1, empty) == Mark(0.0), "an empty answer must be marked 0, without feedback"
    assert question.is_answered(right), "the solution is an answer"
    assert not question.is_answered(empty), "the empty answer is none"
    assert question.right_answer(spec, text, language), "the right answer must be told in words"
    for answer in (right, empty, "no-such-key", 7, [], ["no-such-key"], {"no": "such"}, [None], [{}], {"a": []}):
        first = question.mark(spec, 1, answer)
        assert first == question.mark(spec, 1, json.loads(json.dumps(answer))), "marking must be deterministic"
        lines = question.explain(spec, text, answer, language)
        assert lines, "there must be at least one result line"
        assert all(isinstance(line, Line) for line in lines), "results are made of Lines"
    assert {line.state for line in question.explain(spec, text, right, language)} <= {"right", "spared"}
    assert "right" not in {line.state for line in question.explain(spec, text, empty, language)}


def _check_fields(question: QuestionType[Any], spec: Any, text: Mapping[str, object], language: str) -> None:
    for answer in (question.solution(spec), question.empty_answer):
        form = question.form_of(spec, answer, SLOT)
        assert question.read_answer(spec, form, SLOT) == answer, "what a form holds must be read back"
        assert json.loads(json.dumps(answer)) == answer, "an answer must be JSON"
        assert all(field == SLOT or field.startswith(f"{SLOT}-") for field in form), "fields begin with the slot"
        for seed in SEEDS:
            drawn = question.presentation(spec, text, seed, answer, language)
            assert drawn == question.presentation(spec, text, seed, answer, language), "drawing must be deterministic"
            assert set(question.frame(text)) <= set(drawn), "a presentation begins with the frame"
    assert question.read_answer(spec, {}, SLOT) == question.empty_answer, "no fields mean no answer"
    others = question.form_of(spec, question.solution(spec), "q31")
    assert question.read_answer(spec, others, SLOT) == question.empty_answer, "other questions' fields are not ours"


def _check_hostile_forms(question: QuestionType[Any], spec: Any) -> None:
    fields = set(question.form_of(spec, question.solution(spec), SLOT)) | {SLOT}
    for value in HOSTILE:
        for field in fields:
            answer, fault = _read(question, spec, {field: [value, value]})
            json.dumps(answer, allow_nan=False, ensure_ascii=False).encode()
            question.mark(spec, 1, answer)
            assert fault is None or fault.sentence, "a fault must say what to do"
            assert fault is None or fault.field in fields, "a fault must name a field of the question"


def _read(question: QuestionType[Any], spec: Any, form: dict[str, list[str]]) -> tuple[Answer, AnswerFault | None]:
    try:
        return question.read_answer(spec, form, SLOT), None
    except AnswerFault as fault:
        return None, fault


def _check_template(
    question: QuestionType[Any], spec: Any, text: Mapping[str, object], language: str, folders: Iterable[Path]
) -> None:
    page = fragments(folders)
    for answer in (question.solution(spec), question.empty_answer):
        drawn = question.presentation(spec, text, 1, answer, language)
        for disabled in (False, True):
            html = page.get_template(question.template).render(q=drawn, name=SLOT, disabled=disabled)
            assert f'name="{SLOT}' in html, "the controls must be named after the slot"
            assert "style=" not in html, "a style attribute breaks the content security policy"
            assert "<script" not in html, "a script breaks the content security policy"


def fragments(folders: Iterable[Path] = ()) -> Environment:
    """Return an environment that renders question fragments in English without an app."""
    loaders = [FileSystemLoader(list(folders)), PackageLoader("assessments.types"), PackageLoader("lms")]
    page = Environment(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined)
    page.globals.update(
        lms_t=lambda message, **values: message % values if values else message,
        lms_language=lambda: "en",
        lms_static=lambda name: f"/static/{name}",
        lms_number=lambda number: f"{number:g}",
    )
    return page
