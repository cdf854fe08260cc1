"""No two families have one time of one day: an index built without holding anybody up."""

from django.db import migrations, models

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY booking_day_one_appointment_at_a_time
    ON bookings_bookingday (pool_id, day, starts_at) WHERE (starts_at IS NOT NULL AND NOT status = 'released')
"""
# Also before it is built: a build that failed leaves an index of the name that holds nothing.
DROP = "DROP INDEX CONCURRENTLY IF EXISTS booking_day_one_appointment_at_a_time"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("bookings", "0008_changes_and_options")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL([DROP, CREATE], DROP)],
            state_operations=[
                migrations.AddConstraint(
                    model_name="bookingday",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ("starts_at__isnull", False), models.Q(("status", "released"), _negated=True)
                        ),
                        fields=("pool", "day", "starts_at"),
                        name="booking_day_one_appointment_at_a_time",
                    ),
                ),
            ],
        ),
    ]
