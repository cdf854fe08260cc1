"""区の表 and 国への報告: laid out as the slides are, counted as each row's definition says; nothing is guessed."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.translation import override
from openpyxl import load_workbook
from psycopg.types.range import DateRange

from accounts.roles import Role
from bookings.models import Booking, BookingDay, BookingState, DayStatus, HighNeed
from enrollment.models import Family, RegistrationState, TaxClassPeriod
from facilities.models import Capacity, Service, ServiceKind
from reports.catalogue.contents import by_slug
from reports.chapters.national_rows import RETURN, SURVEY
from reports.chapters.ward_years import WardChange, year_of_ward
from reports.files.workbook import as_xlsx
from reports.formats import as_json, flat
from reports.models import PublishedDistrictTotal, PublishedDistrictYear, PublishedFacilityYear
from reports.tables import Table
from tests import builders

from .factories_files import file_of

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 1)


def table(slug: str, years: list[int], today: date = TODAY) -> Table:
    with override("ja"):
        return by_slug()[slug].entry.build(years, today=today)


def used(family: Family, service: Service, first: date, days: int, **facts: Any) -> None:
    """Used days one after the other; ``born`` and ``infants`` of the birth, ``with_sibling`` of the days."""
    with_sibling = facts.pop("with_sibling", False)
    registration = builders.registration(family, **{"born": first - timedelta(days=20)} | facts)
    booking = Booking.objects.create(
        registration=registration, service=service, state=BookingState.DEPARTED, booked_at=builders.at(first)
    )
    BookingDay.objects.bulk_create(
        BookingDay(booking=booking, day=first + timedelta(days=n), status=DayStatus.USED, with_sibling=with_sibling)
        for n in range(days)
    )


@pytest.fixture
def services() -> dict[str, Service]:
    for slug in ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama"):
        builders.district(slug)
    rooms = builders.pool(15)
    mamas = builders.pool(3, builders.facility("mamas-room", "ママズルーム"), "rooms-m")
    return {
        "stay": builders.service(ServiceKind.SHORT_STAY, rooms),
        "day": builders.service(ServiceKind.DAY_CARE, rooms),
        "mamas": builders.service(ServiceKind.DAY_CARE, mamas),
    }


# ---- Years and signs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "written"), [(2018, "平成30"), (2019, "平成31"), (2020, "令和2"), (2022, "令和4"), (2026, "令和8")]
)
def test_a_fiscal_year_is_named_as_on_the_slides(year, written):
    assert year_of_ward(year) == written


@pytest.mark.parametrize(
    ("change", "written"), [(19, "△ 19 (+19)"), (-1, "▲ 1 (-1)"), (0, "0"), (1234, "△ 1,234 (+1,234)")]
)
def test_more_is_a_white_triangle_and_fewer_a_black_one_with_plain_signs_beside(change, written):
    assert str(WardChange(change)) == f"{WardChange(change):,}" == written
    assert WardChange(change) + 0 == change


# ---- The ward's own tables ------------------------------------------------------------------------------------------


def test_the_wards_table_has_its_columns_with_what_was_published_beside(services):
    used(builders.family(), services["stay"], date(2022, 5, 1), 5)
    used(builders.family(), services["day"], date(2022, 6, 1), 1)
    PublishedFacilityYear.objects.create(
        facility=services["stay"].facility,
        fiscal_year=2022,
        short_stay_days=4,
        day_care_days=1,
        total_days=5,
        families=2,
        occupancy_percent="82.4",
    )
    shown = table("ward-centre-use", [2022])
    with override("ja"):
        head, line = flat(shown)
    assert head[:6] == [
        "年度",
        "ショートステイ（延べ日数）",
        "デイケア（延べ日数）",
        "合計（延べ日数）",
        "実数（組）",
        "稼働率（%）",
    ]
    assert line[:5] == ["令和4", 5, 1, 6, 2]
    assert dict(zip(head, line, strict=True))["ショートステイ（延べ日数）（公表値）"] == 4
    assert dict(zip(head, line, strict=True))["ショートステイ（延べ日数）（差）"] == 1


def test_a_house_whose_slots_changed_in_the_year_is_marked_and_the_days_stand_below(services):
    pool = services["mamas"].pool
    Capacity.objects.filter(pool=pool).delete()
    for first, last, slots in (
        (date(2021, 4, 1), date(2021, 11, 15), 2),
        (date(2021, 11, 15), date(2022, 1, 21), 3),
        (date(2022, 1, 21), date(2022, 3, 25), 0),
        (date(2022, 3, 25), None, 3),
    ):
        Capacity.objects.create(pool=pool, period=DateRange(first, last), slots=slots, reason="枠の変更")
    used(builders.family(), services["mamas"], date(2021, 6, 1), 1)
    used(builders.family(), services["mamas"], date(2022, 6, 2), 1)
    shown = table("mamas-room-use", [2021, 2022])
    assert [row["slots_of_year"] for row in shown.rows] == ["3or2（※）", "3"]
    (note,) = [note for note in shown.notes if note.startswith("※")]
    assert note.startswith("※ 令和3：2枠 2021年4月1日～2021年11月14日、3枠 2021年11月15日～2022年1月20日、利用中止")


def test_the_districts_have_a_row_of_changes_below_each_year_but_not_of_one_that_runs(services):
    used(builders.family(district_slug="kitazawa"), services["stay"], date(2021, 5, 1), 1)
    for number in range(3):
        used(builders.family(), services["stay"], date(2022, 5, 1 + number), 1)
    used(builders.family(), services["stay"], date(2024, 5, 1), 1)
    for year, families in ((2021, 140), (2022, 139)):
        PublishedDistrictYear.objects.create(
            district=builders.district("kitazawa"), fiscal_year=year, families=families
        )
        PublishedDistrictTotal.objects.create(fiscal_year=year, families=families)
    shown = table("district-users", [2021, 2022, 2024])
    assert [row["ward_year"] for row in shown.rows] == ["令和3年度", "令和4年度", "前年比", "令和6年度"]
    change = shown.rows[2]
    assert [str(change[key]) for key in ("setagaya", "kitazawa", "total")] == ["△ 3 (+3)", "▲ 1 (-1)", "△ 2 (+2)"]
    assert str(change["published"]["kitazawa"]) == "▲ 1 (-1)"
    assert any("途中" in note for note in shown.notes)
    assert b'"setagaya": 3' in as_json(shown)
    assert as_xlsx(file_of(shown))


def test_a_change_is_a_number_in_a_workbook_and_shown_in_the_wards_sign(services, client):
    used(builders.family(), services["stay"], date(2021, 5, 1), 1)
    for number in range(3):
        used(builders.family(), services["stay"], date(2022, 5, 1 + number), 1)
    client.force_login(builders.user(Role.SUPERVISOR))
    content = client.get("/supervisor/tables/district-users.xlsx?from=2021&to=2022").content
    sheet = load_workbook(io.BytesIO(content)).worksheets[1 - 1]
    (cell,) = [row[1] for row in sheet.iter_rows(min_row=2) if row[0].value == "前年比"]
    assert (cell.value, cell.data_type) == (2, "n")
    assert "△ +" in cell.number_format
    assert "▲ -" in cell.number_format
    page = client.get("/supervisor/tables/district-users/?from=2021&to=2022").text
    assert "△ 2 (+2)" in page


# ---- The nation -----------------------------------------------------------------------------------------------------


def of_row(shown: Table, code: str) -> dict[str, Any]:
    (row,) = [row for row in shown.rows if row["code"] == code]
    return row


def counted(shown: Table, code: str) -> tuple[int, int]:
    """Actual families and days, over all kinds."""
    return of_row(shown, f"{code}-actual")["total"], of_row(shown, f"{code}-total")["total"]


def test_each_row_of_the_survey_counts_what_its_definition_says(services):
    plain, low, twins, older = (builders.family() for _number in range(4))
    used(plain, services["stay"], date(2022, 5, 1), 3)
    used(plain, services["mamas"], date(2022, 8, 1), 1, born=date(2022, 7, 1))
    TaxClassPeriod.objects.filter(family=low).delete()
    TaxClassPeriod.objects.create(family=low, period=DateRange(date(2022, 6, 2), None), tax_class="welfare")
    used(low, services["day"], date(2022, 6, 1), 2)
    used(twins, services["stay"], date(2022, 9, 1), 2, infants=2)
    used(older, services["stay"], date(2022, 10, 1), 4, with_sibling=True)
    HighNeed.objects.create(
        family=older,
        period=DateRange(date(2022, 10, 2), date(2022, 10, 4)),
        reason="地域の依頼",
        asked_by=builders.user(),
        set_by=builders.user(),
        set_at=builders.at(date(2022, 10, 1)),
    )
    shown = table("national-survey", [2022])
    assert counted(shown, "use") == (4, 12)
    assert of_row(shown, "use-actual")["day_care"] == 2
    assert counted(shown, "reduced") == (1, 1)
    assert counted(shown, "multiple") == (1, 2)
    assert counted(shown, "sibling") == (1, 4)
    assert counted(shown, "high-need") == (1, 2)
    assert counted(shown, "from-four-months") == (0, 0)


@pytest.mark.parametrize(
    ("born", "day", "counts"),
    [
        (date(2022, 4, 1), date(2022, 7, 31), 0),
        (date(2022, 4, 1), date(2022, 8, 1), 1),
        (date(2022, 10, 31), date(2023, 2, 28), 0),
        (date(2022, 10, 31), date(2023, 3, 1), 1),
    ],
)
def test_four_months_end_as_the_rule_of_the_programme_says(services, born, day, counts):
    used(builders.family(), services["stay"], day, 1, born=born)
    assert counted(table("national-survey", [2022]), "from-four-months") == (counts, counts)


def test_what_the_records_do_not_hold_is_empty_and_says_why(services):
    for slug, asked in (("national-survey", SURVEY), ("national-return", RETURN)):
        rows = table(slug, [2022]).rows
        assert len(rows) == len(asked)
        for row in rows:
            empty = row["total"] is None
            assert empty == bool(row["why_empty"])
            assert row["definition"]
            assert all((row[kind] is None) == empty for kind in ("short_stay", "day_care", "outreach"))


def test_refusals_are_counted_by_the_rule_that_was_named_in_the_year_of_the_decision(services):
    verdict = {"named": ["residency", "infant_age"]}
    for year in (2022, 2022, 2023):
        builders.registration(state=RegistrationState.REJECTED, born=date(year, 5, 1), verdict=verdict)
    shown = {row["reason"]: row for row in table("national-refusals", [2022]).rows}
    assert (shown["applications"]["count"], shown["residency"]["count"], shown["sibling"]["count"]) == (2, 2, 0)
    assert shown["places_full"]["count"] == 0
    assert shown["no_day_found"]["count"] is None
    assert shown["no_day_found"]["why_empty"]


def test_a_national_table_takes_a_fixed_number_of_queries(services, django_assert_num_queries):
    used(builders.family(), services["stay"], date(2022, 5, 1), 3)
    with django_assert_num_queries(1):
        table("national-survey", [2020, 2021, 2022, 2023])


def test_the_wards_tables_take_few_queries_however_many_years(services, django_assert_max_num_queries):
    for year in (2021, 2022, 2023):
        used(builders.family(), services["mamas"], date(year, 6, 2), 1)
    with django_assert_max_num_queries(20):
        table("mamas-room-use", [2021, 2022, 2023])
