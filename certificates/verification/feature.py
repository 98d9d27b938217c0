"""The door of the verification room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.verification.views import pages
from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from lms.kernel.permissions import Viewer


def _everybody(_viewer: Viewer) -> bool:
    return True


FEATURE = Feature(
    name="verification",
    package="certificates.verification",
    pages=(pages,),
    menu=(
        MenuItem(90, _l("Check a certificate"), "verification.form", when=lambda viewer: not viewer.signed_in),
        MenuItem(30, _l("Check a certificate"), "verification.form", when=_everybody, place="footer"),
    ),
)
