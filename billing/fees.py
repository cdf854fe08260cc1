"""What it costs, in whole yen a family-day (SEED; docs/domain.md "What it costs"). Pure: dated rows in, lines out.

Each day is priced by the tariff and the tax class in force on that day. An amount that is not published has no
row, and quoting it fails: never a guess, never 0.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from facilities.calendar import in_force

Fact = str | int | date


class TaxClass(StrEnum):
    TAXED = "taxed"
    NON_TAXED = "non_taxed"
    WELFARE = "welfare"


class Component(StrEnum):
    """What a line prices: mother and infant, each infant from the second, the sibling, a coupon (negative)."""

    BASE = "base"
    MULTIPLE = "multiple"
    SIBLING = "sibling"
    COUPON = "coupon"


ORDER = {component: place for place, component in enumerate(Component)}


class QuoteNotPossible(ValueError):
    """What was asked cannot be priced: a stable ``code``, and the ``facts`` for the sentence."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(f"{code} {facts}")
        self.code = code
        self.facts: Mapping[str, Fact] = facts


class TariffNotPublished(QuoteNotPossible):
    """No row: the ward has not published the amount, or staff have not entered it (facts: service, component,
    tax_class, day).
    """

    def __init__(self, service: str, component: Component, tax_class: TaxClass, day: date) -> None:
        super().__init__("tariff_not_published", service=service, component=component, tax_class=tax_class, day=day)


class TaxClassUnknown(QuoteNotPossible):
    """No tax class is in force on ``day``."""

    def __init__(self, day: date) -> None:
        super().__init__("tax_class_unknown", day=day)


class CouponNotUsable(QuoteNotPossible):
    """More coupons than may be used: ``coupon_not_in_force``, ``coupon_not_for_tax_class``,
    ``coupon_allowance_exceeded`` (facts: limit, used, asked) or ``coupon_more_than_days`` (facts: limit, asked).
    """


class RowsOverlap(QuoteNotPossible):
    """Two rows in force for the same thing on one day; never a silent choice (code ``rows_overlap``)."""


@dataclass(frozen=True)
class TariffRow:
    """A published amount a day; last day inclusive, None = no end."""

    service: str
    component: Component
    tax_class: TaxClass
    amount: int
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True)
class CouponTerms:
    """The ward's coupons (PUBLIC): 5 a mother, 2,500 yen off one used day each, taxed households, from 2023-10-01."""

    amount: int
    per_mother: int
    tax_classes: frozenset[TaxClass]
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True)
class Line:
    """One component of one day: ``amount`` = ``quantity`` × ``unit_amount``, yen; a coupon's are negative."""

    day: date
    component: Component
    quantity: int
    unit_amount: int
    amount: int


@dataclass(frozen=True)
class Quote:
    """The lines in the order of days, and their sum in yen."""

    total: int
    lines: tuple[Line, ...]


def quote(
    *,
    service: str,
    days: Collection[date],
    tax_class_on: Callable[[date], TaxClass | None],
    infants: int,
    siblings: int,
    tariffs: Sequence[TariffRow],
    coupons: int = 0,
    coupon_terms: Sequence[CouponTerms] = (),
    sibling_days: Collection[date] | None = None,
    coupons_used_before: int = 0,
) -> Quote:
    """What the family pays for ``days`` of ``service``, the day of leaving included.

    ``infants``: how many take part, at least 1. ``siblings``: 0 or 1 (SEED: one a family), on ``sibling_days``,
    None = every day. ``coupons``: how many the mother hands over; they are laid on the earliest days that take one,
    one a day, off the mother-and-infant amount of that day alone (not the supplement for multiples, nor the
    sibling), never below 0. ``coupons_used_before``: how many of her allowance she has used already.

    Raises ``QuoteNotPossible`` with codes ``no_days``, ``day_twice``, ``no_infants``, ``one_sibling_only``,
    ``coupons_below_zero``, ``amount_below_zero``, and its subclasses above.
    """
    _check_asked(days, infants, siblings, coupons, coupons_used_before)
    return PriceList(tariffs, coupon_terms).quote(
        service=service,
        tax_classes={day: _tax_class(tax_class_on, day) for day in sorted(days)},
        infants=infants,
        sibling_days=() if siblings == 0 else days if sibling_days is None else sibling_days,
        coupons=coupons,
        coupons_used_before=coupons_used_before,
    )


