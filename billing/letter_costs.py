"""What a letter of the ward says of money: what a day of each service costs the family on the day of the letter."""

from collections.abc import Collection
from datetime import date

from enrollment.letters.told_by_others import CostOfDay
from enrollment.models import Family
from enrollment.queries import tax_class_on
from facilities.models import Service

from . import fees
from .queries import tariff_rows


def costs_on_letter(family: Family, services: Collection[Service], day: date, infants: int) -> dict[str, CostOfDay]:
    """Return the cost of each service, by its slug, at the tax class of the day; nothing where none is in force.

    Before coupons. An amount that is not published is None, never a guess. Two queries.
    """
    tax_class = tax_class_on(family, [day]).get(day)
    if tax_class is None or not services:
        return {}
    prices = fees.PriceList(tariff_rows(services, day, day))
    return {row.slug: _cost(prices, row.slug, day, fees.TaxClass(tax_class), infants) for row in services}


def _cost(prices: fees.PriceList, service: str, day: date, tax_class: fees.TaxClass, infants: int) -> CostOfDay:
    try:
        amount = sum(line.amount for line in prices.lines_of_day(service, day, tax_class, infants, False))
    except fees.TariffNotPublished:
        return CostOfDay(None, infants)
    try:
        lines = prices.lines_of_day(service, day, tax_class, infants, True)
    except fees.TariffNotPublished:
        return CostOfDay(amount, infants)
    return CostOfDay(amount, infants, sum(line.amount for line in lines if line.component == fees.Component.SIBLING))
