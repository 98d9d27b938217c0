"""The door of the issuing room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.issuing import checks, jobs, listeners, mails
from certificates.issuing.freezing import DESIGNS, design_for
from certificates.issuing.own_data import own_certificates
from certificates.issuing.policies import AWARD, CORRECT, SEE, WITHDRAW
from certificates.issuing.rebuild import rebuild
from certificates.issuing.rules import COMPLETION, TRAINER
from certificates.issuing.services import RENDER
from certificates.issuing.views import pages
from lms.kernel.config import Setting
from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from flask import Flask


def _setup(app: Flask) -> None:
    listeners.connect()
    with app.app_context():
        for kind in DESIGNS:
            design_for(kind)  # a misspelt design stops the start, rather than somebody's last answer


FEATURE = Feature(
    name="issuing",
    package="certificates.issuing",
    models=("certificates.issuing.models",),
    pages=(pages,),
    permissions=(SEE, AWARD, WITHDRAW, CORRECT),
    settings=(
        Setting(
            "LMS_TRAINER_CERTIFICATE_YEARS",
            4,
            "For how many years a trainer certificate is valid; 0 means without end. What is issued stays as it is.",
            int,
        ),
        Setting(
            DESIGNS[TRAINER],
            TRAINER,
            "Design of trainer certificates, by its name. What is issued keeps the design that it has.",
        ),
        Setting(
            DESIGNS[COMPLETION],
            COMPLETION,
            "Design of certificates for a completed course, by its name.",
        ),
    ),
    jobs={RENDER: jobs.render_certificate},
    mails={"issuing.ready": mails.ready, "issuing.withdrawn": mails.withdrawn},
    menu=(
        MenuItem(50, _l("Certificates"), "issuing.index", when=lambda viewer: viewer.may_anywhere(SEE.name)),
        MenuItem(30, _l("My certificates"), "issuing.mine", place="person"),
    ),
    own_data={"certificates": own_certificates},
    checks=(checks.press,),
    rebuild={"certificates": rebuild},
    setup=_setup,
)