class PriceList:
    """The amounts and coupons in force, asked for many stays: what a day costs is worked out once."""

    def __init__(self, tariffs: Sequence[TariffRow], coupon_terms: Sequence[CouponTerms] = ()) -> None:
        self._tariffs: dict[tuple[str, Component, TaxClass], list[TariffRow]] = {}
        for row in tariffs:
            self._tariffs.setdefault((row.service, row.component, row.tax_class), []).append(row)
        self._coupon_terms = coupon_terms
        self._days: dict[tuple[str, date, TaxClass, int, bool], tuple[Line, ...]] = {}

    def quote(
        self,
        *,
        service: str,
        tax_classes: Mapping[date, TaxClass],
        infants: int,
        sibling_days: Collection[date],
        coupons: int,
        coupons_used_before: int,
    ) -> Quote:
        """Price the days of ``tax_classes``, in their order, as the function ``quote`` does of what was checked."""
        lines: list[Line] = []
        for day, tax_class in tax_classes.items():
            lines += self.lines_of_day(service, day, tax_class, infants, day in sibling_days)
        if coupons:
            lines += _coupon_lines(lines, tax_classes, coupons, coupons_used_before, self._coupon_terms)
            lines.sort(key=lambda line: (line.day, ORDER[line.component]))
        return Quote(sum([line.amount for line in lines]), tuple(lines))

    def lines_of_day(
        self, service: str, day: date, tax_class: TaxClass, infants: int, with_sibling: bool
    ) -> tuple[Line, ...]:
        """Return the lines of one day, before coupons. Raises ``TariffNotPublished``, ``RowsOverlap``."""
        key = (service, day, tax_class, infants, with_sibling)
        found = self._days.get(key)
        if found is None:
            found = self._days[key] = tuple(self._priced(*key))
        return found

    def _priced(
        self, service: str, day: date, tax_class: TaxClass, infants: int, with_sibling: bool
    ) -> Iterator[Line]:
        quantities = {Component.BASE: 1, Component.MULTIPLE: infants - 1, Component.SIBLING: int(with_sibling)}
        for component, quantity in quantities.items():
            if quantity:
                rows = self._tariffs.get((service, component, tax_class), [])
                amount = _amount_on(day, service, component, tax_class, rows)
                yield Line(day, component, quantity, amount, quantity * amount)


def _check_asked(days: Collection[date], infants: int, siblings: int, coupons: int, used_before: int) -> None:
    if not days:
        raise QuoteNotPossible("no_days")
    day, times = Counter(days).most_common(1)[0]
    if times > 1:
        raise QuoteNotPossible("day_twice", day=day)
    if infants < 1:
        raise QuoteNotPossible("no_infants", infants=infants)
    if siblings not in (0, 1):
        raise QuoteNotPossible("one_sibling_only", siblings=siblings)
    if coupons < 0 or used_before < 0:
        raise QuoteNotPossible("coupons_below_zero", coupons=min(coupons, used_before))


def _tax_class(tax_class_on: Callable[[date], TaxClass | None], day: date) -> TaxClass:
    tax_class = tax_class_on(day)
    if tax_class is None:
        raise TaxClassUnknown(day)
    return tax_class


def _amount_on(
    day: date, service: str, component: Component, tax_class: TaxClass, tariffs: Sequence[TariffRow]
) -> int:
    rows = [row for row in tariffs if in_force(day, row.first_day, row.last_day)]
    if not rows:
        raise TariffNotPublished(service, component, tax_class, day)
    if len(rows) > 1:
        raise RowsOverlap("rows_overlap", service=service, component=component, tax_class=tax_class, day=day)
    if rows[0].amount < 0:
        raise QuoteNotPossible("amount_below_zero", service=service, component=component, day=day)
    return rows[0].amount


def _coupon_lines(
    priced: Sequence[Line],
    classes: Mapping[date, TaxClass],
    coupons: int,
    used_before: int,
    coupon_terms: Sequence[CouponTerms],
) -> list[Line]:
    """One line for each coupon, on the earliest days that take one; a day that costs nothing takes none."""
    terms_of = {day: _coupon_terms_on(day, tax_class, coupon_terms) for day, tax_class in classes.items()}
    taking = [(line, terms) for line in priced if line.component is Component.BASE and (terms := terms_of[line.day])]
    if not taking:
        raise CouponNotUsable(_why_none(classes, coupon_terms), asked=coupons, day=min(classes))
    payable = [(line, terms) for line, terms in taking if line.amount > 0]
    for number, (_, terms) in enumerate(payable[:coupons], start=used_before + 1):
        if number > terms.per_mother:
            raise CouponNotUsable("coupon_allowance_exceeded", limit=terms.per_mother, used=used_before, asked=coupons)
    if coupons > len(payable):
        raise CouponNotUsable("coupon_more_than_days", limit=len(payable), asked=coupons)
    return [
        Line(line.day, Component.COUPON, 1, off, off)
        for line, terms in payable[:coupons]
        if (off := -min(terms.amount, line.amount))
    ]


def _coupon_terms_on(day: date, tax_class: TaxClass, coupon_terms: Sequence[CouponTerms]) -> CouponTerms | None:
    rows = [row for row in coupon_terms if tax_class in row.tax_classes and in_force(day, row.first_day, row.last_day)]
    if len(rows) > 1:
        raise RowsOverlap("rows_overlap", component=Component.COUPON, tax_class=tax_class, day=day)
    return rows[0] if rows else None


def _why_none(classes: Mapping[date, TaxClass], coupon_terms: Sequence[CouponTerms]) -> str:
    anywhere = any(in_force(day, row.first_day, row.last_day) for day in classes for row in coupon_terms)
    return "coupon_not_for_tax_class" if anywhere else "coupon_not_in_force"
