"""The programme's rules told a second time, plainly: dates and yen, from docs/domain.md, by nothing of the product.

Where this and the product differ one of both is wrong; docs/domain.md and docs/rules.md say which.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from .figures import Figures, in_months

A_DAY = timedelta(days=1)
TERM = 37 * 7  # weeks of pregnancy in days: born before is born early
WHOLE = 40 * 7


@dataclass
class Baby:
    """A baby; ``weeks``: days of the pregnancy at birth, None where nobody said."""

    born: date
    weeks: int | None = None
    long_stay: bool = False
    rolls_since: date | None = None
    name: str = ""


@dataclass
class Home:
    """Where a family lives in the ward, the first and the last day included. ``door``: which house."""

    first: date
    last: date | None
    district: str
    door: int


@dataclass
class Child:
    """An older child who may come along; ``pk`` is the product's number of it."""

    born: date
    pk: int = 0


@dataclass
class Family:
    """What the ward knows of one mother and one birth. ``excepted``: rules, each with the exception's last day."""

    name: str
    due: date | None
    babies: list[Baby] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    classes: list[tuple[date, str]] = field(default_factory=list)
    worry: bool = True
    lacks_support: bool = True
    medical: bool = False
    child: Child | None = None
    excepted: dict[str, date] = field(default_factory=dict)


def last_day_under(start: date, months: int) -> date:
    """The last day on which one is under so many months: the day before the same day, else the month's last."""
    same = in_months(start, months)
    if same is not None:
        return same - A_DAY
    after = in_months(start.replace(day=1), months)
    assert after is not None
    return after.replace(day=monthrange(after.year, after.month)[1])


def window(family: Family, months: int) -> tuple[date, date]:
    """The last day by the birth itself, and the last day by the corrected age. Twins share the later one."""
    born = max(baby.born for baby in family.babies)
    counted = born
    for baby in family.babies:
        weeks = baby.weeks
        if weeks is None and family.due is not None:
            weeks = WHOLE - (family.due - baby.born).days
        early = weeks is not None and weeks < TERM
        if (early or baby.long_stay) and family.due is not None:
            counted = max(counted, family.due)
    return last_day_under(born, months), last_day_under(counted, months)


def lives_here(family: Family, day: date) -> Home | None:
    """The family's home in the ward on a day; None: elsewhere."""
    return next((home for home in family.homes if home.first <= day and (home.last or date.max) >= day), None)


def in_ward(family: Family) -> list[tuple[date, date]]:
    """Each unbroken time in the ward, its first and its last day; without an end ``date.max``."""
    found: list[tuple[date, date]] = []
    for home in sorted(family.homes, key=lambda one: one.first):
        if found and found[-1][1] != date.max and found[-1][1] + A_DAY == home.first:
            found[-1] = (found[-1][0], home.last or date.max)
        else:
            found.append((home.first, home.last or date.max))
    return found


def tax_class(family: Family, day: date) -> str | None:
    """The class that holds on a day: the last one that began by then."""
    begun = [row for row in sorted(family.classes) if row[0] <= day]
    return begun[-1][1] if begun else None


def against(
    family: Family, service: str, day: date, figures: Figures, *, used_the_facility: bool, sibling_days: int = 0
) -> set[str]:
    """The rules that do not let the family use the service on a day. ``sibling_days``: days with the older child."""
    terms = figures.on(day, "service_terms", service)
    offered = terms is not None and day >= date.fromisoformat(figures.services[service]["offered_from"])
    found = set()
    if not offered:
        return {"service_offered"}
    assert terms is not None
    if terms["requires_facility_use"] == "yes" and not used_the_facility:
        found.add("service_offered")
    if lives_here(family, day) is None:
        found.add("residency")
    found |= _of_the_babies(family, int(terms["age_limit_months"]), day)
    if not family.worry:
        found.add("worry")
    if not family.lacks_support:
        found.add("support")
    if family.medical:
        found.add("medical_care")
    if sibling_days and _child_stays_home(family, terms, day, sibling_days):
        found.add("sibling")
    return {rule for rule in found if rule == "medical_care" or family.excepted.get(rule, date.min) < day}


def _of_the_babies(family: Family, months: int, day: date) -> set[str]:
    if not family.babies or day < max(baby.born for baby in family.babies):
        return {"infant_age"}
    by_birth, corrected = window(family, months)
    if day > corrected:
        return {"infant_age"}
    rolls = any(baby.rolls_since is not None and baby.rolls_since <= day for baby in family.babies)
    return {"rolling_over"} if rolls and day > by_birth else set()


