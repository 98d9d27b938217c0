"""Calendar files of workshops, after RFC 5545. Pure: no database, no request, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

OCTETS = 75  # longest line, in bytes and without its end


@dataclass(frozen=True)
class Event:
    """One date in a calendar. `uid` stays the same when the date changes; a higher `sequence` replaces a lower."""

    uid: str
    sequence: int
    written_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    about: str = ""
    url: str = ""
    cancelled: bool = False


def calendar_file(events: list[Event], *, language: str = "en") -> bytes:
    """Return the calendar file (text/calendar, UTF-8) of events."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//IMS training hubs//Workshops//EN", "CALSCALE:GREGORIAN"]
    lines.append("METHOD:PUBLISH")
    for event in events:
        lines += _event(event, language)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: Event, language: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_instant(event.written_at)}",
        f"DTSTART:{_instant(event.starts_at)}",
        f"DTEND:{_instant(event.ends_at)}",
        f"SUMMARY;LANGUAGE={language}:{_escaped(event.title)}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
    ]
    if event.place:
        lines.append(f"LOCATION:{_escaped(event.place)}")
    if event.about:
        lines.append(f"DESCRIPTION:{_escaped(event.about)}")
    if event.url:
        lines.append(f"URL:{event.url}")
    return [*lines, "END:VEVENT"]


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    r"""Escape what has a meaning in a value, and write line breaks as \n."""
    one_way = text.replace("\r\n", "\n").replace("\r", "\n")
    for letter in ("\\", ";", ","):
        one_way = one_way.replace(letter, f"\\{letter}")
    return one_way.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Cut a line into pieces of at most 75 bytes, never inside a letter; each further piece begins with a space."""
    pieces: list[bytes] = []
    piece = b""
    for letter in line:
        code = letter.encode()
        if len(piece) + len(code) > OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += code
    pieces.append(piece)
    return b"".join(part + b"\r\n" for part in pieces)
