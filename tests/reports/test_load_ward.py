"""``manage.py load_ward``: Setagaya's files give the ward's figures; a bad file is refused whole, to the field."""

import csv
import io
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from billing.models import CouponPolicy, Tariff
from bookings.models import AllocationPolicy, Booking, BookingDay, UsageLimits
from enrollment.models import ConsentText, RegistrationPolicy
from facilities.fiscal_year import fiscal_year_days
from facilities.models import (
    Capacity,
    Closure,
    Facility,
    FacilityAddress,
    PlacePool,
    PublicHoliday,
    Service,
    ServiceTermsRow,
    Town,
)
from reports.models import BirthsOfYear, LoadedWardRow, PublishedDistrictTotal, PublishedFacilityYear
from reports.ward_data.files import FILES
from reports.ward_data.read import read_ward
from sankecare.periods import last_day, period
from tests import builders

ROOT = Path(__file__).resolve().parent.parent.parent
SETAGAYA = ROOT / "wards" / "setagaya"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(tmp_path, settings):
    """A copy of Setagaya's folder that a test may spoil."""
    settings.WARDS_DIR = tmp_path
    return Path(shutil.copytree(SETAGAYA, tmp_path / "setagaya"))


def load(*arguments):
    """What the command says, in English."""
    out = io.StringIO()
    with translation.override("en"):
        call_command("load_ward", "setagaya", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments):
    """The lines with which the command refuses."""
    with pytest.raises(CommandError) as refusal:
        load(*arguments)
    first, *lines = str(refusal.value).splitlines()
    assert first == f"Nothing was loaded; {len(lines)} things are wrong:"
    return [line.strip() for line in lines]


def change(ward, file, old, new):
    path = ward / file
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, f"{file} holds {old!r} {content.count(old)} times"
    path.write_text(content.replace(old, new), encoding="utf-8")


