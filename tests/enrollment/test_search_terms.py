"""What was typed into a search, read in every way that it can be meant. Pure."""

from datetime import date

import pytest

from enrollment.search_terms import read

DAY = date(2026, 11, 10)


@pytest.mark.parametrize(
    "typed",
    [
        *("2026-11-10", "2026/11/10", "2026.11.10", "2026年11月10日", "20261110", "２０２６－１１－１０"),
        *("令和8年11月10日", "令和 8年 11月 10日", "R8.11.10", "r8/11/10", "令8.11.10", "Ｒ８．１１．１０"),
    ],
)
def test_a_day_is_read_in_both_calendars(typed):
    assert read(typed).day == DAY


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("平成2年4月1日", date(1990, 4, 1)),
        ("H2.4.1", date(1990, 4, 1)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("S60-4-1", date(1985, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("明治6年1月1日", date(1873, 1, 1)),
        ("2026-02-30", None),
        ("8-11-10", None),
        ("R8", None),
        ("令和8年", None),
    ],
)
def test_an_era_counts_from_its_first_year_and_no_day_is_guessed(typed, day):
    assert read(typed).day == day


@pytest.mark.parametrize(
    ("typed", "sign", "number"),
    [
        *(("R-008713", "R", 8713), ("r008713", "R", 8713), ("Ｒ－００８７１３", "R", 8713), ("B-000012", "B", 12)),
        *(("8713", "", 8713), ("No.12", "", 12), ("No 12", "", 12), ("#12", "", 12)),
        *(("8世世健第12号", "第", 12), ("第12号", "第", 12), ("第０１２号", "第", 12)),
        *(("髙﨑", "", None), ("1234567890123", "", None), ("R-", "", None)),
    ],
)
def test_a_number_is_read_as_it_is_printed(typed, sign, number):
    assert (read(typed).sign, read(typed).number) == (sign, number)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        *(("090-1234-5678", "09012345678"), ("０９０ー１２３４ー５６７８", "09012345678"), ("5678", "5678")),
        *(("+81 90 1234 5678", "09012345678"), ("03(1234)5678", "0312345678"), ("567", ""), ("髙﨑1234", "")),
    ],
)
def test_a_telephone_number_is_read_with_any_marks(typed, digits):
    assert read(typed).phone == digits


def test_words_are_kept_as_typed():
    assert read("  髙﨑　𠮷子 ").words == ("髙﨑", "𠮷子")
