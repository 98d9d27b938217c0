from __future__ import annotations

import pytest

from assessments.types.contract import Answer, AnswerFault
from assessments.types.ordering import drawn_order, longest_run
from tests.assessments.types.examples import EXAMPLES

STEPS = EXAMPLES["m1-order"]
ORDER = ["baseline", "targets", "commitment", "implementation", "evaluation"]


def read(form: dict[str, list[str]]) -> Answer:
    return STEPS.kind.read_answer(STEPS.spec, form, "q4")


def page(shown: list[str], **places: str) -> dict[str, list[str]]:
    """Return the form of a page that shows these steps at places 1 to 5, with some places changed."""
    form = {"q4": shown} | {f"q4-{key}": [str(place)] for place, key in enumerate(shown, 1)}
    return form | {f"q4-{key}": [place] for key, place in places.items()}


@pytest.mark.parametrize(
    ("given", "fraction"),
    [
        ([0, 1, 2, 3, 4], 1.0),
        ([1, 0, 2, 3, 4], 0.5),
        ([4, 0, 1, 2, 3], 0.5),
        ([1, 0, 3, 2, 4], 0.0),
        ([4, 3, 2, 1, 0], 0.0),
        ([0, 1, 2, 3, None], 0.5),
        ([0, None, None, None, None], 0.0),
    ],
)
def test_each_step_that_must_be_moved_costs_two_shares(given: list[int | None], fraction: float) -> None:
    mark = STEPS.kind.mark(STEPS.spec, 1, [None if at is None else ORDER[at] for at in given])
    assert mark.fraction == fraction
    assert mark.feedback == (("right",) if fraction == 1 else ("wrong",))


def test_two_steps_in_the_wrong_order_earn_nothing() -> None:
    spec = STEPS.kind.parse_spec({"order": ["a", "b"]})
    assert STEPS.kind.mark(spec, 1, ["b", "a"]).fraction == 0


def test_the_longest_run_is_found() -> None:
    assert [longest_run(row) for row in ([], [3], [0, 4, 1, 2, 3], [2, 0, 3, 1])] == [0, 1, 4, 2]


def test_the_page_never_begins_with_the_right_order() -> None:
    spec = STEPS.kind.parse_spec({"order": ["a", "b"]})
    assert {tuple(drawn_order(spec, seed)) for seed in range(30)} == {("b", "a")}


def test_saving_a_page_without_touching_it_answers_nothing() -> None:
    drawn = STEPS.kind.presentation(STEPS.spec, STEPS.text, 7, None, "en")
    assert [item["place"] for item in drawn["items"]] == [None] * 5
    assert read({"q4": [item["key"] for item in drawn["items"]]} | {f"q4-{key}": [""] for key in ORDER}) is None


def test_steps_without_a_place_stay_in_drawn_order_around_those_that_have_one() -> None:
    answer = [None, None, "baseline", None, None]
    drawn = STEPS.kind.presentation(STEPS.spec, STEPS.text, 7, answer, "en")["items"]
    assert (drawn[2]["key"], drawn[2]["place"]) == ("baseline", 3)
    others = [key for key in drawn_order(STEPS.spec, 7) if key != "baseline"]
    assert [item["key"] for item in drawn if item["key"] != "baseline"] == others
    assert not STEPS.kind.is_answered(answer)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({"d": "1"}, "dabce"),
        ({"a": "4"}, "bcdae"),
        ({"a": "5", "e": "1"}, "ebcda"),
        ({"a": "2", "b": "1"}, "bacde"),
        ({"a": "3", "b": "4"}, "cdabe"),
    ],
)
def test_changing_the_place_of_one_step_moves_the_others_up(places: dict[str, str], expected: str) -> None:
    spec = STEPS.kind.parse_spec({"order": list("abcde")})
    assert STEPS.kind.read_answer(spec, page(list("abcde"), **places), "q4") == list(expected)


def test_two_steps_moved_to_one_place_are_told_so() -> None:
    with pytest.raises(AnswerFault, match="have place 2") as fault:
        read(page(ORDER, evaluation="2", baseline="2"))
    assert fault.value.field == "q4-evaluation"


def test_one_place_for_two_steps_is_told_while_others_are_open() -> None:
    with pytest.raises(AnswerFault, match="have place 1"):
        read(page(ORDER, targets="1", evaluation=""))


def test_places_that_cannot_all_be_true_stay_on_the_page() -> None:
    form = page(ORDER, evaluation="2", baseline="2", targets="9")
    drawn = STEPS.kind.presentation(STEPS.spec, STEPS.text, 1, ORDER, "en")
    fault = AnswerFault(STEPS.kind.instruction, "q4-evaluation")
    shown = STEPS.kind.with_fault(drawn, form, "q4", fault)
    assert {item["key"]: item["place"] for item in shown["items"]} == {
        "baseline": 2, "targets": None, "commitment": 3, "implementation": 4, "evaluation": 2,
    }  # fmt: skip
    assert (shown["fault"], shown["fault_field"]) == (STEPS.kind.instruction, "q4-evaluation")


@pytest.mark.parametrize(
    ("move", "expected"),
    [("c:up", "acbde"), ("c:down", "abdce"), ("a:up", "abcde"), ("e:down", "abcde")],
)
def test_the_arrows_move_a_step_by_one_and_stop_at_the_edge(move: str, expected: str) -> None:
    spec = STEPS.kind.parse_spec({"order": list("abcde")})
    form = page(list("abcde")) | {"move": [f"q4:{move}"]}
    assert STEPS.kind.read_answer(spec, form, "q4") == list(expected)


def test_an_arrow_on_an_untouched_page_takes_the_order_as_it_is_shown() -> None:
    shown = ["targets", "baseline", "evaluation", "commitment", "implementation"]
    form = {"q4": shown, "move": ["q4:evaluation:up"]} | {f"q4-{key}": [""] for key in ORDER}
    assert read(form) == ["targets", "evaluation", "baseline", "commitment", "implementation"]


def test_the_arrows_of_another_question_move_nothing() -> None:
    assert read(page(ORDER) | {"move": ["q5:targets:up"]}) == ORDER


@pytest.mark.parametrize("move", ["q4", "q4:", "q4:mayor:up", "q4:targets:sideways", "q4:targets"])
def test_an_arrow_that_does_not_exist_is_a_fault(move: str) -> None:
    with pytest.raises(AnswerFault, match="not among the choices"):
        read(page(ORDER) | {"move": [move]})


@pytest.mark.parametrize("place", ["0", "6", "-1", "1.0", "١", "first", "1" * 5000])
def test_a_place_that_does_not_exist_is_a_fault(place: str) -> None:
    with pytest.raises(AnswerFault, match="not among the choices") as fault:
        read(page(ORDER, targets=place))
    assert fault.value.field == "q4-targets"


def test_result_lines_set_the_given_beside_the_right_order() -> None:
    lines = STEPS.kind.explain(STEPS.spec, STEPS.text, [ORDER[1], ORDER[0], *ORDER[2:4], None], "en")
    assert [line.state for line in lines] == ["wrong", "wrong", "right", "right", "missed"]
    assert (lines[0].label, lines[0].given, lines[0].expected) == ("1", "Target setting", "Baseline review")
