"""Wishes, and counts of what was not met, have a history from now on; it begins with how they stand."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

COUNTS = """
INSERT INTO bookings_unmetcountevent (id, week, kind, code, day, number, district_id, service_id, pgh_obj_id, pgh_label, pgh_created_at)
SELECT id, week, kind, code, day, number, district_id, service_id, id, 'stood', now() FROM bookings_unmetcount WHERE kind <> 'checked'
"""

WISHES = """
INSERT INTO bookings_wishevent (id, days, together, until, or_without, enters_later, "left", made_at, ended_at, ended_as, made_by_id, registration_id, sibling_id, pgh_obj_id, pgh_label, pgh_created_at)
SELECT id, days, together, until, or_without, enters_later, "left", made_at, ended_at, ended_as, made_by_id, registration_id, sibling_id, id, 'stood', now() FROM bookings_wish
"""

SERVICES = """
INSERT INTO bookings_wishserviceevent (id, position, service_id, wish_id, pgh_obj_id, pgh_label, pgh_created_at)
SELECT id, position, service_id, wish_id, id, 'stood', now() FROM bookings_wishservice
"""

PARTS = """
INSERT INTO bookings_wishpartevent (id, dropped_at, entry_id, waiting_id, wish_id, pgh_obj_id, pgh_label, pgh_created_at)
SELECT id, dropped_at, entry_id, waiting_id, wish_id, id, 'stood', now() FROM bookings_wishpart
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0010_what_was_not_met"),
        ("enrollment", "0014_histories_of_deciding_kept"),
        ("facilities", "0003_what_is_in_force_is_kept"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UnmetCountEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("week", models.DateField(verbose_name="week from")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("looked_for", "looked for, and full"),
                            ("refused", "asked for, and refused"),
                            ("checked", "self-check: may not use it"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("code", models.CharField(max_length=30, verbose_name="what stood in the way")),
                ("day", models.DateField(null=True, verbose_name="day looked for")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WishEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("days", models.PositiveSmallIntegerField(verbose_name="days wished")),
                ("together", models.BooleanField(default=False, verbose_name="on end")),
                ("until", models.DateField(verbose_name="until which day")),
                (
                    "or_without",
                    models.BooleanField(default=False, verbose_name="where no room takes the sibling, without it"),
                ),
                ("enters_later", models.BooleanField(default=False, verbose_name="also enters draws announced later")),
                ("left", models.PositiveSmallIntegerField(verbose_name="days still wished")),
                ("made_at", models.DateTimeField(verbose_name="wished at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "ended_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fulfilled", "fulfilled"),
                            ("withdrawn", "withdrawn"),
                            ("passed", "the days have passed"),
                            ("ended", "registration ended"),
                        ],
                        max_length=9,
                        verbose_name="how it ended",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WishPartEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("dropped_at", models.DateTimeField(null=True, verbose_name="taken back by the wish at")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WishServiceEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unmetcount",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.kind <> 'checked')",
                    func='INSERT INTO "bookings_unmetcountevent" ("code", "day", "district_id", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "week") VALUES (NEW."code", NEW."day", NEW."district_id", NEW."id", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."service_id", NEW."week"); RETURN NULL;',
                    hash="8e17ec9d91fbdb5d9ccd42b333ee4936da29a630",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_480f6",
                    table="bookings_unmetcount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unmetcount",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.kind <> 'checked')",
                    func='INSERT INTO "bookings_unmetcountevent" ("code", "day", "district_id", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "week") VALUES (NEW."code", NEW."day", NEW."district_id", NEW."id", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."service_id", NEW."week"); RETURN NULL;',
                    hash="4c07bcd2527257ed2b8c8a332d67c48a72960490",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_44fd3",
                    table="bookings_unmetcount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wish",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_wishevent" ("days", "ended_as", "ended_at", "enters_later", "id", "left", "made_at", "made_by_id", "or_without", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "sibling_id", "together", "until") VALUES (NEW."days", NEW."ended_as", NEW."ended_at", NEW."enters_later", NEW."id", NEW."left", NEW."made_at", NEW."made_by_id", NEW."or_without", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."registration_id", NEW."sibling_id", NEW."together", NEW."until"); RETURN NULL;',
                    hash="a8bc749b85abf893c0d4e27dd333e0e3fe1adfbc",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e4475",
                    table="bookings_wish",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wish",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bookings_wishevent" ("days", "ended_as", "ended_at", "enters_later", "id", "left", "made_at", "made_by_id", "or_without", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "sibling_id", "together", "until") VALUES (NEW."days", NEW."ended_as", NEW."ended_at", NEW."enters_later", NEW."id", NEW."left", NEW."made_at", NEW."made_by_id", NEW."or_without", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."registration_id", NEW."sibling_id", NEW."together", NEW."until"); RETURN NULL;',
                    hash="506f045ce5f35df21a1b47879a2a9ba4a4bb105d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e9275",
                    table="bookings_wish",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wish",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_wishevent" ("days", "ended_as", "ended_at", "enters_later", "id", "left", "made_at", "made_by_id", "or_without", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "sibling_id", "together", "until") VALUES (OLD."days", OLD."ended_as", OLD."ended_at", OLD."enters_later", OLD."id", OLD."left", OLD."made_at", OLD."made_by_id", OLD."or_without", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."registration_id", OLD."sibling_id", OLD."together", OLD."until"); RETURN NULL;',
                    hash="f41ae9fd75f3b64eeb23daa76868eda83303b536",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4a492",
                    table="bookings_wish",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishpart",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_wishpartevent" ("dropped_at", "entry_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "waiting_id", "wish_id") VALUES (NEW."dropped_at", NEW."entry_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."waiting_id", NEW."wish_id"); RETURN NULL;',
                    hash="e9c3fe15513919159f03bb4dc438dccc7172669f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7e6f3",
                    table="bookings_wishpart",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishpart",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bookings_wishpartevent" ("dropped_at", "entry_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "waiting_id", "wish_id") VALUES (NEW."dropped_at", NEW."entry_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."waiting_id", NEW."wish_id"); RETURN NULL;',
                    hash="b88c115539c5fda8f1099fb8042c02325cbb5950",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d3285",
                    table="bookings_wishpart",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishpart",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_wishpartevent" ("dropped_at", "entry_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "waiting_id", "wish_id") VALUES (OLD."dropped_at", OLD."entry_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."waiting_id", OLD."wish_id"); RETURN NULL;',
                    hash="8cf266f9f04eea3a5b7c6b18a953b350bb9aedc5",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4b7d2",
                    table="bookings_wishpart",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishservice",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_wishserviceevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_id", "wish_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."service_id", NEW."wish_id"); RETURN NULL;',
                    hash="81e7f949ab6299c761899ef084f616e622b066cd",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_81952",
                    table="bookings_wishservice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishservice",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bookings_wishserviceevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_id", "wish_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."service_id", NEW."wish_id"); RETURN NULL;',
                    hash="0b4c1b0b1af9a27f6393affca043354d3f787aea",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_06398",
                    table="bookings_wishservice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishservice",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_wishserviceevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_id", "wish_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."service_id", OLD."wish_id"); RETURN NULL;',
                    hash="ef8dc425c9cb5edfb6731bd45343629d7fb755b9",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6fc45",
                    table="bookings_wishservice",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="unmetcountevent",
            name="district",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="facilities.district",
                verbose_name="district",
            ),
        ),
        migrations.AddField(
            model_name="unmetcountevent",
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
            model_name="unmetcountevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="bookings.unmetcount",
            ),
        ),
        migrations.AddField(
            model_name="unmetcountevent",
            name="service",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="facilities.service",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="wishevent",
            name="made_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entered by",
            ),
        ),
        migrations.AddField(
            model_name="wishevent",
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
            model_name="wishevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="bookings.wish",
            ),
        ),
        migrations.AddField(
            model_name="wishevent",
            name="registration",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="enrollment.registration",
                verbose_name="registration",
            ),
        ),
        migrations.AddField(
            model_name="wishevent",
            name="sibling",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="enrollment.sibling",
                verbose_name="sibling",
            ),
        ),
        migrations.AddField(
            model_name="wishpartevent",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="bookings.drawentry",
                verbose_name="entry in a draw",
            ),
        ),
        migrations.AddField(
            model_name="wishpartevent",
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
            model_name="wishpartevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="bookings.wishpart",
            ),
        ),
        migrations.AddField(
            model_name="wishpartevent",
            name="waiting",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="bookings.waitingentry",
                verbose_name="waiting family",
            ),
        ),
        migrations.AddField(
            model_name="wishpartevent",
            name="wish",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="bookings.wish",
                verbose_name="wish",
            ),
        ),
        migrations.AddField(
            model_name="wishserviceevent",
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
            model_name="wishserviceevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="bookings.wishservice",
            ),
        ),
        migrations.AddField(
            model_name="wishserviceevent",
            name="service",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="facilities.service",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="wishserviceevent",
            name="wish",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="bookings.wish",
                verbose_name="wish",
            ),
        ),
        migrations.RunSQL(COUNTS, migrations.RunSQL.noop),
        migrations.RunSQL(WISHES, migrations.RunSQL.noop),
        migrations.RunSQL(SERVICES, migrations.RunSQL.noop),
        migrations.RunSQL(PARTS, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="unmetcountevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f950b25e85d6fa4298931daaadffbc6d6a89ebc6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b7430",
                    table="bookings_unmetcountevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8714c4041b16c3506c6f14bf5b7c25d92fe4b7df",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_18edf",
                    table="bookings_wishevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishpartevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9070f48ab8beb47e81259018cb68783e8a7bd48c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_dc3ce",
                    table="bookings_wishpartevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wishserviceevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="51cbadda1f2dcf7922e1025edba02722c8e49484",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_046b3",
                    table="bookings_wishserviceevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
