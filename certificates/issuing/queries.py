"""Reading certificates. Functions that take a viewer apply the policy in the query itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, func, literal, or_, select

from certificates.issuing import policies
from certificates.issuing.freezing import from_json
from certificates.issuing.models import Award, Certificate, CertificateEvent
from certificates.issuing.rules import COMPLETION, KINDS, LIVE, headline, standing
from courses.catalogue.models import Course
from courses.programmes.models import Enrolment, Programme
from lms.accounts.models import Person
from lms.accounts.queries import names_of
from lms.hubs.models import Hub
from lms.kernel.clock import time_zones, today
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import Page, page_of
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select

    from certificates.designs.facts import CertificateFacts
    from certificates.issuing.rules import Standing
    from lms.kernel.permissions import Viewer


@dataclass(frozen=True)
class Row:
    """A certificate in a list. `digest` is the hash of its PDF, None while that is being made."""

    ref: str
    number: str
    kind: str
    holder: str
    title: str
    language: str
    hub: str
    issued_on: date
    valid_until: date | None
    standing: Standing
    digest: str | None


@dataclass(frozen=True)
class Event:
    """Something that happened to a certificate; `by` is a name, empty for the product itself."""

    kind: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Opened:
    """One certificate with all that its page says."""

    certificate: Certificate
    award: Award
    hub: Hub
    facts: CertificateFacts
    standing: Standing
    events: list[Event]
    digest: str | None
    newer: Certificate | None
    older: Certificate | None


def certificate_by_ref(viewer: Viewer, ref: str) -> Certificate:
    """Return a certificate that the viewer may see. Raises NotFound."""
    statement = select(Certificate).where(Certificate.ref == ref, policies.visible_certificates(viewer))
    certificate = db.session.scalar(statement)
    if certificate is None:
        raise NotFound(_("There is no such certificate, or it is not open to you."))
    return certificate


def opened(certificate: Certificate) -> Opened:
    """Return everything about a certificate that the caller may see."""
    hub = db.session.get_one(Hub, certificate.hub_id)
    events = list(
        db.session.scalars(
            select(CertificateEvent)
            .where(CertificateEvent.certificate_id == certificate.id)
            .order_by(CertificateEvent.at, CertificateEvent.id)
        )
    )
    names = names_of({event.by_id for event in events})
    return Opened(
        certificate=certificate,
        award=db.session.get_one(Award, certificate.award_id),
        hub=hub,
        facts=from_json(certificate.facts),
        standing=standing(certificate.state, certificate.valid_until, today(hub.time_zone)),
        events=[Event(event.kind, event.at, names.get(event.by_id, ""), event.reason) for event in events],
        digest=next((event.blob_hash for event in events if event.kind == "rendered"), None),
        newer=db.session.scalar(select(Certificate).where(Certificate.replaces_id == certificate.id)),
        older=db.session.get(Certificate, certificate.replaces_id) if certificate.replaces_id else None,
    )


def pdf_of(certificate_id: int) -> str | None:
    """Return the hash of the frozen PDF; None while it is being made."""
    return db.session.scalar(
        select(CertificateEvent.blob_hash).where(
            CertificateEvent.certificate_id == certificate_id, CertificateEvent.kind == "rendered"
        )
    )


def _rows(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the statement behind every list: on pages and in files alike."""
    rendered = and_(CertificateEvent.certificate_id == Certificate.id, CertificateEvent.kind == "rendered")
    return (
        select(
            Certificate.ref,
            Certificate.number,
            Award.kind,
            Certificate.facts,
            Certificate.language,
            Certificate.valid_until,
            Certificate.state,
            Hub.name,
            Hub.time_zone,
            CertificateEvent.blob_hash,
        )
        .select_from(Certificate)
        .join(Award, Award.id == Certificate.award_id)
        .join(Hub, Hub.id == Certificate.hub_id)
        .outerjoin(CertificateEvent, rendered)
        .where(*conditions)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )


