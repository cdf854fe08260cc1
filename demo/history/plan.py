"""A made-up year that meets its targets exactly: families, their stays, days by kind, districts. Pure.

The targets are the ward's published figures (or made-up ones for the years since); everything else is drawn
from a seeded generator, so that the same targets, calendar and seed give the same families.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .places import NoRoom, Places

MOST_DAYS = 7  # SEED: family-days a birth
SHORTEST_STAY, LONGEST_STAY = 2, 7
SPAN = timedelta(days=55)  # all of a family's days lie within it, well inside four months
REST = timedelta(days=2)
CENTRE, MAMAS, SHISEIKAI = "ward-centre", "mamas-room", "shiseikai"


@dataclass(frozen=True)
class Targets:
    """What the records of a period must count to. Days are family-days."""

    short_stay_days: int
    day_care_days: int
    families: int
    mamas_days: int
    mamas_families: int
    both: int
    districts: Mapping[str, int]
    shiseikai_days: int = 0
    shiseikai_families: int = 0


@dataclass
class Use:
    """One booking's days at one service."""

    service: str
    days: list[date]


@dataclass
class PlannedFamily:
    """A family before it has a name: where it lives, and when it used what."""

    district: str = ""
    short_stay: int = 0
    day_care: int = 0
    mamas: int = 0
    shiseikai: int = 0
    uses: list[Use] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.short_stay + self.day_care + self.mamas + self.shiseikai

    @property
    def days(self) -> list[date]:
        return sorted(day for use in self.uses for day in use.days)


def plan_period(
    first: date, last: date, targets: Targets, slots_on: Mapping[str, Callable[[date], int]], seed: str
) -> list[PlannedFamily]:
    """Return families whose days, kinds, facilities and districts count to the targets.

    ``slots_on``: slots of a day by facility. Raises NoRoom where the targets do not fit the slots.
    """
    random = Random(seed)
    families = _counted_families(random, targets)
    places = {slug: Places(random, first, last, slots) for slug, slots in slots_on.items()}
    # Longest stays first: what is left for single days is single days.
    for family in sorted(families, key=lambda one: -max(one.short_stay, one.shiseikai)):
        _schedule(random, family, places, last)
    _settle(random, families, targets.districts)
    return families


def _counted_families(random: Random, targets: Targets) -> list[PlannedFamily]:
    centre = [PlannedFamily() for _number in range(targets.families)]
    mamas_only = [PlannedFamily() for _number in range(targets.mamas_families - targets.both)]
    shiseikai = [PlannedFamily() for _number in range(targets.shiseikai_families)]
    # Both-families come from those with the fewest days at the Ward Centre: all of theirs stay within seven.
    _give_stays(random, centre, targets, keep_short=targets.both)
    both = sorted(centre, key=lambda one: one.total)[: targets.both]
    _give_mamas_days(random, [*both, *mamas_only], targets.mamas_days)
    for family, length in zip(
        shiseikai, _lengths(random, targets.shiseikai_families, targets.shiseikai_days, SHORTEST_STAY), strict=True
    ):
        family.shiseikai = length
    return [*centre, *mamas_only, *shiseikai]


def _give_stays(random: Random, centre: list[PlannedFamily], targets: Targets, keep_short: int) -> None:
    """Share out the Ward Centre's days: most families stay, some come for the day only, some do both."""
    day_only = _day_only(targets)
    stayers = centre[day_only:]
    for family, length in zip(
        stayers, _lengths(random, len(stayers), targets.short_stay_days, SHORTEST_STAY), strict=True
    ):
        family.short_stay = length
    for family in centre[:day_only]:
        family.day_care = 1
    left = targets.day_care_days - day_only
    # Day-only families leave room for Mama's Room; the others fill up to seven.
    guests = centre[:day_only][:keep_short]
    room = [(family, 3 if family in guests else MOST_DAYS) for family in centre]
    while left:
        open_to_more = [(family, most) for family, most in room if family.total < most]
        if not open_to_more:
            raise NoRoom("more day-care days than the families may use")
        for family, _most in random.sample(open_to_more, min(left, len(open_to_more))):
            family.day_care += 1
            left -= 1


