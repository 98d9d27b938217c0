"""Text that people write, and text that nobody writes."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, strategies as st

from lms.kernel.text import MOST_MARKS, clean_line, clean_text, composed, sort_key

TOWER = "a" + "\u0301\u0316" * 300_000


@given(st.text(max_size=MOST_MARKS), st.sampled_from(["NFC", "NFKC", "NFKD"]))
def test_text_of_people_comes_into_the_form_that_unicode_says(text: str, form: str) -> None:
    assert composed(text, form) == unicodedata.normalize(form, text)  # type: ignore[arg-type]  # they are the three


@pytest.mark.parametrize("clean", [composed, clean_line, clean_text, sort_key])
def test_a_tower_of_marks_takes_no_time(clean: object) -> None:
    start = time.process_time()
    assert len(clean(TOWER)) < 50  # type: ignore[operator]  # a function
    assert time.process_time() - start < 3  # to sort them all takes minutes
