"""Fees, payments, coupons, rides and claims by year: from small scenes, to the yen; parts make their wholes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from billing.adjust import adjust_charge
from billing.models import AdjustmentKind, HandedCoupon, PaymentMethod, Ride, RideDirection, TransportPolicy
from billing.pay import refund_payment
from reports.catalogue.contents import by_slug
from reports.catalogue.money import (
    CHAPTER,
    claim_table,
    coupon_table,
    fee_table,
    paid_a_day_table,
    payment_table,
    ride_table,
)
from tests import builders
from tests.billing.factories_claims import MAY, THE_DAY, accepted, settled, submit

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2024, 6, 1)
A_DAY = timedelta(days=1)


@pytest.fixture
def manager():
    return builders.user(Role.FACILITY_MANAGER, facility=builders.facility())


@pytest.fixture
def staff():
    return builders.user(Role.WARD_STAFF)


def adjust(charge, amount, kind, by, day=THE_DAY):
    with transaction.atomic():
        adjust_charge(charge=charge, amount=amount, kind=kind, reason="確認", by=by, at=builders.at(day + A_DAY))


def test_fees_stand_by_component_with_what_was_added_since(manager, staff):
    charge = settled(THE_DAY, THE_DAY + A_DAY, by=manager)  # two days of short stay, taxed: 9,000
    settled(THE_DAY, by=manager, family=builders.family(tax_class="non_taxed"))  # 1,500
    adjust(charge, -500, AdjustmentKind.GOODWILL, staff)
    adjust(charge, 200, AdjustmentKind.CORRECTION, staff)
    (row,) = fee_table([2023], today=TODAY).rows
    assert row == {
        "fiscal_year": 2023,
        "facility": "ward-centre",
        "fee_base": 10_500,
        "fee_multiple": 0,
        "fee_sibling": 0,
        "fee_coupon": 0,
        "fee_corrections": 200,
        "fee_goodwill": -500,
        "fee_total": 10_200,
    }


def test_a_fee_counts_in_the_year_of_its_day(manager):
    settled(date(2024, 3, 31), date(2024, 4, 1), by=manager)
    rows = fee_table([2023, 2024], today=TODAY).rows
    assert [(row["fiscal_year"], row["fee_base"]) for row in rows] == [(2023, 4500), (2024, 4500)]
    assert fee_table([2023], today=date(2024, 3, 30)).rows == []


def test_what_was_owed_is_what_was_received_given_back_and_is_open(manager, staff):
    first, second = settled(THE_DAY, by=manager), settled(THE_DAY + A_DAY, by=manager)
    adjust(first, -1500, AdjustmentKind.GOODWILL, staff)  # 1,500 too much is paid
    adjust(second, 700, AdjustmentKind.CORRECTION, staff, THE_DAY + A_DAY)  # 700 are unpaid
    with transaction.atomic():
        refund_payment(
            charge=first, amount=500, method=PaymentMethod.CASH, reason="返金", by=manager, at=builders.at(THE_DAY, 20)
        )
    (row,) = payment_table([2023], today=TODAY).rows
    assert (row["charges"], row["owed"], row["paid_cash"], row["refunded"]) == (2, 8200, 9000, 500)
    assert (row["unpaid"], row["to_give_back"]) == (700, 1000)
    received = row["paid_cash"] + row["paid_card"] + row["paid_code"] - row["refunded"]
    assert row["owed"] == received + row["unpaid"] - row["to_give_back"]


def test_what_was_paid_after_the_day_counted_is_open_on_it(manager):
    settled(THE_DAY, THE_DAY + A_DAY, by=manager)
    assert payment_table([2023], today=THE_DAY).rows == []
    (row,) = payment_table([2023], today=THE_DAY + A_DAY).rows
    assert (row["owed"], row["unpaid"]) == (9000, 0)


def test_coupons_count_by_the_day_on_which_they_were_handed_over(manager):
    charges = [settled(THE_DAY + n * A_DAY, by=manager) for n in range(3)]
    for number, charge in enumerate(charges):
        family = charge.booking.registration.birth.family
        for one in range(1, number + 2):
            HandedCoupon.objects.create(
                booking=charge.booking, family=family, number=one, handed_at=builders.at(THE_DAY), taken_by=manager
            )
    (row,) = coupon_table([2023], today=TODAY).rows
    assert (row["coupons"], row["families"], row["coupon_yen"]) == (6, 3, 0)


def ride(booking, by, direction=RideDirection.TO, fare=2400, **more):
    policy = TransportPolicy.objects.get_or_create(
        tax_class="non_taxed", defaults={"period": (builders.LONG_AGO, None), "most_yen": 2000}
    )[0]
    return Ride.objects.create(
        booking=booking,
        direction=direction,
        day=THE_DAY,
        fare=fare,
        borne=min(fare, 2000),
        policy=policy,
        recorded_at=builders.at(THE_DAY),
        recorded_by=by,
        **more,
    )


def test_rides_of_few_families_are_hidden_and_those_taken_back_count_nowhere(manager):
    bookings = [
        settled(THE_DAY, by=manager, family=builders.family(tax_class="non_taxed")).booking for _number in range(3)
    ]
    ride(bookings[0], manager)
    ride(bookings[0], manager, RideDirection.FROM, fare=1000)
    taken_back = {"taken_back_at": builders.at(THE_DAY), "taken_back_by": manager, "taken_back_reason": "誤り"}
    ride(bookings[1], manager, **taken_back)
    (row,) = ride_table([2023], today=TODAY).rows
    assert {row[key] for key in ("rides_there", "rides_back", "families", "fares", "borne")} == {"x"}
    ride(bookings[1], manager)
    ride(bookings[2], manager)
    (row,) = ride_table([2023], today=TODAY).rows
    assert (row["rides_there"], row["rides_back"], row["families"]) == (3, 1, 3)
    assert (row["fares"], row["borne"]) == (8200, 7000)


def test_the_ward_pays_by_accepted_claims_alone(manager, staff):
    settled(THE_DAY, THE_DAY + A_DAY, by=manager)
    claim = accepted(manager, staff)
    settled(date(2023, 6, 5), by=manager)
    submit(manager, date(2023, 6, 1), remark="確認済み", at=builders.at(date(2023, 7, 5)))
    (row,) = claim_table([2023], today=TODAY).rows
    assert (row["claims_accepted"], row["claims_submitted"], row["claims_returned"]) == (1, 1, 0)
    assert row["claimed_yen"] == claim.snapshot["record"]["amounts"]["total"] == 60_000
    assert row["claimed_yen"] == row["contract_yen"] - row["fees_taken_off"] + row["transport_yen"]
    (of_kind,) = paid_a_day_table([2023], today=TODAY).rows
    assert (of_kind["kind"], of_kind["paid_days"], of_kind["paid_yen"]) == ("short_stay", 2, 60_000)
    assert of_kind["yen_a_day"] == Decimal("30000.0")


def test_a_month_claimed_counts_in_the_year_of_the_month(manager, staff):
    settled(THE_DAY, by=manager)
    accepted(manager, staff, MAY)
    assert claim_table([2022, 2024], today=TODAY).rows == []
    assert claim_table([2023], today=date(2023, 4, 30)).rows == []


@pytest.mark.parametrize("slug", [entry.slug for entry in CHAPTER.tables])
def test_money_takes_a_fixed_number_of_queries(slug, manager, staff):
    settled(THE_DAY, by=manager)
    accepted(manager, staff)
    build, asked = by_slug()[slug].entry.build, []
    for years in ([2023], list(range(2015, 2024))):
        with CaptureQueriesContext(connection) as caught:
            build(years, today=TODAY)
        asked.append(len(caught))
    assert asked[0] == asked[1] <= 4
