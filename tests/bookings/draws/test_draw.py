"""抽選: fair, exact, and the same for everybody who computes it. Tables of cases, and properties."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.draws.draw import Award, Choice, Room, Wish, draw, order_of

FIRST = date(2026, 12, 7)


def days(*numbers):
    return tuple(FIRST + timedelta(days=number) for number in numbers)


def choices(*stretches):
    return tuple(Choice("stay", stretch) for stretch in stretches)


def rooms(places, length=7, siblings=None):
    return {day: Room(places, siblings) for day in days(*range(length))}


def one(wish, left):
    (award,) = draw([wish], left, "seed")
    return award


@pytest.mark.parametrize(
    ("wish", "left", "expected"),
    [
        # the first choice, where there is room
        (Wish("a", choices(days(0, 1), days(3, 4))), rooms(1), (days(0, 1), 1, False)),
        # the second, where the first is full on one day
        (Wish("a", choices(days(0, 1), days(3, 4))), rooms(1) | {days(1)[0]: Room(0)}, (days(3, 4), 2, False)),
        # nothing, where a part is not accepted
        (Wish("a", choices(days(0, 1, 2))), rooms(1) | {days(1)[0]: Room(0)}, ((), None, False)),
        # the longest part, of the earlier choice, on the earlier days
        (Wish("a", choices(days(0, 1, 2, 3)), 1), rooms(1) | {days(1)[0]: Room(0)}, (days(2, 3), 1, True)),
        (Wish("a", choices(days(0, 1, 2)), 2), rooms(1) | {days(1)[0]: Room(0)}, ((), None, False)),
        (Wish("a", choices(days(0, 1, 2), days(4, 5)), 1), rooms(1) | {days(1)[0]: Room(0)}, (days(4, 5), 2, False)),
        # a day beyond the round is no place
        (Wish("a", choices(days(6, 7)), 1), rooms(1), (days(6), 1, True)),
        # a sibling needs a room that takes one
        (Wish("a", choices(days(0)), sibling=True), rooms(5, siblings=0), ((), None, False)),
        (Wish("a", choices(days(0)), sibling=True), rooms(5, siblings=1), (days(0), 1, False)),
        (Wish("a", choices(days(0)), sibling=True), rooms(5), (days(0), 1, False)),
        # days apart are no run: a part lies within days next to each other
        (Wish("a", choices(days(0, 2)), 1), rooms(1) | {days(2)[0]: Room(0)}, (days(0), 1, True)),
        (Wish("a", choices(())), rooms(1), ((), None, False)),
    ],
)
def test_an_entry_gets_the_best_of_its_choices_that_is_left(wish, left, expected):
    award = one(wish, left)
    assert (award.days, award.choice, award.is_part) == expected


def test_the_last_place_goes_to_the_smallest_ticket_whoever_applied_first():
    wishes = [Wish(sign, choices(days(0))) for sign in "abcdefgh"]
    first = order_of(wishes, "s")[0].sign
    assert [award.sign for award in draw(wishes[::-1], rooms(1), "s") if award.days] == [first]


def test_the_numbers_of_this_draw_never_change():
    """Computed once by hand with sha256sum: a change of the rule would be seen here."""
    wishes = [Wish(sign, choices(days(0))) for sign in ("a", "b", "c")]
    assert [wish.sign for wish in order_of(wishes, "2")] == ["c", "b", "a"]  # 70b96652, 7684a0e4, b1538026


@pytest.mark.parametrize(("tickets", "share"), [(1, 1 / 10), (2, 2 / 11), (3, 3 / 12)])
def test_so_many_tickets_are_so_much_chance(tickets, share):
    """3,000 draws of one place among ten: within four standard deviations of the share."""
    wishes = [Wish(str(number), choices(days(0))) for number in range(9)] + [
        Wish("x", choices(days(0)), tickets=tickets)
    ]
    won = Counter(order_of(wishes, str(seed))[0].sign for seed in range(3000))["x"]
    assert abs(won / 3000 - share) < 4 * (share * (1 - share) / 3000) ** 0.5


CHOICE = st.integers(0, 6).flatmap(
    lambda first: st.tuples(st.sampled_from(["stay", "day"]), st.integers(1, 7 - first)).map(
        lambda row: Choice(row[0], days(*range(first, first + row[1])))
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
    ),
    max_size=12,
    unique_by=lambda wish: wish.sign,
)
CLOSED = st.sampled_from([frozenset(), frozenset(["stay"]), frozenset(["day"])])
ROOMS = st.lists(
    st.builds(Room, st.integers(0, 3), st.none() | st.integers(0, 2), CLOSED), min_size=7, max_size=7
).map(lambda found: dict(zip(days(*range(7)), found, strict=True)))


@settings(max_examples=300, deadline=None)
@given(wishes=WISHES, left=ROOMS, seed=st.text(max_size=5))
def test_no_day_is_given_twice_and_nobody_is_passed_over_whom_a_place_was_left_for(wishes, left, seed):
    awards = draw(wishes, left, seed)
    assert awards == draw(list(reversed(wishes)), left, seed)
    by_sign = {wish.sign: wish for wish in wishes}
    given_days = Counter(day for award in awards for day in award.days)
    with_sibling = Counter(day for award in awards if award.sibling for day in award.days)
    assert all(given_days[day] <= room.places for day, room in left.items())
    assert all(room.for_siblings is None or with_sibling[day] <= room.for_siblings for day, room in left.items())
    for award in awards:
        wish = by_sign[award.sign]
        if award.days:
            choice = wish.choices[award.choice - 1]
            assert Choice(award.service, award.days).within(choice)
            assert award.is_part == (award.days != choice.days)
            assert all(award.service not in left[day].closed_to for day in award.days)
            assert award.sibling == wish.sibling or wish.or_without
            assert not award.is_part or len(award.days) >= wish.least_days
        else:
            assert not _would_still_fit(wish, left, given_days, with_sibling)


def _would_still_fit(wish, left, given_days, with_sibling):
    """After all is given, less is left than when she was served: what fits now would have fitted then."""
    return any(
        all(
            left[day].places > given_days[day]
            and choice.service not in left[day].closed_to
            and (
                not wish.sibling
                or wish.or_without
                or left[day].for_siblings is None
                or left[day].for_siblings > with_sibling[day]
            )
            for day in choice.days
        )
        for choice in wish.choices
    )


@settings(max_examples=100, deadline=None)
@given(wishes=WISHES.filter(bool), left=ROOMS, seed=st.text(max_size=5))
def test_whoever_is_served_first_gets_the_first_choice_that_there_is_room_for(wishes, left, seed):
    first: Award = draw(wishes, left, seed)[0]
    alone = one(next(wish for wish in wishes if wish.sign == first.sign), left)
    assert (first.days, first.choice) == (alone.days, alone.choice)
