"""Who stands in line is served in order, by the rule of the draw, and no day is given over its places."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bookings.draws.draw import Choice, Room, Wish, could_win, draw, order_of, serve

FIRST = date(2026, 1, 5)
SERVICES = ("house/short-stay", "house/day-care")


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(days=number) for number in numbers)


def wish(sign: str, *choices: tuple[date, ...], service: str = SERVICES[0], **facts: object) -> Wish:
    return Wish(sign, tuple(Choice(service, choice) for choice in choices), **facts)  # type: ignore[arg-type]


def rooms(places: int = 1, *, length: int = 7, for_siblings: int | None = None) -> dict[date, Room]:
    return {day: Room(places, for_siblings) for day in days(*range(length))}


def test_each_in_order_gets_the_best_that_is_left() -> None:
    line = [wish("A", days(0, 1)), wish("B", days(1, 2), days(3, 4)), wish("C", days(4, 5), least_days=1)]
    assert [award.days for award in serve(line, rooms())] == [days(0, 1), days(3, 4), days(5)]


def test_who_may_use_none_of_the_days_takes_none_from_who_comes_after() -> None:
    line = [wish("A", days(0)), wish("B", days(0))]
    assert [award.days for award in serve(line, rooms(), {"A": []})] == [(), days(0)]


def test_a_room_for_a_sibling_is_given_once_and_who_can_comes_without() -> None:
    first, second = (wish(sign, days(0), sibling=True, or_without=sign == "B") for sign in "AB")
    awards = serve([first, second], rooms(2, for_siblings=1))
    assert [(award.days, award.sibling) for award in awards] == [(days(0), True), (days(0), False)]


def test_what_is_free_is_told_from_what_is_not() -> None:
    free = {day: Room(int(day in days(1, 2))) for day in days(0, 1, 2, 3)}
    assert could_win(wish("A", days(1, 2)), free)
    assert not could_win(wish("A", days(2, 3)), free)
    assert could_win(wish("A", days(2, 3), least_days=1), free)
    assert not could_win(wish("A", days(1)), free, [])
    assert not could_win(wish("A", days(6)), free)


wishes = st.builds(
    lambda starts, length, least, service, sibling: (starts, length, least, service, sibling),
    st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True),
    st.integers(1, 3),
    st.none() | st.just(1),
    st.sampled_from(SERVICES),
    st.booleans(),
)


@given(st.lists(wishes, max_size=12), st.lists(st.integers(0, 3), min_size=9, max_size=9), st.text("ab", max_size=3))
def test_in_the_drawn_order_it_gives_what_the_draw_gives(
    made: list[tuple[list[int], int, int | None, str, bool]], places: list[int], seed: str
) -> None:
    """A line of everybody on places that nobody has yet is the draw itself: no rule of its own, none given twice."""
    line = [
        wish(
            f"S{number}",
            *(days(*range(start, start + length)) for start in starts),
            service=service,
            least_days=least,
            sibling=sibling,
        )
        for number, (starts, length, least, service, sibling) in enumerate(made)
    ]
    free = {day: Room(places[number], min(places[number], 1)) for number, day in enumerate(days(*range(9)))}
    given = serve(order_of(line, seed), free)
    assert given == draw(line, free, seed)
    for day, room in free.items():
        assert sum(day in award.days for award in given) <= room.places
        assert sum(day in award.days and award.sibling for award in given) <= (room.for_siblings or 0)
