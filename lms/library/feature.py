"""The door of the library room."""

from __future__ import annotations

from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l
from lms.library import checks
from lms.library.policies import TRAINING
from lms.library.views import pages

FEATURE = Feature(
    name="library",
    package="lms.library",
    models=("lms.library.models",),
    pages=(pages,),
    permissions=(TRAINING,),
    checks=(checks.materials,),
    menu=(
        MenuItem(47, _l("Materials"), "library.materials"),
        MenuItem(6, _l("Glossary"), "library.glossary", when=lambda _viewer: True, place="footer"),
    ),
)
