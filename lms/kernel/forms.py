"""The base of all forms: WTForms, in the reader's language, without any app-global extension.

Drawn by the macros in `lms/components/forms.html`; the form's token is checked by the wrapper, not by the form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from flask import request
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Form as WTForm, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.i18n import get_translations
from wtforms.widgets import CheckboxInput, ListWidget

from lms.kernel.db import db
from lms.kernel.errors import Conflict, Invalid
from lms.kernel.i18n import catalogue, current_language
from lms.kernel.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType


def one_line(value: str | None) -> str | None:
    """Clean what was typed into a field of one line: a filter of WTForms."""
    return None if value is None else clean_line(value)


def many_lines(value: str | None) -> str | None:
    """Clean what was typed into a text area: a filter of WTForms."""
    return None if value is None else clean_text(value)


def choice(value: str, label: object) -> Any:
    """Return an option of a list: the value that is sent, and what people read."""
    return SelectChoice(value, str(label))


class CheckboxesField(SelectMultipleField):
    """Several of a list, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


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

    def refusing(self, field: str) -> Refusals:
        """Run a service inside a `with` block; what it refuses is shown in the form, and nothing of it is kept.

        `field` shows refusals that name no field of this form. The view goes on after the block when it was refused:

        >>> with form.refusing("name"):  # doctest: +SKIP
        ...     hub = services.make_hub(actor=viewer, details=form.details())
        ...     return redirect_to("hubs.hub", ref=hub.ref)
        >>> return invalid(form, "lms/hubs/form.html")  # doctest: +SKIP
        """
        return Refusals(self, field)


class Refusals:
    """Catches Invalid and Conflict in a block, undoes the block, and puts the sentence into a form."""

    def __init__(self, form: Form, field: str) -> None:
        """Remember where to show what."""
        self.form = form
        self.field = field

    def __enter__(self) -> None:
        """Begin a part of the transaction that can be undone by itself."""
        self.part = db.session.begin_nested()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Keep the part, or undo it and show why."""
        del kind, trace
        if error is None:
            self.part.commit()
            return False
        if self.part.is_active:
            self.part.rollback()
        if not isinstance(error, (Invalid, Conflict)):
            return False
        named = error.field if isinstance(error, Invalid) else None
        self.form.refuse(named if named and named in self.form else self.field, error.text)
        return True
