"""Visits, online consultations and coordinator sessions, counted from the records alone. Fixed numbers of queries.

A visit or consultation counts where its day was used; what it was about is known where it was recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.db.models.functions import ExtractMonth, Now, TruncDate

from bookings.models import BookingDay, DayStatus
from bookings.places.queries import VISITS
from care.models import CoordinatorSession, SessionSignUp, VisitTopic
from facilities.fiscal_year import fiscal_year_days

from .queries import FISCAL_YEAR

VISIT_KINDS = VISITS[::-1]  # the consultations first


@dataclass(frozen=True)
class VisitYear:
    """A fiscal year of one kind; ``recorded``: with a visit record; ``minutes``: of those on average, whole."""

    appointments: int = 0
    families: int = 0
    recorded: int = 0
    minutes: int | None = None


@dataclass(frozen=True)
class SessionYear:
    """A fiscal year of coordinator sessions: held, called off; families signed up, of them came and did not."""

    sessions: int = 0
    called_off: int = 0
    signed_up: int = 0
    came: int = 0
    did_not_come: int = 0
    families: int = 0


def visit_years(years: Sequence[int], *, today: date) -> dict[tuple[int, str], VisitYear]:
    """Return each fiscal year and kind with an appointment that took place; up to ``today``. One query."""
    if not years:
        return {}
    rows = (
        _visits(years, today)
        .annotate(fiscal_year=FISCAL_YEAR)
        .values("fiscal_year", "booking__service__kind")
        .annotate(
            appointments=Count("pk"),
            families=Count("family", distinct=True),
            recorded=Count("visit_record"),
            took=Avg(F("visit_record__ended_at") - F("visit_record__began_at")),
        )
    )
    return {
        (row["fiscal_year"], row["booking__service__kind"]): VisitYear(
            row["appointments"],
            row["families"],
            row["recorded"],
            None if row["took"] is None else round(row["took"].total_seconds() / 60),
        )
        for row in rows
        if row["fiscal_year"] in years
    }


def visit_months(years: Sequence[int], *, today: date) -> dict[tuple[int, int, str], int]:
    """Return how many took place by fiscal year, month (1–12) and kind. One query."""
    if not years:
        return {}
    rows = _visits(years, today).annotate(fiscal_year=FISCAL_YEAR, month=ExtractMonth("day"))
    counted = rows.values("fiscal_year", "month", "booking__service__kind").annotate(count=Count("pk"))
    return {(row["fiscal_year"], row["month"], row["booking__service__kind"]): row["count"] for row in counted}


def visit_topics(years: Sequence[int], *, today: date) -> dict[tuple[int, str, str], dict[str, int]]:
    """Return, by fiscal year, topic's code and name, how many were about it by kind, in the topics' order. One query.

    One visit may be about several topics.
    """
    if not years:
        return {}
    rows = (
        VisitTopic.objects.filter(record__booked_day__in=_visits(years, today))
        .annotate(day=F("record__booked_day__day"))
        .annotate(fiscal_year=FISCAL_YEAR)
        .order_by("fiscal_year", "topic__position", "topic__code")
        .values_list(
            *("fiscal_year", "topic__position", "topic__code", "topic__name"),
            "record__booked_day__booking__service__kind",
        )
        .annotate(count=Count("pk"))
    )
    found: dict[tuple[int, str, str], dict[str, int]] = {}
    for year, _position, code, name, kind, count in rows:
        found.setdefault((year, code, name), {})[kind] = count
    return found


def session_years(years: Sequence[int], *, until: date) -> dict[int, SessionYear]:
    """Return each fiscal year with a coordinator session that was held or called off, to ``until``. Two queries."""
    on_day = CoordinatorSession.objects.filter(starts_at__date__lte=until, starts_at__lte=Now()).annotate(
        day=TruncDate("starts_at")
    )
    sessions = (
        on_day.annotate(fiscal_year=FISCAL_YEAR)
        .order_by()
        .values("fiscal_year")
        .annotate(
            held=Count("pk", filter=Q(called_off_at__isnull=True)),
            off=Count("pk", filter=Q(called_off_at__isnull=False)),
        )
    )
    sign_ups = (
        SessionSignUp.objects.filter(
            cancelled_at__isnull=True,
            session__called_off_at__isnull=True,
            session__starts_at__date__lte=until,
            session__starts_at__lte=Now(),
        )
        .annotate(day=TruncDate("session__starts_at"))
        .annotate(fiscal_year=FISCAL_YEAR)
        .order_by()
        .values("fiscal_year")
        .annotate(
            signed_up=Count("pk"),
            came=Count("pk", filter=Q(attended=True)),
            did_not_come=Count("pk", filter=Q(attended=False)),
            families=Count("family", distinct=True, filter=Q(attended=True)),
        )
    )
    by_year: dict[int, Any] = {row["fiscal_year"]: row for row in sign_ups}
    figures = ("signed_up", "came", "did_not_come", "families")
    return {
        row["fiscal_year"]: SessionYear(
            row["held"], row["off"], *(by_year[row["fiscal_year"]][name] for name in figures)
        )
        if row["fiscal_year"] in by_year
        else SessionYear(row["held"], row["off"])
        for row in sessions
        if row["fiscal_year"] in years
    }


def _visits(years: Sequence[int], today: date) -> "QuerySet[BookingDay]":
    first, last = fiscal_year_days(min(years))[0], min(fiscal_year_days(max(years))[1], today)
    return BookingDay.objects.filter(
        status=DayStatus.USED, day__range=(first, last), booking__service__kind__in=VISIT_KINDS
    ).order_by()
