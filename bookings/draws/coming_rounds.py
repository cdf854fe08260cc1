"""Which draw comes next: what is proposed for places, and which places given by lot have none. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from bookings.models import AllocationMethod, AllocationPolicy, DrawRound
from bookings.places.queries import places_on
from facilities.calendar import days_between
from facilities.models import PlacePool, PublicHoliday

from .next_round import LONGEST_ROUND, LOOKED_AHEAD, ProposedRound, RoundDays, RoundTerms, next_round
from .round_gaps import days_without_draw, settled_days

# Times of day of a first round, which staff correct; later ones are proposed at those of the last (own default).
OPENS, CLOSES, DRAWN = time(9), time(17), time(10)


@dataclass(frozen=True)
class Proposal:
    """The next round as staff may announce it."""

    first_day: date
    last_day: date
    opens_at: datetime
    closes_at: datetime
    draw_at: datetime


def proposed_round(pool: PlacePool, *, at: datetime) -> Proposal | None:
    """Propose the places' next round by policy and their last round; None where neither says how long it is.

    The policy of the first of their services that is given by lot. Its days are the first ones without a draw.
    """
    today = timezone.localdate(at)
    by_lot = AllocationPolicy.objects.filter(
        service__pool=pool, method=AllocationMethod.LOTTERY, period__contains=today
    )
    policy = by_lot.order_by("service__position", "service").first()
    rounds = DrawRound.objects.filter(pool=pool, called_off_at__isnull=True)
    last = rounds.order_by("-period").first()
    terms = _terms(policy, last)
    if terms is None:
        return None
    ahead = today + timedelta(days=LOOKED_AHEAD)
    found = next_round(terms, _days(pool, today, ahead, after=None if policy else last), today=today)
    return None if found is None else _at_their_times(found, last, at)


def _days(pool: PlacePool, today: date, ahead: date, *, after: DrawRound | None) -> RoundDays:
    """What is known of the days. ``after``: where nothing is given by lot any more, the round that it follows."""
    if after is None:
        wanted = days_without_draw(pool, today, ahead)
    else:
        follows = days_between(max(after.period.upper, today), max(after.period.upper, ahead))
        wanted = [row.day for row in places_on(pool.pk, follows) if row.slots]
    holidays = PublicHoliday.objects.filter(day__range=(today, ahead + timedelta(days=LONGEST_ROUND)))
    return RoundDays(
        wanted,
        settled_days(pool, today, ahead + timedelta(days=LONGEST_ROUND)),
        set(holidays.values_list("day", flat=True)),
    )


def _terms(policy: AllocationPolicy | None, last: DrawRound | None) -> RoundTerms | None:
    """What the policy says, and for what it leaves open the distances of the last round."""
    if policy is None and last is None:
        return None
    told = policy or AllocationPolicy()
    known = RoundTerms(0)
    if last is not None:
        first = last.period.lower
        known = RoundTerms(
            stretch_days=(last.period.upper - first).days,
            draw_days_before=(first - timezone.localdate(last.draw_at)).days,
            opens_days_before=(first - timezone.localdate(last.opens_at)).days,
            closes_days_before=(first - timezone.localdate(last.closes_at)).days,
        )
    stretch = told.stretch_days or known.stretch_days
    if not stretch:
        return None
    return RoundTerms(
        stretch_days=stretch,
        draw_weekday=told.draw_weekday,
        draw_days_before=known.draw_days_before,
        opens_days_before=_first_known(told.opens_days_before, known.opens_days_before),
        closes_days_before=_first_known(told.closes_days_before, known.closes_days_before),
    )


def _first_known(told: int | None, known: int | None) -> int | None:
    return known if told is None else told


def _at_their_times(found: ProposedRound, last: DrawRound | None, at: datetime) -> Proposal:
    def moment(day: date, before: datetime | None, else_at: time) -> datetime:
        hour = else_at if before is None else timezone.localtime(before).time()
        return datetime.combine(day, hour, timezone.get_current_timezone())

    draw_at = moment(found.draw_on, last.draw_at if last else None, DRAWN)
    closes_at = min(moment(found.closes_on, last.closes_at if last else None, CLOSES), draw_at)
    opens_at = moment(found.opens_on, last.opens_at if last else None, OPENS)
    if opens_at >= closes_at:  # on the day of the deadline, and later: then at once
        opens_at = at
    return Proposal(found.first_day, found.last_day, opens_at, closes_at, draw_at)


@dataclass(frozen=True)
class NoRound:
    """Places given by lot without a draw to come. ``last_day``: nobody can book the days after it; None: any day."""

    pool: PlacePool
    last_day: date | None


def pools_without_round(today: date) -> list[NoRound]:
    """Return the places of which a service is given by lot, and no draw is to come. One query.

    Their days stay closed until their own draw, or until staff free them (places/day_policies.py); while so many are
    free ahead as a draw has at most, nobody is warned.
    """
    rounds = DrawRound.objects.filter(pool=OuterRef("pk"))
    by_lot = AllocationPolicy.objects.filter(
        service__pool=OuterRef("pk"),
        service__offered__contains=today,
        method=AllocationMethod.LOTTERY,
        period__contains=today,
    )
    drawn = Max("draw_rounds__period__endswith", filter=Q(draw_rounds__drawn_at__isnull=False))
    found = (
        PlacePool.objects.filter(Exists(by_lot))
        .exclude(Exists(rounds.filter(drawn_at__isnull=True, called_off_at__isnull=True)))
        .annotate(end=Greatest(drawn, Max("freed_days__period__endswith")))
        .filter(Q(end__isnull=True) | Q(end__lte=today + timedelta(days=LONGEST_ROUND)))
        .select_related("facility")
        .order_by("facility__position", "slug")
    )
    return [NoRound(row, row.end - timedelta(days=1) if row.end and row.end > today else None) for row in found]
