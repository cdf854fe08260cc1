"""What stands beside a charge: coupons handed over and not taken off, rides that no policy bears."""

from io import StringIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from billing.check_out import check_out
from billing.differences import charges_of_year
from billing.models import Charge, HandedCoupon, Ride, RideDirection, TransportPolicy
from enrollment.models import TaxClassPeriod
from facilities.fiscal_year import fiscal_year
from tests import builders
from tests.billing.test_pay import in_house
from tests.billing.test_rides import policy, record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(transactional_db: None) -> User:
    return builders.user(Role.OPERATOR)


def audited() -> str:
    out = StringIO()
    call_command("audit_charges", "--fiscal-year", str(fiscal_year(timezone.localdate())), stdout=out)
    return out.getvalue()


def test_a_ride_is_explained_until_the_household_or_the_policy_was_another_one(operator: User) -> None:
    policy()
    family = builders.family(tax_class="non_taxed")
    record(in_house(family, days=1), operator)
    assert "1 rides, 2,400 yen borne by the ward, 0 differ" in audited()
    TransportPolicy.objects.update(most_yen=2_000)
    with pytest.raises(CommandError, match="1 rides differ"):
        audited()
    TransportPolicy.objects.update(most_yen=None)
    TaxClassPeriod.objects.filter(family=family).update(tax_class="taxed")
    with pytest.raises(CommandError, match="1 rides differ"):
        audited()


def test_a_coupon_handed_over_is_taken_off_or_found(operator: User) -> None:
    builders.coupon_policy()
    booking = in_house(days=1)
    transaction.atomic(check_out)(booking=booking, by=operator, at=timezone.now(), coupons=[1])
    audited()
    HandedCoupon.objects.create(
        booking=booking,
        family=booking.registration.birth.family,
        number=2,
        handed_at=timezone.now(),
        taken_by=operator,
    )
    with pytest.raises(CommandError, match="1 with coupons"):
        audited()


def test_a_coupon_taken_off_that_nobody_handed_over_is_found(operator: User) -> None:
    builders.coupon_policy()
    booking = in_house(days=1)
    transaction.atomic(check_out)(booking=booking, by=operator, at=timezone.now(), coupons=[1])
    other = in_house(days=1)
    with pgtrigger.ignore("billing.HandedCoupon:handed_coupon_is_never_edited"):
        HandedCoupon.objects.update(booking=other)
    with pytest.raises(CommandError, match="1 with coupons"):
        audited()


def test_every_charge_is_of_one_year_and_the_audit_takes_a_fixed_number_of_queries(operator: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            audited()
        return len(taken)

    policy()
    transaction.atomic(check_out)(booking=in_house(), by=operator, at=timezone.now())
    one = queries()
    for _ in range(3):
        booking = in_house(builders.family(tax_class="non_taxed"))
        transaction.atomic(check_out)(booking=booking, by=operator, at=timezone.now(), fares={RideDirection.TO: 2_000})
    assert queries() == one <= 10
    years = {fiscal_year(day) for day in Charge.objects.values_list("lines__day", flat=True)}
    assert sum(charges_of_year(year).count() for year in years | {max(years) + 1}) == Charge.objects.count()
    assert Ride.objects.count() == 3
