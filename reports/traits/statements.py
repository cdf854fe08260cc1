"""The SQL of the tables of families' traits: each one statement, whatever the number of years.

``:used`` and ``:stays`` stand for what they share (``whole``).
"""

# Used family-days in some days, with what a trait is read from.
USED = """
    SELECT used.id, used.family_id, used.day, used.booking_id, used.with_sibling,
           service.id AS service_id, service.kind, booking.infant_count, registration.birth_id,
           extract(year FROM used.day - interval '3 months')::int AS fiscal_year
      FROM bookings_bookingday used
      JOIN bookings_booking booking ON booking.id = used.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
      JOIN enrollment_registration registration ON registration.id = booking.registration_id
     WHERE used.status = 'used' AND service.kind = ANY (%(kinds)s) AND used.day BETWEEN %(first)s AND %(last)s
"""

# A stay is an unbroken run of used days of one booking; it counts in the year of its first day.
STAYS = """
    WITH used AS (:used), runs AS (
        SELECT family_id, booking_id, kind, min(day) AS first_day, count(*) AS days
          FROM (
            SELECT used.*, day - (row_number() OVER (PARTITION BY booking_id ORDER BY day))::int AS run FROM used
          ) AS numbered
         GROUP BY family_id, booking_id, kind, run
    )
"""
LENGTHS = """
    :stays
    SELECT extract(year FROM first_day - interval '3 months')::int, kind, least(days, 8), count(*)
      FROM runs GROUP BY 1, 2, 3
"""
REPEATS = """
    :stays
    SELECT fiscal_year, least(stays, 4), count(*)
      FROM (SELECT extract(year FROM first_day - interval '3 months')::int AS fiscal_year, family_id, count(*) AS stays
              FROM runs GROUP BY 1, 2) AS of_family
     GROUP BY 1, 2
"""

# Of each birth its first used day ever; the weeks that its last born baby was old.
AGES = """
    WITH used AS (:used), firsts AS (SELECT birth_id, min(day) AS first_day FROM used GROUP BY birth_id)
    SELECT extract(year FROM firsts.first_day - interval '3 months')::int, (firsts.first_day - born.born) / 7, count(*)
      FROM firsts
      LEFT JOIN (SELECT birth_id, max(birth_date) AS born FROM enrollment_infant
                  WHERE joined_into_id IS NULL GROUP BY birth_id) AS born USING (birth_id)
     GROUP BY 1, 2
"""

# Days on which the baby had the age by birth that the service's terms of that day end at, or more. The few terms are
# joined by their service, not sought by each day.
BEYOND_AGE = """
    WITH used AS (:used), terms AS MATERIALIZED (
        SELECT service_id, period, age_limit_months FROM facilities_servicetermsrow
    )
    SELECT used.fiscal_year, used.family_id, used.birth_id, used.day, terms.age_limit_months
      FROM used
      JOIN (SELECT birth_id, max(birth_date) AS born FROM enrollment_infant
             WHERE joined_into_id IS NULL GROUP BY birth_id) AS born USING (birth_id)
      JOIN terms ON terms.service_id = used.service_id AND terms.period @> used.day
     WHERE used.day >= born.born + make_interval(months => terms.age_limit_months)
"""

COMPANY = """
    WITH used AS (:used)
    SELECT fiscal_year, count(DISTINCT family_id), count(*),
           count(DISTINCT family_id) FILTER (WHERE with_sibling), count(*) FILTER (WHERE with_sibling),
           count(DISTINCT family_id) FILTER (WHERE infant_count > 1), count(*) FILTER (WHERE infant_count > 1)
      FROM used GROUP BY 1
"""

# The household's tax class on the family's first used day of the year.
TAX_CLASSES = """
    WITH used AS (:used), firsts AS (
        SELECT fiscal_year, family_id, min(day) AS day FROM used GROUP BY 1, 2
    )
    SELECT firsts.fiscal_year, coalesce(class.tax_class, 'unknown'), count(*)
      FROM firsts
      LEFT JOIN enrollment_taxclassperiod class ON class.family_id = firsts.family_id AND class.period @> firsts.day
     GROUP BY 1, 2
"""

EXCEPTIONS = """
    SELECT extract(year FROM (granted_at AT TIME ZONE 'Asia/Tokyo')::date - interval '3 months')::int, rule, count(*)
      FROM enrollment_registrationexception
     WHERE (granted_at AT TIME ZONE 'Asia/Tokyo')::date BETWEEN %(first)s AND %(last)s
     GROUP BY 1, 2
"""

CHANNELS = """
    SELECT extract(year FROM applied_on - interval '3 months')::int, heard_from, count(*)
      FROM (SELECT heard_from, coalesce(received_on, (applied_at AT TIME ZONE 'Asia/Tokyo')::date) AS applied_on
              FROM enrollment_registration) AS applied
     WHERE applied_on BETWEEN %(first)s AND %(last)s
     GROUP BY 1, 2
"""

# Families and days by the town of the residence: a family where it lived on its first used day of the year. It has one
# used day a date: no other day of it has the date of its first one.
TOWNS = """
    WITH used AS (:used), of_family AS MATERIALIZED (
        SELECT used.fiscal_year, used.family_id, residence.district_id, residence.town_id, count(*) AS days,
               min(used.day) AS first_day
          FROM used
          LEFT JOIN enrollment_residence residence
            ON residence.family_id = used.family_id AND residence.period @> used.day
         GROUP BY 1, 2, 3, 4
    ), first_of_family AS (SELECT fiscal_year, family_id, min(first_day) AS first_day FROM of_family GROUP BY 1, 2)
    SELECT of_family.fiscal_year, coalesce(district.slug, 'elsewhere'), coalesce(of_family.town_id, 0),
           count(first_of_family.family_id), sum(of_family.days)::bigint
      FROM of_family
      LEFT JOIN first_of_family USING (fiscal_year, family_id, first_day)
      LEFT JOIN facilities_district district ON district.id = of_family.district_id
     GROUP BY 1, 2, 3
"""


def whole(statement: str) -> str:
    """Return the statement with what it shares with others."""
    return statement.replace(":stays", STAYS).replace(":used", USED)
