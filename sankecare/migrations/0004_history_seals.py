"""The sealed days of the history, what each sealed of which table, and what looking them through found."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sankecare", "0003_outbox_to_whom"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoryCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("days", models.PositiveIntegerField(verbose_name="sealed days")),
                ("rows", models.BigIntegerField(verbose_name="rows sealed")),
                ("seconds", models.FloatField(verbose_name="seconds")),
                ("head", models.CharField(blank=True, max_length=64, verbose_name="digest")),
                ("problems", models.JSONField(default=list, verbose_name="what is wrong")),
            ],
            options={
                "verbose_name": "check of the history",
                "verbose_name_plural": "checks of the history",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="HistoryDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                (
                    "previous",
                    models.CharField(blank=True, max_length=64, unique=True, verbose_name="digest of the day before"),
                ),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="digest")),
                ("signature", models.CharField(max_length=128, verbose_name="signature")),
                ("key_print", models.CharField(max_length=64, verbose_name="fingerprint of the key")),
                ("rows", models.BigIntegerField(verbose_name="rows sealed")),
                ("sealed_at", models.DateTimeField(verbose_name="sealed at")),
            ],
            options={
                "verbose_name": "sealed day of the history",
                "verbose_name_plural": "sealed days of the history",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="HistoryPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="sankecare.historyday",
                        verbose_name="day",
                    ),
                ),
                ("table", models.CharField(max_length=63, verbose_name="table")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63), size=None, verbose_name="columns"
                    ),
                ),
                ("after", models.BigIntegerField(verbose_name="after the row")),
                ("last", models.BigIntegerField(verbose_name="up to the row")),
                ("rows", models.BigIntegerField(verbose_name="rows sealed")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
            ],
            options={
                "verbose_name": "sealed rows of a table",
                "verbose_name_plural": "sealed rows of tables",
                "ordering": ["table", "last"],
                "constraints": [
                    models.UniqueConstraint(fields=("table", "after"), name="history_part_follows_one"),
                    models.CheckConstraint(
                        condition=models.Q(("last__gt", models.F("after"))), name="history_part_goes_on"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="historyday",
            trigger=pgtrigger.compiler.Trigger(
                name="history_day_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8a73603e494f497a95b54918cc780f73d7aec865",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_history_day_kept_440ab",
                    table="sankecare_historyday",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="historypart",
            trigger=pgtrigger.compiler.Trigger(
                name="history_part_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="de0c04e378f1e9f20e7854ec7883f30b8f81bb31",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_history_part_kept_2c67a",
                    table="sankecare_historypart",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="historycheck",
            trigger=pgtrigger.compiler.Trigger(
                name="history_check_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4c4be262a20f64b94595d932c88a48f909a5ccbb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_history_check_kept_9c6a2",
                    table="sankecare_historycheck",
                    when="BEFORE",
                ),
            ),
        ),
    ]
