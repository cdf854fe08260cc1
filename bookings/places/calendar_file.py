"""予約の日を暦に: bookings as an iCalendar object (RFC 5545, 5546), without anybody's name. Pure.

An event keeps its UID whatever becomes of it, and each change has a higher SEQUENCE: a calendar that has it already
replaces or strikes it out, and never shows it twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress

MEDIA_TYPE = "text/calendar"


class Method(StrEnum):
    """What a calendar is to do with the object (RFC 5546): take its events over, or strike them out."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class CalendarEvent:
    """One event. ``starts``, ``ends``: moments; without them it takes the whole days from ``first`` to ``last``.

    ``sequence``: higher with each change. ``place``: an address, or "". ``cancelled``: to be struck out.
    """

    uid: str
    sequence: int
    first: date
    last: date
    starts: datetime | None = None
    ends: datetime | None = None
    place: str = ""
    link: str = ""
    cancelled: bool = False


def method_of(events: Sequence[CalendarEvent]) -> Method:
    """Say what the object is: a cancellation where every event is gone."""
    return Method.CANCEL if events and all(event.cancelled for event in events) else Method.PUBLISH


def media_type(method: Method) -> str:
    """Return the media type with its method, as RFC 6047 wants it of a mail's part."""
    return f"{MEDIA_TYPE}; method={method}"


def calendar_file(events: Sequence[CalendarEvent], *, summary: str, organizer: str, host: str, at: datetime) -> bytes:
    """Return the object: ``organizer`` is the mail address of who gives the places, ``at`` when it was written."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{host}//sankecare//")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", str(method_of(events)))
    for event in events:
        calendar.add_component(_component(event, summary, organizer, at))
    return bytes(calendar.to_ical())


def _component(event: CalendarEvent, summary: str, organizer: str, at: datetime) -> Event:
    made = Event()
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", at.astimezone(UTC))
    if event.starts is None:
        made.add("dtstart", event.first)
        made.add("dtend", event.last + timedelta(days=1))  # the day after, by the standard
    else:
        made.add("dtstart", event.starts.astimezone(UTC))
        if event.ends is not None:
            made.add("dtend", event.ends.astimezone(UTC))
    made.add("summary", summary)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    made.add("organizer", vCalAddress(f"mailto:{organizer}"))
    if event.place:
        made.add("location", event.place)
    if event.link:
        made.add("url", event.link)
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    return made
