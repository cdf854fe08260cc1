"""A look at a sleeping baby has the moment at which it was made, beside that at which it was written."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0009_days_apart_and_moments"),
        ("care", "0004_sleep_and_ends_of_stays"),
        ("enrollment", "0007_fact_corrections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="sleepcheck",
            options={
                "ordering": ["-happened_at", "-pk"],
                "verbose_name": "sleep check",
                "verbose_name_plural": "sleep checks",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="sleepcheck",
            name="sleep_check_never_rewritten",
        ),
        migrations.AddField(
            model_name="sleepcheck",
            name="happened_at",
            field=models.DateTimeField(null=True, verbose_name="happened at"),
        ),
        migrations.RunSQL("UPDATE care_sleepcheck SET happened_at = recorded_at", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="sleepcheck",
            name="happened_at",
            field=models.DateTimeField(verbose_name="happened at"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sleepcheck",
            trigger=pgtrigger.compiler.Trigger(
                name="sleep_check_happened_when_recorded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="NEW.happened_at := coalesce(NEW.happened_at, NEW.recorded_at); RETURN NEW;",
                    hash="843987c02b2c23643f995e360adc93c4177012d1",
                    operation="INSERT",
                    pgid="pgtrigger_sleep_check_happened_when_recorded_c79bc",
                    table="care_sleepcheck",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sleepcheck",
            trigger=pgtrigger.compiler.Trigger(
                name="sleep_check_never_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."breathing" IS DISTINCT FROM (NEW."breathing") OR OLD."colour" IS DISTINCT FROM (NEW."colour") OR OLD."happened_at" IS DISTINCT FROM (NEW."happened_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."second_person_id" IS DISTINCT FROM (NEW."second_person_id") OR OLD."stay_id" IS DISTINCT FROM (NEW."stay_id") OR OLD."watched_by_id" IS DISTINCT FROM (NEW."watched_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="dc509e2bdd7bce22889648aea3d15cdc74502f75",
                    operation="UPDATE",
                    pgid="pgtrigger_sleep_check_never_rewritten_38922",
                    table="care_sleepcheck",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="sleepcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("happened_at__lte", models.F("recorded_at"))), name="sleep_check_is_not_ahead"
            ),
        ),
    ]