def line_of(ward, file, text):
    lines = (ward / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


# ---- What Setagaya's files give


# SEED: the slot-days that the published occupancy implies (DOMAIN.md, "What is reported", 3).
SLOT_DAYS = {
    "ward-centre": {2018: 5400, 2019: 5445, 2020: 5415, 2021: 5410, 2022: 5378},
    "mamas-room": {2018: 555, 2019: 527, 2020: 326, 2021: 419, 2022: 551},
}


def test_the_ten_facility_years_have_the_slot_days_that_the_published_occupancy_implies(ward):
    load()
    counted = {}
    for facility, years in SLOT_DAYS.items():
        pool = PlacePool.objects.get(facility__slug=facility, slug="rooms")
        with connection.cursor() as cursor:
            for year in years:
                cursor.execute(
                    "SELECT sum(facilities_slots_on(%s, day::date))"
                    "  FROM generate_series(%s::date, %s::date, '1 day') AS day",
                    [pool.pk, *fiscal_year_days(year)],
                )
                counted.setdefault(facility, {})[year] = cursor.fetchone()[0]
    assert counted == SLOT_DAYS


def test_those_slot_days_give_the_published_percentages_but_for_mama_s_room_2020(ward):
    load()
    differing = []
    for row in PublishedFacilityYear.objects.select_related("facility"):
        given = round(100 * row.total_days / SLOT_DAYS[row.facility.slug][row.fiscal_year], 1)
        if given != float(row.occupancy_percent):
            differing.append((row.facility.slug, row.fiscal_year, given, float(row.occupancy_percent)))
    assert differing == [("mamas-room", 2020, 75.2, 75.1)]


def test_only_closures_that_nobody_published_are_inferred_and_each_says_so(ward):
    load()
    assert not Closure.objects.filter(inferred=True).exclude(source="DEFAULT").exists()
    assert not Closure.objects.filter(inferred=False, source="DEFAULT", pool__slug="rooms").exists()
    assert all("推定" in reason for reason in Closure.objects.filter(inferred=True).values_list("reason", flat=True))
    # One year follows from the stated calendar alone.
    first, last = fiscal_year_days(2019)
    assert not Closure.objects.filter(
        inferred=True, pool__facility__slug="ward-centre", period__overlap=period(first, last)
    ).exists()


def test_the_capacity_of_mama_s_room_changes_on_the_published_days(ward):
    """SEED: 3; 2 from 2020-03-01; suspended 04-17 to 05-31; 2 from 06-01; 3; 2; 3 from 2022-03-25."""
    load()
    rows = Capacity.objects.filter(pool__facility__slug="mamas-room").order_by("period")
    assert [(row.period.lower.isoformat(), row.slots) for row in rows] == [
        ("2016-09-01", 3),
        ("2020-03-01", 2),
        ("2020-04-17", 0),
        ("2020-06-01", 2),
        ("2021-11-15", 3),
        ("2022-01-21", 2),
        ("2022-03-25", 3),
    ]
    assert last_day(rows[2].period) == date(2020, 5, 31)


def amounts(service, component):
    rows = Tariff.objects.filter(service__slug=service, component=component)
    found = dict(rows.values_list("tax_class", "amount"))
    return tuple(found.get(tax_class) for tax_class in ("taxed", "non_taxed", "welfare"))


@pytest.mark.parametrize(
    ("service", "component", "yen"),
    [  # SEED: taxed, non_taxed, welfare; None is not published
        ("ward-centre/short-stay", "base", (4500, 1500, 0)),
        ("ward-centre/short-stay", "multiple", (500, 250, 0)),
        ("ward-centre/short-stay", "sibling", (1700, 900, 0)),
        ("ward-centre/day-care", "base", (3000, 1000, 0)),
        ("ward-centre/day-care", "multiple", (250, 120, 0)),
        ("ward-centre/day-care", "sibling", (1000, 600, 0)),
        ("mamas-room/day-care", "base", (3000, 1000, 0)),
        ("mamas-room/day-care", "multiple", (250, 120, 0)),
        ("mamas-room/day-care", "sibling", (None, None, None)),
        ("shiseikai/short-stay", "base", (4500, 1500, 0)),
        ("shiseikai/short-stay", "multiple", (500, 250, 0)),
        ("shiseikai/short-stay", "sibling", (None, None, None)),
        ("ward-centre/outreach", "base", (2000, None, None)),
        ("ward-centre/outreach", "multiple", (200, None, None)),
        ("ward-centre/outreach", "sibling", (None, None, None)),
        ("ward-centre/online-consultation", "base", (None, None, None)),
    ],
)
def test_every_published_amount_has_a_row_and_no_other(ward, service, component, yen):
    load()
    assert amounts(service, component) == yen


def test_the_six_services_are_offered_since_their_days_with_their_terms(ward):
    load()
    services = Service.objects.order_by("position")
    assert [(row.slug, row.pool.slug, row.offered.lower.isoformat()) for row in services] == [
        ("ward-centre/short-stay", "rooms", "2008-03-01"),
        ("ward-centre/day-care", "rooms", "2008-03-01"),
        ("ward-centre/outreach", "visits", "2023-10-01"),
        ("ward-centre/online-consultation", "online", "2020-10-01"),
        ("mamas-room/day-care", "rooms", "2016-09-01"),
        ("shiseikai/short-stay", "rooms", "2023-04-01"),
    ]
    terms = ServiceTermsRow.objects.order_by("service__position")
    assert [
        (row.age_limit_months, row.takes_siblings, row.max_sibling_days, row.requires_facility_use) for row in terms
    ] == [
        (4, True, 4, False),
        (4, True, 4, False),
        (12, False, None, False),
        (12, False, None, True),
        (4, False, None, False),
        (4, False, None, False),
    ]


def test_policies_addresses_and_published_figures_are_there(ward):
    load()
    limits = UsageLimits.objects.get()
    assert (limits.group, limits.days_per_birth, limits.consecutive_days) == ("stays", 7, 7)
    coupon = CouponPolicy.objects.get()
    assert (coupon.period.lower, coupon.amount, coupon.per_mother, coupon.tax_class) == (
        date(2023, 10, 1),
        2500,
        5,
        "taxed",
    )
    assert RegistrationPolicy.objects.get().from_pregnancy_week == 28
    asked = ConsentText.objects.filter(required=True).values_list("code", "source")
    assert set(asked) == {("accuracy", "DEFAULT"), ("personal-data", "DEFAULT"), ("follow-up", "DEFAULT")}
    lottery = AllocationPolicy.objects.filter(method="lottery")
    assert set(lottery.values_list("service__slug", "draw_weekday")) == {
        ("ward-centre/short-stay", 4),
        ("ward-centre/day-care", 4),
        ("mamas-room/day-care", 4),
    }
    moved = FacilityAddress.objects.get(facility__slug="ward-centre", period__contains=date(2024, 9, 19))
    assert "喜多見" in moved.address
    assert dict(BirthsOfYear.objects.values_list("year", "births")) == {2006: 6460, 2015: 8019, 2022: 6216}
    assert dict(PublishedDistrictTotal.objects.values_list("fiscal_year", "families")) == {2021: 919, 2022: 989}
    days = set(PublicHoliday.objects.values_list("day", flat=True))
    assert {date(2019, 5, 1), date(2020, 7, 24), date(2026, 9, 22)} <= days
    assert (min(days).year, max(days).year) == (2016, 2028)


# ---- A bad file: its message, and nothing written


def spoil_header(ward):
    change(ward, "births.csv", "year,births,source", "year,geburten,source")
    return ["births.csv:1: births: This column is missing.", GEBURTEN]


GEBURTEN = "births.csv:1: geburten: “geburten” is not one of: year, births, source, note."

# (file, what stands there, what is written instead, field, sentence); the line is found in the file.
BAD_VALUES = [
    (
        "town_areas.csv",
        "三宿,setagaya",
        "三宿,kita",
        "district",
        "“kita” is not one of: setagaya, kitazawa, tamagawa, kinuta, karasuyama.",
    ),
    ("tariffs.csv", "taxed,2000,", "taxed,2000.5,", "amount", "“2000.5” is not whole yen: digits only, such as 4500."),
    ("tariffs.csv", "taxed,2000,", "taxed,-2000,", "amount", "“-2000” is not whole yen: digits only, such as 4500."),
    (
        "tariffs.csv",
        "taxed,2000,",
        "taxed,２０００円,",
        "amount",
        "“２０００円” is not whole yen: digits only, such as 4500.",
    ),
    (
        "tariffs.csv",
        "base,taxed,2000",
        "base,rich,2000",
        "tax_class",
        "“rich” is not one of: taxed, non_taxed, welfare.",
    ),
    (
        "tariffs.csv",
        "multiple,taxed,200,",
        "twins,taxed,200,",
        "component",
        "“twins” is not one of: base, multiple, sibling.",
    ),
    ("births.csv", "2022,6216", "2022,many", "births", "“many” is not a whole number from 0 to 999999."),
    ("births.csv", "2022,6216", "22,6216", "year", "“22” is not a whole number from 1990 to 2999."),
    ("births.csv", "2022,6216,SEED", "2022,6216,STAFF", "source", "“STAFF” is not one of: SEED, PUBLIC, DEFAULT."),
    ("births.csv", "2022,6216", "2015,6216", "year", "“2015” stands already in line 3."),
    ("pools.csv", "visits,訪問,件", "visits,,件", "name", "This may not be empty."),
    (
        "pools.csv",
        "visits,訪問",
        "Visits a day,訪問",
        "slug",
        "“Visits a day” is not a code: small letters, digits and hyphens.",
    ),
    (
        "capacities.csv",
        "2020-04-17,2020-05-31",
        "2020-04-17,2020-04-16",
        "last_day",
        "2020-04-16 lies before first_day, 2020-04-17.",
    ),
    (
        "capacities.csv",
        "2020-04-17,2020-05-31",
        "2020-04-17,2020-06-31",
        "last_day",
        "“2020-06-31” is not a day: YYYY-MM-DD, such as 2023-04-01.",
    ),
    (
        "capacities.csv",
        "2020-06-01,2021-11-14",
        "2020-05-31,2021-11-14",
        "first_day",
        "2020-05-31 lies in the period of line 7 (2020-04-17 – 2020-05-31); end that one before.",
    ),
    (
        "capacities.csv",
        "2020-06-01,2021-11-14,2",
        "2020-06-01,2021-11-14,two",
        "slots",
        "“two” is not a whole number from 0 to 32767.",
    ),
    (
        "weekly_patterns.csv",
        "mon tue thu fri",
        "mon tue thu thu",
        "weekdays",
        "“mon tue thu thu” names a weekday twice.",
    ),
    (
        "weekly_patterns.csv",
        "mon tue thu fri",
        "mon die",
        "weekdays",
        "“die” is not one of: mon, tue, wed, thu, fri, sat, sun.",
    ),
    (
        "weekly_patterns.csv",
        "mon tue thu fri,yes",
        "mon tue thu fri,maybe",
        "keeps_public_holidays",
        "“maybe” is neither yes nor no.",
    ),
    (
        "closures.csv",
        "2016-12-28,2017-01-05",
        "2016-12-28,",
        "last_day",
        "A closure that repeats every year needs its last day.",
    ),
    (
        "closures.csv",
        "2016-12-28,2017-01-05",
        "2016-12-28,2018-01-05",
        "last_day",
        "A closure that repeats every year is shorter than a year.",
    ),
    (
        "services.csv",
        "mamas-room/day-care,day_care",
        "mamas-room/day-care,short_stay",
        "slug",
        "“mamas-room/day-care” does not end in its kind, short_stay.",
    ),
    (
        "services.csv",
        "shiseikai/rooms",
        "mamas-room/rooms",
        "pool",
        "“mamas-room/rooms” belongs to another facility than “shiseikai/short-stay”.",
    ),
    (
        "service_terms.csv",
        "shiseikai/short-stay,2023-04-01,,4,no,,",
        "shiseikai/short-stay,2023-04-01,,4,no,4,",
        "max_sibling_days",
        "Leave this empty where takes_siblings is no.",
    ),
    (
        "published_usage.csv",
        "876,87.1",
        "876,87.15",
        "occupancy_percent",
        "“87.15” is not a percentage with one decimal, such as 81.3.",
    ),
    (
        "public_holidays.csv",
        "2016-01-01,元日",
        "2016/01/01,元日",
        "day",
        "“2016/01/01” is not a day: YYYY-MM-DD, such as 2023-04-01.",
    ),
    ("towns.csv", "たいしどう,5", "たいしどう,百", "chome_count", "“百” is not a whole number from 1 to 99."),
    (
        "town_areas.csv",
        "池尻,kitazawa,4,4,33,39",
        "池尻,kitazawa,4,4,32,39",
        "block_from",
        "Chome 4: this overlaps line LINE-1.",
    ),
    (
        "town_areas.csv",
        "池尻,kitazawa,4,4,33,39",
        "池尻,kitazawa,4,4,34,39",
        "block_from",
        "Chome 4: blocks 33 to 33 are in no row.",
    ),
    (
        "town_areas.csv",
        "池尻,kitazawa,4,4,33,39",
        "池尻,kitazawa,3,4,33,39",
        "block_from",
        "Blocks are those of one chome: chome_from and chome_to are the same.",
    ),
    ("town_areas.csv", "駒沢,tamagawa,3,5", "駒沢,tamagawa,2,5", "chome_from", "Chome 2: this overlaps line LINE-1."),
    ("town_areas.csv", "駒沢,tamagawa,3,5", "駒沢,tamagawa,3,6", "chome_to", "“駒沢” has 5 chome."),
    ("town_areas.csv", "駒沢,tamagawa,3,5", "駒沢,tamagawa,5,3", "chome_to", "3 lies before chome_from, 5."),
    ("town_areas.csv", "駒沢,tamagawa,3,5", "駒沢,tamagawa,3,", "chome_to", "Fill this in where chome_from is."),
    (
        "town_areas.csv",
        "駒沢,tamagawa,3,5",
        "駒沢,tamagawa,,",
        "chome_from",
        "This is the whole of “駒沢”, which has other rows too.",
    ),
]


@pytest.mark.parametrize("bad", BAD_VALUES, ids=lambda bad: f"{bad[0]} {bad[2]}")
def test_a_bad_value_is_named_with_file_line_and_field_and_nothing_is_written(ward, bad):
    file, old, new, field, sentence = bad
    line = line_of(ward, file, old)
    change(ward, file, old, new)
    place = f"{file}:{line}: {field}: "
    assert refused() == [place + sentence.replace("LINE-1", str(line - 1))]
    assert not Facility.objects.exists()
    assert not LoadedWardRow.objects.exists()


def spoil_missing_file(ward):
    (ward / "tariffs.csv").unlink()
    return ["tariffs.csv: The file is missing."]


def spoil_unknown_file(ward):
    (ward / "tarifs.csv").write_text("x\n")
    return ["tarifs.csv: This is not a file of a ward. Known are: " + ", ".join(spec.name for spec in FILES) + "."]


def spoil_encoding(ward):
    path = ward / "births.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("shift_jis"))
    return ["births.csv:2: The file is not UTF-8. Save it as “CSV UTF-8”."]


def spoil_quotes(ward):
    change(ward, "births.csv", "2022,6216", '2022,"6216')
    return ["births.csv:4: This is not CSV: unexpected end of data."]


def spoil_double_column(ward):
    path = ward / "births.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("year,births,", "year,births,births,", 1), encoding="utf-8"
    )
    return ["births.csv:1: births: This column stands twice."]


