"""Charges are found by their days, and charges and payments by their moments; made without a lock."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Needs no transaction of its own: an index is made concurrently outside one."""

    atomic = False

    dependencies = [("billing", "0004_money_at_the_desk")]

    operations = [
        AddIndexConcurrently("charge", models.Index(fields=["issued_at", "id"], name="charge_in_order")),
        AddIndexConcurrently(
            "chargeline", models.Index(fields=["day"], include=["charge"], name="charge_line_of_day")
        ),
        AddIndexConcurrently("payment", models.Index(fields=["received_at", "id"], name="payment_in_order")),
    ]
