"""Days as an iCalendar file (RFC 5545), for calendars that people subscribe to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MEDIA_TYPE = "text/calendar; charset=utf-8"

FOLD = 75
"""Octets of a line (RFC 5545, 3.1)."""


@dataclass(frozen=True)
class Event:
    """Something that lasts whole days: `until` is the first day on which it is over."""

    uid: str
    starts_on: date
    until: date
    summary: str
    description: str = ""


def to_ical(name: str, events: Iterable[Event], at: datetime) -> bytes:
    """A calendar of the events; `at` is the moment of writing."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//panelwise//coverage//EN",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in events:
        lines += _event(event, at)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line)).encode()


def _event(event: Event, at: datetime) -> list[str]:
    until = max(event.until, event.starts_on + timedelta(days=1))
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{event.starts_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{until:%Y%m%d}",
        f"SUMMARY:{_text(event.summary)}",
        "TRANSP:TRANSPARENT",
    ]
    if event.description:
        lines.append(f"DESCRIPTION:{_text(event.description)}")
    return [*lines, "END:VEVENT"]


def _text(value: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11); a line break in a name cannot begin a property of its own."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = "\\n".join(escaped.splitlines())
    return "".join(letter for letter in lines if letter.isprintable())


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most `FOLD` octets, the later ones after a blank; no letter is cut."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > FOLD:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    yield piece
