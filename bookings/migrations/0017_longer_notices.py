"""Room for what falls away besides what staff write. A longer text changes the catalogue alone: no row is written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0016_history_of_places")]

    operations = [
        migrations.AlterField(
            model_name="changenotice",
            name="message",
            field=models.CharField(max_length=1000, verbose_name="message to the family"),
        ),
    ]