def spoil_cells(ward):
    change(ward, "births.csv", "2022,6216,SEED,", "2022,6216,SEED,昨年は,")
    return ["births.csv:4: 5 cells, but the header has 4."]


def spoil_empty_file(ward):
    (ward / "births.csv").write_text("")
    return [f"births.csv:1: {name}: This column is missing." for name in ("births", "note", "source", "year")]


def spoil_town_without_area(ward):
    change(ward, "town_areas.csv", "三宿,setagaya,,,,,PUBLIC,全域\n", "")
    return [f"towns.csv:{line_of(ward, 'towns.csv', '三宿')}: “三宿” has no row in town_areas.csv."]


def spoil_chome_without_area(ward):
    change(ward, "town_areas.csv", "駒沢,tamagawa,3,5", "駒沢,tamagawa,4,5")
    line = line_of(ward, "towns.csv", "駒沢,")
    return [f"towns.csv:{line}: chome_count: Chome 3 of “駒沢” is in no row of town_areas.csv."]


def spoil_town_of_another_ward(ward):
    with (ward / "town_areas.csv").open("a", encoding="utf-8") as file:
        file.write("千駄ヶ谷,setagaya,,,,,PUBLIC,\n")
    names = [row["name"] for row in csv.DictReader((ward / "towns.csv").open(encoding="utf-8"))][:12]
    line = line_of(ward, "town_areas.csv", "千駄ヶ谷")
    return [f"town_areas.csv:{line}: town: “千駄ヶ谷” is not one of: {', '.join(names)} …."]


