"""Everything that the site keeps about one person, gathered from all rooms: the download "My data"."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from flask import render_template
from sqlalchemy import select

from lms.accounts.models import Identity, Person, RoleGrant
from lms.kernel.audit import AuditEvent
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.i18n import gettext as _
from lms.kernel.mail import Mail
from lms.kernel.state import state

if TYPE_CHECKING:
    from collections.abc import Callable


def collect(person_id: int) -> dict[str, object]:
    """Ask every room what it keeps about a person; rooms that keep nothing are left out."""
    rooms = cast("dict[str, Callable[[int], object]]", state().feature_values("own_data"))
    found = {key: say(person_id) for key, say in rooms.items()}
    return {key: _plain(value) for key, value in found.items() if value not in (None, [], {}, "")}


def title_of(key: str) -> str:
    """Name a part of the data in the reader's language; a part that somebody else brings keeps its own word."""
    titles = {
        "person": _("Person"),
        "account": _("Account"),
        "mails": _("Mails"),
        "changes": _("Changes"),
        "programmes": _("Programmes"),
        "progress": _("Progress"),
        "quiz attempts": _("Quiz attempts"),
        "hand-ins": _("Hand-ins"),
        "drafts of hand-ins": _("Drafts of hand-ins"),
        "answers to hand-ins": _("Answers to hand-ins"),
        "practice": _("Practice"),
        "certificates": _("Certificates"),
    }
    return titles.get(key, key.replace("_", " ").capitalize())


def _plain(value: object) -> object:
    """Write instants and dates as text; keep what JSON knows."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def package(person_id: int) -> bytes:
    """Return a zip file: the data for programs (JSON) and the same for people (a page)."""
    data = collect(person_id)
    moment = now()
    whole = {"made": moment.isoformat(), **data}
    page = render_template("lms/accounts/own_data_file.html", data=data, moment=moment, title_of=title_of)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("my-data.json", json.dumps(whole, ensure_ascii=False, indent=2))
        archive.writestr("my-data.html", page)
    return stream.getvalue()


def person(person_id: int) -> object:
    """Return what this room keeps: the person, the accounts of hosts, the roles."""
    row = db.session.get_one(Person, person_id)
    return {
        "id": row.ref,
        "name": row.name,
        "email": row.email,
        "language": row.language,
        "time_zone": row.time_zone,
        "known_since": row.created_at,
        "signs_in_by": [
            {"system": identity.issuer, "account": identity.subject, "since": identity.created_at}
            for identity in db.session.scalars(
                select(Identity).where(Identity.person_id == person_id).order_by(Identity.id)
            )
        ],
        "roles": [
            {
                "role": grant.role,
                "in": grant.scope_kind,
                "number": grant.scope_id,
                "from": grant.from_at,
                "until": grant.until_at,
            }
            for grant in db.session.scalars(
                select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(RoleGrant.id)
            )
        ],
    }


def mails(person_id: int) -> object:
    """Return which mails went to the person: kinds and times; their words are not kept."""
    rows = db.session.execute(
        select(Mail.kind, Mail.created_at, Mail.sent_at).where(Mail.person_id == person_id).order_by(Mail.id)
    )
    return [{"kind": row.kind, "asked_for": row.created_at, "sent": row.sent_at} for row in rows]


def changes(person_id: int) -> object:
    """Return what the person changed, and what was changed on the person, from the audit trail."""
    on_me = (AuditEvent.on_kind == "person") & (AuditEvent.on_id == person_id)
    statement = select(AuditEvent).where((AuditEvent.by_id == person_id) | on_me).order_by(AuditEvent.id)
    return [
        {"at": event.at, "what": event.what, "by_me": event.by_id == person_id, "on": event.on_kind, "why": event.why}
        for event in db.session.scalars(statement)
    ]
