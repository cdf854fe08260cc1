"""What is recorded of visits and consultations, and which are still to be recorded."""

from dataclasses import dataclass
from datetime import date, timedelta

from bookings.models import Booking, BookingDay
from bookings.places.queries import CHANGEABLE
from care.models import ConsultationTopic, VisitRecord, VisitTopic
from facilities.models import ServiceKind
from sankecare.moments import clock_time

# A facility plans its rounds a week ahead; before, and once the day is over, it needs no address (own default).
ADDRESS_SHOWN_BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class Visit:
    """One appointment of a booking; ``earlier``: what its record said before corrections, a line each."""

    booked: BookingDay
    record: VisitRecord | None
    topics: list[str]
    earlier: list[str]


def visits_of(booking: Booking) -> list[Visit]:
    """Return a booking's appointments that count, by day, each with its record. Four queries at most."""
    rows = booking.days.kept().select_related("visit_record__recorded_by")
    days = list(rows.order_by("day"))
    records = [row.visit_record for row in days if _recorded(row)]
    topics: dict[int, list[str]] = {}
    for row in VisitTopic.objects.filter(record__in=records).select_related("topic"):
        topics.setdefault(row.record_id, []).append(str(row.topic))
    earlier = _earlier(records)
    return [
        Visit(row, row.visit_record, topics.get(row.visit_record.pk, []), earlier.get(row.visit_record.pk, []))
        if _recorded(row)
        else Visit(row, None, [], [])
        for row in days
    ]


def day_to_visit(booking: Booking, today: date) -> date | None:
    """Return the next day of a visit at home that is near enough for its address to be shown, or None.

    No query after ``bookings_with_days``.
    """
    if booking.service.kind != ServiceKind.OUTREACH or booking.state not in CHANGEABLE:
        return None
    coming = (row.day for row in booking.days.all() if row.is_kept and row.day >= today)
    day = next(coming, None)
    return day if day is not None and day - today <= ADDRESS_SHOWN_BEFORE else None


def topics_on(day: date) -> list[ConsultationTopic]:
    """Return the topics that can be ticked for a visit of the day. One query."""
    return list(ConsultationTopic.objects.filter(period__contains=day))


def _recorded(row: BookingDay) -> bool:
    return getattr(row, "visit_record", None) is not None


def _earlier(records: list[VisitRecord]) -> dict[int, list[str]]:
    """What each record said before, oldest first, then the topics taken out of it. Two queries."""
    found: dict[int, list[str]] = {}
    events = VisitRecord.pgh_event_model.objects  # type: ignore[attr-defined]  # pghistory
    for event in events.filter(pgh_obj__in=records).order_by("pgh_id"):
        found.setdefault(event.pgh_obj_id, []).append(_said(event))
    found = {pk: said[:-1] for pk, said in found.items()}
    topics = VisitTopic.pgh_event_model.objects  # type: ignore[attr-defined]  # pghistory
    for event in topics.filter(record__in=records, pgh_label="delete").select_related("topic").order_by("pgh_id"):
        found.setdefault(event.record_id, []).append(str(event.topic))
    return found


def _said(version: VisitRecord) -> str:
    """An earlier version in a line."""
    times = "–".join(clock_time(one) for one in (version.began_at, version.ended_at))
    return " / ".join(part for part in (times, version.talked_about, version.advice, version.next_step) if part)
