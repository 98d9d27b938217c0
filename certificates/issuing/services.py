"""Awarding, withdrawing and correcting certificates.

Awards and certificates are facts; what happens to a certificate is an event. The row of the award is the lock of all
its certificates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from certificates.issuing import freezing, policies
from certificates.issuing.models import Award, Certificate, CertificateEvent, CertificateSeries
from certificates.issuing.rules import LIVE, REPLACED, WITHDRAWALS, WITHDRAWN, code_of, number_of, standing
from courses.catalogue.queries import manifest_of
from courses.programmes.models import Enrolment
from lms.accounts.models import Person
from lms.hubs.models import Hub
from lms.hubs.queries import manager_ids
from lms.kernel import audit, blobs
from lms.kernel.clock import now, today
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.jobs import enqueue
from lms.kernel.mail import send_mail
from lms.kernel.permissions import SYSTEM
from lms.kernel.text import clean_line
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from certificates.designs.facts import CertificateFacts
    from lms.kernel.permissions import Viewer

RENDER = "certificates.render"
PREVIEW_NUMBER = "TH-…"


@dataclass(frozen=True)
class Grounds:
    """What an award rests on: who earned what, where, and the edition that was completed.

    kind: trainer or completion. achievement: "trainer" or "programme:17"; a person earns it once.
    """

    kind: str
    person_id: int
    achievement: str
    hub_id: int
    edition_id: int
    programme_id: int | None = None


def award(*, actor: Viewer, grounds: Grounds) -> Certificate:
    """Award a certificate, or return the one that the award has already: twice is once, also at the same instant.

    A person gets a new certificate of the same award when the last one was withdrawn or has expired; the product
    itself never brings a withdrawn one back. Raises Forbidden for those who may not, or who award themselves.
    """
    if not policies.may_award(actor, grounds.hub_id, grounds.person_id):
        raise Forbidden(_("Only a manager of this hub can award the certificate, and nobody awards themselves."))
    person = db.session.get_one(Person, grounds.person_id)
    if person.erased_at is not None:
        raise Conflict(_("This person’s account was erased, so no certificate can be made."))
    key = {"person_id": grounds.person_id, "kind": grounds.kind, "achievement": grounds.achievement}
    row = {
        **key,
        "hub_id": grounds.hub_id,
        "programme_id": grounds.programme_id,
        "by_id": actor.person_id,
        "at": now(),
    }
    insert_new(Award, [row], list(key))
    awarded = db.session.scalars(select(Award).filter_by(**key).with_for_update()).one()
    newest = _newest(awarded.id)
    hub = db.session.get_one(Hub, grounds.hub_id)
    if newest is not None and (actor is SYSTEM or _is_valid(newest, hub)):
        return newest
    if newest is not None and newest.state == LIVE:
        _end(newest, REPLACED, actor=actor, reason="renewed")
    number, code = _next_number(hub), code_of(new_ref())
    facts = freezing.freeze(_paper(grounds, person, hub, actor), number=number, code=code)
    return _issue(awarded, facts, what=policies.AWARD.name, actor=actor, hub_id=hub.id, replaces=newest)


def preview(*, actor: Viewer, grounds: Grounds) -> CertificateFacts:
    """Return what would stand on the certificate, but for number and code, before anybody awards it."""
    person, hub = db.session.get_one(Person, grounds.person_id), db.session.get_one(Hub, grounds.hub_id)
    return freezing.freeze(_paper(grounds, person, hub, actor), number=PREVIEW_NUMBER, code="")


def _paper(grounds: Grounds, person: Person, hub: Hub, actor: Viewer) -> freezing.Paper:
    chosen = None
    if grounds.programme_id is not None:
        statement = select(Enrolment.language).where(
            Enrolment.programme_id == grounds.programme_id, Enrolment.person_id == person.id
        )
        chosen = db.session.scalar(statement)
    return freezing.Paper(
        kind=grounds.kind,
        holder_name=person.name,
        languages=tuple(code for code in (person.language, chosen) if code),
        hub=hub,
        manifest=manifest_of(grounds.edition_id),
        signer=_signer(actor, hub),
        issued_on=today(hub.time_zone),
    )


def _signer(actor: Viewer, hub: Hub) -> str:
    """Return who signs for the hub: the manager who acts, else the first manager of the hub."""
    if actor is not SYSTEM:
        return actor.name
    ids = manager_ids(hub.id)
    return db.session.scalar(select(Person.name).where(Person.id == ids[0])) or "" if ids else ""


def _newest(award_id: int) -> Certificate | None:
    statement = select(Certificate).where(Certificate.award_id == award_id).order_by(Certificate.sequence.desc())
    return db.session.scalar(statement.limit(1).execution_options(populate_existing=True))


def _is_valid(certificate: Certificate, hub: Hub) -> bool:
    return standing(certificate.state, certificate.valid_until, today(hub.time_zone)) == "valid"


def _next_number(hub: Hub) -> str:
    """Take the next number of the hub's code and the year; the row of the series is held until the commit."""
    year = today(hub.time_zone).year
    insert_new(CertificateSeries, [{"code": hub.code, "year": year, "last": 0}], ["code", "year"])
    count = db.session.scalars(
        update(CertificateSeries)
        .where(CertificateSeries.code == hub.code, CertificateSeries.year == year)
        .values(last=CertificateSeries.last + 1)
        .returning(CertificateSeries.last)
        .execution_options(synchronize_session=False)
    ).one()
    return number_of(hub.code, year, count)


