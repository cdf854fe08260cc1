"""What two stated days say of each other: what cannot be, and what is asked again (own defaults)."""

from datetime import date, timedelta

import pytest

from enrollment.plausible import Doubt, Doubtful, InfantDays, born_apart, doubts_about, due_date_fits

TODAY = date(2026, 11, 10)
BORN = date(2026, 9, 1)
WEEKS_39 = 273


def born(day=BORN, **facts):
    return InfantDays(day, **facts)


@pytest.mark.parametrize(
    ("due_date", "fits"),
    [
        (BORN, True),
        (BORN + timedelta(days=140), True),  # 20 weeks
        (BORN + timedelta(days=141), False),
        (BORN - timedelta(days=28), True),  # 44 weeks
        (BORN - timedelta(days=29), False),
    ],
)
def test_a_pregnancy_lasts_twenty_to_forty_four_weeks(due_date, fits):
    assert due_date_fits(due_date, BORN) is fits


@pytest.mark.parametrize(
    ("infants", "due_date", "doubts"),
    [
        ([born()], None, []),
        ([born(gestation_days=WEEKS_39)], BORN + timedelta(days=7), []),
        # Two weeks of slack between the weeks in the handbook and the due date
        ([born(gestation_days=WEEKS_39 - 14)], BORN + timedelta(days=7), []),
        ([born(gestation_days=WEEKS_39 - 15)], BORN + timedelta(days=7), [(0, Doubt.WEEKS_AGAINST_DUE_DATE)]),
        ([born(gestation_days=WEEKS_39 - 15)], None, []),
        # Nobody rolls over actively before two months
        ([born(rolls_over_since=BORN + timedelta(days=59))], None, [(0, Doubt.ROLLS_OVER_EARLY)]),
        ([born(rolls_over_since=BORN + timedelta(days=60))], None, []),
        # Babies of one birth: one day or the next two
        ([born(), born(BORN + timedelta(days=2))], None, []),
    ],
)
def test_what_does_not_go_together_is_asked_again_beside_the_baby_it_is_about(infants, due_date, doubts):
    assert [(doubtful.infant, doubtful.doubt) for doubtful in doubts_about(infants, due_date, TODAY)] == doubts


def test_a_baby_too_old_for_every_service_is_asked_about_with_the_last_day():
    grown = born(date(2025, 11, 9))
    assert doubts_about([grown], None, TODAY, oldest_months=None) == []
    assert doubts_about([grown], None, TODAY, oldest_months=12) == [
        Doubtful(0, "birth_date", Doubt.TOO_OLD, {"birth_date": grown.birth_date, "day": date(2026, 11, 8)})
    ]
    # Corrected by the due date she has a month more.
    assert doubts_about([grown], date(2025, 12, 21), TODAY, oldest_months=12) == []


def test_the_weeks_that_the_due_date_gives_stand_in_the_doubt():
    (doubt,) = doubts_about([born(gestation_days=WEEKS_39)], BORN + timedelta(days=40), TODAY)
    assert doubt.facts == {"stated": 39, "weeks": 34, "days": 2}


@pytest.mark.parametrize(
    ("apart", "found"),
    [((), None), ((0,), None), ((1, 2), None), ((3,), 1), ((-70,), 1), ((2, -2), 2), ((1, 3), 2)],
)
def test_babies_of_one_birth_are_born_within_two_days(apart, found):
    assert born_apart([BORN, *(BORN + timedelta(days=days) for days in apart)]) == found
