"""Whether certificates are live, from their events: `flask lms rebuild [--check]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, exists, select, update
from sqlalchemy.orm import aliased

from certificates.issuing.models import Certificate, CertificateEvent
from certificates.issuing.rules import LIVE, REPLACED, WITHDRAWN
from lms.kernel.db import db
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def rebuild(check: bool, _say: object = None) -> list[str]:  # noqa: FBT001 - the signature of Feature.rebuild
    """Bring the state of all certificates to what the events say; return every difference. `check` changes nothing."""
    event = aliased(CertificateEvent)

    def happened(kind: str) -> ColumnElement[bool]:
        return exists().where(event.certificate_id == Certificate.id, event.kind == kind)

    told = case((happened(WITHDRAWN), WITHDRAWN), (happened(REPLACED), REPLACED), else_=LIVE)
    with transaction(writes=not check):
        wrong = db.session.execute(
            select(Certificate.id, Certificate.number, Certificate.state, told).where(Certificate.state != told)
        ).all()
        if not check:
            for certificate_id, _number, _state, truth in wrong:
                db.session.execute(update(Certificate).where(Certificate.id == certificate_id).values(state=truth))
    return [f"certificate {number}: stored {state}, events say {truth}" for _id, number, state, truth in wrong]
