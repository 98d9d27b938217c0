"""Languages: texts, dates and numbers, by Babel and gettext directly.

App-global translation extensions would replace a host's, so we use none. The interface language is chosen in this
order: `?lang=` (then kept in the session), the person's account, the browser. Content has its own language.
"""

from __future__ import annotations

import gettext as gnu
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, dates, numbers
from flask import current_app, g, has_app_context, has_request_context, request, session

from lms.kernel.clock import present_zone, time_zones
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

DOMAIN = "lms"
FOLDER = Path(__file__).parent.parent / "translations"
SESSION_KEY = "lms_language"
# The 24 official languages of the EU, each by its own name.
EU_LANGUAGES = {
    "bg": "български", "cs": "čeština", "da": "dansk", "de": "Deutsch", "el": "Ελληνικά", "en": "English",
    "es": "español", "et": "eesti", "fi": "suomi", "fr": "français", "ga": "Gaeilge", "hr": "hrvatski",
    "hu": "magyar", "it": "italiano", "lt": "lietuvių", "lv": "latviešu", "mt": "Malti", "nl": "Nederlands",
    "pl": "polski", "pt": "português", "ro": "română", "sk": "slovenčina", "sl": "slovenščina", "sv": "svenska",
}  # fmt: skip
_forced: ContextVar[str | None] = ContextVar("lms_language", default=None)


@lru_cache(maxsize=32)
def catalogue(language: str) -> gnu.NullTranslations:
    """Return the texts of a language; English is the language of the sources."""
    return gnu.translation(DOMAIN, FOLDER, [language], fallback=True)


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    # British English: day before month, 24 hours.
    return Locale.parse("en_GB" if language == "en" else language)


def offered_languages() -> tuple[str, ...]:
    """Return the codes of the interface languages of this site."""
    return tuple(current_app.config.get("LMS_LANGUAGES", ("en",)))


def current_language() -> str:
    """Return the code of the language that texts are in just now."""
    forced = _forced.get()
    if forced:
        return forced
    if not has_request_context():
        return "en"
    try:  # asked for some hundred times on a page
        chosen: str = g.lms_language
    except AttributeError:
        chosen = g.lms_language = _choose()
    return chosen


def _choose() -> str:
    offered = offered_languages()
    asked = request.args.get("lang")
    if asked in offered:
        session[SESSION_KEY] = asked
        return str(asked)
    kept = session.get(SESSION_KEY)
    if kept in offered:
        return str(kept)
    viewer = g.get("lms_viewer")
    if viewer is not None and viewer.language in offered:
        return str(viewer.language)
    return request.accept_languages.best_match(offered) or offered[0]


@contextmanager
def force_language(language: str) -> Iterator[None]:
    """Write in a given language inside a `with` block: mails, certificates, files."""
    token = _forced.set(language)
    try:
        yield
    finally:
        _forced.reset(token)


def gettext(message: str, **values: object) -> str:
    """Translate a sentence and fill in its `%(name)s` places.

    >>> gettext("Hello %(name)s", name="Marja")
    'Hello Marja'
    """
    text = catalogue(current_language()).gettext(message)
    return str(text % values) if values else text


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Translate a sentence with a number; `%(num)s` is the number as people write it."""
    text = catalogue(current_language()).ngettext(singular, plural, num)
    return text % {"num": format_number(num), **values}


class LazyText:
    """A text that is translated when it is shown, for labels declared when the module is read."""

    def __init__(self, message: str, values: dict[str, object]) -> None:
        """Keep the message."""
        self.message = message
        self.values = values

    def __str__(self) -> str:
        """Translate now."""
        return gettext(self.message, **self.values)

    def __html__(self) -> str:
        """Escape like any text."""
        from markupsafe import escape  # noqa: PLC0415 - only here, to keep this module light

        return str(escape(str(self)))

    def __repr__(self) -> str:
        """Show the source text."""
        return f"LazyText({self.message!r})"

    def __eq__(self, other: object) -> bool:
        """Compare as text."""
        return str(self) == str(other)

    def __hash__(self) -> int:
        """Hash the source text."""
        return hash(self.message)

    def __mod__(self, other: Any) -> str:
        """Fill in places as str does (WTForms does this)."""
        return str(str(self) % other)


def lazy_gettext(message: str, **values: object) -> Any:
    """Mark a label for translation when it is shown.

    The result is a `LazyText`; its type is Any, because libraries such as WTForms say str where they only show it.
    """
    return LazyText(message, values)


def current_zone() -> str:
    """Return the name of the time zone that times are shown in."""
    viewer = g.get("lms_viewer") if has_app_context() else None
    if viewer is not None and viewer.time_zone:
        return str(viewer.time_zone)
    return str(current_app.config.get("LMS_TIME_ZONE", "UTC")) if has_app_context() else "UTC"


def format_date(value: date, *, short: bool = False, weekday: bool = False) -> str:
    """Write a date in words: "8 January 2027"; short: "8 Jan 2027"; with weekday: "Friday 8 January 2027".

    Of an instant, it is the day in the reader's zone, as `format_datetime` says it.
    """
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(current_zone())).date()
    locale = _locale(current_language())
    if weekday:
        return dates.format_date(value, "full", locale=locale)
    return dates.format_date(value, "medium" if short else "long", locale=locale)


def format_month(value: date) -> str:
    """Write the month alone and short, as under the number of a calendar leaf: "Jan"."""
    return dates.format_date(value, "LLL", locale=_locale(current_language()))


def format_time(value: datetime, zone: str | None = None) -> str:
    """Write the time of day of an instant, in the reader's zone or a given one."""
    return dates.format_time(
        value, "short", tzinfo=ZoneInfo(zone or current_zone()), locale=_locale(current_language())
    )


def format_datetime(value: datetime, zone: str | None = None) -> str:
    """Write an instant as date and time, in the reader's zone or a given one."""
    local = value.astimezone(ZoneInfo(zone or current_zone()))
    return gettext("%(date)s, %(time)s", date=format_date(local.date()), time=format_time(value, zone))


def format_number(value: float) -> str:
    """Write a number as the language does: 1,234.5 or 1.234,5."""
    return numbers.format_decimal(value, locale=_locale(current_language()))


def format_percent(fraction: float) -> str:
    """Write a fraction from 0 to 1 as per cent."""
    return numbers.format_percent(fraction, locale=_locale(current_language()))


def language_name(code: str) -> str:
    """Return a language's name in itself, such as "suomi"; an unknown code is returned as it is."""
    return EU_LANGUAGES.get(code, code)


def country_name(code: str) -> str:
    """Return a country's name in the current language, from its ISO code such as "FI"."""
    return str(_locale(current_language()).territories.get(code.upper(), code))


def zone_choices(chosen: str = "") -> list[tuple[str, str]]:
    """Return the time zones to choose from, each with the place that it is named after; Europe comes first.

    `chosen` is the one in use, so that it is never lost, whatever its name.
    """
    names = {present_zone(chosen): chosen} if chosen in available_timezones() else {}
    named = [(names.pop(name, name), zone_city(name)) for name in time_zones()]
    named += [(name, zone_city(name)) for name in names.values()]  # far away
    return sorted(named, key=lambda pair: (not pair[0].startswith("Europe/"), sort_key(pair[1])))


def zone_city(zone: str) -> str:
    """Return the place that a time zone is named after: "Helsinki" for "Europe/Helsinki"."""
    return str(dates.get_timezone_location(zone, locale=_locale(current_language()), return_city=True))