def spoil_pool_without_capacity(ward):
    change(ward, "capacities.csv", "shiseikai/rooms,2023-04-01,,2,,SEED,1日あたり母子2組程度\n", "")
    return [f"pools.csv:{line_of(ward, 'pools.csv', 'shiseikai')}: “shiseikai/rooms” has no row in capacities.csv."]


def spoil_only_a_header(ward):
    path = ward / "service_terms.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    services = [row.key for row in read_ward(ward)[0]["services.csv"]]
    return [
        f"services.csv:{line}: “{service}” has no row in service_terms.csv."
        for line, service in enumerate(services, 2)
    ]


def spoil_two_at_once(ward):
    change(ward, "births.csv", "2022,6216", "2022,many")
    change(ward, "pools.csv", "visits,訪問,件", "visits,訪問,")
    return [
        "births.csv:4: births: “many” is not a whole number from 0 to 999999.",
        "pools.csv:3: unit: This may not be empty.",
    ]


SPOILS = [
    spoil_header,
    spoil_missing_file,
    spoil_unknown_file,
    spoil_encoding,
    spoil_quotes,
    spoil_double_column,
    spoil_cells,
    spoil_empty_file,
    spoil_town_without_area,
    spoil_chome_without_area,
    spoil_town_of_another_ward,
    spoil_pool_without_capacity,
    spoil_only_a_header,
]


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__.removeprefix("spoil_"))
def test_a_bad_file_is_named_and_nothing_is_written(ward, spoil):
    expected = spoil(ward)
    assert refused() == expected
    assert not Facility.objects.exists()


