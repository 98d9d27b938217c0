"""What makes a trainee eligible."""

from __future__ import annotations

from itertools import product

from certificates.trainers.rules import CONDITIONS, PracticeFact, Record, is_eligible, judge, state, that_count


def test_course_and_practice_decide_the_course_for_cities_is_only_shown() -> None:
    for completed, practices, knows_ims, certified in product((True, False), (0, 1, 3), (True, False), (True, False)):
        record = Record(completed, practices, knows_ims, certified)
        assert is_eligible(record) == (completed and practices >= 1 and not certified)
        expected = "certified" if certified else ("eligible" if is_eligible(record) else "learning")
        assert state(record) == expected


def test_every_condition_is_shown_met_or_not() -> None:
    lines = judge(Record(completed=True, practices=0, knows_ims=False, certified=False))
    assert [(line.name, line.required, line.met) for line in lines] == [
        ("course", True, True),
        ("practice", True, False),
        ("ims", False, False),
        ("uncertified", True, True),
    ]
    assert [line.name for line in lines] == [condition.name for condition in CONDITIONS]


def test_a_corrected_record_no_longer_counts_however_often() -> None:
    history = [PracticeFact(1, True, None), PracticeFact(2, False, 1), PracticeFact(3, True, 2)]
    assert that_count(history) == [3]
    assert that_count([]) == []
