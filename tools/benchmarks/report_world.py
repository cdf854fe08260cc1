"""Ten years of ten facilities with as many booked days as asked for, written by the database alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from bookings.models import Booking, BookingDay, BookingState
from enrollment.models import Birth, Family, Infant, Registration, Residence, TaxClassPeriod
from facilities.fiscal_year import fiscal_year
from facilities.models import Closure, PublicHoliday, Service, ServiceKind
from reports.models import BirthsOfYear
from tests import builders

from .pricing import _clone

YEARS, FACILITIES, DAYS_A_FAMILY = 10, 10, 4
MOVES_EVERY, UNKNOWN_EVERY = 50, 97  # families: moved between their two uses; no residence is known
WRITTEN: tuple[type[Model], ...] = (
    *(Family, Residence, TaxClassPeriod, Birth, Infant, Registration),
    *(Booking, BookingDay),
)
DISTRICTS = ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama")


def build(days: int) -> None:
    """Write the families, their homes, births and bookings, ``days`` used family-days in all.

    A family stays three days at one facility and comes for one to another, a fortnight later. Written without guards,
    keys and indexes, which are made again at the end.
    """
    today = timezone.localdate()
    first = date(fiscal_year(today) - YEARS + 1, 4, 1)
    builders.LONG_AGO = first
    services = [_facility(number, days) for number in range(FACILITIES)]
    districts = [builders.district(slug).pk for slug in DISTRICTS]
    for year in range(first.year, today.year + 1):
        BirthsOfYear.objects.get_or_create(year=year, defaults={"births": 6000})
        PublicHoliday.objects.get_or_create(day=date(year, 5, 3), defaults={"name": "憲法記念日"})
    families = days // DAYS_A_FAMILY
    registration = builders.registration(born=first)
    family = registration.birth.family
    booking = Booking.objects.create(
        registration=registration,
        service=services[0][0],
        state=BookingState.DEPARTED,
        booked_at=builders.at(first),
    )
    day = BookingDay.objects.create(booking=booking, day=first, status="used")
    span = (today - first).days - 60
    starts = f"date '{first}' + 20 + (number::bigint * {span} / {families})::int + (number %% 23)::int"
    each = f"generate_series(1, {families}) AS number"
    with _bare():
        _clone(Family, family, {}, each)
        _homes(family, districts, starts, each)
        of_family = {"family_id": f"{family.pk} + number"}
        _clone(TaxClassPeriod, family.tax_classes.get(), of_family, each)
        birth, infant = registration.birth, registration.birth.infants.get()
        _clone(Birth, birth, of_family | {"due_date": f"{starts} - 40"}, each)
        _clone(Infant, infant, {"birth_id": f"{birth.pk} + number", "birth_date": f"{starts} - 40"}, each)
        _clone(Registration, registration, {"birth_id": f"{birth.pk} + number"}, each)
        stays, cares = ([of_place[kind] for of_place in services] for kind in (0, 1))
        twice = (
            f"(SELECT (n + 1) / 2 AS number, (n + 1) %% 2 AS part FROM generate_series(1, {2 * families}) AS n) made"
        )
        _clone(
            Booking,
            booking,
            {
                "registration_id": f"{registration.pk} + number",
                "service_id": f"CASE part WHEN 0 THEN {_one_of(stays)} ELSE {_one_of(cares, 'number / 10')} END",
            },
            twice,
        )
        four = f"(SELECT (n + 3) / 4 AS number, (n + 3) %% 4 AS part FROM generate_series(1, {days}) AS n) made"
        pools = [service.pool_id for service in stays]
        _clone(
            BookingDay,
            day,
            of_family
            | {
                "booking_id": f"{booking.pk} + 2 * number - 1 + part / 3",
                "day": f"{starts} + CASE part WHEN 3 THEN 16 ELSE part END",
                "pool_id": f"CASE part WHEN 3 THEN {_one_of(pools, 'number / 10')} ELSE {_one_of(pools)} END",
            },
            four,
        )
    _execute("VACUUM ANALYZE")


def _facility(number: int, days: int) -> tuple[Service, Service]:
    """A facility with one pool for short stay and day care, so large that nobody would be turned away."""
    place = builders.facility(f"facility-{number}", f"施設{number}")
    place.opened_on, place.position = builders.LONG_AGO, number
    place.save()
    pool = builders.pool(slots=5 + days // (FACILITIES * YEARS * 250), of=place, slug=f"rooms-{number}")
    Closure.objects.create(
        pool=pool,
        period=(date(builders.LONG_AGO.year, 12, 28), date(builders.LONG_AGO.year + 1, 1, 5)),
        reason="年末年始",
        repeats_yearly=True,
    )
    return builders.service(ServiceKind.SHORT_STAY, pool), builders.service(ServiceKind.DAY_CARE, pool)


def _homes(family: Family, districts: list[int], starts: str, each: str) -> None:
    """One home each; a few moved between their two uses, of a few no home is known."""
    home = family.residences.get()
    of_family = {"family_id": f"{family.pk} + number", "district_id": _one_of(districts, "number * 7")}
    moves = f"number %% {MOVES_EVERY} = 0"
    known = f"(SELECT number FROM {each} WHERE number %% {UNKNOWN_EVERY} <> 0) AS known"
    until = {"period": f"daterange({starts} - 300, CASE WHEN {moves} THEN {starts} + 7 END)"}
    _clone(Residence, home, of_family | until, known)
    after = {"district_id": _one_of(districts, "number + 1"), "period": f"daterange({starts} + 7, NULL)"}
    _clone(Residence, home, of_family | after, f"(SELECT number FROM {known} WHERE {moves}) AS moved")


def _one_of(things: list[Any], number: str = "number") -> str:
    keys = ",".join(str(thing if isinstance(thing, int) else thing.pk) for thing in things)
    return f"(ARRAY[{keys}])[1 + ({number}) %% {len(things)}]"


@contextmanager
def _bare() -> Iterator[None]:
    """Take triggers, foreign keys, exclusions and indexes away while millions of rows are written."""
    tables = [model._meta.db_table for model in WRITTEN]
    keys = _rows(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid::regclass::text = ANY (%s) AND contype IN ('f', 'x')",
        [tables],
    )
    indexes = _rows(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY (%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [tables],
    )
    folded = _rows(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_name = ANY (%s) AND is_generated = 'ALWAYS' AND column_name = 'search_key'",
        [tables],
    )
    _execute("SET statement_timeout = 0")
    for table in tables:
        _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for table, name in folded:  # nobody looks for a name here
        _execute(f"ALTER TABLE {table} ALTER COLUMN {name} DROP EXPRESSION")
    for table, name, _words in keys:
        _execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _words in indexes:
        _execute(f'DROP INDEX "{name}"')
    yield
    for _name, words in indexes:
        _execute(words)
    for table, name, words in keys:
        _execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {words}')
    for table in tables:
        _execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _rows(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
