"""Lists of the administration: light, 25 rows a page, narrowed by what one asks for, and said to who hears them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.models import BookingDay
from enrollment.models import Family
from tests import builders
from tests.factories_two_families import World, two_worlds

pytestmark = pytest.mark.django_db
MOST_BYTES, ON_A_PAGE = 120 * 1024, 25


@pytest.fixture
def worlds() -> tuple[World, World]:
    return two_worlds()


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(builders.user())
    return client


def listed(desk: Client, table: str, **narrowed: Any) -> list[Any]:
    return list(desk.get(reverse(f"admin:{table}_changelist"), narrowed).context["cl"].result_list)


def test_a_full_page_of_any_list_has_25_rows_and_stays_light(desk):
    for number in range(60):
        builders.registration(builders.family(f"山田 花{number}"))
    for table in ("enrollment_family", "enrollment_registration"):
        page = desk.get(reverse(f"admin:{table}_changelist"))
        assert page.text.count('class="data-row"') == ON_A_PAGE
        assert len(page.content) < MOST_BYTES
    assert {page.list_per_page for page in admin.site._registry.values()} == {ON_A_PAGE}


def test_a_name_in_a_list_is_text_and_never_a_part_of_the_page(desk):
    builders.family('<b class="field-x">"花"</b>')
    page = desk.get(reverse("admin:enrollment_family_changelist")).text
    assert '<b class="field-x">' not in page
    assert "&lt;b class=" in page


def test_what_a_list_is_narrowed_by_stands_above_it_with_what_is_chosen(desk, worlds):
    page = desk.get(reverse("admin:enrollment_registration_changelist"), {"state__exact": "approved"}).text
    assert re.search(r"<summary>状態：<strong>承認[^<]*</strong></summary>", page)
    assert "すべて表示" in page


@pytest.mark.parametrize(
    "table", ["enrollment_family", "enrollment_registration", "bookings_booking", "billing_charge"]
)
def test_a_list_of_families_is_narrowed_to_a_district(desk, worlds, table):
    own, others = worlds
    labels = {
        "enrollment_family": "enrollment.Family",
        "enrollment_registration": "enrollment.Registration",
        "bookings_booking": "bookings.Booking",
        "billing_charge": "billing.Charge",
    }
    mine, theirs = (world.objects[labels[table]] for world in worlds)
    district = own.objects["enrollment.Family"].residences.get().district
    assert district != others.objects["enrollment.Family"].residences.get().district
    rows = listed(desk, table, district=district.pk)
    assert mine in rows
    assert theirs not in rows


def test_bookings_are_narrowed_to_the_days_ahead(desk, worlds):
    booking = worlds[0].objects["bookings.Booking"]
    today = timezone.localdate()
    on_day = {row.booking_id for row in BookingDay.objects.filter(day=today).kept()}
    assert {row.pk for row in listed(desk, "bookings_booking", staying="today")} == on_day
    month = BookingDay.objects.filter(day__range=(today, today + timedelta(days=31))).kept()
    assert {row.pk for row in listed(desk, "bookings_booking", staying="month")} == {row.booking_id for row in month}
    assert booking.pk in on_day


def test_families_are_narrowed_by_how_their_registration_stands(desk, worlds):
    waiting = builders.family()
    builders.registration(waiting, state="applied")
    assert listed(desk, "enrollment_family", registration="applied") == [waiting]


def test_a_choice_that_no_list_offers_shows_all(desk, worlds):
    every = Family.objects.filter(merged_into__isnull=True).count()
    assert len(listed(desk, "enrollment_family", registration="x' OR 1=1")) == every
    assert len(listed(desk, "enrollment_family", district="all")) == every


def test_who_hears_a_page_of_the_administration_finds_its_content(desk):
    assert desk.get(reverse("admin:index")).text.count('role="main"') == 1
