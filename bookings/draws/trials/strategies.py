"""What a family gains that does not enter what it means. Pure.

One family more says something else than it means, all others stay as they are and it stands at the same places in the
hat; what it gets is valued by what it means. Above 0 a way of drawing teaches families to say what is not so.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bookings.draws.draw import Choice, Wish
from bookings.draws.odds import odds_of

from .made_demand import Demand
from .measures import Way, worth

Crowd = Counter[date]
Strategy = Callable[[Wish, Crowd], Wish]


def _one_day_is_enough(wish: Wish, _crowd: Crowd) -> Wish:
    return replace(wish, least_days=1)


def _all_or_nothing(wish: Wish, _crowd: Crowd) -> Wish:
    return replace(wish, least_days=None)


def _least_wanted_first(wish: Wish, crowd: Crowd) -> Wish:
    return replace(wish, choices=tuple(sorted(wish.choices, key=lambda choice: _crowding(choice, crowd))))


def _most_wanted_first(wish: Wish, crowd: Crowd) -> Wish:
    """Puts a wish that she does not mean, for the day that most want, before her own."""
    day = max(crowd, key=lambda one: (crowd[one], one))
    hopeless = Choice(wish.choices[0].service, (day,))
    return replace(wish, choices=(hopeless, *wish.choices)[:3])


def _only_the_first(wish: Wish, _crowd: Crowd) -> Wish:
    return replace(wish, choices=wish.choices[:1])


def _truth(wish: Wish, _crowd: Crowd) -> Wish:
    return wish


def _one_more_ticket(wish: Wish, _crowd: Crowd) -> Wish:
    return replace(wish, tickets=wish.tickets + 1)


STRATEGIES: dict[str, Strategy] = {
    "one day is enough": _one_day_is_enough,
    "all or nothing": _all_or_nothing,
    "least wanted first": _least_wanted_first,
    "hopeless wish first": _most_wanted_first,
    "first choice alone": _only_the_first,
}


TRUTH = "the truth"
FOR_THE_TICKET = "a round for its ticket"


def gains(demand: Demand, way: Way, *, families: int, repeat: int) -> dict[str, float]:
    """Return of each strategy how much more it brings on average than the truth, as a share of that.

    Tried by the first so many families, each as one more family beside all; who would say the same either way counts
    as no gain. ``FOR_THE_TICKET``: what a family gets more in the round after one that it entered for nothing but the
    ticket of having lost.
    """
    crowd = Counter(day for family in demand.families for choice in family.wish.choices for day in choice.days)
    said: dict[str, Strategy] = STRATEGIES | {FOR_THE_TICKET: _one_more_ticket}
    meant, tried = {}, []
    for family in demand.families[:families]:
        truth = family.entered(way.mechanism)
        for name, strategy in {TRUTH: _truth, **said}.items():
            sign = f"{truth.sign} {name}"
            meant[sign] = family.wish
            tried.append(replace(strategy(truth, crowd), sign=sign))
    values = odds_of(
        tried,
        [family.entered(way.mechanism) for family in demand.families],
        demand.rooms,
        mechanism=way.mechanism,
        set_aside_percent=way.set_aside_percent,
        repeat=repeat,
        worth=lambda wish, award: worth(meant[wish.sign], award),
    ).shares
    of_name = {name: sum(value for sign, value in values.items() if sign.endswith(name)) for name in [TRUTH, *said]}
    return {name: of_name[name] / of_name[TRUTH] - 1 if of_name[TRUTH] else 0.0 for name in said}


def _crowding(choice: Choice, crowd: Crowd) -> float:
    return sum(crowd[day] for day in choice.days) / len(choice.days)
