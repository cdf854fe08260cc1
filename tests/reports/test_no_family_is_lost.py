"""地域別の合計: whoever used a day is in exactly one district, or elsewhere; all tables have the same totals."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from bookings.models import Booking, BookingDay, BookingState, DayStatus, Stay
from bookings.places.end_participation import leave_ward
from bookings.places.given_back import Consequences
from care.models import Incident, IncidentKind, SafetyChapter, Severity
from enrollment.models import Family, RegistrationException, Residence
from facilities.models import District, Service
from pages.mother.listed_report import in_lines
from reports import agreement, queries
from reports.agreement import tables_that_disagree
from reports.invariants import broken_invariants
from reports.meeting import families_shown, meeting_pack
from reports.meeting_queries import meeting_figures
from reports.models import BirthsOfYear
from reports.tables import coverage_table, district_day_table, district_table, facility_year_table
from sankecare.consecutive_days import consecutive_days
from tests import builders
from tests.as_owner import as_owner

pytestmark = pytest.mark.django_db
BORN, TODAY = date(2022, 11, 20), date(2023, 6, 1)
DISTRICTS = ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama")


@pytest.fixture
def stay() -> Service:
    for slug in DISTRICTS:
        builders.district(slug)
    return builders.service()


def used(family: Family, service: Service, *days: date) -> None:
    """The family has used these days, a stay for each run of them, whatever was known of its address on them."""
    known = family.births.get().registrations.get() if family.births.exists() else None
    registration = known or builders.registration(family, born=BORN)
    for run in consecutive_days(days):
        booking = Booking.objects.create(
            registration=registration,
            service=service,
            state=BookingState.DEPARTED,
            booked_at=builders.at(run[0] - timedelta(days=5)),
        )
        BookingDay.objects.bulk_create(BookingDay(booking=booking, day=day, status=DayStatus.USED) for day in run)
        Stay.objects.create(booking=booking, arrived_at=builders.at(run[0]), departed_at=builders.at(run[-1], 16))


def leaves(family: Family, last_day: date, *, known_on: date) -> Consequences:
    with transaction.atomic():
        return leave_ward(family=family, last_day=last_day, by=builders.user(), at=builders.at(known_on))


def by_district(table: Any, year: int = 2022) -> dict[str, int]:
    (row,) = table([year], today=TODAY).rows
    return {key: row[key] for key in (*DISTRICTS, "elsewhere", "total") if row[key]}


# ---- Three ways out of every district -------------------------------------------------------------------------------


def test_days_used_after_a_move_that_was_learned_late_count_elsewhere(stay: Service) -> None:
    """She moved out after the 20th and nobody knew; the days of the 22nd to the 24th were used, and stay used."""
    family = builders.family()
    used(family, stay, *(date(2022, 12, day) for day in (19, 20, 22, 23, 24)))
    told = leaves(family, date(2022, 12, 20), known_on=date(2022, 12, 28))
    assert by_district(district_day_table) == {"setagaya": 2, "elsewhere": 3, "total": 5}
    # Who enters the move reads which days they are, and that they stay as they are.
    assert [row.days for row in told.used_away] == [[date(2022, 12, day) for day in (22, 23, 24)]]
    ((heading, lines),) = in_lines(told)
    assert ("利用した日" in heading, told.used_away[0].booking.number in lines[0]) == (True, True)
    # In the district where it lived at its first used day: one family.
    assert by_district(district_table) == {"setagaya": 1, "total": 1}
    assert facility_year_table([2022], today=TODAY).rows[0]["total_days"] == 5


def test_a_family_whose_first_day_was_after_the_move_is_one_family_elsewhere(stay: Service) -> None:
    family = builders.family()
    used(family, stay, date(2022, 12, 22))
    leaves(family, date(2022, 12, 20), known_on=date(2022, 12, 28))
    assert by_district(district_table) == {"elsewhere": 1, "total": 1}
    assert by_district(district_day_table) == {"elsewhere": 1, "total": 1}


def test_who_uses_the_programme_by_an_exception_of_residency_is_a_family_of_the_year(stay: Service) -> None:
    """Moved out in March, used in April by an exception: in the facility's table 1, in the districts' 1."""
    family = builders.family()
    registration = builders.registration(family, born=BORN)
    leaves(family, date(2023, 3, 10), known_on=date(2023, 3, 1))
    moment = builders.at(date(2023, 3, 2))
    RegistrationException.objects.create(
        registration=registration,
        rule="residency",
        reason="里帰り",
        last_day=date(2023, 4, 30),
        proposed_by=builders.user(),
        proposed_at=moment,
        granted_by=builders.user(),
        granted_at=moment,
    )
    used(family, stay, date(2023, 4, 3))
    BirthsOfYear.objects.create(year=2023, births=4)
    (of_facility,) = facility_year_table([2023], today=TODAY).rows
    assert (of_facility["families"], by_district(district_table, 2023)) == (1, {"elsewhere": 1, "total": 1})
    (coverage,) = coverage_table([2023], today=TODAY).rows
    assert (coverage["families"], str(coverage["coverage_percent"])) == (1, "25.0")


def test_a_last_day_in_the_ward_that_is_corrected_moves_the_residence_with_it(stay: Service) -> None:
    """The 20th was entered, the 27th is right: a stay on the 22nd is in her district."""
    family = builders.family(district_slug="kinuta")
    builders.registration(family, born=BORN)
    leaves(family, date(2022, 12, 20), known_on=date(2022, 12, 10))
    leaves(family, date(2022, 12, 27), known_on=date(2022, 12, 12))
    assert family.residences.get().period.upper == date(2022, 12, 28)
    used(family, stay, date(2022, 12, 22))
    used(family, stay, date(2022, 12, 28))
    assert by_district(district_day_table) == {"kinuta": 1, "elsewhere": 1, "total": 2}


def test_each_day_counts_in_the_district_of_that_day_and_the_family_in_that_of_its_first(stay: Service) -> None:
    family = builders.family()
    family.residences.update(period=(builders.LONG_AGO, date(2022, 12, 21)))
    Residence.objects.create(
        family=family, period=(date(2022, 12, 21), None), town=builders.town(), district=builders.district("kitazawa")
    )
    used(family, stay, *(date(2022, 12, day) for day in (20, 21, 22)))
    assert by_district(district_day_table) == {"setagaya": 1, "kitazawa": 2, "total": 3}
    assert by_district(district_table) == {"setagaya": 1, "total": 1}


def test_a_family_of_two_fiscal_years_has_a_district_in_each(stay: Service) -> None:
    family = builders.family()
    used(family, stay, date(2023, 3, 28), date(2023, 4, 2))
    leaves(family, date(2023, 3, 31), known_on=date(2023, 4, 20))
    assert by_district(district_table, 2022) == {"setagaya": 1, "total": 1}
    assert by_district(district_table, 2023) == {"elsewhere": 1, "total": 1}


# ---- In every report ------------------------------------------------------------------------------------------------


@pytest.fixture
def a_year(stay: Service) -> None:
    """Five families of Setagaya with two days each, four days of three families elsewhere."""
    for number in range(5):
        used(builders.family(), stay, date(2022, 12, 1 + number), date(2022, 12, 2 + number))
    for number in range(3):
        family = builders.family()
        used(family, stay, *(date(2022, 12, day) for day in range(22, 24 + number // 2)))
        family.residences.all().delete()


@pytest.mark.usefixtures("a_year")
@pytest.mark.parametrize(
    ("report", "figures"),
    [("districts", [5, 0, 0, 0, 0, 3, 8]), ("district-days", [10, 0, 0, 0, 0, 7, 17])],
)
def test_every_format_has_the_row_and_the_same_total(report: str, figures: list[int], tmp_path: Path) -> None:
    def written(file_format: str) -> bytes:
        file = tmp_path / f"out.{file_format}"
        call_command("report", report, "--fiscal-year", "2022", "--format", file_format, "--output", str(file))
        return file.read_bytes()

    (row,) = json.loads(written("json"))
    assert [row[key] for key in (*DISTRICTS, "elsewhere", "total")] == figures
    head, line, *_ = csv.reader(io.StringIO(written("csv").decode("utf-8-sig")))
    assert (head[6], list(map(int, line[1:8]))) == ("外・不明", figures)
    sheet = load_workbook(io.BytesIO(written("xlsx"))).active
    assert [cell.value for cell in sheet[2]][1:8] == figures
    assert "外・不明" in written("table").decode()
    assert written("pdf").startswith(b"%PDF-")


@pytest.mark.usefixtures("a_year")
def test_the_supervisors_page_has_the_row_its_days_and_its_files() -> None:
    client = Client()
    client.force_login(builders.user(Role.SUPERVISOR))
    page = client.get(reverse("supervisor:occupancy") + "?year=2022")
    rows = {row[0]: (row[1], row[4]) for row in page.context["districts"]}
    assert (rows["世田谷"], rows["外・不明"], rows["合計"]) == (("5", "10"), ("3", "7"), ("8", "17"))
    for report in ("districts", "district-days"):
        assert client.get(reverse("supervisor:table-file", args=[report, "csv"])).status_code == 200


@pytest.mark.usefixtures("a_year")
def test_the_pack_has_the_row_and_its_rows_make_the_total() -> None:
    pack = meeting_pack(2022, today=TODAY)
    (section,) = (one for one in pack.sections if one.code == "use_by_district")
    shown = {item: figures["families"] for item, _name, figures in section.rows}
    assert (shown["setagaya"], shown["elsewhere"], shown["total"]) == (5, 3, 8)
    assert sum(count for item, count in shown.items() if item != "total") == shown["total"]


def test_one_family_elsewhere_is_hidden_in_the_pack_as_one_family_of_a_district_is() -> None:
    """That a single family lives outside is of all the most telling; a neighbour is hidden with it."""
    now = {**dict.fromkeys(DISTRICTS, 0), "setagaya": 9, "kitazawa": 6, "elsewhere": 1, "total": 16}
    shown = families_shown(now, None, [*DISTRICTS, "elsewhere"])
    assert {slug for slug, row in shown.items() if row["families"] == "x"} == {"elsewhere", "kitazawa"}


@pytest.mark.usefixtures("a_year")
def test_a_district_that_the_keys_do_not_know_has_a_column_too() -> None:
    new = District.objects.create(slug="sixth", name="第六総合支所", name_en="Sixth", position=9)
    Residence.objects.filter(family=Family.objects.earliest("pk")).update(district=new)
    (row,) = district_table([2022], today=TODAY).rows
    assert (row["setagaya"], row["sixth"], row["elsewhere"], row["total"]) == (4, 1, 3, 8)
    assert tables_that_disagree(TODAY) == []


def test_what_was_counted_by_a_chapter_that_is_no_more_is_not_lost(stay: Service) -> None:
    ended = SafetyChapter.objects.create(
        number=7, name="旧章", name_en="Old", period=(builders.LONG_AGO, date(2022, 10, 1))
    )
    SafetyChapter.objects.create(number=1, name="体制", name_en="Order", period=(builders.LONG_AGO, None))
    SafetyChapter.objects.create(number=8, name="先の章", name_en="To come", period=(date(2024, 1, 1), None))
    Incident.objects.create(
        facility=stay.facility,
        kind=IncidentKind.NEAR_MISS,
        severity=Severity.NO_HARM,
        chapter=ended,
        happened_at=builders.at(date(2022, 5, 3)),
        what_happened="転倒しかけた",
        recorded_at=builders.at(date(2022, 5, 3)),
        recorded_by=builders.user(),
    )
    rows = meeting_figures(2022, today=TODAY).incidents
    assert [(number, counts["near_miss"]) for number, _name, counts in rows] == [("1", 0), ("7", 1)]


# ---- Looked at every night ------------------------------------------------------------------------------------------


def found() -> dict[str, list[str]]:
    return {broken.what: broken.rows for broken in broken_invariants(builders.at(TODAY))}


@pytest.mark.usefixtures("a_year")
def test_the_nightly_look_is_silent_where_the_tables_agree() -> None:
    assert found() == {}


INNER = queries.DISTRICTS_OF_PERIODS.replace("LEFT JOIN enrollment_residence", "JOIN enrollment_residence")
OF_STAYS_ALONE = agreement.PLAIN_COUNT.replace(", 'day_care'", "")


@pytest.mark.usefixtures("a_year")
def test_a_query_that_loses_a_family_is_found_the_same_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "DISTRICTS_OF_PERIODS", INNER)
    lost = ["2022 district-days", "2022 districts"]
    assert found() == {"tables_disagree": lost}
    with pytest.raises(CommandError):
        call_command("check_invariants")


@pytest.mark.usefixtures("a_year")
def test_columns_that_do_not_make_the_total_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that has no column for those elsewhere, as it was."""
    whole = agreement.district_table
    monkeypatch.setattr(
        agreement, "district_table", lambda years, *, today: _without(whole(years, today=today), "elsewhere")
    )
    assert found() == {"tables_disagree": ["2022 districts"]}


