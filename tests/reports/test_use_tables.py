"""Use by month, by year and to date: like beside like, parts that add up, and the front page that says it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from facilities.models import Service, ServiceKind
from reports.consultation_tables import consultation_table
from reports.models import PublishedFacilityYear
from reports.tables import district_day_table, district_table, facility_year_table
from reports.use_tables import facility_month_table, to_date_table, trend_a_year, year_table
from tests import builders

from .factories_use import two_houses, used

TODAY = date(2023, 11, 20)
FRONT_QUERIES = 45


@pytest.fixture
def houses() -> tuple[Service, Service]:
    stay, day_care = two_houses()
    both = builders.family()
    used(stay, date(2022, 5, 11), 3, both)
    used(day_care, date(2022, 5, 20), 1, both)
    used(stay, date(2022, 12, 10), 7)  # after the day that is like today
    used(stay, date(2023, 3, 30), 4)  # over the end of a fiscal year
    used(stay, date(2023, 6, 1), 5)
    return stay, day_care


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_the_change_of_a_running_year_compares_the_same_days() -> None:
    (year,) = year_table([2023], today=TODAY).rows
    assert year["total_days"] == 2 + 5
    assert year["change"]["total_days"] == 7 - 4, "what was used after 20 November 2022 is not in it"
    assert year["change"]["slot_days"] == 0
    (families,) = district_table([2023], today=TODAY).rows
    assert families["change"]["total"] == 2 - 1
    (days,) = district_day_table([2023], today=TODAY).rows
    assert days["change"]["total"] == 7 - 4
    assert "2022年11月20日" in "".join(district_table([2023], today=TODAY).notes)


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_the_change_of_a_finished_year_compares_the_whole_years() -> None:
    later = date(2024, 5, 1)
    row = year_table([2023], today=later).rows[0]
    assert row["change"]["total_days"] == 7 - (3 + 1 + 7 + 2)
    assert district_table([2023], today=later).notes == []


@pytest.mark.django_db
def test_the_change_of_consultations_in_a_running_year_compares_the_same_days() -> None:
    online = builders.service(ServiceKind.ONLINE_CONSULTATION, builders.pool(4))
    for day in (date(2022, 5, 2), date(2022, 5, 9), date(2023, 1, 9), date(2023, 5, 1)):
        used(online, day, 1)
    rows = consultation_table([2023], today=TODAY).rows
    assert [row["change"] for row in rows if row["kind"] == "online_consultation"] == [{"appointments": 1 - 2}]


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_every_year_to_date_ends_on_the_same_day() -> None:
    rows = {(row["facility"], row["fiscal_year"]): row for row in to_date_table([2022, 2023], today=TODAY).rows}
    assert rows["all", 2022]["total_days"] == 4
    assert rows["all", 2022]["families"] == 1, "a family at two facilities counts once"
    assert rows["all", 2023]["total_days"] == 7
    assert rows["all", 2023]["change"]["total_days"] == 3
    assert rows["ward-centre", 2022]["slot_days"] == rows["ward-centre", 2023]["slot_days"] == 234 * 15


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_months_add_up_to_the_year_of_each_facility() -> None:
    months = facility_month_table([2022, 2023], today=TODAY).rows
    for year in facility_year_table([2022, 2023], today=TODAY).rows:
        of_year = [
            row for row in months if (row["facility"], row["fiscal_year"]) == (year["facility"], year["fiscal_year"])
        ]
        for key in ("short_stay_days", "day_care_days", "total_days", "slot_days"):
            assert sum(row[key] for row in of_year) == year[key]
    assert max(row["month"] for row in months) == "2023-11"


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_years_are_those_of_the_facilities_together() -> None:
    years = {row["fiscal_year"]: row for row in year_table([2022, 2023], today=TODAY).rows}
    for year, row in years.items():
        of_year = facility_year_table([year], today=TODAY).rows
        for key in ("total_days", "slot_days"):
            assert sum(each[key] for each in of_year) == row[key]
    assert years[2022]["families"] == 3


def test_a_trend_is_the_line_that_fits_best_and_none_of_two_years() -> None:
    assert trend_a_year([(2020, 10), (2021, 20), (2022, 30)]) == Decimal("10.0")
    assert trend_a_year([(2020, 10), (2021, 20)]) is None


@given(st.integers(-50, 50), st.integers(0, 500), st.integers(3, 12))
def test_the_trend_of_a_straight_line_is_its_slope(slope: int, begins: int, count: int) -> None:
    assert trend_a_year([(2010 + year, begins + slope * year) for year in range(count)]) == slope


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(builders.user(Role.SUPERVISOR))
    return client


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_the_front_page_says_what_changed_and_shows_what_is_published_of_all_years(desk: Client) -> None:
    PublishedFacilityYear.objects.create(
        facility=builders.facility(), fiscal_year=2022, total_days=4431, families=932, occupancy_percent="82.4"
    )
    answer = desk.get(reverse("supervisor:front"))
    assert answer.status_code == 200
    assert answer.text.count("<li>") > 3
    assert "期限を過ぎたものはありません" in answer.text
    assert "4,431" in answer.text
    assert "ward-centre" not in strip_tags(answer.text)
    for named in ("supervisor:occupancy", "supervisor:incidents", "supervisor:referrals"):
        assert reverse(named) in answer.text


@pytest.mark.django_db
def test_the_front_page_of_a_ward_with_nothing_in_it_says_so(desk: Client) -> None:
    answer = desk.get(reverse("supervisor:front"))
    assert answer.status_code == 200
    assert "比べられる前年度の記録はありません" in answer.text


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
def test_the_front_page_takes_as_many_queries_for_much_use_as_for_little(desk: Client, houses: Any) -> None:
    desk.get(reverse("supervisor:front"))
    with CaptureQueriesContext(connection) as few:
        desk.get(reverse("supervisor:front"))
    for number in range(5):
        used(houses[0], date(2023, 7, 1 + number), 2)
    with CaptureQueriesContext(connection) as many:
        desk.get(reverse("supervisor:front"))
    assert len(many) == len(few) <= FRONT_QUERIES
