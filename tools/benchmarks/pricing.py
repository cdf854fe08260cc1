"""Pricing 100,000 stays of a month in which the tariff changes: the audit's path beside one SQL range join."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model

from billing.charge import price_from
from billing.days_used import used_by
from billing.fees import PriceList
from billing.models import Tariff
from billing.queries import tariff_rows
from bookings.models import Booking, BookingDay, BookingState
from enrollment.models import Family, TaxClassPeriod
from facilities.models import Service, ServiceKind
from sankecare.postgresql.in_force import rewriting
from tests import builders

STAYS, DAYS_A_STAY = 100_000, 3
FIRST = date(2023, 5, 1)
CHANGES_ON = date(2023, 5, 16)
GUARDED = ("enrollment_family", "enrollment_taxclassperiod", "bookings_booking", "bookings_bookingday")

RANGE_JOIN = """
INSERT INTO priced (booking, total)
SELECT booking.id, sum(tariff.amount * CASE tariff.component
                         WHEN 'base' THEN 1 WHEN 'multiple' THEN booking.infant_count - 1
                         ELSE used.with_sibling::int END)
  FROM bookings_booking booking
  JOIN bookings_bookingday used ON used.booking_id = booking.id AND used.status = 'used'
  JOIN enrollment_taxclassperiod class ON class.family_id = used.family_id AND class.period @> used.day
  JOIN billing_tariff tariff ON tariff.service_id = booking.service_id
   AND tariff.tax_class = class.tax_class AND tariff.period @> used.day
 WHERE booking.service_id = %s
 GROUP BY booking.id
"""


def build() -> Service:
    """Write the stays, cloned by the database, as the tables' owner may without its guards; and the new tariff."""
    service = builders.service(ServiceKind.DAY_CARE, builders.pool(of=builders.facility(), slug="priced"))
    for row in Tariff.objects.filter(service=service):
        row.period = (builders.LONG_AGO, CHANGES_ON)
        with rewriting():
            row.save()
        Tariff.objects.create(
            service=service,
            component=row.component,
            tax_class=row.tax_class,
            amount=row.amount + 100,
            period=(CHANGES_ON, None),
        )
    registration = builders.registration(born=FIRST - timedelta(days=40))
    booking = Booking.objects.create(
        registration=registration, service=service, state=BookingState.DEPARTED, booked_at=builders.at(FIRST)
    )
    day = BookingDay.objects.create(booking=booking, day=FIRST, status="used")
    family = registration.birth.family
    with connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        _clone(Family, family, {}, f"generate_series(1, {STAYS}) AS number")
        of_family = {
            "family_id": "made.id",
            "tax_class": "(ARRAY['taxed','taxed','non_taxed','welfare'])[1 + made.id %% 4]",
        }
        _clone(TaxClassPeriod, family.tax_classes.get(), of_family, _made(Family, family))
        _clone(Booking, booking, {"infant_count": "1 + (number %% 10) / 9"}, f"generate_series(1, {STAYS}) AS number")
        of_booking = {
            "booking_id": "made.id",
            "family_id": f"made.id + {family.pk - booking.pk}",
            "day": f"date '{FIRST}' + (made.id %% 27)::int + number",
            "with_sibling": "made.id %% 7 = 0",
        }
        _clone(
            BookingDay, day, of_booking, f"{_made(Booking, booking)}, generate_series(0, {DAYS_A_STAY - 1}) AS number"
        )
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE")
    booking.days.all().delete()
    return service


def floor(service: Service) -> tuple[float, int]:
    """Seconds of the range join, and the yen in all."""
    return _timed(lambda: _execute(RANGE_JOIN, [service.pk]))


def ours(service: Service) -> tuple[float, int]:
    """Seconds of reading, pricing by the fee rules and writing by COPY, and the yen in all."""

    def price_all() -> None:
        prices = PriceList(tariff_rows([service], FIRST, FIRST + timedelta(days=31)))
        lines = [
            f"{booking}\t{price_from(used, prices).total}\n"
            for booking, used in used_by(Booking.objects.filter(service=service))
        ]
        with connection.cursor() as cursor, cursor.copy("COPY priced (booking, total) FROM STDIN") as copy:
            copy.write("".join(lines))

    return _timed(price_all)


def _timed(work: Callable[[], None]) -> tuple[float, int]:
    _execute("CREATE TEMP TABLE IF NOT EXISTS priced (booking bigint, total integer)")
    _execute("TRUNCATE priced")
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(total) FROM priced")
        count, total = cursor.fetchone()
    if count != STAYS:
        raise RuntimeError(f"{count} stays priced")
    return seconds, int(total)


def _execute(statement: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _made(model: type[Model], template: Model) -> str:
    return f"(SELECT id FROM {model._meta.db_table} WHERE id > {template.pk}) AS made"


def _clone(model: type[Model], template: Model, changed: dict[str, str], rows: str) -> None:
    """Insert a copy of the template for each of the rows, with some columns computed."""
    columns = [field.column for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]
    values = [changed.get(column or "", f'template."{column}"') for column in columns]
    named = ", ".join(f'"{column}"' for column in columns)
    _execute(
        f"INSERT INTO {model._meta.db_table} ({named})"
        f" SELECT {', '.join(values)} FROM {model._meta.db_table} AS template, {rows} WHERE template.id = %s",
        [template.pk],
    )
