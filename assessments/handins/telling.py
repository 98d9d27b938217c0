"""Telling people about hand-ins: who gets which mail. The mails are written by `mails`, when they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.handins.queries import people_behind
from courses.programmes.team_queries import readers_of
from lms.kernel.mail import send_mail

if TYPE_CHECKING:
    from assessments.handins.models import Feedback, Handin, HandinVersion

RECEIVED, HANDED_IN = "handins.received", "handins.handed_in"
REVISE, ACCEPTED = "handins.revise", "handins.accepted"


def tell_handed_in(handin: Handin, version: HandinVersion) -> None:
    """Tell the trainers that a version came in, and those whose work it is that it arrived."""
    args, team = {"version_id": version.id}, people_behind(handin)
    for person_id in team:
        send_mail(kind=HANDED_IN, person_id=person_id, args=args, key=f"{HANDED_IN}:{version.id}:{person_id}")
    for person_id in readers_of(handin.programme_id, handin.hub_id):
        if person_id not in team:
            send_mail(kind=RECEIVED, person_id=person_id, args=args, key=f"{RECEIVED}:{version.id}:{person_id}")


def tell_answered(handin: Handin, feedback: Feedback) -> None:
    """Tell everybody whose work it is how it was answered."""
    kind = ACCEPTED if feedback.verdict == "accepted" else REVISE
    for person_id in people_behind(handin):
        key = f"{kind}:{feedback.id}:{person_id}"
        send_mail(kind=kind, person_id=person_id, args={"feedback_id": feedback.id}, key=key)
