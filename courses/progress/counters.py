"""Adding differences to the stored counters: by upsert, in key order, last in the transaction.

The fixed order keeps two transactions that touch the same teams from waiting for each other for ever.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from courses.progress.models import NodeTally, ProgrammeTally, Tally
from courses.progress.rules import Share, difference
from lms.kernel.upsert import upsert


class Changes:
    """Differences gathered over one transaction, to be written once at its end."""

    def __init__(self) -> None:
        """Start with nothing to change."""
        self._modules: dict[tuple[int, int, int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        self._nodes: Counter[tuple[int, str]] = Counter()

    def move(
        self,
        *,
        programme_id: int,
        hub_id: int,
        old: tuple[int | None, Share | None],
        new: tuple[int | None, Share | None],
    ) -> None:
        """Note that an enrolment's share went from one (team, share) to another."""
        stays = old[0] == new[0]
        steps = [(new[0], old[1], new[1])] if stays else [(old[0], old[1], None), (new[0], None, new[1])]
        for team_id, before, after in steps:
            modules, nodes = difference(before, after)
            self._nodes.update({(programme_id, key): count for key, count in nodes.items()})
            if team_id is not None:
                for key, counts in modules.items():
                    row = self._modules[programme_id, team_id, hub_id, key]
                    for place, count in enumerate(counts):
                        row[place] += count

    def write(self) -> None:
        """Apply all differences to the counters."""
        totals: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for (programme_id, team_id, hub_id, key), row in sorted(self._modules.items()):
            if any(row):
                owner = {"programme_id": programme_id, "team_id": team_id, "hub_id": hub_id, "module_key": key}
                _add(Tally, owner, ["programme_id", "team_id", "module_key"], row)
                for place, count in enumerate(row):
                    totals[programme_id, key][place] += count
        for (programme_id, key), row in sorted(totals.items()):
            if any(row):
                owner = {"programme_id": programme_id, "module_key": key}
                _add(ProgrammeTally, owner, ["programme_id", "module_key"], row)
        for (programme_id, key), count in sorted(self._nodes.items()):
            if count:
                upsert(
                    NodeTally,
                    {"programme_id": programme_id, "node_key": key, "done": count},
                    ["programme_id", "node_key"],
                    {"done": NodeTally.done + count},
                )


def _add(model: type[Tally | ProgrammeTally], owner: dict[str, Any], key: list[str], row: list[int]) -> None:
    """Add done, total and started to a counter."""
    done, total, started = row
    upsert(
        model,
        {**owner, "done": done, "total": total, "started": started},
        key,
        {"done": model.done + done, "total": model.total + total, "started": model.started + started},
    )
