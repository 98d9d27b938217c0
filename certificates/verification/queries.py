"""Reading what the public may know of a certificate: what stands on it, and how it stands. No viewer, no account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from certificates.issuing.models import Certificate, CertificateEvent
from certificates.issuing.queries import opened
from lms.kernel.db import db

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from certificates.designs.facts import CertificateFacts
    from certificates.issuing.rules import Standing


@dataclass(frozen=True)
class Checked:
    """What the check page says of a certificate.

    ended_on, reason: on which day, at the hub, and why it stopped to hold, if it did. newer: (number, code) of what
    replaces it.
    """

    code: str
    facts: CertificateFacts
    standing: Standing
    hub: str
    contact_email: str
    digest: str | None
    ended_on: date | None
    reason: str
    newer: tuple[str, str] | None


def by_code(code: str) -> Checked | None:
    """Return the certificate of a code; None when no certificate has it."""
    return _checked(Certificate.code == code)


def by_codes(codes: Sequence[str]) -> Checked | None:
    """Return the certificate of the first code that belongs to one."""
    return next((found for code in codes if (found := by_code(code)) is not None), None)


def by_digest(digest: str) -> Checked | None:
    """Return the certificate whose frozen PDF has this SHA-256; None when we issued no such file."""
    rendered = select(CertificateEvent.certificate_id).where(
        CertificateEvent.kind == "rendered", CertificateEvent.blob_hash == digest
    )
    return _checked(Certificate.id.in_(rendered))


def _checked(condition: ColumnElement[bool]) -> Checked | None:
    certificate = db.session.scalar(select(Certificate).where(condition).order_by(Certificate.id).limit(1))
    if certificate is None:
        return None
    found = opened(certificate)
    ended = next((event for event in found.events if event.kind == found.standing), None)
    return Checked(
        code=certificate.code,
        facts=found.facts,
        standing=found.standing,
        hub=found.hub.name,
        contact_email=found.hub.contact_email,
        digest=found.digest,
        ended_on=ended.at.astimezone(ZoneInfo(found.hub.time_zone)).date() if ended else None,
        reason=ended.reason if ended else "",
        newer=(found.newer.number, found.newer.code) if found.newer else None,
    )
