"""What the issuing room keeps about a person, for their own download."""

from __future__ import annotations

from sqlalchemy import select

from certificates.issuing.models import Certificate, CertificateEvent
from lms.kernel.db import db


def own_certificates(person_id: int) -> list[dict[str, object]]:
    """Return every certificate of a person with its frozen facts and what happened to it."""
    statement = select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.id)
    return [
        {
            "number": certificate.number,
            "code": certificate.code,
            "state": certificate.state,
            "issued_at": certificate.issued_at,
            "facts": certificate.facts,
            "events": [
                {"kind": event.kind, "at": event.at, "reason": event.reason}
                for event in db.session.scalars(
                    select(CertificateEvent)
                    .where(CertificateEvent.certificate_id == certificate.id)
                    .order_by(CertificateEvent.id)
                )
            ],
        }
        for certificate in db.session.scalars(statement)
    ]
