"""From what is known to what is printed: the facts of a certificate, in its own language, as they are frozen."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app, has_request_context

from certificates.designs.facts import (
    HIGHEST_EQF,
    LONGEST,
    LONGEST_OUTCOME,
    MOST_OUTCOMES,
    CertificateFacts,
    award_parts,
)
from certificates.designs.registry import designs
from certificates.issuing.rules import COMPLETION, TRAINER, certificate_language, fit, years_later
from lms.hubs.queries import partnership
from lms.kernel.config import setting
from lms.kernel.i18n import force_language, gettext as _, offered_languages
from lms.kernel.pages import url

if TYPE_CHECKING:
    from datetime import date

    from courses.catalogue.rules import Manifest
    from lms.hubs.models import Hub

DESIGNS = {TRAINER: "LMS_TRAINER_CERTIFICATE_DESIGN", COMPLETION: "LMS_COMPLETION_CERTIFICATE_DESIGN"}
"""The settings that name the design of each kind of certificate."""
LOCAL = "http://localhost"
"""Stands in check addresses of a demonstration that nobody gave a public address; `flask lms check` says so."""


@dataclass(frozen=True)
class Paper:
    """What one certificate is about.

    languages: the holder's, the dearest first. signer: who signs for the hub; empty for the hub itself.
    """

    kind: str
    holder_name: str
    languages: tuple[str, ...]
    hub: Hub
    manifest: Manifest
    signer: str
    issued_on: date


def check_url(code: str) -> str:
    """Return the address behind the QR code."""
    return _public("verification.certificate", code=code)


def check_address() -> str:
    """Return the address of the check page as people type it: "hubs.example/check"."""
    parts = urlsplit(_public("verification.form"))
    return f"{parts.netloc}{parts.path}"


def _public(endpoint: str, **arguments: str) -> str:
    if setting("LMS_PUBLIC_URL") or has_request_context():
        return url(endpoint, external=True, **arguments)
    path = current_app.url_map.bind("").build(f"lms.{endpoint}", arguments, force_external=False)
    return f"{LOCAL}{path}"


def language_of(paper: Paper) -> str:
    """Return the language of a certificate."""
    course = [code for code in paper.manifest.languages if code in paper.manifest.about]
    return certificate_language(
        paper.languages, course=course, source=paper.manifest.source_language, interface=offered_languages()
    )


def valid_until(paper: Paper) -> date | None:
    """Return the last day of a trainer certificate, as the site sets it; None: no end."""
    years = int(setting("LMS_TRAINER_CERTIFICATE_YEARS"))
    return years_later(paper.issued_on, years) if paper.kind == TRAINER and years > 0 else None


def freeze(paper: Paper, *, number: str, code: str) -> CertificateFacts:
    """Return all that stands on a certificate. Long texts of a course are shortened rather than refused here."""
    language = language_of(paper)
    with force_language(language):
        return _facts(paper, language, number, code)


def _facts(paper: Paper, language: str, number: str, code: str) -> CertificateFacts:
    told = paper.manifest.told(language)
    course = fit(str(told["title"]), LONGEST["title"])
    together = partnership()
    hub = paper.hub
    if paper.kind == TRAINER:
        title = _("trainer in the Integrated Management System (IMS) for Sustainability")
        sentence = _("has completed the course %(course)s and may work as a %(role)s for cities and regions.")
        award = award_parts(sentence, course=course, role=title)
        seal = _("Certified IMS trainer")
    else:
        title = course
        award = award_parts(_("has completed the course %(course)s."), course=course)
        seal = _("Course completed")
    signer = fit(paper.signer, LONGEST["signed_by"] // 2)
    signed_by = _("%(name)s, hub manager", name=signer) if signer else hub.name
    return CertificateFacts(
        number=number,
        code=code,
        kind=paper.kind,
        holder_name=fit(paper.holder_name, LONGEST["holder_name"]),
        title=title,
        award=award,
        outcomes=tuple(fit(str(text), LONGEST_OUTCOME) for text in told["outcomes"][:MOST_OUTCOMES]) or (course,),
        workload=_told(told, "workload"),
        participation=_told(told, "participation"),
        assessment=_told(told, "assessment"),
        quality=_told(told, "quality"),
        country=hub.countries[0],
        issued_on=paper.issued_on,
        valid_until=valid_until(paper),
        awarding_body=fit(hub.name, LONGEST["awarding_body"]),
        signed_by=fit(signed_by, LONGEST["signed_by"]),
        language=language,
        check_url=check_url(code) if code else LOCAL,
        check_address=fit(check_address(), LONGEST["check_address"]),
        seal=fit(seal, LONGEST["seal"]),
        eqf=_level(paper.manifest.eqf),
        demonstration=bool(hub.demonstration or setting("LMS_DEMONSTRATION")),
        brand=fit(str(setting("LMS_SITE_NAME")), LONGEST["brand"]),
        brand_line=fit(together.name if together else "", LONGEST["brand_line"]),
    )


def _told(told: dict[str, Any], name: str) -> str:
    """Return what the course says of itself; a course that says nothing gets a dash, for the field stays."""
    return fit(str(told.get(name) or "–"), LONGEST[name])


def _level(raw: str) -> int | None:
    return int(raw) if raw.isdigit() and 1 <= int(raw) <= HIGHEST_EQF else None


def corrected(
    facts: CertificateFacts, *, holder_name: str, signer: str, number: str, code: str, issued_on: date
) -> CertificateFacts:
    """Return the facts of a corrected certificate: all as before, but for the name and what belongs to a new paper."""
    with force_language(facts.language):
        signed_by = fit(_("%(name)s, hub manager", name=signer), LONGEST["signed_by"]) if signer else facts.signed_by
    return replace(
        facts,
        holder_name=fit(holder_name, LONGEST["holder_name"]),
        signed_by=signed_by,
        number=number,
        code=code,
        check_url=check_url(code),
        issued_on=issued_on,
    )


def design_for(kind: str) -> str:
    """Return the name of the design that the site has chosen for a kind of certificate.

    Raises LookupError for a design that is not there, ValueError for one that is not made for this kind.
    """
    design = designs()[setting(DESIGNS[kind])]
    if kind not in design.kinds:
        raise ValueError(f"{DESIGNS[kind]}: the design {design.name!r} is for {', '.join(design.kinds)}, not {kind}")
    return design.name


def to_json(facts: CertificateFacts) -> dict[str, Any]:
    """Write facts for the database."""
    return dict(json.loads(facts.to_json()))


def from_json(stored: dict[str, Any]) -> CertificateFacts:
    """Read facts from the database."""
    return CertificateFacts.from_json(json.dumps(stored))
