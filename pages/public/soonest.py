"""What a mother can have soonest, anywhere: until when at which service, its first days, what one costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from billing import fees
from billing.queries import tariff_rows
from bookings.places.queries import VISITS
from bookings.soonest import Soonest, soonest_days
from enrollment.eligibility import Code, Verdict
from enrollment.models import TaxClass
from enrollment.queries import decision_expected
from enrollment.reasons import advice, reason
from facilities.models import Service
from facilities.queries import services_to_come


@dataclass
class SoonestRow:
    """One service. ``first_time``: the soonest day for who applies today and waits for the ward's answer.

    ``price``: yen of a day, None where none is published; ``prices``: of the other tax classes, in words.
    ``why`` and ``advice``: what stands against it, and what she can do. ``condition``: for whom alone it is.
    """

    service: Service
    last_day: date | None
    found: Soonest
    first_time: date | None = None
    price: int | None = None
    prices: list[str] = field(default_factory=list)
    why: str = ""
    advice: str = ""
    condition: str = ""

    @property
    def first(self) -> date | None:
        """The soonest day that can be booked now."""
        return self.found.days[0] if self.found.days else None

    @property
    def per_visit(self) -> bool:
        return self.service.kind in VISITS


@dataclass(frozen=True)
class Soon:
    """``rows``: what she may use, the soonest first; ``others``: what she may not, with the reason.

    ``decided_by``: when who applies today is mostly answered.
    """

    rows: list[SoonestRow]
    others: list[SoonestRow]
    decided_by: date | None


def soonest_for(
    verdicts: Mapping[str, Verdict], day: date, *, at: datetime, tax_class: str = "", babies: int = 1
) -> Soon:
    """Return what she can have from the day on (before birth the due date). ``tax_class``: as she says it; "" open.

    A fixed number of queries, one more for each two months that have no free day.
    """
    today = timezone.localdate(at)
    services = [row for row in services_to_come(today) if row.slug in verdicts]
    usable = [row for row in services if verdicts[row.slug].eligible and verdicts[row.slug].last_day]
    last = {row.pk: verdicts[row.slug].last_day or day for row in usable}
    decided_by = decision_expected(today)
    first = {row.pk: max(day, today) for row in usable}
    found = soonest_days(usable, first, last, waits_until=decided_by or today, at=at)
    tariffs = tariff_rows(services, day, day + timedelta(days=366))
    rows = []
    for service in usable:
        row = SoonestRow(service, last[service.pk], found[service.pk])
        row.first_time = row.found.after_wait if decided_by else None
        on = row.first or row.found.draw_day or day
        row.price = _price(tariffs, service, on, tax_class if tax_class in TaxClass.values else TaxClass.TAXED, babies)
        row.prices = [] if tax_class in TaxClass.values else _other_prices(tariffs, service, on, babies)
        row.condition = _condition(verdicts[service.slug])
        rows.append(row)
    others = [_against(row, verdicts[row.slug]) for row in services if row not in usable]
    rows.sort(key=lambda row: (bool(row.condition), row.first or row.found.draw_day or date.max))
    return Soon(rows, others, decided_by)


def _condition(verdict: Verdict) -> str:
    """Say where a service is only for who has used the house before."""
    found = next((rule for rule in verdict.rules if rule.code is Code.OFFERED_AFTER_FACILITY_USE), None)
    return reason(found) if found else ""


def _against(service: Service, verdict: Verdict) -> SoonestRow:
    wanting = next((rule for rule in verdict.rules if not rule.met), None)
    row = SoonestRow(service, verdict.last_day, Soonest())
    if wanting:
        row.why, row.advice = reason(wanting), advice(wanting)
    return row


def _price(tariffs: list[fees.TariffRow], service: Service, day: date, tax_class: str, babies: int) -> int | None:
    """Yen of a day for mother and babies; None where an amount of it is not published."""
    household = fees.TaxClass(tax_class)
    try:
        quoted = fees.quote(
            service=service.slug,
            days=[day],
            tax_class_on=lambda _day: household,
            infants=babies,
            siblings=0,
            tariffs=tariffs,
        )
    except fees.QuoteNotPossible:
        return None
    return quoted.total


def _other_prices(tariffs: list[fees.TariffRow], service: Service, day: date, babies: int) -> list[str]:
    said = []
    for tax_class in (TaxClass.NON_TAXED, TaxClass.WELFARE):
        price = _price(tariffs, service, day, tax_class, babies)
        if price is not None:
            facts = {"household": tax_class.label, "amount": f"{price:,}"}
            said.append(_("%(household)s: %(amount)s yen") % facts)
    return said
