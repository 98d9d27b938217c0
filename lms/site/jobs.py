"""What the site does once a day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from lms.accounts import services as accounts
from lms.kernel.clock import now
from lms.kernel.config import setting
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from lms.site import queries, services, throttle
from lms.site.models import EmailChange, EndedSession, User

MONTH = timedelta(days=30)
AT_ONCE = 200


def forget() -> None:
    """Forget what nobody needs any more: old counts and wishes, ended sessions, accounts that were never confirmed."""
    throttle.forget_old()
    before = now() - MONTH
    with transaction():
        db.session.execute(delete(EmailChange).where(EmailChange.created_at < before))
        kept = timedelta(days=setting("LMS_SIGN_IN_DAYS") + 1)
        db.session.execute(delete(EndedSession).where(EndedSession.ended_at < now() - kept))
        never = select(User).where(User.confirmed_at.is_(None), User.created_at < before).limit(AT_ONCE)
        for user in db.session.scalars(never).all():
            person_id = queries.person_id_of(user.id)
            if person_id is None:
                db.session.delete(user)
            else:
                services.remove_account(person_id=person_id)
                accounts.erase_person(actor=SYSTEM, person_id=person_id)
