"""Days chosen from weeks on end: the grid that a family can use, and the price of what is marked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from billing.quotes import quote_for_family
from bookings.models import Booking
from bookings.places.day_hindrances import Hindrance
from bookings.places.deadlines import terms_in_words
from bookings.places.family_calendar import FamilyMonth
from bookings.places.queries import Mark
from bookings.places.reserve import days_along
from enrollment.models import Registration, Sibling
from facilities.models import PublicHoliday, Service
from pages.public.availability_views import KIND_OF_HINDRANCE, KINDS_OF_MARK, name_of
from pages.public.check_views import fee_table
from sankecare.errors import NotPossible
from sankecare.month_page import Day, Stretch, Weeks, weeks_of
from sankecare.periods import days_in_words

from .booking_forms import BookForm

# Where a touch of a day leads that cannot be chosen, and what it leads to, in words.
Lead = tuple[str, str]
Leads = Callable[[date, Hindrance], Lead | None]


def weeks_to_choose(
    service: Service,
    stretch: Stretch,
    found: FamilyMonth,
    *,
    today: date,
    chosen: Collection[date],
    prices: Mapping[date, int],
    notice: bool,
    leads: Leads | None = None,
) -> dict[str, Any]:
    """Return what the template needs: ``weeks``, ``elsewhere`` (days of other weeks), ``quotas`` (days left, with the
    day from which on where they change), ``last_day``, ``terms`` (until when is booked and given back, in words).

    ``notice``: as ``family_month``. ``leads``: where a day leads that is full or to be drawn. One query.
    """
    return {
        "weeks": _laid_out(service, stretch, today, found, chosen, prices, leads),
        "shown": stretch.first.isoformat(),
        "elsewhere": [day.isoformat() for day in chosen if not stretch.first <= day <= stretch.last],
        "quotas": [(row.first_day if len(found.quotas) > 1 else None, row.left, row.limit) for row in found.quotas],
        "last_day": found.last_day,
        "terms": terms_in_words(found.policies) if notice else [],
    }


def _laid_out(  # noqa: PLR0917 - what weeks are laid out from
    service: Service,
    stretch: Stretch,
    today: date,
    found: FamilyMonth,
    chosen: Collection[date],
    prices: Mapping[date, int],
    leads: Leads | None,
) -> Weeks:
    holidays = dict(PublicHoliday.objects.filter(day__range=(stretch.first, stretch.last)).values_list("day", "name"))

    def day(one: date) -> Day:
        shown = family_cell(found, one, prices, leads=None if one in chosen else leads)
        return replace(
            shown,
            choosable=shown.choosable or one in chosen,
            chosen=one in chosen,
            holiday=holidays.get(one, ""),
            today=one == today,
        )

    return weeks_of(
        stretch,
        day,
        caption=_("Days you can choose: %(service)s") % {"service": name_of(service)},
        input_name="day",
        earlier_value=stretch.earlier.isoformat() if stretch.earlier else "",
        later_value=stretch.later.isoformat() if stretch.later else "",
    )


def family_cell(found: FamilyMonth, one: date, prices: Mapping[date, int], *, leads: Leads | None = None) -> Day:
    """Return a day as one family sees it: its mark, the places left where they are few, and what it costs her."""
    known = found.days[one]
    if known.hindrance is not None:
        url, words = (leads(one, known.hindrance) if leads else None) or ("", "")
        return Day(one, KIND_OF_HINDRANCE[known.hindrance], url=url, leads=words)
    mark = found.marks[one] if found.marks[one] in (Mark.OPEN, Mark.FEW) else Mark.FEW  # her own place, at a move
    left = known.places.free if mark == Mark.FEW and known.places.free > 0 else None
    price = f"{prices[one]:,}" if one in prices else ""
    return Day(one, KINDS_OF_MARK[mark], choosable=True, left=left, price=price)


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
