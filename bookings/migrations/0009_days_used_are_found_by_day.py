"""The days used of a period are found by an index that holds nothing else; made without a lock."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Needs no transaction of its own: an index is made concurrently outside one."""

    atomic = False

    dependencies = [("bookings", "0008_what_is_in_force_is_kept")]

    operations = [
        AddIndexConcurrently(
            "bookingday",
            models.Index(
                fields=["day", "pool"],
                include=["family", "booking"],
                condition=models.Q(status="used"),
                name="booking_day_used",
            ),
        ),
    ]
