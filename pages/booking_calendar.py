"""Days chosen from a month: the grid that a family can use, and the price of what is marked."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from billing.quotes import quote_for_family
from bookings.models import Booking
from bookings.places.deadlines import terms_in_words
from bookings.places.family_calendar import FamilyMonth, family_month
from bookings.places.queries import Mark
from bookings.places.reserve import days_along
from enrollment.models import Registration, Sibling
from facilities.models import PublicHoliday, Service
from pages.public.availability_views import KIND_OF_HINDRANCE, KINDS_OF_MARK, MONTHS_SHOWN, months_later, name_of
from pages.public.check_views import fee_table
from sankecare.errors import NotPossible
from sankecare.month_page import Day, Month, month
from sankecare.periods import days_in_words

from .booking_forms import BookForm


def month_to_choose(
    registration: Registration,
    service: Service,
    first: date,
    at: datetime,
    *,
    chosen: Collection[date],
    notice: bool,
    with_sibling: bool,
    without: Booking | None = None,
) -> dict[str, Any]:
    """Return what the template needs: ``month``, ``elsewhere`` (days of other months), ``quotas`` (days left, with the
    day from which on where they change), ``last_day``, ``terms`` (until when is booked and given back, in words).

    ``notice``, ``without``: as ``family_month``.
    """
    last = months_later(first, 1) - timedelta(days=1)
    found = family_month(
        registration, service, first, last, at=at, notice=notice, with_sibling=with_sibling, without=without
    )
    return {
        "month": _laid_out(service, first, timezone.localdate(at), found, chosen),
        "shown": f"{first:%Y-%m}",
        "elsewhere": [day.isoformat() for day in chosen if not first <= day <= last],
        "quotas": [(row.first_day if len(found.quotas) > 1 else None, row.left, row.limit) for row in found.quotas],
        "last_day": found.last_day,
        "terms": terms_in_words(found.policies) if notice else [],
    }


def _laid_out(service: Service, first: date, today: date, found: FamilyMonth, chosen: Collection[date]) -> Month:
    holidays = dict(
        PublicHoliday.objects.filter(day__range=(min(found.days), max(found.days))).values_list("day", "name")
    )

    def day(one: date) -> Day:
        known = found.days[one]
        mark = found.marks[one] if found.marks[one] in (Mark.OPEN, Mark.FEW) else Mark.FEW  # her own place, at a move
        kind = KINDS_OF_MARK[mark] if known.hindrance is None else KIND_OF_HINDRANCE[known.hindrance]
        return Day(
            one,
            kind,
            choosable=known.usable,
            chosen=one in chosen,
            holiday=holidays.get(one, ""),
            today=one == today,
        )

    def value(to: date) -> str:
        this_month = today.replace(day=1)
        return f"{to:%Y-%m}" if this_month <= to <= months_later(this_month, MONTHS_SHOWN - 1) else ""

    return month(
        first,
        day,
        caption=_("Days you can choose: %(service)s") % {"service": name_of(service)},
        input_name="day",
        previous_value=value(months_later(first, -1)),
        next_value=value(months_later(first, 1)),
    )


def sibling_in_words(sibling: Sibling | None, along: Collection[date], days: Collection[date]) -> str:
    """Say which sibling comes along; where not on all of the days, on which."""
    if sibling is None or not along:
        return _("none")
    if set(along) >= set(days):
        return sibling.name
    return _("%(name)s (%(days)s)") % {"name": sibling.name, "days": days_in_words(sorted(along))}


def price_of(registration: Registration, service: Service, form: BookForm) -> dict[str, Any]:
    """Return the fee of the days chosen for the template, or ``no_fee``: why there is none.

    Errors: NotPossible where the coupons are the reason.
    """
    cleaned = form.cleaned_data
    return price(
        registration,
        service,
        cleaned["day"],
        infants=cleaned["infants"],
        siblings=int(cleaned["sibling"] is not None),
        coupons=cleaned["coupons"],
        sibling_days=days_along(cleaned["day"], cleaned["sibling"]),
    )


def price(
    registration: Registration,
    service: Service,
    days: list[date],
    *,
    infants: int,
    siblings: int,
    coupons: int,
    sibling_days: list[date] | None = None,
) -> dict[str, Any]:
    """Return the fee of the days for the template, or ``no_fee``. ``sibling_days``: of them; all unless told."""
    try:
        quoted = quote_for_family(
            registration.birth.family,
            service,
            days,
            infants=infants,
            siblings=siblings,
            coupons=coupons,
            sibling_days=sibling_days,
        )
    except NotPossible as refused:
        if "coupons" in refused.fields:
            raise
        return {"no_fee": refused.detail}
    return fee_table(quoted)


def price_of_booking(booking: Booking) -> dict[str, Any]:
    """Return the fee of a booking as it stands, a sibling on its own days, or ``no_fee``, for the template.

    Where fewer coupons can be used than were announced (days were given up since), the fee is with those that can,
    and ``coupons_left_out`` says why.
    """
    rows = dict(booking.days.kept().order_by("day").values_list("day", "with_sibling"))
    if not rows:
        return {}
    sibling_days = [day for day, there in rows.items() if there]
    return price_with_usable_coupons(
        booking,
        list(rows),
        siblings=int(bool(sibling_days)),
        sibling_days=sibling_days,
    )


def price_with_usable_coupons(
    booking: Booking, days: list[date], *, siblings: int, sibling_days: list[date] | None = None
) -> dict[str, Any]:
    """Return the fee of these days for the booking's family, with as many of its coupons as can be used."""
    left_out = ""
    fewer = range(min(booking.coupons - 1, len(days)), -1, -1)
    for coupons in (booking.coupons, *fewer):
        try:
            fee = price(
                booking.registration,
                booking.service,
                days,
                infants=booking.infant_count,
                siblings=siblings,
                coupons=coupons,
                sibling_days=sibling_days,
            )
        except NotPossible as refused:
            left_out = left_out or refused.detail
        else:
            return fee | {"coupons_left_out": left_out}
    return {"no_fee": left_out}
