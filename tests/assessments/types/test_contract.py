from __future__ import annotations

import copy
import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from assessments.types.contract import AnswerFault, Fault, Mark, SpecFaults
from assessments.types.one_answer import OneAnswer
from assessments.types.question import read_question
from assessments.types.registry import BUILT_IN, GROUP, load_question_types, question_types, template_folders
from assessments.types.sentences import sentence as _
from assessments.types.texts import remark
from lms.testing.question_types import check_question_type
from tests.assessments.types.examples import EXAMPLES, Example
from tests.assessments.types.strangers import Scale


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_every_built_in_type_keeps_the_contract(example: Example) -> None:
    check_question_type(type(example.kind), example.raw, example.text)


def test_there_is_an_example_of_every_built_in_type() -> None:
    assert {example.kind.name for example in EXAMPLES.values()} == {point.name for point in BUILT_IN}


def test_types_load_neither_flask_nor_sqlalchemy() -> None:
    script = (
        "import sys; from assessments.types.registry import question_types; question_types();"
        "sys.exit(bool({'flask', 'sqlalchemy', 'werkzeug'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_second_type_of_the_same_name_is_refused() -> None:
    twin = EntryPoint("number", "tests.assessments.types.strangers:Twin", GROUP)
    with pytest.raises(ValueError, match="two different things are registered as question type 'number'"):
        load_question_types((*BUILT_IN, twin))


def test_a_type_called_otherwise_than_its_entry_point_is_refused() -> None:
    with pytest.raises(ValueError, match="is called 'one-answer', but its entry point says 'pick-one'"):
        load_question_types([EntryPoint("pick-one", "assessments.types.one_answer:OneAnswer", GROUP)])


def test_an_entry_point_that_is_no_question_type_is_refused() -> None:
    with pytest.raises(TypeError, match="is not a question type"):
        load_question_types([EntryPoint("mark", "assessments.types.contract:Mark", GROUP)])


def test_the_fragments_of_all_types_are_found_in_the_template_folders() -> None:
    for kind in question_types().values():
        assert any((folder / kind.template).is_file() for folder in template_folders())


def test_a_stored_question_is_read_with_its_type_spec_and_texts() -> None:
    stored = json.loads(json.dumps(EXAMPLES["m1-revision"].stored))
    question = read_question(stored)
    assert question.key == "m1-revision"
    assert question.type.mark(question.spec, 1, "5").fraction == 1
    assert question.text("fi", "de")[0] == "de"
    assert question.text("fi")[0] == "en"
    assert question.faults() == []


def test_the_unit_may_be_typed_in_any_language_that_the_question_has() -> None:
    question = read_question(EXAMPLES["m1-revision"].stored)
    assert question.type.read_answer(question.spec, {"q1": ["5 Jahre"]}, "q1") == "5"


def test_faults_of_a_translation_say_in_which_language_they_are() -> None:
    stored = copy.deepcopy(EXAMPLES["m1-revision"].stored)
    del stored["texts"]["de"]["prompt"]
    assert [fault.where for fault in read_question(stored).faults()] == ["de.prompt"]


def test_asterisks_that_would_be_shown_are_faults() -> None:
    stored = copy.deepcopy(EXAMPLES["m1-revision"].stored)
    stored["texts"]["en"]["prompt"] = "What does *not* stay? 3*4*5"
    stored["texts"]["en"]["rationale"] = "**All** stays."
    assert [fault.where for fault in read_question(stored).faults()] == ["en.prompt", "en.rationale"]
    stored["texts"]["en"] |= {"prompt": "What is 3 * 4 * 5, or 3*4*5? *", "rationale": "60"}
    assert read_question(stored).faults() == []


@pytest.mark.parametrize(
    ("change", "where"),
    [({"type": "essay"}, "type"), ({"texts": {}}, "texts"), ({"version": 2}, "version"), ({"spec": []}, "value")],
)
def test_a_stored_question_that_cannot_be_used_says_where(change: dict[str, Any], where: str) -> None:
    with pytest.raises(SpecFaults) as refused:
        read_question({**EXAMPLES["m1-revision"].stored, **change})
    assert where in [fault.where for fault in refused.value.faults]


def test_a_mark_outside_nought_to_one_cannot_be_made() -> None:
    for fraction in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="a mark lies between 0 and 1"):
            Mark(fraction)


