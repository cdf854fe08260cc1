import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import sankecare.create_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('enrollment', '0002_initial'),
        ('mfa', '0003_authenticator_type_uniq'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        sankecare.create_tables.CreateTables(
            models=[migrations.CreateModel(
                name='SecondFactor',
                fields=[
                ],
                options={
                    'verbose_name': 'second factor',
                    'verbose_name_plural': 'second factors',
                    'proxy': True,
                },
                bases=('mfa.authenticator',),
            ), migrations.CreateModel(
                name='SecondFactorEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.secondfactor')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('type', models.CharField(choices=[('recovery_codes', 'Recovery codes'), ('totp', 'TOTP Authenticator'), ('webauthn', 'WebAuthn')], max_length=20)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='416cdc417a9e5a6fcfc7f186030520f0f2851697', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_877e2', table='accounts_secondfactorevent', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='AccessLogEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('role', models.CharField(choices=[('mother', 'Mother'), ('operator', 'Operator (midwife)'), ('facility_manager', 'Facility manager'), ('ward_staff', 'Ward staff'), ('supervisor', 'Supervisor'), ('health_nurse', 'Health nurse'), ('caseworker', 'Caseworker'), ('account_admin', 'Administrator of accounts'), ('auditor', 'Auditor')], max_length=20, verbose_name='role then')),
                    ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='enrollment.family', verbose_name='family')),
                    ('page', models.CharField(max_length=80, verbose_name='page')),
                    ('sensitive', models.BooleanField(default=False, verbose_name='behind protection')),
                ],
                options={
                    'verbose_name': 'look',
                    'verbose_name_plural': 'looks',
                    'ordering': ['-at', '-pk'],
                    'indexes': [models.Index(fields=['family', '-at'], name='look_of_family'), models.Index(fields=['user', '-at'], name='look_of_user')],
                    'triggers': [pgtrigger.compiler.Trigger(name='look_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6083ba8a1cfb0c7a0546252d8c8883043b470568', operation='UPDATE OR DELETE', pgid='pgtrigger_look_kept_4a495', table='accounts_accesslogentry', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='AccessLogLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('last_look', models.PositiveBigIntegerField(unique=True, verbose_name='last look sealed')),
                    ('count', models.PositiveBigIntegerField(verbose_name='looks in this link')),
                    ('digest', models.CharField(max_length=64, verbose_name='digest')),
                    ('sealed_at', models.DateTimeField(verbose_name='sealed at')),
                ],
                options={
                    'verbose_name': 'seal of the looks',
                    'verbose_name_plural': 'seals of the looks',
                    'ordering': ['last_look'],
                    'triggers': [pgtrigger.compiler.Trigger(name='look_seal_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='02c89af65f3dcb2692854093bc47eae490113976', operation='UPDATE OR DELETE', pgid='pgtrigger_look_seal_kept_72f31', table='accounts_accessloglink', when='BEFORE'))],
                },
            )],
        ),
        # Of a proxy: its triggers stand on the table of another app.
        pgtrigger.migrations.AddTrigger(
            model_name="secondfactor",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_secondfactorevent" ("created_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "type", "user_id") VALUES (NEW."created_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."type", NEW."user_id"); RETURN NULL;',
                    hash="2e4538fe13a3ac2f31f62393acd5b4c35e4fc50f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5f385",
                    table="mfa_authenticator",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="secondfactor",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.user_id IS DISTINCT FROM NEW.user_id OR OLD.type IS DISTINCT FROM NEW.type\n    OR OLD.data -> 'secret' IS DISTINCT FROM NEW.data -> 'secret'\n    OR OLD.data -> 'seed' IS DISTINCT FROM NEW.data -> 'seed'\n    OR OLD.data -> 'credential' -> 'id' IS DISTINCT FROM NEW.data -> 'credential' -> 'id')",
                    func='INSERT INTO "accounts_secondfactorevent" ("created_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "type", "user_id") VALUES (NEW."created_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."type", NEW."user_id"); RETURN NULL;',
                    hash="15a88fb0434b024c23b9da44ad05e67d72968524",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c64d3",
                    table="mfa_authenticator",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="secondfactor",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_secondfactorevent" ("created_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "type", "user_id") VALUES (OLD."created_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."type", OLD."user_id"); RETURN NULL;',
                    hash="4d3c9cb9b8444955078a71586cf7d2c5303cc367",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_7e8c8",
                    table="mfa_authenticator",
                    when="AFTER",
                ),
            ),
        ),
    ]
