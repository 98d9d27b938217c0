"""Pages of people who are not signed in: sign-in, a new account, a lost password.

The forms are `writes=False`: a password is checked or hashed first, and only then a short writing transaction opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import make_response, redirect, request

from lms.kernel.config import setting
from lms.kernel.db import db
from lms.kernel.errors import Forbidden
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render, url
from lms.kernel.permissions import PUBLIC
from lms.kernel.transaction import transaction
from lms.site import links, passwords, queries, services, signing_in
from lms.site.forms import AddressForm, ConfirmForm, RegisterForm, ResetForm, SignInForm
from lms.site.models import User
from lms.site.rules import safe_next

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as WerkzeugResponse

    from lms.kernel.forms import Form

pages = Pages("site")
SEE_OTHER = 303
SIGN_IN = "lms/site/sign_in.html"
REGISTER = "lms/site/register.html"
CONFIRM = "lms/site/confirm.html"
CONFIRM_AGAIN = "lms/site/confirm_again.html"
FORGOT = "lms/site/forgot.html"
RESET = "lms/site/reset.html"


def too_many(error: signing_in.TooManyTries, form: Form, template: str, **context: Any) -> Response:
    """Show a form again to somebody who has to wait."""
    response = make_response(render(template, form=form, problem=error.text, **context), error.status)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def on_to(address: str) -> WerkzeugResponse:
    """Go on to a page of this site."""
    return redirect(safe_next(address), SEE_OTHER)


@pages.get("/sign-in", permission=PUBLIC)
def sign_in() -> str | Response | WerkzeugResponse:
    """Ask who is there."""
    then = safe_next(request.args.get("next"))
    if current_viewer().signed_in:
        return on_to(then)
    return render(SIGN_IN, form=SignInForm.read(next=then), then=then)


@pages.post("/sign-in", permission=PUBLIC, writes=False)
def sign_in_now() -> Response | WerkzeugResponse:
    """Check address and password, and begin the session."""
    form = SignInForm.read()
    then = safe_next(form.next.data)
    if not form.validate():
        return invalid(form, SIGN_IN, then=then)
    try:
        user_id = signing_in.check_password(form.email.data or "", form.password.data or "")
    except signing_in.TooManyTries as error:
        return too_many(error, form, SIGN_IN, then=then)
    if user_id is None:
        form.refuse("password", _("The e-mail address and the password do not fit together. Type the password again."))
        return invalid(form, SIGN_IN, then=then)
    user = db.session.get_one(User, user_id)
    if not user.active:
        form.refuse("email", _("This account is closed. Write to us if you think that this is a mistake."))
        return invalid(form, SIGN_IN, then=then)
    if user.confirmed_at is None:
        with transaction():
            services.ask_to_confirm(user=db.session.get_one(User, user_id), then=then)
        form.refuse(
            "email", _("This e-mail address is not confirmed yet. Open the link in the mail that we have sent you.")
        )
        return invalid(form, SIGN_IN, then=then)
    return _enter(user, keep=bool(form.keep.data), then=then)


def _enter(user: User, *, keep: bool, then: str, how: str = "password") -> Response | WerkzeugResponse:
    """Begin a session, or the second step of sign-in where there is one."""
    more = signing_in.second_factor(user, keep=keep, then=then)
    if more is not None:
        return make_response(more)
    signing_in.enter(user, keep=keep, how=how)
    return on_to(then)


@pages.post("/sign-out", permission=PUBLIC, writes=False)
def sign_out() -> Response | WerkzeugResponse:
    """End this session."""
    signing_in.leave()
    flash(_("You are signed out."), "info")
    answer = redirect_to("site.sign_in")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'  # the next person at this computer goes back to nothing
    return answer


def _only_if_open() -> None:
    if not setting("LMS_REGISTRATION"):
        raise Forbidden(_("Accounts are made by the hubs here. Ask the hub for your country for one."))


@pages.get("/register", permission=PUBLIC)
def register() -> str | Response | WerkzeugResponse:
    """Ask for what an account needs."""
    then = safe_next(request.args.get("next"))
    if current_viewer().signed_in:
        return on_to(then)
    _only_if_open()
    return render(REGISTER, form=RegisterForm.read(next=then, language=current_language()), then=then)


@pages.post("/register", permission=PUBLIC, writes=False)
def register_now() -> Response | WerkzeugResponse:
    """Make an account that waits for its address to be confirmed. The answer never tells whether there was one."""
    _only_if_open()
    form = RegisterForm.read()
    then = safe_next(form.next.data)
    if not form.validate():
        return invalid(form, REGISTER, then=then)
    try:
        signing_in.count_wish_for_mail()
    except signing_in.TooManyTries as error:
        return too_many(error, form, REGISTER, then=then)
    password_hash = passwords.hashed(form.password.data or "")
    with transaction():
        services.register(
            name=form.name.data or "",
            email=form.email.data or "",
            language=form.language.data,
            password_hash=password_hash,
            then=then,
        )
    return redirect_to("site.mail_sent")


@pages.get("/mail-sent", permission=PUBLIC)
def mail_sent() -> str:
    """Say that there is mail, and what to do when there is none."""
    return render("lms/site/mail_sent.html")


@pages.get("/confirm", permission=PUBLIC)
def confirm_again() -> str:
    """Ask for the address that a link is to be sent to again."""
    return render(CONFIRM_AGAIN, form=AddressForm.read())


@pages.post("/confirm", permission=PUBLIC)
def confirm_again_now() -> Response | WerkzeugResponse:
    """Send the link again, if it is needed; the same answer for every address."""
    form = AddressForm.read()
    if not form.validate():
        return invalid(form, CONFIRM_AGAIN)
    try:
        signing_in.count_wish_for_mail()
    except signing_in.TooManyTries as error:
        return too_many(error, form, CONFIRM_AGAIN)
    user = queries.user_by_email(form.email.data or "")
    if user is not None and user.confirmed_at is None:
        services.ask_to_confirm(user=user)
    return redirect_to("site.mail_sent")


@pages.get("/confirm/<token>", permission=PUBLIC)
def confirm(token: str) -> str:
    """Ask for the password again. Opening the link alone changes nothing: programs that check mail open links."""
    user = links.confirming(token)
    then = safe_next(request.args.get("next"))
    if user.confirmed_at is not None:
        return render("lms/site/confirmed.html", then=then)
    return render(CONFIRM, form=ConfirmForm.read(), email=user.email, then=then)


@pages.post("/confirm/<token>", permission=PUBLIC, writes=False)
def confirm_now(token: str) -> Response | WerkzeugResponse:
    """Confirm the address and sign in."""
    user = links.confirming(token)
    user_id, email = user.id, user.email
    then = safe_next(request.args.get("next"))
    form = ConfirmForm.read()
    if not form.validate():
        return invalid(form, CONFIRM, email=email, then=then)
    try:
        known_id = signing_in.check_password(email, form.password.data or "")
    except signing_in.TooManyTries as error:
        return too_many(error, form, CONFIRM, email=email, then=then)
    if known_id != user_id:
        form.refuse(
            "password",
            _("This is not the password of this account. Type it again, or choose a new one."),
        )
        return invalid(form, CONFIRM, email=email, then=then)
    with transaction():
        services.confirm(user=db.session.get_one(User, user_id))
    flash(_("Your e-mail address is confirmed. Welcome."))
    return _enter(db.session.get_one(User, user_id), keep=False, then=then, how="confirm")


@pages.get("/reset", permission=PUBLIC)
def forgot() -> str:
    """Ask whose password was forgotten."""
    return render(FORGOT, form=AddressForm.read())


@pages.post("/reset", permission=PUBLIC)
def forgot_now() -> Response | WerkzeugResponse:
    """Send a link to choose a new password; the same answer for every address."""
    form = AddressForm.read()
    if not form.validate():
        return invalid(form, FORGOT)
    try:
        signing_in.count_wish_for_mail()
    except signing_in.TooManyTries as error:
        return too_many(error, form, FORGOT)
    user = queries.user_by_email(form.email.data or "")
    if user is not None and user.active:
        services.ask_to_reset(user=user)
    return redirect_to("site.mail_sent")


def known_words(user: User) -> dict[str, str]:
    """Return what a password must not be close to."""
    return {"name": user.name, "email": user.email}


@pages.get("/reset/<token>", permission=PUBLIC)
def reset(token: str) -> str:
    """Ask for the new password."""
    user = links.resetting(token)
    return render(RESET, form=ResetForm.read(known=known_words(user)), email=user.email)


@pages.post("/reset/<token>", permission=PUBLIC, writes=False)
def reset_now(token: str) -> Response | WerkzeugResponse:
    """Take the new password; whoever reads the account's mail has confirmed its address too."""
    user = links.resetting(token)
    email = user.email
    form = ResetForm.read(known=known_words(user))
    if not form.validate():
        return invalid(form, RESET, email=email)
    password_hash = passwords.hashed(form.password.data or "")
    with transaction():
        user = links.resetting(token)  # of two clicks at once the second finds the link used
        services.set_password(user=user, password_hash=password_hash)
        services.confirm(user=user)
    signing_in.forget_failures(email)
    signing_in.leave()
    flash(_("Your new password is saved. Sign in with it."))
    return redirect(url("site.sign_in"), SEE_OTHER)
