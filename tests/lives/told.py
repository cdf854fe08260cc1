"""What is told of the whole ward: families, registrations, uses, months. Each asks told_rules alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from datetime import date, datetime, timedelta

from .figures import STAYS, Figures
from .told_money import Money
from .told_rules import (
    Baby,
    against,
    beyond,
    fiscal_year,
    gives_back_until,
    lives_here,
    too_early,
    too_late,
    waits_for_its_draw,
)
from .told_uses import USED, Life, Use
from .told_waiting import Waiting

DISTRICTS = ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama")
TABLE = (*DISTRICTS, "elsewhere")


class World(Money, Waiting):
    """The ward as it is told."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.lives: list[Life] = []
        self.accepted: dict[tuple[str, date], dict[str, int]] = {}

    # ---- Places -----------------------------------------------------------------------------------------------------

    def uses(self) -> Iterator[tuple[Life, Use]]:
        return ((life, use) for life in self.lives for use in life.uses)

    def taken(self, pool: str) -> Counter[date]:
        """How many places of a pool are taken on each day."""
        return Counter(day for _l, use in self.uses() if self.figures.pool(use.service) == pool for day in use.days)

    def rooms_taken(self, pool: str) -> Counter[date]:
        """How many of its rooms have an older child in them."""
        mine = (use for _life, use in self.uses() if self.figures.pool(use.service) == pool)
        return Counter(day for use in mine for day in use.siblings if day in use.days)

    def without_place(self, service: str, days: Iterable[date], *, with_child: bool) -> set[str]:
        """What the house says of days that are new to the family."""
        pool, found = self.figures.pool(service), set()
        taken, rooms = self.taken(pool), self.rooms_taken(pool)
        for day in days:
            slots = self.figures.slots(pool, day)
            if slots == 0:
                found.add("day_closed")
            elif taken[day] >= slots:
                found.add("day_full")
            terms = self.figures.on(day, "service_terms", service)
            most = terms["sibling_rooms"] if terms else ""
            if with_child and most and rooms[day] >= int(most):
                found.add("sibling_rooms_full")
        return found

    # ---- Who may use it ---------------------------------------------------------------------------------------------

    def against(self, life: Life, service: str, day: date, *, sibling_days: int = 0) -> set[str]:
        """The rules that stand against a day."""
        used = life.has_used(self.figures.facility(service), self.figures)
        return against(life.family, service, day, self.figures, used_the_facility=used, sibling_days=sibling_days)

    def against_any(self, life: Life, service: str, days: Sequence[date], siblings: Iterable[date] = ()) -> set[str]:
        """``not_eligible`` where a rule stands against any of the days."""
        with_child = set(siblings)
        met = all(
            not self.against(life, service, day, sibling_days=len(with_child) if day in with_child else 0)
            for day in days
        )
        return set() if met else {"not_eligible"}

    def may_be_approved(self, life: Life, today: date) -> bool:
        """Whether any service takes the family: today, before the birth as if it were born on the due date.

        Who lives in the ward then or comes back later can be approved: each day of use is asked anew.
        """
        family, day = deepcopy(life.family), today
        if not family.babies:
            day = max(family.due or today, today)
            family.babies = [Baby(day)]
        if any((home.last or date.max) >= day for home in family.homes):
            family.excepted["residency"] = date.max
        return any(
            not against(family, slug, day, self.figures, used_the_facility=True) for slug in self.figures.services
        )

    # ---- Asking for days --------------------------------------------------------------------------------------------

    def against_booking(
        self, life: Life, service: str, days: list[date], now: datetime, *, herself: bool, with_child: bool
    ) -> set[str]:
        """Every reason why these days cannot be booked; none: they can."""
        today, figures = now.date(), self.figures
        found = set() if life.state == "approved" else {"not_approved"}
        if days[0] < today:
            found.add("day_passed")
        if set(days) & life.kept():
            found.add("day_taken")
        found |= self.against_any(life, service, days, life.along(days) if with_child else ())
        found |= beyond(figures, service, life.counted(figures.group(service), figures), days)
        found |= self.against_asking(service, days, now, herself=herself)
        return found | self.without_place(service, days, with_child=with_child)

    def against_asking(self, service: str, new: Iterable[date], now: datetime, *, herself: bool) -> set[str]:
        """What is too near or too far ahead, of days that she has not yet; each by the policy of its own day."""
        days, found = list(new), set()
        if herself and any(too_late(self.figures, service, day, now) for day in days):
            found.add("too_short_notice")
        if any(too_early(self.figures, service, day, now.date()) for day in days):
            found.add("not_open_yet")
        if any(waits_for_its_draw(self.figures, service, day) for day in days):
            found.add("draw_first")
        return found

    def against_giving_back(self, use: Use, days: Iterable[date], today: date, *, herself: bool) -> set[str]:
        """Too late for her to do it herself: the earliest of the days' limits."""
        if not herself or use.state != "booked":
            return set()
        limits = [until for day in days if (until := gives_back_until(self.figures, use.service, day))]
        return {"too_late_to_give_back"} if limits and today > min(limits) else set()

    def locked(self, use: Use, days: Iterable[date]) -> set[str]:
        """A day of an accepted month is not changed."""
        facility = self.figures.facility(use.service)
        return {"month_accepted"} if any((facility, day.replace(day=1)) in self.accepted for day in days) else set()

    # ---- Figures ----------------------------------------------------------------------------------------------------

    def districts(self, year: int, today: date) -> tuple[Counter[str], Counter[str]]:
        """A fiscal year's families by the district of their first used day, and days by the district of each."""
        families: Counter[str] = Counter()
        days: Counter[str] = Counter()
        for life in self.lives:
            used = sorted(
                day
                for use in life.uses
                if self.figures.kind(use.service) in STAYS
                for day in use.kept(USED)
                if fiscal_year(day) == year and day <= today
            )
            lived = [home.district if (home := lives_here(life.family, day)) else "elsewhere" for day in used]
            families.update(lived[:1])
            days.update(lived)
        return families, days

    def family_days(self, facility: str, year: int, today: date) -> tuple[int, int]:
        """A facility's family-days and families of a fiscal year."""
        days = Counter(
            id(life)
            for life, use in self.uses()
            if self.figures.facility(use.service) == facility and self.figures.kind(use.service) in STAYS
            for day in use.kept(USED)
            if fiscal_year(day) == year and day <= today
        )
        return sum(days.values()), len(days)


def span(first: date, length: int) -> list[date]:
    """So many days from the first on."""
    return [first + timedelta(days=number) for number in range(length)]
