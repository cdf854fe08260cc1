"""Each page of figures asks a fixed number of questions: of three houses as of twenty, of two years as of twenty."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from bookings.models import Booking, BookingDay
from facilities.models import ServiceKind
from reports.catalogue.contents import by_slug
from reports.models import BirthsOfYear, PublishedFacilityYear
from tests import builders

pytestmark = pytest.mark.django_db
THIS_YEAR = 2026
OTHER_PAGES = (
    "supervisor:front",
    "supervisor:occupancy",
    "supervisor:consultations",
    "supervisor:planning",
    "meeting:pack",
)
FEW_YEARS, MANY_YEARS = range(THIS_YEAR - 2, THIS_YEAR), range(THIS_YEAR - 20, THIS_YEAR)


def houses(numbers: range, years: range) -> None:
    """Open houses with both kinds, each used by a family of its own in each of the years."""
    for number in numbers:
        place = builders.facility(f"house-{number}", f"施設{number}")
        rooms = builders.pool(3, place, f"rooms-{number}")
        services = [builders.service(kind, rooms) for kind in (ServiceKind.SHORT_STAY, ServiceKind.DAY_CARE)]
        PublishedFacilityYear.objects.create(
            facility=place, fiscal_year=years[0], total_days=5, families=1, occupancy_percent="5.0"
        )
        registration = builders.registration(born=date(years[0], 4, 2))
        stays = Booking.objects.bulk_create(
            Booking(registration=registration, service=service, state="departed", booked_at=builders.at(first))
            for year in years
            for service, first in zip(services, (date(year, 6, 3), date(year, 7, 3)), strict=True)
        )
        BookingDay.objects.bulk_create(
            BookingDay(booking=stay, day=stay.booked_at.date() + timedelta(days=more), status="used")
            for stay in stays
            for more in (1, 2)
        )


def asked_by(client: Client, years: range) -> dict[str, int]:
    """How many questions each page asks of the years."""
    of_years = {"from": str(years[0]), "to": str(years[-1])}
    pages = {reverse("supervisor:table", args=[slug]): of_years for slug in by_slug()}
    pages |= {reverse(name): {} for name in OTHER_PAGES}
    counted = {}
    for address, asked in pages.items():
        with CaptureQueriesContext(connection) as questions:
            assert client.get(address, asked).status_code == 200, address
        counted[address] = len(questions)
    return counted


def test_each_page_of_figures_asks_as_often_of_many_houses_and_years_as_of_few(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builders, "LONG_AGO", date(MANY_YEARS[0], 4, 1))
    for slug in ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama"):
        builders.district(slug)
    BirthsOfYear.objects.bulk_create(BirthsOfYear(year=year, births=6000) for year in MANY_YEARS)
    client.force_login(builders.user(Role.SUPERVISOR))
    houses(range(3), FEW_YEARS)
    asked_by(client, FEW_YEARS)  # what is read once
    of_few = asked_by(client, FEW_YEARS)
    houses(range(3, 20), MANY_YEARS)
    of_many = asked_by(client, MANY_YEARS)
    assert {page: (of_few[page], count) for page, count in of_many.items() if count > of_few[page]} == {}
