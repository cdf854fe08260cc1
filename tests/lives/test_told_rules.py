"""The second statement itself, against values worked out by hand from docs/domain.md: it is worth what it says."""

from datetime import date, timedelta

import pytest

from tests.builders import at

from .figures import Figures, district_of
from .told import World, span
from .told_rules import (
    A_DAY,
    Baby,
    Child,
    Family,
    Home,
    against,
    beyond,
    last_day_under,
    price,
    school,
    tax_class,
    too_early,
    too_late,
    window,
)
from .told_uses import Life, Use

SHORT_STAY, DAY_CARE = "ward-centre/short-stay", "ward-centre/day-care"


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


def family(*babies: Baby, due: date | None = None, **more: object) -> Family:
    return Family("髙橋", due, list(babies), [Home(date(2027, 1, 1), None, "setagaya", 0)], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born", "months", "last"),
    [
        (date(2027, 4, 1), 4, date(2027, 7, 31)),  # SEED
        (date(2026, 10, 31), 4, date(2027, 2, 28)),  # SEED
        (date(2027, 10, 31), 4, date(2028, 2, 29)),  # SEED, a leap year
        (date(2027, 10, 30), 4, date(2028, 2, 29)),
        (date(2027, 10, 29), 4, date(2028, 2, 28)),
        (date(2027, 6, 15), 4, date(2027, 10, 14)),
        (date(2027, 12, 31), 12, date(2028, 12, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_under_so_many_months_lasts_to_the_day_before_the_same_day(born, months, last):
    assert last_day_under(born, months) == last


@pytest.mark.parametrize(
    ("baby", "due", "last"),
    [
        (Baby(date(2027, 5, 20)), date(2027, 6, 30), date(2027, 10, 29)),  # 34 weeks by the due date
        (Baby(date(2027, 6, 15)), date(2027, 6, 30), date(2027, 10, 14)),  # born at term: its own months
        (Baby(date(2027, 5, 20), 275), date(2027, 6, 30), date(2027, 9, 19)),  # the weeks say more than the due date
        (Baby(date(2027, 6, 15), 275, True), date(2027, 6, 30), date(2027, 10, 29)),  # long in hospital
        (Baby(date(2027, 5, 20), 240), None, date(2027, 9, 19)),  # early, but nobody said when it was due
    ],
)
def test_the_months_of_a_baby_born_early_or_long_in_hospital_count_from_a_later_due_date(baby, due, last):
    assert window(family(baby, due=due), 4)[1] == last


def test_a_baby_that_rolls_over_is_refused_in_the_time_that_only_the_correction_gives(figures):
    baby = Baby(date(2027, 5, 20), rolls_since=date(2027, 9, 10))
    of = family(baby, due=date(2027, 6, 30))
    days = [date(2027, 9, 9), date(2027, 9, 19), date(2027, 9, 20), date(2027, 10, 29), date(2027, 10, 30)]
    found = [against(of, SHORT_STAY, day, figures, used_the_facility=False) for day in days]
    assert found == [set(), set(), {"rolling_over"}, {"rolling_over"}, {"infant_age"}]


def test_who_lives_elsewhere_on_a_day_is_refused_on_it_alone(figures):
    of = family(Baby(date(2027, 11, 20)))
    of.homes = [Home(date(2027, 1, 1), date(2027, 12, 20), "setagaya", 0), Home(date(2028, 1, 15), None, "kinuta", 1)]
    days = [date(2027, 12, 20), date(2027, 12, 21), date(2028, 1, 14), date(2028, 1, 15)]
    assert [bool(against(of, DAY_CARE, day, figures, used_the_facility=False)) for day in days] == [0, 1, 1, 0]


def test_an_older_child_comes_until_school_starts_where_the_house_takes_one(figures):
    assert school(date(2021, 4, 1)) == date(2027, 4, 1)
    assert school(date(2021, 4, 2)) == date(2028, 4, 1)
    of = family(Baby(date(2027, 2, 1)), child=Child(date(2021, 4, 1)))

    def found(service: str, day: date, days: int) -> set[str]:
        return against(of, service, day, figures, used_the_facility=False, sibling_days=days)

    assert found(SHORT_STAY, date(2027, 3, 20), 4) == set()
    assert found(SHORT_STAY, date(2027, 3, 20), 5) == {"sibling"}
    assert found(SHORT_STAY, date(2027, 4, 1), 1) == {"sibling"}
    assert found("shiseikai/short-stay", date(2027, 3, 20), 1) == {"sibling"}


@pytest.mark.parametrize(
    ("service", "of_class", "who", "days", "yen"),
    [  # SEED's worked examples
        (SHORT_STAY, "taxed", (1, False), 7, 31_500),
        (SHORT_STAY, "non_taxed", (1, False), 7, 10_500),
        (SHORT_STAY, "taxed", (2, False), 3, 15_000),
        (SHORT_STAY, "non_taxed", (1, True), 3, 7_200),
        (DAY_CARE, "welfare", (2, True), 2, 0),
    ],
)
def test_days_cost_what_the_slides_say(service, of_class, who, days, yen):
    figures, (babies, sibling) = Figures(), who
    july = span(date(2027, 7, 1), days)
    each = [price(figures, service, day, of_class, babies=babies, sibling=sibling) for day in july]
    assert sum(base + others for base, others in each) == yen


def test_what_nobody_published_has_no_price(figures):
    assert price(figures, "ward-centre/outreach", date(2027, 7, 1), "non_taxed", babies=1, sibling=False) is None
    assert price(figures, SHORT_STAY, date(2027, 7, 1), None, babies=1, sibling=False) is None


def test_a_coupon_takes_2500_off_a_taxed_day_and_each_day_has_its_own_class(figures):
    life = Life(family(Baby(date(2027, 6, 1)), classes=[(date(2027, 1, 1), "taxed"), (date(2027, 7, 6), "welfare")]))
    assert [tax_class(life.family, date(2027, 7, day)) for day in (5, 6)] == ["taxed", "welfare"]
    use = Use(1, DAY_CARE, dict.fromkeys(span(date(2027, 7, 4), 3), "used"), coupons=1)
    assert list(World(figures).prices(life, use).values()) == [500, 3000, 0]


def test_seven_days_of_a_birth_and_seven_in_a_row(figures):
    hers = span(date(2027, 7, 1), 5)
    assert beyond(figures, DAY_CARE, hers, span(date(2027, 7, 6), 2)) == set()
    assert beyond(figures, DAY_CARE, hers, [date(2027, 7, 10), *span(date(2027, 8, 1), 2)]) == {"too_many_days"}
    assert beyond(figures, "ward-centre/outreach", span(date(2027, 7, 1), 9), [date(2027, 8, 1)]) == set()


def test_days_are_asked_for_until_17_of_the_day_before_and_half_a_year_ahead(figures):
    first = date(2027, 7, 5)
    assert not too_late(figures, DAY_CARE, first, at(first - A_DAY, 17))
    assert too_late(figures, DAY_CARE, first, at(first - A_DAY, 17, 1))
    assert not too_early(figures, DAY_CARE, first, first - timedelta(days=180))
    assert too_early(figures, DAY_CARE, first, first - timedelta(days=181))


@pytest.mark.parametrize(
    ("pool", "day", "slots"),
    [
        ("ward-centre/rooms", date(2028, 3, 28), 15),
        ("ward-centre/rooms", date(2028, 3, 29), 0),
        ("ward-centre/rooms", date(2028, 3, 31), 0),
        ("ward-centre/rooms", date(2028, 4, 1), 15),
        ("mamas-room/rooms", date(2027, 7, 5), 3),
        ("mamas-room/rooms", date(2027, 7, 7), 0),  # a Wednesday
        ("mamas-room/rooms", date(2027, 5, 3), 0),  # a public holiday
        ("mamas-room/rooms", date(2027, 12, 28), 0),
        ("mamas-room/rooms", date(2028, 1, 4), 0),
        ("mamas-room/rooms", date(2028, 1, 6), 3),
        ("ward-centre/online", date(2027, 7, 6), 1),
        ("ward-centre/online", date(2027, 7, 7), 0),
        ("shiseikai/rooms", date(2028, 1, 1), 2),
    ],
)
def test_a_house_has_the_places_of_its_calendar(figures, pool, day, slots):
    assert figures.slots(pool, day) == slots


def test_a_town_that_is_divided_lies_in_two_districts():
    assert [district_of("池尻", 4, block) for block in (32, 33, 39, 40)] == [
        "setagaya",
        "kitazawa",
        "kitazawa",
        "setagaya",
    ]
