"""A change of tax class leads on to what it changes in money, and confirms it in the same step."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from billing.adjust import adjust_charge
from billing.check_out import check_out
from billing.desk.differing import differing
from billing.desk.refunds import refunds_due
from billing.models import AdjustmentKind, Charge, PaymentMethod
from billing.pay import receive_payment
from billing.queries import owed
from bookings.models import Booking, BookingState
from enrollment.models import TaxClass
from tests import builders
from tests.billing.test_pay import in_house

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(transactional_db: None) -> User:
    return builders.user()


def charged(staff: User, coupons: tuple[int, ...] = ()) -> Charge:
    made = transaction.atomic(check_out)(booking=in_house(), by=staff, at=timezone.now(), coupons=coupons).charge
    assert made is not None
    return made


def family_of(charge: Charge) -> Any:
    return charge.booking.registration.birth.family


def entered(from_day: Any, **given: Any) -> dict[str, Any]:
    typed = {"tax_class": "non_taxed", "from_day": from_day.isoformat(), "evidence": "課税証明書", "corrects": "on"}
    return {**typed, **given}


def step_by_step(client: Client, charge: Charge, given: dict[str, Any]) -> tuple[Any, Any]:
    """Send the form, then confirm what is listed."""
    page = reverse("life:tax-class", args=[family_of(charge).pk])
    listed = client.post(page, given)
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', listed.text)
    assert seen is not None
    return listed, client.post(page, {**given, "seen": seen[1]})


def test_each_fee_is_listed_before_and_after_and_corrected_when_it_is_confirmed(staff: User) -> None:
    charge = charged(staff)
    with transaction.atomic():
        receive_payment(charge=charge, amount=9_000, method=PaymentMethod.CASH, by=staff, at=timezone.now())
    client = Client()
    client.force_login(staff)
    listed, done = step_by_step(client, charge, entered(timezone.localdate() - timedelta(days=5)))
    assert "9,000円 → 3,000円（-6,000円）" in listed.text
    assert "返金 6,000円" in listed.text
    assert done.status_code == 302
    assert owed(charge) == 3_000
    assert charge.adjustments.get().reason == f"課税区分の変更による：{TaxClass.NON_TAXED.label}"
    assert [due.amount for due in refunds_due(Charge.objects.all())] == [6_000]
    today = timezone.localdate()
    assert differing(today - timedelta(days=400), today) == []


def test_nothing_is_entered_by_looking_at_the_list(staff: User) -> None:
    charge = charged(staff)
    client = Client()
    client.force_login(staff)
    page = reverse("life:tax-class", args=[family_of(charge).pk])
    client.post(page, entered(timezone.localdate() - timedelta(days=5)))
    assert (owed(charge), family_of(charge).tax_classes.count()) == (9_000, 1)


def test_only_days_from_the_day_on_change_and_goodwill_stays(staff: User) -> None:
    charge = charged(staff)
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.GOODWILL,
        amount=-500,
        reason="配慮",
        by=staff,
        at=timezone.now(),
        day=timezone.localdate(),
    )
    client = Client()
    client.force_login(staff)
    listed, _done = step_by_step(client, charge, entered(timezone.localdate()))
    assert "8,500円 → 5,500円（-3,000円）" in listed.text
    assert owed(charge) == 5_500


def test_coupons_that_the_class_does_not_take_are_said(staff: User) -> None:
    builders.coupon_policy()
    charge = charged(staff, (1, 2))
    ahead = Booking.objects.create(
        registration=charge.booking.registration,
        service=charge.booking.service,
        state=BookingState.BOOKED,
        coupons=1,
        booked_at=timezone.now(),
    )
    ahead.days.create(day=timezone.localdate() + timedelta(days=9))
    client = Client()
    client.force_login(staff)
    listed, _done = step_by_step(client, charge, entered(timezone.localdate() - timedelta(days=5)))
    assert "クーポン2枚は使えなくなります" in listed.text
    assert f"{ahead.number}" in listed.text
    assert owed(charge) == 3_000


def test_whoever_leaves_the_fees_finds_them_on_the_list_to_look_at_again(staff: User) -> None:
    charge = charged(staff)
    client = Client()
    client.force_login(staff)
    given = entered(timezone.localdate() - timedelta(days=5))
    del given["corrects"]
    step_by_step(client, charge, given)
    assert owed(charge) == 9_000
    today = timezone.localdate()
    assert [key for key, _day in differing(today - timedelta(days=400), today)] == [charge.pk]


def test_where_no_fee_changes_it_is_entered_at_once(staff: User) -> None:
    family = builders.family()
    client = Client()
    client.force_login(staff)
    answer = client.post(reverse("life:tax-class", args=[family.pk]), entered(timezone.localdate()))
    assert answer.status_code == 302
    assert family.tax_classes.filter(tax_class="non_taxed").exists()


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_entered(staff: User) -> None:
    charge = charged(staff)
    client = Client()
    client.force_login(staff)
    page = reverse("life:tax-class", args=[family_of(charge).pk])
    answer = client.post(page, entered(timezone.localdate(), evidence=""))
    assert (answer.status_code, family_of(charge).tax_classes.count()) == (422, 1)
