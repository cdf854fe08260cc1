"""Births of a year, which coverage divides by, have a history from now on; it begins with how they stand."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

BEGINS = """
INSERT INTO reports_birthsofyearevent (id, year, births, source, pgh_obj_id, pgh_label, pgh_created_at)
SELECT id, year, births, source, id, 'stood', now() FROM reports_birthsofyear
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("reports", "0004_files_ordered"),
    ]

    operations = [
        migrations.CreateModel(
            name="BirthsOfYearEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("year", models.PositiveSmallIntegerField(verbose_name="calendar year")),
                ("births", models.PositiveIntegerField(verbose_name="births")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("SEED", "the ward's slides"),
                            ("PUBLIC", "the ward's web pages"),
                            ("DEFAULT", "own default, nothing published"),
                            ("STAFF", "entered by staff"),
                        ],
                        default="SEED",
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="birthsofyear",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "reports_birthsofyearevent" ("births", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "year") VALUES (NEW."births", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."year"); RETURN NULL;',
                    hash="eb3bad276e34f25b677cd2007387c7c8b5e93a1b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_31fa7",
                    table="reports_birthsofyear",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="birthsofyear",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "reports_birthsofyearevent" ("births", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "year") VALUES (NEW."births", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."year"); RETURN NULL;',
                    hash="ee3e453f03f9088657cf7295f729c868d565fbe4",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f10f1",
                    table="reports_birthsofyear",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="birthsofyear",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "reports_birthsofyearevent" ("births", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "year") VALUES (OLD."births", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source", OLD."year"); RETURN NULL;',
                    hash="44e066b851b91b440d8f95df9a5d59a9f07c1c6c",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e4e70",
                    table="reports_birthsofyear",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="birthsofyearevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="birthsofyearevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="reports.birthsofyear",
            ),
        ),
        migrations.RunSQL(BEGINS, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="birthsofyearevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7b5eb7b937f8f6665751a490735e4446cd55585a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c8d32",
                    table="reports_birthsofyearevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
