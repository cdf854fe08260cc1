"""The rooms that take a sibling are never given twice, whoever writes: the guard of 0003 for the places within places.

After every statement that lets a sibling come on a day, and after every change of a service's terms, the days
concerned are counted against ``facilities_sibling_rooms_on`` under the pool's lock.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION bookings_refuse_without_sibling_room(the_pool bigint, the_day date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'pool % on %: more siblings than %', the_pool, the_day,
        facilities_sibling_rooms_on(the_pool, the_day)
        USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_day_within_sibling_rooms';
END
$$;
"""

GUARD = """
CREATE FUNCTION bookings_guard_sibling_rooms_{when}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    over record;
BEGIN
    PERFORM 1 FROM facilities_placepool WHERE id IN (SELECT n.pool_id {coming}) ORDER BY id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT asked.* INTO over FROM (SELECT DISTINCT n.pool_id, n.day {coming}) AS asked
     WHERE facilities_sibling_rooms_on(asked.pool_id, asked.day) < (
        SELECT count(*) FROM bookings_bookingday b
         WHERE b.pool_id = asked.pool_id AND b.day = asked.day AND b.with_sibling AND b.status <> 'released')
     LIMIT 1;
    IF FOUND THEN
        PERFORM bookings_refuse_without_sibling_room(over.pool_id, over.day);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER booking_day_within_sibling_rooms_{when} AFTER {when} ON bookings_bookingday
    REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION bookings_guard_sibling_rooms_{when}();
"""
ON_INSERT = GUARD.format(
    when="insert",
    tables="NEW TABLE AS new_rows",
    coming="FROM new_rows n WHERE n.with_sibling AND n.status <> 'released'",
)
# An update counts only where it lets a sibling come on a day on which none of the row's did.
ON_UPDATE = GUARD.format(
    when="update",
    tables="OLD TABLE AS old_rows NEW TABLE AS new_rows",
    coming="""FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.with_sibling AND n.status <> 'released'
            AND (o.status = 'released' OR NOT o.with_sibling OR o.day <> n.day OR o.pool_id <> n.pool_id)""",
)

GUARD_TERMS = """
CREATE FUNCTION bookings_guard_terms() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint;
    over record;
BEGIN
    SELECT pool_id INTO touched FROM facilities_service WHERE id = NEW.service_id;
    PERFORM 1 FROM facilities_placepool WHERE id = touched FOR NO KEY UPDATE;
    SELECT pool_id, day INTO over FROM bookings_bookingday
     WHERE pool_id = touched AND with_sibling AND status <> 'released' GROUP BY pool_id, day
    HAVING count(*) > facilities_sibling_rooms_on(pool_id, day) ORDER BY day LIMIT 1;
    IF FOUND THEN
        PERFORM bookings_refuse_without_sibling_room(over.pool_id, over.day);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER terms_within_sibling_rooms AFTER INSERT OR UPDATE ON facilities_servicetermsrow
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bookings_guard_terms();
"""

DROP = """
DROP TRIGGER terms_within_sibling_rooms ON facilities_servicetermsrow;
DROP TRIGGER booking_day_within_sibling_rooms_update ON bookings_bookingday;
DROP TRIGGER booking_day_within_sibling_rooms_insert ON bookings_bookingday;
DROP FUNCTION bookings_guard_terms();
DROP FUNCTION bookings_guard_sibling_rooms_update();
DROP FUNCTION bookings_guard_sibling_rooms_insert();
DROP FUNCTION bookings_refuse_without_sibling_room(bigint, date);
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0012_incidents"), ("facilities", "0004_sibling_rooms_on")]
    operations = [migrations.RunSQL(REFUSE + ON_INSERT + ON_UPDATE + GUARD_TERMS, DROP)]
