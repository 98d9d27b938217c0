"""Forms of the programmes room."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    EmailField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from courses.programmes.rules import ProgrammeDetails, Terms, WorkshopDetails
from lms.hubs.forms import language_choices
from lms.kernel.forms import CheckboxesField, Form, choice, many_lines, one_line
from lms.kernel.i18n import gettext as _, lazy_gettext as _l, zone_choices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from courses.programmes.models import Programme, Workshop
    from lms.accounts.models import Person
    from lms.hubs.models import City

HOUR = 60  # minutes
NO_CITY = "none"
NEW_CITY = "new"
DATE = _l("Choose a date, or write it as year-month-day.")


class _Day(DateField):
    """A date that says in plain words what is wrong with what was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(DATE)) from None


class _Clock(TimeField):
    """A time of day that says in plain words what is wrong with what was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write the time as hours and minutes, such as 09:30.")) from None


class _Hours(DecimalField):
    """Hours with a decimal point or comma, shown without zeros at the end."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else f"{float(self.data or 0):g}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the hours."""
        try:
            super().process_formdata([value.strip().replace(",", ".") for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the hours as a number, 0 for none.")) from None


class ProgrammeForm(Form):
    """A training programme. Course, trainers and cities are chosen when it is made; later they have their own pages."""

    course = SelectField(_l("Course"))
    title = StringField(
        _l("Title"),
        [DataRequired(_l("Write a title.")), Length(max=200)],
        filters=[one_line],
        description=_l("Such as Finland 2026–27. Visitors and participants see it."),
    )
    about = TextAreaField(
        _l("About the programme"),
        [Optional(), Length(max=2000)],
        filters=[many_lines],
        description=_l("What visitors should know before they ask for a place."),
    )
    starts_on = _Day(_l("First day"), [InputRequired(DATE)])
    ends_on = _Day(_l("Last day"), [InputRequired(DATE)])
    requests_until = _Day(
        _l("Last day for asking for a place"), [Optional()], description=_l("Empty: as long as the programme runs.")
    )
    seats = IntegerField(
        _l("Places"),
        [InputRequired(_l("Write the number of places.")), NumberRange(1, 100_000, _l("Write a whole number from 1."))],
        description=_l("How many cities can take part. A person without a city takes a place too."),
    )
    languages = CheckboxesField(_l("Languages"), [InputRequired(_l("Choose at least one language."))])
    time_zone = SelectField(_l("Time zone"), description=_l("Deadlines and workshops follow it."))
    attended_hours = _Hours(
        _l("Hours in workshops that completing takes"),
        [Optional(), NumberRange(0, 1000, _l("Write the hours as a number, 0 for none."))],
        description=_l("Beside all activities of the course. 0 for none."),
    )
    carry_over = BooleanField(
        _l("What people have done in another programme counts here too"),
        description=_l(
            "The same lesson read, the same quiz passed, the same hand-in accepted. A short version never counts as the"
            " whole lesson. You see only that it was done elsewhere, and when. Suggested for short routes and single"
            " modules. Turning it off later takes nothing back."
        ),
    )
    certificate = BooleanField(_l("Whoever completes the programme gets a certificate at once"))
    open_to_all = BooleanField(
        _l("Self-study: anybody takes a place without being asked"), description=_l("Requests are not answered then.")
    )
    trainers = CheckboxesField(_l("Trainers"), [Optional()])
    cities = CheckboxesField(
        _l("Cities that take part"), [Optional()], description=_l("Each takes a place at once. You can add more later.")
    )

    def __init__(
        self,
        *args: Any,
        courses: Iterable[tuple[str, str]] = (),
        trainers_to_choose: Iterable[Person] = (),
        cities_to_choose: Iterable[City] = (),
        **values: Any,
    ) -> None:
        """Fill the lists."""
        super().__init__(*args, **values)
        self.languages.choices = language_choices()
        self.time_zone.choices = zone_choices(self.time_zone.data or "")
        self.course.choices = [choice(ref, title) for ref, title in courses]
        self.trainers.choices = [choice(person.ref, person.name) for person in trainers_to_choose]
        self.cities.choices = [choice(city.ref, city.name) for city in cities_to_choose]

    def validate_ends_on(self, field: _Day) -> None:
        """Say so together with all else that is wrong, not only after it."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day lies before the first. Change one of them."))

    def details(self) -> ProgrammeDetails:
        """Return what was typed; the form has been validated."""
        assert self.starts_on.data is not None  # noqa: S101 - validated
        assert self.ends_on.data is not None  # noqa: S101 - validated
        return ProgrammeDetails(
            title=self.title.data or "",
            about=self.about.data or "",
            languages=tuple(self.languages.data or ()),
            time_zone=self.time_zone.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            requests_until=self.requests_until.data,
            seats=self.seats.data or 0,
            open_to_all=bool(self.open_to_all.data),
            certificate=bool(self.certificate.data),
        )

    @property
    def terms(self) -> Terms:
        """Return what completing takes, the hours of attendance in minutes."""
        return Terms(round(float(self.attended_hours.data or 0) * HOUR), bool(self.carry_over.data))


