"""What makes a course complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from courses.catalogue.rules import Activity, Manifest, Module
from courses.progress.rules import (
    STRENGTH,
    CompletionRule,
    OutcomeFact,
    course_state,
    difference,
    node_states,
    share_of,
)

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
KEYS = ("lesson", "quiz", "handin")


def manifest(attempts: int = 0) -> Manifest:
    """Make an edition of one module with three activities and an announced module without any."""
    must_do: dict[str, dict[str, int]] = {"lesson": {}, "quiz": {"attempts": attempts}, "handin": {}}
    activities = tuple(Activity(key, "lesson", "", {"en": key}, 5, key == "handin", must_do[key]) for key in KEYS)
    modules = (
        Module("m1", "M1", 0, 1.0, {"en": "One"}, {"en": "Can."}, "complete", {}, activities),
        Module("m2", "M2", 1, 1.0, {"en": "Two"}, {"en": "Can."}, "outline", {"en": ["Later"]}, ()),
    )
    return Manifest("tiny", "en", ["en"], "city-teams", 2.0, "", {"en": {"title": "Tiny"}}, modules)


def fact(key: str, kind: str, hour: int = 0, value: float | None = None) -> OutcomeFact:
    """Make an outcome some hours after the start."""
    return OutcomeFact(key, kind, START + timedelta(hours=hour), value)


DONE = [fact("lesson", "read"), fact("quiz", "passed", 1, 0.8), fact("handin", "accepted", 2)]


def test_all_activities_done_complete_the_course() -> None:
    state = course_state(manifest(), DONE)
    assert state.complete
    assert (state.done, state.total) == (3, 3)
    assert state.modules == {"m1": [3, 3]}
    assert state.last_activity_at == START + timedelta(hours=2)


def test_one_missing_activity_keeps_it_open() -> None:
    for left_out in range(3):
        assert not course_state(manifest(), DONE[:left_out] + DONE[left_out + 1 :]).complete


def test_a_failed_attempt_after_a_passed_one_changes_nothing() -> None:
    state = course_state(manifest(), [*DONE, fact("quiz", "failed", 5, 0.2)])
    assert state.nodes["quiz"] == {"state": "passed", "value": 0.8}
    assert state.complete


def test_accepted_work_stays_accepted_when_handed_in_again() -> None:
    assert node_states([fact("handin", "accepted"), fact("handin", "handed_in", 3)])["handin"]["state"] == "accepted"


def test_the_latest_answer_to_a_hand_in_counts_while_it_is_open() -> None:
    rows = [fact("handin", "handed_in"), fact("handin", "revise", 1)]
    assert node_states(rows)["handin"]["state"] == "revise"
    assert node_states([*rows, fact("handin", "handed_in", 2)])["handin"]["state"] == "handed_in"


def test_attempts_are_used_up_until_a_trainer_or_a_newer_edition_gives_another() -> None:
    failed = [fact("quiz", "failed", hour, hour / 10) for hour in range(1, 4)]
    again = fact("quiz", "again", 4)
    for attempts, rows, expected in (
        (3, failed[:2], "failed"),
        (3, failed, "used_up"),
        (4, failed, "failed"),
        (0, failed, "failed"),  # no limit
        (3, [*failed, again], "again"),
        (3, [*failed, again, fact("quiz", "failed", 5)], "used_up"),
        (3, [*failed, again, fact("quiz", "passed", 5)], "passed"),
        (3, [fact("quiz", "passed"), *failed], "passed"),
    ):
        state = course_state(manifest(attempts), rows)
        assert state.nodes["quiz"]["state"] == expected
        assert state.used_up == (expected == "used_up")


def test_attendance_is_asked_for_when_the_rule_says_so() -> None:
    rule = CompletionRule.from_json({"version": 1, "nodes": "all", "attended_minutes": 600})
    assert not course_state(manifest(), DONE, rule=rule, attended_minutes=599).complete
    assert course_state(manifest(), DONE, rule=rule, attended_minutes=600).complete


def test_a_rule_may_name_the_activities_that_count() -> None:
    rule = CompletionRule.from_json({"version": 1, "nodes": ["quiz"]})
    assert course_state(manifest(), DONE[1:2], rule=rule).complete


def test_an_edition_without_activities_is_never_complete() -> None:
    empty = Manifest("none", "en", ["en"], "city-teams", 0.0, "", {"en": {"title": "None"}}, ())
    assert not course_state(empty, []).complete


def test_outcomes_of_activities_that_the_edition_lacks_count_for_nothing() -> None:
    state = course_state(manifest(), [fact("gone", "read")])
    assert (state.done, state.nodes, state.last_activity_at) == (0, {}, None)


facts = st.builds(fact, st.sampled_from(KEYS), st.sampled_from(sorted(STRENGTH)), st.integers(0, 50), st.none())
outcomes = st.lists(facts, max_size=12)


@given(outcomes)
def test_the_order_in_which_facts_arrive_does_not_matter(rows: list[OutcomeFact]) -> None:
    assert course_state(manifest(), rows) == course_state(manifest(), rows[::-1])


@given(outcomes, outcomes)
def test_more_facts_never_take_a_done_activity_back(first: list[OutcomeFact], more: list[OutcomeFact]) -> None:
    before, after = course_state(manifest(), first), course_state(manifest(), first + more)
    assert before.done_nodes <= after.done_nodes


@given(outcomes, outcomes)
def test_differences_lead_from_one_share_to_the_other(first: list[OutcomeFact], second: list[OutcomeFact]) -> None:
    old_state, new_state = course_state(manifest(), first), course_state(manifest(), second)
    old = share_of(old_state.modules, old_state.nodes, completed=old_state.complete, started=bool(old_state.nodes))
    new = share_of(new_state.modules, new_state.nodes, completed=new_state.complete, started=bool(new_state.nodes))
    modules, nodes = difference(old, new)
    for key, counts in new.modules.items():
        before = old.modules.get(key, (0, 0, 0))
        assert tuple(a + b for a, b in zip(before, modules.get(key, (0, 0, 0)), strict=True)) == counts
    assert {key for key in KEYS if (key in old.nodes) + nodes.get(key, 0)} == new.nodes
