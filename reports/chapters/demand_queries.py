"""Families that waited and families that drew: what became of them, by year, service and district. Reads only.

A family's district is the one in which it lived on the day on which it began to wait or entered; where it lived in
none, or nobody knows, ``ELSEWHERE``. A fixed number of queries each.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate

from bookings.models import DrawEntry, DrawRound, WaitingEnd, WaitingEntry
from bookings.models.draws import Outcome
from bookings.places.release import EndCode
from enrollment.models import Registration, RegistrationState, Residence
from facilities.fiscal_year import fiscal_year_days
from reports.queries import ELSEWHERE, FISCAL_YEAR
from sankecare.periods import midnight

OPEN = "open"
UNSERVED = (WaitingEnd.LAPSED, WaitingEnd.LEFT, WaitingEnd.PASSED, WaitingEnd.DECLINED, WaitingEnd.WARD)
A_DAY = timedelta(days=1)


@dataclass
class WaitingYear:
    """Entries of the waiting list that began in a year: how they stand, and for how many days the ended ones waited.

    ``ended``: by ``WaitingEnd`` and ``OPEN``. ``days_to_place``, ``days_in_vain``: whole days, in order.
    """

    ended: Counter[str] = field(default_factory=Counter)
    days_to_place: list[int] = field(default_factory=list)
    days_in_vain: list[int] = field(default_factory=list)

    @property
    def joined(self) -> int:
        return self.ended.total()


@dataclass(frozen=True)
class DrawnRound:
    """A round that was drawn: who entered and withdrew, what the draw gave, what became of it.

    ``outcomes``: by ``Outcome``, of those that had not withdrawn. ``odds``: the odds told, percent, in order.
    ``places``, ``given``: of the days drawn, each day's places added up. ``declined``, ``lapsed``: of the places won.
    """

    round: DrawRound
    entered: int
    withdrawn: int
    outcomes: Counter[str]
    odds: list[int]
    places: int
    given: int
    declined: int
    lapsed: int
    by_line: int

    @property
    def drawn(self) -> int:
        return self.outcomes.total()


def waiting_years(years: Sequence[int], *, today: date) -> dict[tuple[int, str], WaitingYear]:
    """Return each year's entries of the waiting list by service (its code), as they stood at the end of ``today``.

    One query.
    """
    if not years:
        return {}
    found: dict[tuple[int, str], WaitingYear] = defaultdict(WaitingYear)
    until = midnight(today + A_DAY)
    rows = _joined(years, today).annotate(day=TruncDate("joined_at")).annotate(fiscal_year=FISCAL_YEAR)
    for year, slug, joined_at, ended_at, ended_as in rows.values_list(
        "fiscal_year", "service__slug", "joined_at", "ended_at", "ended_as"
    ):
        if year not in years:
            continue
        of_service = found[year, slug]
        if ended_at is None or ended_at >= until:
            of_service.ended[OPEN] += 1
            continue
        of_service.ended[ended_as] += 1
        waits = of_service.days_to_place if ended_as == WaitingEnd.PLACED else of_service.days_in_vain
        waits.append((ended_at - joined_at).days)
    for of_service in found.values():
        of_service.days_to_place.sort()
        of_service.days_in_vain.sort()
    return dict(found)


def drawn_rounds(years: Sequence[int], *, today: date) -> list[DrawnRound]:
    """Return the rounds drawn in the years, up to ``today``, in the order of the draws. Three queries."""
    rounds = list(
        _drawn(years, today)
        .select_related("pool__facility")
        .defer("promise", "entries", "ticket_list", "usable")
        .order_by("drawn_at", "pk")
    )
    ids = [row.pk for row in rounds]
    counted: QuerySet[Any, Any] = (
        DrawEntry.objects.filter(round__in=ids)
        .order_by()
        .values("round", "outcome")
        .annotate(
            entered=Count("pk"),
            withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False)),
            declined=Count("pk", filter=Q(booking__ended_reason=EndCode.DECLINED.value)),
            lapsed=Count("pk", filter=Q(booking__ended_reason=EndCode.LAPSED.value)),
            by_line=Count("pk", filter=Q(turn__ended_as=WaitingEnd.PLACED)),
        )
    )
    of_round: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in counted:
        of_round[row["round"]].append(row)
    told: dict[int, list[int]] = defaultdict(list)
    entries = DrawEntry.objects.filter(round__in=ids, withdrawn_at__isnull=True, odds_told__isnull=False)
    for key, odds in entries.order_by("odds_told").values_list("round", "odds_told"):
        told[key].append(int(odds or 0))
    return [_drawn_round(row, of_round[row.pk], told[row.pk]) for row in rounds]


def rejections(first: date, last: date) -> list[tuple[date, str, tuple[str, ...]]]:
    """Return each application not approved on these days: the day, its district, and the rules that were not met.

    One query.
    """
    rows = (
        Registration.objects.filter(
            state=RegistrationState.REJECTED, decided_at__gte=midnight(first), decided_at__lt=midnight(last + A_DAY)
        )
        .annotate(day=TruncDate("decided_at"))
        .annotate(district=_district_of("birth__family"))
        .order_by("decided_at", "pk")
        .values_list("day", "district", "verdict")
    )
    return [(day, slug, rules_named(verdict)) for day, slug, verdict in rows]


def rules_named(verdict: dict[str, Any] | None) -> tuple[str, ...]:
    """Return the rules on which a rejection rests: those that a person named; else those of the nearest service."""
    if not verdict:
        return ()
    if verdict.get("named"):
        return tuple(verdict["named"])
    unmet = [
        tuple(rule["rule"] for rule in service["rules"] if not rule["met"] and not rule.get("excepted"))
        for service in verdict.get("services", {}).values()
    ]
    return min(filter(None, unmet), key=len, default=())


def waits_in_vain(first: date, last: date) -> Counter[tuple[date, str]]:
    """Return how many waits ended without a place, by the day on which they ended and district. One query."""
    rows = (
        WaitingEntry.objects.filter(
            ended_as__in=UNSERVED, ended_at__gte=midnight(first), ended_at__lt=midnight(last + A_DAY)
        )
        .annotate(day=TruncDate("joined_at"), ended_on=TruncDate("ended_at"))
        .annotate(district=_district_of("registration__birth__family"))
    )
    return _added_up(rows, "ended_on")


def draws_lost(first: date, last: date) -> Counter[tuple[date, str]]:
    """Return how many entries won nothing, by the day of the draw and district. One query."""
    rows = (
        DrawEntry.objects.filter(
            round__drawn_at__gte=midnight(first),
            round__drawn_at__lt=midnight(last + A_DAY),
            withdrawn_at__isnull=True,
            outcome=Outcome.LOST,
        )
        .annotate(day=TruncDate("entered_at"), drawn_on=TruncDate("round__drawn_at"))
        .annotate(district=_district_of("registration__birth__family"))
    )
    return _added_up(rows, "drawn_on")


def _added_up(rows: "QuerySet[Any]", on: str) -> Counter[tuple[date, str]]:
    counted = rows.order_by().values_list(on, "district").annotate(count=Count("pk"))
    return Counter({(day, slug): count for day, slug, count in counted})


def _district_of(family: str) -> Coalesce:
    """Where the family lived on the row's ``day``."""
    lived = Residence.objects.filter(family=OuterRef(family), period__contains=OuterRef("day"))
    return Coalesce(Subquery(lived.values("district__slug")[:1]), Value(ELSEWHERE))


