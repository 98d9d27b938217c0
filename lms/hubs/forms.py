"""Forms of the hubs room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import EmailField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.hubs.rules import (
    CITY_KINDS,
    COUNTRIES,
    ORGANISATION_KINDS,
    CityDetails,
    HubDetails,
    OrganisationDetails,
)
from lms.kernel.forms import CheckboxesField, Form, choice, many_lines, one_line
from lms.kernel.i18n import EU_LANGUAGES, country_name, language_name, lazy_gettext as _l, zone_choices
from lms.kernel.permissions import TRAINER, roles
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lms.hubs.models import Hub, Organisation

KIND_NAMES = {
    "municipality": _l("Municipality"),
    "district": _l("District"),
    "county": _l("County"),
    "region": _l("Region"),
    "member": _l("Member of a hub, or to become one"),
    "partner": _l("Partner organisation outside the hubs"),
}
NAME = [InputRequired(_l("Write a name.")), Length(max=200)]


def country_choices() -> list[Any]:
    """Return the countries by their names in the present language."""
    named = sorted(((country_name(code), code) for code in COUNTRIES), key=lambda pair: sort_key(pair[0]))
    return [choice(code, name) for name, code in named]


def language_choices() -> list[Any]:
    """Return the languages by their own names."""
    return [choice(code, language_name(code)) for code in EU_LANGUAGES]


def kind_choices(names: Iterable[str]) -> list[Any]:
    """Return kinds of city or organisation in words."""
    return [choice(name, KIND_NAMES[name]) for name in names]


class HubForm(Form):
    """A hub."""

    name = StringField(
        _l("Name"),
        NAME,
        filters=[one_line],
        description=_l("The full name, such as National Training Hub Finland. It stands on certificates."),
    )
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Write a code.")), Length(max=8)],
        filters=[one_line],
        description=_l("Two to eight capital letters. It stands in the numbers of certificates."),
    )
    countries = CheckboxesField(_l("Countries"), [InputRequired(_l("Choose at least one country."))])
    languages = CheckboxesField(_l("Languages"), [InputRequired(_l("Choose at least one language."))])
    time_zone = SelectField(_l("Time zone"), description=_l("For new training programmes; each may have its own."))
    contact_email = EmailField(_l("E-mail for questions"), [Optional(), Length(max=254)], filters=[one_line])
    about = TextAreaField(
        _l("About the hub"),
        [Optional(), Length(max=2000)],
        filters=[many_lines],
        description=_l("Two or three sentences for visitors."),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        """Fill the lists."""
        super().__init__(*args, **values)
        self.countries.choices = country_choices()
        self.languages.choices = language_choices()
        self.time_zone.choices = zone_choices(self.time_zone.data or "")

    def details(self) -> HubDetails:
        """Return what was typed."""
        return HubDetails(
            name=self.name.data or "",
            code=(self.code.data or "").upper(),
            countries=tuple(self.countries.data or ()),
            languages=tuple(self.languages.data or ()),
            time_zone=self.time_zone.data or "",
            contact_email=self.contact_email.data or "",
            about=self.about.data or "",
        )


class CityForm(Form):
    """A city."""

    name = StringField(_l("Name"), NAME, filters=[one_line], description=_l("As the city writes it itself."))
    country = SelectField(_l("Country"))
    kind = SelectField(_l("Kind"))
    population = IntegerField(
        _l("People who live there"),
        [Optional(), NumberRange(1, 100_000_000, _l("Write a whole number above 0, or leave it empty."))],
    )
    code = StringField(
        _l("Code in statistics"), [Optional(), Length(max=20)], filters=[one_line], description=_l("LAU or NUTS code.")
    )

    def __init__(self, *args: Any, hub: Hub | None = None, **values: Any) -> None:
        """Fill the lists; a hub's cities lie in its countries."""
        super().__init__(*args, **values)
        choices = country_choices()
        self.country.choices = [item for item in choices if hub is None or item.value in hub.countries]
        self.kind.choices = kind_choices(CITY_KINDS)

    def details(self) -> CityDetails:
        """Return what was typed."""
        return CityDetails(
            name=self.name.data or "",
            country=self.country.data or "",
            kind=self.kind.data or "",
            code=self.code.data or "",
            population=self.population.data,
        )


class OrganisationForm(Form):
    """An organisation."""

    name = StringField(_l("Name"), NAME, filters=[one_line])
    country = SelectField(_l("Country"))
    kind = SelectField(_l("Kind"))

    def __init__(self, *args: Any, **values: Any) -> None:
        """Fill the lists."""
        super().__init__(*args, **values)
        self.country.choices = country_choices()
        self.kind.choices = kind_choices(ORGANISATION_KINDS)

    def details(self) -> OrganisationDetails:
        """Return what was typed."""
        return OrganisationDetails(self.name.data or "", self.country.data or "", self.kind.data or "")


class RoleForm(Form):
    """A role for a person who has an account."""

    email = EmailField(
        _l("E-mail address of the person"),
        [InputRequired(_l("Type the e-mail address.")), Length(max=254)],
        filters=[one_line],
        description=_l("The person needs an account at this site."),
    )
    role = SelectField(_l("Role"), default=TRAINER)

    def __init__(self, *args: Any, names: Iterable[str] = (), **values: Any) -> None:
        """Offer the roles that the viewer may give."""
        super().__init__(*args, **values)
        self.role.choices = [choice(name, roles[name].label) for name in names]


class MemberForm(Form):
    """An organisation that becomes a member of a hub."""

    member = SelectField(_l("Organisation"), [InputRequired(_l("Choose an organisation."))])

    def __init__(self, *args: Any, free: Iterable[Organisation] = (), **values: Any) -> None:
        """Offer the organisations that belong to no hub."""
        super().__init__(*args, **values)
        self.member.choices = [choice(item.ref, item.name) for item in free]
