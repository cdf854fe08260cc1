"""The ward's tables counted from records, beside what was published; every format holds the same figures."""

import csv
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from bookings.models import Booking, BookingDay, BookingState, DayStatus
from enrollment.models import Family
from facilities.models import Closure, Service, ServiceKind
from reports.models import PublishedDistrictTotal, PublishedDistrictYear, PublishedFacilityYear
from reports.queries import facility_months, fiscal_years_with_use
from reports.tables import coverage_table, district_table, facility_year_table
from tests import builders

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 1)
FACILITY_YEAR_KEYS = {
    "facility",
    "fiscal_year",
    "short_stay_days",
    "day_care_days",
    "total_days",
    "families",
    "slot_days",
    "occupancy_percent",
    "published",
}
DISTRICT_KEYS = {
    "fiscal_year",
    "setagaya",
    "kitazawa",
    "tamagawa",
    "kinuta",
    "karasuyama",
    "elsewhere",
    "total",
    "change",
    "published",
}


def used(family: Family, service: Service, first: date, days: int, status: str = DayStatus.USED) -> None:
    registration = builders.registration(family, born=first - timedelta(days=20))
    booking = Booking.objects.create(
        registration=registration, service=service, state=BookingState.DEPARTED, booked_at=builders.at(first)
    )
    BookingDay.objects.bulk_create(
        BookingDay(booking=booking, day=first + timedelta(days=number), status=status) for number in range(days)
    )


@pytest.fixture
def two_facilities() -> tuple[Service, Service, Service]:
    for slug in ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama"):
        builders.district(slug)
    rooms = builders.pool(15)
    stay = builders.service(ServiceKind.SHORT_STAY, rooms)
    day_care = builders.service(ServiceKind.DAY_CARE, rooms)
    mamas = builders.service(
        ServiceKind.DAY_CARE, builders.pool(3, builders.facility("mamas-room", "ママズルーム"), "rooms-m")
    )
    return stay, day_care, mamas


@pytest.fixture
def a_year(two_facilities: tuple[Service, Service, Service]) -> None:
    stay, day_care, mamas = two_facilities
    both = builders.family(district_slug="kitazawa")
    used(both, stay, date(2022, 5, 1), 5)
    used(both, mamas, date(2022, 5, 20), 2)
    used(builders.family(), day_care, date(2022, 4, 1), 1)
    used(builders.family(), stay, date(2023, 3, 31), 1)
    used(builders.family(), stay, date(2023, 4, 1), 3)
    used(builders.family(), stay, date(2022, 7, 1), 4, status=DayStatus.RELEASED)


@pytest.mark.usefixtures("a_year")
def test_days_count_in_the_fiscal_year_that_they_fall_in() -> None:
    rows = {(row["facility"], row["fiscal_year"]): row for row in facility_year_table([2022, 2023], today=TODAY).rows}
    centre = rows["ward-centre", 2022]
    assert (centre["short_stay_days"], centre["day_care_days"], centre["total_days"]) == (6, 1, 7)
    assert centre["families"] == 3
    assert centre["slot_days"] == 365 * 15
    assert centre["occupancy_percent"] == Decimal("0.1")
    assert rows["ward-centre", 2023]["total_days"] == 3
    assert rows["mamas-room", 2022]["total_days"] == 2
    assert fiscal_years_with_use() == [2022, 2023]


@pytest.mark.usefixtures("a_year")
def test_a_family_that_used_two_facilities_counts_once_in_its_district() -> None:
    (row,) = district_table([2022], today=TODAY).rows
    assert (row["setagaya"], row["kitazawa"], row["total"]) == (2, 1, 3)
    assert row["change"] is None


@pytest.mark.usefixtures("a_year")
def test_the_change_is_against_the_year_before() -> None:
    (row,) = district_table([2023], today=TODAY).rows
    assert row["change"] == {
        "setagaya": -1,
        "kitazawa": -1,
        "tamagawa": 0,
        "kinuta": 0,
        "karasuyama": 0,
        "elsewhere": 0,
        "total": -2,
    }


@pytest.mark.usefixtures("a_year")
def test_a_running_year_counts_slots_up_to_today_only() -> None:
    (row,) = facility_year_table([2023], today=date(2023, 4, 10), facility="ward-centre").rows
    assert row["slot_days"] == 10 * 15
    months = facility_months(2023, today=date(2023, 4, 10))
    assert months[4][0].slot_days == 150
    assert months[5] == []


@pytest.mark.usefixtures("a_year")
def test_a_month_has_its_own_days() -> None:
    months = facility_months(2022, today=TODAY)
    assert [period.total_days for period in months[5]] == [5, 2]
    assert [period.total_days for period in months[3]] == [1, 0]