def _child_stays_home(family: Family, terms: dict[str, str], day: date, sibling_days: int) -> bool:
    assert family.child is not None
    if terms["takes_siblings"] != "yes" or day < family.child.born:
        return True
    most = terms["max_sibling_days"]
    return day >= school(family.child.born) or bool(most and sibling_days > int(most))


def school(born: date) -> date:
    """School starts on 1 April after the sixth birthday; who was born on 1 April belongs to the year before."""
    sixth = born.year + 6
    return date(sixth if (born.month, born.day) <= (4, 1) else sixth + 1, 4, 1)


# ---- When days may be asked for, and given back --------------------------------------------------------------------


def too_late(figures: Figures, service: str, day: date, now: datetime) -> bool:
    """Whether a mother asks too late for a day: so many hours before care begins on it."""
    policy, terms = figures.on(day, "allocation_policies", service), figures.on(day, "service_terms", service)
    if policy is None or terms is None or not policy["notice_hours"]:
        return False
    begins = datetime.combine(day, time.fromisoformat(terms["starts_at"]), tzinfo=now.tzinfo)
    return now > begins - timedelta(hours=int(policy["notice_hours"]))


def too_early(figures: Figures, service: str, day: date, today: date) -> bool:
    """Whether a day is not open yet: so many days before, of what no draw gives."""
    policy = figures.on(day, "allocation_policies", service)
    if policy is None:
        return False
    opens = policy["opens_days_before"] if policy["method"] == "first_come" else policy["undrawn_opens_days_before"]
    return bool(opens) and day > today + timedelta(days=int(opens))


def waits_for_its_draw(figures: Figures, service: str, day: date) -> bool:
    """Whether a day is closed until it is drawn: of every service of rooms of which one is given by lot, if not freed.

    No draw is held in these walks.
    """
    rooms = figures.pool(service)
    sharing = [slug for slug in figures.services if figures.pool(slug) == rooms]
    policies = [figures.on(day, "allocation_policies", slug) for slug in sharing]
    by_lot = any(policy is not None and policy["method"] == "lottery" for policy in policies)
    first, last = figures.freed
    return by_lot and not first <= day <= last


def gives_back_until(figures: Figures, service: str, day: date) -> date | None:
    """The last day on which a mother herself gives a day back."""
    policy = figures.on(day, "allocation_policies", service)
    before = policy and policy["gives_back_days_before"]
    return day - timedelta(days=int(before)) if before else None


def runs(days: Iterable[date]) -> list[list[date]]:
    """Days in unbroken runs."""
    found: list[list[date]] = []
    for day in sorted(days):
        if found and found[-1][-1] + A_DAY == day:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def beyond(figures: Figures, service: str, hers: Collection[date], asked: Sequence[date]) -> set[str]:
    """What the limits say of days asked beside those of the birth; each new day goes by the limits of its own day."""
    found = set()
    everything = set(hers) | set(asked)
    for day in set(asked) - set(hers):
        limits = figures.on(day, "usage_limits", figures.group(service))
        if limits and limits["days_per_birth"] and len(everything) > int(limits["days_per_birth"]):
            found.add("too_many_days")
        if limits and limits["consecutive_days"]:
            run = next(run for run in runs(everything) if day in run)
            if len(run) > int(limits["consecutive_days"]):
                found.add("too_many_consecutive_days")
    return found


def days_left(figures: Figures, service: str, hers: Collection[date], day: date) -> int | None:
    """How many days a birth has left by the limit of a day; None: no limit."""
    limits = figures.on(day, "usage_limits", figures.group(service))
    if not limits or not limits["days_per_birth"]:
        return None
    return max(int(limits["days_per_birth"]) - len(hers), 0)


# ---- Money ----------------------------------------------------------------------------------------------------------


def price(
    figures: Figures, service: str, day: date, of_class: str | None, *, babies: int, sibling: bool
) -> tuple[int, int] | None:
    """The yen of a day: for mother and baby, and for who else comes. None: an amount or the class is not known."""
    if of_class is None:
        return None
    parts = [figures.yen(service, "base", of_class, day)]
    if babies > 1:
        each = figures.yen(service, "multiple", of_class, day)
        parts.append(None if each is None else (babies - 1) * each)
    if sibling:
        parts.append(figures.yen(service, "sibling", of_class, day))
    if any(part is None for part in parts):
        return None
    return int(parts[0] or 0), sum(int(part or 0) for part in parts[1:])


def coupon_off(figures: Figures, day: date, of_class: str | None, base: int) -> int:
    """What one coupon takes off a day: never more than mother and baby cost; 0 where the class has none."""
    row = figures.on(day, "coupon_policies", of_class or "")
    return min(int(row["amount"]), base) if row else 0


def fiscal_year(day: date) -> int:
    """1 April to 31 March, named by its first year."""
    return day.year - (day.month < 4)
