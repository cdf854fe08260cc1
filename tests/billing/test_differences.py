"""Charges beside a fresh computation: what a change backwards proposes, and what staff confirm of it."""

import re
from datetime import timedelta
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from billing.adjust import adjust_charge
from billing.check_out import check_out
from billing.differences import apply_adjustments, charges_of_year, compared, propose_adjustments
from billing.models import Adjustment, AdjustmentKind, Charge, CouponPolicy, Tariff
from billing.queries import owed
from enrollment.models import TaxClassPeriod
from facilities.fiscal_year import fiscal_year
from sankecare.errors import Refused
from tests import builders
from tests.billing.test_pay import in_house

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(transactional_db: None) -> User:
    return builders.user()


def charged(staff: User) -> Charge:
    made = transaction.atomic(check_out)(booking=in_house(), by=staff, at=timezone.now()).charge
    assert made is not None
    return made


def non_taxed(charge: Charge) -> None:
    """The household's class was another one all the time."""
    TaxClassPeriod.objects.filter(family=charge.booking.registration.birth.family).update(tax_class="non_taxed")


def test_what_nobody_changed_is_explained_to_the_yen(staff: User) -> None:
    charged(staff)
    assert [row.explained for row in compared(Charge.objects.all())] == [True]
    assert propose_adjustments(Charge.objects.all()) == []


def test_a_tax_class_changed_backwards_proposes_what_brings_it_to_the_fresh_fee(staff: User) -> None:
    charge = charged(staff)
    non_taxed(charge)
    (proposed,) = propose_adjustments(Charge.objects.all())
    assert (proposed.owed, proposed.fresh, proposed.amount) == (9_000, 3_000, -6_000)
    transaction.atomic(apply_adjustments)(
        confirmed={charge.pk: -6_000}, reason="課税区分の訂正", by=staff, at=timezone.now()
    )
    assert owed(charge) == 3_000
    assert propose_adjustments(Charge.objects.all()) == []


def test_goodwill_is_no_difference_and_stays_when_the_fee_is_computed_anew(staff: User) -> None:
    """−500 for a broken air conditioning was listed as +500, ticked."""
    charge = charged(staff)
    adjust = partial(transaction.atomic(adjust_charge), charge=charge, by=staff, at=timezone.now())
    adjust(kind=AdjustmentKind.GOODWILL, amount=-500, reason="空調の故障のお詫び")
    (row,) = compared(Charge.objects.all())
    assert (row.owed, row.fresh, row.goodwill, row.amount, row.explained) == (8_500, 9_000, -500, 0, True)
    assert propose_adjustments(Charge.objects.all()) == []
    assert charge.number not in differences_page(staff)

    non_taxed(charge)
    (proposed,) = propose_adjustments(Charge.objects.all())
    assert (proposed.owed, proposed.fresh, proposed.amount) == (8_500, 3_000, -6_000)
    page = differences_page(staff)
    assert "空調の故障のお詫び" in page
    transaction.atomic(apply_adjustments)(
        confirmed={charge.pk: -6_000}, reason="課税区分の訂正", by=staff, at=timezone.now()
    )
    assert owed(charge) == 2_500
    assert list(charge.adjustments.values_list("kind", "amount")) == [("goodwill", -500), ("correction", -6_000)]
    assert propose_adjustments(Charge.objects.all()) == []


def test_a_fee_below_the_goodwill_becomes_nothing_and_never_less(staff: User) -> None:
    charge = charged(staff)
    transaction.atomic(adjust_charge)(
        charge=charge, kind=AdjustmentKind.GOODWILL, amount=-500, reason="お詫び", by=staff, at=timezone.now()
    )
    TaxClassPeriod.objects.filter(family=charge.booking.registration.birth.family).update(tax_class="welfare")
    (proposed,) = propose_adjustments(Charge.objects.all())
    assert (proposed.fresh, proposed.amount) == (0, -8_500)
    transaction.atomic(apply_adjustments)(confirmed={charge.pk: -8_500}, reason="訂正", by=staff, at=timezone.now())
    assert (owed(charge), propose_adjustments(Charge.objects.all())) == (0, [])


