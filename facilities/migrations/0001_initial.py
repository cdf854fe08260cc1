import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import sankecare.create_tables
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('sankecare', '0001_extensions'),
    ]

    operations = [
        sankecare.create_tables.CreateTables(
            models=[migrations.CreateModel(
                name='District',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('slug', models.SlugField(unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=40, verbose_name='name')),
                    ('name_en', models.CharField(max_length=40, verbose_name='English name')),
                    ('health_section', models.CharField(max_length=60, verbose_name='health section')),
                    ('caseworker_section', models.CharField(max_length=60, verbose_name='caseworker section')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ],
                options={
                    'verbose_name': 'district',
                    'verbose_name_plural': 'districts',
                    'ordering': ['position'],
                },
            ), migrations.CreateModel(
                name='Town',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40, unique=True, verbose_name='name')),
                    ('name_kana', models.CharField(max_length=60, verbose_name='kana')),
                    ('chome_count', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='number of chome')),
                ],
                options={
                    'verbose_name': 'town',
                    'verbose_name_plural': 'towns',
                    'ordering': ['name_kana'],
                },
            ), migrations.CreateModel(
                name='TownArea',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('town', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='facilities.town', verbose_name='town')),
                    ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='facilities.district', verbose_name='district')),
                    ('chome_from', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='from chome')),
                    ('chome_to', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='to chome')),
                    ('block_from', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='from block')),
                    ('block_to', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='to block')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'part of a town',
                    'verbose_name_plural': 'parts of towns',
                    'ordering': ['town', 'chome_from', 'block_from'],
                    'constraints': [models.UniqueConstraint(fields=('town', 'chome_from', 'block_from'), name='town_area_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('block_from__isnull', True), models.Q(('chome_from__isnull', False), ('chome_to', models.F('chome_from'))), _connector='OR'), name='town_area_block_within_one_chome')],
                },
            ), migrations.CreateModel(
                name='Facility',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('slug', models.SlugField(unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('name_en', models.CharField(max_length=80, verbose_name='English name')),
                    ('name_kana', models.CharField(blank=True, max_length=120, verbose_name='kana')),
                    ('operator', models.CharField(max_length=120, verbose_name='operated by')),
                    ('opened_on', models.DateField(verbose_name='in the programme since')),
                    ('phone', models.CharField(blank=True, max_length=20, verbose_name='telephone')),
                    ('extras', models.TextField(blank=True, verbose_name='also offered, self-paid or free')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ],
                options={
                    'verbose_name': 'facility',
                    'verbose_name_plural': 'facilities',
                    'ordering': ['position'],
                },
            ), migrations.CreateModel(
                name='FacilityAddress',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('facility', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='facilities.facility', verbose_name='facility')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('address', models.CharField(max_length=200, verbose_name='address')),
                    ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'facility address',
                    'verbose_name_plural': 'facility addresses',
                    'ordering': ['facility', 'period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('facility', '='), ('period', '&&')], name='facility_address_no_overlap')],
                },
            ), migrations.CreateModel(
                name='PlacePool',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('facility', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pools', to='facilities.facility', verbose_name='facility')),
                    ('slug', models.SlugField(verbose_name='code')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('unit', models.CharField(default='組', max_length=20, verbose_name='unit of a slot')),
                ],
                options={
                    'verbose_name': 'place pool',
                    'verbose_name_plural': 'place pools',
                    'ordering': ['facility', 'slug'],
                    'constraints': [models.UniqueConstraint(fields=('facility', 'slug'), name='pool_once_a_facility')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_placepoolevent" ("facility_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "unit") VALUES (NEW."facility_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug", NEW."unit"); RETURN NULL;', hash='e4c848fabda077d30d943d5f46f0e10738650085', operation='INSERT', pgid='pgtrigger_insert_insert_983d3', table='facilities_placepool', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "facilities_placepoolevent" ("facility_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "unit") VALUES (NEW."facility_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug", NEW."unit"); RETURN NULL;', hash='530934d511b96e475c08d0a9f511f33863195bff', operation='UPDATE', pgid='pgtrigger_update_update_2f843', table='facilities_placepool', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_placepoolevent" ("facility_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "unit") VALUES (OLD."facility_id", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug", OLD."unit"); RETURN NULL;', hash='5d8fd05c87df7441a42de6cbcaa1d379e088d0e8', operation='DELETE', pgid='pgtrigger_delete_delete_62a44', table='facilities_placepool', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='PlacePoolEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='facilities.placepool')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('facility', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.facility', verbose_name='facility')),
                    ('slug', models.SlugField(db_index=False, verbose_name='code')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('unit', models.CharField(default='組', max_length=20, verbose_name='unit of a slot')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Service',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('slug', models.CharField(max_length=80, unique=True, verbose_name='code')),
                    ('facility', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='services', to='facilities.facility', verbose_name='facility')),
                    ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='facilities.placepool', verbose_name='place pool')),
                    ('kind', models.CharField(choices=[('short_stay', 'Short stay'), ('day_care', 'Day care'), ('outreach', 'Outreach'), ('online_consultation', 'Online consultation')], max_length=20, verbose_name='kind')),
                    ('offered', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='offered')),
                    ('description', models.TextField(blank=True, verbose_name='description')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ],
                options={
                    'verbose_name': 'service',
                    'verbose_name_plural': 'services',
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(fields=('facility', 'kind'), name='service_once_a_facility')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_serviceevent" ("description", "facility_id", "id", "kind", "offered", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "position", "slug") VALUES (NEW."description", NEW."facility_id", NEW."id", NEW."kind", NEW."offered", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pool_id", NEW."position", NEW."slug"); RETURN NULL;', hash='b30430093ddc4dd56f6268d65466a373da905911', operation='INSERT', pgid='pgtrigger_insert_insert_98d3e', table='facilities_service', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "facilities_serviceevent" ("description", "facility_id", "id", "kind", "offered", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "position", "slug") VALUES (NEW."description", NEW."facility_id", NEW."id", NEW."kind", NEW."offered", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pool_id", NEW."position", NEW."slug"); RETURN NULL;', hash='bf66c059c5cf00fbb4157b2891a746e2234e9651', operation='UPDATE', pgid='pgtrigger_update_update_e851c', table='facilities_service', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_serviceevent" ("description", "facility_id", "id", "kind", "offered", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "position", "slug") VALUES (OLD."description", OLD."facility_id", OLD."id", OLD."kind", OLD."offered", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pool_id", OLD."position", OLD."slug"); RETURN NULL;', hash='affad314eea5141481ef88115878b2771519fccc', operation='DELETE', pgid='pgtrigger_delete_delete_fc8f8', table='facilities_service', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ServiceEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='facilities.service')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('slug', models.CharField(max_length=80, verbose_name='code')),
                    ('facility', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.facility', verbose_name='facility')),
                    ('pool', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.placepool', verbose_name='place pool')),
                    ('kind', models.CharField(choices=[('short_stay', 'Short stay'), ('day_care', 'Day care'), ('outreach', 'Outreach'), ('online_consultation', 'Online consultation')], max_length=20, verbose_name='kind')),
                    ('offered', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='offered')),
                    ('description', models.TextField(blank=True, verbose_name='description')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='ServiceTermsRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='facilities.service', verbose_name='service')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('age_limit_months', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(36)], verbose_name='under how many months')),
                    ('takes_siblings', models.BooleanField(default=False, verbose_name='takes a sibling')),
                    ('max_sibling_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='sibling: days at most a use')),
                    ('sibling_rooms', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rooms that take a sibling')),
                    ('requires_facility_use', models.BooleanField(default=False, verbose_name='only after a use of this facility')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'terms of a service',
                    'verbose_name_plural': 'terms of services',
                    'ordering': ['service', 'period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('service', '='), ('period', '&&')], name='service_terms_no_overlap')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_servicetermsrowevent" ("age_limit_months", "id", "max_sibling_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requires_facility_use", "service_id", "sibling_rooms", "source", "takes_siblings") VALUES (NEW."age_limit_months", NEW."id", NEW."max_sibling_days", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."requires_facility_use", NEW."service_id", NEW."sibling_rooms", NEW."source", NEW."takes_siblings"); RETURN NULL;', hash='bce71ddcb4af1af31a7101057123433749289dcc', operation='INSERT', pgid='pgtrigger_insert_insert_44423', table='facilities_servicetermsrow', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "facilities_servicetermsrowevent" ("age_limit_months", "id", "max_sibling_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requires_facility_use", "service_id", "sibling_rooms", "source", "takes_siblings") VALUES (NEW."age_limit_months", NEW."id", NEW."max_sibling_days", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."requires_facility_use", NEW."service_id", NEW."sibling_rooms", NEW."source", NEW."takes_siblings"); RETURN NULL;', hash='23e131c401cd73de82fb81015d232fc127d9d481', operation='UPDATE', pgid='pgtrigger_update_update_8efa2', table='facilities_servicetermsrow', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_servicetermsrowevent" ("age_limit_months", "id", "max_sibling_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "requires_facility_use", "service_id", "sibling_rooms", "source", "takes_siblings") VALUES (OLD."age_limit_months", OLD."id", OLD."max_sibling_days", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."requires_facility_use", OLD."service_id", OLD."sibling_rooms", OLD."source", OLD."takes_siblings"); RETURN NULL;', hash='b9818a6096ecc18e5995f2992a02fb67253c75ea', operation='DELETE', pgid='pgtrigger_delete_delete_badf6', table='facilities_servicetermsrow', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ServiceTermsRowEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='facilities.servicetermsrow')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('service', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.service', verbose_name='service')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('age_limit_months', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(36)], verbose_name='under how many months')),
                    ('takes_siblings', models.BooleanField(default=False, verbose_name='takes a sibling')),
                    ('max_sibling_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='sibling: days at most a use')),
                    ('sibling_rooms', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rooms that take a sibling')),
                    ('requires_facility_use', models.BooleanField(default=False, verbose_name='only after a use of this facility')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='FacilityOption',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('facility', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='facilities.facility', verbose_name='facility')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('name_en', models.CharField(max_length=60, verbose_name='English name')),
                    ('amount', models.PositiveIntegerField(blank=True, null=True, verbose_name='yen each')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'option of a facility',
                    'verbose_name_plural': 'options of facilities',
                    'ordering': ['facility', 'pk'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('facility', '='), ('name', '='), ('period', '&&')], name='facility_option_no_overlap')],
                },
            ), migrations.CreateModel(
                name='PublicHoliday',
                fields=[
                    ('day', models.DateField(primary_key=True, serialize=False, verbose_name='day')),
                    ('name', models.CharField(max_length=40, verbose_name='name')),
                ],
                options={
                    'verbose_name': 'public holiday',
                    'verbose_name_plural': 'public holidays',
                    'ordering': ['day'],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_publicholidayevent" ("day", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."day", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."day"); RETURN NULL;', hash='13d4b5082d715deb9fc1ff77c4d25fe95ff4f425', operation='INSERT', pgid='pgtrigger_insert_insert_3eaaf', table='facilities_publicholiday', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "facilities_publicholidayevent" ("day", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."day", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."day"); RETURN NULL;', hash='8798fe69a2c94d5254257cd76a8b1622be85bdd8', operation='UPDATE', pgid='pgtrigger_update_update_02ee1', table='facilities_publicholiday', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_publicholidayevent" ("day", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."day", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."day"); RETURN NULL;', hash='155467a99dfe733bf3012b08076ea2980fe802cd', operation='DELETE', pgid='pgtrigger_delete_delete_3b43e', table='facilities_publicholiday', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='PublicHolidayEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='facilities.publicholiday')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('day', models.DateField(serialize=False, verbose_name='day')),
                    ('name', models.CharField(max_length=40, verbose_name='name')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='WeeklyPattern',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('pool', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='facilities.placepool', verbose_name='place pool')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(6)]), size=None, verbose_name='weekdays (0 = Monday)')),
                    ('keeps_public_holidays', models.BooleanField(default=False, verbose_name='closed on public holidays')),
                ],
                options={
                    'verbose_name': 'weekly pattern',
                    'verbose_name_plural': 'weekly patterns',
                    'ordering': ['pool', 'period'],
                    'abstract': False,
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('pool', '='), ('period', '&&')], name='weekly_pattern_no_overlap')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_weeklypatternevent" ("id", "keeps_public_holidays", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "source", "weekdays") VALUES (NEW."id", NEW."keeps_public_holidays", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pool_id", NEW."reason", NEW."source", NEW."weekdays"); RETURN NULL;', hash='c080e964bbffd71a2a2101c5ec5cb54731d59007', operation='INSERT', pgid='pgtrigger_insert_insert_5a403', table='facilities_weeklypattern', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "facilities_weeklypatternevent" ("id", "keeps_public_holidays", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "source", "weekdays") VALUES (NEW."id", NEW."keeps_public_holidays", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pool_id", NEW."reason", NEW."source", NEW."weekdays"); RETURN NULL;', hash='8a41ff777f15d3f0f55f964d9f8f8ecd3e44cfdd', operation='UPDATE', pgid='pgtrigger_update_update_6a5a5', table='facilities_weeklypattern', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_weeklypatternevent" ("id", "keeps_public_holidays", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "source", "weekdays") VALUES (OLD."id", OLD."keeps_public_holidays", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pool_id", OLD."reason", OLD."source", OLD."weekdays"); RETURN NULL;', hash='734c8275e244c2244b43c227db9567b0bdaac03d', operation='DELETE', pgid='pgtrigger_delete_delete_0a741', table='facilities_weeklypattern', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='WeeklyPatternEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='facilities.weeklypattern')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('pool', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.placepool', verbose_name='place pool')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(6)]), size=None, verbose_name='weekdays (0 = Monday)')),
                    ('keeps_public_holidays', models.BooleanField(default=False, verbose_name='closed on public holidays')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Capacity',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('pool', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='facilities.placepool', verbose_name='place pool')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('slots', models.PositiveSmallIntegerField(verbose_name='slots a day')),
                ],
                options={
                    'verbose_name': 'capacity',
                    'verbose_name_plural': 'capacities',
                    'ordering': ['pool', 'period'],
                    'abstract': False,
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('pool', '='), ('period', '&&')], name='capacity_no_overlap')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_capacityevent" ("id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "slots", "source") VALUES (NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pool_id", NEW."reason", NEW."slots", NEW."source"); RETURN NULL;', hash='a3eba88b5684351c0a3cea8bb435209e940baee8', operation='INSERT', pgid='pgtrigger_insert_insert_255ad', table='facilities_capacity', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "facilities_capacityevent" ("id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "slots", "source") VALUES (NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pool_id", NEW."reason", NEW."slots", NEW."source"); RETURN NULL;', hash='00e63cc1fbe88c8111589aec1df168e66b1341ee', operation='UPDATE', pgid='pgtrigger_update_update_4c026', table='facilities_capacity', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_capacityevent" ("id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "slots", "source") VALUES (OLD."id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pool_id", OLD."reason", OLD."slots", OLD."source"); RETURN NULL;', hash='d5d6cbd01a9f30c8e9ec65ae7384668ce8b304c1', operation='DELETE', pgid='pgtrigger_delete_delete_390b2', table='facilities_capacity', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='CapacityEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='facilities.capacity')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('pool', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.placepool', verbose_name='place pool')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('slots', models.PositiveSmallIntegerField(verbose_name='slots a day')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Closure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('pool', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='facilities.placepool', verbose_name='place pool')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('repeats_yearly', models.BooleanField(default=False, verbose_name='every year')),
                    ('inferred', models.BooleanField(default=False, help_text='nobody published it', verbose_name='inferred')),
                ],
                options={
                    'verbose_name': 'closure',
                    'verbose_name_plural': 'closures',
                    'ordering': ['pool', 'period'],
                    'abstract': False,
                    'constraints': [models.CheckConstraint(condition=models.Q(('period__isempty', False)), name='closure_has_days'), models.CheckConstraint(condition=models.Q(('repeats_yearly', False), ('period__upper_inf', False), _connector='OR'), name='closure_repeating_is_bounded')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_closureevent" ("id", "inferred", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "repeats_yearly", "source") VALUES (NEW."id", NEW."inferred", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pool_id", NEW."reason", NEW."repeats_yearly", NEW."source"); RETURN NULL;', hash='da8848c76b44b0badc57de780a4b9aa65b0cd2e0', operation='INSERT', pgid='pgtrigger_insert_insert_493b7', table='facilities_closure', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "facilities_closureevent" ("id", "inferred", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "repeats_yearly", "source") VALUES (NEW."id", NEW."inferred", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pool_id", NEW."reason", NEW."repeats_yearly", NEW."source"); RETURN NULL;', hash='5fdfbd588c46dd91f4771dff21d16d776438ed44', operation='UPDATE', pgid='pgtrigger_update_update_cb5ac', table='facilities_closure', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_closureevent" ("id", "inferred", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "repeats_yearly", "source") VALUES (OLD."id", OLD."inferred", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pool_id", OLD."reason", OLD."repeats_yearly", OLD."source"); RETURN NULL;', hash='4cd50ac287c9c844e54c40c0aa5afa2701648acb', operation='DELETE', pgid='pgtrigger_delete_delete_f8366', table='facilities_closure', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ClosureEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='facilities.closure')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('pool', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.placepool', verbose_name='place pool')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('repeats_yearly', models.BooleanField(default=False, verbose_name='every year')),
                    ('inferred', models.BooleanField(default=False, help_text='nobody published it', verbose_name='inferred')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='DayOverride',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('pool', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dayoverrides', to='facilities.placepool', verbose_name='place pool')),
                    ('day', models.DateField(verbose_name='day')),
                    ('slots', models.PositiveSmallIntegerField(verbose_name='slots')),
                    ('reason', models.CharField(max_length=200, verbose_name='reason')),
                    ('inferred', models.BooleanField(default=False, help_text='nobody published it', verbose_name='inferred')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'per-day override',
                    'verbose_name_plural': 'per-day overrides',
                    'ordering': ['pool', 'day'],
                    'constraints': [models.UniqueConstraint(fields=('pool', 'day'), name='day_override_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='day_override_has_reason')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_dayoverrideevent" ("day", "id", "inferred", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "slots", "source") VALUES (NEW."day", NEW."id", NEW."inferred", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pool_id", NEW."reason", NEW."slots", NEW."source"); RETURN NULL;', hash='37a7886f5d34c132202682c65d3ae141da6d3e84', operation='INSERT', pgid='pgtrigger_insert_insert_2f397', table='facilities_dayoverride', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "facilities_dayoverrideevent" ("day", "id", "inferred", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "slots", "source") VALUES (NEW."day", NEW."id", NEW."inferred", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pool_id", NEW."reason", NEW."slots", NEW."source"); RETURN NULL;', hash='c5f20df1d850d69a7fd1ae17026251c761a7fe80', operation='UPDATE', pgid='pgtrigger_update_update_3320a', table='facilities_dayoverride', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "facilities_dayoverrideevent" ("day", "id", "inferred", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "reason", "slots", "source") VALUES (OLD."day", OLD."id", OLD."inferred", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pool_id", OLD."reason", OLD."slots", OLD."source"); RETURN NULL;', hash='b8f8724316576528761c524e0c1dce5573292947', operation='DELETE', pgid='pgtrigger_delete_delete_096ba', table='facilities_dayoverride', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='DayOverrideEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='facilities.dayoverride')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('pool', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.placepool', verbose_name='place pool')),
                    ('day', models.DateField(verbose_name='day')),
                    ('slots', models.PositiveSmallIntegerField(verbose_name='slots')),
                    ('reason', models.CharField(max_length=200, verbose_name='reason')),
                    ('inferred', models.BooleanField(default=False, help_text='nobody published it', verbose_name='inferred')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'abstract': False,
                },
            )],
        ),
    ]
