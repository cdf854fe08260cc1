"""A place is never given twice, whoever writes: the database's own guard.

``pool`` and ``family`` of a booked day come from its booking. After every statement that makes a booked day
count, and after every change of a calendar, the days concerned are counted against ``facilities_slots_on``
under the pool's lock. The functions take the locks in the order of the pools' ids, as the operations do.

A booked day holds its slot in the pool that the service had when it was booked. Another pool would sell the same
rooms a second time, and count their slots twice.

The rooms that take a sibling are places within the places. After every statement that lets a sibling come on a day,
and after every change of a service's terms, the days concerned are counted against ``facilities_sibling_rooms_on``
under the pool's lock.
"""

from django.db import migrations

CALENDAR_TABLES = ("weeklypattern", "capacity", "closure", "dayoverride")

FILL = """
-- A booked day has the pool and the family of its booking.
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

-- A booking keeps its service and its registration.
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
-- Refuses a day that has more booked than slots.
CREATE FUNCTION bookings_refuse_overbooked(the_pool bigint, the_day date, booked bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'pool % on %: % booked of %', the_pool, the_day, booked, facilities_slots_on(the_pool, the_day)
        USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_day_within_slots';
END
$$;
"""

GUARD_DAYS = """
-- Days booked stay within the slots.
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
-- Days that are moved or count again stay within the slots.
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
-- A change of a calendar leaves room for what is booked.
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
-- A new public holiday leaves room for what is booked.
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

DROP_PLACES = (
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

GUARD_POOL = """
-- A service with booked days keeps its pool.
CREATE FUNCTION bookings_service_keeps_its_pool() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM facilities_placepool WHERE id IN (OLD.pool_id, NEW.pool_id) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM bookings_bookingday d JOIN bookings_booking b ON b.id = d.booking_id
      WHERE b.service_id = NEW.id AND d.status <> 'released' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'service % has booked days in pool %', NEW.id, OLD.pool_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'service_keeps_its_pool';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER service_keeps_its_pool AFTER UPDATE OF pool_id ON facilities_service
    FOR EACH ROW WHEN (OLD.pool_id <> NEW.pool_id) EXECUTE FUNCTION bookings_service_keeps_its_pool();
"""

DROP_POOL = """
DROP TRIGGER service_keeps_its_pool ON facilities_service;
DROP FUNCTION bookings_service_keeps_its_pool();
"""

REFUSE_SIBLING = """
-- Refuses a day that has more siblings than rooms for them.
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
-- Days on which a sibling comes stay within the rooms that take one.
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
-- A change of a service's terms leaves room for the siblings who are booked.
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

DROP_SIBLING = """
DROP TRIGGER terms_within_sibling_rooms ON facilities_servicetermsrow;
DROP TRIGGER booking_day_within_sibling_rooms_update ON bookings_bookingday;
DROP TRIGGER booking_day_within_sibling_rooms_insert ON bookings_bookingday;
DROP FUNCTION bookings_guard_terms();
DROP FUNCTION bookings_guard_sibling_rooms_update();
DROP FUNCTION bookings_guard_sibling_rooms_insert();
DROP FUNCTION bookings_refuse_without_sibling_room(bigint, date);
"""

PLACES = FILL + REFUSE + GUARD_DAYS + GUARD_MOVES + GUARD_CALENDAR + GUARD_POOL
SIBLINGS = REFUSE_SIBLING + ON_INSERT + ON_UPDATE + GUARD_TERMS


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial"), ("facilities", "0002_guards")]
    operations = [migrations.RunSQL(PLACES + SIBLINGS, DROP_SIBLING + DROP_POOL + DROP_PLACES)]
