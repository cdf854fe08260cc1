"""The newest look of each baby is read by an index of its own, built while others write."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("care", "0010_looks_hours_without_keeping_and_photos")]

    operations = [
        AddIndexConcurrently(
            model_name="sleepcheck",
            index=models.Index(fields=["stay", "infant", "-happened_at"], name="sleep_check_of_baby"),
        ),
    ]
