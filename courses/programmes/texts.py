"""Sentences about times and places that pages, mails and files share."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lms.kernel.i18n import format_date, format_number, format_time, gettext as _, ngettext, zone_city

if TYPE_CHECKING:
    from datetime import date, datetime

    from courses.programmes.models import Workshop
    from courses.programmes.queries import Places

HOUR = 60  # minutes


def workshop_time(workshop: Workshop, zone: str) -> str:
    """Write when a workshop is, in the programme's time zone, which is named: nobody has to guess.

    "Thursday, 5 November 2026, 09:00–16:00 (Helsinki time)"
    """
    first, last = workshop.starts_at.astimezone(ZoneInfo(zone)), workshop.ends_at.astimezone(ZoneInfo(zone))
    values = {
        "first": format_date(first.date(), weekday=True),
        "start": format_time(workshop.starts_at, zone),
        "last": format_date(last.date(), weekday=True),
        "end": format_time(workshop.ends_at, zone),
        "place": zone_city(zone),
    }
    if first.date() == last.date():
        return _("%(first)s, %(start)s–%(end)s (%(place)s time)", **values)
    return _("%(first)s, %(start)s, to %(last)s, %(end)s (%(place)s time)", **values)


def local_day(instant: datetime, zone: str) -> date:
    """Return the day of an instant in a time zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def places_sentence(places: Places) -> str:
    """Write how many places are free: "4 of 15 city places are free"."""
    return ngettext(
        "%(num)s of %(seats)s city places is free",
        "%(num)s of %(seats)s city places are free",
        places.left,
        seats=format_number(places.seats),
    )


def duration(minutes: int) -> str:
    """Write a length of time: "7 hours", "1 hour 30 minutes", "45 minutes"."""
    hours, rest = divmod(minutes, HOUR)
    in_hours = ngettext("%(num)s hour", "%(num)s hours", hours)
    in_minutes = ngettext("%(num)s minute", "%(num)s minutes", rest)
    if not rest:
        return in_hours
    return _("%(hours)s %(minutes)s", hours=in_hours, minutes=in_minutes) if hours else in_minutes
