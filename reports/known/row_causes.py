"""Why a row counts now and did not then, or the other way round, and since when. Asked within ``known_on``.

A bare name of a table is its past there, ``public.`` the table as it stands; histories are read as they stand.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.models import BookingDay, DayStatus
from facilities.models import Capacity, Closure, DayOverride, PlacePool, PublicHoliday, WeeklyPattern
from referrals.models import Referral

from .at import KnownAt
from .histories import ONCE

CALENDAR: tuple[type[models.Model], ...] = (WeeklyPattern, Capacity, PublicHoliday, Closure, DayOverride)


LABELS = {
    "insert": pgettext_lazy("a row", "entered"),
    "update": pgettext_lazy("a row", "changed"),
    "delete": pgettext_lazy("a row", "deleted"),
}


class RowCause(TextChoices):
    ENTERED = "entered", _("Entered afterwards")
    NOTED = "noted", _("Booked then, noted as used afterwards")
    TAKEN_BACK = "taken_back", _("Cancelled or taken back afterwards")
    MISSED = "missed", _("Noted afterwards that nobody came")
    CORRECTED = "corrected", _("Corrected or changed afterwards")
    WITHDRAWN = "withdrawn", _("Withdrawn afterwards")
    DELETED = "deleted", _("Deleted afterwards")
    CAME = "came", _("Families with a first day that is new")
    WENT = "went", _("Families without a day any more")
    JOINED = "joined", _("Families that were one: joined since")
    OTHERS = "others", _("By other records: an address, a facility, a family joined")


@dataclass(frozen=True)
class RowChange:
    """One row that counts otherwise; ``by``: 1 more or 1 less. ``at``: None where no record says since when."""

    row: Any
    by: int
    cause: RowCause
    at: datetime | None


@dataclass(frozen=True)
class CalendarChange:
    """A row of the calendar that was entered, changed or deleted since."""

    what: str
    which: str
    label: str
    at: datetime


def causes_of(
    model: type[models.Model], came: set[Any], went: set[Any], _counted: set[Any], known: KnownAt
) -> list[RowChange]:
    """Return the change of each row, by what its history, its steps or its moment of writing say."""
    keys = [*came, *went]
    if not keys:
        return []
    since = _since(model, keys, known)
    if model is BookingDay:
        since |= _days(keys, since)
    return [
        RowChange(key, 1 if key in came else -1, *since.get(key, (RowCause.OTHERS, None))) for key in (*came, *went)
    ]


def of_families(
    _model: type[models.Model], came: set[Any], went: set[Any], counted: set[Any], known: KnownAt
) -> list[RowChange]:
    """Return the families that came, went, or were one. One that counts under the entry kept is the same family."""
    merged = _plain(
        "SELECT given_up_id, kept_id, merged_at FROM public.enrollment_familymerge WHERE given_up_id = ANY (%s)",
        [list(went)],
    )
    into = {given_up: (kept, at) for given_up, kept, at in merged}
    renamed: set[Any] = set()
    found = []
    for family in sorted(went):
        kept, at = into.get(family, (None, None))
        if kept in came and kept not in renamed:
            renamed.add(kept)
        elif kept in counted:
            found.append(RowChange(family, -1, RowCause.JOINED, at))
        else:
            found.append(RowChange(family, -1, RowCause.WENT, None))
    found += [RowChange(family, 1, RowCause.CAME, None) for family in sorted(came - renamed)]
    days = dict(_plain(FIRST_DAY_CHANGED, [[change.row for change in found], known.moment]))
    return [
        change if change.at else RowChange(change.row, change.by, change.cause, days.get(change.row))
        for change in found
    ]


def calendar_changes(moment: datetime, where: Collection[str]) -> list[CalendarChange]:
    """Return the rows of the calendar of these pools that were entered, changed or deleted since, in order.

    Asked outside of ``known_on``. ``where``: facility and rooms, as ``Slots`` names them; a public holiday has none.
    """
    pools = {pool.pk: f"{pool.facility}　{pool.name}" for pool in PlacePool.objects.select_related("facility")}
    found = []
    for model in CALENDAR:
        history = model.pgh_event_model  # type: ignore[attr-defined]  # pghistory
        names = [column.attname for column in model._meta.concrete_fields]
        for event in history.objects.filter(pgh_created_at__gte=moment).order_by("pgh_id"):
            row = model(**{name: getattr(event, name) for name in names})
            of = pools.get(getattr(row, "pool_id", None) or 0)
            if of is None or of in where:
                what = str(model._meta.verbose_name)
                found.append(CalendarChange(what, str(row), str(LABELS[event.pgh_label]), event.pgh_created_at))
    return sorted(found, key=lambda change: change.at)


def _since(model: type[models.Model], keys: list[Any], known: KnownAt) -> dict[Any, tuple[RowCause, datetime | None]]:
    """What happened to each row since, first of all; nothing where nothing did."""
    table = model._meta.db_table
    history = getattr(model, "pgh_event_model", None)
    if history is not None and table not in ONCE:
        rows = _plain(
            f"SELECT pgh_obj_id, bool_or(pgh_label = 'insert'), bool_or(pgh_label = 'delete'), min(pgh_created_at)"  # noqa: S608
            f" FROM public.{history._meta.db_table} WHERE pgh_obj_id = ANY (%s) AND pgh_created_at >= %s GROUP BY 1",
            [keys, known.moment],
        )
        return {key: (_of_history(is_new, is_gone), at) for key, is_new, is_gone, at in rows}
    return _of_once(table, keys, known) if table in ONCE else {}


def _of_history(is_new: bool, is_gone: bool) -> RowCause:
    if is_gone:
        return RowCause.DELETED
    return RowCause.ENTERED if is_new else RowCause.CORRECTED


def _of_once(table: str, keys: list[Any], known: KnownAt) -> dict[Any, tuple[RowCause, datetime | None]]:
    """Of a row that is written once: whether it was written since; of a request what its first event since was."""
    once = ONCE[table]
    columns = ", ".join([once.written, *(f"known.{moment}" for moment in once.later)])
    joins = once.joins.replace("%(moment)s", "'infinity'::timestamptz")
    # The tables that its moment is joined with are laid over by now: they are read as they stand.
    for needed in once.needs:
        joins = joins.replace(f" {needed} ", f" public.{needed} ")
    rows = _plain(f"SELECT known.id, {columns} FROM public.{table} known {joins} WHERE known.id = ANY (%s)", [keys])  # noqa: S608
    found: dict[Any, tuple[RowCause, datetime | None]] = {}
    for key, written, *later in rows:
        changed = [at for at in later if at is not None and at >= known.moment]
        if written is not None and written >= known.moment:
            found[key] = (RowCause.ENTERED, written)
        elif changed:
            found[key] = (RowCause.CORRECTED, min(changed))
    if table == Referral._meta.db_table:
        for key, at, withdrawn in _plain(EVENTS_SINCE, [keys, known.moment]):
            found.setdefault(key, (RowCause.WITHDRAWN if withdrawn else RowCause.CORRECTED, at))
    return found


def _days(
    keys: list[Any], since: dict[Any, tuple[RowCause, datetime | None]]
) -> dict[Any, tuple[RowCause, datetime | None]]:
    """Of booked days their status says more: noted, taken back, missed."""
    found = {}
    for key, stood, stands, missed in _plain(STATUSES, [keys]):
        cause = _of_status(stood, stands, missed)
        if cause and key in since:
            found[key] = (cause, since[key][1])
    return found


def _of_status(stood: str | None, stands: str | None, missed: bool | None) -> RowCause | None:
    if stood is None or stands is None or stood == stands:
        return None
    if stands == DayStatus.USED:
        return RowCause.NOTED
    if stands == DayStatus.RELEASED:
        return RowCause.MISSED if missed else RowCause.TAKEN_BACK
    return RowCause.CORRECTED


def _plain(statement: str, values: Sequence[Any]) -> list[Any]:
    """Ask past what lays tables over: the statement says itself which of both it reads."""
    with connection.cursor() as cursor:
        plain = cursor.cursor
        plain.execute(statement, values)
        return list(plain.fetchall())


STATUSES = """
    SELECT asked.id, stood.status, stands.status, stands.missed FROM unnest(%s::bigint[]) AS asked(id)
      LEFT JOIN bookings_bookingday stood ON stood.id = asked.id
      LEFT JOIN public.bookings_bookingday stands ON stands.id = asked.id
"""
EVENTS_SINCE = """
    SELECT referral_id, min(at), bool_or(kind = 'withdrawn') FROM public.referrals_referralevent
     WHERE referral_id = ANY (%s) AND at >= %s GROUP BY 1
"""
FIRST_DAY_CHANGED = """
    SELECT birth.family_id, min(event.pgh_created_at) FROM public.enrollment_birth birth
      JOIN public.enrollment_registration registration ON registration.birth_id = birth.id
      JOIN public.bookings_booking booking ON booking.registration_id = registration.id
      JOIN public.bookings_bookingdayevent event ON event.booking_id = booking.id
     WHERE birth.family_id = ANY (%s) AND event.pgh_created_at >= %s GROUP BY 1
"""
