"""Days as people write them, in both calendars; what is no day is said, and a day too far away with its reason."""

from datetime import date, timedelta

import pytest
from django import forms
from django.utils import timezone, translation

from sankecare.days import NotADay, day_of, days_without_era, read_day
from sankecare.forms import FROM_TODAY, UNTIL_TODAY, YEAR, Bounds, DatePartsField, DayField

MAY_1 = date(2026, 5, 1)


@pytest.mark.parametrize(
    "written",
    [
        *("2026-05-01", "2026/5/1", "2026.5.1", "2026年5月1日", "20260501"),
        *(
            "令和8年5月1日",
            "令和８年５月１日",
            "㋿8年5月1日",
            "R8.5.1",
            "r8/5/1",
            "R8-5-1",
            "令8.5.1",
            " 令和 8年 5月 1日 ",
        ),
    ],
)
def test_a_day_is_read_however_it_is_written(written):
    assert read_day(written) == MAY_1


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("H1.1.8", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("S63.12.31", date(1988, 12, 31)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("明治45年7月29日", date(1912, 7, 29)),
    ],
)
def test_each_era_counts_from_the_day_it_began(written, day):
    assert read_day(written) == day


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("8/5/1", "era_missing"),
        ("08.5.1", "era_missing"),
        ("元年5月1日", "era_missing"),
        ("平成31年5月1日", "not_in_era"),
        ("令和元年4月30日", "not_in_era"),
        ("昭和64年1月8日", "not_in_era"),
        ("平成38年5月1日", "not_in_era"),
        ("2026-02-30", "invalid"),
        ("令和8年13月1日", "invalid"),
        ("令和0年5月1日", "not_in_era"),
        ("tomorrow", "invalid"),
        ("", "invalid"),
    ],
)
def test_what_is_no_day_says_why(written, code):
    with pytest.raises(NotADay) as wrong:
        read_day(written)
    assert wrong.value.code == code


HOSTILE = ["9" * 20, "٩" * 5, "-1", "1e3", "\x00", "x" * 1000, "R", "令", "昭和\x00"]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("sent", HOSTILE)
def test_whatever_is_sent_in_the_place_of_a_part_is_no_day_and_no_error_of_ours(place, sent):
    parts = ["8", "5", "1", "令和"]
    parts[place] = sent
    with pytest.raises(NotADay):
        day_of(*parts)


@pytest.mark.parametrize(
    "parts", [("8", "5", "1", "令和"), ("令和8", "5", "1", ""), ("R８", "５", "１", ""), ("2026", "5", "1", "")]
)
def test_eight_is_a_year_once_the_era_is_chosen(parts):
    assert day_of(*parts) == MAY_1


def test_a_western_year_beside_a_chosen_era_is_the_western_year_where_the_two_agree():
    assert day_of("2026", "5", "1", "令和") == MAY_1
    with pytest.raises(NotADay, match="not_in_era"):
        day_of("2018", "5", "1", "令和")


# ---- Fields ---------------------------------------------------------------------------------------------------------


class Form(forms.Form):
    picked = DayField(required=False, bounds=Bounds(back=YEAR, ahead=YEAR))
    parts = DatePartsField(required=False)
    past = DayField(required=False, bounds=UNTIL_TODAY)
    coming = DayField(required=False, bounds=FROM_TODAY)


def refused(**typed):
    with translation.override("ja"):
        form = Form(typed)
        form.is_valid()
        return {name: " ".join(sentences) for name, sentences in form.errors.items()}


def test_the_year_eight_is_nobodys_birthday():
    assert "元号を選んで" in refused(parts_0="8", parts_1="5", parts_2="1")["parts"]
    form = Form({"parts_0": "8", "parts_1": "5", "parts_2": "1", "parts_3": "令和"})
    assert form.is_valid()
    assert form.cleaned_data["parts"] == MAY_1


def test_the_era_alone_is_no_answer_and_a_part_that_is_missing_is_asked_for():
    assert refused(parts_3="令和") == {}
    assert "年・月・日" in refused(parts_0="8", parts_1="5", parts_3="令和")["parts"]


def test_a_day_outside_its_bounds_is_refused_with_the_reason():
    today = timezone.localdate()
    assert "まだ来ていない" in refused(past=(today + timedelta(days=1)).isoformat())["past"]
    assert "過ぎた日" in refused(coming=(today - timedelta(days=1)).isoformat())["coming"]
    far = refused(picked="0026-05-01")["picked"]
    assert "年を確かめて" in far
    assert refused(picked=(today + timedelta(days=400)).isoformat())["picked"].startswith(f"{today.year + 1}年") or far
    assert refused(past=today.isoformat(), coming=today.isoformat(), picked="令和8年11月29日") in ({}, {"picked": far})


def test_the_date_picker_offers_no_day_outside():
    today = timezone.localdate()
    html = str(Form()["past"])
    assert f'max="{today.isoformat()}"' in html
    assert f'min="{today.isoformat()}"' in str(Form()["coming"])


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("8/10/3", [2026, 1996, 1933, 1919, 1875]),  # 令和, 平成, 昭和, 大正, 明治
        ("６４．１．７", [2082, 1989]),  # 昭和 ended on that day; 平成 and 大正 have no such year
        ("8/13/3", []),
        ("来週", []),
        ("", []),
    ],
)
def test_a_day_without_its_era_may_be_one_of_each_era_that_has_it_the_newest_first(
    written: str, years: list[int]
) -> None:
    assert [day.year for day in days_without_era(written)] == years
