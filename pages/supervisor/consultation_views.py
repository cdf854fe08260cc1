"""The supervisor's page of visits, online consultations and coordinator sessions: counted, and published."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from facilities.fiscal_year import fiscal_year, fiscal_year_days
from facilities.models import ServiceKind
from reports.consultation_tables import (
    KINDS,
    consultation_month_table,
    consultation_table,
    consultation_topic_table,
    session_table,
)
from reports.queries import fiscal_years_with_use
from reports.survey_tables import survey_table
from reports.tables import LABELS, Row, Table, difference

from .occupancy_views import chosen_year, downloads


@require_GET
def consultations(request: HttpRequest) -> HttpResponse:
    """A fiscal year by month and topic, and all years beside what was published."""
    today = timezone.localdate()
    years = fiscal_years_with_use() or [fiscal_year(today)]
    year = chosen_year(request, years, fiscal_year(today))
    first, last = fiscal_year_days(year)
    months, topics = consultation_month_table([year], today=today), consultation_topic_table([year], today=today)
    all_years = consultation_table(years, today=today)
    context = {
        "year": year,
        "years": reversed(years),
        "running": first <= today <= last,
        "today": today,
        "of_year": [(ServiceKind(row["kind"]).label, row) for row in all_years.rows if row["fiscal_year"] == year],
        "months": _by_kind(months, _("Month"), lambda row: _("%(month)s (month)") % {"month": int(row["month"][-2:])}),
        "month_bars": _bars(months.rows, lambda row: _("%(month)s (month)") % {"month": int(row["month"][-2:])}),
        "topics": _by_kind(topics, _("Topic"), lambda row: row["topic_name"]),
        "topic_bars": _bars(topics.rows, lambda row: row["topic_name"]),
        "compared": _compared(all_years),
        "notes": all_years.notes,
        "sessions": _sessions(session_table(years, today=today)),
        "survey": _survey(survey_table([year], today=today)),
        "downloads": downloads(years, "consultations"),
    }
    return render(request, "supervisor/consultations.html", context)


def _by_kind(table: Table, what: str, named: Any) -> dict[str, Any]:
    columns = [{"label": what}, *({"label": LABELS[kind], "numeric": True} for kind in KINDS)]
    return {"columns": columns, "rows": [[named(row), *(row[kind] for kind in KINDS)] for row in table.rows]}


def _bars(rows: Sequence[Row], named: Any) -> list[dict[str, Any]]:
    """Both kinds together, the longest bar 100."""
    totals = [(named(row), sum(row[kind] for kind in KINDS)) for row in rows]
    most = max((total for _name, total in totals), default=0)
    return (
        [{"label": name, "percent": round(100 * total / most), "text": total} for name, total in totals]
        if most
        else []
    )


def _compared(table: Table) -> dict[str, Any]:
    """Each year and kind: counted, published, the difference, the change on the year before."""
    columns = [
        {"label": LABELS["fiscal_year"]},
        {"label": LABELS["kind"]},
        *({"label": label, "numeric": True} for label in (_("Counted"), _("Published"), _("Difference"))),
        {"label": _("Change on the year before"), "numeric": True},
        {"label": LABELS["families"], "numeric": True},
        {"label": LABELS["recorded"], "numeric": True},
    ]
    lines = []
    for row in reversed(table.rows):
        stated = (row["published"] or {}).get("appointments")
        lines.append(
            [
                row["fiscal_year"],
                ServiceKind(row["kind"]).label,
                row["appointments"],
                stated,
                _signed(difference(row["appointments"], stated)),
                _signed((row["change"] or {}).get("appointments")),
                row["families"],
                row["recorded"],
            ]
        )
    return {"columns": columns, "rows": lines}


def _sessions(table: Table) -> dict[str, Any]:
    columns = [{"label": LABELS[key], "numeric": key != "fiscal_year"} for key in table.keys]
    return {"columns": columns, "rows": [[row[key] for key in table.keys] for row in reversed(table.rows)]}


def _survey(table: Table) -> dict[str, Any]:
    columns = [
        {"label": LABELS[key], "numeric": key not in ("facility", "question_text")} for key in table.columns[1:]
    ]
    rows = [[table.told(key, row[key]) for key in table.columns[1:]] for row in table.rows]
    return {"columns": columns, "rows": rows, "notes": table.notes}


def _signed(number: int | None) -> str | None:
    return None if number is None else f"{number:+}" if number else "0"
