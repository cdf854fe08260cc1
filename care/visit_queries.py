"""What is recorded of visits and consultations, and which are still to be recorded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bookings.models import Booking, BookingDay
from bookings.places.queries import CHANGEABLE
from care.models import ConsultationTopic, VisitRecord, VisitTopic
from facilities.models import ServiceKind

from .corrections import Changed, Correction, corrections, events_of

# A facility plans its rounds a week ahead; before, and once the day is over, it needs no address (own default).
ADDRESS_SHOWN_BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class Visit:
    """One appointment of a booking; ``corrections``: who changed what of its record, from what to what."""

    booked: BookingDay
    record: VisitRecord | None
    topics: list[str]
    corrections: list[Correction]


def visits_of(booking: Booking) -> list[Visit]:
    """Return a booking's appointments that count, by day, each with its record. Four queries at most."""
    rows = booking.days.kept().select_related("visit_record__recorded_by")
    days = list(rows.order_by("day"))
    records = [row.visit_record for row in days if _recorded(row)]
    topics: dict[int, list[str]] = {}
    for row in VisitTopic.objects.filter(record__in=records).select_related("topic"):
        topics.setdefault(row.record_id, []).append(str(row.topic))
    corrected = _corrections(records)
    return [
        Visit(row, row.visit_record, topics.get(row.visit_record.pk, []), corrected.get(row.visit_record.pk, []))
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


WRITTEN = ("began_at", "ended_at", "talked_about", "advice", "next_step")


def _corrections(records: list[VisitRecord]) -> dict[int, list[Correction]]:
    """What was corrected of each record, by its id, the newest first. Two queries."""
    versions: dict[int, list[Any]] = {}
    for event in events_of(VisitRecord, pgh_obj__in=records).select_related("recorded_by"):
        versions.setdefault(event.pgh_obj_id, []).append(event)
    topics = _topics_changed(records)
    return {
        record.pk: corrections(versions[record.pk], WRITTEN, of=_("Record of the visit"), beside=topics.get(record.pk))
        for record in records
    }


def _topics_changed(records: list[VisitRecord]) -> dict[int, dict[datetime, list[Changed]]]:
    """Topics taken out and put in, by the record and the moment of the transaction. One query."""
    found: dict[int, dict[datetime, list[Changed]]] = {}
    for event in events_of(VisitTopic, record__in=records).select_related("topic"):
        taken_out = event.pgh_label == "delete"
        words = (str(event.topic), _("nothing")) if taken_out else (_("nothing"), str(event.topic))
        changed = Changed(_("What it was about"), *words)
        found.setdefault(event.record_id, {}).setdefault(event.pgh_created_at, []).append(changed)
    return found
