"""What stands in the records of a stay, and what the board shows of the house. Each in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
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
    Openness,
    SleepCheckState,
    openness,
    sleep_check,
)

# A baby that nobody has looked at for a day is as one that nobody has looked at.
LOOKS_READ = timedelta(days=1)


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
        proposed=[row for row in assessments if row.proposes and not is_decided(row)],
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


def openness_of_all(bookings: Sequence[Booking], today: date) -> dict[int, Openness]:
    """Return the same for many bookings by their ids, as ``bookings_with_days`` gives them. Two queries."""
    policy = care_policy(today)
    if policy is None:
        return {booking.pk: Openness.OPEN for booking in bookings}
    left = Stay.objects.filter(booking__in=bookings, departed_at__isnull=False).values_list("booking", "departed_at")
    departed = {booking: timezone.localdate(moment) for booking, moment in left}
    limits = {"records_days": policy.records_days, "corrections_days": policy.corrections_days}

    def ended_on(booking: Booking) -> date | None:
        if booking.state == BookingState.DEPARTED:
            return departed.get(booking.pk)
        return _ended_on(booking)

    return {booking.pk: openness(ended_on(booking), today, **limits) for booking in bookings}


def still_named(today: date) -> Q:
    """Return which bookings, with ``last_day``, are not over for so long that nobody of theirs is named any more."""
    policy = care_policy(today)
    if policy is None or policy.corrections_days is None:
        return Q()
    since = today - timedelta(days=policy.corrections_days)
    over = (BookingState.DEPARTED, BookingState.NO_SHOW, BookingState.CANCELLED)
    left = Q(state=BookingState.DEPARTED, stay__departed_at__date__gte=since)
    came_not = Q(state__in=(BookingState.NO_SHOW, BookingState.CANCELLED), pk__in=_with_a_day_since(since))
    return ~Q(state__in=over) | left | came_not


def _with_a_day_since(since: date) -> "QuerySet[BookingDay, int]":
    return BookingDay.objects.filter(day__gte=since).values_list("booking", flat=True)


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
    return list(Assessment.objects.filter(proposes=True, stay__booking=booking, decision__isnull=True))


def proposals_of(facility: Facility) -> list[Assessment]:
    """Return the facility's assessments that propose a referral and wait for a decision, oldest first. One query."""
    waiting = Assessment.objects.filter(
        proposes=True, stay__booking__service__facility=facility, decision__isnull=True
    )
    return list(waiting.select_related("stay__booking__registration__birth__family").order_by("recorded_at", "pk"))


MOTHERS_DAY = ("sleep_hours", "breast", "mood", "note")
INFANTS_DAY = ("weight_grams", "temperature", "feeding", "feeds", "note")
ON_ARRIVAL = (
    *("mother_temperature", "infant_temperature", "fever_decision"),
    *("residence_confirmed", "food", "health"),
)


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


@dataclass(frozen=True)
class LastLook:
    """An infant's newest sleep check: when, where it slept, and who was the second person there (ids)."""

    happened_at: datetime
    place: str
    second_person: int | None


def newest_looks(bookings: Iterable[Booking], now: datetime) -> dict[tuple[int, int], LastLook]:
    """Return, by booking and infant, the newest look of the last day; one that is older counts as none. One query."""
    rows = (
        SleepCheck.objects.filter(
            stay__booking__in=list(bookings), happened_at__gte=now - LOOKS_READ, taken_back__isnull=True
        )
        .order_by("stay_id", "infant_id", "-happened_at", "-pk")
        .distinct("stay_id", "infant_id")
        .values_list("stay__booking", "infant", "happened_at", "place", "second_person")
    )
    return {(booking, infant): LastLook(at, place, second) for booking, infant, at, place, second in rows}


def last_looks(
    bookings: Iterable[Booking],
    minutes: int | None,
    now: datetime,
    newest: Mapping[tuple[int, int], LastLook] | None = None,
) -> dict[tuple[int, int], SleepCheckState]:
    """Return, by booking and infant, when the next sleep check is due. One query; none without an interval.

    ``newest``: ``newest_looks`` of the bookings, where it is known.
    """
    live = [row for row in bookings if row.state == BookingState.ARRIVED and row.service.kind not in VISITS]
    if minutes is None or not live:
        return {}
    looks = newest_looks(live, now) if newest is None else newest
    return {
        (row.pk, infant.pk): sleep_check(
            looks[row.pk, infant.pk].happened_at if (row.pk, infant.pk) in looks else None,
            minutes,
            now,
            row.stay.arrived_at,
        )
        for row in live
        for infant in row.registration.birth.infants.all()
    }


def looks_just_written(facility: Facility, now: datetime) -> list[SleepCheck]:
    """Return the facility's sleep checks that one touch can still take back, newest first. One query."""
    rows = SleepCheck.objects.filter(
        stay__booking__service__facility=facility, recorded_at__gte=now - UNDO_FOR, taken_back__isnull=True
    )
    return list(
        rows.select_related("stay__booking__registration__birth__family", "infant", "recorded_by", "watched_by")
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
