"""The histories of the made-up rows: each change at the moment at which a ward would have entered it, not at loading.

While the rows are written their own histories are silent (``no_history_yet``); then each row's is told from what it
says of itself (``tell_when_known``): entered, arrived, left, decided. What the ward loaded before (calendars, terms,
births) is told as known before it began, too, so that a table as known on a past day finds it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pgtrigger
from django.db import connection, models

from bookings.models import Booking, BookingDay, Stay
from care.models import CoordinatorSession, SessionSignUp, VisitRecord, VisitTopic
from enrollment.models import Birth, Family, Infant, Registration, Residence, Sibling, TaxClassPeriod
from facilities.models import (
    Capacity,
    Closure,
    DayOverride,
    PlacePool,
    PublicHoliday,
    Service,
    ServiceTermsRow,
    WeeklyPattern,
)
from reports.models import BirthsOfYear

BEGINS = "timestamptz '2018-03-01 09:00+09'"
# Of so many days one is noted late: by how many days.
ONE_IN, LATE = 61, 12


@dataclass(frozen=True)
class Step:
    """One event of a row: its moment and what stands otherwise at it; none where the moment is empty."""

    moment: str
    otherwise: dict[str, str] = field(default_factory=dict)


def _noon(day: str) -> str:
    return f"({day} + time '12:00') AT TIME ZONE 'Asia/Tokyo'"


A_FAMILY = "JOIN enrollment_family family ON family.id = told.family_id"
A_BIRTH = """
    JOIN enrollment_birth birth ON birth.id = told.birth_id
    JOIN enrollment_family family ON family.id = birth.family_id
"""
ITS_DAYS = """
    LEFT JOIN bookings_stay stay ON stay.booking_id = told.id
    LEFT JOIN LATERAL (SELECT min(day) AS first FROM bookings_bookingday WHERE booking_id = told.id) days ON true
"""
ITS_BOOKING = """
    JOIN bookings_booking booking ON booking.id = told.booking_id
    LEFT JOIN bookings_stay stay ON stay.booking_id = booking.id
"""
GIVEN_UP = f"""
    CASE WHEN told.state IN ('cancelled', 'no_show') THEN greatest(told.booked_at, {_noon("days.first")}) END
"""
NOTED = f"""
    CASE told.status
        WHEN 'used' THEN greatest(stay.arrival_recorded_at, {_noon("told.day")})
            + CASE WHEN mod(told.id, {ONE_IN}) = 0 THEN interval '{LATE} days' ELSE interval '0' END
        WHEN 'released' THEN greatest(booking.booked_at, {_noon("told.day")})
    END
