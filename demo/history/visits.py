"""Made-up online consultations and visits at home: after a family has used the Ward Centre, under one year. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from random import Random

from enrollment.age import last_day_under

from .families import FamilyRows
from .places import NoRoom
from .plan import CENTRE, Use

REST = timedelta(days=7)
ONLINE_SHARE, VISIT_SHARE = 0.9, 0.4
OUTREACH_MONTHS = 12
MOST_VISITS = 4
LATEST = 200  # so many families are asked, those whose stay ended last


def plan_online(
    random: Random,
    known: Sequence[FamilyRows],
    first: date,
    last: date,
    slots_on: Callable[[date], int],
    *,
    count: int | None,
) -> Iterator[tuple[FamilyRows, Use]]:
    """Yield ``count`` appointments (made up where None); raises NoRoom where there are fewer slots or families."""
    known_from = min((family.planned.days[-1] + REST for family in known if _used_centre(family)), default=last)
    slots = [day for day in _days(max(first, known_from), last) for _number in range(slots_on(day))]
    wanted = round(len(slots) * ONLINE_SHARE) if count is None else count
    if wanted > len(slots):
        raise NoRoom(f"{wanted} appointments, {len(slots)} slots")
    yield from _after_a_stay(random, known, sorted(random.sample(slots, wanted)), f"{CENTRE}/online-consultation")


def plan_visits(
    random: Random, families: Sequence[FamilyRows], first: date, last: date, slots_on: Callable[[date], int]
) -> Iterator[tuple[FamilyRows, Use]]:
    """Yield visits at home. Only the amount for taxed households is published: nobody else is visited here."""
    slots = [day for day in _days(first, last) for _number in range(slots_on(day))]
    taxed = [family for family in families if {row.tax_class for row in family.tax_classes} == {"taxed"}]
    days = sorted(random.sample(slots, round(len(slots) * VISIT_SHARE)))
    yield from _after_a_stay(random, taxed, days, f"{CENTRE}/outreach", all_of_them=False)


def _after_a_stay(
    random: Random, families: Sequence[FamilyRows], days: Sequence[date], service: str, *, all_of_them: bool = True
) -> Iterator[tuple[FamilyRows, Use]]:
    """Give each day to a family whose use of the Ward Centre has ended; a family has one a day."""
    may_from = [
        (family.planned.days[-1] + REST, last_day_under(family.infants[0].birth_date, OUTREACH_MONTHS), family)
        for family in families
        if _used_centre(family)
    ]
    may_from.sort(key=lambda row: row[0])
    firsts = [first for first, _last, _family in may_from]
    for day in days:
        waiting = (
            family
            for _first, last, family in reversed(may_from[: bisect_right(firsts, day)])
            if day <= last and day not in family.visit_days and (all_of_them or len(family.visit_days) < MOST_VISITS)
        )
        latest = list(islice(waiting, LATEST))
        if not latest:
            if all_of_them:
                raise NoRoom(f"no family for {day}")
            continue
        family = random.choice(latest[::-1])
        family.visit_days.add(day)
        yield family, Use(service, [day])


def _used_centre(family: FamilyRows) -> bool:
    return any(use.service.startswith(CENTRE) for use in family.planned.uses)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
