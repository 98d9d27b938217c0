"""The form of the check page."""

from __future__ import annotations

from wtforms import FileField, StringField
from wtforms.validators import Length

from certificates.issuing.rules import is_number, read_code
from lms.kernel.forms import Form, one_line
from lms.kernel.i18n import gettext as _, lazy_gettext as _l

LONGEST_TYPED = 300


class CheckForm(Form):
    """A code, or a file, or both."""

    code = StringField(
        _l("Code"),
        [Length(max=LONGEST_TYPED)],
        filters=[one_line],
        description=_l("Beside the QR code, for example K7QX-4M2P-9TWD-HB6R. Small letters are fine."),
    )
    pdf = FileField(_l("Or the PDF file"), description=_l("We compare it and do not keep it."))

    def read_code(self) -> str | None:
        """Return the code that was typed, in its one form; None, and an error at the field, when it is none."""
        typed = self.code.data or ""
        if (code := read_code(typed)) is not None:
            return code
        if not typed:
            self.refuse("code", _("Type the code, or choose the PDF file."))
        elif is_number(typed):
            text = _("This is the number. Type the code that stands under it: numbers can be guessed, codes cannot.")
            self.refuse("code", text)
        else:
            text = _("A code has 16 letters and digits in four groups. There is no 0, O, 1, I or L in it.")
            self.refuse("code", text)
        return None
