"""Adding differences to the stored counters: by upsert, in key order, last in the transaction.

The fixed order keeps two transactions that touch the same teams from waiting for each other for ever.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from courses.progress.models import NodeTally, ProgrammeTally, Tally
from courses.progress.rules import Share, difference
from lms.kernel.upsert import add_up

COUNTED = ("done", "total", "started")


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
        per_team = []
        for (programme_id, team_id, hub_id, key), counts in sorted(self._modules.items()):
            if any(counts):
                owner = {"programme_id": programme_id, "team_id": team_id, "hub_id": hub_id, "module_key": key}
                per_team.append(owner | _named(counts))
                for place, count in enumerate(counts):
                    totals[programme_id, key][place] += count
        per_programme = [
            {"programme_id": programme_id, "module_key": key} | _named(counts)
            for (programme_id, key), counts in sorted(totals.items())
            if any(counts)
        ]
        per_node = [
            {"programme_id": programme_id, "node_key": key, "done": count}
            for (programme_id, key), count in sorted(self._nodes.items())
            if count
        ]
        add_up(Tally, per_team, ["programme_id", "team_id", "module_key"], COUNTED)
        add_up(ProgrammeTally, per_programme, ["programme_id", "module_key"], COUNTED)
        add_up(NodeTally, per_node, ["programme_id", "node_key"], ["done"])


def _named(counts: list[int]) -> dict[str, int]:
    return dict(zip(COUNTED, counts, strict=True))
