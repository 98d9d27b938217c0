"""Pages of somebody who is signed in: password, e-mail address, sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, flash, invalid, redirect_to, render
from lms.kernel.permissions import PUBLIC, SIGNED_IN
from lms.kernel.transaction import transaction
from lms.site import links, passwords, queries, services, signing_in
from lms.site.forms import EmailForm, PasswordForm
from lms.site.models import User
from lms.site.security import signed_in_user
from lms.site.views import known_words, too_many

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as WerkzeugResponse

    from lms.kernel.forms import Form

pages = Pages("account")
PASSWORD = "lms/site/password.html"  # noqa: S105 - a template
EMAIL = "lms/site/email.html"


def _user() -> User:
    user = signed_in_user()
    if user is None:  # a viewer without an account of this site cannot be
        raise Forbidden(_("Sign in to open this page."))
    return user


@pages.get("/account/security", permission=SIGNED_IN)
def security() -> str:
    """Show how one signs in, and what can be changed."""
    return render("lms/site/security.html", email=_user().email)


def _has_password(form: Form, field: str, email: str, typed: str, user_id: int) -> bool:
    """Check the present password; says at the field what is wrong. Raises TooManyTries."""
    if signing_in.check_password(email, typed) == user_id:
        return True
    form.refuse(field, _("This is not your present password. Type it again."))
    return False


@pages.get("/account/password", permission=SIGNED_IN)
def password() -> str:
    """Ask for the present and the new password."""
    return render(PASSWORD, form=PasswordForm.read(known=known_words(_user())))


@pages.post("/account/password", permission=SIGNED_IN, writes=False)
def password_now() -> Response | WerkzeugResponse:
    """Change the password; all other sessions end."""
    user = _user()
    user_id, email = user.id, user.email
    form = PasswordForm.read(known=known_words(user))
    if not form.validate():
        return invalid(form, PASSWORD)
    try:
        if not _has_password(form, "present_password", email, form.present_password.data or "", user_id):
            return invalid(form, PASSWORD)
    except signing_in.TooManyTries as error:
        return too_many(error, form, PASSWORD)
    password_hash = passwords.hashed(form.password.data or "")
    with transaction():
        services.set_password(user=db.session.get_one(User, user_id), password_hash=password_hash)
    signing_in.stay(db.session.get_one(User, user_id))
    flash(_("Your new password is saved. You are signed out on all other devices."))
    return redirect_to("account.security")


@pages.get("/account/email", permission=SIGNED_IN)
def email() -> str:
    """Ask for the new address."""
    return render(EMAIL, form=EmailForm.read(), present=_user().email)


@pages.post("/account/email", permission=SIGNED_IN, writes=False)
def email_now() -> Response | WerkzeugResponse:
    """Send a link to the new address; it is changed when the link is followed."""
    user = _user()
    user_id, present = user.id, user.email
    form = EmailForm.read()
    if not form.validate():
        return invalid(form, EMAIL, present=present)
    try:
        if not _has_password(form, "present_password", present, form.present_password.data or "", user_id):
            return invalid(form, EMAIL, present=present)
    except signing_in.TooManyTries as error:
        return too_many(error, form, EMAIL, present=present)
    if queries.email_key(form.email.data or "") == queries.email_key(present):
        form.refuse("email", _("This is your address already. Type the new one."))
        return invalid(form, EMAIL, present=present)
    try:
        signing_in.count_mail_to_strangers(user_id)
    except signing_in.TooManyTries as error:
        return too_many(error, form, EMAIL, present=present)
    with transaction():
        services.ask_for_email(user=db.session.get_one(User, user_id), email=form.email.data or "")
    flash(_("We have sent a link to the new address. Open it to make the change."), "info")
    return redirect_to("account.security")


@pages.get("/account/email/<token>", permission=PUBLIC)
def confirm_email(token: str) -> str:
    """Ask to confirm the new address. Opening the link alone changes nothing."""
    _account, change = links.changing(token)
    return render("lms/site/confirm_email.html", email=change.email)


@pages.post("/account/email/<token>", permission=PUBLIC)
def confirm_email_now(token: str) -> Response | WerkzeugResponse:
    """Change the address; all other sessions end."""
    here = signed_in_user()
    user, change = links.changing(token)
    if not services.change_email(user=user, change=change):
        raise Conflict(_("This address belongs to another account by now, so nothing was changed."))
    if here is user:
        signing_in.stay(user)
    flash(_("Your e-mail address is changed. Sign in with it from now on."))
    return redirect_to("account.security")


@pages.post("/account/sessions/end", permission=SIGNED_IN)
def end_sessions() -> Response | WerkzeugResponse:
    """Sign out everywhere but here."""
    user = _user()
    services.end_sessions(user=user)
    signing_in.stay(user)
    flash(_("You are signed out on all other devices."))
    return redirect_to("account.security")
