"""What it costs (docs/domain.md): amounts from the ward's slides, each day by its tariff and tax class."""

import os
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.fees import (
    Component,
    CouponNotUsable,
    CouponTerms,
    Line,
    QuoteNotPossible,
    RowsOverlap,
    TariffNotPublished,
    TariffRow,
    TaxClass,
    TaxClassUnknown,
    quote,
)

# make fees asks for 20,000 (FEE_EXAMPLES).
EXAMPLES = int(os.environ.get("FEE_EXAMPLES", "500"))
LONG_AGO = date(2018, 4, 1)
SHORT_STAY, DAY_CARE, OUTREACH = "ward-centre/short-stay", "ward-centre/day-care", "ward-centre/outreach"
ONLINE = "ward-centre/online-consultation"
BASE, MULTIPLE, SIBLING, COUPON = Component
TAXED, NON_TAXED, WELFARE = TaxClass

SEED = {  # 利用料①②: taxed, non_taxed, welfare
    (SHORT_STAY, BASE): (4500, 1500, 0),
    (SHORT_STAY, MULTIPLE): (500, 250, 0),
    (SHORT_STAY, SIBLING): (1700, 900, 0),
    (DAY_CARE, BASE): (3000, 1000, 0),
    (DAY_CARE, MULTIPLE): (250, 120, 0),
    (DAY_CARE, SIBLING): (1000, 600, 0),
    (OUTREACH, BASE): (2000,),
    (OUTREACH, MULTIPLE): (200,),
}
TARIFFS = [
    TariffRow(service, component, tax_class, amount, LONG_AGO)
    for (service, component), amounts in SEED.items()
    for tax_class, amount in zip(TaxClass, amounts, strict=False)
]
COUPONS = [CouponTerms(2500, 5, frozenset({TAXED}), date(2023, 10, 1))]  # PUBLIC
A_DAY = date(2023, 5, 1)
WITH_COUPONS = date(2023, 10, 1)


def stretch(length, first_day=A_DAY):
    return [first_day + timedelta(days=n) for n in range(length)]


def priced(days=1, tax_class=TAXED, infants=1, siblings=0, **asked):
    """A quote for so many days from 1 May 2023, or for the days given, in one tax class."""
    return quote(
        **{
            "service": SHORT_STAY,
            "days": stretch(days) if isinstance(days, int) else days,
            "tax_class_on": lambda day: tax_class,
            "infants": infants,
            "siblings": siblings,
            "tariffs": TARIFFS,
            "coupon_terms": COUPONS,
        }
        | asked
    )


@pytest.mark.parametrize(
    ("days", "tax_class", "infants", "siblings", "total"),
    [  # SEED 利用料②（例）
        (7, TAXED, 1, 0, 31_500),
        (7, NON_TAXED, 1, 0, 10_500),
        (3, TAXED, 2, 0, 15_000),
        (3, NON_TAXED, 1, 1, 7_200),
    ],
)
def test_the_wards_worked_examples(days, tax_class, infants, siblings, total):
    assert priced(days, tax_class, infants, siblings).total == total


@pytest.mark.parametrize(("service", "component"), SEED)
def test_each_published_amount_is_what_a_day_costs(service, component):
    for tax_class, amount in zip(TaxClass, SEED[service, component], strict=False):
        takes_sibling = (service, SIBLING) in SEED
        found = priced(1, tax_class, infants=2, siblings=int(takes_sibling), service=service)
        assert [line.amount for line in found.lines if line.component is component] == [amount]


def test_the_lines_name_day_component_quantity_and_amount_in_order():
    found = priced(2, infants=3, siblings=1)
    assert found.lines == tuple(
        Line(day, component, quantity, unit, quantity * unit)
        for day in stretch(2)
        for component, quantity, unit in [(BASE, 1, 4500), (MULTIPLE, 2, 500), (SIBLING, 1, 1700)]
    )
    assert found.total == 2 * (4500 + 2 * 500 + 1700)


def test_what_does_not_take_part_has_no_line():
    assert [line.component for line in priced().lines] == [BASE]


