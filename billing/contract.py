"""委託単価: what the ward pays a facility for a day, by the contract of that very day, this year's or last year's."""

from collections.abc import Collection, Iterable
from datetime import date

from facilities.fiscal_year import fiscal_year
from facilities.models import Facility, Service
from sankecare.periods import last_day as last_day_of
from sankecare.periods import period

from .models import ContractRate


def rates_for(facility: Facility, days: Collection[date]) -> list[ContractRate]:
    """Return the facility's rates in force between the first and the last of the days. One query."""
    if not days:
        return []
    rows = ContractRate.objects.filter(service__facility=facility, period__overlap=period(min(days), max(days)))
    return list(rows.select_related("service"))


def rate_on(rates: Iterable[ContractRate], service: str, day: date) -> ContractRate | None:
    """Return the service's (slug) rate of the day; None where none is entered."""
    for row in rates:
        last = last_day_of(row.period)
        if row.service.slug == service and (row.period.lower or day) <= day and (last is None or day <= last):
            return row
    return None


def takes_fees_off(rates: Iterable[ContractRate], service: str, day: date) -> bool | None:
    """Tell whether the contract of the day takes the families' fees off; None where it is not entered."""
    found = rate_on(rates, service, day)
    return None if found is None else found.less_family_fees


def by_contract(service: Service, days: Collection[date]) -> list[list[date]]:
    """Return the days in groups that are settled alike: of one fiscal year and one answer about fees. One query."""
    groups: dict[tuple[int, bool | None], list[date]] = {}
    rates = rates_for(service.facility, days)
    for day in sorted(days):
        groups.setdefault((fiscal_year(day), takes_fees_off(rates, service.slug, day)), []).append(day)
    return list(groups.values())
