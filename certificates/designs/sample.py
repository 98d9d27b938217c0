"""A sample certificate, to look at designs and to test them."""

from __future__ import annotations

from datetime import date
from typing import Any

from certificates.designs.facts import CertificateFacts, Examiner, award_parts

_SAMPLE: dict[str, Any] = {
    "number": "TH-RO-2026-00047",
    "code": "K7QX-4M2P-9TWD-HB6R",
    "kind": "trainer",
    "holder_name": "Radu Ionescu",
    "title": "trainer in the Integrated Management System (IMS) for Sustainability",
    "award": award_parts(
        "has completed the course %(course)s and may work as a %(role)s for cities and regions.",
        course="Train the trainers",
        role="trainer in the Integrated Management System (IMS) for Sustainability",
    ),
    "outcomes": (
        "find out what a city needs, plan workshops",
        "lead mixed groups of departments, on site and online",
        "give feedback that names a criterion and a next step",
        "adapt a shared module to national law and language",
        "write course pages that everybody can read",
        "prepare cities for peer review as critical friends",
    ),
    "workload": "45 hours and one workshop",
    "participation": "Blended: online and on site",
    "assessment": "Quiz, hand-ins, observation",
    "quality": "Examiner from another hub",
    "country": "RO",
    "issued_on": date(2026, 10, 2),
    "valid_until": date(2030, 10, 2),
    "awarding_body": "National Training Hub Romania",
    "signed_by": "Ioana Marin, hub manager",
    "examiner": Examiner("Eleni Papadaki", "Adriatic and Ionian hub"),
    "language": "en",
    "check_url": "https://hubs.example/check/K7QX-4M2P-9TWD-HB6R",
    "check_address": "hubs.example/check",
    "seal": "Certified IMS trainer",
}
_COMPLETION: dict[str, Any] = {
    "kind": "completion",
    "title": "Integrated Management System (IMS) for Sustainability",
    "award": award_parts(
        "has completed the course %(course)s.", course="Integrated Management System (IMS) for Sustainability"
    ),
    "examiner": None,
    "valid_until": None,
    "seal": "Course completed",
}


def sample_facts(**changes: Any) -> CertificateFacts:
    """Return invented facts; `changes` replace fields. `kind="completion"` gives those of a completed course."""
    base = _SAMPLE | (_COMPLETION if changes.get("kind") == "completion" else {})
    return CertificateFacts(**(base | changes))
