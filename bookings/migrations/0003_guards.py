"""A place is never given twice, whoever writes: the database's own guard.

``pool`` and ``family`` of a booked day come from its booking. After every statement that makes a booked day
count, and after every change of a calendar, the days concerned are counted against ``facilities_slots_on``
under the pool's lock. The functions take the locks in the order of the pools' ids, as the operations do.
"""

from django.db import migrations

CALENDAR_TABLES = ("weeklypattern", "capacity", "closure", "dayoverride")

FILL = """
CREATE FUNCTION bookings_fill_booking_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT s.pool_id, birth.family_id INTO STRICT NEW.pool_id, NEW.family_id
      FROM bookings_booking b
      JOIN facilities_service s ON s.id = b.service_id
      JOIN enrollment_registration r ON r.id = b.registration_id
      JOIN enrollment_birth birth ON birth.id = r.birth_id
     WHERE b.id = NEW.booking_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER booking_day_of_its_booking BEFORE INSERT OR UPDATE OF booking_id, pool_id, family_id
    ON bookings_bookingday FOR EACH ROW EXECUTE FUNCTION bookings_fill_booking_day();

CREATE FUNCTION bookings_booking_keeps_its_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'booking % cannot change its service or registration: cancel it and book anew', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_keeps_its_place';
END
$$;
CREATE TRIGGER booking_keeps_its_place BEFORE UPDATE OF service_id, registration_id ON bookings_booking
    FOR EACH ROW WHEN (OLD.service_id <> NEW.service_id OR OLD.registration_id <> NEW.registration_id)
    EXECUTE FUNCTION bookings_booking_keeps_its_place();
"""

REFUSE = """
CREATE FUNCTION bookings_refuse_overbooked(the_pool bigint, the_day date, booked bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'pool % on %: % booked of %', the_pool, the_day, booked, facilities_slots_on(the_pool, the_day)
        USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_day_within_slots';
END
$$;
"""

GUARD_DAYS = """
CREATE FUNCTION bookings_guard_days() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    over record;
BEGIN
    PERFORM 1 FROM facilities_placepool
      WHERE id IN (SELECT pool_id FROM new_rows WHERE status <> 'released')
      ORDER BY id FOR NO KEY UPDATE;
    SELECT counted.* INTO over FROM (
        SELECT asked.pool_id, asked.day, (
            SELECT count(*) FROM bookings_bookingday b
             WHERE b.pool_id = asked.pool_id AND b.day = asked.day AND b.status <> 'released'
        ) AS booked
        FROM (SELECT DISTINCT pool_id, day FROM new_rows WHERE status <> 'released') AS asked
    ) AS counted
    WHERE counted.booked > facilities_slots_on(counted.pool_id, counted.day)
    LIMIT 1;
    IF FOUND THEN
        PERFORM bookings_refuse_overbooked(over.pool_id, over.day, over.booked);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER booking_day_within_slots_insert AFTER INSERT ON bookings_bookingday
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION bookings_guard_days();
"""

# An update counts only where it makes a row count that did not: released to held, or another day.
GUARD_MOVES = """
CREATE FUNCTION bookings_guard_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    over record;
BEGIN
    PERFORM 1 FROM facilities_placepool
      WHERE id IN (
        SELECT n.pool_id FROM new_rows n JOIN old_rows o ON o.id = n.id
         WHERE n.status <> 'released' AND (o.status = 'released' OR o.day <> n.day OR o.pool_id <> n.pool_id))
      ORDER BY id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT counted.* INTO over FROM (
        SELECT asked.pool_id, asked.day, (
            SELECT count(*) FROM bookings_bookingday b
             WHERE b.pool_id = asked.pool_id AND b.day = asked.day AND b.status <> 'released'
        ) AS booked
        FROM (SELECT DISTINCT pool_id, day FROM new_rows WHERE status <> 'released') AS asked
    ) AS counted
    WHERE counted.booked > facilities_slots_on(counted.pool_id, counted.day)
    LIMIT 1;
    IF FOUND THEN
        PERFORM bookings_refuse_overbooked(over.pool_id, over.day, over.booked);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER booking_day_within_slots_update AFTER UPDATE ON bookings_bookingday
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION bookings_guard_moves();
"""

GUARD_CALENDAR = """
CREATE FUNCTION bookings_guard_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    over record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        touched := ARRAY[NEW.pool_id];
    ELSIF TG_OP = 'DELETE' THEN
        touched := ARRAY[OLD.pool_id];
    ELSE
        touched := ARRAY[OLD.pool_id, NEW.pool_id];
    END IF;
    PERFORM 1 FROM facilities_placepool WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    SELECT counted.* INTO over FROM (
        SELECT pool_id, day, count(*) AS booked FROM bookings_bookingday
         WHERE pool_id = ANY (touched) AND status <> 'released' GROUP BY pool_id, day
    ) AS counted
    WHERE counted.booked > facilities_slots_on(counted.pool_id, counted.day)
    ORDER BY counted.day LIMIT 1;
    IF FOUND THEN
        PERFORM bookings_refuse_overbooked(over.pool_id, over.day, over.booked);
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION bookings_guard_holidays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    over record;
BEGIN
    PERFORM 1 FROM facilities_placepool ORDER BY id FOR NO KEY UPDATE;
    SELECT counted.* INTO over FROM (
        SELECT pool_id, day, count(*) AS booked FROM bookings_bookingday
         WHERE day = NEW.day AND status <> 'released' GROUP BY pool_id, day
    ) AS counted
    WHERE counted.booked > facilities_slots_on(counted.pool_id, counted.day)
    LIMIT 1;
    IF FOUND THEN
        PERFORM bookings_refuse_overbooked(over.pool_id, over.day, over.booked);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER publicholiday_within_slots AFTER INSERT OR UPDATE ON facilities_publicholiday
    FOR EACH ROW EXECUTE FUNCTION bookings_guard_holidays();
""" + "".join(
    f"""
CREATE CONSTRAINT TRIGGER {table}_within_slots AFTER INSERT OR UPDATE OR DELETE ON facilities_{table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bookings_guard_calendar();
"""
    for table in CALENDAR_TABLES
)

DROP = (
    "".join(f"DROP TRIGGER {table}_within_slots ON facilities_{table};" for table in CALENDAR_TABLES)
    + """
DROP TRIGGER publicholiday_within_slots ON facilities_publicholiday;
DROP TRIGGER booking_day_within_slots_update ON bookings_bookingday;
DROP TRIGGER booking_day_within_slots_insert ON bookings_bookingday;
DROP TRIGGER booking_day_of_its_booking ON bookings_bookingday;
DROP TRIGGER booking_keeps_its_place ON bookings_booking;
DROP FUNCTION bookings_guard_holidays();
DROP FUNCTION bookings_guard_calendar();
DROP FUNCTION bookings_guard_moves();
DROP FUNCTION bookings_guard_days();
DROP FUNCTION bookings_refuse_overbooked(bigint, date, bigint);
DROP FUNCTION bookings_booking_keeps_its_place();
DROP FUNCTION bookings_fill_booking_day();
"""
)


class Migration(migrations.Migration):
    dependencies = [("bookings", "0002_initial"), ("facilities", "0002_slots_on")]
    operations = [migrations.RunSQL(FILL + REFUSE + GUARD_DAYS + GUARD_MOVES + GUARD_CALENDAR, DROP)]
