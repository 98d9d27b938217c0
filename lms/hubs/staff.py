"""Giving and ending the roles of people in a hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.accounts.services import end_role, grant_role
from lms.hubs import policies
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.permissions import HUB, MANAGER

if TYPE_CHECKING:
    from lms.hubs.models import Hub
    from lms.kernel.permissions import Viewer


def person_by_email(email: str, *, field: str = "email") -> Person:
    """Return the person who has an account with this address.

    Raises Invalid when nobody has, or when two accounts share the address: a role must never go to the wrong one.
    """
    found = list(
        db.session.scalars(
            select(Person)
            .where(func.lower(Person.email) == email.strip().lower(), Person.erased_at.is_(None))
            .where(Person.merged_into_id.is_(None))
            .limit(2)
        )
    )
    if not found or not email.strip():
        text = _("Nobody has an account with this e-mail address. Ask the person to register first, then try again.")
        raise Invalid(text, field)
    if len(found) > 1:
        raise Invalid(_("Two accounts have this e-mail address. Ask the person which one to use."), field)
    return found[0]


def give_role(*, actor: Viewer, hub: Hub, email: str, role: str) -> Person:
    """Give a role in a hub to the person with this e-mail address; having it already changes nothing.

    Raises Invalid when nobody is known by it, Forbidden when the actor may not give this role.
    """
    if not policies.may_appoint(actor, hub.id, role):
        raise Forbidden(_("You cannot give this role in this hub."))
    person = person_by_email(email)
    grant_role(actor=actor, person_id=person.id, role=role, scope=(HUB, hub.id))
    return person


def take_role(*, actor: Viewer, hub: Hub, person_id: int, role: str) -> None:
    """End a role of a person in a hub. Raises Conflict for managers who would end their own role."""
    if not policies.may_appoint(actor, hub.id, role):
        raise Forbidden(_("You cannot end this role in this hub."))
    if role == MANAGER and person_id == actor.person_id:
        raise Conflict(_("You cannot end your own role as hub manager. Ask another manager or the partnership office."))
    end_role(actor=actor, person_id=person_id, role=role, scope=(HUB, hub.id))