def _issue(
    awarded: Award, facts: CertificateFacts, *, what: str, actor: Viewer, hub_id: int, replaces: Certificate | None
) -> Certificate:
    """Write the certificate with its facts frozen, and ask for its PDF. `what`: the permission that was used."""
    certificate = Certificate(
        ref=new_ref(),
        award_id=awarded.id,
        sequence=replaces.sequence + 1 if replaces is not None else 1,
        code=facts.code,
        number=facts.number,
        hub_id=hub_id,
        person_id=awarded.person_id,
        facts=freezing.to_json(facts),
        design=freezing.design_for(facts.kind),
        language=facts.language,
        demonstration=facts.demonstration,
        issued_at=now(),
        valid_until=facts.valid_until,
        state=LIVE,
        replaces_id=replaces.id if replaces is not None else None,
    )
    db.session.add(certificate)
    db.session.flush()
    _append(certificate, "issued", actor=actor)
    audit.record(
        actor=actor,
        what=what,
        on=("certificate", certificate.id),
        after={"number": certificate.number, "replaces": certificate.replaces_id},
    )
    key = f"certificate:{certificate.id}"
    enqueue(RENDER, key=key, args={"certificate_id": certificate.id})
    return certificate


def _append(certificate: Certificate, kind: str, *, actor: Viewer, reason: str = "", digest: str | None = None) -> bool:
    row = {
        "certificate_id": certificate.id,
        "kind": kind,
        "at": now(),
        "by_id": actor.person_id,
        "reason": reason,
        "blob_hash": digest,
    }
    return insert_new(CertificateEvent, [row], ["certificate_id", "kind"])


def _end(certificate: Certificate, kind: str, *, actor: Viewer, reason: str) -> None:
    """Write down that a certificate no longer holds."""
    _append(certificate, kind, actor=actor, reason=reason)
    certificate.state = kind
    db.session.flush()


def _lock(certificate: Certificate) -> Certificate:
    """Hold the award of a certificate, and read the certificate as it is now."""
    db.session.scalar(select(Award.id).where(Award.id == certificate.award_id).with_for_update())
    statement = select(Certificate).where(Certificate.id == certificate.id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def withdraw(*, actor: Viewer, certificate: Certificate, reason: str, why: str = "") -> None:
    """Withdraw a certificate and tell its holder; it stays visible as withdrawn. Twice is once.

    reason: one of `rules.WITHDRAWALS`, which the public page shows. why: for the hub's own trail.
    Raises Conflict for a certificate that was replaced: the newer one can be withdrawn.
    """
    if not policies.may_withdraw(actor, certificate):
        raise Forbidden(_("Only a manager of this hub can withdraw the certificate, and nobody their own."))
    if reason not in WITHDRAWALS:
        raise Invalid(_("Choose a reason."), "reason")
    certificate = _lock(certificate)
    if certificate.state == WITHDRAWN:
        return
    if certificate.state == REPLACED:
        raise Conflict(_("This certificate was replaced by a newer one. Withdraw the newer one."))
    _end(certificate, WITHDRAWN, actor=actor, reason=reason)
    audit.record(
        actor=actor,
        what=policies.WITHDRAW.name,
        on=("certificate", certificate.id),
        before={"state": LIVE},
        after={"state": WITHDRAWN, "reason": reason},
        why=why[:2000],
    )
    send_mail(
        kind="issuing.withdrawn",
        person_id=certificate.person_id,
        args={"certificate_id": certificate.id},
        key=f"certificate:{certificate.id}:withdrawn",
    )


def correct(*, actor: Viewer, certificate: Certificate, holder_name: str) -> Certificate:
    """Replace a certificate by one with the name written otherwise; return the new one.

    The old one stays visible as replaced and leads to the new one. Sent twice, the second gets the certificate of the
    first. Raises Invalid for the same name or none, Conflict for a certificate that no longer holds.
    """
    if not policies.may_correct(actor, certificate):
        raise Forbidden(_("Only a manager of this hub can correct the certificate, and nobody their own."))
    name = clean_line(holder_name)
    certificate = _lock(certificate)
    if certificate.state == REPLACED:
        newer = db.session.scalars(select(Certificate).where(Certificate.replaces_id == certificate.id)).one()
        if newer.facts["holder_name"] == name:
            return newer
        raise Conflict(_("This certificate was replaced by a newer one. Correct the newer one."))
    if certificate.state == WITHDRAWN:
        raise Conflict(_("This certificate was withdrawn, so there is nothing to correct. Award it anew instead."))
    if not name or name == certificate.facts["holder_name"]:
        raise Invalid(_("Write the name as it should stand on the certificate. It must differ from now."), "name")
    hub = db.session.get_one(Hub, certificate.hub_id)
    awarded = db.session.get_one(Award, certificate.award_id)
    _end(certificate, REPLACED, actor=actor, reason="name")
    facts = freezing.corrected(
        freezing.from_json(certificate.facts),
        holder_name=name,
        signer=_signer(actor, hub),
        number=_next_number(hub),
        code=code_of(new_ref()),
        issued_on=today(hub.time_zone),
    )
    return _issue(awarded, facts, what=policies.CORRECT.name, actor=actor, hub_id=hub.id, replaces=certificate)


def keep_pdf(*, certificate_id: int, digest: str, size: int) -> bool:
    """Freeze the bytes that were drawn, and tell the holder; other bytes never replace the first.

    Returns whether these bytes were the first.
    """
    certificate = _lock(db.session.get_one(Certificate, certificate_id))
    held = select(CertificateEvent.id).where(
        CertificateEvent.certificate_id == certificate_id, CertificateEvent.kind == "rendered"
    )
    if db.session.scalar(held) is not None:
        return False
    blobs.note(digest, size)
    _append(certificate, "rendered", actor=SYSTEM, digest=digest)
    send_mail(
        kind="issuing.ready",
        person_id=certificate.person_id,
        args={"certificate_id": certificate_id},
        key=f"certificate:{certificate_id}:ready",
    )
    return True
