"""The door of the accounts room."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lms.accounts import queries, rules, services
from lms.kernel.config import setting
from lms.kernel.db import db, writing
from lms.kernel.feature import Feature
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
    from flask import Flask

    from lms.kernel.identity import Identity


def load_viewer() -> Viewer:
    """Return the viewer of this request: the host says who, our database says what they may do."""
    identity = state().identity()
    if identity is None:
        return NOBODY
    viewer = queries.viewer_of(identity) or _first_visit(identity)
    extra = rules.mapped_grants(identity.roles, setting("LMS_ROLE_MAP"))
    return replace(viewer, grants=viewer.grants + extra) if extra else viewer


def _first_visit(identity: Identity) -> Viewer:
    """Make a person for a new account; a reading request does it in a short transaction of its own."""
    if writing.get():
        services.meet(identity)
    else:
        db.session.rollback()
        with transaction():
            services.meet(identity)
    return queries.viewer_of(identity) or NOBODY


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
    setup=_setup,
)
