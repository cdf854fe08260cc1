"""The statements behind the tables of use: each numbers the stretches between the borders of days that it is given.

Any periods that do not overlap are counted in one pass: years, months, or parts of either (reports.queries).
"""

# What is counted: the used days of short stay and day care, each in the stretch of days that it falls in. Families are
# counted by grouping twice: counting them DISTINCT would sort every day.
USED_DAYS = """
    SELECT width_bucket(used.day, %(borders)s::date[]) AS number, used.family_id, used.day, used.pool_id, service.kind
      FROM bookings_bookingday used
      JOIN bookings_booking booking ON booking.id = used.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
     WHERE used.status = 'used' AND used.day >= %(first)s AND used.day < %(after)s AND service.kind = ANY (%(kinds)s)
"""
USED_OF_FAMILIES = f"""
    SELECT used.number, pool.facility_id, used.family_id,
           count(*) FILTER (WHERE used.kind = 'short_stay') AS short_stay_days,
           count(*) FILTER (WHERE used.kind = 'day_care') AS day_care_days
      FROM ({USED_DAYS}) AS used
      JOIN facilities_placepool pool ON pool.id = used.pool_id
     GROUP BY 1, 2, 3
"""  # noqa: S608 - the text above
FACILITIES_OF_PERIODS = f"""
    SELECT number, facility_id, sum(short_stay_days)::bigint, sum(day_care_days)::bigint, count(*)
      FROM ({USED_OF_FAMILIES}) AS of_family
     GROUP BY 1, 2
"""  # noqa: S608 - the text above
# The same, and of all facilities together (0), where a family that used two counts once.
FACILITIES_AND_ALL_OF_PERIODS = f"""
    WITH of_family AS MATERIALIZED ({USED_OF_FAMILIES})
    SELECT number, facility_id, sum(short_stay_days)::bigint, sum(day_care_days)::bigint, count(*)
      FROM of_family
     GROUP BY 1, 2
     UNION ALL
    SELECT number, 0, sum(short_stay_days)::bigint, sum(day_care_days)::bigint, count(*)
      FROM (SELECT number, sum(short_stay_days) AS short_stay_days, sum(day_care_days) AS day_care_days
              FROM of_family GROUP BY number, family_id) AS of_all
     GROUP BY 1
"""  # noqa: S608 - the text above
FAMILIES_OF_PERIODS = f"""
    SELECT number, count(*)
      FROM (SELECT used.number FROM ({USED_DAYS}) AS used GROUP BY used.number, used.family_id) AS of_family
     GROUP BY 1
"""  # noqa: S608 - the text above
# The join to the residence is an outer one: a day without a residence is a day all the same. A family has one used
# day a date: its first one tells its district, and no other day of it has the same date.
DISTRICTS_OF_PERIODS = f"""
    WITH of_family AS MATERIALIZED (
        SELECT used.number, used.family_id, residence.district_id, count(*) AS days, min(used.day) AS first_day
          FROM ({USED_DAYS}) AS used
          LEFT JOIN enrollment_residence residence
            ON residence.family_id = used.family_id AND residence.period @> used.day
         GROUP BY 1, 2, 3),
    first_of_family AS (SELECT number, family_id, min(first_day) AS first_day FROM of_family GROUP BY 1, 2)
    SELECT of_family.number, district.slug, count(first_of_family.family_id), sum(of_family.days)::bigint
      FROM of_family
      LEFT JOIN first_of_family USING (number, family_id, first_day)
      LEFT JOIN facilities_district district ON district.id = of_family.district_id
     GROUP BY 1, 2
"""  # noqa: S608 - the text above
# The next year with a used day, again and again: a step in the index for each instead of a look at every day.
YEARS_WITH_USE = """
    WITH RECURSIVE used(first_day) AS (
        SELECT min(day) FROM bookings_bookingday WHERE status = 'used'
        UNION ALL
        SELECT (SELECT min(day) FROM bookings_bookingday
                 WHERE status = 'used'
                   AND day >= make_date(extract(year FROM used.first_day - interval '3 months')::int + 1, 4, 1))
          FROM used WHERE used.first_day IS NOT NULL)
    SELECT extract(year FROM first_day - interval '3 months')::int FROM used WHERE first_day IS NOT NULL ORDER BY 1
"""
