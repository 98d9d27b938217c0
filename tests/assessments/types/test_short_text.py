from __future__ import annotations

import pytest

from assessments.types.contract import AnswerFault, SpecFaults
from assessments.types.short_text import ShortText
from assessments.types.spelling import one_slip
from tests.assessments.types.examples import EXAMPLES

GROUP = EXAMPLES["m2-group"]


@pytest.mark.parametrize(
    "typed",
    [
        "cross-sectoral working group",
        "Cross sectoral Working  Group",
        "CROSS–SECTORAL WORKING GROUP.",
        "“cross-sectoral working group”",
        "cross-sectorial working group",
        "cross-sectoral wokring group",
        "a\u0308mteru\u0308bergreifende Arbeitsgruppe",
        "cross-sec\u00adtoral working group",
        "\u200fcross-sectoral working group",
    ],
)
def test_case_hyphens_spaces_and_a_slip_of_the_pen_do_not_count(typed: str) -> None:
    answer = GROUP.kind.read_answer(GROUP.spec, {"q7": [typed]}, "q7")
    assert GROUP.kind.mark(GROUP.spec, 1, answer).fraction == 1


@pytest.mark.parametrize(
    "typed",
    [
        "working group",
        "cross-sectoral working grup",
        "group working cross-sectoral",
        "...",
        "crass sectoral working group",
    ],
)
def test_another_answer_is_wrong(typed: str) -> None:
    mark = GROUP.kind.mark(GROUP.spec, 1, typed)
    assert (mark.fraction, mark.feedback) == (0.0, ("wrong",))


def test_without_close_spelling_counts() -> None:
    strict = ShortText().parse_spec({"accept": ["monitoring"]})
    assert ShortText().mark(strict, 1, "Monitoring").fraction == 1
    assert ShortText().mark(strict, 1, "monitorring").fraction == 0


@pytest.mark.parametrize(
    ("word", "slip"),
    [("targets", False), ("target", True), ("targetss", True), ("tarfets", True), ("tragets", True), ("ttargets", True),
     ("argets", True), ("traegts", False), ("targ", False), ("", False)],
)  # fmt: skip
def test_one_slip_is_one_letter_or_two_neighbours_swapped(word: str, *, slip: bool) -> None:
    assert one_slip(word, "targets") is slip


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800b", "x" * 201, "x" * 1_000_000, "a\x1bb"])
def test_what_cannot_be_stored_is_a_fault(typed: str) -> None:
    with pytest.raises(AnswerFault) as fault:
        GROUP.kind.read_answer(GROUP.spec, {"q7": [typed]}, "q7")
    assert (fault.value.field, fault.value.control) == ("q7", "q7--answer")


def test_the_field_shows_what_was_typed_after_a_fault() -> None:
    drawn = GROUP.kind.presentation(GROUP.spec, GROUP.text, 1, None, "en")
    fault = AnswerFault(GROUP.kind.instruction, "q7")
    assert GROUP.kind.with_fault(drawn, {"q7": ["x" * 1000]}, "q7", fault)["value"] == "x" * 201


def test_the_right_answer_is_told_in_the_language_of_the_page() -> None:
    german = GROUP.stored["texts"]["de"]
    assert GROUP.kind.right_answer(GROUP.spec, german, "de") == "ämterübergreifende Arbeitsgruppe"
    assert GROUP.kind.right_answer(GROUP.spec, GROUP.text, "en") == "cross-sectoral working group"
    line = GROUP.kind.explain(GROUP.spec, german, "Team", "de")[0]
    assert (line.given, line.state) == ("Team", "wrong")


def test_a_model_answer_that_would_be_marked_wrong_is_a_fault() -> None:
    faults = GROUP.kind.check_text(GROUP.spec, {**GROUP.text, "answer": "steering group"})
    assert [fault.where for fault in faults] == ["answer"]


@pytest.mark.parametrize("accept", [[], ["..."], ["x" * 201], "monitoring", None])
def test_accepted_answers_must_be_answers(accept: object) -> None:
    with pytest.raises(SpecFaults):
        ShortText().parse_spec({"accept": accept})
