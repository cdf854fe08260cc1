"""A table of figures is kept as it was given out, and never rewritten."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0005_history_of_births"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptTable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.SlugField(max_length=60, verbose_name="table")),
                ("first_year", models.PositiveSmallIntegerField(verbose_name="first fiscal year")),
                ("last_year", models.PositiveSmallIntegerField(verbose_name="last fiscal year")),
                ("known_on", models.DateField(verbose_name="as known on")),
                ("purpose", models.CharField(max_length=200, verbose_name="given out for")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("rows", models.JSONField(verbose_name="rows")),
                ("digest", models.CharField(max_length=64, verbose_name="digest of the rows")),
                ("kept_at", models.DateTimeField(verbose_name="kept at")),
                (
                    "kept_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="kept by",
                    ),
                ),
            ],
            options={
                "verbose_name": "table that was given out",
                "verbose_name_plural": "tables that were given out",
                "ordering": ["-kept_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_year__lte", models.F("last_year"))),
                        name="kept_table_years_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True), name="kept_table_says_for_what"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kepttable",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_table_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5be132201033df0a7efa0eefc35425c31122df5d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_kept_table_stays_4fade",
                    table="reports_kepttable",
                    when="BEFORE",
                ),
            ),
        ),
    ]
