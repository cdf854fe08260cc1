"""A month of one service as one family can use it, and whether what she wishes can be booked. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects

from enrollment.eligibility import NotJudgeable, judge
from enrollment.models import Registration
from enrollment.queries import application_of, terms_of
from facilities.models import Service, ServiceKind
from facilities.queries import terms_row

from .family_days import FamilyDay, PlacesOfDay, Standing, family_day
from .limits import CountedAs, days_left, earliest_day
from .models import LIMIT_GROUP_OF_KIND, Booking
from .queries import Mark, availability, days_of_family, days_to_be_drawn, has_used_facility, limits_for


@dataclass(frozen=True)
class FamilyMonth:
    """The days of a month for one family; ``days_left`` and ``limit``: of the days that a birth may use."""

    days: dict[date, FamilyDay]
    days_left: int | None
    limit: int | None
    marks: dict[date, Mark]


def family_month(
    registration: Registration,
    service: Service,
    first: date,
    last: date,
    *,
    today: date,
    with_sibling: bool = False,
    without: Booking | None = None,
) -> FamilyMonth:
    """Return each day from first to last with what stands in the family's way. A fixed number of queries.

    ``without``: the booking that is being changed; its days are hers already.
    """
    places = availability(service, first, last)
    own = days_of_family(registration, without=without)
    limits = limits_for(service, today)
    group = CountedAs(LIMIT_GROUP_OF_KIND[ServiceKind(service.kind)])
    terms = terms_row(service, max(first, today))
    rooms = terms.sibling_rooms if terms else None
    hers = _days_held(without, service)
    standing = Standing(
        today=today,
        earliest_day=earliest_day(limits, today),
        own_days={row.day for row in own},
        unfit_days=unfit_days(registration, service, [row.day for row in places]),
        drawn_days=days_to_be_drawn([service], first, last).get(service.pk, {}),
        days_left=days_left(own, limits, counted_as=group),
        kept_days=hers,
        with_sibling=with_sibling,
    )
    days = {
        row.day: family_day(
            PlacesOfDay(
                row.day,
                row.slots,
                row.free,
                None if rooms is None else rooms - row.with_sibling + (hers.get(row.day, False)),
            ),
            standing,
        )
        for row in places
    }
    return FamilyMonth(days, standing.days_left, limits.days_per_birth, {row.day: row.mark for row in places})


def unfit_days(registration: Registration, service: Service, days: Collection[date]) -> set[date]:
    """Return the days on which a rule is not met, each judged by itself. Four queries, however many days."""
    prefetch_related_objects([registration], "birth__infants", "exceptions")
    terms = terms_of([service])[service.pk]
    used = None
    if any(row.requires_facility_use for row in terms):
        used = has_used_facility(registration.birth.family, service.facility)
    unfit = set()
    for day in days:
        try:
            if not judge(application_of(registration, day, day, has_used_facility=used), terms).eligible:
                unfit.add(day)
        except NotJudgeable:
            unfit.add(day)
    return unfit


def _days_held(booking: Booking | None, service: Service) -> dict[date, bool]:
    """The days whose places the booking gives up when it is changed, and whether a sibling's room with them."""
    if booking is None or booking.service.pool_id != service.pool_id:
        return {}
    return dict(booking.days.exclude(status="released").values_list("day", "with_sibling"))
