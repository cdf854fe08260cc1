"""The figures of use laid open: occupancy, days and families of a facility, or of all, in a month or a year."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import BookingDay, DayStatus
from bookings.places.queries import STAYS
from enrollment.models import Family
from facilities.calendar import Cause, PoolCalendar
from facilities.fiscal_year import fiscal_year_days
from facilities.models import Facility, PlacePool
from facilities.queries import calendars
from reports.like_months import months_between
from reports.occupancy import occupancy_percent
from reports.tables import label_of
from reports.use_tables import FIGURES
from sankecare.errors import NotPossible
from sankecare.periods import days_in_words

from .figure import Asked, Explained, RowsBehind, Slots
from .slots_of_days import Made, slots_made

FEW_DAYS = 12
CAUSES = {
    Cause.OPEN: gettext_lazy("Day open"),
    Cause.NOT_RUNNING: gettext_lazy("Not in the programme"),
    Cause.WEEKDAY: gettext_lazy("Closed on this weekday"),
    Cause.PUBLIC_HOLIDAY: gettext_lazy("Public holidays"),
    Cause.CLOSURE: gettext_lazy("Day closed"),
    Cause.SUSPENDED: gettext_lazy("Suspended"),
    Cause.OVERRIDE: gettext_lazy("Other slots on this day"),
}
MEANINGS = {
    "short_stay_days": gettext_lazy("Each day of short stay that a family used, the day of leaving included."),
    "day_care_days": gettext_lazy("Each day of day care that a family used."),
    "total_days": gettext_lazy("Each day of short stay or day care that a family used."),
    "families": gettext_lazy("Each family once, however often it came."),
    "slot_days": gettext_lazy("Slots of all days together: room for one family on one day."),
    "occupancy_percent": gettext_lazy("How much of the room was used: used family-days over slot-days."),
}
RULES = {
    "occupancy_percent": gettext_lazy("Used family-days × 100 ÷ slot-days, halves up to one decimal."),
    "slot_days": gettext_lazy(
        "Weekly pattern, less public holidays where the facility keeps them, less closures, at the capacity in force; "
        "an override of a day stands above them."
    ),
    "families": gettext_lazy("A family counts once in the whole period, also at two facilities."),
}
COUNTED = gettext_lazy("Days whose use is recorded. What was given back or missed does not count.")


@dataclass(frozen=True)
class Scope:
    """Which figure is asked for: of whom, of which days, and what it is called."""

    figure: str
    facility: Facility | None
    first: date
    last: date
    when: str

    @property
    def where(self) -> str:
        return str(self.facility) if self.facility else _("All facilities")


def explain_use(asked: Asked, today: date) -> Explained:
    """Lay a figure of use open. A fixed number of queries.

    Errors: NotPossible ``figure_unknown``, ``facility_unknown``, ``period_unknown``, ``to_come``.
    """
    scope = scope_of(asked, today)
    days = used_days(scope)
    counted = days.aggregate(
        short=Count("pk", filter=Q(booking__service__kind="short_stay")),
        care=Count("pk", filter=Q(booking__service__kind="day_care")),
        families=Count("family", distinct=True),
    )
    of_pools = _calendars(scope)
    made = [(pool, row) for pool, calendar in of_pools for row in slots_made(scope.first, scope.last, calendar)]
    slots = sum(row.slot_days for _pool, row in made)
    total = counted["short"] + counted["care"]
    values = {
        "short_stay_days": counted["short"],
        "day_care_days": counted["care"],
        "total_days": total,
        "families": counted["families"],
        "slot_days": slots,
        "occupancy_percent": occupancy_percent(total, slots),
    }
    inferred = sum(row.lost for _pool, row in made if row.inferred)
    return Explained(
        title=f"{label_of(scope.figure)}　{scope.where}　{scope.when}",
        value=_told(values[scope.figure]),
        meaning=str(MEANINGS[scope.figure]),
        rule=str(RULES.get(scope.figure, COUNTED)),
        parts=_parts(scope.figure, values, total, slots),
        slots=[_slots(pool, row) for pool, row in made],
        notes=_notes(scope, inferred),
        rows=_rows(scope, days),
    )


def scope_of(asked: Asked, today: date) -> Scope:
    """Read which figure an address asks for. Errors: as ``explain_use``."""
    figure = asked.get("figure", "")
    if figure not in FIGURES:
        raise NotPossible("figure_unknown", _("No such figure is known. Please open it from its table."))
    first, last, when = _period(asked, today)
    facility = None
    if slug := asked.get("facility", ""):
        facility = Facility.objects.filter(slug=slug).first()
        if facility is None:
            raise NotPossible("facility_unknown", _("No such facility is known."))
    return Scope(figure, facility, first, last, when)


def used_days(scope: Scope) -> "QuerySet[BookingDay]":
    """Return the used family-days that the figure counts."""
    days = BookingDay.objects.filter(
        status=DayStatus.USED, day__range=(scope.first, scope.last), booking__service__kind__in=STAYS
    )
    return days.filter(pool__facility=scope.facility) if scope.facility else days


def _period(asked: Asked, today: date) -> tuple[date, date, str]:
    month, year = asked.get("month", ""), asked.get("fiscal_year", "")
    if re.fullmatch(r"2\d{3}-(0[1-9]|1[0-2])", month):
        first = date(int(month[:4]), int(month[5:]), 1)
        last = months_between(first, first.replace(year=first.year + 1))[month][1]
        when = date_format(first, "YEAR_MONTH_FORMAT")
    elif re.fullmatch(r"2\d{3}", year):
        first, last = fiscal_year_days(int(year))
        when = _("Fiscal year %(year)s") % {"year": year}
    else:
        raise NotPossible("period_unknown", _("Please say a month such as 2022-04, or a fiscal year such as 2022."))
    if first > today:
        raise NotPossible("to_come", _("%(when)s has not begun: there is nothing to count yet.") % {"when": when})
    return first, min(last, today), when


def _parts(figure: str, values: dict[str, Any], total: int, slots: int) -> list[tuple[str, str]]:
    if figure == "occupancy_percent":
        return [
            (_("Numerator: used family-days"), _told(total)),
            (_("of these short stay"), _told(values["short_stay_days"])),
            (_("of these day care"), _told(values["day_care_days"])),
            (_("Denominator: slot-days"), _told(slots)),
        ]
    if figure == "families":
        return [(_("Families"), _told(values["families"])), (_("Their family-days"), _told(total))]
    return [(label_of(figure), _told(values[figure]))]


def _notes(scope: Scope, inferred: int) -> list[str]:
    days = {"first": date_format(scope.first), "last": date_format(scope.last)}
    notes = [_("Counted from %(first)s to %(last)s.") % days]
    if inferred:
        words = _("%(slots)s slot-days are taken away by days that nobody published (inferred from a published rate).")
        notes.append(words % {"slots": f"{inferred:,}"})
    return notes


def _calendars(scope: Scope) -> list[tuple[PlacePool, PoolCalendar]]:
    pools = PlacePool.objects.filter(services__kind__in=STAYS).select_related("facility").distinct()
    if scope.facility:
        pools = pools.filter(facility=scope.facility)
    found = sorted(pools, key=lambda pool: (pool.facility.position, pool.pk))
    of_pool = calendars([pool.pk for pool in found], scope.first, scope.last)
    return [(pool, of_pool[pool.pk]) for pool in found]


def _slots(pool: PlacePool, row: Made) -> Slots:
    cause = str(CAUSES[row.cause])
    return Slots(
        where=f"{pool.facility}　{pool.name}",
        cause=f"{cause}（{row.note}）" if row.note else cause,
        days=len(row.days),
        slot_days=row.slot_days,
        lost=row.lost,
        inferred=row.inferred,
        days_told=days_in_words(row.days) if _are_told(row) else "",
    )


def _are_told(row: Made) -> bool:
    return row.cause in (Cause.CLOSURE, Cause.OVERRIDE, Cause.SUSPENDED) and len(row.days) <= FEW_DAYS


def _rows(scope: Scope, days: "QuerySet[BookingDay]") -> RowsBehind | None:
    if scope.figure == "slot_days":
        return None
    if scope.figure == "families":
        return RowsBehind(
            _("Families"),
            Family.objects.filter(pk__in=days.values("family"))
            .annotate(
                days_counted=Count("births__registrations__bookings__days", filter=_counted_days(scope)),
                first_counted=Min("births__registrations__bookings__days__day", filter=_counted_days(scope)),
            )
            .order_by("first_counted", "pk"),
            "pk",
            (_("Family"), _("First used day"), _("Family-days")),
            lambda row: (row.mother_name, date_format(row.first_counted), row.days_counted),
            lambda row: int(row.pk),
        )
    if scope.figure in ("short_stay_days", "day_care_days"):
        days = days.filter(booking__service__kind=scope.figure.removesuffix("_days"))
    return RowsBehind(
        _("Used family-days"),
        days.select_related("booking__service__facility", "family").order_by("day", "pk"),
        "family",
        (_("Day"), _("Booking"), _("Service"), _("Family")),
        lambda row: (date_format(row.day), row.booking.number, str(row.booking.service), row.family.mother_name),
        lambda row: int(row.family_id),
    )


def _counted_days(scope: Scope) -> Q:
    path = "births__registrations__bookings__days__"
    found = Q(
        **{
            f"{path}status": DayStatus.USED,
            f"{path}day__range": (scope.first, scope.last),
            "births__registrations__bookings__service__kind__in": STAYS,
        }
    )
    if scope.facility:
        found &= Q(births__registrations__bookings__service__facility=scope.facility)
    return found


def _told(value: Any) -> str:
    return "–" if value is None else f"{value:,}"