def _joined(years: Sequence[int], today: date) -> "QuerySet[WaitingEntry]":
    first, last = _span(years, today)
    return WaitingEntry.objects.filter(joined_at__gte=midnight(first), joined_at__lt=midnight(last + A_DAY)).order_by()


def _drawn(years: Sequence[int], today: date) -> "QuerySet[DrawRound]":
    if not years:
        return DrawRound.objects.none()
    first, last = _span(years, today)
    return DrawRound.objects.filter(drawn_at__gte=midnight(first), drawn_at__lt=midnight(last + A_DAY))


def _drawn_round(drawn: DrawRound, rows: list[dict[str, Any]], odds: list[int]) -> DrawnRound:
    def summed(name: str) -> int:
        return sum(row[name] for row in rows)

    won = [row for row in drawn.result or [] if row["days"]]
    return DrawnRound(
        round=drawn,
        entered=summed("entered"),
        withdrawn=summed("withdrawn"),
        outcomes=Counter({row["outcome"]: row["entered"] - row["withdrawn"] for row in rows}),
        odds=odds,
        places=sum(room["places"] for room in (drawn.rooms or {}).values()),
        given=sum(len(row["days"]) for row in won),
        declined=summed("declined"),
        lapsed=summed("lapsed"),
        by_line=summed("by_line"),
    )


def _span(years: Sequence[int], today: date) -> tuple[date, date]:
    return fiscal_year_days(min(years))[0], min(fiscal_year_days(max(years))[1], today)
