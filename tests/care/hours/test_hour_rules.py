"""What a day adds up to, and which figures are asked once more: by hand, case by case."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from care.hour_questions import Bounds, Question, question_of, within_growth_curve
from care.hour_rules import FINDINGS, InfantDay, Kind, MotherDay, Seen, infants_day, mothers_day
from care.models import FINDING_WORDS
from tests.builders import at

DAY = date(2026, 11, 10)
START, END = at(DAY, 0), at(DAY + timedelta(days=1), 0)


def seen(kind: Kind, hour: int, minute: int = 0, amount: Any = None, *, day: int = 0, **facts: Any) -> Seen:
    return Seen(
        kind, at(DAY + timedelta(days=day), hour, minute), None if amount is None else Decimal(str(amount)), **facts
    )


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        ([], InfantDay()),
        # Both sides and the bottle after it are one feed; the next one, three hours later, is another.
        (
            [
                seen(Kind.BREAST, 3, 0, finding="left"),
                seen(Kind.BREAST, 3, 15, finding="right"),
                seen(Kind.FORMULA, 3, 40, 40),
                seen(Kind.FORMULA, 6, 0, 60),
            ],
            InfantDay(feeding="mixed", feeds=2, milk_ml=100),
        ),
        ([seen(Kind.EXPRESSED, 3, 0, 50)], InfantDay(feeding="breast", feeds=1, milk_ml=50)),
        ([seen(Kind.FORMULA, 3, 0, 50)], InfantDay(feeding="formula", feeds=1, milk_ml=50)),
        # The evening before and the next morning are other days.
        ([seen(Kind.WET, 23, 59, day=-1), seen(Kind.WET, 0, 0), seen(Kind.WET, 0, 0, day=1)], InfantDay(wets=1)),
        (
            [seen(Kind.WEIGHT, 18, 0, 3500), seen(Kind.WEIGHT, 9, 0, 3480), seen(Kind.STOOL, 4), seen(Kind.BATH, 10)],
            InfantDay(weight_grams=3500, stools=1),
        ),
        (
            [seen(Kind.TEMPERATURE, 9, 0, 37.6), seen(Kind.TEMPERATURE, 18, 0, 36.9), seen(Kind.JAUNDICE, 9, 0, 11.2)],
            InfantDay(temperature=Decimal("37.6"), jaundice=Decimal("11.2")),
        ),
        # What was over before the day began is the day's before.
        ([seen(Kind.ASLEEP, 20, 0, day=-1), seen(Kind.AWAKE, 22, 0, day=-1)], InfantDay()),
        # A sleep over midnight is shared; one that has not ended counts nothing yet.
        (
            [seen(Kind.ASLEEP, 22, 0, day=-1), seen(Kind.AWAKE, 3, 0), seen(Kind.ASLEEP, 22, 30)],
            InfantDay(sleep_hours=Decimal("3.0")),
        ),
        ([seen(Kind.ASLEEP, 22, 30), seen(Kind.AWAKE, 2, 0, day=1)], InfantDay(sleep_hours=Decimal("1.5"))),
    ],
)
def test_an_infants_day_adds_up(noted: list[Seen], expected: InfantDay) -> None:
    assert infants_day(noted[::-1], START, END, timedelta(minutes=30)) == expected


def test_a_mothers_day_is_the_last_of_what_was_seen_and_the_highest_of_what_was_measured() -> None:
    noted = [
        seen(Kind.SLEPT, 3, 0, 2.5),
        seen(Kind.SLEPT, 7, 0, 3),
        seen(Kind.PRESSURE, 8, 0, 142, lower=90),
        seen(Kind.PRESSURE, 20, 0, 118, lower=70),
        seen(Kind.LOCHIA, 8, finding="much"),
        seen(Kind.LOCHIA, 20, finding="medium"),
        seen(Kind.MOOD, 20, finding="3"),
        seen(Kind.TEMPERATURE, 8, 0, 36.8),
        seen(Kind.MEDICINE, 9),
    ]
    assert mothers_day(noted, START, END) == MotherDay(
        sleep_hours=Decimal("5.5"),
        mood=3,
        temperature=Decimal("36.8"),
        systolic=142,
        diastolic=90,
        lochia="medium",
    )


BOUNDS = Bounds(150, Decimal("35.5"), Decimal("38.5"), 150, 160, by_growth_curve=True)


@pytest.mark.parametrize(
    ("kind", "amount", "last", "life", "expected"),
    [
        (Kind.WEIGHT, 3_650, (3_500, 1), 30, None),
        (Kind.WEIGHT, 3_651, (3_500, 1), 30, Question.WEIGHT_CHANGE),
        (Kind.WEIGHT, 3_349, (3_500, 1), 30, Question.WEIGHT_CHANGE),
        (Kind.WEIGHT, 3_800, (3_500, 2), 30, None),
        # Weighed twice within a day: the bound of a day.
        (Kind.WEIGHT, 3_640, (3_500, 0.1), 30, None),
        (Kind.WEIGHT, 5_300, None, 0, Question.WEIGHT_FOR_AGE),
        (Kind.WEIGHT, 2_050, None, 3, None),
        (Kind.WEIGHT, 3_000, None, 60, Question.WEIGHT_FOR_AGE),
        (Kind.TEMPERATURE, "35.4", None, 30, Question.TEMPERATURE),
        (Kind.TEMPERATURE, "38.4", None, 30, None),
        (Kind.TEMPERATURE, "38.5", None, 30, Question.TEMPERATURE),
        (Kind.FORMULA, 150, None, 30, None),
        (Kind.EXPRESSED, 151, None, 30, Question.FEED),
        (Kind.PRESSURE, 160, None, None, Question.PRESSURE),
        (Kind.WET, None, None, 30, None),
    ],
)
def test_what_is_off_by_much_is_asked(
    kind: Kind, amount: Any, last: tuple[int, float] | None, life: int | None, expected: Question | None
) -> None:
    one = seen(kind, 12, 0, amount)
    before = (last[0], one.at - timedelta(days=last[1])) if last else None
    assert question_of(one, BOUNDS, last_weight=before, days_of_life=life) == expected
    assert question_of(one, Bounds(), last_weight=before, days_of_life=life) is None


def test_the_growth_curve_lies_straight_between_its_rows() -> None:
    half_way_to_30_days = 15
    assert within_growth_curve(2_500, half_way_to_30_days)
    assert not within_growth_curve(2_499, half_way_to_30_days)
    assert not within_growth_curve(9_600, 400)


@pytest.mark.parametrize(
    ("days", "low", "high"),
    [
        # Birth: 3rd of boys 2.10 (of girls 2.13), 97th of boys 3.76 kg; a tenth is lost at first. 30 days: 97th 5.17.
        (0, 1_890, 3_760),
        (30, 2_900, 5_170),
        # "1 to 2 months" is the middle of both: at 30 days it would ask about small and healthy babies.
        (46, 3_390, 5_960),
        (76, 4_190, 7_180),
        (198, 6_060, 9_570),
    ],
)
def test_the_growth_curve_has_the_ends_of_the_survey_of_2010(days: int, low: int, high: int) -> None:
    assert within_growth_curve(low, days)
    assert within_growth_curve(high, days)
    assert not within_growth_curve(low - 1, days)
    assert not within_growth_curve(high + 1, days)


def test_every_finding_has_its_words() -> None:
    assert {kind: tuple(value for value, _ in words) for kind, words in FINDING_WORDS.items()} == FINDINGS
