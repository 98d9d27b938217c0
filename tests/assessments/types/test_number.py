from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from assessments.types.contract import AnswerFault, SpecFaults
from assessments.types.decimals import UnreadableNumber, canonical, for_reading, for_typing, read_decimal
from assessments.types.number import Number
from lms.kernel.i18n import EU_LANGUAGES
from tests.assessments.types.examples import EXAMPLES

YEARS = EXAMPLES["m1-revision"]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("5", "5"),
        (" 5 ", "5"),
        ("5.5", "5.5"),
        ("5,5", "5.5"),
        ("005.50", "5.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0,125", "0.125"),
        ("34000", "34000"),
        ("34 000", "34000"),
        ("34\u2009000", "34000"),
        ("34\u202f000,5", "34000.5"),
        ("34\u00a0000", "34000"),
        ("34'000", "34000"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1234,567", "1234.567"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("–5", "-5"),
        ("- 5", "-5"),
        ("+5", "5"),
        ("-0", "0"),
        ("5 years", "5"),
        ("5years", "5"),
        ("5 YEARS.", "5"),
        ("٥", "5"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, number: str) -> None:
    assert canonical(read_decimal(typed, ["years"])) == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("five", "“five” is not a number. Use digits."),
        ("NaN", "“NaN” is not a number. Use digits."),
        ("-inf", "“-inf” is not a number. Use digits."),
        ("-", "“-” is not a number. Use digits."),
        ("½", "“½” is not a number. Use digits."),
        ("5 or 6", "Write one number, without “or 6”."),
        ("3–5", "Write one number, without “-5”."),
        ("1e5", "Write one number, without “e5”."),
        ("5²", "Write one number, without “²”."),
        ("34 00", "Write one number, without “00”."),
        ("5 kg", "Write one number, without “kg”."),
        ("34,000", "“34,000” can be read in two ways. Write 34000 or 34."),
        ("-5.125", "“5.125” can be read in two ways. Write 5125 or 5.1250."),
        ("9" * 16, "The number is too long. Use at most 15 digits, and 10 after the decimal sign."),
        ("0.12345678901", "The number is too long. Use at most 15 digits, and 10 after the decimal sign."),
    ],
)
def test_what_is_not_one_plain_number_is_refused_with_what_to_do(typed: str, sentence: str) -> None:
    with pytest.raises(UnreadableNumber) as refused:
        read_decimal(typed, ["years"])
    assert refused.value.sentence == sentence


@pytest.mark.parametrize("language", EU_LANGUAGES)
@pytest.mark.parametrize("number", ["0", "5", "-5", "7.5", "5.125", "-0.125", "34000", "123456789.12", "1234.567"])
def test_a_stored_number_is_drawn_so_that_it_is_read_back(number: str, language: str) -> None:
    drawn = for_typing(Decimal(number), language)
    assert canonical(read_decimal(drawn)) == number
    assert Number().read_answer(YEARS.spec, {"q1": [drawn]}, "q1") == number


def test_numbers_in_sentences_follow_the_language() -> None:
    assert for_reading(Decimal("1234.56789"), "", "de") == "1.234,56789"
    assert for_reading(Decimal(34000), "MWh", "en") == "34,000\u00a0MWh"


def spec(**raw: Any) -> Any:
    return Number().parse_spec(raw)


@pytest.mark.parametrize(
    ("raw", "given", "right"),
    [
        ({"value": 5}, "5", True),
        ({"value": 5}, "5.0000000001", False),
        ({"value": 5, "tolerance": 0.1}, "5.1", True),
        ({"value": 5, "tolerance": 0.1}, "4.9", True),
        ({"value": 5, "tolerance": 0.1}, "5.11", False),
        ({"value": 0.3, "tolerance": 0}, "0.3", True),
        ({"value": "34000", "tolerance_percent": 1}, "34340", True),
        ({"value": 34000, "tolerance_percent": 1}, "34341", False),
        ({"value": -10, "tolerance_percent": 10}, "-11", True),
        ({"value": -10, "tolerance_percent": 10}, "11", False),
        ({"value": Decimal("2.50")}, "2.5", True),
    ],
)
def test_the_tolerance_reaches_to_both_sides_and_its_edges_belong_to_it(
    raw: dict[str, Any], given: str, *, right: bool
) -> None:
    assert Number().mark(spec(**raw), 1, given).fraction == float(right)


def test_a_near_miss_gets_its_own_feedback_and_any_other_the_general_one() -> None:
    assert YEARS.kind.mark(YEARS.spec, 1, "1").feedback == ("yearly",)
    assert YEARS.kind.mark(YEARS.spec, 1, "2").feedback == ("wrong",)
    line = YEARS.kind.explain(YEARS.spec, YEARS.text, "1", "en")[0]
    assert (line.given, line.expected, line.state) == ("1\u00a0years", "5\u00a0years", "wrong")
    assert line.feedback.startswith("The cycle repeats")


def test_the_field_shows_what_was_typed_after_a_fault() -> None:
    form = {"q1": ["five\x00 \ud800years"]}
    with pytest.raises(AnswerFault) as fault:
        YEARS.kind.read_answer(YEARS.spec, form, "q1")
    assert fault.value.control == "q1--answer"
    drawn = YEARS.kind.presentation(YEARS.spec, YEARS.text, 1, "5", "en")
    assert YEARS.kind.with_fault(drawn, form, "q1", fault.value)["value"] == "five years"


def test_an_answer_in_a_form_that_nobody_stores_is_worth_nothing() -> None:
    for answer in ("five", "1e999999999", 5, ["5"], {"value": "5"}):
        assert YEARS.kind.mark(YEARS.spec, 1, answer).fraction == 0


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        ({}, "value"),
        ({"value": "five"}, "value"),
        ({"value": True}, "value"),
        ({"value": float("inf")}, "value"),
        ({"value": "1e999999"}, "value"),
        ({"value": "0.12345678901"}, "value"),
        ({"value": 5, "tolerance": -1}, "tolerance"),
        ({"value": 5, "tolerance": 1, "tolerance_percent": 1}, "tolerance"),
        ({"value": 0, "tolerance_percent": 5}, "tolerance_percent"),
        ({"value": 5, "unit": ""}, "unit"),
        ({"value": 5, "near": {"value": 1}}, "near"),
        ({"value": 5, "near": [{"value": 1}]}, "near.0.feedback"),
        ({"value": 5, "near": [{"value": 1, "feedback": "a", "b": 1}]}, "near.0.b"),
        ({"value": 5, "tolerance": 1, "near": [{"value": 6, "feedback": "a"}]}, "near"),
    ],
)
def test_a_faulty_number_is_refused(raw: dict[str, Any], where: str) -> None:
    with pytest.raises(SpecFaults) as refused:
        Number().parse_spec(raw)
    assert where in [fault.where for fault in refused.value.faults]
