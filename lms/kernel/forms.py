"""The base of all forms: WTForms, in the reader's language, without any app-global extension.

Drawn by the macros in `lms/components/forms.html`; the form's token is checked by the wrapper, not by the form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from flask import request
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Form as WTForm
from wtforms.i18n import get_translations

from lms.kernel.i18n import catalogue, current_language

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Texts:
    """WTForms' own messages: from our catalogue first, which covers all languages, else from WTForms."""

    def __init__(self, language: str) -> None:
        self.ours = catalogue(language)
        self.theirs = get_translations([language])

    def gettext(self, string: str) -> str:
        ours = self.ours.gettext(string)
        return ours if ours != string else str(self.theirs.gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        ours = self.ours.ngettext(singular, plural, n)
        return ours if ours not in {singular, plural} else str(self.theirs.ngettext(singular, plural, n))


class Form(WTForm):
    """Base of our forms.

    >>> form = ProfileForm.read(obj=person)  # doctest: +SKIP
    >>> if form.validate(): ...  # doctest: +SKIP
    """

    class Meta(WTForm.Meta):  # type: ignore[misc]  # WTForms' stubs do not type it
        """Texts in the language of this request."""

        def get_translations(self, form: Any) -> _Texts:
            """Return the messages for the current language."""
            del form
            return _Texts(current_language())

    @classmethod
    def read(cls, obj: Any = None, **values: Any) -> Self:
        """Make the form from what was sent (POST), else from an object or values."""
        sent: Any = CombinedMultiDict([request.files, request.form]) if request.method == "POST" else None
        return cls(sent, obj=obj, **values)

    def refuse(self, field: str, text: str) -> None:
        """Add an error that only a service could find, at a field."""
        errors: Sequence[Any] = getattr(self, field).errors
        getattr(self, field).errors = [*errors, text]
