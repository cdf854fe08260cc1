"""Families and family-days by where the families lived: what the tables of districts, towns and coverage count."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import BookingDay, DayStatus
from bookings.places.queries import STAYS
from enrollment.models import Family, Residence
from facilities.fiscal_year import fiscal_year_days
from facilities.models import Source, Town
from reports.masked_figures import finished_until
from reports.models import BirthsOfYear
from reports.queries import ELSEWHERE
from reports.tables import DISTRICT_KEYS, Row, Table

from .cells import Cell, Opened, Parts, Words
from .figure import RowsBehind

FAMILY = gettext_lazy(
    "Each family once in the fiscal year, however often it came, where it lived on its first used day."
)
DAY = gettext_lazy("Each day of short stay or day care that a family used, where the family lived on it.")
SHARE = gettext_lazy("The district's families beside the families of all districts.")


def used_in(first: date, last: date) -> "QuerySet[Any]":
    """Return the used family-days of short stay and day care between two days, each with its district."""
    lived = Residence.objects.filter(family=OuterRef("family"), period__contains=OuterRef("day"))
    return (
        BookingDay.objects.filter(status=DayStatus.USED, day__range=(first, last), booking__service__kind__in=STAYS)
        .annotate(district=Coalesce(Subquery(lived.values("district__slug")[:1]), Value(ELSEWHERE)))
        .annotate(town=Subquery(lived.values("town__name")[:1]))
    )


def families_in(first: date, last: date) -> "QuerySet[Any]":
    """Return the families with a used day between two days, with the first one and where they lived on it."""
    used = used_in(first, last).filter(family=OuterRef("pk")).order_by("day", "pk")
    days = used.order_by().values("family").annotate(number=Count("pk"))
    return Family.objects.filter(Exists(used)).annotate(
        first_counted=Subquery(used.values("day")[:1]),
        district=Subquery(used.values("district")[:1]),
        town=Subquery(used.values("town")[:1]),
        days_counted=Subquery(days.values("number")),
    )


def families_behind(where: Q, year: int, until: date) -> RowsBehind:
    """Return the families of a fiscal year that a figure counts."""
    found = families_in(*_up_to(year, until)).filter(where)
    return RowsBehind(
        _("Families"),
        found.order_by("first_counted", "pk"),
        "pk",
        (_("Family"), _("First used day"), _("Family-days")),
        lambda row: (row.mother_name, date_format(row.first_counted), row.days_counted),
        lambda row: int(row.pk),
    )


def days_behind(where: Q, year: int, until: date) -> RowsBehind:
    """Return the used family-days of a fiscal year that a figure counts."""
    found = used_in(*_up_to(year, until)).filter(where)
    return RowsBehind(
        _("Used family-days"),
        found.select_related("booking__service__facility", "family").order_by("day", "pk"),
        "family",
        (_("Day"), _("Booking"), _("Service"), _("Family")),
        lambda row: (date_format(row.day), row.booking.number, str(row.booking.service), row.family.mother_name),
        lambda row: int(row.family_id),
    )


def _up_to(year: int, until: date) -> tuple[date, date]:
    first, last = fiscal_year_days(year)
    return first, min(last, until)


def _by_district(meaning: Words, behind: Any) -> Mapping[str, Cell]:
    """A column a district and one for all of them."""

    def cell(slug: str) -> Cell:
        where = Q() if slug == "total" else Q(district=slug)
        return Cell(meaning, rows=lambda row, today: behind(where, row["fiscal_year"], today))

    return {slug: cell(slug) for slug in DISTRICT_KEYS}


def _of_row(row: Row) -> Q:
    return Q(district=row["district"])


def _of_town(row: Row) -> Q:
    """What the table calls by no town's name is recorded in none, or is not disclosed."""
    return _of_row(row) & (Q(town=row["town"]) if Town.objects.filter(name=row["town"]).exists() else Q(town=None))


def _share_parts(row: Row, table: Table) -> Parts:
    ward = sum(one["families"] for one in table.rows if one["fiscal_year"] == row["fiscal_year"])
    return [(_("Numerator: families of the district"), row["families"]), (_("Denominator: all families"), ward)]


def _of_births(row: Row) -> Sequence[str]:
    """Who said how many were born, or that nobody did."""
    found = BirthsOfYear.objects.filter(year=row["fiscal_year"]).first()
    if found is None:
        return [_("The number of births is not published here.")]
    told = {"year": found.year, "source": found.get_source_display()}
    published = found.source in (Source.SEED, Source.PUBLIC)
    return [
        (
            _("Births of the calendar year %(year)s, published: %(source)s.")
            if published
            else _("Births of the calendar year %(year)s, not published: %(source)s.")
        )
        % told
    ]


DISTRICTS = Opened(("fiscal_year",), _by_district(FAMILY, families_behind))
DISTRICT_DAYS = Opened(("fiscal_year",), _by_district(DAY, days_behind))
COVERAGE = Opened(
    ("fiscal_year",),
    {
        "families": Cell(
            gettext_lazy("Each family once in the fiscal year, however often it came."),
            rows=lambda row, today: families_behind(Q(), row["fiscal_year"], today),
        ),
        "births": Cell(
            gettext_lazy("Births in the ward in the calendar year in which the fiscal year begins."), notes=_of_births
        ),
        "coverage_percent": Cell(
            gettext_lazy("How many of the families with a birth used a place: families over births."),
            rows=lambda row, today: families_behind(Q(), row["fiscal_year"], today),
            makes_up="families",
            over=("families", "births"),
            notes=_of_births,
        ),
    },
)
SHARES = Opened(
    ("fiscal_year", "district"),
    {
        "families": Cell(FAMILY, rows=lambda row, today: families_behind(_of_row(row), row["fiscal_year"], today)),
        "family_days": Cell(DAY, rows=lambda row, today: days_behind(_of_row(row), row["fiscal_year"], today)),
        "share_percent": Cell(
            SHARE,
            rows=lambda row, today: families_behind(_of_row(row), row["fiscal_year"], today),
            makes_up="families",
            parts=_share_parts,
            rule=gettext_lazy("Families × 100 ÷ families of all districts, halves up to one decimal."),
        ),
        "days_a_family": Cell(
            gettext_lazy("Used family-days of the district over its families."),
            rows=lambda row, today: days_behind(_of_row(row), row["fiscal_year"], today),
            makes_up="family_days",
            over=("family_days", "families"),
            rule=gettext_lazy("Family-days ÷ families, halves up to one decimal."),
        ),
    },
)
TOWNS = Opened(
    ("fiscal_year", "district", "town"),
    {
        "families": Cell(
            FAMILY, rows=lambda row, today: families_behind(_of_town(row), row["fiscal_year"], finished_until(today))
        ),
        "family_days": Cell(
            DAY, rows=lambda row, today: days_behind(_of_town(row), row["fiscal_year"], finished_until(today))
        ),
    },
    finished=True,
    rounded=True,
)
