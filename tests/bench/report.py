"""The report: what was measured beside what was aimed at, as a table in Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.data import Site
    from tests.bench.measure import Export, Row

# Per work: the least share of the bare limit's rate, and the longest p99 in ms (0: none).
SHARES = {
    "W1": (0.4, 20.0),
    "W2": (0.8, 0.0),
    "W3": (0.45, 50.0),
    "W4": (0.5, 45.0),
    "W5": (0.5, 60.0),
    "W5b": (0.5, 60.0),
    "W6": (0.5, 50.0),
    "W7": (0.6, 40.0),
}
FLAT = 1.2
"""How much longer a page about many people may take than one about a hundred."""
FLAT_WORKS = frozenset({"W4", "W8", "W8h"})
EXPORT_MS = {1_000: 25.0, 10_000: 150.0}
FIRST_BYTE_MS = 30.0
EXPORT_GROWTH = 20.0
START_SECONDS = 1.0
MEMORY_MIB = 200.0
PAGE_KB = 60.0
LOAD_SECONDS = 300.0
LARGE = 100_000
CERTIFICATES = 20.0
HEAD = ("work", "N", "database", "req/s", "p50", "p99", "cpu ms", "bare req/s", "bare cpu", "ratio", "aim", "met?")
EXPORT_HEAD = ("W9, CSV of all people", "database", "first byte ms", "all ms", "bare ms", "MB", "growth MiB", "met?")


@dataclass
class Report:
    """All that one run of the benchmark has found."""

    rows: list[Row] = field(default_factory=list)
    exports: list[Export] = field(default_factory=list)
    facts: list[tuple[str, str, str, bool]] = field(default_factory=list)
    """What is measured once: name, value, aim, whether it is met."""
    machine: str = ""

    def fact(self, name: str, value: float, unit: str, most: float) -> None:
        """Add a figure that may be at most so large."""
        self.facts.append((name, f"{value:.1f} {unit}", f"≤ {most:g} {unit}", value <= most))

    def loads(self, site: Site) -> None:
        """Add how long the data took to load, and whether the states agree with the facts."""
        for size, seconds in site.load_seconds.items():
            most = LOAD_SECONDS * max(1.0, size / LARGE)
            self.fact(f"{site.kind}: loading {size:,} participants", seconds, "s", most)
        if site.differences is not None:
            self.fact(f"{site.kind}: differences between states and facts", float(site.differences), "", 0.0)

    def text(self) -> str:
        """Write the report."""
        lines = ["# Measured", "", self.machine, "", *_table(HEAD, [self._cells(row) for row in self.rows]), ""]
        if self.exports:
            lines += [*_table(EXPORT_HEAD, [_export_cells(one) for one in self.exports]), ""]
        facts = [(name, value, aim, _yes(met)) for name, value, aim, met in self.facts]
        lines += _table(("figure", "measured", "aim", "met?"), facts) if facts else []
        return "\n".join([*lines, ""])

    def _cells(self, row: Row) -> tuple[str, ...]:
        ours, bare = row.ours, row.bare
        ratio = ours.per_second / bare.per_second if bare.per_second else 0.0
        aim, met = self._aim(row, ratio)
        return (
            f"{row.work.key} {row.work.title}",
            f"{row.size:,}",
            row.database,
            f"{ours.per_second:,.0f}",
            f"{ours.p50:.1f}",
            f"{ours.p99:.1f}",
            f"{ours.cpu:.2f}",
            f"{bare.per_second:,.0f}" if bare.per_second else "–",
            f"{bare.cpu:.2f}" if bare.per_second else "–",
            f"{ratio:.2f}" if ratio else "–",
            aim,
            _yes(met),
        )

    def _aim(self, row: Row, ratio: float) -> tuple[str, bool]:
        """Return what a row aims at, in words, and whether it is met."""
        key, ours = row.work.key, row.ours
        aims, met = [], True
        if key in SHARES:
            share, p99 = SHARES[key]
            aims.append(f"≥ {share:g} of bare")
            met = ratio >= share
            if p99:
                aims.append(f"p99 ≤ {p99:g}")
                met = met and ours.p99 <= p99
        if key in FLAT_WORKS:
            least = min(
                (one for one in self.rows if one.work.key == key and one.database == row.database),
                key=lambda one: one.size,
            )
            longer = least.ours.per_second / ours.per_second if ours.per_second else 0.0
            if least is not row:
                aims.append(f"≤ {FLAT:g} × N={least.size:,} (is {longer:.2f})")
                met = met and longer <= FLAT
        return ", ".join(aims) or "–", met


def _export_cells(one: Export) -> tuple[str, ...]:
    most = EXPORT_MS.get(one.size, float("inf"))
    met = one.total <= most and one.first <= FIRST_BYTE_MS and one.growth <= EXPORT_GROWTH
    values = (one.first, one.total, one.bare, one.megabytes, one.growth)
    return (f"{one.size:,}", one.database, *(f"{value:.1f}" for value in values), _yes(met))


def _yes(met: bool) -> str:
    return "yes" if met else "NO"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Write a table whose columns line up also as plain text."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    lines = [head, tuple("-" * width for width in widths), *rows]
    aligned = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in lines)
    return [f"| {' | '.join(cells)} |" for cells in aligned]
