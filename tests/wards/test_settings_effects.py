"""What a change of settings does to families that are booked: coupons, contracts, terms, times of visits."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from billing.models import ContractRate, CouponPolicy, HandedCoupon
from bookings.models import BookingDay, VisitTime
from enrollment.models import Sibling
from facilities.models import Service, ServiceKind
from tests import builders
from tests.journeys.steps import booked
from wards.dated.differences import Asked
from wards.dated.drafts import keep_draft, plan_of
from wards.dated.effects import Effect, effect_of
from wards.dated.tables import BY_CODE
from wards.dated.values import name_of
from wards.models import SettingsDraft

pytestmark = pytest.mark.django_db
AHEAD = timedelta(days=30)


@pytest.fixture
def staff() -> User:
    return builders.user()


@pytest.fixture
def stay() -> Service:
    return builders.service()


@pytest.fixture
def day() -> date:
    return timezone.localdate() + AHEAD


def kept(table: str, day: date, by: User, cells: Any, ends: Any = ()) -> SettingsDraft:
    return transaction.atomic(keep_draft)(
        table=BY_CODE[table],
        draft=None,
        first_day=day,
        asked=Asked(cells, frozenset(ends)),
        by=by,
        at=timezone.now(),
    )


def touched(draft: SettingsDraft) -> Effect:
    effect = effect_of(plan_of(draft))
    assert effect is not None
    return effect


def test_another_coupon_is_counted_for_who_has_some_left_on_her_earliest_days(staff, stay, day):
    builders.coupon_policy()
    three, one, taxed_not = (builders.family(name) for name in ("渡邉 さくら", "斎藤 葵", "大野 楓"))
    taxed_not.tax_classes.update(tax_class="welfare")
    hit, last = booked(three, stay, first=30, days=3), booked(one, stay, first=30, days=3)
    booked(taxed_not, stay, first=30, days=3)
    for number in range(1, 5):
        HandedCoupon.objects.create(booking=last, family=one, number=number, handed_at=timezone.now(), taken_by=staff)
    effect = touched(kept("billing_couponpolicy", day, staff, {name_of(["taxed"]): {"amount": 3000}}))
    found = {row.booking: (row.before, row.after) for row in effect.hits}
    assert found == {hit.pk: (13_500 - 7_500, 13_500 - 9_000), last.pk: (13_500 - 2_500, 13_500 - 3_000)}
    assert (effect.looked_at, effect.total) == (3, -2_000)


def test_coupons_that_end_leave_the_whole_fee(staff, stay, day):
    builders.coupon_policy()
    booked(builders.family(), stay, first=30, days=1)
    effect = touched(kept("billing_couponpolicy", day, staff, {}, ends=[name_of(["taxed"])]))
    assert [(row.before, row.after) for row in effect.hits] == [(2_000, 4_500)]


def test_another_contract_says_what_the_ward_would_pay_less_fees_where_they_are_taken_off(staff, stay, day):
    ContractRate.objects.create(service=stay, period=(builders.LONG_AGO, None), amount=30_000, less_family_fees=False)
    booked(builders.family(), stay, first=30, days=2)
    table, name = "billing_contractrate", name_of([stay.pk])
    dearer = touched(kept(table, day, staff, {name: {"amount": 32_000}}))
    assert [(row.before, row.after) for row in dearer.hits] == [(60_000, 64_000)]
    less = touched(kept(table, day, staff, {name: {"less_family_fees": True}}))
    assert [(row.before, row.after) for row in less.hits] == [(60_000, 51_000)]
    ends = touched(kept(table, day, staff, {}, ends=[name]))
    assert [(row.before, row.after) for row in ends.hits] == [(60_000, None)]


def test_a_nearer_age_limit_touches_whose_baby_is_older_by_then(staff, stay, day):
    hit = booked(builders.family("渡邉 さくら"), stay, first=30, days=2)  # 70 and 71 days old by then
    booked(builders.family("斎藤 葵"), stay, first=1, days=1)
    effect = touched(kept("facilities_servicetermsrow", day, staff, {name_of([stay.pk]): {"age_limit_months": 2}}))
    assert [(row.booking, len(row.days)) for row in effect.hits] == [(hit.pk, 2)]
    assert effect.looked_at == 1
    other = touched(kept("facilities_servicetermsrow", day, staff, {name_of([stay.pk]): {"age_limit_months": 6}}))
    assert (other.looked_at, other.hits) == (1, [])


def test_terms_without_siblings_and_with_fewer_days_for_them_touch_who_brings_one(staff, stay, day):
    family = builders.family("渡邉 さくら")
    hit = booked(family, stay, first=30, days=3)
    born = timezone.localdate() - timedelta(days=900)
    hit.sibling = Sibling.objects.create(family=family, name="空", name_kana="そら", birth_date=born)
    hit.save()
    BookingDay.objects.filter(booking=hit).update(with_sibling=True)
    booked(builders.family("斎藤 葵"), stay, first=30, days=3)
    table, name = "facilities_servicetermsrow", name_of([stay.pk])
    for cells in ({"takes_siblings": False}, {"max_sibling_days": 2}):
        effect = touched(kept(table, day, staff, {name: cells}))
        assert [(row.booking, len(row.days)) for row in effect.hits] == [(hit.pk, 3)], cells
    assert touched(kept(table, day, staff, {name: {"max_sibling_days": 3}})).hits == []


def test_a_time_that_is_offered_no_longer_touches_who_has_it(staff, day):
    visits = builders.service(ServiceKind.OUTREACH, visit_minutes=60)
    for hour in (10, 13):
        VisitTime.objects.create(service=visits, period=(builders.LONG_AGO, None), starts_at=time(hour))
    hits = [booked(builders.family(name), visits, first=30, days=1) for name in ("渡邉 さくら", "斎藤 葵")]
    for hit, hour in zip(hits, (10, 13), strict=True):
        BookingDay.objects.filter(booking=hit).update(starts_at=time(hour))
    effect = touched(kept("bookings_visittime", day, staff, {}, ends=[name_of([visits.pk, "10:00:00"])]))
    assert [row.booking for row in effect.hits] == [hits[0].pk]
    assert effect.looked_at == 2


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("billing_couponpolicy", {"amount": 3000}),
        ("billing_contractrate", {"amount": 1}),
        ("facilities_servicetermsrow", {"age_limit_months": 2}),
    ],
)
def test_they_ask_as_much_when_more_are_booked(staff, stay, day, table, cells):
    builders.coupon_policy()
    ContractRate.objects.create(service=stay, period=(builders.LONG_AGO, None), amount=30_000, less_family_fees=True)
    name = name_of(["taxed"] if table == "billing_couponpolicy" else [stay.pk])
    asked = []
    for mother in ("渡邉 さくら", "斎藤 葵", "大野 楓"):
        booked(builders.family(mother), stay, first=30, days=2)
        draft = kept(table, day, staff, {name: cells})
        with CaptureQueriesContext(connection) as queries:
            assert touched(draft).hits
        asked.append(len(queries))
    assert len(set(asked)) == 1
    assert asked[0] <= 12


def test_the_page_says_what_its_yen_are(staff, stay, day):
    builders.coupon_policy()
    booked(builders.family("渡邉 さくら"), stay, first=30, days=1)
    draft = kept("billing_couponpolicy", day, staff, {name_of(["taxed"]): {"amount": 3000}})
    client = Client()
    client.force_login(staff)
    said = client.get(reverse("desk:settings-draft", args=[draft.pk])).text
    assert "残っている利用券" in said
    assert CouponPolicy.objects.count() == 1
