"""Which charges a fresh computation prices otherwise, asked of the database in one question.

The same rule as billing/differences.py (``propose_adjustments``), told in SQL so that a year needs no row in Python.
The amounts that a person reads and confirms are always computed by the fee rules, of the few that are found here.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from billing.models import Charge
from facilities.fiscal_year import fiscal_year, fiscal_year_days

# A day without a tax class, or without a tariff of what was used, has no amount (NULL), and so has its stay. Coupons
# lie on the earliest days that take one, as many as the household still has; those that are lost with a tax class
# changed backwards fall away, others cannot be priced.
DIFFERING = """
WITH of_years AS MATERIALIZED (
  SELECT charge.id, charge.total, charge.snapshot, booking.id AS booking, booking.service_id, booking.infant_count,
         first.day AS first_day, coalesce((charge.snapshot ->> 'coupons')::int, 0) AS coupons
    FROM (SELECT line.charge_id, min(line.day) AS day
            FROM billing_chargeline line
           WHERE line.day BETWEEN %(first)s AND %(last)s
           GROUP BY line.charge_id) first
    JOIN billing_charge charge ON charge.id = first.charge_id
    JOIN bookings_booking booking ON booking.id = charge.booking_id
   WHERE (SELECT min(day) FROM billing_chargeline WHERE charge_id = first.charge_id) >= %(first)s
), priced AS MATERIALIZED (
  SELECT of_years.id, of_years.coupons, used.day, class.tax_class, base.amount AS base, coupon.amount AS off,
         coupon.per_mother, coalesce((of_years.snapshot ->> 'coupons_before')::int, 0) AS used_before,
         base.amount
         + CASE WHEN of_years.infant_count > 1 THEN (of_years.infant_count - 1) * multiple.amount ELSE 0 END
         + CASE WHEN used.with_sibling THEN sibling.amount ELSE 0 END AS amount
    FROM of_years
    JOIN bookings_bookingday used ON used.booking_id = of_years.booking AND used.status = 'used'
    LEFT JOIN enrollment_taxclassperiod class ON class.family_id = used.family_id AND class.period @> used.day
    LEFT JOIN billing_tariff base
      ON base.service_id = of_years.service_id AND base.component = 'base'
     AND base.tax_class = class.tax_class AND base.period @> used.day
    LEFT JOIN billing_tariff multiple
      ON of_years.infant_count > 1 AND multiple.service_id = of_years.service_id AND multiple.component = 'multiple'
     AND multiple.tax_class = class.tax_class AND multiple.period @> used.day
    LEFT JOIN billing_tariff sibling
      ON used.with_sibling AND sibling.service_id = of_years.service_id AND sibling.component = 'sibling'
     AND sibling.tax_class = class.tax_class AND sibling.period @> used.day
    LEFT JOIN billing_couponpolicy coupon
      ON of_years.coupons > 0 AND coupon.tax_class = class.tax_class AND coupon.period @> used.day
), stays AS (
  SELECT id, sum(amount) AS amount, bool_or(amount IS NULL) AS not_priced,
         jsonb_object_agg(to_char(day, 'YYYY-MM-DD'), tax_class) FILTER (WHERE coupons > 0) AS classes
    FROM priced GROUP BY id
), places AS (
  SELECT id, coupons, least(off, base) AS off, used_before, per_mother,
         row_number() OVER (PARTITION BY id ORDER BY day) AS place
    FROM priced WHERE off IS NOT NULL AND base > 0
), fitting AS (
  SELECT id, coupons, off, place,
         bool_and(used_before + place <= per_mother) OVER (PARTITION BY id ORDER BY place) AS fits
    FROM places
), taken AS (
  SELECT id, count(*) AS number, sum(off) AS off FROM fitting WHERE fits AND place <= coupons GROUP BY id
), adjusted AS (
  SELECT adjustment.charge_id, sum(adjustment.amount) AS amount,
         coalesce(sum(adjustment.amount) FILTER (WHERE adjustment.kind = 'goodwill'), 0) AS goodwill
    FROM billing_adjustment adjustment JOIN of_years ON of_years.id = adjustment.charge_id
   GROUP BY adjustment.charge_id
)
SELECT of_years.id, of_years.first_day
  FROM of_years
  LEFT JOIN stays ON stays.id = of_years.id
  LEFT JOIN taken ON taken.id = of_years.id
  LEFT JOIN adjusted ON adjusted.charge_id = of_years.id
 WHERE stays.not_priced
    OR greatest(coalesce(stays.amount, 0) - coalesce(taken.off, 0) + coalesce(adjusted.goodwill, 0), 0)
       <> of_years.total + coalesce(adjusted.amount, 0)
    OR (of_years.coupons > coalesce(taken.number, 0)
        AND stays.classes = (SELECT jsonb_object_agg(told ->> 'day', told ->> 'tax_class')
                               FROM jsonb_array_elements(of_years.snapshot -> 'days') told))
 ORDER BY of_years.id
"""


def differing(first: date, last: date) -> list[tuple[int, date]]:
    """Return the charges (id, first day) whose first day lies between both days and that are priced otherwise now.

    Those that cannot be priced now are among them. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, {"first": first, "last": last})
        return [(key, day) for key, day in cursor.fetchall()]


def differing_of_year(of_year: int) -> "QuerySet[Charge]":
    """Return those of a fiscal year, in the order of their numbers. One query, and the list's own."""
    return Charge.objects.filter(pk__in=[key for key, _day in differing(*fiscal_year_days(of_year))]).order_by("pk")


def differing_by_year(person: User, years: Collection[int]) -> dict[int, int]:
    """Count those that the person may adjust, by fiscal year. Two queries at most."""
    found = dict(differing(fiscal_year_days(min(years))[0], fiscal_year_days(max(years))[1]))
    if not found:
        return {}
    own = visible(person, Action.CHARGE_ADJUST, Charge.objects.filter(pk__in=found)).order_by()
    return Counter(fiscal_year(found[key]) for key in own.values_list("pk", flat=True))
