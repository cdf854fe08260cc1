"""The indexes by which duplicates are looked for, built without stopping those who write."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("enrollment", "0002_whole_application")]

    operations = [
        AddIndexConcurrently("family", models.Index(fields=["mother_birth_date"], name="family_birth_date")),
        AddIndexConcurrently("family", models.Index(fields=["phone"], name="family_phone")),
    ]
