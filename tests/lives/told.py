"""What is told of the whole ward: families, registrations, uses, months. Each asks told_rules alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .figures import STAYS, Figures
from .told_rules import (
    Baby,
    Family,
    against,
    beyond,
    coupon_off,
    fiscal_year,
    gives_back_until,
    lives_here,
    price,
    runs,
    tax_class,
    too_early,
    too_late,
)

HELD, USED = "held", "used"
UNDECIDED, IN_FORCE = ("applied", "returned"), ("applied", "returned", "approved")
DISTRICTS = ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama")
TABLE = (*DISTRICTS, "elsewhere")


@dataclass
class Use:
    """A booking and what became of it. ``days``: each kept day, held or used; ``siblings``: with the older child.

    ``missed``: days on which she did not come. ``goes``: days that are free once a step can no longer be taken back.
    ``charged``: yen of each day as issued; ``adjusted``: when, of which day, yen; ``open``: days whose month was
    accepted without their fee.
    """

    pk: int
    service: str
    days: dict[date, str]
    babies: int = 1
    siblings: set[date] = field(default_factory=set)
    with_child: bool = False
    state: str = "booked"
    missed: set[date] = field(default_factory=set)
    goes: set[date] = field(default_factory=set)
    charged: dict[date, int] | None = None
    owed: int = 0
    coupons: int = 0
    numbers: set[int] = field(default_factory=set)
    adjusted: list[tuple[date, date, int]] = field(default_factory=list)
    issued: date | None = None
    open: set[date] = field(default_factory=set)
    paid: int = 0
    before: "Use | None" = None

    def kept(self, status: str = "") -> list[date]:
        return sorted(day for day, kept in self.days.items() if not status or kept == status)

    def apart(self) -> list[date]:
        """What lies apart of the run of a stay that has begun; a day missed belongs to the run."""
        for run in runs({*self.days, *self.missed}):
            if any(day in self.days for day in run):
                return [day for day in self.kept() if day > run[-1]]
        return []


@dataclass
class Taken:
    """Days that a report took away: they come back where it proves wrong."""

    use: Use
    days: list[date]
    whole: bool
    cause: str
    back: bool = False


@dataclass
class Life:
    """A family, its registration and its uses. ``pk``: the product's number of the registration."""

    family: Family
    pk: int = 0
    state: str = ""
    stated_class: str = "taxed"
    until: date | None = None
    uses: list[Use] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    joined: bool = False
    entered_class: bool = False

    @property
    def name(self) -> str:
        return self.family.name

    def parts(self, use: Use, days: Iterable[date]) -> None:
        """What lies apart is a booking of its own; its number is learned from the product (``pk`` 0 until then)."""
        own = sorted(set(days))
        if own:
            part = Use(0, use.service, dict.fromkeys(own, HELD), use.babies, use.siblings & set(own), use.with_child)
            self.uses.append(part)
            use.days = {day: kept for day, kept in use.days.items() if day not in own}

    def kept(self, without: Use | None = None) -> set[date]:
        """Every day that counts, of whatever service."""
        return {day for use in self.uses if use is not without for day in use.days}

    def counted(self, group: str, figures: Figures, without: Use | None = None) -> set[date]:
        """The days that are counted together with a service's."""
        uses = (use for use in self.uses if use is not without and figures.group(use.service) == group)
        return {day for use in uses for day in use.days}

    def has_used(self, facility: str, figures: Figures) -> bool:
        return any(use.kept(USED) for use in self.uses if figures.facility(use.service) == facility)

    def coupons_used(self) -> int:
        return sum(use.coupons for use in self.uses)


class World:
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
        found |= self.against_any(life, service, days, days if with_child else ())
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

    # ---- Money ------------------------------------------------------------------------------------------------------

    def prices(self, life: Life, use: Use) -> dict[date, int] | None:
        """The yen of each used day less its coupon; None where an amount is not known."""
        found, coupons = {}, use.coupons
        for day in use.kept(USED):
            of_class = tax_class(life.family, day)
            parts = price(self.figures, use.service, day, of_class, babies=use.babies, sibling=day in use.siblings)
            if parts is None:
                return None
            base, others = parts
            off = coupon_off(self.figures, day, of_class, base) if coupons else 0
            coupons -= off > 0
            found[day] = base - off + others
        return found

    def takes_coupons(self, life: Life, use: Use, days: Iterable[date]) -> int:
        """How many days take a coupon."""
        count = 0
        for day in days:
            of_class = tax_class(life.family, day)
            parts = price(self.figures, use.service, day, of_class, babies=use.babies, sibling=False)
            count += bool(parts and parts[0] and self.figures.on(day, "coupon_policies", of_class or ""))
        return count

    def month(self, facility: str, month: date) -> dict[str, int]:
        """A facility's month: family-days of stays, what the ward pays for every used day, the fees taken off.

        The fee of a day stands in the month of the day; what came after that month was accepted, and what is put
        right, in the month in which it came. Whether it is taken off is said by the contract of the day itself.
        """
        days = contract = 0
        for _life, use in self.uses():
            if self.figures.facility(use.service) != facility:
                continue
            for day in use.kept(USED):
                if day.replace(day=1) == month:
                    days += self.figures.kind(use.service) in STAYS
                    rate = self.figures.contract(use.service, day)
                    contract += rate[0] if rate else 0
        came = [row for row in self._fees(facility) if row[0].replace(day=1) == month]
        return {"days": days, "contract": contract, "fees": sum(yen for _month, yen in came)}

    def _fees(self, facility: str) -> Iterator[tuple[date, int]]:
        """Each fee that a contract takes off: the day by which it counts, and its yen."""
        for _life, use in self.uses():
            if self.figures.facility(use.service) != facility:
                continue
            came = [(use.issued if day in use.open else day, day, yen) for day, yen in (use.charged or {}).items()]
            came += [(made, day, yen) for made, day, yen in use.adjusted]
            for counts, day, yen in came:
                rate = self.figures.contract(use.service, day)
                if rate and rate[1] and counts is not None:
                    yield counts, yen

    def settles(self, facility: str, month: date) -> None:
        """A month is accepted: its figures stand, and what has no fee is carried over."""
        self.accepted[facility, month] = self.month(facility, month)
        for _life, use in self.uses():
            if self.figures.facility(use.service) == facility and use.charged is None:
                use.open |= {day for day in use.kept(USED) if day.replace(day=1) == month}

    def whole(self, facility: str) -> dict[str, int]:
        """All months of a facility together: each used day once, each yen owed once, by the contract of its day."""
        contract = fees = 0
        for _life, use in self.uses():
            if self.figures.facility(use.service) != facility:
                continue
            for day in use.kept(USED):
                rate = self.figures.contract(use.service, day)
                contract += rate[0] if rate else 0
            owed = Counter(use.charged or {})
            for _made, day, yen in use.adjusted:
                owed[day] += yen
            for day, yen in owed.items():
                rate = self.figures.contract(use.service, day)
                fees += yen if rate and rate[1] else 0
        return {"contract": contract, "fees": fees}

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
            life.name
            for life, use in self.uses()
            if self.figures.facility(use.service) == facility and self.figures.kind(use.service) in STAYS
            for day in use.kept(USED)
            if fiscal_year(day) == year and day <= today
        )
        return sum(days.values()), len(days)


def span(first: date, length: int) -> list[date]:
    """So many days from the first on."""
    return [first + timedelta(days=number) for number in range(length)]
