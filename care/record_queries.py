"""What stands in the records of a stay, and what the board shows of the house. Each in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.models import Booking, BookingDay, BookingState, DayStatus, Stay
from bookings.places.queries import VISITS
from bookings.stays.steps import UNDO_FOR
from care.models import Assessment, CarePolicy, CareRecord, CheckIn, HandoverNote, InfantCare, SleepCheck
from facilities.models import Facility

from .corrections import Changed, Correction, changes_between, corrections, events_of
from .observations import (
    EPDS_PROPOSES_FROM,
    ITEM_10_PROPOSES_FROM,
    Openness,
    SleepCheckState,
    openness,
    proposes_referral,
    sleep_check,
)

HANDOVER_SHOWN = timedelta(hours=36)


@dataclass(frozen=True)
class StayRecords:
    """Everything recorded of one stay, newest first; ``proposed``: assessments that wait for a decision.

    ``corrections``: who changed what of the check-in and the care records, from what to what.
    """

    check_in: Any
    records: list[CareRecord]
    corrections: list[Correction]
    assessments: list[Any]
    notes: list[HandoverNote]
    sold: list[Any]
    missing: list[date]
    proposed: list[Any]


def records_of(booking: Booking, today: date) -> StayRecords | None:
    """Return what is recorded of a stay, with what corrected records said before; None before arrival."""
    stay = Stay.objects.filter(booking=booking).select_related("check_in").first()
    if stay is None:
        return None
    records = list(
        stay.care_records.select_related("recorded_by").prefetch_related("infants__infant").order_by("-day")
    )
    assessments = list(stay.assessments.select_related("recorded_by", "decision__recorded_by"))
    return StayRecords(
        check_in=getattr(stay, "check_in", None),
        records=records,
        corrections=_corrections(stay, records),
        assessments=assessments,
        notes=list(stay.handover_notes.select_related("recorded_by")),
        sold=list(stay.sold_options.select_related("option")),
        missing=days_without_record([booking], today).get(booking.pk, []),
        proposed=[row for row in assessments if proposes_referral(row.total, row.item_10) and not is_decided(row)],
    )


def care_policy(day: date) -> CarePolicy | None:
    """Return the care policy in force on the day, or None."""
    return CarePolicy.objects.filter(period__contains=day).first()


def openness_of(booking: Booking, today: date) -> Openness:
    """Return what can still be written of a booking's stay, by the policy in force today. Three queries at most."""
    policy = care_policy(today)
    if policy is None:
        return Openness.OPEN
    return openness(
        _ended_on(booking),
        today,
        records_days=policy.records_days,
        corrections_days=policy.corrections_days,
    )


def _ended_on(booking: Booking) -> date | None:
    """The day on which it was over; None while it is still to come, or runs."""
    if booking.state == BookingState.DEPARTED:
        left = Stay.objects.filter(booking=booking).values_list("departed_at", flat=True).first()
        return timezone.localdate(left) if left else None
    if booking.state in (BookingState.NO_SHOW, BookingState.CANCELLED):
        return max((row.day for row in booking.days.all()), default=None)
    return None


def is_decided(assessment: Assessment) -> bool:
    """Tell whether a person has decided on what the scores propose."""
    return hasattr(assessment, "decision")


def undecided_of(booking: Booking) -> list[Assessment]:
    """Return a booking's assessments that propose a referral and wait for a decision. One query."""
    proposing = Q(total__gte=EPDS_PROPOSES_FROM) | Q(item_10__gte=ITEM_10_PROPOSES_FROM)
    return list(Assessment.objects.filter(proposing, stay__booking=booking, decision__isnull=True))


def proposals_of(facility: Facility) -> list[Assessment]:
    """Return the facility's assessments that propose a referral and wait for a decision, oldest first. One query."""
    proposing = Q(total__gte=EPDS_PROPOSES_FROM) | Q(item_10__gte=ITEM_10_PROPOSES_FROM)
    waiting = Assessment.objects.filter(proposing, stay__booking__service__facility=facility, decision__isnull=True)
    return list(waiting.select_related("stay__booking__registration__birth__family").order_by("recorded_at", "pk"))


MOTHERS_DAY = ("sleep_hours", "breast", "mood", "note")
INFANTS_DAY = ("weight_grams", "temperature", "feeding", "feeds", "note")
ON_ARRIVAL = ("mother_temperature", "infant_temperature", "fever_decision", "residence_confirmed", "food")


