"""Drawing the questions of one attempt: a pure function of the pool, the seed and what was asked before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.types.shuffle import shuffled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn.

    group: what has to be met, such as the outcome that it checks; "": nothing. difficulty: 1 to 3.
    """

    key: str
    group: str
    difficulty: int


def draw(pool: Sequence[Candidate], count: int, seed: int, seen: Mapping[str, int]) -> list[str]:
    """Return the keys of `count` questions, in the order of the pool. `seen` says how often each was asked before.

    First one question of each group, then the rest. What was asked least often comes first; among those the group and
    the difficulty that have come least, and then chance. A pool that is too small is drawn whole.
    """
    chance = {key: place for place, key in enumerate(shuffled((each.key for each in pool), seed))}
    in_pool = Counter(each.difficulty for each in pool)
    drawn: dict[str, Candidate] = {}

    def take(candidates: Sequence[Candidate]) -> None:
        groups = Counter(each.group for each in drawn.values())
        levels = Counter(each.difficulty for each in drawn.values())

        def rank(each: Candidate) -> tuple[float, ...]:
            level = levels[each.difficulty] / in_pool[each.difficulty]
            return seen.get(each.key, 0), groups[each.group], level, chance[each.key]

        best = min(candidates, key=rank)
        drawn[best.key] = best

    for group in shuffled({each.group for each in pool if each.group}, seed)[:count]:
        take([each for each in pool if each.group == group])
    while len(drawn) < min(count, len(pool)):
        take([each for each in pool if each.key not in drawn])
    return [each.key for each in pool if each.key in drawn]
