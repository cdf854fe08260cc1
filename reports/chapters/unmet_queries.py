"""Unmet demand: what was looked for and full, waited for in vain, lost in draws, refused; by week, district and rule.

Only weeks that are over are counted: what a week says changes once, when it is over. A week belongs to the fiscal year
of its Monday. A fixed number of queries each.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Min, Q, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from bookings.models import DrawRound, UnmetCount, UnmetKind, WaitingEntry
from bookings.unmet.weeks import monday_of
from enrollment.models import Registration
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from reports.queries import ELSEWHERE
from sankecare.periods import midnight

from .demand_queries import draws_lost, rejections, waits_in_vain

LOOKED_FOR, WAITED, LOST, REFUSED, REJECTED = "looked_for", "waited_in_vain", "lost_in_draw", "refused", "rejected"
MEASURES = (LOOKED_FOR, WAITED, LOST, REFUSED, REJECTED)
BOOKING, CHECK, APPLICATION = "booking", "check", "application"
WAYS = (BOOKING, CHECK, APPLICATION)
# Measures that left no trace before the ward began to count them.
COUNTED_SINCE = (LOOKED_FOR, REFUSED)
A_WEEK, A_DAY = timedelta(days=7), timedelta(days=1)


@dataclass
class UnmetWeek:
    """A week (its Monday): each measure by district (its code, or ``ELSEWHERE``).

    ``full``: what was looked for and full by service and district.
    """

    monday: date
    measures: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in MEASURES})
    full: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True)
class FullMonth:
    """Days of a service in a month that families looked for in vain.

    ``days``: how many different days. ``looks``: families, each once a day looked for and week of looking; by what
    stood in the way. ``in_one_week``: the most families that looked for one of its days in one week.
    """

    days: int
    full: int
    no_sibling_room: int
    in_one_week: int


def mondays_of(years: Sequence[int], today: date) -> list[date]:
    """Return the Mondays of the fiscal years whose weeks were over on the day, in order."""
    found: list[date] = []
    for year in sorted(set(years)):
        first, last = fiscal_year_days(year)
        monday = monday_of(first + timedelta(days=6))
        while monday <= last and monday + A_WEEK <= today:
            found.append(monday)
            monday += A_WEEK
    return found


def counted_since(today: date) -> date | None:
    """Return the first week (its Monday) of which anything was counted, of those over by then; None: of none was.

    One query.
    """
    over = UnmetCount.objects.filter(week__lte=today - A_WEEK)
    found: date | None = over.aggregate(first=Min("week"))["first"]
    return found


def recorded_since(today: date) -> dict[str, int | None]:
    """Return of each measure that leaves rows of its own the fiscal year of the first row; None: there is none yet.

    Of a year before it nobody knows a number: it is not 0. Three queries.
    """
    until = midnight(today + A_DAY)
    first = {
        WAITED: WaitingEntry.objects.filter(joined_at__lt=until).aggregate(at=Min("joined_at")),
        LOST: DrawRound.objects.filter(drawn_at__lt=until).aggregate(at=Min("drawn_at")),
        REJECTED: Registration.objects.filter(decided_at__lt=until).aggregate(at=Min("decided_at")),
    }
    return {name: fiscal_year(timezone.localdate(of["at"])) if of["at"] else None for name, of in first.items()}


def unmet_weeks(years: Sequence[int], *, today: date) -> list[UnmetWeek]:
    """Return each week of the years that is over, in order. Four queries, none where no week is over."""
    weeks = {monday: UnmetWeek(monday) for monday in mondays_of(years, today)}
    if not weeks:
        return []
    first, last = min(weeks), max(weeks) + A_WEEK - A_DAY
    counted = UnmetCount.objects.filter(week__range=(first, last)).exclude(kind=UnmetKind.CHECKED)
    where = Coalesce("district__slug", Value(ELSEWHERE))
    by_district = counted.values_list("week", "kind", "service__slug", where).order_by()
    for monday, kind, service, slug, number in by_district.annotate(sum=Sum("number")):
        if monday in weeks:
            weeks[monday].measures[LOOKED_FOR if kind == UnmetKind.LOOKED_FOR else REFUSED][slug] += number
            if kind == UnmetKind.LOOKED_FOR:
                weeks[monday].full[service, slug] += number
    rejected = Counter((day, slug) for day, slug, _rules in rejections(first, last))
    for name, rows in ((WAITED, waits_in_vain(first, last)), (LOST, draws_lost(first, last)), (REJECTED, rejected)):
        for (day, slug), number in rows.items():
            if (monday := monday_of(day)) in weeks:
                weeks[monday].measures[name][slug] += number
    return list(weeks.values())


def unmet_years(years: Sequence[int], *, today: date) -> dict[int, dict[str, Counter[str]]]:
    """Return the same of each fiscal year, by measure and district. Four queries."""
    return added_up(unmet_weeks(years, today=today))


def added_up(weeks: Sequence[UnmetWeek]) -> dict[int, dict[str, Counter[str]]]:
    """Return each fiscal year of the weeks, by measure and district."""
    found: dict[int, dict[str, Counter[str]]] = {}
    for week in weeks:
        of_year = found.setdefault(fiscal_year(week.monday), {name: Counter() for name in MEASURES})
        for name, counted in week.measures.items():
            of_year[name].update(counted)
    return found


def full_months(years: Sequence[int], *, today: date) -> dict[tuple[date, str], FullMonth]:
    """Return the days looked for in vain by the month in which they lie (its first day) and service. Two queries."""
    if not years:
        return {}
    days = Q()
    for year in set(years):
        days |= Q(day__range=fiscal_year_days(year))
    counted = UnmetCount.objects.filter(days, kind=UnmetKind.LOOKED_FOR, week__lte=today - A_WEEK)
    counted = counted.annotate(month=TruncMonth("day")).order_by()
    most: Counter[tuple[date, str]] = Counter()
    by_day = counted.values_list("month", "service__slug", "day", "week").annotate(families=Sum("number"))
    for month, slug, _day, _week, families in by_day:
        most[month, slug] = max(most[month, slug], families)
    rows = counted.values_list("month", "service__slug").annotate(
        days=Count("day", distinct=True),
        full=Sum("number", filter=Q(code="full"), default=0),
        without_room=Sum("number", filter=Q(code="no_sibling_room"), default=0),
    )
    return {
        (month, slug): FullMonth(days_, full, without_room, most[month, slug])
        for month, slug, days_, full, without_room in rows
    }


def refusal_years(years: Sequence[int], *, today: date) -> dict[tuple[int, str], Counter[str]]:
    """Return what was refused in each fiscal year, by the way in which it was asked, by code or rule. Two queries.

    Bookings: families, each once a week, service and rule. The self-check: answers. Applications: those that were not
    approved, each in every rule named.
    """
    weeks = set(mondays_of(years, today))
    found: dict[tuple[int, str], Counter[str]] = {}
    if not weeks:
        return found
    first, last = min(weeks), max(weeks) + A_WEEK - A_DAY
    counted = UnmetCount.objects.filter(week__range=(first, last)).exclude(kind=UnmetKind.LOOKED_FOR).order_by()
    for monday, kind, code, number in counted.values_list("week", "kind", "code").annotate(sum=Sum("number")):
        if monday in weeks:
            way = CHECK if kind == UnmetKind.CHECKED else BOOKING
            found.setdefault((fiscal_year(monday), way), Counter())[code] += number
    for day, _slug, rules in rejections(first, last):
        if (monday := monday_of(day)) in weeks:
            found.setdefault((fiscal_year(monday), APPLICATION), Counter()).update(rules or (UNNAMED,))
    return found


# A rejection from before rules were named.
UNNAMED = "unnamed"
