"""The mails of the issuing room, written when they are sent."""

from __future__ import annotations

from typing import Any

from certificates.issuing import texts
from certificates.issuing.models import Certificate
from certificates.issuing.queries import opened
from certificates.issuing.rules import headline
from lms.kernel.db import db
from lms.kernel.i18n import gettext as _
from lms.kernel.mail import MailText
from lms.kernel.pages import url


def ready(args: dict[str, Any]) -> MailText | None:
    """Tell the holder that the certificate can be downloaded; None when it no longer holds."""
    found = opened(db.session.get_one(Certificate, args["certificate_id"]))
    if found.standing != "valid":
        return None
    values = {"number": found.facts.number, "title": headline(found.facts.title), "hub": found.facts.awarding_body}
    paragraphs = [_("%(hub)s has issued your certificate %(number)s: %(title)s.", **values)]
    if found.older is not None:
        paragraphs.append(
            _("It replaces the certificate %(number)s, which is no longer valid.", number=found.older.number)
        )
    paragraphs.append(
        _("Keep the PDF as it is. Anybody can check it by the QR code, the printed code or the file itself.")
    )
    return MailText(
        _("Your certificate is ready: %(number)s", **values),
        paragraphs,
        (_("Open the certificate"), url("issuing.certificate", external=True, ref=found.certificate.ref)),
    )


def withdrawn(args: dict[str, Any]) -> MailText | None:
    """Tell the holder that the certificate was withdrawn, why, and whom to ask."""
    found = opened(db.session.get_one(Certificate, args["certificate_id"]))
    reason = next((event.reason for event in found.events if event.kind == "withdrawn"), "other")
    values = {"number": found.facts.number, "hub": found.facts.awarding_body}
    paragraphs = [
        _("%(hub)s has withdrawn your certificate %(number)s. Whoever checks it sees that.", **values),
        _("Reason: %(reason)s", reason=str(texts.WITHDRAWALS[reason])),
    ]
    if found.hub.contact_email:
        paragraphs.append(_("If you do not agree, write to %(address)s.", address=found.hub.contact_email))
    return MailText(
        _("Certificate withdrawn: %(number)s", **values),
        paragraphs,
        (_("Open the certificate"), url("issuing.certificate", external=True, ref=found.certificate.ref)),
    )