def test_everything_that_is_wrong_is_told_at_once(ward):
    expected = spoil_two_at_once(ward)
    assert refused() == expected


def test_a_bad_file_leaves_what_was_loaded_as_it_was(ward):
    load()
    before = dict(Tariff.objects.values_list("pk", "amount"))
    change(ward, "births.csv", "2022,6216", "2022,6300")
    change(ward, "tariffs.csv", "taxed,2000,", "taxed,free,")
    refused()
    assert dict(Tariff.objects.values_list("pk", "amount")) == before
    assert BirthsOfYear.objects.get(year=2022).births == 6216


def test_messages_are_in_the_reader_s_language(ward):
    change(ward, "tariffs.csv", "taxed,2000,", "taxed,無料,")
    with translation.override("ja"), pytest.raises(CommandError) as refusal:
        call_command("load_ward", "setagaya")
    assert "「無料」は円単位の金額ではありません" in str(refusal.value)


@pytest.mark.parametrize("name", ["nerima", "../wards/setagaya", "Setagaya", ""])
def test_a_ward_that_is_not_there_is_refused_with_those_that_are(ward, name):
    with translation.override("en"), pytest.raises(CommandError) as refusal:
        call_command("load_ward", name)
    assert str(refusal.value) == f"There is no ward “{name}”. There are: setagaya."


def test_check_says_that_nothing_is_wrong_and_asks_the_database_nothing(ward, django_assert_num_queries):
    rows = sum(map(len, read_ward(ward)[0].values()))
    with django_assert_num_queries(0):
        assert load("--check") == f"{len(FILES)} files, {rows} rows: nothing is wrong.\n"


def test_check_names_what_is_wrong(ward):
    change(ward, "births.csv", "2022,6216", "2022,many")
    assert refused("--check") == ["births.csv:4: births: “many” is not a whole number from 0 to 999999."]


# ---- Loaded again: the files' changes come through, staff have the last word


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
    for file in ("pools", "services", "weekly_patterns", "capacities"):
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