def test_goodwill_can_be_taken_back_but_never_raises_a_charge(staff: User) -> None:
    charge = charged(staff)
    adjust = partial(
        transaction.atomic(adjust_charge), charge=charge, kind=AdjustmentKind.GOODWILL, by=staff, at=timezone.now()
    )
    adjust(amount=-500, reason="お詫び")
    adjust(amount=500, reason="取消")
    with pytest.raises(Refused, match="goodwill_raises"):
        adjust(amount=1, reason="誤り")
    with pytest.raises(IntegrityError, match="raised by goodwill"), transaction.atomic():
        Adjustment.objects.create(
            charge=charge, kind="goodwill", amount=1, reason="直接", made_at=timezone.now(), made_by=staff
        )
    assert owed(charge) == charge.total


def test_staff_give_goodwill_on_the_charges_page_and_the_family_reads_the_reason(staff: User) -> None:
    charge = charged(staff)
    client = Client()
    client.force_login(staff)
    assert (
        reverse("claims:adjust", args=[charge.pk])
        in client.get(reverse("operator:charge", args=[charge.pk])).content.decode()
    )
    page = reverse("claims:adjust", args=[charge.pk])
    given = {"key": "a" * 32, "kind": "goodwill", "amount": "-500", "reason": "空調の故障のお詫び"}
    assert client.post(page, {**given, "kind": ""}).status_code == 422
    for _twice in range(2):
        assert client.post(page, given).status_code == 302
    assert Adjustment.objects.get().kind == AdjustmentKind.GOODWILL
    shown = client.get(reverse("operator:charge", args=[charge.pk])).content.decode()
    assert re.search(r"配慮による減額 （\d+月\d+日分）: 空調の故障のお詫び", shown)


def test_coupons_fall_away_where_the_class_became_another_one_and_are_counted(staff: User) -> None:
    charge = with_coupons(staff, [1, 2])
    non_taxed(charge)
    (proposed,) = propose_adjustments(Charge.objects.all())
    assert (proposed.owed, proposed.fresh, proposed.amount, proposed.coupons_lost) == (4_000, 3_000, -1_000, 2)
    assert "クーポン2枚" in differences_page(staff)
    transaction.atomic(apply_adjustments)(
        confirmed={charge.pk: -1_000}, reason="課税区分の訂正", by=staff, at=timezone.now()
    )
    assert [row.explained for row in compared(Charge.objects.all())] == [True]


def test_only_the_coupons_of_the_days_that_changed_fall_away(staff: User) -> None:
    charge, today = with_coupons(staff, [1, 2]), timezone.localdate()
    classes = TaxClassPeriod.objects.filter(family=charge.booking.registration.birth.family)
    family = classes.get().family
    classes.update(period=(builders.LONG_AGO, today))
    TaxClassPeriod.objects.create(family=family, tax_class="non_taxed", period=(today, None))
    (proposed,) = propose_adjustments(Charge.objects.all())
    assert (proposed.fresh, proposed.coupons_lost) == (2_000 + 1_500, 1)


@pytest.mark.parametrize("missing", ["amount", "coupons"])
def test_what_cannot_be_priced_any_more_is_listed_with_its_reason_and_not_to_be_ticked(
    staff: User, missing: str
) -> None:
    charge = with_coupons(staff, [1])
    if missing == "amount":
        non_taxed(charge)
        Tariff.objects.filter(tax_class="non_taxed").delete()
    else:
        CouponPolicy.objects.all().delete()
    (proposed,) = propose_adjustments(Charge.objects.all())
    assert (proposed.fresh, proposed.amount, bool(proposed.why)) == (None, 0, True)
    page = differences_page(staff)
    assert (proposed.why in page, 'type="checkbox" name="charge"' in page) == (True, False)
    with pytest.raises(Refused, match="changed_since"):
        transaction.atomic(apply_adjustments)(confirmed={charge.pk: 0}, reason="訂正", by=staff, at=timezone.now())


def with_coupons(staff: User, numbers: list[int]) -> Charge:
    """9,000 yen for two days, less 2,500 for each coupon."""
    builders.coupon_policy()
    made = transaction.atomic(check_out)(booking=in_house(), by=staff, at=timezone.now(), coupons=numbers).charge
    assert made is not None
    return made


