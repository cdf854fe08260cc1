"""予約の日を暦に: a booking as an iCalendar file of whole days, without name or facility."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

MEDIA_TYPE = "text/calendar"


def calendar_file(
    days: Sequence[date], *, number: str, made_at: datetime, summary: str, link: str, host: str
) -> bytes:
    """Return the file: one event for each run of days on end. ``number`` and ``host`` make its ids lasting ones."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{host}//sankecare//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for first, last in _runs(sorted(days)):
        event = Event()
        event.add("uid", f"{number.lower()}-{first:%Y%m%d}@{host}")
        event.add("dtstamp", made_at)
        event.add("dtstart", first)
        event.add("dtend", last + timedelta(days=1))  # the day after, by the standard
        event.add("summary", summary)
        event.add("url", link)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
