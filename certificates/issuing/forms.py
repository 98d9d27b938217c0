"""Forms of the issuing room."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from certificates.designs.facts import LONGEST
from certificates.issuing.texts import WITHDRAWALS
from lms.kernel.forms import Form, choice, many_lines, one_line
from lms.kernel.i18n import lazy_gettext as _l


class WithdrawForm(Form):
    """Why a certificate is withdrawn."""

    reason = RadioField(
        _l("Reason"),
        [InputRequired(_l("Choose a reason."))],
        description=_l("Everybody who checks the certificate sees this reason, and the holder gets it by mail."),
    )
    why = TextAreaField(
        _l("Note for the hub"),
        [Optional(), Length(max=2000)],
        filters=[many_lines],
        description=_l("Stays in the trail of changes. It is not shown to the holder or to the public."),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        """Offer the reasons."""
        super().__init__(*args, **values)
        self.reason.choices = [choice(key, text) for key, text in WITHDRAWALS.items()]


class CorrectForm(Form):
    """How the name should stand on a certificate."""

    name = StringField(
        _l("Name on the certificate"),
        [InputRequired(_l("Write the name.")), Length(max=LONGEST["holder_name"])],
        filters=[one_line],
        description=_l("First name and family name, as the holder writes them."),
    )