def row_of(found: Any) -> Row:
    """Make a row of a list from what the database gave."""
    facts = from_json(found.facts)
    return Row(
        ref=found.ref,
        number=found.number,
        kind=found.kind,
        holder=facts.holder_name,
        title=headline(facts.title),
        language=found.language,
        hub=found.name,
        issued_on=facts.issued_on,
        valid_until=found.valid_until,
        standing=standing(found.state, found.valid_until, today(found.time_zone)),
        digest=found.blob_hash,
    )


def own(viewer: Viewer) -> list[Row]:
    """Return the viewer's own certificates, the newest first; withdrawn and replaced ones are among them."""
    return [row_of(found) for found in db.session.execute(_rows(Certificate.person_id == viewer.person_id))]


def is_certified(person_id: int, course_id: int) -> bool:
    """Whether a person holds a valid certificate of a completed course, whichever programme gave it."""
    of_course = (Award.person_id == person_id, Award.kind == COMPLETION, Programme.course_id == course_id)
    statement = (
        select(Certificate.id)
        .join(Award, Award.id == Certificate.award_id)
        .join(Programme, Programme.id == Award.programme_id)
        .where(*of_course, is_valid())
    )
    return db.session.scalar(select(exists(statement))) or False


def is_valid() -> ColumnElement[bool]:
    """Return the condition for certificates that hold today; the same as the standing "valid"."""
    holds = or_(Certificate.valid_until.is_(None), Certificate.valid_until >= _day_at_hub())
    return and_(Certificate.state == LIVE, holds)


def _day_at_hub() -> ColumnElement[date]:
    """Return the present day where the hub of a certificate is: for some hours of each day it is another one there."""
    zones: dict[date, list[str]] = {}
    for zone in time_zones():
        zones.setdefault(today(zone), []).append(zone)
    most = max(zones, key=lambda day: len(zones[day]))
    others = {day: names for day, names in zones.items() if day != most}
    if not others:
        return literal(most)
    of_hub = select(Hub.time_zone).where(Hub.id == Certificate.hub_id).correlate(Certificate).scalar_subquery()
    return case(*((of_hub.in_(names), literal(day)) for day, names in others.items()), else_=literal(most))


def issued(
    viewer: Viewer, *, search: str = "", kind: str = "", state: str = "", programme: str = ""
) -> Select[*tuple[Any, ...]]:
    """Return the statement for the certificates that the viewer sees as staff; for a page, a file or a count.

    search: part of a name or number. kind: one of `rules.KINDS`. state: one of `rules.STANDINGS`. programme: a ref.
    """
    conditions = [policies.staffed_certificates(viewer)]
    if key := sort_key(search):
        holders = select(Person.id).where(Person.sort_key.contains(key, autoescape=True))
        named = Certificate.person_id.in_(holders)
        conditions.append(or_(named, Certificate.number.icontains(search.strip(), autoescape=True)))
    if kind in KINDS:
        conditions.append(Award.kind == kind)
    if programme:
        earned_in = select(Programme.id).where(Programme.ref == programme).scalar_subquery()
        conditions.append(Award.programme_id == earned_in)
    if state == "valid":
        conditions.append(is_valid())
    elif state == "expired":
        conditions += [Certificate.state == LIVE, Certificate.valid_until < _day_at_hub()]
    elif state:
        conditions.append(Certificate.state == state)
    return _rows(*conditions)


def issued_page(statement: Select[*tuple[Any, ...]], number: int) -> Page[Row]:
    """Return one page of `issued`."""
    return page_of(statement, number, make=row_of)


def valid_by_hub(kind: str) -> dict[int, int]:
    """Return per hub how many certificates of a kind are valid today."""
    rows = db.session.execute(
        select(Certificate.hub_id, func.count(Certificate.id))
        .join(Award, Award.id == Certificate.award_id)
        .where(Award.kind == kind, is_valid())
        .group_by(Certificate.hub_id)
    )
    return {hub_id: int(count) for hub_id, count in rows}


def is_trainee(viewer: Viewer) -> bool:
    """Whether the viewer takes part in a train-the-trainers programme: then a way to the certificate is shown."""
    trains = exists().where(
        Enrolment.person_id == viewer.person_id,
        Enrolment.left_at.is_(None),
        Programme.id == Enrolment.programme_id,
        Course.id == Programme.course_id,
        Course.audience == "trainers",
    )
    return bool(db.session.scalar(select(trains)))
