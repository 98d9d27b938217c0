"""The form of the trainers room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from certificates.trainers.rules import PracticeDetails
from lms.kernel.forms import Form, choice, many_lines, one_line
from lms.kernel.i18n import format_date, gettext as _, lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Sequence

    from courses.programmes.models import Programme, Workshop

YES, NO = "yes", "no"


class PracticeForm(Form):
    """A practice that a hub trainer observed."""

    workshop = SelectField(_l("Workshop"), [Optional()], description=_l("Workshops of your hub that have begun."))
    title = StringField(
        _l("What the trainee led, if it is not in the list"), [Optional(), Length(max=200)], filters=[one_line]
    )
    held_on = DateField(_l("Day, if it is not in the list"), [Optional()])
    satisfactory = RadioField(
        _l("How was it, by the agreed criteria?"),
        [InputRequired(_l("Say whether the practice was satisfactory."))],
    )
    strengths = TextAreaField(
        _l("What went well"),
        [Optional(), Length(max=4000)],
        filters=[many_lines],
        description=_l("The trainee reads this."),
    )
    next_step = TextAreaField(
        _l("Next step"),
        [Optional(), Length(max=4000)],
        filters=[many_lines],
        description=_l("One thing to do differently next time. Needed when the practice was not satisfactory yet."),
    )

    def __init__(self, *args: Any, workshops: Sequence[tuple[Workshop, Programme]] = (), **values: Any) -> None:
        """Offer the workshops of the hub."""
        super().__init__(*args, **values)
        offered = [choice(workshop.ref, _said(workshop, programme)) for workshop, programme in workshops]
        self.workshop.choices = [choice("", _("Another one, not in this list")), *offered]
        self.satisfactory.choices = [choice(YES, _("Satisfactory")), choice(NO, _("Not yet satisfactory"))]

    def validate(self, extra_validators: Any = None) -> bool:
        """Say all that is missing at once; a workshop of the list brings its title and day."""
        fine = bool(super().validate(extra_validators))
        missing = []
        if not self.workshop.data and not self.title.data:
            missing.append(("title", _("Choose a workshop, or write what the trainee led.")))
        if not self.workshop.data and not self.held_on.data and not self.held_on.errors:
            missing.append(("held_on", _("Write the day, such as 12 November 2026.")))
        if self.satisfactory.data == NO and not self.next_step.data:
            text = _("Write what the trainee can do next, so that the next practice goes better.")
            missing.append(("next_step", text))
        for field, text in missing:
            self.refuse(field, text)
        return fine and not missing

    def details(self) -> PracticeDetails:
        """Return what was filled in."""
        return PracticeDetails(
            workshop_ref=self.workshop.data or "",
            title=self.title.data or "",
            held_on=self.held_on.data,
            satisfactory=self.satisfactory.data == YES,
            strengths=self.strengths.data or "",
            next_step=self.next_step.data or "",
        )


def _said(workshop: Workshop, programme: Programme) -> str:
    day = workshop.starts_at.astimezone(ZoneInfo(programme.time_zone)).date()
    values = {"date": format_date(day, short=True), "title": workshop.title, "programme": programme.title}
    return _("%(date)s: %(title)s (%(programme)s)", **values)
