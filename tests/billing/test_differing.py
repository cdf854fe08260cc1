"""What the database says differs is exactly what the fee rules say: whatever was changed, in one question."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
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
from billing.desk.differing import differing, differing_by_year
from billing.differences import apply_adjustments, propose_adjustments
from billing.models import AdjustmentKind, Charge, CouponPolicy, Tariff
from bookings.models import BookingDay, DayStatus
from enrollment.models import TaxClassPeriod
from facilities.fiscal_year import fiscal_year
from facilities.models import District
from pages.ward.desk.home import due_for
from tests import builders
from tests.billing.test_pay import in_house

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(transactional_db: None) -> User:
    return builders.user()


def charged(staff: User, *, days: int = 2, coupons: tuple[int, ...] = ()) -> Charge:
    made = transaction.atomic(check_out)(
        booking=in_house(days=days), by=staff, at=timezone.now(), coupons=coupons
    ).charge
    assert made is not None
    return made


def in_sql() -> set[int]:
    today = timezone.localdate()
    return {key for key, _day in differing(today - timedelta(days=400), today)}


def in_python() -> set[int]:
    return {row.charge.pk for row in propose_adjustments(Charge.objects.all())}


def year_of(charge: Charge) -> int:
    first = charge.lines.order_by("day").first()
    assert first is not None
    return fiscal_year(first.day)


CHANGES = (
    *("nothing", "non_taxed", "welfare", "class_of_today", "class_gone", "tariff", "tariff_gone", "coupons_gone"),
    *("fewer_coupons", "goodwill", "correction", "day_unused", "sibling", "adjusted"),
)


@settings(max_examples=25, deadline=None)
@given(
    stays=st.lists(
        st.tuples(st.integers(1, 4), st.integers(0, 3), st.lists(st.sampled_from(CHANGES), max_size=3)),
        min_size=1,
        max_size=3,
    )
)
def test_the_database_finds_what_the_fee_rules_find_whatever_was_changed(
    stays: list[tuple[int, int, list[str]]],
) -> None:
    staff = User.objects.filter(role=Role.WARD_STAFF).first() or builders.user()
    with transaction.atomic():
        point = transaction.savepoint()
        builders.coupon_policy()
        charges = []
        for days, coupons, _changes in stays:
            handed = tuple(range(1, min(coupons, days) + 1))
            made = check_out(booking=in_house(days=days), by=staff, at=timezone.now(), coupons=handed).charge
            assert made is not None
            charges.append(made)
        for charge, (_days, _coupons, changes) in zip(charges, stays, strict=True):
            for change in changes:
                _change(change, charge, staff)
        assert in_sql() == in_python()
        transaction.savepoint_rollback(point)


def _change(change: str, charge: Charge, staff: User) -> None:
    if change in ("goodwill", "correction"):
        adjust_charge(
            charge=charge,
            kind=AdjustmentKind(change),
            amount=-500,
            reason="訂正",
            by=staff,
            at=timezone.now(),
            day=timezone.localdate(),
        )
    elif change == "adjusted":
        proposed = propose_adjustments(Charge.objects.filter(pk=charge.pk))
        amounts = {row.charge.pk: row.amount for row in proposed if row.amount}
        if amounts:
            apply_adjustments(confirmed=amounts, reason="訂正", by=staff, at=timezone.now())
    else:
        _change_rows(change, charge)


def _change_rows(change: str, charge: Charge) -> None:
    today = timezone.localdate()
    classes = TaxClassPeriod.objects.filter(family=charge.booking.registration.birth.family)
    tariffs = Tariff.objects.filter(service=charge.booking.service, component="base")
    of_today = BookingDay.objects.filter(booking=charge.booking, day=today)

    def another_class_today() -> None:
        row = classes.first()
        if row is not None and classes.count() == 1:
            classes.update(period=(builders.LONG_AGO, today))
            TaxClassPeriod.objects.create(family=row.family, tax_class="non_taxed", period=(today, None))

    changes: dict[str, Callable[[], Any]] = {
        "nothing": lambda: None,
        "non_taxed": lambda: classes.update(tax_class="non_taxed"),
        "welfare": lambda: classes.update(tax_class="welfare"),
        "class_of_today": another_class_today,
        "class_gone": classes.delete,
        "tariff": lambda: tariffs.filter(tax_class="taxed").update(amount=2_000),
        "tariff_gone": tariffs.filter(tax_class="non_taxed").delete,
        "coupons_gone": CouponPolicy.objects.all().delete,
        "fewer_coupons": lambda: CouponPolicy.objects.update(per_mother=1),
        "day_unused": lambda: of_today.update(status=DayStatus.HELD),
        "sibling": lambda: of_today.update(with_sibling=True),
    }
    changes[change]()


def test_what_was_adjusted_is_found_no_more_also_where_coupons_fell_away(staff: User) -> None:
    builders.coupon_policy()
    charge = charged(staff, coupons=(1, 2))
    TaxClassPeriod.objects.filter(family=charge.booking.registration.birth.family).update(tax_class="non_taxed")
    assert in_sql() == {charge.pk}
    (proposed,) = propose_adjustments(Charge.objects.all())
    transaction.atomic(apply_adjustments)(
        confirmed={charge.pk: proposed.amount}, reason="課税区分の訂正", by=staff, at=timezone.now()
    )
    assert in_sql() == set()


def test_a_year_is_found_in_one_question_however_many_charges_it_has(staff: User) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            in_sql()
        return len(asked)

    charged(staff)
    one = questions()
    for _more in range(4):
        charged(staff)
    assert questions() == one == 1


def test_the_home_counts_what_differs_and_leads_to_exactly_these(staff: User) -> None:
    charge = charged(staff)
    charged(staff)
    TaxClassPeriod.objects.filter(family=charge.booking.registration.birth.family).update(tax_class="non_taxed")
    words = f"見直しが必要な利用料（{year_of(charge)}年度）"
    row = home_of(staff)[words]
    assert row.count == 1
    client = Client()
    client.force_login(staff)
    page = client.get(row.url)
    assert [proposed.charge.pk for proposed in page.context["proposed"]] == [charge.pk]
    assert page.context["more"] == 0


def test_staff_of_another_district_count_none_of_them(staff: User) -> None:
    charge = charged(staff)
    TaxClassPeriod.objects.filter(family=charge.booking.registration.birth.family).update(tax_class="non_taxed")
    builders.district("kitazawa")
    elsewhere = builders.user(district=District.objects.get(slug="kitazawa"))
    year = year_of(charge)
    assert differing_by_year(staff, (year,)) == {year: 1}
    assert differing_by_year(elsewhere, (year,)) == {}


def test_what_one_page_does_not_hold_is_said(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.difference_admin.MOST_AT_ONCE", 1)
    charges = [charged(staff), charged(staff)]
    TaxClassPeriod.objects.update(tax_class="non_taxed")
    client = Client()
    client.force_login(staff)
    page = client.get(reverse("admin:billing_charge_differences"), {"year": year_of(charges[0])})
    assert (len(page.context["proposed"]), page.context["more"]) == (1, 1)
    assert "ほかに1件あります" in page.text


def home_of(person: User) -> dict[str, Any]:
    graded, nothing = due_for(person, timezone.now())
    return {str(row.label): row for group in graded for row in group.rows} | {str(row.label): row for row in nothing}
