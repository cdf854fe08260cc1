"""Worlds and demand of a few families, as a replay takes them; no database."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bookings.draws.draw import Choice, Wish
from bookings.draws.tickets import Standing, Weights
from bookings.places.limits import Limits
from enrollment.corrected_age import InfantFacts
from enrollment.eligibility import Application, ServiceTerms
from facilities.calendar import Capacity, PoolCalendar, WeeklyPattern, days_between
from reports.planning.demand import KEPT, Afterwards, Ask, Demand, Entry, Household, Round, Wait
from reports.planning.world import BESIDE, Offer, World

TOKYO = ZoneInfo("Asia/Tokyo")
FIRST, LAST = date(2024, 4, 1), date(2024, 4, 30)  # a Monday to a Tuesday
LONG_AGO = date(2018, 4, 1)
CENTRE, STAY = 1, "ward-centre/short-stay"
WEIGHTS = Weights(high_need=2, lost_before=1, most_lost_counted=3, window=1, window_days=30)
FACTS = Application(
    first_day=FIRST,
    last_day=FIRST,
    mother_in_ward=True,
    infant_in_ward=True,
    infants=[InfantFacts(date(2024, 3, 1))],
    worry=True,
    lacks_support=True,
    needs_medical_care=False,
)


def day(number: int) -> date:
    """A day of April."""
    return FIRST + timedelta(days=number - 1)


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(day(number) for number in numbers)


def moment(number: int, hour: int = 9) -> datetime:
    """So many days after 1 March, when families ask for April."""
    return datetime(2024, 3, 1, hour, tzinfo=TOKYO) + timedelta(days=number)


def world(slots: int = 1, weekdays: Iterable[int] = range(7), days_per_birth: int = 7, **more: Any) -> World:
    """One house of one pool, open on the weekdays."""
    terms = ServiceTerms("short_stay", LONG_AGO, None, 4, takes_siblings=True)
    calendar = PoolCalendar(
        patterns=[WeeklyPattern(LONG_AGO, None, frozenset(weekdays), False)],
        capacities=[Capacity(LONG_AGO, None, slots)],
    )
    every = days_between(FIRST - BESIDE, LAST + BESIDE)
    return World(
        first_day=FIRST,
        last_day=LAST,
        calendars={CENTRE: calendar},
        offers={STAY: Offer(STAY, "short_stay", CENTRE, "ward-centre", [terms])},
        limits={STAY: dict.fromkeys(every, Limits(days_per_birth, 7))},
        **more,
    )


def household(key: int, district: str = "setagaya", facts: Application = FACTS, **more: Any) -> Household:
    return Household(key, key, key, district, [(LONG_AGO, facts)], **more)


def demand(*wants: "Ask | Round", households: Iterable[Household] = ()) -> Demand:
    """What was asked for; a family of Setagaya for each that is not told."""
    told = {one.key: one for one in households}
    of_asks = {want.household for want in wants if isinstance(want, Ask)}
    of_rounds = {entry.household for want in wants if isinstance(want, Round) for entry in want.entries}
    return Demand(
        households={key: told.get(key) or household(key) for key in sorted(of_asks | of_rounds | set(told))},
        asks=[want for want in wants if type(want) is Ask],
        waits=[want for want in wants if isinstance(want, Wait)],
        rounds=[want for want in wants if isinstance(want, Round)],
    )


def ask(of: int, *numbers: int, at: int | None = None, afterwards: Afterwards = KEPT, **more: Any) -> Ask:
    """A family asks for days of April; the family of a higher number later, unless told."""
    return Ask(moment(of if at is None else at), of, STAY, days(*numbers), afterwards=afterwards, **more)


def wait(of: int, *numbers: int, at: int | None = None, **more: Any) -> Wait:
    return Wait(moment(of if at is None else at), of, STAY, days(*numbers), **more)


def entry(of: int, *stretches: tuple[date, ...], order: int | None = None, **more: Any) -> Entry:
    standing = more.pop("standing", Standing())
    least, marked = more.pop("least_days", None), more.pop("is_marked", False)
    wish = Wish(f"S{of}", tuple(Choice(STAY, one) for one in stretches), least_days=least, is_marked=marked)
    return Entry(of, wish, moment(of), standing, of if order is None else order, **more)


def drawn(*entries: Entry, at: int = 20, over: Iterable[int] = range(1, 8)) -> Round:
    return Round(moment(at), CENTRE, days(*over), list(entries), WEIGHTS)


def kept(replay: Any) -> dict[int, list[date]]:
    """By household, the days that it has at the end."""
    found: dict[int, list[date]] = {}
    for (_family, one), held in sorted(replay.places.held.items()):
        found.setdefault(held.household, []).append(one)
    return found
