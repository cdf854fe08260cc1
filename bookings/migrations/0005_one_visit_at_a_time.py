"""One round is one midwife's: visit and way of two families never overlap in it, whoever writes."""

from django.db import migrations

ONE_AT_A_TIME = """
ALTER TABLE bookings_bookingday ADD CONSTRAINT booking_day_one_appointment_at_a_time
    EXCLUDE USING gist (
        pool_id WITH =,
        visit_round WITH =,
        tsrange(day + starts_at, day + starts_at + busy_minutes * interval '1 minute') WITH &&
    ) WHERE (starts_at IS NOT NULL AND status <> 'released');
"""
NOT_ANY_MORE = "ALTER TABLE bookings_bookingday DROP CONSTRAINT booking_day_one_appointment_at_a_time;"


class Migration(migrations.Migration):
    dependencies = [("bookings", "0004_once_in_a_draw")]
    operations = [migrations.RunSQL(ONE_AT_A_TIME, NOT_ANY_MORE)]
