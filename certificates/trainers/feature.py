"""The door of the trainers room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.trainers import mails
from certificates.trainers.own_data import forget_person, own_practice
from certificates.trainers.policies import RECORD, SEE
from certificates.trainers.views import pages
from lms.accounts.signals import person_erased
from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from flask import Flask


def _setup(app: Flask) -> None:
    del app
    person_erased.connect(forget_person)


FEATURE = Feature(
    name="trainers",
    package="certificates.trainers",
    models=("certificates.trainers.models",),
    pages=(pages,),
    permissions=(SEE, RECORD),
    mails={"trainers.practice": mails.practice},
    menu=(MenuItem(45, _l("Trainees"), "trainers.index", when=lambda viewer: viewer.may_anywhere(SEE.name)),),
    own_data={"practice": own_practice},
    setup=_setup,
)
