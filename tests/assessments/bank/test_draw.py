"""What is drawn for an attempt, for any pool: every outcome, no question twice, the unseen first, all levels."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, strategies as st

from assessments.bank.draw import Candidate, draw

GROUPS = ("", "m1-a", "m1-b", "m1-c", "m1")
SEEDS = st.integers(0, 2**31 - 1)


@st.composite
def pools(draws: st.DrawFn) -> list[Candidate]:
    kinds = draws(st.lists(st.tuples(st.sampled_from(GROUPS), st.integers(1, 3)), min_size=1, max_size=30))
    return [Candidate(f"q-{number}", group, level) for number, (group, level) in enumerate(kinds)]


def groups_of(pool: list[Candidate], keys: list[str]) -> set[str]:
    return {each.group for each in pool if each.key in keys} - {""}


@given(pools(), SEEDS, st.data())
def test_every_outcome_is_met_and_nothing_comes_twice(pool: list[Candidate], seed: int, data: st.DataObject) -> None:
    groups = {each.group for each in pool} - {""}
    count = data.draw(st.integers(max(1, len(groups)), len(pool)))
    seen = data.draw(st.dictionaries(st.sampled_from([each.key for each in pool]), st.integers(0, 3)))
    drawn = draw(pool, count, seed, seen)
    assert len(drawn) == len(set(drawn)) == count
    assert groups_of(pool, drawn) == groups
    assert drawn == [each.key for each in pool if each.key in drawn], "in the author's order"
    assert drawn == draw(pool, count, seed, seen), "the same again"


@given(pools(), SEEDS, st.data())
def test_nobody_sees_a_question_again_while_others_are_left(
    pool: list[Candidate], seed: int, data: st.DataObject
) -> None:
    keys = [each.key for each in pool]
    seen = set(data.draw(st.lists(st.sampled_from(keys), unique=True)))
    groups = groups_of(pool, keys)
    count = data.draw(st.integers(max(1, len(groups)), len(pool)))
    drawn = draw(pool, count, seed, dict.fromkeys(seen, 1))
    unseen = [key for key in keys if key not in seen]
    exhausted = groups - groups_of(pool, unseen)
    assert len(seen & set(drawn)) == count - min(count - len(exhausted), len(unseen))


@given(SEEDS, st.lists(st.integers(1, 3), min_size=6, max_size=30), st.integers(3, 6))
def test_every_difficulty_that_there_is_comes(seed: int, levels: list[int], count: int) -> None:
    pool = [Candidate(f"q-{number}", "m1", level) for number, level in enumerate(levels)]
    drawn = draw(pool, count, seed, {})
    assert {each.difficulty for each in pool if each.key in drawn} == set(levels)


@given(SEEDS)
def test_modules_share_a_final_quiz_evenly(seed: int) -> None:
    pool = [
        Candidate(f"m{module}-{number}", f"m{module}", 1 + number % 3) for module in range(9) for number in range(16)
    ]
    drawn = draw(pool, 18, seed, {})
    assert set(Counter(key.split("-")[0] for key in drawn).values()) == {2}


def test_chance_leaves_no_question_out() -> None:
    pool = [Candidate(f"q-{number}", f"m1-{number % 4}", 1 + number % 3) for number in range(17)]
    often = Counter(key for seed in range(400) for key in draw(pool, 8, seed, {}))
    assert set(often) == {each.key for each in pool}
    assert min(often.values()) > 400 * 8 / 17 / 2, often


def test_three_attempts_of_eight_ask_all_of_seventeen_questions() -> None:
    pool = [Candidate(f"q-{number}", f"m1-{number % 4}", 1 + number % 3) for number in range(17)]
    seen: Counter[str] = Counter()
    for seed in (11, 22, 33):
        seen.update(draw(pool, 8, seed, seen))
    assert set(seen) == {each.key for each in pool}


def test_a_pool_that_is_too_small_is_drawn_whole() -> None:
    assert draw([Candidate("a", "", 1), Candidate("b", "x", 2)], 5, 1, {}) == ["a", "b"]
    assert draw([], 5, 1, {}) == []
