"""訂正: a correction is of a day, and settled by the contract of that day, last year's or this year's."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from billing.adjust import adjust_charge
from billing.differences import apply_adjustments, propose_adjustments
from billing.models import (
    Adjustment,
    AdjustmentKind,
    Charge,
)
from billing.month_record import month_record
from bookings.models import Booking
from sankecare.errors import NotPossible
from tests import builders
from tests.billing.factories_claims import facility_of, left
from tests.billing.factories_late_items import (
    APRIL,
    EARLY_APRIL,
    MARCH,
    MAY,
    STAY,
    THE_TENTH,
    claimed,
    client_of,
    issued,
    rate,
)

pytestmark = pytest.mark.django_db(transaction=True)


def correction(charge: Charge, by: User, amount: int, at: Any, day: date | None = None) -> Adjustment:
    return transaction.atomic(adjust_charge)(
        charge=charge, kind=AdjustmentKind.CORRECTION, amount=amount, reason="課税区分の訂正", by=by, at=at, day=day
    )


def test_a_correction_of_a_day_of_last_year_is_settled_by_last_years_contract(
    two_contracts: Booking, manager: User, staff: User
) -> None:
    claimed(manager, staff, MARCH, EARLY_APRIL)
    charge = two_contracts.charge
    with pytest.raises(NotPossible) as unsaid:
        correction(charge, staff, -1_000, THE_TENTH)
    assert (unsaid.value.code, "day" in unsaid.value.fields) == ("which_day", True)
    with pytest.raises(NotPossible) as other:
        correction(charge, staff, -1_000, THE_TENTH, date(2028, 3, 2))
    assert other.value.code == "not_its_day"
    correction(charge, staff, -1_000, THE_TENTH, STAY[0])
    correction(charge, staff, -500, THE_TENTH, STAY[2])
    record = month_record(facility_of(manager), APRIL)
    assert [(row["of_day"], row["amount"]) for row in record["adjustments"]] == [
        ("2028-03-30", -1_000),
        ("2028-04-01", -500),
    ]
    # Last year's contract took 1,000 too much off: it is paid now. This year's takes nothing off.
    assert record["amounts"]["fees_taken_off"] == -1_000
    assert record["amounts"]["total"] == 48_000 + 1_000


def test_a_correction_made_this_year_for_a_whole_stay_of_last_year_follows_last_year(
    manager: User, staff: User
) -> None:
    service = builders.service()
    rate(service, 20_000, builders.LONG_AGO, APRIL)
    rate(service, 24_000, APRIL, less_fees=False)
    charge = issued(left(STAY[0], STAY[1], service=service), manager, builders.at(STAY[1], 17))
    claimed(manager, staff, MARCH, EARLY_APRIL)
    assert correction(charge, staff, -6_000, THE_TENTH).day == STAY[0]
    assert month_record(facility_of(manager), APRIL)["amounts"]["total"] == 6_000


def test_a_tax_class_changed_backwards_is_corrected_by_the_day_and_contract(
    two_contracts: Booking, manager: User, staff: User
) -> None:
    """Non-taxed from 31 March: three days at 1,500. One correction for last year, one for this year."""
    claimed(manager, staff, MARCH, EARLY_APRIL)
    family = two_contracts.registration.birth.family
    family.tax_classes.update(period=(builders.LONG_AGO, STAY[1]))
    family.tax_classes.create(period=(STAY[1], None), tax_class="non_taxed")
    (proposed,) = propose_adjustments(Charge.objects.all())
    assert proposed.amount == -9_000
    made = transaction.atomic(apply_adjustments)(
        confirmed={proposed.charge.pk: -9_000}, reason="遡って非課税", by=staff, at=THE_TENTH
    )
    assert {row.day: row.amount for row in made} == {STAY[1]: -3_000, STAY[2]: -6_000}
    assert propose_adjustments(Charge.objects.all()) == []
    amounts = month_record(facility_of(manager), APRIL)["amounts"]
    assert (amounts["fees_taken_off"], amounts["total"]) == (-3_000, 48_000 + 3_000)
    # Back again: each day is compared with what is charged for it by now.
    family.tax_classes.filter(tax_class="non_taxed").delete()
    family.tax_classes.update(period=(builders.LONG_AGO, None))
    (back,) = propose_adjustments(Charge.objects.all())
    again = transaction.atomic(apply_adjustments)(
        confirmed={back.charge.pk: 9_000}, reason="課税に戻す", by=staff, at=THE_TENTH
    )
    assert {row.day: row.amount for row in again} == {STAY[1]: 3_000, STAY[2]: 6_000}


def test_goodwill_beyond_what_is_left_stops_at_nothing_over_both_contracts(
    two_contracts: Booking, manager: User, staff: User
) -> None:
    charge = two_contracts.charge
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.GOODWILL,
        amount=-15_000,
        reason="配慮",
        by=staff,
        at=THE_TENTH,
        day=STAY[0],
    )
    two_contracts.registration.birth.family.tax_classes.update(tax_class="welfare")
    (proposed,) = propose_adjustments(Charge.objects.all())
    assert proposed.amount == -3_000
    made = transaction.atomic(apply_adjustments)(confirmed={charge.pk: -3_000}, reason="保護", by=staff, at=THE_TENTH)
    assert sum(row.amount for row in made) == -3_000
    assert propose_adjustments(Charge.objects.all()) == []


def test_an_adjustment_written_without_a_day_is_of_the_first_one(two_contracts: Booking, staff: User) -> None:
    made = Adjustment.objects.create(
        charge=two_contracts.charge, amount=-1, reason="x", made_at=THE_TENTH, made_by=staff
    )
    made.refresh_from_db()
    assert made.day == STAY[0]
    with pytest.raises(IntegrityError, match="is no day of it"), transaction.atomic():
        Adjustment.objects.create(
            charge=two_contracts.charge, amount=-1, reason="x", made_at=THE_TENTH, made_by=staff, day=MAY
        )


def test_a_correction_under_a_contract_that_nobody_entered_leaves_the_amount_open(manager: User, staff: User) -> None:
    service = builders.service()
    rate(service, 24_000, APRIL)
    charge = issued(left(STAY[0], service=service), manager, builders.at(STAY[0], 17))
    correction(charge, staff, -1_000, THE_TENTH)
    amounts = month_record(facility_of(manager), APRIL)["amounts"]
    assert (amounts["total"], amounts["without_rate"]) == (None, ["ward-centre/short-stay"])
    rate(service, 20_000, builders.LONG_AGO, APRIL)
    assert month_record(facility_of(manager), APRIL)["amounts"]["total"] == 1_000


def test_the_api_says_of_which_day_a_correction_is(two_contracts: Booking, staff: User) -> None:
    ask: Callable[..., Any] = client_of(staff).post
    address = f"/api/v1/charges/{two_contracts.charge.pk}/adjustments/"
    asked = {"kind": "correction", "amount": -100, "reason": "訂正"}
    without = ask(address, asked, content_type="application/json", headers={"idempotency-key": "one-of-two-keys"})
    assert (without.status_code, without.json()["code"]) == (422, "which_day")
    said = ask(
        address,
        {**asked, "day": "2028-04-02"},
        content_type="application/json",
        headers={"idempotency-key": "two-of-two-keys"},
    )
    assert (said.status_code, said.json()["adjustments"][0]["day"]) == (201, "2028-04-02")
