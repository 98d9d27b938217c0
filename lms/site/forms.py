"""Forms of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from lms.kernel.errors import Invalid
from lms.kernel.forms import Form
from lms.kernel.i18n import gettext as _, language_name, lazy_gettext as _l, offered_languages
from lms.kernel.text import clean_line
from lms.site.security import one_form_of, password_faults

if TYPE_CHECKING:
    from wtforms import Field

LONGEST_NAME = 200
LONGEST_TYPED = 1000  # letters of a password that are looked at before its length is judged


def _line(value: str | None) -> str | None:
    return None if value is None else clean_line(value)


def _address(form: Form, field: Field) -> None:
    """Bring an address into its one form, without asking the network."""
    del form
    try:
        field.data = one_form_of(field.data)
    except Invalid as error:
        raise ValidationError(error.text) from error


def _email(label: Any, **more: Any) -> EmailField:
    need = InputRequired(_l("Type your e-mail address."))
    return EmailField(label, [need, Length(max=254), _address], filters=[_line], **more)


def _password(label: Any, autocomplete: str, need: Any, **more: Any) -> PasswordField:
    validators = [InputRequired(need), Length(max=LONGEST_TYPED)]
    return PasswordField(label, validators, render_kw={"autocomplete": autocomplete}, **more)


class NewPassword:
    """A new password, checked by the site's rules; mixed into forms."""

    password = _password(
        _l("New password"),
        "new-password",
        _l("Type a password."),
        description=_l(
            "At least 10 letters. Several words that do not belong together are easy to remember and hard to guess."
        ),
    )

    def personal(self) -> dict[str, str]:
        """Return what the password must not be close to."""
        return {}

    def validate_password(self, field: Field) -> None:
        """Refuse what is easy to guess."""
        if faults := password_faults(field.data, **self.personal()):
            raise ValidationError(faults[0])


class SignInForm(Form):
    """Who is there."""

    email = _email(_l("E-mail address"), render_kw={"autocomplete": "username"})
    password = _password(_l("Password"), "current-password", _l("Type your password."))
    keep = BooleanField(_l("Keep me signed in on this device"))
    next = HiddenField()


class RegisterForm(NewPassword, Form):
    """A new account."""

    name = StringField(
        _l("Your name"),
        [InputRequired(_l("Type your name.")), Length(max=LONGEST_NAME)],
        filters=[_line],
        description=_l("As it should stand on a certificate: first name and family name."),
        render_kw={"autocomplete": "name"},
    )
    email = _email(
        _l("E-mail address"),
        description=_l("Your address at work. We send a link to it to make sure that it is yours."),
        render_kw={"autocomplete": "email"},
    )
    password = _password(
        _l("Password"), "new-password", _l("Type a password."), description=NewPassword.password.kwargs["description"]
    )
    language = SelectField(
        _l("Language"), description=_l("For these pages and for mail to you. You can change it later.")
    )
    consent = BooleanField(
        _l("I have read the privacy notice"), [InputRequired(_l("Read the privacy notice, then tick this box."))]
    )
    next = HiddenField()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Offer the languages of this site."""
        super().__init__(*arguments, **named)
        self.language.choices = [(code, language_name(code)) for code in offered_languages()]

    def validate_name(self, field: Field) -> None:
        """Refuse a name of invisible letters."""
        if not field.data:
            raise ValidationError(_("Type your name."))

    def personal(self) -> dict[str, str]:
        """Name and address are the first that somebody would try."""
        return {"name": self.name.data or "", "email": self.email.data or ""}


class AddressForm(Form):
    """Where to send a link."""

    email = _email(_l("E-mail address"), render_kw={"autocomplete": "email"})


class ResetForm(NewPassword, Form):
    """A new password instead of a forgotten one."""

    def __init__(self, *arguments: Any, known: dict[str, str] | None = None, **named: Any) -> None:
        """Keep what the password must not be close to."""
        super().__init__(*arguments, **named)
        self.known = known or {}

    def personal(self) -> dict[str, str]:
        """Name and address of the account."""
        return self.known


class ConfirmForm(Form):
    """The password again: only who chose it and reads the mail confirms the address."""

    password = _password(_l("Password"), "current-password", _l("Type the password that you chose."))


class PasswordForm(ResetForm):
    """Another password, given the present one."""

    present_password = _password(_l("Present password"), "current-password", _l("Type your present password."))


class EmailForm(Form):
    """Another address, given the password."""

    email = _email(
        _l("New e-mail address"),
        description=_l("We send a link to the new address. Until you follow it, the present address stays."),
        render_kw={"autocomplete": "email"},
    )
    present_password = _password(_l("Password"), "current-password", _l("Type your password."))
