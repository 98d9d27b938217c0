"""Forms of the authoring room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import (
    FieldList,
    Form as WTForm,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from courses.authoring.services import LONGEST_NOTE
from lms.kernel.forms import Form, choice
from lms.kernel.i18n import gettext as _, lazy_gettext as _l
from lms.kernel.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_TITLE = 200
LONGEST_LINE = 500
LONGEST_SUMMARY = 3000
LONGEST_LESSON = 100_000


class FigureForm(WTForm):
    """What a figure says, for those who cannot see it."""

    name = HiddenField()
    alt = StringField(
        _l("In one sentence"),
        [Length(max=LONGEST_LINE)],
        description=_l("What would you say to somebody on the phone?"),
    )
    long = TextAreaField(_l("In all words that it holds"), [Length(max=LONGEST_SUMMARY)])


class LessonForm(Form):
    """The text of a lesson in one language."""

    title = StringField(_l("Title"), [DataRequired(_l("Write a title.")), Length(max=LONGEST_TITLE)])
    outcome = StringField(
        _l("Learning outcome"),
        [Length(max=LONGEST_LINE)],
        description=_l("Begins with “You can”. Shown before the text."),
    )
    markdown = TextAreaField(
        _l("Text in Markdown"),
        [Length(max=LONGEST_LESSON)],
        description=_l("Headings begin with ##. A callout stands between “::: try Title” and “:::”."),
    )
    summary = TextAreaField(
        _l("In short"), [Length(max=LONGEST_SUMMARY)], description=_l("Three to five sentences, shown after the text.")
    )
    figures = FieldList(FormField(FigureForm), label=_l("Figures"))
    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    @classmethod
    def of(cls, text: Mapping[str, Any], figures: list[str], seen: int) -> LessonForm:
        """Make the form from what was sent, else from a stored text; `figures` are the files that the lesson has."""
        said = text.get("figures", {})
        rows = [{"name": name, **said.get(name, {"alt": "", "long": ""})} for name in figures]
        plain = {name: text.get(name, "") for name in ("title", "outcome", "markdown", "summary")}
        return cls.read(**plain, figures=rows, seen=seen)

    def body(self, figures: list[str]) -> dict[str, Any]:
        """Return the text as a draft keeps it."""
        said = {
            row["name"]: {"alt": clean_line(row["alt"] or ""), "long": clean_text(row["long"] or "")}
            for row in self.figures.data
            if row["name"] in figures and ((row["alt"] or "").strip() or (row["long"] or "").strip())
        }
        return {
            "title": clean_line(self.title.data or ""),
            "outcome": clean_line(self.outcome.data or ""),
            "markdown": clean_text(self.markdown.data or "") + "\n",
            "summary": clean_text(self.summary.data or ""),
            "figures": said,
        }


class PublishForm(Form):
    """What kind of edition, and what is new."""

    size = RadioField(_l("Kind of edition"), default="major")
    note = TextAreaField(
        _l("What is new"),
        [Optional(), Length(max=LONGEST_NOTE)],
        description=_l("Hubs read this before they take the edition."),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        """Offer both kinds, in the reader's language."""
        super().__init__(*args, **values)
        self.size.choices = [
            choice("major", _("Major: reaches a programme only when its hub takes it")),
            choice("minor", _("Minor: better words only; hubs may let it into running programmes")),
        ]
