import django.db.models.deletion
import pgtrigger.compiler
import sankecare.create_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('enrollment', '0001_initial'),
    ]

    operations = [
        sankecare.create_tables.CreateTables(
            models=[migrations.CreateModel(
                name='AccessLogEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('role', models.CharField(choices=[('mother', 'Mother'), ('operator', 'Operator (midwife)'), ('facility_manager', 'Facility manager'), ('ward_staff', 'Ward staff'), ('supervisor', 'Supervisor'), ('health_nurse', 'Health nurse'), ('caseworker', 'Caseworker'), ('auditor', 'Auditor')], max_length=20, verbose_name='role then')),
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
    ]
