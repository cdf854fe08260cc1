"""Which draw comes next: what is proposed for a service, and which services given by lot have none. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from bookings.models import AllocationMethod, AllocationPolicy, DrawRound
from facilities.models import Service

from .next_round import ProposedRound, RoundTerms, next_round

# Times of day of a first round, which staff correct; later ones are proposed at those of the last (own default).
OPENS, CLOSES, DRAWN = time(9), time(17), time(10)


@dataclass(frozen=True)
class Proposal:
    """The next round as staff may announce it; a moment None: neither policy nor a round before says when."""

    first_day: date
    last_day: date
    opens_at: datetime | None
    closes_at: datetime | None
    draw_at: datetime


def proposed_round(service: Service, *, at: datetime) -> Proposal | None:
    """Propose the service's next round by its policy and its last round; None where neither says how long it is."""
    today = timezone.localdate(at)
    policy = AllocationPolicy.objects.filter(
        service=service, method=AllocationMethod.LOTTERY, period__contains=today
    ).first()
    rounds = DrawRound.objects.filter(service=service, called_off_at__isnull=True)
    last = rounds.order_by("-period").first()
    terms = _terms(policy, last)
    if terms is None:
        return None
    return _at_their_times(next_round(terms, after=last.period.upper if last else None, today=today), last)


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


def _at_their_times(found: ProposedRound, last: DrawRound | None) -> Proposal:
    def moment(day: date | None, before: datetime | None, else_at: time) -> datetime | None:
        hour = else_at if before is None else timezone.localtime(before).time()
        return None if day is None else datetime.combine(day, hour, timezone.get_current_timezone())

    draw_at = moment(found.draw_on, last.draw_at if last else None, DRAWN)
    assert draw_at is not None
    closes_at = moment(found.closes_on, last.closes_at if last else None, CLOSES)
    return Proposal(
        found.first_day,
        found.last_day,
        moment(found.opens_on, last.opens_at if last else None, OPENS),
        min(closes_at, draw_at) if closes_at else None,
        draw_at,
    )


@dataclass(frozen=True)
class NoRound:
    """A service given by lot without a draw to come; nobody can book the days after ``last_day``, that of its last."""

    service: Service
    last_day: date


def services_without_round(today: date) -> list[NoRound]:
    """Return the services given by lot whose last draw is over and no other announced. One query.

    A service that never had a draw is not among them: its days are given first come until it has one.
    """
    rounds = DrawRound.objects.filter(service=OuterRef("pk"))
    by_lot = AllocationPolicy.objects.filter(
        service=OuterRef("pk"), method=AllocationMethod.LOTTERY, period__contains=today
    )
    found = (
        Service.objects.filter(Exists(by_lot), offered__contains=today)
        .exclude(Exists(rounds.filter(drawn_at__isnull=True, called_off_at__isnull=True)))
        .annotate(end=Max("draw_rounds__period__endswith"))
        .filter(end__isnull=False)
        .select_related("facility")
        .order_by("facility__position", "position")
    )
    return [NoRound(service, service.end - timedelta(days=1)) for service in found]
