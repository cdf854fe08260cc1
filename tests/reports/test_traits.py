"""What the families are like: each count from its rows, small ones hidden, a running year rounded."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.models import Infant, RegistrationException
from facilities.models import Service
from reports.masked_figures import days_beside, finished_until, part_of, parts_and_total
from reports.small_cells import HIDDEN, is_small
from reports.traits.tables import (
    age_table,
    channel_table,
    company_table,
    corrected_age_table,
    exception_table,
    length_table,
    repeat_table,
    tax_class_table,
)
from reports.traits.town_tables import district_share_table, town_table
from tests import builders

from .factories_use import two_houses, used

LATER = date(2024, 6, 10)
pytestmark = pytest.mark.django_db


@pytest.fixture
def stay() -> Service:
    return two_houses()[0]


def families_of(service: Service, count: int, first: date, days: int, born: int = 40) -> None:
    for number in range(count):
        used(service, first + timedelta(days=number), days, born=born)


def test_stays_by_length_count_in_the_year_of_their_first_day(stay: Service) -> None:
    families_of(stay, 5, date(2022, 5, 1), 3)
    families_of(stay, 4, date(2023, 3, 28), 6)  # over the end of the year: whole, in 2022
    rows = {(row["fiscal_year"], row["kind"]): row for row in length_table([2022, 2023], today=LATER).rows}
    of_year = rows[2022, "short_stay"]
    assert (of_year["days_3"], of_year["days_6"], of_year["stays"]) == (5, 4, 9)
    assert rows[2023, "short_stay"]["stays"] == 0
    (alone,) = [row for row in length_table([2023], today=LATER).rows if row["kind"] == "short_stay"]
    assert alone["stays"] == 0, "asked for alone, the year does not take the end of a stay for a stay"


def test_days_that_lie_apart_are_two_stays(stay: Service) -> None:
    for number in range(4):
        family = builders.family()
        used(stay, date(2022, 5, 1) + timedelta(days=number), 2, family)
        used(stay, date(2022, 6, 1) + timedelta(days=number), 1, family)
    families_of(stay, 6, date(2022, 7, 1), 2)
    (row,) = repeat_table([2022], today=LATER).rows
    assert (row["stays_1"], row["stays_2"], row["families"]) == (6, 4, 10)


def test_the_age_at_first_use_is_of_the_first_day_ever(stay: Service) -> None:
    families_of(stay, 5, date(2022, 5, 1), 1, born=27)  # three weeks
    families_of(stay, 6, date(2022, 6, 1), 1, born=28)  # four
    (row,) = age_table([2022], today=LATER).rows
    assert (row["weeks_0"], row["weeks_4"], row["births_total"]) == (5, 6, 11)
    assert age_table([2023], today=LATER).rows[0]["births_total"] == 0


def test_use_beyond_the_age_by_birth_is_told_by_what_gives_it(stay: Service) -> None:
    families_of(stay, 8, date(2022, 5, 1), 2)
    for number in range(4):
        first = date(2022, 6, 1) + timedelta(days=number)
        early = used(stay, first, 2, born=140)
        birth = early.registration.birth
        birth.due_date = first - timedelta(days=80)
        birth.save()
        Infant.objects.filter(birth=birth).update(gestation_days=220)
    families_of(stay, 5, date(2022, 8, 1), 1, born=140)
    (row,) = corrected_age_table([2022], today=LATER).rows
    assert (row["corrected_families"], row["corrected_days"]) == (4, 8)
    assert (row["otherwise_families"], row["otherwise_days"]) == (5, 5)


def test_siblings_and_multiple_births_stand_beside_all(stay: Service) -> None:
    families_of(stay, 6, date(2022, 5, 1), 2)
    for number in range(3):
        used(stay, date(2022, 6, 1) + timedelta(days=number), 3, infant_count=2)
    used(stay, date(2022, 7, 1), 1).days.update(with_sibling=True)
    (row,) = company_table([2022], today=LATER).rows
    assert (row["families"], row["family_days"]) == (10, 22)
    assert (row["multiple_families"], row["multiple_days"]) == (3, 9)
    assert (row["sibling_families"], row["sibling_days"]) == (HIDDEN, HIDDEN), "one family alone is not told"


def test_tax_classes_are_those_of_the_first_used_day(stay: Service) -> None:
    families_of(stay, 9, date(2022, 5, 1), 1)
    for number in range(4):
        used(stay, date(2022, 6, 1) + timedelta(days=number), 1, builders.family(tax_class="welfare"))
    (row,) = tax_class_table([2022], today=LATER).rows
    assert (row["taxed"], row["welfare"], row["non_taxed"], row["families"]) == (9, 4, 0, 13)


def test_exceptions_count_by_their_rule_in_the_year_in_which_they_were_granted() -> None:
    for number in range(4):
        RegistrationException.objects.create(
            registration=builders.registration(),
            rule="infant_age",
            reason="医師の意見",
            last_day=date(2022, 8, 1),
            granted_by=builders.user(),
            granted_at=builders.at(date(2022, 5, 1 + number)),
        )
    (row,) = exception_table([2022], today=LATER).rows
    assert (row["infant_age"], row["residency"], row["total"]) == (4, 0, 4)


def test_ways_of_hearing_count_by_the_day_of_the_application() -> None:
    for heard, count in (("nurse", 5), ("", 4)):
        for _number in range(count):
            builders.registration(heard_from=heard, applied_at=builders.at(date(2022, 5, 1)))
    builders.registration(heard_from="nurse", applied_at=builders.at(date(2023, 3, 31), 23))
    (row,) = channel_table([2022], today=LATER).rows
    assert (row["nurse"], row["not_stated"], row["total"]) == (6, 4, 10)


def test_towns_of_a_district_hide_their_small_counts(stay: Service) -> None:
    for name, count in (("太子堂", 6), ("三宿", 4), ("若林", 1)):
        for number in range(count):
            used(stay, date(2022, 5, 1) + timedelta(days=number), 2, builders.family(lives_in=builders.town(name)))
    rows = {row["town"]: row for row in town_table([2022], today=LATER).rows}
    assert rows["太子堂"]["families"] == 6
    assert rows["太子堂"]["family_days"] == 12
    assert rows["若林"]["families"] == rows["三宿"]["families"] == rows["若林"]["family_days"] == HIDDEN


def test_shares_of_the_districts_are_of_the_whole_ward(stay: Service) -> None:
    families_of(stay, 3, date(2022, 5, 1), 2)
    used(stay, date(2022, 6, 1), 4, builders.family(district_slug="kitazawa"))
    rows = {row["district"]: row for row in district_share_table([2022], today=LATER).rows}
    assert [str(rows[slug]["share_percent"]) for slug in ("setagaya", "kitazawa")] == ["75.0", "25.0"]
    assert str(rows["setagaya"]["days_a_family"]) == "2.0"
    assert rows["kinuta"]["days_a_family"] is None


def test_a_running_year_is_counted_to_the_last_finished_month_and_rounded(stay: Service) -> None:
    families_of(stay, 8, date(2024, 4, 10), 1)
    families_of(stay, 9, date(2024, 6, 1), 1)
    (row,) = tax_class_table([2024], today=date(2024, 6, 20)).rows
    assert (row["taxed"], row["families"]) == (10, 10)


def test_a_month_is_finished_on_the_first_of_the_next() -> None:
    assert finished_until(date(2024, 6, 1)) == date(2024, 5, 31)
    assert finished_until(date(2024, 5, 31)) == date(2024, 4, 30)


COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), min_size=1)


@given(COUNTS)
def test_no_small_count_is_shown_and_none_alone_is_hidden(counts: dict[str, int]) -> None:
    parts, total = parts_and_total(counts, running=False)
    assert not any(isinstance(shown, int) and is_small(shown) for shown in (*parts.values(), total))
    hidden = [key for key, shown in parts.items() if shown == HIDDEN]
    assert len(hidden) != 1 or len(counts) == 1
    assert all(shown == counts[key] for key, shown in parts.items() if shown != HIDDEN)


@given(COUNTS)
def test_of_a_running_year_nothing_but_fives_is_shown(counts: dict[str, int]) -> None:
    parts, total = parts_and_total(counts, running=True)
    assert all(shown == HIDDEN or int(shown) % 5 == 0 for shown in (*parts.values(), total))


@given(st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_neither_a_part_nor_its_rest_is_small_where_it_is_shown(part: int, rest: int, running: bool) -> None:
    shown = part_of(part, part + rest, running=running)
    if shown != HIDDEN:
        assert not is_small(part)
        assert not is_small(rest)
    assert days_beside(3 * part, shown, running=running) == HIDDEN or shown != HIDDEN
