"""Visits, online consultations and coordinator sessions as rows for programs, as ``reports.tables`` has the others."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from facilities.fiscal_year import fiscal_year

from .consultation_queries import (
    VISIT_KINDS,
    SessionYear,
    VisitYear,
    session_years,
    visit_months,
    visit_topics,
    visit_years,
)
from .like_months import like_day
from .published import published_appointments
from .table_parts import Drawn
from .tables import Row, Table, note_of_like_days

MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
KINDS = tuple(kind.value for kind in VISIT_KINDS)


def consultation_table(years: Sequence[int], *, today: date) -> Table:
    """Return online consultations and outreach by fiscal year, beside the published ones (SEED: online)."""
    counted = visit_years([*years, *(year - 1 for year in years)], today=today)
    published = published_appointments()
    before = {(year + 1, kind): row for (year, kind), row in counted.items()}
    if (running := fiscal_year(today)) in years:
        like = visit_years([running - 1], today=like_day(today, 1))
        before |= {(running, kind): like.get((running - 1, kind), VisitYear()) for kind in KINDS}
    rows, notes = [], note_of_like_days(years, today)
    for year in years:
        for kind in KINDS:
            stated = published.get((kind, year))
            if (year, kind) not in counted and stated is None:
                continue
            rows.append(
                {
                    **_year_row(year, kind, counted.get((year, kind), VisitYear())),
                    "change": _change(counted.get((year, kind)), before.get((year, kind))),
                    "published": {"fiscal_year": year, "kind": kind, "appointments": stated.value} if stated else None,
                }
            )
            if stated and stated.note:
                facts = {"year": year, "note": stated.note}
                notes.append(_("Published for fiscal year %(year)s: %(note)s") % facts)
    keys = ("fiscal_year", "kind", "appointments", "families", "recorded", "minutes")
    drawn = Drawn("lines", along="fiscal_year", by="kind", figure="appointments")
    title = _("Visits and online consultations")
    return Table(title, keys, ("appointments",), rows, notes, {"kind": _kinds()}, drawn=drawn)


def consultation_month_table(years: Sequence[int], *, today: date) -> Table:
    """Return how many took place in each month that has begun, by kind."""
    counted = visit_months(years, today=today)
    rows = [
        {
            "fiscal_year": year,
            "month": f"{first:%Y-%m}",
            **{kind: counted.get((year, first.month, kind), 0) for kind in KINDS},
        }
        for year in years
        for first in _months(year)
        if first <= today
    ]
    title, keys = _("Visits and online consultations by month"), ("fiscal_year", "month", *KINDS)
    return Table(title, keys, (), rows, [], drawn=Drawn("lines", along="month", figures=KINDS))


def consultation_topic_table(years: Sequence[int], *, today: date) -> Table:
    """Return how many were about each topic, by kind; one may be about several."""
    rows: list[Row] = [
        {"fiscal_year": year, "topic": code, "topic_name": name, **{kind: counts.get(kind, 0) for kind in KINDS}}
        for (year, code, name), counts in visit_topics(years, today=today).items()
        if year in years
    ]
    keys = ("fiscal_year", "topic", "topic_name", *KINDS)
    return Table(_("Topics of visits and online consultations"), keys, (), rows, [], for_programs=("topic",))


def session_table(years: Sequence[int], *, today: date) -> Table:
    """Return coordinator sessions by fiscal year: held, families signed up, who came; up to ``today``."""
    counted = session_years(years, until=today)
    rows = [_session_row(year, counted[year]) for year in years if year in counted]
    keys = ("fiscal_year", "sessions", "called_off", "signed_up", "came", "did_not_come", "families")
    return Table(_("Coordinator sessions"), keys, (), rows, [])


def _kinds() -> dict[str, str]:
    return {kind.value: str(kind.label) for kind in VISIT_KINDS}


def _year_row(year: int, kind: str, row: VisitYear) -> Row:
    return {
        "fiscal_year": year,
        "kind": kind,
        "appointments": row.appointments,
        "families": row.families,
        "recorded": row.recorded,
        "minutes": row.minutes,
    }


def _change(now: VisitYear | None, before: VisitYear | None) -> Row | None:
    return {"appointments": now.appointments - before.appointments} if now and before and before.appointments else None


def _session_row(year: int, row: SessionYear) -> Row:
    return {
        "fiscal_year": year,
        "sessions": row.sessions,
        "called_off": row.called_off,
        "signed_up": row.signed_up,
        "came": row.came,
        "did_not_come": row.did_not_come,
        "families": row.families,
    }


def _months(year: int) -> list[date]:
    return [date(year if month >= 4 else year + 1, month, 1) for month in MONTHS]
