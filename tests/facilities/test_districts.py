"""Which district an address belongs to, from the ward's own files, with every edge of the two split towns."""

from collections import defaultdict
from pathlib import Path

import pytest

from facilities.districts import Area, DistrictUnclear, district_of
from wards.read import read_ward

ROOT = Path(__file__).resolve().parent.parent.parent
WARD, PROBLEMS = read_ward(ROOT / "wards" / "setagaya")
AREAS = defaultdict(list)
for row in WARD["town_areas.csv"]:
    AREAS[row["town"]].append(
        Area(row["district"], *(row[name] for name in ("chome_from", "chome_to", "block_from", "block_to")))
    )
CHOME = {row["name"]: row["chome_count"] for row in WARD["towns.csv"]}


@pytest.mark.parametrize(
    ("town", "chome", "block", "district"),
    [
        ("太子堂", 1, None, "setagaya"),
        ("北沢", 2, 8, "kitazawa"),
        ("等々力", 3, None, "tamagawa"),
        ("成城", 6, 2, "kinuta"),
        ("南烏山", 6, 22, "karasuyama"),
        ("駒沢公園", None, None, "tamagawa"),
        ("砧公園", None, None, "kinuta"),
        # 池尻: chome 4, blocks 33 to 39 are Kitazawa's, the rest Setagaya's
        ("池尻", 1, None, "setagaya"),
        ("池尻", 3, 39, "setagaya"),
        ("池尻", 4, 1, "setagaya"),
        ("池尻", 4, 32, "setagaya"),
        ("池尻", 4, 33, "kitazawa"),
        ("池尻", 4, 36, "kitazawa"),
        ("池尻", 4, 39, "kitazawa"),
        ("池尻", 4, 40, "setagaya"),
        # 駒沢: chome 1 and 2 are Setagaya's, 3 to 5 Tamagawa's
        ("駒沢", 1, None, "setagaya"),
        ("駒沢", 2, 99, "setagaya"),
        ("駒沢", 3, None, "tamagawa"),
        ("駒沢", 5, 1, "tamagawa"),
    ],
)
def test_an_address_lies_in_its_district(town, chome, block, district):
    assert district_of(AREAS[town], chome, block) == district


@pytest.mark.parametrize(
    ("town", "chome", "block", "code"),
    [
        ("池尻", None, None, "chome_needed"),
        ("池尻", 4, None, "block_needed"),
        ("池尻", 5, 1, "no_such_address"),
        ("池尻", 4, 0, "no_such_address"),
        ("駒沢", None, None, "chome_needed"),
        ("駒沢", None, 3, "chome_needed"),
        ("駒沢", 6, None, "no_such_address"),
        ("駒沢", 0, None, "no_such_address"),
        ("千駄ヶ谷", 1, None, "no_such_address"),
    ],
)
def test_an_address_that_is_unclear_is_not_guessed(town, chome, block, code):
    with pytest.raises(DistrictUnclear) as unclear:
        district_of(AREAS[town], chome, block)
    assert unclear.value.code == code


def test_the_ward_has_61_towns_and_277_chome():
    """PUBLIC: 61 towns, 277 chome; a town without chome counts as one."""
    assert PROBLEMS == []
    assert len(CHOME) == 61
    assert sum(count or 1 for count in CHOME.values()) == 277


def test_59_towns_lie_in_one_district_and_two_are_split():
    districts = {town: {area.district for area in areas} for town, areas in AREAS.items()}
    assert {town for town, found in districts.items() if len(found) > 1} == {"池尻", "駒沢"}
    towns_of = {slug: sum(slug in found for found in districts.values()) for slug in set().union(*districts.values())}
    assert towns_of == {"setagaya": 15, "kitazawa": 11, "tamagawa": 19, "kinuta": 11, "karasuyama": 7}


def test_every_chome_and_block_of_the_ward_has_exactly_one_district():
    for town, count in CHOME.items():
        for chome in range(1, (count or 0) + 1):
            for block in range(1, 60):
                assert sum(area.covers(chome, block) for area in AREAS[town]) == 1, (town, chome, block)
