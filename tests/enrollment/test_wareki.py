"""Era dates as letters write them; boundaries from the era ordinances (政令第143号 2019, 平成 1989, 昭和 1926)."""

from datetime import date

import pytest

from enrollment.wareki import BeforeTheCalendar, era_year, wareki

CASES = [
    (date(2019, 4, 30), "平成31年4月30日"),
    (date(2019, 5, 1), "令和元年5月1日"),
    (date(2019, 12, 31), "令和元年12月31日"),
    (date(2020, 1, 1), "令和2年1月1日"),
    (date(2026, 11, 23), "令和8年11月23日"),
    (date(1989, 1, 7), "昭和64年1月7日"),
    (date(1989, 1, 8), "平成元年1月8日"),
    (date(1926, 12, 24), "大正15年12月24日"),
    (date(1926, 12, 25), "昭和元年12月25日"),
    (date(1912, 7, 29), "明治45年7月29日"),
    (date(1912, 7, 30), "大正元年7月30日"),
    (date(1873, 1, 1), "明治6年1月1日"),
]


@pytest.mark.parametrize(("day", "written"), CASES)
def test_a_day_is_written_in_its_era(day, written):
    assert wareki(day) == written


def test_the_year_counts_from_the_eras_first():
    assert era_year(date(2026, 4, 1)) == ("令和", 8)


def test_a_day_before_the_calendar_is_refused():
    with pytest.raises(BeforeTheCalendar):
        wareki(date(1872, 12, 31))
