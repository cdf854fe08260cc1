import django.db.models.deletion
import pgtrigger.compiler
import sankecare.create_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('facilities', '0001_initial'),
    ]

    operations = [
        sankecare.create_tables.CreateTables(
            models=[migrations.CreateModel(
                name='PublishedFacilityYear',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('facility', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='facilities.facility', verbose_name='facility')),
                    ('fiscal_year', models.PositiveSmallIntegerField(verbose_name='fiscal year')),
                    ('short_stay_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='short-stay days')),
                    ('day_care_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='day-care days')),
                    ('total_days', models.PositiveIntegerField(verbose_name='total days')),
                    ('families', models.PositiveIntegerField(verbose_name='unduplicated families')),
                    ('occupancy_percent', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='occupancy, percent')),
                    ('capacity_note', models.CharField(blank=True, max_length=300, verbose_name='note on slots')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='SEED', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'published usage of a facility',
                    'verbose_name_plural': 'published usage of facilities',
                    'ordering': ['facility', 'fiscal_year'],
                    'constraints': [models.UniqueConstraint(fields=('facility', 'fiscal_year'), name='published_usage_once')],
                },
            ), migrations.CreateModel(
                name='PublishedDistrictYear',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('district', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='facilities.district', verbose_name='district')),
                    ('fiscal_year', models.PositiveSmallIntegerField(verbose_name='fiscal year')),
                    ('families', models.PositiveIntegerField(verbose_name='unduplicated families')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='SEED', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'published families of a district',
                    'verbose_name_plural': 'published families of districts',
                    'ordering': ['fiscal_year', 'district'],
                    'constraints': [models.UniqueConstraint(fields=('district', 'fiscal_year'), name='published_district_once')],
                },
            ), migrations.CreateModel(
                name='PublishedDistrictTotal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('fiscal_year', models.PositiveSmallIntegerField(unique=True, verbose_name='fiscal year')),
                    ('families', models.PositiveIntegerField(verbose_name='unduplicated families')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='SEED', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'published total of the districts',
                    'verbose_name_plural': 'published totals of the districts',
                    'ordering': ['fiscal_year'],
                },
            ), migrations.CreateModel(
                name='BirthsOfYear',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('year', models.PositiveSmallIntegerField(unique=True, verbose_name='calendar year')),
                    ('births', models.PositiveIntegerField(verbose_name='births')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='SEED', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'births in a year',
                    'verbose_name_plural': 'births by year',
                    'ordering': ['year'],
                },
            ), migrations.CreateModel(
                name='PublishedFigure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('figure', models.SlugField(max_length=40, verbose_name='figure')),
                    ('fiscal_year', models.PositiveSmallIntegerField(verbose_name='fiscal year')),
                    ('value', models.PositiveIntegerField(verbose_name='value')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='SEED', max_length=10, verbose_name='source')),
                    ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ],
                options={
                    'verbose_name': 'published figure',
                    'verbose_name_plural': 'published figures',
                    'ordering': ['figure', 'fiscal_year'],
                    'constraints': [models.UniqueConstraint(fields=('figure', 'fiscal_year'), name='published_figure_once')],
                },
            ), migrations.CreateModel(
                name='LoadedWardRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('ward', models.SlugField(verbose_name='ward')),
                    ('file', models.CharField(max_length=60, verbose_name='file')),
                    ('key', models.CharField(max_length=300, verbose_name='key in the file')),
                    ('record', models.CharField(max_length=40, verbose_name='number of the record')),
                    ('content', models.JSONField(verbose_name='as loaded')),
                ],
                options={
                    'verbose_name': "loaded row of a ward's files",
                    'verbose_name_plural': "loaded rows of a ward's files",
                    'constraints': [models.UniqueConstraint(fields=('ward', 'file', 'key'), name='loaded_ward_row_once')],
                },
            ), migrations.CreateModel(
                name='PracticeNote',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('fiscal_year', models.PositiveSmallIntegerField(verbose_name='fiscal year')),
                    ('title', models.CharField(max_length=80, verbose_name='title')),
                    ('text', models.TextField(max_length=1000, verbose_name='what was done and what came of it')),
                    ('facility', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.facility', verbose_name='facility')),
                    ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='district')),
                    ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                    ('written_at', models.DateTimeField(verbose_name='written at')),
                    ('state', models.CharField(choices=[('waiting', 'Not reviewed yet'), ('taken', 'In the pack'), ('left_out', 'Left out')], default='waiting', max_length=8, verbose_name='state')),
                    ('wording', models.TextField(blank=True, max_length=1000, verbose_name='wording in the pack')),
                    ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewed by')),
                    ('reviewed_at', models.DateTimeField(blank=True, null=True, verbose_name='reviewed at')),
                ],
                options={
                    'verbose_name': 'good practice note',
                    'verbose_name_plural': 'good practice notes',
                    'ordering': ['-written_at', '-pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at__isnull', True), ('reviewed_by__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='practice_review_is_signed'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'taken'), _negated=True), models.Q(('wording', ''), _negated=True), _connector='OR'), name='practice_taken_has_wording')],
                    'triggers': [pgtrigger.compiler.Trigger(name='practice_as_written', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."fiscal_year" IS DISTINCT FROM (NEW."fiscal_year") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."facility_id" IS DISTINCT FROM (NEW."facility_id") OR OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."written_by_id" IS DISTINCT FROM (NEW."written_by_id") OR OLD."written_at" IS DISTINCT FROM (NEW."written_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2d186061dbd072c120e36ddeed45febafa4a7128', operation='UPDATE', pgid='pgtrigger_practice_as_written_e4d0c', table='reports_practicenote', when='BEFORE')), pgtrigger.compiler.Trigger(name='practice_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='58cda22cd901cafc3c92b3fe84feaa93191c1da4', operation='DELETE', pgid='pgtrigger_practice_kept_99140', table='reports_practicenote', when='BEFORE'))],
                },
            )],
        ),
    ]
