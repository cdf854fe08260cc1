"""応えられなかった希望: what could not be given, by week, district and rule; weeks make the year; few are hidden."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.models import UnmetCount, WaitingEnd, WaitingEntry
from enrollment.models import RegistrationState
from reports.catalogue.contents import by_slug
from reports.catalogue.demand import (
    COLUMNS,
    full_day_table,
    full_week_table,
    refusal_table,
    unmet_table,
    unmet_week_table,
)
from reports.chapters.unmet_hidden import cells_of, hidden_unmet
from reports.chapters.unmet_queries import MEASURES, UnmetWeek, mondays_of, unmet_weeks, unmet_years
from reports.linked_cells import hidden_among, open_to_readers
from reports.small_cells import is_small
from tests import builders

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 3)
MONDAY = date(2023, 5, 8)
A_WEEK = timedelta(days=7)


@pytest.fixture
def stay():
    for slug in ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama"):
        builders.district(slug)
    return builders.service()


def looked(stay, number, *, week=MONDAY, slug="kinuta", code="full", day=builders.A_DAY):
    return UnmetCount.objects.create(
        week=week,
        kind="looked_for",
        code=code,
        service=stay,
        day=day,
        district=builders.district(slug) if slug else None,
        number=number,
    )


def refused(stay, number, code, *, slug="kinuta", kind="refused"):
    return UnmetCount.objects.create(
        week=MONDAY,
        kind=kind,
        code=code,
        service=stay,
        district=builders.district(slug) if slug else None,
        number=number,
    )


def test_a_week_belongs_to_the_year_of_its_monday_and_counts_once_it_is_over():
    found = mondays_of([2023, 2024], date(2024, 4, 15))
    assert (found[0], found[-1], len(found)) == (date(2023, 4, 3), date(2024, 4, 8), 54)
    assert mondays_of([2023], date(2023, 4, 9)) == []
    assert mondays_of([2023], date(2023, 4, 10)) == [date(2023, 4, 3)]
    assert mondays_of([2024], date(2026, 1, 1))[0] == date(2024, 4, 1)


def test_each_measure_stands_by_the_district_of_the_family(stay):
    looked(stay, 7)
    looked(stay, 4, slug=None)
    refused(stay, 5, "too_many_days", slug="tamagawa")
    refused(None, 9, "medical_care", slug=None, kind="checked")  # of nobody, and of no district
    registration = builders.registration(builders.family(district_slug="karasuyama"))
    WaitingEntry.objects.create(
        registration=registration,
        service=stay,
        period=(builders.A_DAY, builders.A_DAY + timedelta(days=1)),
        joined_at=builders.at(builders.A_DAY),
        joined_by=builders.user(),
        ended_at=builders.at(MONDAY + A_WEEK),
        ended_as=WaitingEnd.LAPSED,
    )
    builders.registration(state=RegistrationState.REJECTED, born=date(2023, 4, 28))  # decided on 8 May
    first, second = [week for week in unmet_weeks([2023], today=TODAY) if any(map(len, week.measures.values()))]
    assert (first.monday, second.monday) == (MONDAY, MONDAY + A_WEEK)
    assert first.measures["looked_for"] == {"kinuta": 7, "elsewhere": 4}
    assert first.measures["refused"] == {"tamagawa": 5}
    assert first.measures["rejected"] == {"setagaya": 1}
    assert second.measures["waited_in_vain"] == {"karasuyama": 1}


def test_weeks_make_the_year_and_districts_the_ward(stay):
    for number, slug in ((5, "kinuta"), (6, "tamagawa"), (9, "kinuta")):
        looked(stay, number, week=MONDAY + number * A_WEEK, slug=slug)
    (measures,) = unmet_years([2023], today=TODAY).values()
    summed = {name: Counter() for name in MEASURES}
    for week in unmet_weeks([2023], today=TODAY):
        for name, counted in week.measures.items():
            summed[name].update(counted)
    assert summed == measures
    rows = {row["district"]: row for row in unmet_table([2023], today=TODAY).rows}
    column = COLUMNS["looked_for"]
    assert rows["kinuta"][column] + rows["tamagawa"][column] == rows["total"][column] == 20


def test_one_or_two_are_hidden_and_do_not_follow_from_the_rest(stay):
    looked(stay, 1)
    looked(stay, 8, slug="tamagawa")
    looked(stay, 30, slug="setagaya")
    rows = {row["district"]: row[COLUMNS["looked_for"]] for row in unmet_table([2023], today=TODAY).rows}
    assert (rows["kinuta"], rows["tamagawa"], rows["setagaya"], rows["total"]) == ("x", "x", 30, 39)
    weeks = unmet_week_table([2023], today=TODAY).rows
    told = {row["district"]: row[COLUMNS["looked_for"]] for row in weeks if row["week"] == f"{MONDAY}"}
    # Tamagawa's one week would tell its year, and with it Kinuta's one family.
    assert (told["kinuta"], told["tamagawa"], told["setagaya"]) == ("x", "x", 30)


def test_days_full_stand_by_week_service_and_district_and_make_the_week(stay):
    looked(stay, 7)
    looked(stay, 5, day=date(2023, 6, 1))
    looked(stay, 40, slug="tamagawa")
    looked(stay, 4, slug=None)
    looked(stay, 6, week=MONDAY + 2 * A_WEEK, slug="tamagawa")
    rows = {row["week"]: row for row in full_week_table([2023], today=TODAY).rows}
    assert rows["2023-05-08"] == {
        "week": "2023-05-08",
        "service": stay.slug,
        **dict.fromkeys(("setagaya", "kitazawa", "karasuyama"), 0),
        "kinuta": 12,
        "tamagawa": 40,
        "elsewhere": 4,
    }
    assert rows["2023-05-22"]["tamagawa"] == 6
    assert rows["2023-05-15"]["tamagawa"] == 0
    assert "2023-05-01" not in rows, "before the first week counted there is no figure"
    for row in unmet_week_table([2023], today=TODAY).rows:
        if row["week"] in rows:
            assert row[COLUMNS["looked_for"]] == rows[row["week"]][row["district"]]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(1, 9)), max_size=14
    )
)
@settings(max_examples=60, deadline=None)
def test_the_tables_of_unmet_demand_laid_beside_each_other_give_no_small_number(full):
    """Year, week, and week and service, by district: who adds up and subtracts over all three finds none."""
    weeks = [UnmetWeek(MONDAY + number * A_WEEK) for number in range(4)]
    for number, service, slug, families in full:
        weeks[number].full[service, slug] += families
        weeks[number].measures["looked_for"][slug] += families
    counts, sums = cells_of(2023, "looked_for", weeks)
    hidden = hidden_unmet(weeks)
    told = {("year", *cell) for cell in hidden.years} | {("week", *cell) for cell in hidden.weeks}
    told |= {("service", *cell) for cell in hidden.services}
    small = {cell for cell, number in counts.items() if is_small(number) and cell[0] != "all"}
    assert small <= told
    assert not open_to_readers(counts, sums, told | hidden_among(counts, sums))[1] & small


def test_a_running_year_is_rounded_and_a_week_that_is_not_over_counts_nowhere(stay):
    looked(stay, 7, week=date(2024, 5, 20))
    looked(stay, 50, week=date(2024, 6, 3))
    table = unmet_table([2024], today=TODAY)
    rows = {row["district"]: row[COLUMNS["looked_for"]] for row in table.rows}
    assert (rows["kinuta"], rows["total"]) == (5, 5)
    assert max(row["week"] for row in unmet_week_table([2024], today=TODAY).rows) == "2024-05-27"


def test_before_anything_was_counted_there_is_no_figure_and_not_nothing(stay):
    column, waited = COLUMNS["looked_for"], COLUMNS["waited_in_vain"]
    (*_districts, ward) = unmet_table([2023], today=TODAY).rows
    assert (ward[column], ward[waited]) == (None, None)
    looked(stay, 7)
    rows = unmet_table([2022, 2023], today=TODAY).rows
    assert [row[column] for row in rows if row["district"] == "total"] == [None, 7]
    weeks = {
        row["week"]: row[column] for row in unmet_week_table([2023], today=TODAY).rows if row["district"] == "kinuta"
    }
    assert (weeks["2023-05-01"], weeks["2023-05-08"], weeks["2023-05-15"]) == (None, 7, 0)


def test_full_days_stand_by_the_month_in_which_they_lie(stay):
    looked(stay, 7)
    looked(stay, 3, slug="tamagawa")
    looked(stay, 4, week=MONDAY - A_WEEK)
    looked(stay, 2, code="no_sibling_room")
    looked(stay, 5, day=date(2023, 6, 1))
    looked(stay, 5, day=date(2024, 4, 1))
    may, june = full_day_table([2023], today=TODAY).rows
    assert may == {
        "month": "2023-05",
        "service": stay.slug,
        "full_days": 1,
        "looks_full": 14,
        "looks_no_sibling_room": 2,
        "looks_in_a_week": 12,
    }
    assert (june["month"], june["looks_full"]) == ("2023-06", 5)
    assert full_day_table([2023], today=MONDAY + timedelta(days=6)).rows[0]["looks_full"] == 4


def test_refusals_stand_by_rule_and_by_how_it_was_asked(stay):
    refused(stay, 6, "too_many_days")
    refused(stay, 4, "infant_age", slug="tamagawa")
    refused(None, 12, "medical_care", slug=None, kind="checked")
    for _number in range(3):
        application = builders.registration(state=RegistrationState.REJECTED, born=date(2023, 4, 28))
        application.verdict = {"named": ["residency"], "services": {}}
        application.save()
    rows = refusal_table([2023], today=TODAY).rows
    assert [(row["way_of_asking"], row["rule"], row["refusals"]) for row in rows] == [
        ("booking", "infant_age", 4),
        ("booking", "too_many_days", 6),
        ("check", "medical_care", 12),
        ("application", "residency", 3),
    ]
    names = refusal_table([2023], today=TODAY).names["rule"]
    assert all(row["rule"] in names for row in rows)


def test_a_rejection_without_a_rule_named_is_told_as_that(stay):
    for _number in range(3):
        builders.registration(state=RegistrationState.REJECTED, born=date(2023, 4, 28))
    assert [row["rule"] for row in refusal_table([2023], today=TODAY).rows] == ["unnamed"]


@pytest.mark.parametrize("slug", ["unmet", "unmet-weeks", "full-days-weeks", "full-days", "refusals"])
def test_unmet_demand_takes_a_fixed_number_of_queries_and_nothing_of_nothing(slug, stay):
    build, asked = by_slug()[slug].entry.build, []
    assert build([], today=TODAY).rows == []
    looked(stay, 5)
    for years in ([2023], list(range(2015, 2024))):
        with CaptureQueriesContext(connection) as caught:
            build(years, today=TODAY)
        asked.append(len(caught))
    assert asked[0] == asked[1] <= 9
