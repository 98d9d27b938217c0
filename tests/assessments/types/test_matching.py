from __future__ import annotations

from typing import Any

import pytest

from assessments.types.contract import AnswerFault, SpecFaults
from assessments.types.matching import Matching
from tests.assessments.types.examples import EXAMPLES

DOCS = EXAMPLES["m1-documents"]


@pytest.mark.parametrize(
    ("answer", "fraction", "slips"),
    [
        ({"targets": "programme", "commitment": "resolution", "evaluation": "report"}, 1.0, ("right",)),
        ({"targets": "programme", "commitment": "report", "evaluation": "report"}, 2 / 3, ("commitment",)),
        ({"targets": "programme", "commitment": None, "evaluation": None}, 1 / 3, ("commitment", "evaluation")),
        (None, 0.0, ()),
    ],
)
def test_each_right_pair_brings_its_share(answer: Any, fraction: float, slips: tuple[str, ...]) -> None:
    mark = DOCS.kind.mark(DOCS.spec, 1, answer)
    assert (mark.fraction, mark.feedback) == (fraction, slips)


def test_every_item_is_drawn_in_the_authors_order_with_all_choices() -> None:
    drawn = DOCS.kind.presentation(DOCS.spec, DOCS.text, 3, {"targets": "report"}, "en")
    assert [item["key"] for item in drawn["items"]] == ["targets", "commitment", "evaluation"]
    assert drawn["items"][0]["chosen"] == "report"
    assert {choice["key"] for choice in drawn["choices"]} == {
        "programme", "resolution", "report", "organisation-chart",
    }  # fmt: skip


def test_a_question_half_done_is_kept_but_not_answered() -> None:
    answer = DOCS.kind.read_answer(DOCS.spec, {"q3-targets": ["report"], "q3-commitment": [""]}, "q3")
    assert answer == {"targets": "report", "commitment": None, "evaluation": None}
    assert not DOCS.kind.is_answered(answer)


def test_a_choice_that_is_not_offered_is_a_fault_of_its_line() -> None:
    with pytest.raises(AnswerFault) as fault:
        DOCS.kind.read_answer(DOCS.spec, {"q3-targets": ["mayor"]}, "q3")
    assert fault.value.field == "q3-targets"


def test_result_lines_tell_the_given_and_the_right_choice() -> None:
    lines = DOCS.kind.explain(DOCS.spec, DOCS.text, {"targets": "report", "evaluation": "report"}, "en")
    assert [line.state for line in lines] == ["wrong", "missed", "right"]
    assert (lines[0].given, lines[0].expected) == ("Sustainability report", "Strategic programme")
    assert lines[0].feedback
    assert not lines[2].feedback


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        ({"pairs": {"a": "x"}}, "pairs"),
        ({"pairs": {"a": "x", "b": "x"}}, "pairs"),
        ({"pairs": ["a"]}, "pairs"),
        ({"pairs": {"a": 1, "b": "x"}}, "pairs"),
        ({"pairs": {"A b": "x", "b": "y"}}, "pairs"),
        ({"pairs": {"a": "x", "b": "y"}, "extra": ["x"]}, "extra"),
        ({"pairs": {"a": "x", "b": "y"}, "extra": "z"}, "extra"),
    ],
)
def test_faulty_pairs_are_refused(raw: dict[str, Any], where: str) -> None:
    with pytest.raises(SpecFaults) as refused:
        Matching().parse_spec(raw)
    assert where in [fault.where for fault in refused.value.faults]
