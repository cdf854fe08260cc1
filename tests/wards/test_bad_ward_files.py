"""A bad file of a ward: its message names file, line and field, and nothing is written."""

import csv

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from billing.models import Tariff
from facilities.models import (
    Facility,
)
from reports.models import BirthsOfYear, LoadedWardRow
from wards.files import FILES
from wards.read import read_ward

from .factories_ward_files import change, line_of, load, refused

pytestmark = pytest.mark.django_db


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