def _without(table: Any, key: str) -> Any:
    for row in table.rows:
        row[key] = 0
    return table


@pytest.mark.usefixtures("a_year")
def test_days_of_a_facility_that_no_table_has_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = agreement.months_of_years

    def without_december(years: Sequence[int], *, today: date) -> dict[date, Any]:
        return {first: [] if first.month == 12 else rows for first, rows in whole(years, today=today).items()}

    monkeypatch.setattr(agreement, "months_of_years", without_december)
    assert found() == {"tables_disagree": ["2022 facility-months"]}


@pytest.mark.usefixtures("a_year")
def test_a_day_in_two_districts_is_found() -> None:
    """Only the constraint keeps residences apart: without it the nightly look sees it, and the totals part."""
    family = Family.objects.earliest("pk")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE enrollment_residence DROP CONSTRAINT residence_no_overlap")
    Residence.objects.create(family=family, period=(builders.LONG_AGO, None), district=builders.district("kinuta"))
    broken = found()
    assert set(broken) == {"used_day_in_two_districts", "tables_disagree"}
    assert len(broken["used_day_in_two_districts"]) == 2


def test_a_day_of_this_night_is_counted_by_the_clock_of_the_ward(stay: Service) -> None:
    today = timezone.localdate()
    family = builders.family()
    registration = builders.registration(family, born=today - timedelta(days=30))
    booking = Booking.objects.create(
        registration=registration, service=stay, state=BookingState.DEPARTED, booked_at=timezone.now()
    )
    booking.days.create(day=today, status=DayStatus.USED)
    assert tables_that_disagree(today) == []
