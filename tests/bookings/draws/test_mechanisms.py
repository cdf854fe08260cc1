"""抽選の方式: whichever is named, no place is given twice, nobody gets what she did not wish, all can compute it."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.draws.draw import Choice, Room, Wish, as_published, draw, from_published, order_of, usable_choices
from bookings.draws.mechanisms import MARKED, Mechanism, places_set_aside, turns

FIRST = date(2026, 12, 7)
STAY, DAY_CARE = "house/short-stay", "house/day-care"


def days(*numbers):
    return tuple(FIRST + timedelta(days=number) for number in numbers)


def stay(*numbers):
    return Choice(STAY, days(*numbers))


def given_days(wishes, rooms, seed="s", **way):
    return {award.sign: award.days for award in draw(wishes, rooms, seed, **way)}


CHOICE = st.tuples(st.sampled_from([STAY, DAY_CARE]), st.integers(0, 5)).flatmap(
    lambda asked: st.integers(1, 6 - asked[1]).map(
        lambda length: Choice(asked[0], days(*range(asked[1], asked[1] + length)))
    )
)
WISHES = st.lists(
    st.builds(
        Wish,
        sign=st.text("abcdef0123456789", min_size=4, max_size=4),
        choices=st.lists(CHOICE, min_size=1, max_size=3).map(tuple),
        least_days=st.none() | st.integers(1, 3),
        sibling=st.booleans(),
        or_without=st.booleans(),
        tickets=st.integers(1, 4),
        is_marked=st.booleans(),
    ),
    max_size=10,
    unique_by=lambda wish: wish.sign,
)
ROOMS = st.lists(
    st.builds(
        Room,
        st.integers(0, 3),
        st.none() | st.integers(0, 2),
        st.sampled_from([frozenset(), frozenset({STAY}), frozenset({DAY_CARE})]),
    ),
    min_size=6,
    max_size=6,
).map(lambda found: dict(zip(days(*range(6)), found, strict=True)))
BARRED = st.sets(st.integers(0, 5), max_size=2).map(lambda numbers: set(days(*numbers)))


def usable_without(wishes, barred):
    """What each can be given where nobody may use the days that are barred."""
    return {wish.sign: usable_choices(wish, lambda choice: not barred & set(choice.days)) for wish in wishes}


@pytest.mark.parametrize("mechanism", Mechanism)
@settings(max_examples=150, deadline=None)
@given(wishes=WISHES, rooms=ROOMS, barred=BARRED, drawn=st.tuples(st.text(max_size=4), st.integers(0, 100)))
def test_whichever_way_is_named_nothing_is_given_that_is_not_there_was_not_wished_or_may_not_be_used(
    mechanism, wishes, rooms, barred, drawn
):
    seed, percent = drawn
    way = {"mechanism": mechanism, "set_aside_percent": percent}
    usable = usable_without(wishes, barred)
    awards = draw(wishes, rooms, seed, usable, **way)
    # The same for everybody who computes it, in whatever order the file has the entries. Their tickets stand apart.
    read = [replace(from_published(as_published(wish)), tickets=wish.tickets) for wish in reversed(wishes)]
    assert awards == draw(read, rooms, seed, usable, **way)
    assert [award.sign for award in awards] == [wish.sign for wish in order_of(wishes, seed)]
    by_sign = {wish.sign: wish for wish in wishes}
    taken = Counter(day for award in awards for day in award.days)
    along = Counter(day for award in awards if award.sibling for day in award.days)
    for day, room in rooms.items():
        assert taken[day] <= room.places
        assert room.for_siblings is None or along[day] <= room.for_siblings
    for award in awards:
        wish = by_sign[award.sign]
        if not award.days:
            assert (award.service, award.choice, award.is_part, award.sibling) == ("", None, False, False)
            continue
        choice = wish.choices[award.choice - 1]
        assert award.service == choice.service
        assert set(award.days) <= set(choice.days)
        assert all(later - day == timedelta(days=1) for day, later in zip(award.days, award.days[1:], strict=False))
        assert not barred & set(award.days)
        assert all(award.service not in rooms[day].closed_to for day in award.days)
        assert award.is_part == (award.days != choice.days)
        assert not award.is_part or len(award.days) >= wish.least_days
        assert award.sibling == wish.sibling or (wish.or_without and not award.sibling)


@pytest.mark.parametrize("mechanism", Mechanism)
@settings(max_examples=100, deadline=None)
@given(wishes=WISHES, rooms=ROOMS, seed=st.text(max_size=4))
def test_whichever_way_is_named_no_place_is_left_over_that_a_loser_wished_whole(mechanism, wishes, rooms, seed):
    awards = draw(wishes, rooms, seed, mechanism=mechanism, set_aside_percent=30)
    left = {
        day: Room(
            room.places - sum(day in award.days for award in awards),
            None
            if room.for_siblings is None
            else room.for_siblings - sum(day in award.days for award in awards if award.sibling),
            room.closed_to,
        )
        for day, room in rooms.items()
    }
    lost = {award.sign for award in awards if not award.days}
    for wish in wishes:
        if wish.sign in lost:
            (alone,) = draw([wish], left, seed)
            assert not alone.days


def test_one_after_the_other_gives_the_first_all_that_she_wished():
    wishes = [Wish(sign, (stay(0), stay(1))) for sign in "abc"]
    first, second, third = (wish.sign for wish in order_of(wishes, "s"))
    rooms = {days(0)[0]: Room(1), days(1)[0]: Room(1)}
    assert given_days(wishes, rooms) == {first: days(0), second: days(1), third: ()}


def test_first_wishes_go_before_every_second_wish_whatever_the_ticket():
    early, late = Wish("a", (stay(0), stay(1))), Wish("b", (stay(1),))
    seed = next(str(number) for number in range(99) if order_of([early, late], str(number))[0] is early)
    rooms = {days(0)[0]: Room(0), days(1)[0]: Room(1)}
    assert given_days([early, late], rooms, seed) == {"a": days(1), "b": ()}
    assert given_days([early, late], rooms, seed, mechanism="first_wishes") == {"a": (), "b": days(1)}


def test_fewest_days_serves_three_where_one_long_stay_would_take_all_and_lengthens_what_is_left():
    long = Wish("long", (stay(0, 1, 2),))
    short = [Wish(f"s{number}", (stay(number),)) for number in range(2)]
    rooms = {day: Room(1) for day in days(0, 1, 2)}
    seed = next(str(number) for number in range(99) if order_of([long, *short], str(number))[0] is long)
    assert given_days([long, *short], rooms, seed)["long"] == days(0, 1, 2)
    assert given_days([long, *short], rooms, seed, mechanism="fewest_days") == {
        "long": (),
        "s0": days(0),
        "s1": days(1),
    }
    grows = replace(long, least_days=1)
    found = given_days([grows, *short[1:]], rooms, seed, mechanism="fewest_days")
    assert found == {"long": days(0), "s1": days(1)}  # the first day whole, and no run beside s1 is longer
    assert given_days([grows], rooms, mechanism="fewest_days") == {"long": days(0, 1, 2)}


def test_who_had_a_place_comes_after_all_who_had_none():
    wishes = [Wish(sign, (stay(0),), is_marked=sign == "a") for sign in "ab"]
    seed = next(str(number) for number in range(99) if order_of(wishes, str(number))[0].sign == "a")
    assert given_days(wishes, {days(0)[0]: Room(1)}, seed, mechanism="once_each") == {"a": (), "b": days(0)}


def test_what_is_set_aside_goes_first_to_those_near_the_limit_and_else_to_all():
    near, others = Wish("n", (stay(0),), is_marked=True), [Wish(sign, (stay(0),)) for sign in "abcd"]
    seed = next(str(n) for n in range(999) if order_of([near, *others], str(n))[-1] is near)
    rooms = {days(0)[0]: Room(4)}
    way = {"mechanism": "near_limit", "set_aside_percent": 20}
    assert not given_days([near, *others], rooms, seed)["n"]
    assert given_days([near, *others], rooms, seed, **way)["n"] == days(0)
    assert all(given_days(others, rooms, seed, **way).values())  # nobody is near: none of the four stays empty


@pytest.mark.parametrize(
    ("places", "percent", "aside"), [(15, 20, 3), (4, 20, 1), (1, 100, 0), (0, 50, 0), (5, 0, 0), (3, 100, 2)]
)
def test_so_many_places_are_set_aside_never_the_last(places, percent, aside):
    assert places_set_aside(places, percent) == aside


def test_only_where_the_way_asks_for_it_a_mark_is_published_and_another_name_is_refused():
    wish = Wish("a", (stay(0),))
    assert "marked" not in as_published(wish)
    assert from_published(as_published(replace(wish, is_marked=True))).is_marked
    assert set(MARKED) == {Mechanism.ONCE_EACH, Mechanism.NEAR_LIMIT}
    with pytest.raises(ValueError, match="by_name"):
        draw([wish], {}, "s", mechanism="by_name")


@pytest.mark.parametrize("mechanism", Mechanism)
def test_every_way_asks_everybody_at_least_once(mechanism):
    wishes = [Wish(sign, (stay(0), stay(0, 1)), 1, is_marked=sign == "b") for sign in "abc"]
    assert {turn.entry.sign for turn in turns(mechanism, wishes)} == {"a", "b", "c"}
