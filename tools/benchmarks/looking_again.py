"""Charges looked at again: a year of 100,000 booked days, found by the database, beside every charge computed anew.

Needs DATABASE_URL of a server on which a database may be made; ``make bench-money`` starts one.
"""

import os
import resource
import statistics
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import psycopg

DATABASE = "sankecare_bench_money"
STAYS = 34_000
ROUNDS = 5
WANTED_SECONDS = 1.0
GUARDED = ("billing_charge", "billing_chargeline", "enrollment_taxclassperiod")

# Each stay charged by the rows in force on its days, with the snapshot that a recomputation needs.
CHARGES = """
INSERT INTO billing_charge (booking_id, issued_at, issued_by_id, total, snapshot)
SELECT booking.id, now(), NULL, sum(day.amount),
       jsonb_build_object(
           'service', service.slug, 'infants', booking.infant_count, 'coupons', 0, 'coupons_before', 0,
           'coupon_terms', '[]'::jsonb,
           'days', jsonb_agg(jsonb_build_object(
                       'day', day.day, 'tax_class', day.tax_class, 'sibling', day.with_sibling)),
           'tariffs', (SELECT jsonb_agg(jsonb_build_object(
                                  'service', service.slug, 'component', tariff.component,
                                  'tax_class', tariff.tax_class, 'amount', tariff.amount,
                                  'first_day', lower(tariff.period), 'last_day', upper(tariff.period) - 1))
                         FROM billing_tariff tariff
                        WHERE tariff.service_id = booking.service_id AND tariff.tax_class = min(day.tax_class)))
  FROM bookings_booking booking
  JOIN facilities_service service ON service.id = booking.service_id
  JOIN LATERAL (
       SELECT used.day, used.with_sibling, class.tax_class, sum(tariff.amount * CASE tariff.component
                  WHEN 'base' THEN 1 WHEN 'multiple' THEN booking.infant_count - 1
                  ELSE used.with_sibling::int END) AS amount
         FROM bookings_bookingday used
         JOIN enrollment_taxclassperiod class ON class.family_id = used.family_id AND class.period @> used.day
         JOIN billing_tariff tariff ON tariff.service_id = booking.service_id
          AND tariff.tax_class = class.tax_class AND tariff.period @> used.day
        WHERE used.booking_id = booking.id AND used.status = 'used'
        GROUP BY used.day, used.with_sibling, class.tax_class) day ON true
 GROUP BY booking.id, service.slug
"""
LINES = """
INSERT INTO billing_chargeline (charge_id, day, component, quantity, unit_amount, amount)
SELECT charge.id, used.day, tariff.component, priced.quantity, tariff.amount, priced.quantity * tariff.amount
  FROM billing_charge charge
  JOIN bookings_booking booking ON booking.id = charge.booking_id
  JOIN bookings_bookingday used ON used.booking_id = booking.id AND used.status = 'used'
  JOIN enrollment_taxclassperiod class ON class.family_id = used.family_id AND class.period @> used.day
  JOIN billing_tariff tariff ON tariff.service_id = booking.service_id
   AND tariff.tax_class = class.tax_class AND tariff.period @> used.day
  CROSS JOIN LATERAL (SELECT CASE tariff.component WHEN 'base' THEN 1 WHEN 'multiple' THEN booking.infant_count - 1
                                  ELSE used.with_sibling::int END AS quantity) priced
 WHERE priced.quantity > 0
"""
# One in two hundred households had another class all the time.
CHANGED = """
UPDATE enrollment_taxclassperiod SET tax_class = CASE tax_class WHEN 'taxed' THEN 'non_taxed' ELSE 'taxed' END
 WHERE id % 200 = 0
"""


def main() -> int:
    """Return 1 where both ways find other charges."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.execute(f"CREATE DATABASE {DATABASE}")
    os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{DATABASE}").geturl()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sankecare.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    try:
        return _measure()
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def _measure() -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from facilities.fiscal_year import fiscal_year

    from . import pricing

    call_command("migrate", verbosity=0)
    pricing.STAYS = STAYS
    pricing.build()
    with connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in (CHARGES, LINES, CHANGED):
            cursor.execute(statement)
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM bookings_bookingday")
        days = cursor.fetchone()[0]

    from billing.desk.differing import differing_of_year
    from billing.differences import charges_of_year, propose_adjustments

    year = fiscal_year(pricing.FIRST)
    found: list[set[int]] = []

    def kept(charges: Any) -> Callable[[], None]:
        return lambda: found.append({row.charge.pk for row in propose_adjustments(charges())})

    quick = _seconds(kept(lambda: differing_of_year(year)), ROUNDS)
    memory = _megabytes()
    slow = _seconds(kept(lambda: charges_of_year(year)), 1)
    print(f"{days:,} booked days, {STAYS:,} charges of one year, {len(found[-1]):,} priced otherwise now")
    print(f"found by the database, these computed: {quick:.2f} s (goal: {WANTED_SECONDS:.0f}), {memory:.0f} MB")
    print(f"every charge computed anew: {slow:.2f} s, {_megabytes():.0f} MB")
    same = all(keys == found[-1] for keys in found)
    print("both found the same" if same else "THEY FOUND OTHERS")
    return 0 if same else 1


def _seconds(work: Callable[[], None], rounds: int) -> float:
    taken = []
    for _round in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _megabytes() -> float:
    """The most memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
