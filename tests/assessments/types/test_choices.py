from __future__ import annotations

import pytest

from assessments.types.contract import SpecFaults
from assessments.types.several_answers import SeveralAnswers
from assessments.types.true_false import TrueFalse
from tests.assessments.types.examples import EXAMPLES

LEAD, CROSS, REPLACES = EXAMPLES["m2-lead"], EXAMPLES["m1-cross-cutting"], EXAMPLES["m1-replaces"]


@pytest.mark.parametrize(
    ("chosen", "fraction", "feedback"),
    [
        (["set-up", "involvement"], 1.0, ("right",)),
        (["involvement", "set-up"], 1.0, ("right",)),
        (["set-up"], 0.5, ("involvement",)),
        (["set-up", "involvement", "commitment"], 0.5, ("commitment",)),
        (["set-up", "commitment"], 0.0, ("involvement", "commitment")),
        (["commitment"], 0.0, ("set-up", "involvement", "commitment")),
        (None, 0.0, ()),
    ],
)
def test_wrong_ticks_take_away_what_right_ones_bring(
    chosen: list[str] | None, fraction: float, feedback: tuple[str, ...]
) -> None:
    mark = CROSS.kind.mark(CROSS.spec, 1, chosen)
    assert (mark.fraction, mark.feedback) == (fraction, feedback)


def test_result_lines_tell_what_was_chosen_missed_and_rightly_left() -> None:
    lines = CROSS.kind.explain(CROSS.spec, CROSS.text, ["involvement", "commitment"], "en")
    assert [line.state for line in lines] == ["missed", "right", "wrong"]
    assert [bool(line.feedback) for line in lines] == [True, False, True]
    assert CROSS.kind.explain(CROSS.spec, CROSS.text, ["involvement"], "en")[2].state == "spared"


def test_options_that_are_all_right_are_refused() -> None:
    with pytest.raises(SpecFaults, match="At least one option must be wrong"):
        SeveralAnswers().parse_spec({"options": ["a", "b"], "right": ["a", "b"]})
    with pytest.raises(SpecFaults, match="“c” is not among the options"):
        SeveralAnswers().parse_spec({"options": ["a", "b"], "right": ["c"]})


def test_one_answer_is_all_or_nothing_and_names_the_wrong_option() -> None:
    assert LEAD.kind.mark(LEAD.spec, 1, "coordinator").fraction == 1
    assert LEAD.kind.mark(LEAD.spec, 1, "mayor").feedback == ("mayor",)
    line = LEAD.kind.explain(LEAD.spec, LEAD.text, "mayor", "en")[1]
    assert (line.label, line.state, line.feedback[:18]) == ("The mayor", "wrong", "The mayor opens do")


def test_options_with_an_order_of_their_own_are_not_shuffled() -> None:
    spec = LEAD.kind.parse_spec({**LEAD.raw, "shuffle": False})
    for seed in range(20):
        drawn = LEAD.kind.presentation(spec, LEAD.text, seed, None, "en")["options"]
        assert [option["key"] for option in drawn] == list(spec.options)


def test_different_seeds_draw_different_orders() -> None:
    orders = {
        tuple(option["key"] for option in LEAD.kind.presentation(LEAD.spec, LEAD.text, seed, None, "en")["options"])
        for seed in range(60)
    }
    assert len(orders) == 6


def test_what_was_chosen_is_drawn_as_selected() -> None:
    drawn = LEAD.kind.presentation(LEAD.spec, LEAD.text, 5, "mayor", "en")["options"]
    assert [option["key"] for option in drawn if option["selected"]] == ["mayor"]


def test_true_comes_before_false_and_false_is_right() -> None:
    drawn = REPLACES.kind.presentation(REPLACES.spec, REPLACES.text, 5, "false", "en")
    assert [(option["key"], option["selected"]) for option in drawn["options"]] == [("true", False), ("false", True)]
    assert REPLACES.kind.mark(REPLACES.spec, 1, "false").fraction == 1
    assert REPLACES.kind.mark(REPLACES.spec, 1, "true").feedback == ("wrong",)
    assert REPLACES.kind.right_answer(REPLACES.spec, REPLACES.text, "en") == "False"
    share = REPLACES.kind.presentation(REPLACES.spec, {**REPLACES.text, "prompt": "It is 6 %."}, 5, None, "en")
    assert share["prompt"] == "It is 6\u00a0%."


@pytest.mark.parametrize("raw", [{}, {"right": "false"}, {"right": 0}])
def test_a_statement_must_be_plainly_true_or_false(raw: dict[str, object]) -> None:
    with pytest.raises(SpecFaults, match="true or false"):
        TrueFalse().parse_spec(raw)
