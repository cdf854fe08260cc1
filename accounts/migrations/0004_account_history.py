import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import sankecare.email_addresses


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_account_tables"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="user",
            name="password_set_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="password set"),
        ),
        migrations.AddField(
            model_name="userevent",
            name="email",
            field=sankecare.email_addresses.EmailAddressField(
                blank=True, db_default="", default="", max_length=254, verbose_name="e-mail address"
            ),
        ),
        migrations.AddField(
            model_name="userevent",
            name="password_set_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="password set"),
        ),
        migrations.AlterField(
            model_name="accesslogentry",
            name="role",
            field=models.CharField(
                choices=[
                    ("mother", "Mother"),
                    ("operator", "Operator (midwife)"),
                    ("facility_manager", "Facility manager"),
                    ("ward_staff", "Ward staff"),
                    ("supervisor", "Supervisor"),
                    ("health_nurse", "Health nurse"),
                    ("caseworker", "Caseworker"),
                    ("account_admin", "Administrator of accounts"),
                    ("auditor", "Auditor"),
                ],
                max_length=20,
                verbose_name="role then",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=sankecare.email_addresses.EmailAddressField(
                blank=True, db_default="", default="", max_length=254, verbose_name="e-mail address"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("mother", "Mother"),
                    ("operator", "Operator (midwife)"),
                    ("facility_manager", "Facility manager"),
                    ("ward_staff", "Ward staff"),
                    ("supervisor", "Supervisor"),
                    ("health_nurse", "Health nurse"),
                    ("caseworker", "Caseworker"),
                    ("account_admin", "Administrator of accounts"),
                    ("auditor", "Auditor"),
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="userevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="userevent",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("mother", "Mother"),
                    ("operator", "Operator (midwife)"),
                    ("facility_manager", "Facility manager"),
                    ("ward_staff", "Ward staff"),
                    ("supervisor", "Supervisor"),
                    ("health_nurse", "Health nurse"),
                    ("caseworker", "Caseworker"),
                    ("account_admin", "Administrator of accounts"),
                    ("auditor", "Auditor"),
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="password_moment",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NEW.password IS DISTINCT FROM OLD.password THEN\n                        NEW.password_set_at := clock_timestamp();\n                    ELSE\n                        NEW.password_set_at := OLD.password_set_at;\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="6e1e52c485cd6a069da13e8288ee971f73452120",
                    operation="UPDATE",
                    pgid="pgtrigger_password_moment_3a410",
                    table="accounts_user",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_userevent" ("district_id", "email", "facility_id", "is_active", "is_staff", "is_superuser", "password_set_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."district_id", NEW."email", NEW."facility_id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."password_set_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role"); RETURN NULL;',
                    hash="bca913d7384a52495f4f4f163f36ebe08d3f7619",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3867c",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."facility_id" IS DISTINCT FROM (NEW."facility_id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."password_set_at" IS DISTINCT FROM (NEW."password_set_at") OR OLD."role" IS DISTINCT FROM (NEW."role"))',
                    func='INSERT INTO "accounts_userevent" ("district_id", "email", "facility_id", "is_active", "is_staff", "is_superuser", "password_set_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."district_id", NEW."email", NEW."facility_id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."password_set_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role"); RETURN NULL;',
                    hash="1b17345c859861757f156de7cad96885ee518f37",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0e890",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_userevent" ("district_id", "email", "facility_id", "is_active", "is_staff", "is_superuser", "password_set_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (OLD."district_id", OLD."email", OLD."facility_id", OLD."is_active", OLD."is_staff", OLD."is_superuser", OLD."password_set_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role"); RETURN NULL;',
                    hash="46ff19e5c0a617a63c13bc170494f31956625a61",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_19f14",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="userevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9e9498e73f6fbdf2642fb33fa14189f1ad2382c8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_45b21",
                    table="accounts_userevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
