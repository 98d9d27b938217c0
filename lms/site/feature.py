"""The door of the site's own room: sign-in, its pages, mails and settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lms.accounts.signals import person_changed, person_erased
from lms.kernel.feature import Feature, MenuItem
from lms.kernel.i18n import lazy_gettext as _l
from lms.kernel.pages import url
from lms.site import checks, jobs, listeners, mails, own_data
from lms.site.account_views import pages as account_pages
from lms.site.settings import SETTINGS
from lms.site.views import pages

if TYPE_CHECKING:
    from flask import Flask


def _setup(app: Flask) -> None:
    app.config.update(
        SECURITY_CONFIRM_EMAIL_WITHIN=timedelta(hours=app.config["LMS_LINK_HOURS"]),
        SECURITY_CHANGE_EMAIL_WITHIN=timedelta(hours=app.config["LMS_LINK_HOURS"]),
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(hours=mails.RESET_HOURS),
    )
    person_changed.connect(listeners.person_changed)
    person_erased.connect(listeners.person_erased)


FEATURE = Feature(
    name="site",
    package="lms.site",
    models=("lms.site.models",),
    pages=(pages, account_pages),
    settings=SETTINGS,
    mails={
        "site.confirm": mails.confirm,
        "site.exists": mails.exists,
        "site.reset": mails.reset,
        "site.address": mails.new_address,
        "site.changed": mails.changed,
    },
    periodic={"site.forget": (24, jobs.forget)},
    menu=(
        MenuItem(80, _l("Sign-in and security"), "account.security", place="person"),
        MenuItem(10, _l("Change the e-mail address"), "account.email", place="profile"),
        MenuItem(20, _l("Sign-in and security"), "account.security", place="profile"),
        MenuItem(90, _l("Sign out"), url=lambda: url("site.sign_out"), place="person", post=True),
    ),
    checks=(checks.administrator,),
    own_data={"account": own_data.account},
    setup=_setup,
)
