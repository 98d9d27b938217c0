"""The door of the accounts room."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import g

from lms.accounts import checks, own_data, queries, rules, services
from lms.accounts.settings import SETTINGS
from lms.accounts.views import pages
from lms.kernel.config import setting
from lms.kernel.db import db, writing
from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l
from lms.kernel.permissions import (
    AUTHOR,
    HUB,
    MANAGER,
    NOBODY,
    OFFICE,
    PARTNERSHIP,
    PROGRAMME,
    TRAINER,
    Role,
    Viewer,
)
from lms.kernel.state import EXTENSION, state
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from lms.kernel.identity import Identity


def load_viewer() -> Viewer:
    """Return the viewer of this request: the host says who, our database says what they may do."""
    identity = _identity()
    if identity is None:
        return NOBODY
    viewer = queries.viewer_of(identity) or _in_writing(identity, services.meet)
    if identity.email and viewer.signed_in and identity.email != viewer.email:
        viewer = _in_writing(identity, services.follow_address)
    extra = rules.mapped_grants(identity.roles, setting("LMS_ROLE_MAP"))
    return replace(viewer, grants=viewer.grants + extra) if extra else viewer


def _identity() -> Identity | None:
    """Ask the host once in a request: a form with files loads its viewer twice, and the host's row is gone by then."""
    if "lms_identity" not in g:
        g.lms_identity = state().identity()
    known: Identity | None = g.lms_identity
    return known


def _in_writing(identity: Identity, change: Callable[[Identity], None]) -> Viewer:
    """Note news from the host; a reading request does it in a short transaction of its own."""
    if writing.get():
        change(identity)
    else:
        db.session.rollback()
        with transaction():
            change(identity)
    return queries.viewer_of(identity) or NOBODY


def _everybody(_viewer: Viewer) -> bool:
    return True


def _setup(app: Flask) -> None:
    lms = app.extensions[EXTENSION]
    lms.load_viewer = load_viewer
    lms.address_of = queries.addressee


FEATURE = Feature(
    name="accounts",
    package="lms.accounts",
    models=("lms.accounts.models",),
    roles=(
        Role(OFFICE, _l("Partnership office"), (PARTNERSHIP,)),
        Role(MANAGER, _l("Hub manager"), (HUB,)),
        Role(TRAINER, _l("Trainer"), (HUB, PROGRAMME)),
        Role(AUTHOR, _l("Author"), (PARTNERSHIP, HUB)),
    ),
    pages=(pages,),
    settings=SETTINGS,
    menu=(
        MenuItem(10, _l("Your profile"), "accounts.profile", place="person"),
        MenuItem(70, _l("My data"), "accounts.data", place="person"),
        MenuItem(10, _l("Accessibility statement"), "accounts.accessibility", when=_everybody, place="footer"),
        MenuItem(20, _l("Privacy"), "accounts.privacy", when=_everybody, place="footer"),
        MenuItem(40, _l("Help and contact"), "accounts.help_page", when=_everybody, place="footer"),
    ),
    checks=(checks.contact,),
    own_data={"person": own_data.person, "mails": own_data.mails, "changes": own_data.changes},
    setup=_setup,
)
