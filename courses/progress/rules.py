"""What completes a course: pure functions of facts. No database, no request, no clock.

Facts are outcomes (of a person and of their team) and attended minutes. From them follow the state of each activity,
of each module, and whether the programme's rule is met. The same functions serve one answer and a whole rebuild.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from courses.catalogue.rules import Manifest

# How much an outcome counts at one node: the strongest is the node's state; of equals, the latest.
STRENGTH = {
    "viewed": 1,
    "read": 2,
    "failed": 1,
    "again": 1,
    "passed": 2,
    "handed_in": 1,
    "revise": 1,
    "accepted": 2,
    "done": 2,
}
# Outcomes that make an activity done.
DONE = frozenset({"read", "passed", "accepted", "done"})
# A state that no outcome has: all attempts failed. A trainer's outcome AGAIN allows one more.
USED_UP = "used_up"
AGAIN = "again"
# What the evidence of an outcome begins with that was carried here from another programme; its number there follows.
ELSEWHERE = "outcome:"
# States in which nothing can be done until a trainer has done something.
WAITING = frozenset({"handed_in", USED_UP})
# States in which nobody need be reminded of a last day.
SETTLED = DONE | WAITING


@dataclass(frozen=True)
class OutcomeFact:
    """One outcome, as far as rules need it. `value` is a quiz result from 0 to 1.

    elsewhere: it was achieved in another programme, and is no activity in this one.
    """

    node_key: str
    kind: str
    at: datetime
    value: float | None = None
    elsewhere: bool = False


@dataclass(frozen=True)
class CompletionRule:
    """What a programme asks for: activities (all, or the named ones) and attended minutes.

    Stored as data in `ProgrammeRule.rule`, so that an old rule stays readable.
    """

    nodes: frozenset[str] | None = None
    """Keys that must be done; None: all activities of the edition."""
    attended_minutes: int = 0
    carry_over: bool = False
    """Whether what somebody has done in another programme counts here too."""

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> CompletionRule:
        """Read a stored rule: {"version": 1, "nodes": "all" or [keys], "attended_minutes": 600, "carry_over": true}."""
        nodes = raw.get("nodes", "all")
        return cls(
            None if nodes == "all" else frozenset(nodes),
            int(raw.get("attended_minutes", 0)),
            bool(raw.get("carry_over", False)),
        )


def same_duty(there: Manifest, here: Manifest, key: str) -> bool:
    """Whether an activity of one edition is the same in another: its course and key, and what people have to do.

    What it rests on, such as the quizzes from which a final quiz draws, must be the same too.
    """
    if not _same(there, here, key):
        return False
    return all(_same(there, here, name) for name in there.by_key[key][1].must_do.get("rests_on", ()))


def _same(there: Manifest, here: Manifest, key: str) -> bool:
    if key not in there.by_key or key not in here.by_key or there.home_of(key) != here.home_of(key):
        return False
    one, other = there.by_key[key][1], here.by_key[key][1]
    return (one.kind, one.by_team, one.must_do) == (other.kind, other.by_team, other.must_do)


@dataclass(frozen=True)
class CourseState:
    """How far somebody has come in an edition.

    nodes: per node key {"state": kind of the strongest outcome or USED_UP, "value": best result or None}; with
    "elsewhere": the instant, where that outcome was achieved in another programme.
    modules: per module key [activities done, activities in all].
    """

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    modules: dict[str, list[int]] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    complete: bool = False
    last_activity_at: datetime | None = None

    @property
    def done_nodes(self) -> frozenset[str]:
        """Keys of the activities that are done."""
        return frozenset(key for key, node in self.nodes.items() if node["state"] in DONE)

    @property
    def used_up(self) -> int:
        """At how many activities all attempts are used up."""
        return sum(node["state"] == USED_UP for node in self.nodes.values())


def node_states(outcomes: Iterable[OutcomeFact]) -> dict[str, dict[str, Any]]:
    """Return the state of each node that has an outcome.

    The strongest outcome counts, so that a node that is done stays done: a failed attempt after a passed one
    changes nothing. Among equals the latest counts. A quiz keeps its best result.
    """
    best: dict[str, OutcomeFact] = {}
    values: dict[str, float] = {}
    for fact in sorted(outcomes, key=lambda fact: (fact.at, fact.kind)):
        held = best.get(fact.node_key)
        if held is None or STRENGTH.get(fact.kind, 0) >= STRENGTH.get(held.kind, 0):
            best[fact.node_key] = fact
        if fact.value is not None:
            values[fact.node_key] = max(fact.value, values.get(fact.node_key, 0.0))
    return {key: _node(fact, values.get(key)) for key, fact in sorted(best.items())}


def _node(fact: OutcomeFact, value: float | None) -> dict[str, Any]:
    node = {"state": fact.kind, "value": value}
    return {**node, "elsewhere": fact.at.isoformat()} if fact.elsewhere else node


def done_elsewhere(nodes: Mapping[str, Mapping[str, Any]], key: str) -> datetime | None:
    """Return when an activity was done in another programme, where it counts for that reason; else None."""
    moment = nodes.get(key, {}).get("elsewhere")
    return datetime.fromisoformat(moment) if moment else None


def _use_up(manifest: Manifest, facts: Iterable[OutcomeFact], nodes: dict[str, dict[str, Any]]) -> None:
    """Mark failed activities at which no attempt is left: those that the edition gives, and those given since."""
    kinds = Counter((fact.node_key, fact.kind) for fact in facts)
    for key, node in nodes.items():
        attempts = manifest.by_key[key][1].must_do.get("attempts", 0)
        if node["state"] == "failed" and 0 < attempts <= kinds[key, "failed"] - kinds[key, AGAIN]:
            node["state"] = USED_UP


def course_state(
    manifest: Manifest,
    outcomes: Iterable[OutcomeFact],
    *,
    attended_minutes: int = 0,
    rule: CompletionRule | None = None,
) -> CourseState:
    """Return the state of a person in an edition, from their own and their team's outcomes.

    Outcomes at nodes that the edition does not have count for nothing here, but stay as facts.
    An edition without activities is never complete.
    """
    rule = rule or CompletionRule()
    known = manifest.by_key
    facts = [fact for fact in outcomes if fact.node_key in known]
    nodes = node_states(facts)
    _use_up(manifest, facts, nodes)
    done = {key for key, node in nodes.items() if node["state"] in DONE}
    modules = {
        module.key: [sum(activity.key in done for activity in module.activities), len(module.activities)]
        for module in manifest.modules
        if module.activities
    }
    wanted = frozenset(known) if rule.nodes is None else rule.nodes & frozenset(known)
    return CourseState(
        nodes=nodes,
        modules=modules,
        done=len(done),
        total=len(known),
        complete=bool(wanted) and wanted <= done and attended_minutes >= rule.attended_minutes,
        last_activity_at=max((fact.at for fact in facts if not fact.elsewhere), default=None),
    )


@dataclass(frozen=True)
class Share:
    """What one enrolment adds to the counters of its team and programme.

    modules: per module key (done, total, started); the empty key counts the person: (completed, 1, started).
    """

    modules: Mapping[str, tuple[int, int, int]]
    nodes: frozenset[str]


def share_of(
    modules: Mapping[str, list[int]], nodes: Mapping[str, Mapping[str, Any]], *, completed: bool, started: bool
) -> Share:
    """Return an enrolment's share of the counters, from its stored or new state.

    started: whether they did anything here; what was done in another programme is no activity.
    """
    done = frozenset(key for key, node in nodes.items() if node["state"] in DONE)
    shares = {key: (pair[0], pair[1], int(pair[0] > 0)) for key, pair in modules.items()}
    shares[""] = (int(completed), 1, int(started))
    return Share(shares, done)


def difference(old: Share | None, new: Share | None) -> tuple[dict[str, tuple[int, int, int]], dict[str, int]]:
    """Return what to add to the counters to go from one share to another: per module, and per node."""
    per_module: dict[str, list[int]] = {}
    for sign, share in ((-1, old), (1, new)):
        for key, counts in (share.modules if share else {}).items():
            row = per_module.setdefault(key, [0, 0, 0])
            for place, count in enumerate(counts):
                row[place] += sign * count
    nodes = Counter(new.nodes if new else ())
    nodes.subtract(old.nodes if old else ())
    return (
        {key: (row[0], row[1], row[2]) for key, row in sorted(per_module.items()) if any(row)},
        {key: count for key, count in sorted(nodes.items()) if count},
    )
