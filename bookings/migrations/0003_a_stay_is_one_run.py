"""A stay that has begun holds days without a gap, whoever writes; what lies apart is a booking of its own."""

from django.db import migrations

ONE_RUN = """
-- A stay that has begun holds days without a gap; a day on which the family did not come belongs to it.
CREATE FUNCTION bookings_refuse_days_apart(the_booking bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first_day date;
    last_day date;
    there integer;
BEGIN
    IF NOT EXISTS (SELECT FROM bookings_booking WHERE id = the_booking AND state IN ('arrived', 'departed')) THEN
        RETURN;
    END IF;
    SELECT min(day), max(day) INTO first_day, last_day FROM bookings_bookingday
     WHERE booking_id = the_booking AND status <> 'released';
    SELECT count(DISTINCT day) INTO there FROM bookings_bookingday
     WHERE booking_id = the_booking AND day BETWEEN first_day AND last_day AND (status <> 'released' OR missed);
    IF there <> last_day - first_day + 1 THEN
        RAISE EXCEPTION 'booking %: the days of its stay lie apart', the_booking
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stay_is_one_run';
    END IF;
END
$$;
CREATE FUNCTION bookings_guard_run_of_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM bookings_refuse_days_apart(OLD.booking_id);
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.booking_id <> OLD.booking_id) THEN
        PERFORM bookings_refuse_days_apart(NEW.booking_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION bookings_guard_begun_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM bookings_refuse_days_apart(NEW.id);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER stay_is_one_run_of_days_insert AFTER INSERT OR DELETE ON bookings_bookingday
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bookings_guard_run_of_days();
CREATE CONSTRAINT TRIGGER stay_is_one_run_of_days_update AFTER UPDATE ON bookings_bookingday
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.booking_id, OLD.day, OLD.status, OLD.missed) IS DISTINCT FROM
          (NEW.booking_id, NEW.day, NEW.status, NEW.missed))
    EXECUTE FUNCTION bookings_guard_run_of_days();
CREATE CONSTRAINT TRIGGER stay_is_one_run_begun AFTER UPDATE ON bookings_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND NEW.state IN ('arrived', 'departed'))
    EXECUTE FUNCTION bookings_guard_begun_run();
"""
DROP_ONE_RUN = """
DROP TRIGGER stay_is_one_run_begun ON bookings_booking;
DROP TRIGGER stay_is_one_run_of_days_update ON bookings_bookingday;
DROP TRIGGER stay_is_one_run_of_days_insert ON bookings_bookingday;
DROP FUNCTION bookings_guard_begun_run();
DROP FUNCTION bookings_guard_run_of_days();
DROP FUNCTION bookings_refuse_days_apart(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0002_guards")]
    operations = [migrations.RunSQL(ONE_RUN, DROP_ONE_RUN)]
