"""What was noted by the hour and counts: neither taken back nor replaced. Each in a fixed number of queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from bookings.models import Booking, Stay
from care.hour_rules import FEEDS, InfantDay, Kind, MotherDay, Seen, infants_day, mothers_day
from care.models import HourPolicy, InfantCare, Observation

A_DAY = timedelta(days=1)
ONE_FEED = timedelta(minutes=30)


@dataclass(frozen=True)
class DaySums:
    """What a day of a stay adds up to: the mother's, and each infant's by its id."""

    mother: MotherDay
    infants: dict[int, InfantDay]


def hour_policy(day: date) -> HourPolicy | None:
    """Return the policy of records by the hour in force on the day, or None."""
    return HourPolicy.objects.filter(period__contains=day).first()


def standing() -> QuerySet[Observation]:
    """Return the observations that count."""
    return Observation.objects.filter(taken_back__isnull=True, corrected_by__isnull=True)


def observations_of(booking: Booking, first: date, last: date) -> list[Observation]:
    """Return what was noted of a booking's stay from the first day to the last, newest first.

    What counts no more is among it: ``taken_back`` or ``corrected_by`` says why. One query.
    """
    rows = Observation.objects.filter(stay__booking=booking, happened_at__range=(_starts(first), _ends(last)))
    return list(
        rows.exclude(happened_at=_ends(last)).select_related(
            "infant", "recorded_by", "touched_by", "taken_back__recorded_by", "corrected_by", "corrects"
        )
    )


def standing_of(booking: Booking, first: date, last: date) -> list[Observation]:
    """Return what counts of a booking's stay from the first day to the last, oldest first: for sums and charts."""
    rows = standing().filter(stay__booking=booking, happened_at__gte=_starts(first), happened_at__lt=_ends(last))
    return list(rows.select_related("infant").order_by("happened_at", "pk"))


def weights_of(booking: Booking) -> dict[int, list[tuple[datetime, int]]]:
    """Return, by infant, each weight noted by the hour that counts: when, and grams; the oldest first. One query."""
    rows = standing().filter(stay__booking=booking, kind=Kind.WEIGHT).order_by("happened_at", "pk")
    found: dict[int, list[tuple[datetime, int]]] = {}
    for infant, at, grams in rows.values_list("infant", "happened_at", "amount"):
        found.setdefault(infant, []).append((at, int(grams or 0)))
    return found


def sums_of(stay: Stay, day: date) -> DaySums:
    """Return what a day of a stay adds up to. Two queries."""
    policy = hour_policy(day)
    rows = standing().filter(stay=stay, happened_at__gte=_starts(day - A_DAY), happened_at__lt=_ends(day + A_DAY))
    start, end = timezone.localtime(_starts(day)), timezone.localtime(_ends(day))
    of: dict[int | None, list[Seen]] = {}
    for row in rows:
        of.setdefault(row.infant_id, []).append(as_seen(row))
    one_feed = timedelta(minutes=policy.one_feed_minutes) if policy else ONE_FEED
    return DaySums(
        mothers_day(of.pop(None, []), start, end),
        {infant: infants_day(seen, start, end, one_feed) for infant, seen in of.items() if infant is not None},
    )


def is_any_on(stay: Stay, day: date) -> bool:
    """Whether anything that counts was noted on the day of a stay. One query."""
    return standing().filter(stay=stay, happened_at__gte=_starts(day), happened_at__lt=_ends(day)).exists()


def as_seen(row: Observation) -> Seen:
    """Return an observation as the rules read it."""
    return Seen(Kind(row.kind), timezone.localtime(row.happened_at), row.amount, row.lower, row.finding)


def last_weight(stay: Stay, infant: int, at: datetime) -> tuple[int, datetime] | None:
    """Return the infant's last weight before a moment, by the hour or on the sheet of an earlier day. Two queries."""
    noted = standing().filter(stay=stay, infant=infant, kind=Kind.WEIGHT, happened_at__lt=at).order_by("-happened_at")
    newest = noted.values_list("amount", "happened_at").first()
    sheets = InfantCare.objects.filter(
        record__stay=stay, infant=infant, weight_grams__isnull=False, record__day__lt=timezone.localdate(at)
    ).order_by("-record__day")
    sheet = sheets.values_list("weight_grams", "record__day").first()
    found = [(int(newest[0] or 0), newest[1])] if newest else []
    if sheet and sheet[0] is not None:
        found.append((sheet[0], timezone.make_aware(datetime.combine(sheet[1], time(12)))))
    return max(found, key=lambda one: one[1], default=None)


@dataclass(frozen=True)
class Lately:
    """What a row of the house says of an infant: the last feed and diapers, what of the day, the last weight."""

    last_feed: Observation | None
    feeds: int
    milk_ml: int
    wets: int
    stools: int
    is_asleep: bool


def lately_of(bookings: Iterable[Booking], day: date) -> dict[tuple[int, int], Lately]:
    """Return, by booking and infant, what was noted today. Two queries, however many bookings."""
    policy = hour_policy(day)
    one_feed = timedelta(minutes=policy.one_feed_minutes) if policy else ONE_FEED
    start, end = timezone.localtime(_starts(day)), timezone.localtime(_ends(day))
    rows = standing().filter(
        stay__booking__in=list(bookings),
        infant__isnull=False,
        happened_at__gte=_starts(day - A_DAY),
        happened_at__lt=_ends(day),
    )
    of: dict[tuple[int, int], list[Observation]] = {}
    for row in rows.select_related("stay").order_by("happened_at", "pk"):
        assert row.infant_id is not None
        of.setdefault((row.stay.booking_id, row.infant_id), []).append(row)
    return {key: _lately(seen, start, end, one_feed) for key, seen in of.items()}


def _lately(rows: Collection[Observation], start: datetime, end: datetime, one_feed: timedelta) -> Lately:
    sums = infants_day(map(as_seen, rows), start, end, one_feed)
    sleeps = [row.kind for row in rows if row.kind in (Kind.ASLEEP, Kind.AWAKE)]
    return Lately(
        last_feed=next((row for row in reversed(list(rows)) if row.kind in FEEDS), None),
        feeds=sums.feeds or 0,
        milk_ml=sums.milk_ml or 0,
        wets=sums.wets or 0,
        stools=sums.stools or 0,
        is_asleep=bool(sleeps) and sleeps[-1] == Kind.ASLEEP,
    )


def _starts(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _ends(day: date) -> datetime:
    """The moment at which a day is over."""
    return _starts(day + A_DAY)


def in_unit(amount: Decimal) -> str:
    """Write a figure without a zero that says nothing: 60, 36.5."""
    return format(amount.normalize(), "f")