"""
DECIDED = "CASE WHEN told.decided_at IS NOT NULL THEN told.decided_at END"
FIRST_HELD = {"status": "'held'", "missed": "false"}
STEPS: dict[type[models.Model], tuple[str, tuple[Step, ...]]] = {
    Family: ("", (Step("told.created_at"),)),
    Residence: (A_FAMILY, (Step("family.created_at"),)),
    TaxClassPeriod: (A_FAMILY, (Step(f"greatest(family.created_at, {_noon('lower(told.period)')})"),)),
    Birth: (A_FAMILY, (Step("family.created_at"),)),
    Sibling: (A_FAMILY, (Step("family.created_at"),)),
    Infant: (A_BIRTH, (Step(f"greatest(family.created_at, {_noon('told.birth_date')})"),)),
    Registration: (
        "",
        (
            Step("told.applied_at", {"state": "'applied'", "decided_at": "NULL", "decided_by_id": "NULL"}),
            Step(DECIDED),
        ),
    ),
    Booking: (
        ITS_DAYS,
        (
            Step("told.booked_at", {"state": "'booked'", "ended_reason": "''"}),
            Step("stay.arrival_recorded_at", {"state": "'arrived'"}),
            Step("stay.departure_recorded_at"),
            Step(GIVEN_UP),
        ),
    ),
    BookingDay: (ITS_BOOKING, (Step("booking.booked_at", FIRST_HELD), Step(NOTED))),
    Stay: (
        "",
        (
            Step(
                "told.arrival_recorded_at",
                {"departed_at": "NULL", "departure_recorded_at": "NULL", "departure_recorded_by_id": "NULL"},
            ),
            Step("told.departure_recorded_at"),
        ),
    ),
    VisitRecord: ("", (Step("told.ended_at"),)),
    VisitTopic: ("JOIN care_visitrecord record ON record.id = told.record_id", (Step("record.ended_at"),)),
    CoordinatorSession: ("", (Step("told.planned_at"),)),
    SessionSignUp: (
        "",
        (
            Step("told.signed_up_at", {"attended": "NULL", "attendance_at": "NULL", "attendance_by_id": "NULL"}),
            Step("told.attendance_at"),
        ),
    ),
}
BEFORE_THE_DAYS = f"greatest({BEGINS}, {{day}}::timestamp AT TIME ZONE 'Asia/Tokyo' - interval '60 days')"
# What the ward loaded: known from the beginning on, or two months before its first day.
LOADED: dict[type[models.Model], str] = {
    Service: BEGINS,
    PlacePool: BEGINS,
    ServiceTermsRow: BEGINS,
    PublicHoliday: BEGINS,
    WeeklyPattern: BEFORE_THE_DAYS.format(day="coalesce(lower(told.period), '2018-04-01')"),
    Capacity: BEFORE_THE_DAYS.format(day="coalesce(lower(told.period), '2018-04-01')"),
    Closure: BEFORE_THE_DAYS.format(day="coalesce(lower(told.period), '2018-04-01')"),
    DayOverride: BEFORE_THE_DAYS.format(day="told.day"),
    BirthsOfYear: "greatest(" + BEGINS + ", make_timestamptz(told.year + 1, 4, 1, 9, 0, 0, 'Asia/Tokyo'))",
}


@contextmanager
def no_history_yet() -> Iterator[None]:
    """Write the rows of ``STEPS`` without the events of their triggers; ``tell_when_known`` tells them afterwards."""
    with pgtrigger.ignore(*(f"{model._meta.label}:insert_insert" for model in STEPS)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")  # a COPY passes by what says it to the database
        yield


def tell_when_known() -> None:
    """Write the events of every row that has none, and those of what was loaded as they were known before."""
    with connection.cursor() as cursor:
        for model, (joins, steps) in STEPS.items():
            cursor.execute(_events(model, joins, steps, only_untold=True))
        for model, moment in LOADED.items():
            cursor.execute(_events(model, "", (Step(moment),), only_untold=False))


@contextmanager
def told_when_known(model: type[models.Model], moment: str) -> Iterator[None]:
    """Write rows of a model as entered at the moment that each says of itself (SQL of ``told``); none where empty."""
    with pgtrigger.ignore(f"{model._meta.label}:insert_insert"):
        yield
    with connection.cursor() as cursor:
        cursor.execute(_events(model, "", (Step(moment),), only_untold=True))


def _events(model: type[models.Model], joins: str, steps: tuple[Step, ...], *, only_untold: bool) -> str:
    """Return one statement that writes the events of all rows in the order of their moments, none of them to come.

    What a row says of a moment to come was entered when it was loaded.
    """
    history = model.pgh_event_model._meta  # type: ignore[attr-defined]  # pghistory
    own = {str(column.column) for column in model._meta.concrete_fields}
    columns = [str(column.column) for column in history.concrete_fields if column.column in own]
    key = model._meta.pk.column
    parts = []
    for number, step in enumerate(steps):
        values = ", ".join(
            f"({step.otherwise[name]})::{history.get_field(_field(history, name)).db_type(connection)}"
            if name in step.otherwise
            else f'told."{name}"'
            for name in columns
        )
        label = "update" if number else "insert"
        parts.append(
            f"SELECT {values}, told.{key}, '{label}', {step.moment}, {number}"  # noqa: S608
            f" FROM {model._meta.db_table} told {joins}"
        )
    names = ", ".join(f'"{name}"' for name in columns)
    untold = f"NOT EXISTS (SELECT 1 FROM {history.db_table} event WHERE event.pgh_obj_id = steps.told)"  # noqa: S608
    return (
        f"INSERT INTO {history.db_table} ({names}, pgh_obj_id, pgh_label, pgh_created_at, pgh_context_id)"  # noqa: S608
        f" SELECT {names}, told, label, least(at, now()), (SELECT _pgh_attach_context())"
        f" FROM ({' UNION ALL '.join(parts)})"
        f" AS steps ({names}, told, label, at, step)"
        f" WHERE at IS NOT NULL AND {untold if only_untold else 'true'} ORDER BY at, told, step"
    )


def _field(history: "models.options.Options[models.Model]", column: str) -> str:
    return next(field.name for field in history.concrete_fields if field.column == column)
