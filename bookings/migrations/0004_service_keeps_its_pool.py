"""A service with booked days keeps its pool.

A booked day holds its slot in the pool that the service had when it was booked. Another pool would sell the same
rooms a second time, and count their slots twice.
"""

from django.db import migrations

CREATE = """
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

DROP = """
DROP TRIGGER service_keeps_its_pool ON facilities_service;
DROP FUNCTION bookings_service_keeps_its_pool();
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0003_guards")]
    operations = [migrations.RunSQL(CREATE, DROP)]
