"""Days of services as one family can use them, and whether what she wishes can be booked. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from bookings.models import LIMIT_GROUP_OF_KIND, Booking
from enrollment.eligibility import RuleResult, last_usable_day
from enrollment.may_use import MayUse
from enrollment.models import Registration
from enrollment.queries import application_of
from enrollment.reasons import reason, why_not_judgeable
from enrollment.usable_days import may_use_on
from facilities.calendar import days_between
from facilities.models import Service, ServiceKind
from sankecare.db import run_batch

from .availability import standing_of, while_offered
from .booking_context import BookingContext, load_context, load_context_with_places, load_contexts
from .day_hindrances import FamilyDay, PlacesOfDay, family_day
from .day_policies import in_stretches
from .limits import CountedAs, Limits, days_left
from .queries import DayPlaces, Mark, ask_places, places_from, sibling_rooms_left


@dataclass(frozen=True)
class Quota:
    """Of how many days of a birth how many are left, for days of use from the first one on; None: no limit."""

    first_day: date
    left: int | None
    limit: int | None


@dataclass(frozen=True)
class FamilyMonth:
    """The days of one service for one family. ``policies``: those that count on each day from today on; ``quotas``:
    how many days a birth may use by them; ``last_day``: on which the family can use the service at all.
    """

    days: dict[date, FamilyDay]
    quotas: list[Quota]
    policies: dict[date, Limits]
    marks: dict[date, Mark]
    last_day: date | None


def family_month(
    registration: Registration,
    service: Service,
    first: date,
    last: date,
    *,
    at: datetime,
    notice: bool = True,
    with_sibling: bool = False,
    without: Booking | None = None,
) -> FamilyMonth:
    """Return each day from first to last with what stands in the family's way. A fixed number of queries.

    ``notice``: whether the period of notice counts (refusals.is_self_service). ``without``: the booking that is being
    changed; its days are hers already.
    """
    known, places = load_context_with_places(registration, service, days_between(first, last), without=without)
    rooms = sibling_rooms_left(service.pool_id, places) if with_sibling else {}
    hers = _days_held(without, service)
    return _as_usable(known, places, rooms, hers, at=at, notice=notice, with_sibling=with_sibling)


def family_weeks(
    registration: Registration,
    services: Sequence[Service],
    first: date,
    last: date,
    *,
    at: datetime,
    notice: bool = True,
    with_sibling: bool = False,
) -> dict[int, FamilyMonth]:
    """Return the same of each service, by its id. Two queries, with a sibling one more for each pool of places."""
    days = days_between(first, last)
    contexts = load_contexts([(registration, service, days) for service in services])
    pools = {service.pool_id for service in services}
    counted = places_from(run_batch(ask_places(pools, days))[0])
    left = {pool: sibling_rooms_left(pool, counted[pool]) for pool in pools} if with_sibling else {}
    return {
        known.service.pk: _as_usable(
            known,
            while_offered(known.service, counted[known.service.pool_id]),
            left.get(known.service.pool_id, {}),
            {},
            at=at,
            notice=notice,
            with_sibling=with_sibling,
        )
        for known in contexts
    }


def _as_usable(
    known: BookingContext,
    places: Sequence[DayPlaces],
    rooms: Mapping[date, int | None],
    hers: Mapping[date, bool],
    *,
    at: datetime,
    notice: bool,
    with_sibling: bool,
) -> FamilyMonth:
    standing = replace(
        standing_of(known.limits_on, known.to_be_drawn, at, notice=notice),
        own_days={row.day for row in known.own_days},
        unfit_days=unfit_days(known, [row.day for row in places]),
        used_up_days={day for day in known.limits_on if _left(known, day) == 0},
        kept_days=hers,
        with_sibling=with_sibling,
    )
    days = {
        row.day: family_day(
            PlacesOfDay(
                row.day,
                row.slots,
                row.free,
                None if (room := rooms.get(row.day)) is None else room + hers.get(row.day, False),
            ),
            standing,
        )
        for row in places
    }
    today = timezone.localdate(at)
    application = application_of(known.registration, today, today, facts=known.facts)
    last_day = last_usable_day(application, known.facts.terms) if known.facts.terms else None
    policies = {day: limits for day, limits in known.limits_on.items() if day >= today}
    return FamilyMonth(days, _quotas(known, policies), policies, {row.day: row.mark for row in places}, last_day)


def _quotas(known: BookingContext, policies: dict[date, Limits]) -> list[Quota]:
    """How many days are left, told once for all days by whose limit it is the same."""
    found: list[Quota] = []
    for first, limits in in_stretches(policies):
        if not found or found[-1].limit != limits.days_per_birth:
            found.append(Quota(first, _left(known, first), limits.days_per_birth))
    return found


def _left(known: BookingContext, day: date) -> int | None:
    """How many days the birth has left by the limit in force on the day; None: no limit."""
    group = CountedAs(LIMIT_GROUP_OF_KIND[ServiceKind(known.service.kind)])
    return days_left(known.own_days, known.limits_on[day], counted_as=group)


def unfit_days(known: BookingContext, days: Collection[date]) -> set[date]:
    """Return the days on which the family may not use the service, each judged by itself."""
    return {day for day, answer in _judged(known, days).items() if not answer.may}


def rules_against(known: BookingContext, day: date) -> list[RuleResult]:
    """Return the rules that do not allow the day, judged by itself. Errors: eligibility.NotJudgeable."""
    answer = _judged(known, [day])[day]
    if answer.not_judgeable:
        raise answer.not_judgeable
    return list(answer.against)


def why_unfit(booking: Booking, days: Sequence[date]) -> list[str]:
    """Return in words, once each, what no longer allows these days of a booking. One query, none without days."""
    if not days:
        return []
    known = load_context(booking.registration, booking.service, days)
    answers = _judged(known, days).values()
    words = [reason(rule) for answer in answers for rule in answer.against]
    words += [why_not_judgeable(answer.not_judgeable) for answer in answers if answer.not_judgeable]
    return list(dict.fromkeys(words))


def _judged(known: BookingContext, days: Collection[date]) -> dict[date, MayUse]:
    return may_use_on(
        known.registration, known.service, days, has_used_facility=known.has_used_facility, facts=known.facts
    )


def _days_held(booking: Booking | None, service: Service) -> dict[date, bool]:
    """The days whose places the booking gives up when it is changed, and whether a sibling's room with them."""
    if booking is None or booking.service.pool_id != service.pool_id:
        return {}
    return dict(booking.days.kept().values_list("day", "with_sibling"))