def _corrections(stay: Stay, records: list[CareRecord]) -> list[Correction]:
    """What was corrected of the stay's check-in and care records, the newest first. Three queries."""
    checked = list(events_of(CheckIn, stay=stay).select_related("recorded_by"))
    found = corrections(checked, ON_ARRIVAL, of=_("Check-in"))
    beside = _infants_changed(records)
    versions: dict[int, list[Any]] = {}
    for event in events_of(CareRecord, pgh_obj__in=records).select_related("recorded_by"):
        versions.setdefault(event.pgh_obj_id, []).append(event)
    for record in records:
        of = _("Care record of %(day)s") % {"day": date_format(record.day)}
        found += corrections(versions[record.pk], MOTHERS_DAY, of=of, beside=beside.get(record.pk))
    return sorted(found, key=lambda one: one.at, reverse=True)


def _infants_changed(records: list[CareRecord]) -> dict[int, dict[datetime, list[Changed]]]:
    """What was corrected of the infants' days, by the record and the moment of the transaction. One query."""
    names = {row.infant_id: row.infant.name for record in records for row in record.infants.all()}
    versions: dict[int, list[Any]] = {}
    for event in events_of(InfantCare, record__in=records):
        versions.setdefault(event.pgh_obj_id, []).append(event)
    found: dict[int, dict[datetime, list[Changed]]] = {}
    for rows in versions.values():
        for before, after in pairwise(rows):
            owner = names.get(after.infant_id) or _("Baby")
            changed = changes_between(before, after, INFANTS_DAY, owner=owner)
            found.setdefault(after.record_id, {}).setdefault(after.pgh_created_at, []).extend(changed)
    return found


def last_looks(
    bookings: Iterable[Booking], minutes: int | None, now: datetime
) -> dict[tuple[int, int], SleepCheckState]:
    """Return, by booking and infant, when the next sleep check is due. One query; none without an interval."""
    live = [row for row in bookings if row.state == BookingState.ARRIVED and row.service.kind not in VISITS]
    if minutes is None or not live:
        return {}
    looks = {
        (row["stay__booking"], row["infant"]): row["last"]
        for row in SleepCheck.objects.filter(stay__booking__in=live, taken_back__isnull=True)
        .values("stay__booking", "infant")
        .annotate(last=Max("happened_at"))
    }
    return {
        (row.pk, infant.pk): sleep_check(looks.get((row.pk, infant.pk)), minutes, now)
        for row in live
        for infant in row.registration.birth.infants.all()
    }


def last_places(bookings: Iterable[Booking]) -> dict[tuple[int, int], str]:
    """Return, by booking and infant, where it slept when it was looked at last. One query."""
    rows = SleepCheck.objects.filter(stay__booking__in=list(bookings), taken_back__isnull=True).order_by("happened_at")
    return {(row.stay.booking_id, row.infant_id): row.place for row in rows.select_related("stay")}


def looks_just_written(facility: Facility, now: datetime) -> list[SleepCheck]:
    """Return the facility's sleep checks that one touch can still take back, newest first. One query."""
    rows = SleepCheck.objects.filter(
        stay__booking__service__facility=facility, recorded_at__gte=now - UNDO_FOR, taken_back__isnull=True
    )
    return list(
        rows.select_related("stay__booking__registration__birth__family", "infant", "recorded_by", "watched_by")
    )


def handover_of(facility: Facility, now: datetime) -> list[HandoverNote]:
    """Return the notes of the last shifts, newest first. One query."""
    return list(
        HandoverNote.objects.filter(facility=facility, recorded_at__gte=now - HANDOVER_SHOWN).select_related(
            "recorded_by", "stay__booking__registration__birth__family"
        )
    )


def days_without_record(bookings: Iterable[Booking], until: date) -> dict[int, list[date]]:
    """Return, by booking, the days used before ``until`` without a care record; visits need none. One query."""
    rows = (
        BookingDay.objects.filter(booking__in=list(bookings), status=DayStatus.USED, day__lt=until)
        .exclude(booking__service__kind__in=VISITS)
        .exclude(Exists(CareRecord.objects.filter(stay__booking=OuterRef("booking"), day=OuterRef("day"))))
        .order_by("day")
        .values_list("booking", "day")
    )
    found: dict[int, list[date]] = {}
    for booking, day in rows:
        found.setdefault(booking, []).append(day)
    return found
