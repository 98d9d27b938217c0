"""One clock for the whole product.

Instants are aware datetimes in UTC. Nothing else in the product asks the system for the time, so that a test
can move it and every deadline, reminder and certificate follows.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    """Tells the time; a test may stop it at an instant."""

    def __init__(self) -> None:
        """Start with the system's time."""
        self._stopped_at: datetime | None = None

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        return self._stopped_at or datetime.now(UTC)

    def move_to(self, instant: datetime) -> None:
        """Stop the clock at an aware instant."""
        self._stopped_at = instant.astimezone(UTC)

    def move_by(self, step: timedelta) -> None:
        """Stop the clock a step after where it stands."""
        self._stopped_at = self.now() + step

    def release(self) -> None:
        """Run with the system's time again."""
        self._stopped_at = None

    @contextmanager
    def at(self, instant: datetime) -> Iterator[None]:
        """Stop the clock at an instant inside a `with` block."""
        before = self._stopped_at
        self.move_to(instant)
        try:
            yield
        finally:
            self._stopped_at = before


clock = Clock()


def now() -> datetime:
    """Return the present instant, in UTC."""
    return clock.now()


def today(zone: str = "UTC") -> date:
    """Return the present date in a time zone named as in the IANA database, such as "Europe/Helsinki"."""
    return now().astimezone(_zone(zone)).date()


@cache
def _zone(name: str) -> ZoneInfo:
    """Keep every time zone in use: Python keeps eight, and reads each further one from its file again."""
    return ZoneInfo(name)


def end_of_day(day: date, zone: str) -> datetime:
    """Return the instant at which a day ends in a time zone.

    A deadline "on 8 January" is met until that day is over where the programme is.
    """
    start_of_next = datetime.combine(day + timedelta(days=1), time(), _zone(zone))
    return start_of_next.astimezone(UTC)


# Places outside the zones named Europe/… where the product's people are.
_NEAR = (
    *("Arctic/Longyearbyen", "Asia/Nicosia", "UTC"),
    *("Atlantic/Azores", "Atlantic/Canary", "Atlantic/Faroe", "Atlantic/Madeira", "Atlantic/Reykjavik"),
)


@cache
def time_zones() -> tuple[str, ...]:
    """Return the names of the time zones to choose from; each place once, by the name that it has now.

    >>> "Europe/Kyiv" in time_zones(), "Europe/Kiev" in time_zones()
    (True, False)
    """
    near = {name for name in available_timezones() if name.startswith("Europe/")} | {*_NEAR}
    return tuple(sorted({present_zone(name) for name in near}))


def present_zone(name: str) -> str:
    """Return the name that a time zone has now, by one that it had before.

    >>> present_zone("Europe/Kiev"), present_zone("Europe/Helsinki")
    ('Europe/Kyiv', 'Europe/Helsinki')
    """
    return name if name == "UTC" else str(get_global("zone_aliases").get(name, name))
