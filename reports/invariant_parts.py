"""What several of the nightly looks ask alike, in SQL that shares no code with the operations."""

# The slots of a pool on a day, from the calendars' rows: a third count, beside facilities/calendar.py and the guard's
# own function, which it must not rest on. ``taken`` is a row of pool_id and day.
SLOTS = """
    coalesce(
      (SELECT slots FROM facilities_dayoverride o WHERE o.pool_id = taken.pool_id AND o.day = taken.day),
      (SELECT c.slots FROM facilities_capacity c
         JOIN facilities_weeklypattern w ON w.pool_id = c.pool_id AND w.period @> taken.day
        WHERE c.pool_id = taken.pool_id AND c.period @> taken.day
          AND extract(isodow FROM taken.day) - 1 = ANY (w.weekdays)
          AND NOT (w.keeps_public_holidays AND taken.day IN (SELECT day FROM facilities_publicholiday))
          AND NOT EXISTS (
              SELECT 1 FROM facilities_closure closed
                CROSS JOIN generate_series(0, CASE WHEN closed.repeats_yearly THEN greatest(
                           extract(year FROM taken.day) - extract(year FROM lower(closed.period)), 0) ELSE 0 END
                           ) AS later
               WHERE closed.pool_id = c.pool_id
                 AND taken.day >= lower(closed.period) + make_interval(years => later::int)
                 AND coalesce(taken.day <= upper(closed.period) - 1 + make_interval(years => later::int), true))),
      0)"""

# The last day on which somebody born on that day is under so many months: the day before the same day, or the last day
# of a month that has none (Civil Code art. 143).
UNDER = """
    (CASE WHEN extract(day FROM {born} + make_interval(months => {months})) = extract(day FROM {born})
          THEN ({born} + make_interval(months => {months}))::date - 1
          ELSE ({born} + make_interval(months => {months}))::date END)"""
# To be followed by the rule's name and a bracket.
EXCEPTED = """EXISTS (SELECT 1 FROM enrollment_registrationexception granted
                  WHERE granted.registration_id = registration.id AND granted.granted_at IS NOT NULL
                    AND granted.last_day >= held.day AND granted.rule ="""
LAST_BY_BIRTH = UNDER.format(born="baby.born", months="terms.age_limit_months")
LAST_BY_CORRECTION = UNDER.format(born="baby.counted_from", months="terms.age_limit_months")

# What is known of the babies of ``birth``, for ``AGAINST``: a row named ``baby``.
BABY = """CROSS JOIN LATERAL (
              SELECT max(infant.birth_date) AS born,
                     max(CASE WHEN (infant.long_hospital_stay OR coalesce(
                                    infant.gestation_days, 280 - (birth.due_date - infant.birth_date)) < 259)
                              THEN greatest(infant.birth_date, birth.due_date) ELSE infant.birth_date END
                        ) AS counted_from,
                     min(infant.rolls_over_since) AS rolls_over_since
                FROM enrollment_infant infant
               WHERE infant.birth_id = birth.id AND infant.joined_into_id IS NULL) baby"""

# A day that no rule allows. Asked of rows named ``held`` (a day), ``registration``, ``birth``, ``terms`` and ``baby``.
AGAINST = f"""
          (registration.state <> 'approved'
                OR NOT EXISTS (SELECT 1 FROM enrollment_residence lived
                                WHERE lived.family_id = birth.family_id AND lived.period @> held.day)
                   AND NOT {EXCEPTED} 'residency')
                OR (baby.born IS NULL OR held.day < baby.born OR held.day > {LAST_BY_CORRECTION})
                   AND NOT {EXCEPTED} 'infant_age')
                OR baby.rolls_over_since <= held.day
                   AND held.day > {LAST_BY_BIRTH} AND held.day <= {LAST_BY_CORRECTION}
                   AND NOT {EXCEPTED} 'rolling_over'))"""  # noqa: S608 - the texts above
