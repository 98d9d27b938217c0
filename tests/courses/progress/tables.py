"""What the counters say, read from their tables."""

from __future__ import annotations

from sqlalchemy import func, select

from courses.progress.models import NodeTally, Tally
from lms.kernel.db import db


def people_in(programme_id: int) -> tuple[int, int, int]:
    """Return how many people a programme has, how many have started, and how many have completed it."""
    sums = select(func.sum(Tally.total), func.sum(Tally.started), func.sum(Tally.done))
    row = db.session.execute(sums.where(Tally.programme_id == programme_id, Tally.module_key == "")).one()
    return row[0], row[1], row[2]


def per_module(programme_id: int) -> list[tuple[int, str, int, int]]:
    """Return team, module, done and total of each counter that is not empty."""
    rows = db.session.scalars(select(Tally).where(Tally.programme_id == programme_id, Tally.total > 0))
    return sorted((row.team_id, row.module_key, row.done, row.total) for row in rows)


def per_node(programme_id: int) -> dict[str, int]:
    """Return how many people have done each node that anybody has done."""
    rows = db.session.scalars(select(NodeTally).where(NodeTally.programme_id == programme_id, NodeTally.done > 0))
    return {row.node_key: row.done for row in rows}
