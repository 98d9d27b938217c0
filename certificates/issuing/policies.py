"""Who may see and do what with certificates: predicates and SQL filters side by side.

A certificate is its holder's; the managers and trainers of the hub that issued it see it too, and the trainers of the
programme it comes from. Nobody awards, withdraws or corrects a certificate of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import false, or_, select, true

from certificates.issuing.models import Award, Certificate
from lms.kernel.permissions import HUB, MANAGER, PROGRAMME, SYSTEM, TRAINER, Permission, Viewer

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

SEE = Permission(
    "certificate:see",
    "See and download the certificates of a hub or programme.",
    frozenset({MANAGER, TRAINER}),
)
AWARD = Permission("certificate:award", "Award certificates in a hub.", frozenset({MANAGER}))
WITHDRAW = Permission("certificate:withdraw", "Withdraw a certificate of a hub.", frozenset({MANAGER}))
CORRECT = Permission("certificate:correct", "Replace a certificate of a hub by a corrected one.", frozenset({MANAGER}))


def may_see(viewer: Viewer, certificate: Certificate, award: Award) -> bool:
    """Whether the viewer may see and download a certificate; the same as `visible_certificates`."""
    if viewer is SYSTEM or (viewer.signed_in and certificate.person_id == viewer.person_id):
        return True
    # Who is certified anew by another hub keeps the award of the first, whose trainers are no longer concerned.
    programme_id = award.programme_id if award.hub_id == certificate.hub_id else None
    return viewer.may(SEE.name, (PROGRAMME, programme_id or 0), (HUB, certificate.hub_id))


def visible_certificates(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the certificates that the viewer may see; the same as `may_see`."""
    staffed = staffed_certificates(viewer)
    return or_(staffed, Certificate.person_id == viewer.person_id) if viewer.signed_in else staffed


def staffed_certificates(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the certificates that the viewer sees as a manager or trainer, not as their holder."""
    if viewer is SYSTEM or viewer.may_everywhere(SEE.name):
        return true()
    hub_ids, programme_ids = viewer.scope_ids(SEE.name, HUB), viewer.scope_ids(SEE.name, PROGRAMME)
    conditions: list[ColumnElement[bool]] = [Certificate.hub_id.in_(hub_ids)] if hub_ids else []
    if programme_ids:
        awards = select(Award.id).where(
            Award.id == Certificate.award_id,
            Award.hub_id == Certificate.hub_id,
            Award.programme_id.in_(programme_ids),
        )
        conditions.append(awards.correlate(Certificate).exists())
    return or_(*conditions) if conditions else false()


def may_award(viewer: Viewer, hub_id: int, person_id: int) -> bool:
    """Whether the viewer may award a certificate of a hub to a person."""
    return _may(viewer, AWARD, hub_id, person_id)


def may_withdraw(viewer: Viewer, certificate: Certificate) -> bool:
    """Whether the viewer may withdraw a certificate."""
    return _may(viewer, WITHDRAW, certificate.hub_id, certificate.person_id)


def may_correct(viewer: Viewer, certificate: Certificate) -> bool:
    """Whether the viewer may replace a certificate by a corrected one."""
    return _may(viewer, CORRECT, certificate.hub_id, certificate.person_id)


def _may(viewer: Viewer, permission: Permission, hub_id: int, person_id: int) -> bool:
    return viewer is SYSTEM or (person_id != viewer.person_id and viewer.may(permission.name, (HUB, hub_id)))
