"""Numbers, codes, languages and states."""

from __future__ import annotations

from datetime import date

import pytest

from certificates.issuing.rules import (
    certificate_language,
    code_of,
    fit,
    is_number,
    number_of,
    read_code,
    standing,
    years_later,
)
from lms.kernel.db import new_ref


def test_numbers_name_the_hub_and_the_year_and_sort_by_count() -> None:
    numbers = [number_of("FI", 2026, count) for count in (1, 9, 10, 47, 99_999)]
    assert numbers[3] == "TH-FI-2026-00047"
    assert sorted(numbers) == numbers
    assert number_of("FI", 2026, 123_456) == "TH-FI-2026-123456"
    assert all(is_number(number) for number in numbers)


@pytest.mark.parametrize(
    "typed",
    [
        "K7QX-4M2P-9TWD-HB6R",
        "k7qx-4m2p-9twd-hb6r",
        " K7QX 4M2P 9TWD HB6R ",
        "K7QX4M2P9TWDHB6R",
        "K7QX–4M2P–9TWD–HB6R",
        "https://hubs.example/check/K7QX-4M2P-9TWD-HB6R",
        "hubs.example/learn/check/k7qx-4m2p-9twd-hb6r/?lang=de#main",
    ],
)
def test_a_code_is_read_however_people_write_it(typed: str) -> None:
    assert read_code(typed) == "K7QX-4M2P-9TWD-HB6R"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "K7QX",
        "TH-FI-2026-00047",
        "K7QX-4M2P-9TWD-HB6",
        "K7QX-4M2P-9TWD-HB6RR",
        "0OIL-4M2P-9TWD-HB6R",
        "\x00" * 16,
        "é" * 16,
    ],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_every_new_code_can_be_read_again() -> None:
    for _try in range(200):
        code = code_of(new_ref())
        assert read_code(code) == code


def test_a_certificate_holds_until_its_last_day_is_over() -> None:
    last = date(2030, 10, 2)
    assert standing("live", None, date(2099, 1, 1)) == "valid"
    assert standing("live", last, last) == "valid"
    assert standing("live", last, date(2030, 10, 3)) == "expired"
    assert standing("withdrawn", last, date(2031, 1, 1)) == "withdrawn"
    assert standing("replaced", None, last) == "replaced"


def test_the_28th_of_february_stands_in_for_the_29th() -> None:
    assert years_later(date(2028, 2, 29), 4) == date(2032, 2, 29)
    assert years_later(date(2028, 2, 29), 3) == date(2031, 2, 28)
    assert years_later(date(2026, 10, 2), 4) == date(2030, 10, 2)


@pytest.mark.parametrize(
    ("wanted", "chosen"), [(["de"], "de"), (["fi", "de"], "de"), (["fi"], "en"), ([], "en"), (["hu", "en"], "en")]
)
def test_the_language_is_the_holders_if_course_and_labels_have_it(wanted: list[str], chosen: str) -> None:
    assert certificate_language(wanted, course=["en", "de", "hu"], source="en", interface=["en", "de"]) == chosen


def test_long_texts_are_cut_at_a_word_and_short_ones_stay() -> None:
    assert fit("  two   words ", 20) == "two words"
    long = "A quiz in each module, and practical assignments of the city team"
    assert fit(long, 40) == "A quiz in each module, and practical …"
    assert fit("x" * 100, 40) == "x" * 39 + "…"
    for longest in range(2, 70):
        assert len(fit(long, longest)) <= longest
