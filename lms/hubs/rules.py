"""What hubs, organisations and cities are made of, as plain data. No database, no request."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

from lms.kernel.clock import present_zone, time_zones

# EU members, then neighbours whose cities take part in European networks.
COUNTRIES = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    "AL", "BA", "CH", "GB", "IS", "LI", "MD", "ME", "MK", "NO", "RS", "TR", "UA", "XK",
)  # fmt: skip
CITY_KINDS = ("municipality", "district", "county", "region")
ORGANISATION_KINDS = ("member", "partner")
_CODE = re.compile(r"[A-Z]{2,8}")

Problem = Literal["name-missing", "code", "country", "language", "zone", "kind", "population"]
"""What is wrong with details; `lms.hubs.services` says it in a sentence."""


@dataclass(frozen=True)
class HubDetails:
    """What the partnership office says about a hub.

    code: two to eight capital letters, part of certificate numbers, such as "FI". countries: ISO codes. languages:
    codes of the languages in which it trains.
    """

    name: str
    code: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    time_zone: str
    contact_email: str = ""
    about: str = ""

    def problem(self) -> Problem | None:
        """Return what keeps these details from being used, or None."""
        checks: tuple[tuple[Problem, bool], ...] = (
            ("name-missing", bool(self.name)),
            ("code", bool(_CODE.fullmatch(self.code))),
            ("country", bool(self.countries) and set(self.countries) <= set(COUNTRIES)),
            ("language", bool(self.languages)),
            ("zone", present_zone(self.time_zone) in time_zones()),
        )
        return next((problem for problem, fine in checks if not fine), None)

    def columns(self) -> dict[str, Any]:
        """Return the columns of the hub's row."""
        return {**asdict(self), "countries": list(self.countries), "languages": list(self.languages)}


@dataclass(frozen=True)
class CityDetails:
    """What is known of a city; `code` is its code in public statistics (LAU or NUTS), `population` the people in it."""

    name: str
    country: str
    kind: str = "municipality"
    code: str = ""
    population: int | None = None

    def problem(self) -> Problem | None:
        """Return what keeps these details from being used, or None."""
        checks: tuple[tuple[Problem, bool], ...] = (
            ("name-missing", bool(self.name)),
            ("country", self.country in COUNTRIES),
            ("kind", self.kind in CITY_KINDS),
            ("population", self.population is None or self.population > 0),
        )
        return next((problem for problem, fine in checks if not fine), None)

    def columns(self) -> dict[str, Any]:
        """Return the columns of the city's row."""
        return asdict(self)


@dataclass(frozen=True)
class OrganisationDetails:
    """What is known of an organisation: member of a hub (or to become one), or partner outside the hubs."""

    name: str
    country: str
    kind: str = "member"

    def problem(self) -> Problem | None:
        """Return what keeps these details from being used, or None."""
        checks: tuple[tuple[Problem, bool], ...] = (
            ("name-missing", bool(self.name)),
            ("country", self.country in COUNTRIES),
            ("kind", self.kind in ORGANISATION_KINDS),
        )
        return next((problem for problem, fine in checks if not fine), None)

    def columns(self) -> dict[str, Any]:
        """Return the columns of the organisation's row."""
        return asdict(self)