def test_a_sibling_on_some_days_is_priced_on_those():
    found = priced(3, siblings=1, sibling_days=[A_DAY + timedelta(days=1)])
    assert [line.day for line in found.lines if line.component is SIBLING] == [A_DAY + timedelta(days=1)]
    assert found.total == 3 * 4500 + 1700
    assert priced(3, siblings=0, sibling_days=stretch(3)).total == 3 * 4500


def test_a_published_zero_is_a_line_of_zero():  # SEED: 生活保護受給世帯 0円
    assert priced(1, WELFARE).lines == (Line(A_DAY, BASE, 1, 0, 0),)


@pytest.mark.parametrize(
    ("asked", "component", "tax_class"),
    [
        ({"service": OUTREACH, "tax_class": NON_TAXED}, BASE, NON_TAXED),  # SEED: 減免あり, no amount
        ({"service": OUTREACH, "tax_class": WELFARE}, BASE, WELFARE),
        ({"service": OUTREACH, "siblings": 1}, SIBLING, TAXED),
        ({"service": ONLINE}, BASE, TAXED),
        ({"days": [LONG_AGO - timedelta(days=1)]}, BASE, TAXED),
    ],
)
def test_an_amount_that_is_not_published_is_an_error_never_zero(asked, component, tax_class):
    with pytest.raises(TariffNotPublished) as refused:
        priced(**asked)
    assert refused.value.code == "tariff_not_published"
    assert refused.value.facts["component"] == component
    assert refused.value.facts["tax_class"] == tax_class
    assert set(refused.value.facts) == {"service", "component", "tax_class", "day"}


def test_each_day_is_priced_by_the_tariff_in_force_on_it():
    change = date(2023, 5, 3)
    tariffs = [
        TariffRow(SHORT_STAY, BASE, TAXED, 4500, LONG_AGO, change - timedelta(days=1)),
        TariffRow(SHORT_STAY, BASE, TAXED, 5000, change),
    ]
    assert [line.amount for line in priced(4, tariffs=tariffs).lines] == [4500, 4500, 5000, 5000]


def test_each_day_is_priced_by_the_tax_class_in_force_on_it():
    found = priced(4, tax_class_on=lambda day: TAXED if day < date(2023, 5, 3) else NON_TAXED)
    assert [line.amount for line in found.lines] == [4500, 4500, 1500, 1500]


def test_a_day_without_a_tax_class_is_an_error():
    with pytest.raises(TaxClassUnknown) as refused:
        priced(2, tax_class_on=lambda day: TAXED if day == A_DAY else None)
    assert (refused.value.code, refused.value.facts) == ("tax_class_unknown", {"day": A_DAY + timedelta(days=1)})


