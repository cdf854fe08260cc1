"""結果: what one replay gives, two of them side by side, and the range over many seeds; small counts hidden. Pure.

What is kept of a run are counts: by facility, district, month and trait, never of one family.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from statistics import median_low
from typing import Any

from facilities.calendar import days_between
from reports.small_cells import HIDDEN, hidden_in, is_small

from .demand import Demand
from .replay import Replay

Counts = dict[str, int]
Range = dict[str, int | str]
# Of one replay: by what it is counted, and how many.
Measures = dict[str, Counts]
# Of two replays: of each trait's values, how many families have more days, and how many fewer.
Gains = dict[str, dict[str, dict[str, int]]]


def measures(replay: Replay) -> Measures:
    """Return what a replay gave within its period: family-days, slot-days, families, and what was not met."""
    world, tally, households = replay.world, replay.tally, replay.demand.households
    within = set(days_between(world.first_day, world.last_day))
    facility = {slug: offer.facility for slug, offer in world.offers.items()}
    held = [(day, one) for (_family, day), one in replay.places.held.items() if day in within]
    unmet = [(key, day, slug) for (key, day), slug in tally.unmet.items() if day in within]
    asked = [(key, day) for key, day in tally.asked if day in within]
    slots: Counts = {offer.facility: 0 for offer in world.offers.values()}
    for pool in world.calendars:
        of_pool = next(offer.facility for offer in world.offers.values() if offer.pool == pool)
        slots[of_pool] += sum(world.slots[pool][day] for day in within)
    return {
        "days": _counted(facility[one.service] for _day, one in held),
        "slots": slots,
        "days_of_district": _counted(households[one.household].district for _day, one in held),
        "asked_of_district": _counted(households[key].district for key, _day in asked),
        "families_of_district": _counted(households[key].district for key in {one.household for _day, one in held}),
        "unmet_of_district": _counted(households[key].district for key, _day, _slug in unmet),
        "unmet_at": _counted(facility[slug] for _key, _day, slug in unmet),
        "unmet_in": _counted(f"{day:%Y-%m}" for _key, day, _slug in unmet),
        "whole": {
            "asked": len(asked),
            "days": len(held),
            "unmet": len(unmet),
            "refused": sum(day in within for _key, day in tally.refused),
            "families": len({one.household for _day, one in held}),
        },
    }


def gains(demand: Demand, was: Replay, would_be: Replay) -> Gains:
    """Return, by trait and value, how many families have more days in the second replay, and how many fewer."""
    before, after = _days_of_each(was), _days_of_each(would_be)
    found: Gains = {}
    for key, household in demand.households.items():
        apart = after[key] - before[key]
        for trait, value in {"all": "all", "district": household.district, **household.traits}.items():
            row = found.setdefault(trait, {}).setdefault(value, {"asked": 0, "more": 0, "fewer": 0})
            row["asked"] += 1
            row["more"] += apart > 0
            row["fewer"] += apart < 0
    return found


def ranges(rows: Sequence[Measures]) -> dict[str, dict[str, Range]]:
    """Return, of the measures of many seeds, the middle, the lowest and the highest of each count."""
    return {
        name: {key: _range([row[name].get(key, 0) for row in rows]) for key in _keys(rows, lambda row, n=name: row[n])}  # type: ignore[misc]
        for name in rows[0]
    }


def ranges_of_gains(rows: Sequence[Gains]) -> dict[str, dict[str, dict[str, Range]]]:
    """Return the same of gains and losses, with small numbers of families hidden, and what would tell them."""
    found: dict[str, dict[str, dict[str, Range]]] = {}
    for trait in rows[0]:
        values = _keys(rows, lambda row, t=trait: row[t])  # type: ignore[misc]
        found[trait] = {value: {} for value in values}
        for column in ("asked", "more", "fewer"):
            of_value = {value: _range([row[trait].get(value, {}).get(column, 0) for row in rows]) for value in values}
            for value, shown in without_small(of_value).items():
                found[trait][value][column] = shown
    return found


def without_small(rows: Mapping[str, Range]) -> dict[str, Range]:
    """Hide small counts of families that add up to a shown total, with the ends of their ranges."""
    hidden = hidden_in({key: int(row["middle"]) for key, row in rows.items()})
    return {
        key: {name: HIDDEN if key in hidden or is_small(int(value)) else value for name, value in row.items()}
        for key, row in rows.items()
    }


def _days_of_each(replay: Replay) -> "Counter[int]":
    first, last = replay.world.first_day, replay.world.last_day
    return Counter(one.household for (_family, day), one in replay.places.held.items() if first <= day <= last)


def _counted(names: Any) -> Counts:
    return dict(sorted(Counter(names).items()))


def _keys(rows: Sequence[Any], of: Callable[[Any], Mapping[str, Any]]) -> list[str]:
    return sorted({key for row in rows for key in of(row)})


def _range(values: Sequence[int]) -> Range:
    return {"middle": median_low(values), "low": min(values), "high": max(values)}


def same_days(demand: Demand, replay: Replay, recorded: Mapping[tuple[int, date], int]) -> dict[str, int]:
    """Return how far a replay of the world as it was gives what happened: ``recorded``: by family and day, the pool.

    ``same``: placed as recorded; ``lost``: recorded, not placed; ``other``: placed, not recorded. Of the lost, why:
    ``refused`` (a rule, as facts are known today, or a day closed since), ``full`` (no place).
    """
    first, last = replay.world.first_day, replay.world.last_day
    was = {key: pool for key, pool in recorded.items() if first <= key[1] <= last}
    now = {key: one.pool for key, one in replay.places.held.items() if first <= key[1] <= last}
    lost = [key for key, pool in was.items() if now.get(key) != pool]
    refused = {(demand.households[key].family, day) for key, day in replay.tally.refused}
    return {
        "recorded": len(was),
        "same": len(was) - len(lost),
        "refused": sum(key in refused for key in lost),
        "full": sum(key not in refused for key in lost),
        "other": sum(was.get(key) != pool for key, pool in now.items()),
    }
