"""Verdicts, states and dates, as pure functions."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, strategies as st

from assessments.handins.rules import (
    Remark,
    answer_by,
    days_late,
    may_hand_in,
    same_work,
    state_from,
    undecided,
    unexplained,
    urgency,
    verdict_of,
)

CRITERIA = ["owner", "year"]
HELSINKI = "Europe/Helsinki"


def remarks(owner: str, year: str, text: str = "") -> dict[str, Remark]:
    return {"owner": Remark(owner), "year": Remark(year, text)}


def test_accepted_only_if_every_criterion_is() -> None:
    assert verdict_of(CRITERIA, remarks("accepted", "accepted")) == "accepted"
    assert verdict_of(CRITERIA, remarks("accepted", "revise")) == "revise"
    assert verdict_of(CRITERIA, remarks("accepted", "")) is None
    assert verdict_of(CRITERIA, remarks("accepted", "perfect")) is None
    assert verdict_of(CRITERIA, {}) is None
    assert verdict_of([], {}) is None


def test_what_is_missing_is_named() -> None:
    assert undecided(CRITERIA, remarks("accepted", "odd")) == ["year"]
    assert unexplained(CRITERIA, remarks("accepted", "revise"), "") == ["year"]
    assert unexplained(CRITERIA, remarks("accepted", "revise", "Which?"), "") == []
    assert unexplained(CRITERIA, remarks("accepted", "revise"), "Add years") == []


@given(st.lists(st.sampled_from([None, "revise", "accepted"])))
def test_the_newest_version_decides_the_state(verdicts: list[str | None]) -> None:
    state = state_from(verdicts)
    assert state == ("draft" if not verdicts else verdicts[-1] or "waiting")
    assert may_hand_in(state) == (state != "accepted")


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (datetime(2027, 1, 8, 21, 59, tzinfo=UTC), 0),
        (datetime(2027, 1, 8, 22, 1, tzinfo=UTC), 1),
        (datetime(2027, 1, 6, 12, 0, tzinfo=UTC), -2),
    ],
)
def test_late_is_counted_where_the_programme_is(at: datetime, days: int) -> None:
    assert days_late(at, date(2027, 1, 8), HELSINKI) == days


def test_an_answer_is_promised_for_a_day() -> None:
    came = datetime(2027, 1, 8, 23, 0, tzinfo=UTC)
    day = answer_by(came, 10, HELSINKI)
    assert day == date(2027, 1, 19)
    assert urgency(day, came, HELSINKI) == "waiting"
    assert urgency(day, datetime(2027, 1, 19, 10, 0, tzinfo=UTC), HELSINKI) == "today"
    assert urgency(day, datetime(2027, 1, 19, 22, 0, tzinfo=UTC), HELSINKI) == "late"


def test_a_second_click_brings_nothing_new() -> None:
    assert same_work("a", ["1"], "a", ["1", "2"])
    assert not same_work("a", ["3"], "a", ["1", "2"])
    assert not same_work("b", [], "a", [])
