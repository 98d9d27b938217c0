"""What `flask lms check` asks of this room."""

from __future__ import annotations

from sqlalchemy import select

from lms.kernel.db import db
from lms.site.models import User


def administrator() -> list[str]:
    """Ask for somebody who can sign in."""
    if db.session.scalar(select(User.id).limit(1)) is not None:
        return []
    return ["Nobody has an account. Make the partnership and its first administrator: flask lms init"]