@pytest.mark.usefixtures("a_year")
def test_inferred_closures_count_and_are_said() -> None:
    pool = Service.objects.get(slug="ward-centre/short-stay").pool
    Closure.objects.create(pool=pool, period=(date(2022, 8, 1), date(2022, 8, 3)), reason="公表なし", inferred=True)
    table = facility_year_table([2022], today=TODAY, facility="ward-centre")
    assert table.rows[0]["slot_days"] == 363 * 15
    assert "-30" in "".join(table.notes)


@pytest.mark.usefixtures("a_year")
def test_published_figures_stand_beside_and_change_nothing() -> None:
    before = facility_year_table([2022], today=TODAY).rows
    PublishedFacilityYear.objects.create(
        facility=builders.facility(),
        fiscal_year=2022,
        total_days=4431,
        families=932,
        occupancy_percent=Decimal("82.4"),
    )
    PublishedDistrictYear.objects.create(district=builders.district(), fiscal_year=2022, families=353)
    PublishedDistrictTotal.objects.create(fiscal_year=2022, families=989)
    after = facility_year_table([2022], today=TODAY).rows
    assert [row | {"published": None} for row in before] == [row | {"published": None} for row in after]
    assert after[0]["published"]["total_days"] == 4431
    assert district_table([2022], today=TODAY).rows[0]["published"] == {"setagaya": 353, "total": 989}


@pytest.mark.usefixtures("a_year")
def test_coverage_of_a_year_without_published_births_is_empty_and_says_so() -> None:
    table = coverage_table([2022], today=TODAY)
    assert table.rows[0]["coverage_percent"] is None
    assert len(table.notes) == 1


@pytest.mark.usefixtures("a_year")
@pytest.mark.parametrize("years", [[2022], [2018, 2019, 2020, 2021, 2022, 2023]])
def test_a_report_runs_a_fixed_number_of_queries(years: list[int], django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(9):
        facility_year_table(years, today=TODAY)
    with django_assert_max_num_queries(4):
        district_table(years, today=TODAY)
    with django_assert_max_num_queries(9):
        facility_months(years[-1], today=TODAY)


def output_of(report: str, file_format: str, tmp_path: Path) -> bytes:
    file = tmp_path / f"out.{file_format}"
    call_command("report", report, "--fiscal-year", "2022", "--format", file_format, "--output", str(file))
    return file.read_bytes()


@pytest.mark.usefixtures("a_year")
def test_json_has_the_keys_that_programs_rely_on(tmp_path: Path) -> None:
    rows = json.loads(output_of("facility-year", "json", tmp_path))
    assert [row["facility"] for row in rows] == ["ward-centre", "mamas-room"]
    assert all(set(row) == FACILITY_YEAR_KEYS for row in rows)
    assert isinstance(rows[0]["occupancy_percent"], float)
    (districts,) = json.loads(output_of("districts", "json", tmp_path))
    assert set(districts) == DISTRICT_KEYS


@pytest.mark.usefixtures("a_year")
def test_csv_and_xlsx_hold_the_same_figures(tmp_path: Path) -> None:
    lines = list(csv.reader(io.StringIO(output_of("facility-year", "csv", tmp_path).decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(output_of("facility-year", "xlsx", tmp_path))).active
    cells = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    figures = lines[: lines.index([])] if [] in lines else lines
    assert cells[: len(figures)] == figures
    assert lines[1][:5] == ["区立産後ケアセンター", "2022", "6", "1", "7"]


@pytest.mark.usefixtures("a_year")
def test_pdf_is_made_with_the_committed_fonts(tmp_path: Path) -> None:
    content = output_of("districts", "pdf", tmp_path)
    assert content.startswith(b"%PDF-")
    assert b"BIZUDPGothic" in content.replace(b" ", b"")


def test_days_in_years_that_cannot_be_are_named_and_the_rest_is_printed(
    capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builders, "LONG_AGO", date(1920, 4, 1))
    stay = builders.service(ServiceKind.SHORT_STAY, builders.pool(15))
    for year in (1922, 2022):
        used(builders.family(), stay, date(year, 6, 3), 2)
    call_command("report", "facility-year", "--format", "json")
    told = capsys.readouterr()
    assert {row["fiscal_year"]: row["total_days"] for row in json.loads(told.out) if row["total_days"]} == {2022: 2}
    assert f"1922-06-03 {stay.slug}, 1922-06-04 {stay.slug}" in told.err
    with pytest.raises(CommandError, match="--fiscal-year"):
        call_command("report", "facility-year", "--fiscal-year", "1922")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["facility-year", "--facility", "nowhere"], "nowhere"),
        (["districts", "--facility", "ward-centre"], "--facility"),
        (["coverage", "--format", "pdf"], "--output"),
        (["coverage", "--fiscal-year", "22"], "--fiscal-year"),
        (["coverage", "--output", "/nowhere/at/all.csv", "--format", "csv"], "--output"),
    ],
)
def test_bad_arguments_are_named(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("report", *arguments)