class PlaceForm(Form):
    """A request for a place: for a city of the list, for another one, or for none."""

    city = SelectField(_l("Your city"))
    city_name = StringField(
        _l("Name of your city"),
        [Optional(), Length(max=200)],
        filters=[one_line],
        description=_l("Only if it is not in the list above."),
    )
    work = StringField(
        _l("Your work there"),
        [Optional(), Length(max=120)],
        filters=[one_line],
        description=_l("Such as transport planner. Your team and your trainers see it."),
    )
    message = TextAreaField(_l("Message to the hub"), [Optional(), Length(max=2000)], filters=[many_lines])

    def __init__(self, *args: Any, cities: Iterable[City] = (), **values: Any) -> None:
        """Offer the cities of the hub."""
        super().__init__(*args, **values)
        self.city.choices = [
            choice("", _("Choose a city")),
            *(choice(city.ref, city.name) for city in cities),
            choice(NEW_CITY, _("My city is not in the list")),
            choice(NO_CITY, _("I work for no city")),
        ]

    def validate_city(self, field: SelectField) -> None:
        """Ask for one of the answers."""
        if not field.data and not self.city_name.data:
            raise ValidationError(_("Choose your city, or say that it is not in the list."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask, beside all else, for the name of a city that is not in the list (it is optional otherwise)."""
        fine = bool(super().validate(extra_validators))
        if self.city.data == NEW_CITY and not self.city_name.data:
            self.refuse("city_name", _("Write the name of your city."))
            return False
        return fine


class ApproveForm(Form):
    """The answer yes: in which team."""

    city = SelectField(_l("City"), [InputRequired(_l("Choose a city, or “no city”."))])

    def __init__(self, *args: Any, cities: Iterable[City] = (), new_name: str = "", **values: Any) -> None:
        """Offer the cities of the hub, and the one that the person wrote."""
        super().__init__(*args, **values)
        named = [choice(NEW_CITY, _("Add a new city: %(name)s", name=new_name))] if new_name else []
        self.city.choices = [
            *named,
            *(choice(city.ref, city.name) for city in cities),
            choice(NO_CITY, _("No city")),
        ]


class DeclineForm(Form):
    """The answer no, with its reason."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Write a reason. The person reads it in the mail.")), Length(max=2000)],
        filters=[many_lines],
        description=_l("The person reads it in the mail."),
    )


class InvitationForm(Form):
    """A new invitation link."""

    city = SelectField(_l("For whom"), description=_l("A link for a city opens its team at once, without a request."))
    days = IntegerField(
        _l("Works for"),
        [InputRequired(_l("Write the number of days.")), NumberRange(1, 180, _l("A link works for 1 to 180 days."))],
    )

    def __init__(self, *args: Any, cities: Iterable[City] = (), **values: Any) -> None:
        """Offer the programme's cities."""
        super().__init__(*args, **values)
        everybody = choice("", _("Everybody: they ask for a place"))
        self.city.choices = [everybody, *(choice(city.ref, city.name) for city in cities)]


