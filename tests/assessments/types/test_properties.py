"""What holds for every answer, seed and form, searched by Hypothesis."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import given, strategies as st

from assessments.types.contract import AnswerFault
from assessments.types.decimals import canonical, for_typing, read_decimal
from assessments.types.number import can_be_typed
from assessments.types.ordering import longest_run
from assessments.types.shuffle import shuffled
from assessments.types.spelling import one_slip
from tests.assessments.types.examples import EXAMPLES, Example

examples = st.sampled_from(sorted(EXAMPLES)).map(EXAMPLES.__getitem__)
seeds = st.integers(min_value=0, max_value=2**63 - 1)
keys = st.lists(st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True), unique=True, max_size=8)
words = st.text(st.characters(), max_size=30)
values = words | st.integers().map(str) | st.decimals(allow_nan=True, allow_infinity=True).map(str)


@st.composite
def forms(draw: st.DrawFn) -> tuple[Example, dict[str, list[str]]]:
    """Draw an example and a form that mixes its own fields and keys with anything at all."""
    example = draw(examples)
    own = example.kind.form_of(example.spec, example.kind.solution(example.spec), "q3")
    known = sorted({value for sent in own.values() for value in sent} | {"", "1", "2", "q3:targets:up"})
    sent = st.lists(st.sampled_from(known) | values, max_size=3)
    return example, draw(st.dictionaries(st.sampled_from(sorted({"q3", "move", *own})), sent))


@given(forms())
def test_any_form_gives_a_storable_answer_worth_nought_to_one_or_a_fault(
    drawn: tuple[Example, dict[str, list[str]]],
) -> None:
    example, form = drawn
    try:
        answer = example.kind.read_answer(example.spec, form, "q3")
    except AnswerFault as fault:
        assert fault.sentence.endswith(".")  # noqa: PT017 - both ways are right, each with its own promise
        shown = example.kind.presentation(example.spec, example.text, 1, None, "en")
        json.dumps(example.kind.with_fault(shown, form, "q3", fault), ensure_ascii=False).encode()
        return
    json.dumps(answer, ensure_ascii=False, allow_nan=False).encode()
    mark = example.kind.mark(example.spec, 1, answer)
    assert 0 <= mark.fraction <= 1
    assert answer is not None or mark.fraction == 0
    assert example.kind.read_answer(example.spec, example.kind.form_of(example.spec, answer, "q3"), "q3") == answer
    assert example.kind.explain(example.spec, example.text, answer, "de")


@given(examples, seeds)
def test_the_right_answer_is_worth_one_with_every_seed(example: Example, seed: int) -> None:
    assert example.kind.mark(example.spec, seed, example.kind.solution(example.spec)).fraction == 1


@given(keys, seeds)
def test_a_shuffle_is_a_permutation_that_the_authors_order_does_not_change(names: list[str], seed: int) -> None:
    assert sorted(shuffled(names, seed)) == sorted(names)
    assert shuffled(names, seed) == shuffled(sorted(names), seed)


def offered(example: Example, drawn: dict[str, Any], choose: st.DataObject) -> dict[str, list[str]]:
    """Fill in the page that a presentation draws, as a person might."""
    if "choices" in drawn:
        keys = [choice["key"] for choice in drawn["choices"]]
        return {f"q3-{item['key']}": [choose.draw(st.sampled_from(keys))] for item in drawn["items"]}
    if "items" in drawn:
        shown = [item["key"] for item in drawn["items"]]
        order = choose.draw(st.permutations(shown))
        return {"q3": shown} | {f"q3-{key}": [str(place)] for place, key in enumerate(order, 1)}
    if "options" in drawn:
        keys = [option["key"] for option in drawn["options"]]
        many = len(keys) if example.kind.name == "several-answers" else 1
        return {"q3": choose.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=many, unique=True))}
    return {"q3": [choose.draw(st.integers(min_value=0, max_value=10**9).map(str))]}


@given(examples, seeds, st.data())
def test_what_was_chosen_on_the_page_is_drawn_again_as_it_was(
    example: Example, seed: int, choose: st.DataObject
) -> None:
    kind, spec, text = example.kind, example.spec, example.text
    form = offered(example, kind.presentation(spec, text, seed, None, "en"), choose)
    answer = kind.read_answer(spec, form, "q3")
    assert kind.is_answered(answer)
    again = kind.presentation(spec, text, seed, answer, "en")
    for option in again.get("options", []):
        assert option["selected"] == (option["key"] in form["q3"])
    for item in again.get("items", []):
        assert [str(item.get("place", item.get("chosen")))] == form[f"q3-{item['key']}"]
    if "value" in again:
        assert kind.read_answer(spec, {"q3": [again["value"]]}, "q3") == answer


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.sampled_from(["en", "de", "fi", "mt", "bg"]))
def test_numbers_survive_being_drawn_and_read(number: Decimal, language: str) -> None:
    if can_be_typed(number):
        assert read_decimal(for_typing(number, language)) == number
        assert Decimal(canonical(number)) == number


@given(st.permutations(range(6)))
def test_the_longest_run_is_whole_only_when_all_is_in_order(order: list[int]) -> None:
    assert (longest_run(order) == len(order)) == (order == sorted(order))


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_a_slip_is_seen_from_both_sides(word: str, model: str) -> None:
    assert one_slip(word, model) == one_slip(model, word)