def test_two_tariffs_in_force_on_a_day_are_an_error_not_a_choice():
    with pytest.raises(RowsOverlap):
        priced(tariffs=[*TARIFFS, TariffRow(SHORT_STAY, BASE, TAXED, 4500, A_DAY, A_DAY)])
    neighbours = [TariffRow(SHORT_STAY, BASE, TAXED, 1, A_DAY + timedelta(days=n), None) for n in (1,)]
    assert priced(tariffs=[*TARIFFS, *neighbours]).total == 4500


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"days": []}, "no_days"),
        ({"days": [A_DAY, A_DAY]}, "day_twice"),
        ({"infants": 0}, "no_infants"),
        ({"siblings": 2}, "one_sibling_only"),  # SEED: 1家族1人まで
        ({"siblings": -1}, "one_sibling_only"),
        ({"coupons": -1}, "coupons_below_zero"),
        ({"coupons_used_before": -1}, "coupons_below_zero"),
        ({"tariffs": [TariffRow(SHORT_STAY, BASE, TAXED, -1, LONG_AGO)]}, "amount_below_zero"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_code(asked, code):
    with pytest.raises(QuoteNotPossible) as refused:
        priced(**asked)
    assert refused.value.code == code


# ---- coupons: published on the ward's web pages


def test_a_coupon_takes_2500_off_one_day_each_from_the_earliest():
    days = stretch(3, WITH_COUPONS)
    found = priced(days, coupons=2)
    assert [line for line in found.lines if line.component is COUPON] == [
        Line(day, COUPON, 1, -2500, -2500) for day in days[:2]
    ]
    assert found.total == 3 * 4500 - 2 * 2500
    assert [line.component for line in found.lines] == [BASE, COUPON, BASE, COUPON, BASE]


def test_a_coupon_never_takes_a_day_below_zero():
    found = priced([WITH_COUPONS], service=OUTREACH, infants=2, coupons=1)
    assert found.lines[-1] == Line(WITH_COUPONS, COUPON, 1, -2000, -2000)
    assert found.total == 200  # the supplement for the second infant stays


def test_a_coupon_leaves_the_sibling_alone():
    found = priced(
        [WITH_COUPONS],
        service=OUTREACH,
        coupons=1,
        siblings=1,
        tariffs=[
            TariffRow(OUTREACH, BASE, TAXED, 2000, LONG_AGO),
            TariffRow(OUTREACH, SIBLING, TAXED, 1000, LONG_AGO),
        ],
    )
    assert found.total == 1000


def test_coupons_are_laid_on_the_days_that_take_them():
    days = stretch(4, date(2023, 9, 29))
    found = priced(days, coupons=2)
    assert [line.day for line in found.lines if line.component is COUPON] == [date(2023, 10, 1), date(2023, 10, 2)]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"days": [date(2023, 9, 30)], "coupons": 1}, "coupon_not_in_force"),  # PUBLIC: from 2023-10-01
        ({"days": [WITH_COUPONS], "coupons": 1, "coupon_terms": []}, "coupon_not_in_force"),
        ({"days": [WITH_COUPONS], "coupons": 1, "tax_class": NON_TAXED}, "coupon_not_for_tax_class"),
        ({"days": [WITH_COUPONS], "coupons": 1, "tax_class": WELFARE}, "coupon_not_for_tax_class"),
        ({"days": stretch(7, WITH_COUPONS), "coupons": 6}, "coupon_allowance_exceeded"),
        ({"days": stretch(7, WITH_COUPONS), "coupons": 2, "coupons_used_before": 4}, "coupon_allowance_exceeded"),
        ({"days": stretch(2, WITH_COUPONS), "coupons": 3}, "coupon_more_than_days"),
        ({"days": stretch(2, date(2023, 9, 30)), "coupons": 2}, "coupon_more_than_days"),
    ],
)
def test_a_coupon_that_cannot_be_used_is_refused_with_its_code(asked, code):
    with pytest.raises(CouponNotUsable) as refused:
        priced(**asked)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        ({"days": stretch(3, A_DAY), "coupons": 1}, {"asked": 1, "day": A_DAY}),
        (
            {"days": stretch(7, WITH_COUPONS), "coupons": 2, "coupons_used_before": 4},
            {"limit": 5, "used": 4, "asked": 2},
        ),
        ({"days": stretch(2, WITH_COUPONS), "coupons": 3}, {"limit": 2, "asked": 3}),
    ],
)
def test_the_refusal_of_a_coupon_names_its_facts(asked, facts):
    with pytest.raises(CouponNotUsable) as refused:
        priced(**asked)
    assert refused.value.facts == facts


def test_all_five_coupons_may_be_used_at_once():
    assert priced(stretch(7, WITH_COUPONS), coupons=5).total == 31_500 - 5 * 2500


def test_a_day_of_one_yen_takes_a_coupon_and_costs_nothing():
    tariffs = [TariffRow(SHORT_STAY, BASE, TAXED, 1, LONG_AGO)]
    assert priced([WITH_COUPONS], coupons=1, tariffs=tariffs).total == 0


@pytest.mark.parametrize(("coupons", "used_before"), [(5, 0), (1, 4), (0, 5)])
def test_five_coupons_a_mother_may_be_used(coupons, used_before):
    found = priced(stretch(7, WITH_COUPONS), coupons=coupons, coupons_used_before=used_before)
    assert found.total == 31_500 - coupons * 2500


def test_a_day_that_costs_nothing_takes_no_coupon():
    days = stretch(2, WITH_COUPONS)
    free_first = [
        TariffRow(SHORT_STAY, BASE, TAXED, 0, LONG_AGO, days[0]),
        TariffRow(SHORT_STAY, BASE, TAXED, 4500, days[1]),
    ]
    assert [line.day for line in priced(days, coupons=1, tariffs=free_first).lines if line.amount < 0] == [days[1]]


