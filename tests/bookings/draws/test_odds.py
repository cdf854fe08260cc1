"""当たりやすさ: the odds shown are those of the draw, whatever its way; exact where they can be worked out by hand."""

from datetime import date, timedelta

import pytest

from bookings.draws.draw import Choice, Room, Wish, draw
from bookings.draws.mechanisms import Mechanism
from bookings.draws.odds import band_of, odds_of

FIRST = date(2026, 12, 7)
BANDS = [90, 67, 50, 33, 20, 10, 5]


def stay(*numbers):
    return Choice("house/short-stay", tuple(FIRST + timedelta(days=number) for number in numbers))


def rooms(places, length=3):
    return {FIRST + timedelta(days=number): Room(places) for number in range(length)}


@pytest.mark.parametrize(
    ("others", "places", "tickets", "share"),
    [
        (9, 1, 1, 1 / 10),  # one of ten
        (9, 5, 1, 5 / 10),
        (9, 1, 2, 2 / 11),  # two tickets of eleven
        (4, 5, 1, 1.0),  # enough for all
        (4, 0, 1, 0.0),
    ],
)
def test_the_odds_of_a_day_are_those_that_can_be_counted(others, places, tickets, share):
    wishes = [Wish(str(number), (stay(0),)) for number in range(others)]
    found = odds_of([Wish("x", (stay(0),), tickets=tickets)], wishes, rooms(places), repeat=400)
    assert found.repeated == 400
    assert abs(found.shares["x"] - share) < 0.03


def test_what_is_tried_takes_nothing_from_anybody_nor_from_each_other():
    wishes = [Wish("a", (stay(0),))]
    alone = odds_of([Wish("x", (stay(0),))], wishes, rooms(1), repeat=200)
    together = odds_of([Wish(f"x{n}", (stay(0),)) for n in range(20)], wishes, rooms(1), repeat=200)
    assert all(abs(share - alone.shares["x"]) < 0.06 for share in together.shares.values())
    assert abs(alone.shares["x"] - 0.5) < 0.06


def test_fewer_days_and_a_second_wish_are_worth_something_and_a_sibling_costs_something():
    wishes = [Wish(str(n), (stay(*range(3)),), 1) for n in range(6)]
    left = {day: Room(2, 1) for day in rooms(2)}
    tried = {
        "whole": Wish("whole", (stay(0, 1, 2),)),
        "fewer": Wish("fewer", (stay(0, 1, 2),), 1),
        "child": Wish("child", (stay(0, 1, 2),), sibling=True),
        "else": Wish("else", (stay(0, 1, 2),), sibling=True, or_without=True),
    }
    busy = [*wishes, Wish("t", (stay(1),)), *(Wish(f"s{n}", (stay(n),), sibling=True) for n in range(3))]
    shares = odds_of(list(tried.values()), busy, left, repeat=200).shares
    assert shares["fewer"] > shares["whole"] + 0.02
    assert shares["else"] > shares["child"] + 0.02


@pytest.mark.parametrize("mechanism", Mechanism)
def test_the_odds_told_are_those_with_which_the_draw_gives(mechanism):
    """A wish is tried beside 24 entries, then entered among them in 600 draws: within four standard deviations."""
    wishes = [
        Wish(
            f"w{n}",
            (stay(n % 3), stay((n + 1) % 3, *((2,) if (n + 1) % 3 == 1 else ()))),
            n % 3 or None,
            tickets=1 + n % 2,
            is_marked=n % 4 == 0,
        )
        for n in range(24)
    ]
    way = {"mechanism": mechanism, "set_aside_percent": 20}
    hers = Wish("hers", (stay(0, 1),), 1)
    told = odds_of([hers], wishes, rooms(5), repeat=400, **way).shares["hers"]
    draws = 600
    won = sum(
        bool(award.days)
        for seed in range(draws)
        for award in draw([*wishes, hers], rooms(5), str(seed), **way)
        if award.sign == "hers"
    )
    assert abs(told - won / draws) < 4 * max(told * (1 - told), 0.01) ** 0.5 * (1 / draws + 1 / 3200) ** 0.5


def test_the_same_entries_tell_the_same_and_time_ends_it_after_one_repetition_at_least():
    wishes = [Wish(str(number), (stay(0),)) for number in range(5)]
    tried = [Wish("x", (stay(0),))]
    assert odds_of(tried, wishes, rooms(1), seed="r") == odds_of(tried, wishes, rooms(1), seed="r")
    assert odds_of(tried, wishes, rooms(1), go_on=lambda: False).repeated == 1


@pytest.mark.parametrize(
    ("share", "band"),
    [(1.0, 90), (0.8, 90), (0.7, 67), (0.55, 50), (0.34, 33), (0.105, 10), (0.03, 5), (0.02, 0), (0.0, 0)],
)
def test_a_share_is_shown_in_the_nearest_band_and_next_to_nothing_as_nothing(share, band):
    assert band_of(share, BANDS) == band
