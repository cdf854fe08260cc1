"""A session's place is free again when its family gives the day up, whoever writes.

What a family signed up for at the facility on a day that is released goes with the day, if it has not begun by then.
"""

from django.conf import settings
from django.db import migrations

SEATS = f"""
CREATE FUNCTION care_give_back_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM new_rows n JOIN old_rows o ON o.id = n.id
                    WHERE n.status = 'released' AND o.status <> 'released') THEN
        RETURN NULL;
    END IF;
    WITH given_up AS (
        SELECT seat.id, COALESCE(gone.released_at, now()) AS at
          FROM new_rows gone
          JOIN facilities_placepool pool ON pool.id = gone.pool_id
          JOIN care_sessionsignup seat ON seat.family_id = gone.family_id AND seat.cancelled_at IS NULL
          JOIN care_coordinatorsession session ON session.id = seat.session_id
           AND session.facility_id = pool.facility_id
           AND (session.starts_at AT TIME ZONE '{settings.TIME_ZONE}')::date = gone.day
         WHERE gone.status = 'released' AND session.starts_at > COALESCE(gone.released_at, now())
         ORDER BY session.id FOR NO KEY UPDATE OF session)
    UPDATE care_sessionsignup SET cancelled_at = given_up.at FROM given_up WHERE care_sessionsignup.id = given_up.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER seats_of_released_days AFTER UPDATE ON bookings_bookingday
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION care_give_back_seats();
"""
DROP = """
DROP TRIGGER seats_of_released_days ON bookings_bookingday;
DROP FUNCTION care_give_back_seats();
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial"), ("bookings", "0002_guards")]
    operations = [migrations.RunSQL(SEATS, DROP)]