def differences_page(staff: User) -> str:
    client = Client()
    client.force_login(staff)
    year = fiscal_year(timezone.localdate() - timedelta(days=1))
    return client.get(reverse("admin:billing_charge_differences"), {"year": year}).content.decode()


def test_what_changed_since_it_was_listed_is_not_applied(staff: User) -> None:
    first, second = charged(staff), charged(staff)
    non_taxed(first)
    non_taxed(second)
    transaction.atomic(adjust_charge)(
        charge=second, kind=AdjustmentKind.CORRECTION, amount=-1, reason="端数", by=staff, at=timezone.now()
    )
    with pytest.raises(Refused) as refused:
        transaction.atomic(apply_adjustments)(
            confirmed={first.pk: -6_000, second.pk: -6_000}, reason="訂正", by=staff, at=timezone.now()
        )
    assert (refused.value.code, Adjustment.objects.count()) == ("changed_since", 1)


@settings(max_examples=15, deadline=None)
@given(amount=st.integers(0, 9_000), before=st.lists(st.integers(-500, 500).filter(bool), max_size=3))
def test_whatever_was_changed_the_adjustments_bring_it_to_what_a_fresh_computation_gives(
    amount: int, before: list[int]
) -> None:
    staff = User.objects.filter(role=Role.WARD_STAFF).first() or builders.user()
    charge = charged(staff)
    for one in before:
        transaction.atomic(adjust_charge)(
            charge=charge, kind=AdjustmentKind.CORRECTION, amount=one, reason="訂正", by=staff, at=timezone.now()
        )
    base = Tariff.objects.filter(component="base", tax_class="taxed", service=charge.booking.service)
    base.update(amount=amount)
    this = Charge.objects.filter(pk=charge.pk)
    proposed = {row.charge.pk: row.amount for row in propose_adjustments(this)}
    transaction.atomic(apply_adjustments)(confirmed=proposed, reason="料金の改定", by=staff, at=timezone.now())
    assert owed(charge) == 2 * amount
    base.update(amount=4_500)


def test_a_corrected_charge_is_owed_once_whatever_lines_and_corrections_it_has(staff: User) -> None:
    charge = charged(staff)
    for amount in (-500, 200):
        transaction.atomic(adjust_charge)(
            charge=charge, kind=AdjustmentKind.CORRECTION, amount=amount, reason="訂正", by=staff, at=timezone.now()
        )
    (row,) = compared(charges_of_year(fiscal_year(timezone.localdate() - timedelta(days=1))))
    assert (row.owed, row.amount) == (8_700, 300)


def test_the_audit_lists_every_yen_and_fails_only_where_there_is_one(staff: User) -> None:
    charge = charged(staff)
    year = str(fiscal_year(timezone.localdate() - timedelta(days=1)))
    out = StringIO()
    call_command("audit_charges", "--fiscal-year", year, stdout=out)
    assert "1 charges, 9,000 yen owed, 0 differ" in out.getvalue()
    non_taxed(charge)
    with pytest.raises(CommandError):
        call_command("audit_charges", "--fiscal-year", year, stdout=out)
    assert f"{charge.number}: issued 9,000, snapshot 9,000, owed 9,000, fresh 3,000" in out.getvalue()


def test_many_charges_are_compared_in_as_many_queries_as_one(staff: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            compared(charges_of_year(fiscal_year(timezone.localdate())))
        return len(taken)

    charged(staff)
    one = queries()
    for _ in range(3):
        charged(staff)
    assert queries() == one <= 6


def test_staff_tick_what_is_adjusted_and_give_the_reason(staff: User) -> None:
    charge = charged(staff)
    non_taxed(charge)
    client = Client()
    client.force_login(staff)
    page = reverse("admin:billing_charge_differences")
    assert charge.number in client.get(page).content.decode()
    given: dict[str, Any] = {"charge": [charge.pk], f"amount_{charge.pk}": "-6000"}
    without = client.post(page, given | {"reason": ""})
    assert (without.status_code, Adjustment.objects.count()) == (422, 0)
    client.post(page, given | {"reason": "課税区分の訂正"})
    assert Adjustment.objects.get().amount == -6_000
