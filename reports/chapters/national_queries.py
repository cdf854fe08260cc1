"""What the nation's yearly questions ask of the records: actual users and days by kind of service. Reads only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection
from django.utils import timezone

from bookings.models import DrawEntry, Outcome
from enrollment.models import Registration, RegistrationState
from facilities.fiscal_year import fiscal_year, fiscal_year_days

# Who: all, and parts of them. Each has actual families and days.
GROUPS = ("all", "reduced", "from_four_months", "sibling", "multiple", "high_need")
TOTAL = "total"

Counts = Mapping[tuple[int, str, str], tuple[int, int]]


def used_by_group(years: Sequence[int], *, today: date) -> Counts:
    """Return (families, days) by fiscal year, kind of service (``TOTAL``: any) and group. One query."""
    if not years:
        return {}
    first, last = fiscal_year_days(min(years))[0], min(fiscal_year_days(max(years))[1], today)
    with connection.cursor() as cursor:
        cursor.execute(USED_BY_GROUP, [first, last])
        rows = cursor.fetchall()
    return {
        (year, kind or TOTAL, group): (counts[2 * place], counts[2 * place + 1])
        for year, kind, *counts in rows
        for place, group in enumerate(GROUPS)
        if year in years
    }


def rejected_by_rule(years: Sequence[int], *, today: date) -> dict[tuple[int, str], int]:
    """Return rejected applications by fiscal year of the decision and named rule; "" counts each of them once."""
    counted: dict[tuple[int, str], int] = defaultdict(int)
    rows = Registration.objects.filter(state=RegistrationState.REJECTED, decided_at__date__lte=today)
    for decided_at, verdict in rows.values_list("decided_at", "verdict"):
        year = fiscal_year(timezone.localdate(decided_at))
        if year in years:
            counted[year, ""] += 1
            for rule in (verdict or {}).get("named", []):
                counted[year, rule] += 1
    return dict(counted)


def lost_in_draws(years: Sequence[int], *, today: date) -> dict[int, int]:
    """Return the families that a draw of the fiscal year gave nothing at least once. One query."""
    families: dict[int, set[int]] = {year: set() for year in years}
    lost = DrawEntry.objects.filter(outcome=Outcome.LOST, round__drawn_at__date__lte=today)
    for drawn_at, family in lost.values_list("round__drawn_at", "registration__birth__family"):
        year = fiscal_year(timezone.localdate(drawn_at))
        if year in families:
            families[year].add(family)
    return {year: len(found) for year, found in families.items()}


# The 4 months are those of the rule (docs/domain.md): to the day before the same day, or to the month's last day
# where it has no such day. Of infants born together the eldest counts. Fees are reduced on days of such a class.
USED_BY_GROUP = """
    WITH used AS (
        SELECT extract(year FROM day.day - interval '3 months')::int AS year, service.kind, day.family_id,
               coalesce(class.tax_class IN ('non_taxed', 'welfare'), false) AS reduced,
               coalesce(day.day >= baby.is_four_months_on, false) AS from_four_months,
               day.with_sibling AS sibling, coalesce(baby.number, 0) > 1 AS multiple,
               EXISTS (SELECT FROM bookings_highneed need WHERE need.family_id = day.family_id
                          AND need.period @> day.day
                          AND (need.ended_at IS NULL OR need.ended_at::date > day.day)) AS high_need
          FROM bookings_bookingday day
          JOIN bookings_booking booking ON booking.id = day.booking_id
          JOIN facilities_service service ON service.id = booking.service_id
          JOIN enrollment_registration registration ON registration.id = booking.registration_id
          LEFT JOIN enrollment_taxclassperiod class ON class.family_id = day.family_id AND class.period @> day.day
          LEFT JOIN (SELECT birth_id, number, (born + interval '4 months')::date + CASE
                            WHEN extract(day FROM born + interval '4 months') = extract(day FROM born) THEN 0
                            ELSE 1 END AS is_four_months_on
                       FROM (SELECT birth_id, min(birth_date) AS born, count(*) AS number FROM enrollment_infant
                              WHERE joined_into_id IS NULL GROUP BY birth_id) AS born_together) AS baby
            ON baby.birth_id = registration.birth_id
         WHERE day.status = 'used' AND day.day BETWEEN %s AND %s
    )
    SELECT year, kind,
           count(DISTINCT family_id), count(*),
           count(DISTINCT family_id) FILTER (WHERE reduced), count(*) FILTER (WHERE reduced),
           count(DISTINCT family_id) FILTER (WHERE from_four_months), count(*) FILTER (WHERE from_four_months),
           count(DISTINCT family_id) FILTER (WHERE sibling), count(*) FILTER (WHERE sibling),
           count(DISTINCT family_id) FILTER (WHERE multiple), count(*) FILTER (WHERE multiple),
           count(DISTINCT family_id) FILTER (WHERE high_need), count(*) FILTER (WHERE high_need)
      FROM used
     GROUP BY GROUPING SETS ((year, kind), (year))
"""
