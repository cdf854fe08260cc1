"""The slots of a day and the rooms for siblings, as the database itself counts them.

A second implementation of facilities/calendar.py, on purpose: the guard that refuses an overbooked day must not
rest on the code that books it. A test holds the two equal on every pool and day.
"""

from django.db import migrations

SLOTS = """
-- How many slots a pool has on a day.
CREATE FUNCTION facilities_slots_on(the_pool bigint, the_day date) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
DECLARE
    in_force integer;
    pattern record;
BEGIN
    SELECT slots INTO in_force FROM facilities_dayoverride WHERE pool_id = the_pool AND day = the_day;
    IF FOUND THEN
        RETURN in_force;
    END IF;
    SELECT slots INTO in_force FROM facilities_capacity WHERE pool_id = the_pool AND period @> the_day;
    IF NOT FOUND OR in_force = 0 THEN
        RETURN 0;
    END IF;
    SELECT weekdays, keeps_public_holidays INTO pattern
      FROM facilities_weeklypattern WHERE pool_id = the_pool AND period @> the_day;
    IF NOT FOUND OR NOT (extract(isodow FROM the_day)::integer - 1 = ANY (pattern.weekdays)) THEN
        RETURN 0;
    END IF;
    IF pattern.keeps_public_holidays AND EXISTS (SELECT 1 FROM facilities_publicholiday WHERE day = the_day) THEN
        RETURN 0;
    END IF;
    PERFORM 1 FROM facilities_closure c
      WHERE c.pool_id = the_pool AND NOT c.repeats_yearly AND c.period @> the_day;
    IF FOUND THEN
        RETURN 0;
    END IF;
    PERFORM 1 FROM facilities_closure c,
        LATERAL generate_series(
            greatest(extract(year FROM the_day)::integer - extract(year FROM lower(c.period))::integer - 1, 0),
            extract(year FROM the_day)::integer - extract(year FROM lower(c.period))::integer
        ) AS years
      WHERE c.pool_id = the_pool AND c.repeats_yearly
        AND the_day >= (lower(c.period) + make_interval(years => years))::date
        AND the_day <= (upper(c.period) - 1 + make_interval(years => years))::date;
    IF FOUND THEN
        RETURN 0;
    END IF;
    RETURN in_force;
END
$$;
"""

SIBLING_ROOMS = """
-- How many rooms of a pool take a sibling on a day.
CREATE FUNCTION facilities_sibling_rooms_on(the_pool bigint, the_day date) RETURNS integer LANGUAGE sql STABLE AS $$
    -- The pool's rooms are shared by its services; NULL: nobody limits them.
    SELECT min(terms.sibling_rooms)
      FROM facilities_servicetermsrow terms JOIN facilities_service service ON service.id = terms.service_id
     WHERE service.pool_id = the_pool AND terms.takes_siblings AND terms.period @> the_day
$$;
"""

DROP = """
DROP FUNCTION facilities_sibling_rooms_on(bigint, date);
DROP FUNCTION facilities_slots_on(bigint, date);
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0001_initial")]
    operations = [migrations.RunSQL(SLOTS + SIBLING_ROOMS, DROP)]