def _day_only(targets: Targets) -> int:
    """How many families come for the day only: so many that a stay is about five days, and each has one."""
    wanted = max(targets.families - round(targets.short_stay_days / 5.4), targets.both)
    least = targets.families - targets.short_stay_days // SHORTEST_STAY
    most = targets.families - -(-targets.short_stay_days // LONGEST_STAY)
    return max(min(wanted, targets.day_care_days, most), least, 0)


def _give_mamas_days(random: Random, guests: list[PlannedFamily], days: int) -> None:
    for family in guests:
        family.mamas = 1
    left = days - len(guests)
    if left < 0:
        raise NoRoom("fewer days at Mama's Room than families")
    while left:
        open_to_more = [family for family in guests if family.total < MOST_DAYS]
        if not open_to_more:
            raise NoRoom("more days at Mama's Room than the families may use")
        for family in random.sample(open_to_more, min(left, len(open_to_more))):
            family.mamas += 1
            left -= 1


def _lengths(random: Random, count: int, days: int, shortest: int) -> list[int]:
    """Return ``count`` lengths of stays that sum to ``days``. Raises NoRoom where none do."""
    if not count:
        if days:
            raise NoRoom("days without families")
        return []
    if not count * shortest <= days <= count * LONGEST_STAY:
        raise NoRoom(f"{days} days do not divide into {count} stays")
    mean = days / count
    lengths = [min(max(round(random.gauss(mean, 1.4)), shortest), LONGEST_STAY) for _number in range(count)]
    while (apart := days - sum(lengths)) != 0:
        step = 1 if apart > 0 else -1
        movable = [i for i, length in enumerate(lengths) if shortest <= length + step <= LONGEST_STAY]
        for index in random.sample(movable, min(abs(apart), len(movable))):
            lengths[index] += step
    return lengths


def _schedule(random: Random, family: PlannedFamily, places: Mapping[str, Places], last: date) -> None:
    if family.short_stay:
        family.uses.append(Use(f"{CENTRE}/short-stay", places[CENTRE].take_run(random, family.short_stay)))
    if family.shiseikai:
        family.uses.append(Use(f"{SHISEIKAI}/short-stay", places[SHISEIKAI].take_run(random, family.shiseikai)))
    for service, facility, count in (
        (f"{CENTRE}/day-care", CENTRE, family.day_care),
        (f"{MAMAS}/day-care", MAMAS, family.mamas),
    ):
        if count:
            days = _single_days(random, family, places[facility], count)
            # Day care is booked day by day: one booking each.
            family.uses += [Use(service, [day]) for day in days]


def _single_days(random: Random, family: PlannedFamily, places: Places, count: int) -> list[date]:
    taken = family.days
    for attempt in range(40):
        if taken:
            earliest, latest = taken[-1] - SPAN, taken[0] + SPAN
        elif attempt > 30:
            earliest, latest = places.open_days[0], places.open_days[-1]
        else:
            # About any day of the period alike: a stretch that begins in it would leave its first weeks empty.
            middle = random.choice(places.open_days)
            earliest, latest = middle - SPAN / 2, middle + SPAN / 2
        near = [
            day
            for day in places.open_days
            if earliest <= day <= latest and all(abs(day - other) >= REST for other in taken)
        ]
        near = _within_span(random, near, places, count)
        try:
            return places.take_days(random, count, near)
        except NoRoom:
            continue
    raise NoRoom(f"{count} single days near {taken[:1]} are not free")


def _within_span(random: Random, days: Sequence[date], places: Places, count: int) -> list[date]:
    """Narrow to a stretch that all of one family's days fit in."""
    free = [day for day in days if places.free[day] > 0]
    if len(free) <= count:
        return free
    middle = random.choice(free)
    stretch = [day for day in free if abs(day - middle) <= SPAN / 4]
    return stretch if len(stretch) >= count else free


def _settle(random: Random, families: list[PlannedFamily], districts: Mapping[str, int]) -> None:
    """Give every family a district so that each district's number comes out exactly."""
    homes = [slug for slug, count in districts.items() for _number in range(count)]
    if len(homes) != len(families):
        raise NoRoom(f"{len(families)} families, {len(homes)} in the districts")
    random.shuffle(homes)
    for family, home in zip(families, homes, strict=True):
        family.district = home


def spread(total: int, shares: Mapping[str, int]) -> dict[str, int]:
    """Divide a total in the proportion of the shares, whole families, largest remainders first."""
    whole = sum(shares.values())
    exact = {slug: total * share / whole for slug, share in shares.items()}
    counts = {slug: int(value) for slug, value in exact.items()}
    by_remainder = sorted(exact, key=lambda slug: exact[slug] - counts[slug], reverse=True)
    for slug in by_remainder[: total - sum(counts.values())]:
        counts[slug] += 1
    return counts
