"""What a use would cost, before anyone has booked: for the public check, the API and the mother's own page."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from enrollment.eligibility import MOST_DAYS_JUDGED
from enrollment.models import Family
from enrollment.queries import tax_class_on
from facilities.calendar import days_between
from facilities.models import Service
from facilities.queries import offered_on
from sankecare.errors import NotPossible

from . import fees
from .queries import coupon_terms, coupons_used, tariff_rows
from .refusals import not_priced


def quote_for(
    service: Service,
    first_day: date,
    last_day: date,
    tax_class: str | Mapping[date, str],
    *,
    infants: int = 1,
    siblings: int = 0,
    coupons: int = 0,
    sibling_days: Collection[date] | None = None,
    coupons_used_before: int = 0,
) -> fees.Quote:
    """Price every day from the first to the last. Two queries.

    ``tax_class``: one for all days, or the class of each day (a day without one cannot be priced).

    Errors: NotPossible ``days_out_of_order``, ``too_many_days``, ``service_not_offered``, and what the fee
    rules find (billing.refusals), each with its field.
    """
    _refuse_days(service, first_day, last_day)
    return quote_days(
        service,
        days_between(first_day, last_day),
        tax_class,
        infants=infants,
        siblings=siblings,
        coupons=coupons,
        sibling_days=sibling_days,
        coupons_used_before=coupons_used_before,
    )


def quote_days(
    service: Service,
    days: Collection[date],
    tax_class: str | Mapping[date, str],
    *,
    infants: int = 1,
    siblings: int = 0,
    coupons: int = 0,
    sibling_days: Collection[date] | None = None,
    coupons_used_before: int = 0,
) -> fees.Quote:
    """Price these days, on end or apart. Two queries. Errors: NotPossible, what the fee rules find."""
    first_day, last_day = min(days), max(days)
    try:
        return fees.quote(
            service=service.slug,
            days=days,
            tax_class_on=lambda day: _tax_class(tax_class, day),
            infants=infants,
            siblings=siblings,
            tariffs=tariff_rows([service], first_day, last_day),
            coupons=coupons,
            coupon_terms=coupon_terms(first_day, last_day) if coupons else [],
            sibling_days=sibling_days,
            coupons_used_before=coupons_used_before,
        )
    except fees.QuoteNotPossible as error:
        raise not_priced(error) from error


def quote_for_family(
    family: Family,
    service: Service,
    days: list[date],
    *,
    infants: int = 1,
    siblings: int = 0,
    coupons: int = 0,
    sibling_days: Collection[date] | None = None,
) -> fees.Quote:
    """Price these days for a family: at its tax class of each, after the coupons that it has used. Four queries."""
    return quote_days(
        service,
        days,
        tax_class_on(family, days),
        infants=infants,
        siblings=siblings,
        coupons=coupons,
        sibling_days=sibling_days,
        coupons_used_before=coupons_used(family),
    )


def prices_by_day(
    family: Family, services: Sequence[Service], days: Sequence[date], *, infants: int, siblings: int = 0
) -> dict[str, dict[date, int]]:
    """Return what each day costs the family at each service, by its slug, yen, before coupons. Two queries.

    A day without a published amount or tax class is missing. A sibling costs where its amount is published.
    """
    if not days:
        return {}
    classes = tax_class_on(family, list(days))
    prices = fees.PriceList(tariff_rows(services, min(days), max(days)))
    found: dict[str, dict[date, int]] = {}
    for service in services:
        of_service = found.setdefault(service.slug, {})
        for day in days:
            amount = _price_of_day(prices, service.slug, day, classes.get(day), infants, siblings)
            if amount is not None:
                of_service[day] = amount
    return found


def _price_of_day(  # noqa: PLR0917 - what a price rests on
    prices: fees.PriceList, service: str, day: date, tax_class: str | None, infants: int, siblings: int
) -> int | None:
    if tax_class is None:
        return None
    try:
        return sum(
            line.amount
            for line in prices.lines_of_day(service, day, fees.TaxClass(tax_class), infants, bool(siblings))
        )
    except fees.TariffNotPublished:
        return _price_of_day(prices, service, day, tax_class, infants, 0) if siblings else None


def refuse_unusable_coupons(family: Family, service: Service, days: list[date], coupons: int) -> None:
    """Refuse coupons that could not be laid on these days; without any nothing is read.

    Errors: NotPossible, what the fee rules say of coupons; an amount that is not published is no reason here.
    """
    if not coupons:
        return
    try:
        quote_for_family(family, service, days, coupons=coupons)
    except NotPossible as refused:
        if "coupons" in refused.fields:
            raise


def _refuse_days(service: Service, first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise _impossible("days_out_of_order", "last_day", _("The last day is before the first day."))
    if (last_day - first_day).days >= MOST_DAYS_JUDGED:
        raise _impossible(
            "too_many_days", "last_day", _("Choose %(limit)s days at most.") % {"limit": MOST_DAYS_JUDGED}
        )
    if not (offered_on(service, first_day) and offered_on(service, last_day)):
        raise _impossible("service_not_offered", "service", _("This service is not offered on all of these days."))


def _tax_class(given: str | Mapping[date, str], day: date) -> fees.TaxClass | None:
    tax_class = given if isinstance(given, str) else given.get(day)
    return fees.TaxClass(tax_class) if tax_class else None


def _impossible(code: str, field: str, sentence: str) -> NotPossible:
    return NotPossible(code, sentence, {field: sentence})
