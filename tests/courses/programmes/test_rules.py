"""Pure rules of programmes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from courses.programmes import rules
from courses.programmes.calendar import OCTETS, Event, calendar_file

HELSINKI = "Europe/Helsinki"


def test_a_deadline_is_met_until_its_day_is_over_where_the_programme_is() -> None:
    assert rules.due_instant(date(2027, 1, 8), HELSINKI) == datetime(2027, 1, 8, 22, 0, tzinfo=UTC)


def test_the_day_of_the_change_of_clocks_has_its_own_end() -> None:
    assert rules.due_instant(date(2027, 3, 27), "Europe/Berlin") == datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    assert rules.due_instant(date(2027, 3, 28), "Europe/Berlin") == datetime(2027, 3, 28, 22, 0, tzinfo=UTC)


@given(st.integers(1, 50), st.integers(0, 60), st.integers(0, 60))
def test_places_left_are_never_negative(seats: int, cities: int, people: int) -> None:
    left = rules.places_left(seats, cities, people)
    assert left == max(0, seats - cities - people)


@pytest.mark.parametrize(
    ("values", "today", "answer"),
    [
        ({}, date(2027, 1, 1), "yes"),
        ({"takes_part": True}, date(2027, 1, 1), "takes-part"),
        ({"has_open_request": True}, date(2027, 1, 1), "asked"),
        ({}, date(2027, 7, 1), "over"),
        ({}, date(2027, 6, 30), "yes"),
        ({"requests_until": date(2027, 1, 1)}, date(2027, 1, 1), "yes"),
        ({"requests_until": date(2027, 1, 1)}, date(2027, 1, 2), "closed"),
        ({"takes_part": True}, date(2028, 1, 1), "takes-part"),
    ],
)
def test_who_may_ask(values: dict[str, object], today: date, answer: str) -> None:
    standard = {"ends_on": date(2027, 6, 30), "requests_until": None, "takes_part": False, "has_open_request": False}
    asking = rules.Asking(**{**standard, **values})  # type: ignore[arg-type]  # a table of plain values
    assert rules.may_ask(asking, today) == answer


def test_an_invitation_says_why_it_works_no_more() -> None:
    at = datetime(2027, 1, 10, tzinfo=UTC)

    def state(**values: object) -> str:
        standard = {
            "ended_at": None,
            "expires_at": at + timedelta(days=1),
            "ends_on": date(2027, 6, 1),
            "zone": HELSINKI,
        }
        return rules.invitation_state(**{**standard, "at": at, **values})  # type: ignore[arg-type]  # a table of plain values

    assert state() == "open"
    assert state(ended_at=at) == "ended"
    assert state(expires_at=at) == "expired"
    assert state(ends_on=date(2027, 1, 9)) == "over"


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (datetime(2026, 11, 5, 7, 0, tzinfo=UTC), datetime(2026, 11, 5, 14, 0, tzinfo=UTC), 420),
        (datetime(2027, 1, 14, 7, 0, tzinfo=UTC), datetime(2027, 1, 15, 14, 0, tzinfo=UTC), 840),
        (datetime(2027, 1, 14, 20, 0, tzinfo=UTC), datetime(2027, 1, 14, 23, 0, tzinfo=UTC), 180),  # past midnight
    ],
)
def test_a_workshop_of_two_days_is_not_attended_at_night(start: datetime, end: datetime, minutes: int) -> None:
    assert rules.workshop_minutes(start, end, HELSINKI) == minutes


def test_a_form_overwrites_only_what_it_has_seen() -> None:
    present = {1: (10, 60), 2: (11, 0), 3: (12, 420)}
    assert rules.newer_than_seen(present, {1: 0, 2: 420, 3: 420, 4: 420}, seen=10) == {2: (0, 420)}
    assert rules.newer_than_seen(present, {1: 0, 2: 420, 3: 0}, seen=12) == {}


EVENT = Event(
    uid="abc@lms",
    sequence=7,
    written_at=datetime(2026, 10, 1, 8, 0, tzinfo=UTC),
    starts_at=datetime(2026, 11, 5, 7, 0, tzinfo=UTC),
    ends_at=datetime(2026, 11, 5, 14, 0, tzinfo=UTC),
    title="Who does it, who counts; part 2",
    place="Greenholm library\\hall 2",
    about="9.00 Start\r\n9.45 Role table",
    url="http://localhost/workshops/abc",
)


def unfold(body: bytes) -> list[str]:
    return body.decode().replace("\r\n ", "").split("\r\n")


def test_a_calendar_file_holds_the_workshop() -> None:
    lines = unfold(calendar_file([EVENT]))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261105T070000Z" in lines
    assert "DTEND:20261105T140000Z" in lines
    assert "SEQUENCE:7" in lines
    assert r"SUMMARY;LANGUAGE=en:Who does it\, who counts\; part 2" in lines
    assert r"LOCATION:Greenholm library\\hall 2" in lines
    assert r"DESCRIPTION:9.00 Start\n9.45 Role table" in lines
    assert "STATUS:CONFIRMED" in lines


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_lines_are_short_and_come_back_whole(title: str) -> None:
    event = Event("u", 0, EVENT.written_at, EVENT.starts_at, EVENT.ends_at, title)
    body = calendar_file([event])
    assert all(len(line) <= OCTETS for line in body.split(b"\r\n"))
    written = next(line for line in unfold(body) if line.startswith("SUMMARY"))
    value = written.removeprefix("SUMMARY;LANGUAGE=en:")
    assert value.replace(r"\,", ",").replace(r"\;", ";").replace("\\\\", "\\") == title


def test_suggested_days_follow_the_hours_of_modules_and_end_with_the_programme() -> None:
    modules = [(2.0, ["m1-quiz", "m1-handin"]), (4.0, ["m2-quiz", "m2-final", "m2-handin"]), (0.0, ["m3-read"])]
    first, last = date(2027, 1, 11), date(2027, 6, 27)  # the last is a Sunday
    days = rules.suggested_days(modules, first, last)
    assert list(days) == [key for _hours, keys in modules for key in keys]
    assert list(days.values()) == sorted(days.values())
    assert days["m2-quiz"] == days["m2-final"] == days["m2-handin"] - timedelta(days=7)
    assert days["m3-read"] == date(2027, 6, 25)
    assert (days["m2-handin"] - days["m1-handin"]).days > 1.8 * (days["m1-handin"] - first).days
    assert not {day.weekday() for day in days.values()} & {5, 6}
    short = rules.suggested_days(modules, date(2027, 1, 16), date(2027, 1, 18))  # from a Saturday to a Monday
    assert set(short.values()) <= {date(2027, 1, 16), date(2027, 1, 18)}
