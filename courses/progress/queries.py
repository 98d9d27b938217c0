"""Reading progress: states and counters, never the facts, so that a page costs the same at any number of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from courses.progress.models import Bookmark, EnrolmentState, NodeTally, Tally
from lms.kernel.db import db

if TYPE_CHECKING:
    from collections.abc import Sequence


def state_of(enrolment_id: int) -> EnrolmentState | None:
    """Return the state of an enrolment; None when the person has left."""
    return db.session.get(EnrolmentState, enrolment_id)


def bookmark_of(enrolment_id: int) -> Bookmark | None:
    """Return where the person stopped reading."""
    return db.session.get(Bookmark, enrolment_id)


def tallies_of(programme_ids: Sequence[int]) -> list[Tally]:
    """Return the counters of programmes, per team and module; the empty module key counts people."""
    statement = select(Tally).where(Tally.programme_id.in_(programme_ids)).order_by(Tally.team_id, Tally.module_key)
    return list(db.session.scalars(statement))


def done_per_node(programme_id: int) -> dict[str, int]:
    """Return how many people of a programme have done each node."""
    rows = db.session.execute(select(NodeTally.node_key, NodeTally.done).where(NodeTally.programme_id == programme_id))
    return {key: done for key, done in rows}  # noqa: C416 - a row is no pair to the type checker


def people_in(programme_id: int) -> tuple[int, int, int]:
    """Return how many people a programme has, how many have started, and how many have completed it."""
    statement = select(func.sum(Tally.total), func.sum(Tally.started), func.sum(Tally.done)).where(
        Tally.programme_id == programme_id, Tally.module_key == ""
    )
    total, started, done = db.session.execute(statement).one()
    return int(total or 0), int(started or 0), int(done or 0)
