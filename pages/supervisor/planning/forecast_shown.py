"""What a forecast says: of each facility a chart, its table, and how well both methods foretold past months."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.charts.monthly import monthly_chart
from reports.models import PlanningRun

from .names import facility_names


def forecast_shown(run: PlanningRun) -> list[dict[str, Any]]:
    """Return one part a facility, in the facilities' order."""
    assert run.result is not None
    names, facilities = facility_names(), run.result["facilities"]
    return [_of_facility(slug, names[slug], facilities[slug]) for slug in names if slug in facilities]


def _of_facility(slug: str, name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    months = found["months"]
    series = [
        ("shown", _("Forecast"), [_decimal(row["shown"]) for row in months]),
        ("low", _("Lower end"), [_decimal(row["low"]) for row in months]),
        ("high", _("Upper end"), [_decimal(row["high"]) for row in months]),
    ]
    columns = [
        {"label": _("Month"), "numeric": False},
        *(
            {"label": words, "numeric": True}
            for words in (_("Forecast"), _("Range"), _("Seasonal method"), _("Same month last year"))
        ),
    ]
    rows = [
        [
            date_format(date.fromisoformat(row["month"]), "YEAR_MONTH_FORMAT"),
            _percent(row["shown"]),
            _("%(low)s to %(high)s") % {"low": _percent(row["low"]), "high": _percent(row["high"])}
            if row["low"] is not None
            else "–",
            _percent(row["seasonal"]),
            _percent(row["naive"]),
        ]
        for row in months
    ]
    return {
        "slug": slug,
        "name": name,
        "chart": monthly_chart([int(row["month"][5:7]) for row in months], [one for one in series if any(one[2])]),
        "columns": columns,
        "rows": rows,
        "sentences": _how_well(found),
    }


def _how_well(found: Mapping[str, Any]) -> list[str]:
    error, known = found["error"], found["known_months"]
    rests = _("It rests on %(months)d months that are over.") % {"months": known}
    if error["seasonal"] is None or error["naive"] is None:
        few = _("That is too few to compare the methods on past months: the same month of last year is shown.")
        return [rests, few]
    compared = _(
        "Tried on the past (%(forecasts)d forecasts), the seasonal method was off by %(seasonal)s points on average,"
        " the same month of last year by %(naive)s."
    ) % {"forecasts": error["forecasts"], "seasonal": error["seasonal"], "naive": error["naive"]}
    shown = (
        _("The seasonal method is shown.")
        if found["method"] == "seasonal"
        else _("The seasonal method is no better here, so the same month of last year is shown.")
    )
    return [rests, compared, shown]


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} %"
