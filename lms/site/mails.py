"""Mails of the site. Links are signed when the mail is written, from ids; no link is kept anywhere."""

from __future__ import annotations

from typing import Any

from lms.kernel.config import setting
from lms.kernel.db import db
from lms.kernel.i18n import gettext as _, ngettext
from lms.kernel.mail import MailText
from lms.kernel.pages import url
from lms.site import links, queries
from lms.site.models import User

RESET_HOURS = 2


def confirm(args: dict[str, Any]) -> MailText | None:
    """Write the mail that confirms an address; nothing when that was done meanwhile."""
    user = db.session.get(User, args["user_id"])
    if user is None or user.confirmed_at is not None:
        return None
    more = {} if args.get("next", "/") == "/" else {"next": args["next"]}
    hours = int(setting("LMS_LINK_HOURS"))
    return MailText(
        subject=_("Confirm your e-mail address for %(site)s", site=setting("LMS_SITE_NAME")),
        paragraphs=[
            _("Somebody, probably you, made an account with this e-mail address. Confirm the address to begin."),
            ngettext("The link works for %(num)s hour.", "The link works for %(num)s hours.", hours),
            _("If it was not you, you need not do anything: without this step nobody can use the account."),
        ],
        action=(
            _("Confirm my e-mail address"),
            url("site.confirm", token=links.confirm_token(user), external=True, **more),
        ),
        by_name=False,
    )


def exists(args: dict[str, Any]) -> MailText | None:
    """Tell somebody who has an account that a second one was asked for."""
    user = db.session.get(User, args["user_id"])
    if user is None:
        return None
    return MailText(
        subject=_("You have an account at %(site)s already", site=setting("LMS_SITE_NAME")),
        paragraphs=[
            _("Somebody, probably you, wanted to make an account with this address. You have one already."),
            _("If you have forgotten your password, choose “I forgot my password” on the page where you sign in."),
            _("If it was not you, you need not do anything. Nothing was changed or told."),
        ],
        action=(_("Sign in"), url("site.sign_in", external=True)),
    )


def reset(args: dict[str, Any]) -> MailText | None:
    """Write the mail with the link to a new password."""
    user = db.session.get(User, args["user_id"])
    if user is None or not user.active:
        return None
    return MailText(
        subject=_("Choose a password for %(site)s", site=setting("LMS_SITE_NAME")),
        paragraphs=[
            _("Use this link to choose a new password."),
            ngettext("The link works once, for %(num)s hour.", "The link works once, for %(num)s hours.", RESET_HOURS),
            _("If you did not ask for it, you need not do anything: your password stays as it is."),
        ],
        action=(_("Choose a password"), url("site.reset", token=links.reset_token(user), external=True)),
    )


def new_address(args: dict[str, Any]) -> MailText | None:
    """Write to a new address, to learn whether it is the person's own."""
    change = queries.email_change(args["change"])
    user = None if change is None else db.session.get(User, change.user_id)
    if change is None or user is None or change.done_at is not None:
        return None
    hours = int(setting("LMS_LINK_HOURS"))
    return MailText(
        subject=_("Confirm your new e-mail address for %(site)s", site=setting("LMS_SITE_NAME")),
        paragraphs=[
            _("Somebody, probably you, wants to use this address for an account. Confirm it for the change."),
            ngettext("The link works for %(num)s hour.", "The link works for %(num)s hours.", hours),
            _("If it was not you, you need not do anything."),
        ],
        action=(
            _("Confirm my new e-mail address"),
            url("account.confirm_email", token=links.change_token(user, change), external=True),
        ),
        to=change.email,
    )


def changed(args: dict[str, Any]) -> MailText | None:
    """Tell the owner that the password or the address of the account was changed, at the address from before."""
    if args["what"] == "password":
        text, to = _("The password of your account was changed, and you were signed out everywhere."), ""
    else:
        change = queries.email_change(args["change"])
        if change is None:
            return None
        text, to = (
            _("The e-mail address of your account was changed. Mail goes to the new address from now on."),
            change.previous,
        )
    return MailText(
        subject=_("Your account at %(site)s was changed", site=setting("LMS_SITE_NAME")),
        paragraphs=[text, _("If it was not you, tell us at once, so that we can give you your account back.")],
        action=(_("Help and contact"), url("accounts.help_page", external=True)),
        to=to,
    )
