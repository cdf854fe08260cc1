"""Into which entry a row of a watch list went with its family is kept from now on; it begins with how they stand."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

BEGINS = """
INSERT INTO referrals_watchrowevent (family_id, joined_into_id, pgh_obj_id, pgh_label, pgh_created_at)
SELECT family_id, joined_into_id, id, 'stood', now() FROM referrals_watchrow
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0014_histories_of_deciding_kept"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("referrals", "0002_what_is_in_force_is_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="WatchRowEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchrow",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "referrals_watchrowevent" ("family_id", "joined_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."family_id", NEW."joined_into_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="6bdb6746cb08322b562e04fb0a80b42c3104fc8e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9a2c4",
                    table="referrals_watchrow",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchrow",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."family_id" IS DISTINCT FROM (NEW."family_id") OR OLD."joined_into_id" IS DISTINCT FROM (NEW."joined_into_id"))',
                    func='INSERT INTO "referrals_watchrowevent" ("family_id", "joined_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."family_id", NEW."joined_into_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="3ca9368e92be7216fec4f7fe4107eb60b88f257e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_11d93",
                    table="referrals_watchrow",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchrow",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "referrals_watchrowevent" ("family_id", "joined_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."family_id", OLD."joined_into_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                    hash="272811392d38b0ac1473f25bc11231065c2ce217",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_b9e28",
                    table="referrals_watchrow",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="watchrowevent",
            name="family",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="enrollment.family",
                verbose_name="family",
            ),
        ),
        migrations.AddField(
            model_name="watchrowevent",
            name="joined_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="referrals.watchrow",
                verbose_name="is the same as",
            ),
        ),
        migrations.AddField(
            model_name="watchrowevent",
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
            model_name="watchrowevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="family_joined_into_events",
                to="referrals.watchrow",
            ),
        ),
        migrations.RunSQL(BEGINS, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="watchrowevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6aa596a260dd763ad2412f1d9037ea06c8fd4bb7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_85069",
                    table="referrals_watchrowevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
