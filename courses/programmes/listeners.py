"""What the programmes room does when somebody is erased."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from courses.programmes.asking import WITHDRAWN
from courses.programmes.models import JoinRequest, TeamMember
from lms.accounts.signals import person_erased
from lms.kernel.clock import now
from lms.kernel.db import db


def connect() -> None:
    """Listen; doing it twice changes nothing."""
    person_erased.connect(forget)


def forget(_sender: Any, *, person_id: int, **_rest: Any) -> None:
    """Delete what a person wrote about themselves, and let nobody wait for them: open requests count as taken back.

    That they took part stays as a fact.
    """
    waiting = (JoinRequest.person_id == person_id, JoinRequest.answered_at.is_(None))
    taken_back = {"answer": WITHDRAWN, "answered_at": now(), "answered_by_id": person_id}
    db.session.execute(update(JoinRequest).where(*waiting).values(**taken_back))
    db.session.execute(
        update(JoinRequest)
        .where(JoinRequest.person_id == person_id)
        .values(work="", message="", city_name="", reason="")
    )
    db.session.execute(update(TeamMember).where(TeamMember.person_id == person_id).values(work=""))