def test_coupon_terms_end_with_their_last_day_and_never_overlap():
    ended = [replace(COUPONS[0], last_day=WITH_COUPONS)]
    assert priced([WITH_COUPONS], coupons=1, coupon_terms=ended).total == 2000
    with pytest.raises(CouponNotUsable):
        priced([WITH_COUPONS + timedelta(days=1)], coupons=1, coupon_terms=ended)
    with pytest.raises(RowsOverlap):
        priced([WITH_COUPONS], coupons=1, coupon_terms=COUPONS * 2)


# ---- properties (make fees asks 20,000 examples)


AMOUNTS = st.integers(0, 10_000)
DAYS = st.sets(st.dates(date(2023, 9, 1), date(2023, 11, 30)), min_size=1, max_size=14)
CLASSES = st.sampled_from(TaxClass)


NO_COUPONS = st.just(0)


@st.composite
def requests(draw, coupons=NO_COUPONS):
    """A request in a world of its own: tariffs that change on a day, a household whose class changes on another."""
    change, moved = date(2023, 10, 1), draw(st.dates(date(2023, 9, 1), date(2023, 11, 30)))
    before, after = draw(CLASSES), draw(CLASSES)
    tariffs = [
        TariffRow(SHORT_STAY, component, tax_class, draw(AMOUNTS), first_day, last_day)
        for component in (BASE, MULTIPLE, SIBLING)
        for tax_class in TaxClass
        for first_day, last_day in ((LONG_AGO, change - timedelta(days=1)), (change, None))
    ]
    days = draw(DAYS)
    return {
        "service": SHORT_STAY,
        "days": days,
        "tax_class_on": lambda day: before if day < moved else after,
        "infants": draw(st.integers(1, 4)),
        "siblings": draw(st.integers(0, 1)),
        "sibling_days": draw(st.none() | st.sets(st.sampled_from(sorted(days)))),
        "tariffs": tariffs,
        "coupon_terms": COUPONS,
        "coupons": draw(coupons),
    }


@settings(max_examples=EXAMPLES, deadline=None)
@given(requests(), st.data())
def test_a_quote_adds_up_over_days(asked, data):
    part = data.draw(st.sets(st.sampled_from(sorted(asked["days"]))))
    rest = asked["days"] - part
    parts = [quote(**asked | {"days": days}) for days in (part, rest) if days]
    assert quote(**asked).total == sum(one.total for one in parts)
    assert set(quote(**asked).lines) == {line for one in parts for line in one.lines}


@settings(max_examples=EXAMPLES, deadline=None)
@given(requests(), st.dates(date(2023, 9, 1), date(2023, 11, 30)))
def test_a_day_more_never_costs_less(asked, another):
    assert quote(**asked | {"days": asked["days"] | {another}}).total >= quote(**asked).total


@settings(max_examples=EXAMPLES, deadline=None)
@given(requests(coupons=st.integers(0, 5)))
def test_a_quote_is_never_negative_and_its_lines_add_up(asked):
    try:
        found = quote(**asked)
    except CouponNotUsable:
        assert asked["coupons"]
        return
    assert found.total == sum(line.amount for line in found.lines) >= 0
    assert all(line.amount == line.quantity * line.unit_amount for line in found.lines)
    assert len({(line.day, line.component) for line in found.lines}) == len(found.lines)
    for day in asked["days"]:
        assert sum(line.amount for line in found.lines if line.day == day) >= 0
    assert sum(line.component is COUPON for line in found.lines) == asked["coupons"]


@settings(max_examples=EXAMPLES, deadline=None)
@given(requests(coupons=st.integers(0, 2)), st.randoms())
def test_the_order_of_days_and_rows_is_irrelevant(asked, random):
    def shuffled(rows):
        return random.sample(list(rows), len(rows))

    def answer(asked):
        try:
            return quote(**asked)
        except CouponNotUsable as refused:
            return refused.code

    mixed = asked | {"days": shuffled(asked["days"]), "tariffs": shuffled(asked["tariffs"])}
    assert answer(mixed) == answer(asked)


@settings(max_examples=EXAMPLES, deadline=None)
@given(requests())
def test_one_child_more_never_costs_less(asked):
    total = quote(**asked).total
    assert quote(**asked | {"infants": asked["infants"] + 1}).total >= total
    assert quote(**asked | {"siblings": 1}).total >= quote(**asked | {"siblings": 0}).total
