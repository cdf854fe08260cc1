from django.db import migrations, models

LAST_DAY = models.DateField(help_text="the last day of use that it allows", verbose_name="last day")


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0009_exceptions_all_end")]
    operations = [
        migrations.AlterField(model_name="registrationexception", name="last_day", field=LAST_DAY),
        migrations.AlterField(model_name="registrationexceptionevent", name="last_day", field=LAST_DAY.clone()),
    ]
