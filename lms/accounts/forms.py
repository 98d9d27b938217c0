"""Forms of the accounts room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from lms.kernel.forms import Form
from lms.kernel.i18n import gettext as _, language_name, lazy_gettext as _l, offered_languages, zone_choices
from lms.kernel.text import clean_line

if TYPE_CHECKING:
    from wtforms import Field


class ProfileForm(Form):
    """What people say of themselves."""

    name = StringField(
        _l("Your name"),
        [InputRequired(_l("Type your name.")), Length(max=200)],
        filters=[lambda value: None if value is None else clean_line(value)],
        description=_l("First name and family name, as on a certificate. Certificates that you have keep the old one."),
        render_kw={"autocomplete": "name"},
    )
    language = SelectField(_l("Language"), description=_l("For these pages and for mail to you."))
    time_zone = SelectField(
        _l("Time zone"), description=_l("For times on these pages. Deadlines say whose time they are in.")
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Offer the languages of this site and the time zones near us."""
        super().__init__(*arguments, **named)
        self.language.choices = [(code, language_name(code)) for code in offered_languages()]
        usual = [("", _("The time zone of this site"))]
        self.time_zone.choices = usual + zone_choices(self.time_zone.data or "")

    def validate_name(self, field: Field) -> None:
        """Refuse a name of invisible letters."""
        if not field.data:
            raise ValidationError(_("Type your name."))


class EraseForm(Form):
    """The wish to be forgotten, said twice."""

    sure = BooleanField(
        _l("Yes, erase my account. I know that it cannot be brought back."),
        [InputRequired(_l("Tick the box if you want your account to be erased."))],
    )
