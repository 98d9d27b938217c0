"""Drawing the PDF of a certificate: in a worker, outside any lock, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates.designs.render import render
from certificates.issuing.freezing import from_json
from certificates.issuing.models import Certificate
from certificates.issuing.queries import pdf_of
from certificates.issuing.services import keep_pdf
from lms.kernel import blobs
from lms.kernel.db import db
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from certificates.designs.facts import CertificateFacts


def render_certificate(args: dict[str, Any]) -> None:
    """Draw a certificate from its frozen facts, keep the bytes, and note their hash; the second time does nothing."""
    certificate_id = int(args["certificate_id"])
    waiting = _waiting(certificate_id)
    if waiting is None:
        return
    facts, design = waiting
    digest, size = blobs.write(render(facts, design))
    with transaction():
        keep_pdf(certificate_id=certificate_id, digest=digest, size=size)


def _waiting(certificate_id: int) -> tuple[CertificateFacts, str] | None:
    """Return facts and design of a certificate that has no PDF yet."""
    with transaction(writes=False):
        if pdf_of(certificate_id) is not None:
            return None
        certificate = db.session.get_one(Certificate, certificate_id)
        return from_json(certificate.facts), certificate.design