def test_a_sentence_keeps_what_is_needed_to_translate_it() -> None:
    fault = copy.deepcopy(Fault("options.mayor", _("“%(key)s” is missing.", key="mayor")))
    assert (fault, fault.message) == ("“mayor” is missing.", "“%(key)s” is missing.")
    assert (fault.values, fault.where) == ({"key": "mayor"}, "options.mayor")
    assert _("Pass at 70 %") == "Pass at 70 %"


def test_remarks_fall_back_on_the_default_line_but_only_for_what_is_wrong() -> None:
    text = {"feedback": {"default": "Read again.", "mayor": "No."}}
    assert remark(text, Mark(0.0, ("consultant",))) == "Read again."
    assert remark(text, Mark(0.0, ("mayor",))) == ""
    assert remark(text, Mark(0.0, ("wrong",))) == "Read again."
    assert remark(text, Mark(1.0, ("right",))) == ""
    assert remark(text, Mark(0.0)) == ""
    assert remark({"feedback": {"right": "Yes."}}, Mark(1.0, ("right",))) == "Yes."
    assert remark({}, Mark(0.0, ("wrong",))) == ""


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ({"options": ["a", "a"], "right": "a"}, "options"),
        ({"options": ["a"], "right": "a"}, "options"),
        ({"options": ["a", "Not a key"], "right": "a"}, "options"),
        ({"options": ["a", "default"], "right": "a"}, "options"),
        ({"options": ["a", ""], "right": "a"}, "options"),
        ({"options": "ab", "right": "a"}, "options"),
        ({"options": ["a", 1], "right": "a"}, "options"),
        ({"options": ["a", "b"], "right": "c"}, "right"),
        ({"options": ["a", "b"], "right": ["a"]}, "right"),
        ({"options": ["a", "b"]}, "right"),
        ({"options": ["a", "b"], "right": "a", "shuffle": "no"}, "shuffle"),
        ({"options": ["a", "b"], "right": "a", "rihgt": "b"}, "rihgt"),
    ],
)
def test_a_faulty_spec_is_refused_with_the_place_of_the_fault(spec: dict[str, Any], where: str) -> None:
    with pytest.raises(SpecFaults) as refused:
        OneAnswer().parse_spec(spec)
    assert where in [fault.where for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": 5}, "prompt"),
        ({"rationale": None}, "rationale"),
        ({"hint": " "}, "hint"),
        ({"options": {"coordinator": "C", "mayor": "M"}}, "options.consultant"),
        ({"options": {"coordinator": "C", "mayor": "", "consultant": "X"}}, "options.mayor"),
        ({"options": {"coordinator": "C", "mayor": "M", "consultant": "X", "king": "K"}}, "options.king"),
        ({"options": "mayor"}, "options"),
        ({"feedback": {"mayor": "No."}}, "feedback.consultant"),
        ({"feedback": {"default": "No.", "king": "No."}}, "feedback.king"),
        ({"promt": "Who?"}, "promt"),
    ],
)
def test_a_faulty_text_is_told_with_the_place_of_the_fault(change: dict[str, Any], where: str) -> None:
    example = EXAMPLES["m2-lead"]
    assert where in [fault.where for fault in example.kind.check_text(example.spec, {**example.text, **change})]


def test_the_check_finds_a_strangers_type_that_rewards_an_empty_answer() -> None:
    text = {"prompt": "How far are you?", "rationale": "Any.", "options": {"low": "Low", "high": "High"}}
    with pytest.raises(AssertionError, match="an empty answer must be marked 0"):
        check_question_type(Scale, {"points": ["low", "high"]}, text)


def test_answers_to_a_question_with_one_answer_cannot_be_two() -> None:
    example = EXAMPLES["m2-lead"]
    with pytest.raises(AnswerFault, match="takes one answer"):
        example.kind.read_answer(example.spec, {"q3": ["mayor", "coordinator"]}, "q3")
