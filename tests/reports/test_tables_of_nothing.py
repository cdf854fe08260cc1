"""Figures on a database with nothing in it, of years without records and to come: empty, never an error."""

from datetime import date

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.roles import Role
from accounts.url_permissions import PAGES
from reports.agreement import tables_that_disagree
from reports.catalogue.contents import contents
from reports.queries import coverage_years, district_years, facility_months, facility_years, fiscal_years_with_use
from tests import builders

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 1)
NO_FIGURES = (None, 0, "", "0")


def test_there_is_no_year_with_use() -> None:
    assert fiscal_years_with_use() == []
    assert tables_that_disagree(TODAY) == []


@pytest.mark.parametrize("years", [[], [2023], [2018, 2023], [2050]], ids=str)
def test_the_figures_of_use_are_nought(years: list[int]) -> None:
    assert facility_years(years, today=TODAY) == {year: [] for year in years}
    assert all(row.total == row.total_days == 0 for row in district_years(years, today=TODAY))
    assert [(row.families, row.coverage_percent) for row in coverage_years(years, today=TODAY)] == [(0, None)] * len(
        years
    )
    assert all(rows == [] for year in years for rows in facility_months(year, today=TODAY).values())


@pytest.mark.parametrize("table", contents(), ids=lambda table: table.entry.slug)
@pytest.mark.parametrize("years", [[], [2023], [2050], [1824, 2024]], ids=str)
def test_every_table_of_the_contents_can_be_made_of_nothing(table, years) -> None:
    made = table.entry.build(years, today=TODAY)
    assert set(made.columns)
    for row in made.rows:
        assert set(made.columns) <= set(row), row


def test_every_page_of_the_supervisor_opens_on_an_empty_database(client: Client) -> None:
    client.force_login(builders.user(Role.SUPERVISOR))
    opened = []
    for name in PAGES:
        if not name.startswith("supervisor:"):
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue  # of one table, one incident: there is none
        response = client.get(address)
        assert response.status_code in (200, 302, 405), (name, response.status_code)
        opened.append(name)
    assert "supervisor:occupancy" in opened


@pytest.mark.parametrize("year", ["2050", "1824", "20x4", "-1", "99999999999999999999"])
def test_a_year_without_records_is_said_to_be_none(client: Client, year: str) -> None:
    client.force_login(builders.user(Role.SUPERVISOR))
    assert client.get(reverse("supervisor:occupancy"), {"year": year}).status_code == 404


def test_of_two_hundred_years_only_those_with_records_have_rows() -> None:
    builders.service()
    found = facility_years(range(1824, 2025), today=TODAY)
    assert [year for year, rows in found.items() if rows] == list(range(2018, 2025))
