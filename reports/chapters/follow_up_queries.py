"""What came of follow-up requests, watch lists and incidents, by fiscal year. A fixed number of queries each.

A request is counted in the year in which it was raised, as it stood at the end of that year (of a running one: of the
time counted); one that was withdrawn is none.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, F, Func, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least, TruncDate
from django.utils import timezone

from care.incident_rules import FIRST, SECOND, SERIOUS, Standing, standing
from care.models import Incident, IncidentReport
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from referrals.models import EventKind, Referral, ReferralEvent, ReferralState, WatchMark, WatchRow
from referrals.queries import terms_between
from referrals.working_hours import working_time_between
from reports.meeting_queries import STATES
from reports.queries import FISCAL_YEAR
from reports.response_times import ResponseTimes, response_times
from sankecare.periods import midnight

A_DAY = timedelta(days=1)
NOT_MARKED = "not_marked"
# The moment at which the fiscal year of a row is over.
YEAR_ENDS = Func(
    F("fiscal_year"),
    template="make_timestamptz(%(expressions)s + 1, 4, 1, 0, 0, 0, 'Asia/Tokyo')",
    output_field=DateTimeField(),
)


@dataclass(frozen=True)
class Raised:
    """One request as a figure: no family is known here."""

    year: int
    district: str
    concerns: tuple[str, ...]
    state: str
    outcome: str
    wait: timedelta | None
    in_time: bool


@dataclass
class WatchYear:
    """The watch lists of a district in a year: lists, families on them, and how the rows were last marked."""

    lists: set[date] = field(default_factory=set)
    families: set[int] = field(default_factory=set)
    marks: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        return self.marks.total()


@dataclass
class IncidentYear:
    """What happened at a facility in a year: by severity, and how each of the two reports of serious ones stands."""

    severities: Counter[str] = field(default_factory=Counter)
    first: Counter[Standing] = field(default_factory=Counter)
    second: Counter[Standing] = field(default_factory=Counter)


def raised_in(years: Sequence[int], *, today: date) -> list[Raised]:
    """Return the requests raised in the years up to ``today`` that were not withdrawn. Three queries."""
    if not years:
        return []
    first, last = _span(years, today)
    rows = list(
        requests_counted(first, last)
        .order_by("raised_at", "pk")
        .values_list("fiscal_year", "raised_at", "district__slug", "concerns", "received", "stood", "came_of_it")
    )
    waited = _waited(first, max((timezone.localdate(row[4]) for row in rows if row[4]), default=last))
    found = []
    for year, raised, slug, concerns, got, kind, outcome in rows:
        state = STATES[EventKind(kind)] if kind else ReferralState.RAISED
        if year in years and state != ReferralState.WITHDRAWN:
            wait, in_time = waited(raised, got)
            came = outcome if state == ReferralState.CLOSED else ""
            found.append(Raised(year, slug, tuple(concerns), state.value, came or "", wait, in_time))
    return found


def requests_counted(first: date, last: date) -> "QuerySet[Any]":
    """Return the requests raised between two days, each as it stood at the end of its fiscal year or of ``last``.

    ``received``: when it was first received. ``stood``: its last event that says a state. ``came_of_it``: the outcome.
    """
    until = midnight(last + A_DAY)
    stood = ReferralEvent.objects.filter(referral=OuterRef("pk"), at__lt=OuterRef("until"), kind__in=STATES)
    stood = stood.order_by("-at", "-pk")
    received = Min("events__at", filter=Q(events__kind=EventKind.ACKNOWLEDGED, events__at__lt=F("until")))
    return (
        Referral.objects.filter(raised_at__gte=midnight(first), raised_at__lt=until)
        .annotate(day=TruncDate("raised_at"))
        .annotate(fiscal_year=FISCAL_YEAR)
        .annotate(until=Least(YEAR_ENDS, until))
        .annotate(received=received)
        .annotate(stood=Subquery(stood.values("kind")[:1]), came_of_it=Subquery(stood.values("outcome_kind")[:1]))
    )


def responses_of(raised: Sequence[Raised]) -> ResponseTimes:
    """Return how soon these were received."""
    waits = [row.wait for row in raised if row.wait is not None]
    return response_times(waits, sum(row.in_time for row in raised))


def watch_years(years: Sequence[int], *, today: date) -> dict[tuple[int, str], WatchYear]:
    """Return the watch lists of each year by district, of the weeks that began up to ``today``. One query.

    A row that was joined into another is read with it and counts nowhere.
    """
    if not years:
        return {}
    last_mark = WatchMark.objects.filter(row=OuterRef("pk")).order_by("-at", "-pk")
    rows = (
        WatchRow.objects.filter(watch_list__week__range=_span(years, today), joined_into__isnull=True)
        .annotate(mark=Subquery(last_mark.values("kind")[:1]))
        .order_by()
        .values_list("watch_list__week", "watch_list__district__slug", "family", "mark")
    )
    found: dict[tuple[int, str], WatchYear] = defaultdict(WatchYear)
    for week, slug, family, mark in rows:
        of_district = found[fiscal_year(week), slug]
        of_district.lists.add(week)
        of_district.families.add(family)
        of_district.marks[mark or NOT_MARKED] += 1
    return {key: row for key, row in found.items() if key[0] in years}


def incident_years(years: Sequence[int], *, today: date) -> dict[tuple[int, str], IncidentYear]:
    """Return what happened in each year by facility, up to ``today``, with the reports made by then. Two queries."""
    if not years:
        return {}
    first, last = _span(years, today)
    happened = Incident.objects.filter(happened_at__gte=midnight(first), happened_at__lt=midnight(last + A_DAY))
    reports = IncidentReport.objects.filter(
        Exists(happened.filter(pk=OuterRef("incident"))), reported_at__lt=midnight(today + A_DAY)
    )
    reported = {
        (incident, number): timezone.localdate(moment)
        for incident, number, moment in reports.values_list("incident", "number", "reported_at")
    }
    fields = ("pk", "happened_at", "facility__slug", "severity", "first_due_on", "second_due_on")
    found: dict[tuple[int, str], IncidentYear] = defaultdict(IncidentYear)
    for pk, moment, slug, severity, first_due, second_due in happened.order_by().values_list(*fields):
        of_place = found[fiscal_year(timezone.localdate(moment)), slug]
        of_place.severities[severity] += 1
        if severity in SERIOUS:
            of_place.first[standing(first_due, reported.get((pk, FIRST)), today)] += 1
            of_place.second[standing(second_due, reported.get((pk, SECOND)), today)] += 1
    return {key: row for key, row in found.items() if key[0] in years}


def _waited(first: date, last: date) -> Callable[[datetime, datetime | None], tuple[timedelta | None, bool]]:
    """Return what tells how long a request waited in working time, and whether no longer than was due. Two queries.

    ``first``, ``last``: between which days they were raised and received.
    """
    terms_on = terms_between(first, max(first, last))  # of years to come there is nothing yet

    def waited(raised: datetime, received: datetime | None) -> tuple[timedelta | None, bool]:
        if received is None:
            return None, False
        hours, due = terms_on(timezone.localdate(raised))
        wait = working_time_between(timezone.localtime(raised), timezone.localtime(received), hours)
        return wait, wait <= due

    return waited


def _span(years: Sequence[int], today: date) -> tuple[date, date]:
    return fiscal_year_days(min(years))[0], min(fiscal_year_days(max(years))[1], today)
