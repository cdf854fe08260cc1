"""Which messages went to a family is found by an index; made without a lock, for the outbox is large."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Needs no transaction of its own: an index is made concurrently outside one."""

    atomic = False

    dependencies = [("sankecare", "0002_initial")]

    operations = [
        AddIndexConcurrently("outboxentry", models.Index(fields=["recipient", "created_at"], name="outbox_to_whom")),
    ]
