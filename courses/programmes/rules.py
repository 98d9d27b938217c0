"""Deadlines, places and requests as pure functions: no database, no request, no clock."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from lms.kernel.clock import end_of_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

SOON = timedelta(days=7)
EVERYTHING = {"version": 1, "nodes": "all", "attended_minutes": 0, "carry_over": False}
"""The rule of a new programme: all activities, no hours, nothing that was done in other programmes."""

MayAsk = Literal["yes", "takes-part", "asked", "over", "closed"]
Phase = Literal["planned", "running", "over"]
InvitationState = Literal["open", "ended", "expired", "over"]


def due_instant(due_on: date, zone: str) -> datetime:
    """Return the instant until which a deadline is met: the end of that day where the programme is."""
    return end_of_day(due_on, zone)


def suggested_days(modules: Sequence[tuple[float, Sequence[str]]], first: date, last: date) -> dict[str, date]:
    """Suggest last days for activities from a first to a last day; modules are hours and keys, in order.

    Long modules get more of the time. The last activity of a module, its hand-in, is due at the end of its time, the
    others a week before, or in the middle if its time is short. Nothing is due on a weekend.

    >>> from datetime import date
    >>> days = suggested_days([(2, ["m1-quiz", "m1-handin"]), (4, ["m2-quiz"])], date(2027, 1, 11), date(2027, 4, 30))
    >>> {key: f"{day:%a %d %b}" for key, day in days.items()}
    {'m1-quiz': 'Tue 09 Feb', 'm1-handin': 'Tue 16 Feb', 'm2-quiz': 'Fri 30 Apr'}
    """
    hours = [max(length, 0.5) for length, _keys in modules]
    found: dict[str, date] = {}
    begins = first
    for place, (_length, keys) in enumerate(modules):
        ends = first + (last - first) * (sum(hours[: place + 1]) / sum(hours))
        early = ends - min(timedelta(days=7), (ends - begins) / 2)
        for key in keys:
            found[key] = max(first, _no_weekend(ends if key == keys[-1] else early))
        begins = ends
    return found


def _no_weekend(day: date) -> date:
    """Return the day, or the Friday before."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def phase(starts_on: date, ends_on: date, today: date) -> Phase:
    """Say whether a programme is still to come, running or over, on a day where it is."""
    if today < starts_on:
        return "planned"
    return "running" if today <= ends_on else "over"


def places_taken(cities: int, people_without_city: int) -> int:
    """Return how many places are taken: one by each city, whatever its team, and one by each person without a city."""
    return cities + people_without_city


def places_left(seats: int, cities: int, people_without_city: int) -> int:
    """Return how many places are free; never below 0, also where seats were taken away later."""
    return max(0, seats - places_taken(cities, people_without_city))


@dataclass(frozen=True)
class Asking:
    """What decides whether a person may ask for a place: dates of the programme, and where the person stands."""

    ends_on: date
    requests_until: date | None
    takes_part: bool
    has_open_request: bool


def may_ask(asking: Asking, today: date) -> MayAsk:
    """Say whether a person may ask for a place today, or why not.

    A full programme takes requests all the same: a city that takes part already needs no new place, and the hub may
    add places.
    """
    if asking.takes_part:
        return "takes-part"
    if asking.has_open_request:
        return "asked"
    if today > asking.ends_on:
        return "over"
    if asking.requests_until is not None and today > asking.requests_until:
        return "closed"
    return "yes"


def invitation_state(
    *, ended_at: datetime | None, expires_at: datetime, ends_on: date, zone: str, at: datetime
) -> InvitationState:
    """Say whether an invitation link still works at an instant."""
    if ended_at is not None:
        return "ended"
    if at >= due_instant(ends_on, zone):
        return "over"
    return "expired" if at >= expires_at else "open"


def is_newer(edition: tuple[int, int], than: tuple[int, int]) -> bool:
    """Whether an edition (major, minor) is newer than another: a programme never goes back."""
    return edition > than


@dataclass(frozen=True)
class Terms:
    """What a hub decides about completing: minutes in workshops, and whether what was done elsewhere counts."""

    attended_minutes: int = 0
    carry_over: bool = False

    @classmethod
    def of(cls, rule: Mapping[str, Any]) -> Terms:
        """Read them from a stored rule."""
        return cls(int(rule.get("attended_minutes", 0)), bool(rule.get("carry_over", False)))

    def laid_into(self, rule: Mapping[str, Any]) -> dict[str, Any]:
        """Return a rule with these terms; what else it says stays."""
        return {**rule, **asdict(self)}


@dataclass(frozen=True)
class ProgrammeDetails:
    """What a hub manager says about a programme.

    seats: how many cities can take part (a person without a city takes a place too). requests_until: last day for
    asking; None means until the end. open_to_all: self-study, anybody takes a place without being asked.
    """

    title: str
    languages: tuple[str, ...]
    time_zone: str
    starts_on: date
    ends_on: date
    seats: int
    about: str = ""
    requests_until: date | None = None
    open_to_all: bool = False
    certificate: bool = True

    def problem(self) -> Literal["title", "languages", "dates", "seats"] | None:
        """Return what keeps these details from being used, or None."""
        if not self.title:
            return "title"
        if not self.languages:
            return "languages"
        if self.ends_on < self.starts_on:
            return "dates"
        return "seats" if self.seats < 1 else None

    def columns(self) -> dict[str, Any]:
        """Return the columns of the programme's row."""
        return {**asdict(self), "languages": list(self.languages)}


@dataclass(frozen=True)
class WorkshopDetails:
    """What is said about a workshop; times are instants."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    online_url: str = ""
    about: str = ""

    def problem(self) -> Literal["title", "times", "where", "link"] | None:
        """Return what keeps these details from being used, or None."""
        if not self.title:
            return "title"
        if self.ends_at <= self.starts_at:
            return "times"
        if not (self.place or self.online_url):
            return "where"
        return "link" if self.online_url and not self.online_url.startswith(("https://", "http://")) else None


def workshop_minutes(starts_at: datetime, ends_at: datetime, zone: str) -> int:
    """Return how many minutes a workshop has for those who are there all the time.

    A workshop of several days is counted by days: nobody attends at night.

    >>> from datetime import UTC
    >>> start, end = datetime(2027, 1, 14, 8, 0, tzinfo=UTC), datetime(2027, 1, 15, 15, 0, tzinfo=UTC)
    >>> workshop_minutes(start, end, "Europe/Berlin")
    840
    """
    first, last = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    days = (last.date() - first.date()).days + 1
    a_day = timedelta(hours=last.hour - first.hour, minutes=last.minute - first.minute)
    length = a_day * days if days > 1 and a_day > timedelta(0) else ends_at - starts_at
    return int(length.total_seconds() // 60)


def newer_than_seen(
    present: Mapping[int, tuple[int, int]], wanted: Mapping[int, int], seen: int
) -> dict[int, tuple[int, int]]:
    """Return what a form of attendance would overwrite without having seen it.

    present: per person (id of the newest row, minutes). wanted: per person the minutes in the form. seen: the highest
    row id when the form was drawn. The result has per person (minutes now, minutes in the form).
    """
    return {
        person_id: (present[person_id][1], minutes)
        for person_id, minutes in wanted.items()
        if person_id in present and present[person_id][0] > seen and present[person_id][1] != minutes
    }
