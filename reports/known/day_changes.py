"""Used family-days and families as known on a day beside now: each change with its cause, so that they add up.

Asked within ``known_on``: a bare name of a table is its past there, ``public.`` the table as it stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bookings.models import DayStatus
from bookings.places.queries import STAYS
from facilities.fiscal_year import fiscal_year

Place = tuple[str, int]  # facility and fiscal year


class Cause(TextChoices):
    ENTERED = "entered", _("Entered afterwards")
    NOTED = "noted", _("Booked then, noted as used afterwards")
    TAKEN_BACK = "taken_back", _("Cancelled or taken back afterwards")
    MISSED = "missed", _("Noted afterwards that nobody came")
    DELETED = "deleted", _("Deleted afterwards")
    MOVED_HERE = "moved_here", _("Put right to this year or facility")
    MOVED_AWAY = "moved_away", _("Put right to another year or facility")
    CAME = "came", _("Families with a first day that is new")
    WENT = "went", _("Families without a day any more")
    JOINED = "joined", _("Families that were one: joined since")


@dataclass(frozen=True)
class DayChange:
    """One booked day that counts otherwise: where it counted then and where now, by what, since when."""

    row: int
    booking: int
    was: tuple[str, date] | None
    now: tuple[str, date] | None
    cause: Cause
    at: datetime | None

    def counts(self) -> list[tuple[Place, Cause, int]]:
        """Return what it adds where and takes where."""
        was, now = _place(self.was), _place(self.now)
        if was and now:
            return [] if was == now else [(was, Cause.MOVED_AWAY, -1), (now, Cause.MOVED_HERE, 1)]
        place = now or was
        return [(place, self.cause, 1 if now else -1)] if place else []


def changed_days(first: date, last: date, moment: datetime) -> list[DayChange]:
    """Return the booked days from ``first`` to ``last`` that count otherwise than then, in order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGED_DAYS, {**_asked(first, last), "moment": moment})
        return [
            DayChange(
                row,
                booking,
                (facility, day) if facility else None,
                (facility_now, day_now) if facility_now else None,
                _cause(facility is None, stood, stands, missed),
                at,
            )
            for row, booking, facility, day, facility_now, day_now, stood, stands, missed, at in cursor.fetchall()
        ]


def changed_families(first: date, last: date) -> list[tuple[Place, Cause, int]]:
    """Return by facility and year the families that count otherwise: come, gone, or joined since. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGED_FAMILIES, _asked(first, last))
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT id, merged_into_id FROM public.enrollment_family WHERE merged_into_id IS NOT NULL"
            " AND id = ANY (%s)",
            [[family for *_place, family, _is_new, _kept_counts in rows]],
        )
        into = dict(cursor.fetchall())
    new = {(facility, year, family) for facility, year, family, is_new, _kept in rows if is_new}
    found = []
    for facility, year, family, is_new, kept_counts in rows:
        if is_new:
            continue
        kept = (facility, year, into.get(family))
        if kept in new:  # the same family, under the entry that was kept
            new.discard(kept)
        else:
            found.append(((facility, year), Cause.JOINED if kept_counts else Cause.WENT, -1))
    return [*found, *(((facility, year), Cause.CAME, 1) for facility, year, _family in sorted(new))]


def added_up(changes: Iterable[tuple[Place, Cause, int]]) -> dict[Place, dict[Cause, int]]:
    """Sum changes by place and cause."""
    found: dict[Place, dict[Cause, int]] = {}
    for place, cause, count in changes:
        of_place = found.setdefault(place, {})
        of_place[cause] = of_place.get(cause, 0) + count
    return found


def _asked(first: date, last: date) -> dict[str, Any]:
    return {"first": first, "last": last, "kinds": [kind.value for kind in STAYS]}


def _place(counted: tuple[str, date] | None) -> Place | None:
    return (counted[0], fiscal_year(counted[1])) if counted else None


def _cause(is_new: bool, stood: str | None, stands: str | None, missed: bool | None) -> Cause:
    if is_new:
        if stood == DayStatus.USED:
            return Cause.MOVED_HERE
        return Cause.NOTED if stood == DayStatus.HELD else Cause.ENTERED
    if stands is None:
        return Cause.DELETED
    if stands == DayStatus.USED:
        return Cause.MOVED_AWAY
    return Cause.MISSED if missed else Cause.TAKEN_BACK


def _used(schema: str) -> str:
    return f"""
        SELECT used.id, used.booking_id, used.family_id, used.day, place.slug AS facility,
               extract(year FROM used.day - interval '3 months')::int AS year
          FROM {schema}bookings_bookingday used
          JOIN {schema}bookings_booking booking ON booking.id = used.booking_id
          JOIN {schema}facilities_service service ON service.id = booking.service_id
          JOIN public.facilities_facility place ON place.id = service.facility_id
         WHERE used.status = 'used' AND used.day BETWEEN %(first)s AND %(last)s AND service.kind = ANY (%(kinds)s)
    """  # noqa: S608


CHANGED_DAYS = f"""
    WITH then_used AS ({_used("")}), now_used AS ({_used("public.")})
    SELECT id, coalesce(then_used.booking_id, now_used.booking_id), then_used.facility, then_used.day,
           now_used.facility, now_used.day, stood.status, stands.status, stands.missed,
           (SELECT min(event.pgh_created_at) FROM public.bookings_bookingdayevent event
             WHERE event.pgh_obj_id = id AND event.pgh_created_at >= %(moment)s)
      FROM then_used FULL JOIN now_used USING (id)
      LEFT JOIN bookings_bookingday stood USING (id) LEFT JOIN public.bookings_bookingday stands USING (id)
     WHERE (then_used.facility, then_used.day) IS DISTINCT FROM (now_used.facility, now_used.day)
     ORDER BY coalesce(then_used.day, now_used.day), id
"""  # noqa: S608

CHANGED_FAMILIES = f"""
    WITH then_used AS (SELECT DISTINCT facility, year, family_id FROM ({_used("")}) AS days),
         now_used AS (SELECT DISTINCT facility, year, family_id FROM ({_used("public.")}) AS days)
    SELECT facility, year, family_id, then_used.was IS NULL AS is_new, EXISTS (
               SELECT 1 FROM public.enrollment_family joined
                 JOIN now_used kept ON kept.family_id = joined.merged_into_id
                WHERE joined.id = differing.family_id_of AND kept.facility = differing.of_facility
                  AND kept.year = differing.of_year)
      FROM (SELECT *, true AS was FROM then_used) AS then_used
      FULL JOIN (SELECT *, true AS stands FROM now_used) AS now_used USING (facility, year, family_id)
      CROSS JOIN LATERAL (SELECT facility AS of_facility, year AS of_year, family_id AS family_id_of) AS differing
     WHERE then_used.was IS NULL OR now_used.stands IS NULL
     ORDER BY facility, year, family_id
"""  # noqa: S608
