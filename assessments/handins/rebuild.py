"""Making the state of hand-ins anew from versions and feedback, or saying where it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from assessments.handins.models import Feedback, Handin, HandinVersion
from assessments.handins.rules import state_from
from lms.kernel.db import db
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

BATCH = 500


def rebuild(check: bool, _say: object = None) -> list[str]:  # noqa: FBT001 - the signature of Feature.rebuild
    """Bring the state of every hand-in to what the facts say; return every difference that was found.

    With `check` nothing is changed.
    """
    differences: list[str] = []
    last = 0
    while True:
        with transaction(writes=not check):
            handins = list(db.session.scalars(select(Handin).where(Handin.id > last).order_by(Handin.id).limit(BATCH)))
            if not handins:
                return differences
            last = handins[-1].id
            differences += _differences(handins, mend=not check)


def _differences(handins: Sequence[Handin], *, mend: bool) -> list[str]:
    facts: dict[int, list[tuple[datetime, str | None]]] = {handin.id: [] for handin in handins}
    rows = db.session.execute(
        select(HandinVersion.handin_id, HandinVersion.at, Feedback.at, Feedback.verdict)
        .outerjoin(Feedback, Feedback.version_id == HandinVersion.id)
        .where(HandinVersion.handin_id.in_(facts))
        .order_by(HandinVersion.handin_id, HandinVersion.number)
    )
    found_rows: list[tuple[int, datetime, datetime | None, str | None]] = [(*row,) for row in rows]
    for handin_id, came_at, answered_at, verdict in found_rows:
        facts[handin_id].append((came_at if answered_at is None else answered_at, verdict))
    found = []
    for handin in handins:
        history = facts[handin.id]
        state = state_from(verdict for _at, verdict in history)
        at = history[-1][0] if history else handin.created_at
        if (handin.state, handin.state_at) != (state, at):
            found.append(
                f"hand-in {handin.id}: is {handin.state} since {handin.state_at}, should be {state} since {at}"
            )
            if mend:
                handin.state, handin.state_at = state, at
    return found
