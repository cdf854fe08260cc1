"""A ward loaded again: the files' changes come through, and staff have the last word."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Tariff
from bookings.models import Booking, BookingDay
from facilities.models import (
    Closure,
    PlacePool,
    Service,
    Town,
)
from reports.models import BirthsOfYear
from sankecare.periods import period
from tests import builders

from .factories_ward_files import change, line_of, load, refused

pytestmark = pytest.mark.django_db


def test_a_second_load_changes_nothing_and_writes_nothing(ward):
    load()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        said = load()
    assert "Nothing to change" in said
    assert "created" not in said
    wrote = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert wrote == []


def test_a_change_in_a_file_comes_through_and_is_counted(ward):
    load()
    change(ward, "births.csv", "2022,6216", "2022,6217")
    change(ward, "facilities.csv", "ままずるーむ", "ままずるうむ")
    said = load()
    assert "births.csv                     2 unchanged" not in said
    assert [line.split(maxsplit=1)[1] for line in said.splitlines() if "changed," in line] == [
        "1 changed, 2 unchanged",
        "1 changed, 2 unchanged",
    ]
    assert BirthsOfYear.objects.get(year=2022).births == 6217
    assert "Nothing to change" in load()


def test_what_staff_changed_stays_and_is_told(ward):
    load()
    tariff = Tariff.objects.get(service__slug="ward-centre/outreach", component="base")
    tariff.amount = 1800
    tariff.save()
    change(ward, "tariffs.csv", "taxed,2000,", "taxed,2100,")
    line = line_of(ward, "tariffs.csv", "taxed,2100,")
    said = load()
    assert f"tariffs.csv:{line}: amount: Staff have changed this; it stays “1800”, the file says “2100”." in said
    tariff.refresh_from_db()
    assert tariff.amount == 1800


def test_a_period_that_staff_moved_is_known_for_the_same_row(ward):
    load()
    tariff = Tariff.objects.get(service__slug="ward-centre/outreach", component="base")
    tariff.period = period(date(2023, 11, 1), None)
    tariff.save()
    assert "first_day" not in load()
    assert Tariff.objects.filter(service__slug="ward-centre/outreach", component="base").count() == 1


def test_what_staff_deleted_stays_away(ward):
    load()
    Closure.objects.filter(
        inferred=True, pool__facility__slug="mamas-room", period__contains=date(2018, 8, 13)
    ).delete()
    said = load()
    assert "1 left out as staff deleted it" in said
    assert not Closure.objects.filter(period__contains=date(2018, 8, 13), inferred=True).exists()


def test_a_row_that_staff_entered_themselves_is_taken_for_the_file_s_and_kept(ward):
    Town.objects.create(name="三宿", name_kana="みしく")
    said = load()
    line = line_of(ward, "towns.csv", "三宿")
    assert (
        f"towns.csv:{line}: name_kana: Staff have changed this; it stays “みしく”, the file says “みしゅく”." in said
    )
    assert Town.objects.filter(name="三宿").count() == 1


def test_a_row_gone_from_the_files_stays_and_is_told(ward):
    load()
    change(ward, "births.csv", "2006,6460", "2005,6460")
    assert "births.csv: “2006” is no longer in the file; its record stays as it is." in load()
    assert set(BirthsOfYear.objects.values_list("year", flat=True)) == {2005, 2006, 2015, 2022}


def test_a_row_that_overlaps_what_staff_entered_refuses_the_whole_load(ward):
    load()
    service = Service.objects.get(slug="ward-centre/outreach")
    Tariff.objects.create(
        service=service, component="base", tax_class="welfare", amount=0, period=period(date(2023, 10, 15), None)
    )
    path = ward / "tariffs.csv"
    path.write_text(
        path.read_text(encoding="utf-8") + "ward-centre/outreach,base,welfare,0,2023-10-01,,PUBLIC,\n",
        encoding="utf-8",
    )
    change(ward, "births.csv", "2022,6216", "2022,6217")
    line = line_of(ward, "tariffs.csv", "outreach,base,welfare")
    assert refused() == [f"tariffs.csv:{line}: The period overlaps another row's. End the earlier one first."]
    assert BirthsOfYear.objects.get(year=2022).births == 6216


def book(service_slug, day):
    """A family's booking of one day."""
    family = builders.family(lives_in=Town.objects.get(name="太子堂"))
    booking = Booking.objects.create(
        registration=builders.registration(family, born=day - timedelta(30)),
        service=Service.objects.get(slug=service_slug),
        booked_at=builders.at(day),
    )
    BookingDay.objects.create(booking=booking, day=day)


def test_a_closure_on_a_day_with_a_booking_is_refused_with_the_day(ward):
    load()
    day = date(2023, 5, 10)
    book("shiseikai/short-stay", day)
    with (ward / "closures.csv").open("a", encoding="utf-8") as file:
        file.write(f"shiseikai/rooms,{day},{day},no,no,設備点検,PUBLIC,\n")
    line = line_of(ward, "pools.csv", "shiseikai")
    (told,) = refused()
    assert told == (
        f"pools.csv:{line}: shiseikai/rooms: 2023-05-10: 1 families are booked, the files leave 0 slots. "
        "Move or cancel their bookings first."
    )
    assert not Closure.objects.filter(reason="設備点検").exists()


def test_a_service_with_bookings_keeps_its_pool(ward):
    """A new pool would give the same rooms a second time."""
    load()
    book("shiseikai/short-stay", date(2023, 5, 10))
    for file in ("pools", "services", "weekly_patterns", "capacities", "rooms"):
        path = ward / f"{file}.csv"
        content = path.read_text(encoding="utf-8")
        path.write_text(
            content.replace("shiseikai/rooms", "shiseikai/ward").replace("shiseikai,rooms", "shiseikai,ward")
        )
    line = line_of(ward, "services.csv", "shiseikai")
    (told,) = refused()
    assert told == (
        f"services.csv:{line}: Families have booked this service where it is now, so it stays in its pool. "
        "End it and enter a new one."
    )
    assert not PlacePool.objects.filter(slug="ward").exists()