class PersonForm(Form):
    """A person with an account who gets a place at once."""

    email = EmailField(
        _l("E-mail address of the person"),
        [InputRequired(_l("Type the e-mail address.")), Length(max=254)],
        filters=[one_line],
        description=_l("The person needs an account at this site. Send others an invitation link."),
    )
    city = SelectField(_l("City"))

    def __init__(self, *args: Any, cities: Iterable[City] = (), **values: Any) -> None:
        """Offer the programme's cities."""
        super().__init__(*args, **values)
        self.city.choices = [*(choice(city.ref, city.name) for city in cities), choice(NO_CITY, _("No city"))]


class TrainerForm(Form):
    """A person with an account who trains in the programme."""

    trainer_email = EmailField(
        _l("E-mail address of the trainer"),
        [InputRequired(_l("Type the e-mail address.")), Length(max=254)],
        filters=[one_line],
    )


class CityForm(Form):
    """A city of the hub that takes part."""

    add = SelectField(_l("City"), [InputRequired(_l("Choose a city."))])

    def __init__(self, *args: Any, cities: Iterable[City] = (), **values: Any) -> None:
        """Offer the hub's cities that do not take part yet."""
        super().__init__(*args, **values)
        self.add.choices = [choice(city.ref, city.name) for city in cities]


class MoveForm(Form):
    """Another team for a person."""

    city = SelectField(_l("New team"))

    def __init__(self, *args: Any, cities: Iterable[City] = (), **values: Any) -> None:
        """Offer the programme's cities."""
        super().__init__(*args, **values)
        self.city.choices = [*(choice(city.ref, city.name) for city in cities), choice(NO_CITY, _("No city"))]


class WorkshopForm(Form):
    """A workshop; times are those of the programme's time zone."""

    title = StringField(_l("Title"), [DataRequired(_l("Write a title.")), Length(max=200)], filters=[one_line])
    day = _Day(_l("Day"), [InputRequired(DATE)])
    starts = _Clock(_l("Begins at"), [InputRequired(_l("Write when it begins."))])
    last_day = _Day(_l("Last day"), [Optional()], description=_l("Only if it lasts longer than one day."))
    ends = _Clock(_l("Ends at"), [InputRequired(_l("Write when it ends."))])
    place = StringField(
        _l("Place"), [Optional(), Length(max=200)], filters=[one_line], description=_l("House, street and town.")
    )
    online_url = StringField(
        _l("Address of the online meeting"),
        [Optional(), Length(max=500)],
        filters=[one_line],
        description=_l("Begins with https://. Only people in the programme see it."),
    )
    about = TextAreaField(
        _l("Agenda"),
        [Optional(), Length(max=4000)],
        filters=[many_lines],
        description=_l("One line for each part of the day, such as 9.00 Where the cities stand."),
    )

    @classmethod
    def of(cls, workshop: Workshop, zone: str) -> WorkshopForm:
        """Return the form of a workshop, to be changed."""
        first = workshop.starts_at.astimezone(ZoneInfo(zone))
        last = workshop.ends_at.astimezone(ZoneInfo(zone))
        return cls.read(
            obj=workshop,
            day=first.date(),
            starts=first.time(),
            last_day=last.date() if last.date() != first.date() else None,
            ends=last.time(),
        )

    def details(self, programme: Programme) -> WorkshopDetails:
        """Return what was typed, as instants; the form has been validated."""
        zone = ZoneInfo(programme.time_zone)
        assert self.day.data is not None  # noqa: S101 - validated
        assert self.starts.data is not None  # noqa: S101 - validated
        assert self.ends.data is not None  # noqa: S101 - validated
        return WorkshopDetails(
            title=self.title.data or "",
            starts_at=datetime.combine(self.day.data, self.starts.data, zone),
            ends_at=datetime.combine(self.last_day.data or self.day.data, self.ends.data, zone),
            place=self.place.data or "",
            online_url=self.online_url.data or "",
            about=self.about.data or "",
        )


class CancelForm(Form):
    """Why a workshop does not take place."""

    why = StringField(_l("Why"), [Optional(), Length(max=500)], filters=[one_line])
