"""The comparison column: what the ward published, and why a figure differs."""

from typing import Any

from django.utils.translation import gettext as _

from facilities.models import ServiceKind

from .models import PublishedDistrictTotal, PublishedDistrictYear, PublishedFacilityYear, PublishedFigure
from .occupancy import unreachable

FACILITY_KEYS = ("short_stay_days", "day_care_days", "total_days", "families", "occupancy_percent")
APPOINTMENTS = {"online_consultations": ServiceKind.ONLINE_CONSULTATION}


def published_facility_years() -> dict[tuple[str, int], dict[str, Any]]:
    """Return the published usage rows by facility slug and fiscal year, with the keys of a computed row."""
    rows = PublishedFacilityYear.objects.select_related("facility")
    return {
        (row.facility.slug, row.fiscal_year): {
            "facility": row.facility.slug,
            "fiscal_year": row.fiscal_year,
            **{key: getattr(row, key) for key in FACILITY_KEYS},
            "slot_days": None,
        }
        for row in rows
    }


def published_district_years() -> dict[int, dict[str, int | None]]:
    """Return the published families by fiscal year: one key a district, and ``total`` as printed."""
    found: dict[int, dict[str, int | None]] = {}
    for row in PublishedDistrictYear.objects.select_related("district"):
        found.setdefault(row.fiscal_year, {})[row.district.slug] = row.families
    for total in PublishedDistrictTotal.objects.all():
        found.setdefault(total.fiscal_year, {})["total"] = total.families
    return found


def published_appointments() -> dict[tuple[str, int], PublishedFigure]:
    """Return the published numbers of appointments by kind and fiscal year."""
    rows = PublishedFigure.objects.filter(figure__in=APPOINTMENTS)
    return {(APPOINTMENTS[row.figure].value, row.fiscal_year): row for row in rows}


def why_it_differs(computed: dict[str, Any], published: dict[str, Any] | None) -> str:
    """Return the reason of a difference that can be shown from the figures themselves, else ""."""
    if not published or published["occupancy_percent"] is None:
        return ""
    near = unreachable(published["total_days"], published["occupancy_percent"])
    if near is None or computed["occupancy_percent"] == published["occupancy_percent"]:
        return ""
    return _(
        "No whole number of slot-days gives %(published)s %% of %(days)s days: "
        "%(slots)s slot-days give %(percent)s, %(slots_next)s give %(percent_next)s."
    ) % {
        "published": published["occupancy_percent"],
        "days": published["total_days"],
        "slots": near.slot_days,
        "percent": near.percent,
        "slots_next": near.slot_days_next,
        "percent_next": near.percent_next,
    }
