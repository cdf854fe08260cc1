import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import sankecare.create_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('bookings', '0001_initial'),
        ('enrollment', '0002_initial'),
        ('facilities', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        sankecare.create_tables.CreateTables(
            models=[migrations.CreateModel(
                name='Tariff',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tariffs', to='facilities.service', verbose_name='service')),
                    ('component', models.CharField(choices=[('base', 'Mother and infant'), ('multiple', 'Each further infant of a multiple birth'), ('sibling', 'Sibling')], max_length=10, verbose_name='component')),
                    ('tax_class', models.CharField(choices=[('taxed', 'Taxed'), ('non_taxed', 'Non-taxed (per-capita levy only included)'), ('welfare', 'Receives public assistance')], max_length=10, verbose_name='tax class')),
                    ('amount', models.PositiveIntegerField(verbose_name='yen a day')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ],
                options={
                    'verbose_name': 'tariff',
                    'verbose_name_plural': 'tariffs',
                    'ordering': ['service', 'component', 'tax_class', 'period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('service', '='), ('component', '='), ('tax_class', '='), ('period', '&&')], name='tariff_no_overlap'), models.CheckConstraint(condition=models.Q(('component__in', ('base', 'multiple', 'sibling'))), name='tariff_component_is_priced')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "billing_tariffevent" ("amount", "component", "id", "note", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "source", "tax_class") VALUES (NEW."amount", NEW."component", NEW."id", NEW."note", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."service_id", NEW."source", NEW."tax_class"); RETURN NULL;', hash='0c47ec8cfe226b50a6b0dd947a48274d9ecdd798', operation='INSERT', pgid='pgtrigger_insert_insert_1e8eb', table='billing_tariff', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "billing_tariffevent" ("amount", "component", "id", "note", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "source", "tax_class") VALUES (NEW."amount", NEW."component", NEW."id", NEW."note", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."service_id", NEW."source", NEW."tax_class"); RETURN NULL;', hash='6cf75570c2f0331aa51d4d91736517446e6d1210', operation='UPDATE', pgid='pgtrigger_update_update_9019e', table='billing_tariff', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "billing_tariffevent" ("amount", "component", "id", "note", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "source", "tax_class") VALUES (OLD."amount", OLD."component", OLD."id", OLD."note", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."service_id", OLD."source", OLD."tax_class"); RETURN NULL;', hash='c9230f2aa6807cc56af757e5b73bcd73e673d7e8', operation='DELETE', pgid='pgtrigger_delete_delete_24803', table='billing_tariff', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='TariffEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='billing.tariff')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('service', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.service', verbose_name='service')),
                    ('component', models.CharField(choices=[('base', 'Mother and infant'), ('multiple', 'Each further infant of a multiple birth'), ('sibling', 'Sibling')], max_length=10, verbose_name='component')),
                    ('tax_class', models.CharField(choices=[('taxed', 'Taxed'), ('non_taxed', 'Non-taxed (per-capita levy only included)'), ('welfare', 'Receives public assistance')], max_length=10, verbose_name='tax class')),
                    ('amount', models.PositiveIntegerField(verbose_name='yen a day')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='CouponPolicy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('amount', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='yen off a day')),
                    ('per_mother', models.PositiveSmallIntegerField(verbose_name='coupons a mother')),
                    ('tax_class', models.CharField(choices=[('taxed', 'Taxed'), ('non_taxed', 'Non-taxed (per-capita levy only included)'), ('welfare', 'Receives public assistance')], default='taxed', max_length=10, verbose_name='tax class')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'coupon policy',
                    'verbose_name_plural': 'coupon policies',
                    'ordering': ['period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('tax_class', '='), ('period', '&&')], name='coupon_policy_no_overlap')],
                },
            ), migrations.CreateModel(
                name='Charge',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('booking', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='charge', to='bookings.booking', verbose_name='booking')),
                    ('issued_at', models.DateTimeField(verbose_name='issued at')),
                    ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                    ('total', models.PositiveIntegerField(verbose_name='total, yen')),
                    ('snapshot', models.JSONField(editable=False, verbose_name='computed from')),
                ],
                options={
                    'verbose_name': 'charge',
                    'verbose_name_plural': 'charges',
                    'ordering': ['-issued_at', '-pk'],
                    'triggers': [pgtrigger.compiler.Trigger(name='charge_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7d07273e0cef4b0a8269e611cb165e911497071f', operation='UPDATE OR DELETE', pgid='pgtrigger_charge_is_never_edited_79d5b', table='billing_charge', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ChargeLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.charge', verbose_name='charge')),
                    ('day', models.DateField(verbose_name='day')),
                    ('component', models.CharField(choices=[('base', 'Mother and infant'), ('multiple', 'Each further infant of a multiple birth'), ('sibling', 'Sibling'), ('coupon', 'Coupon')], max_length=10, verbose_name='component')),
                    ('quantity', models.PositiveSmallIntegerField(verbose_name='quantity')),
                    ('unit_amount', models.IntegerField(verbose_name='yen each')),
                    ('amount', models.IntegerField(verbose_name='yen')),
                ],
                options={
                    'verbose_name': 'line of a charge',
                    'verbose_name_plural': 'lines of a charge',
                    'ordering': ['charge', 'day', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('charge', 'day', 'component'), name='charge_line_once'), models.CheckConstraint(condition=models.Q(('amount', django.db.models.expressions.CombinedExpression(models.F('quantity'), '*', models.F('unit_amount')))), name='charge_line_adds_up'), models.CheckConstraint(condition=models.Q(models.Q(('amount__lte', 0), ('component', 'coupon')), ('amount__gte', 0), _connector='OR'), name='charge_line_only_coupon_lowers')],
                    'triggers': [pgtrigger.compiler.Trigger(name='charge_line_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='31e410258ae56a0ae74fd0784c557b51c9c5d38c', operation='UPDATE OR DELETE', pgid='pgtrigger_charge_line_is_never_edited_b401a', table='billing_chargeline', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='Adjustment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='billing.charge', verbose_name='charge')),
                    ('kind', models.CharField(choices=[('correction', 'Correction'), ('goodwill', 'Goodwill')], db_default='correction', default='correction', max_length=12, verbose_name='kind')),
                    ('amount', models.IntegerField(verbose_name='yen, signed')),
                    ('day', models.DateField(verbose_name='of the day')),
                    ('reason', models.CharField(max_length=400, verbose_name='reason')),
                    ('made_at', models.DateTimeField(verbose_name='made at')),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ],
                options={
                    'verbose_name': 'adjustment',
                    'verbose_name_plural': 'adjustments',
                    'ordering': ['charge', 'made_at'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='adjustment_has_reason'), models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='adjustment_is_not_zero'), models.CheckConstraint(condition=models.Q(('kind__in', ['correction', 'goodwill'])), name='adjustment_kind_is_known')],
                    'triggers': [pgtrigger.compiler.Trigger(name='adjustment_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b56da2df0927d25deb5ec496c7c5f8e81ab81ffe', operation='UPDATE OR DELETE', pgid='pgtrigger_adjustment_is_never_edited_506d2', table='billing_adjustment', when='BEFORE')), pgtrigger.compiler.Trigger(name='owed_never_below_zero', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owed bigint;', func="\n    PERFORM 1 FROM billing_charge WHERE id = NEW.charge_id FOR NO KEY UPDATE;\n    SELECT charge.total + coalesce((SELECT sum(amount) FROM billing_adjustment WHERE charge_id = charge.id), 0)\n      INTO owed FROM billing_charge charge WHERE charge.id = NEW.charge_id;\n    IF owed < 0 THEN\n        RAISE EXCEPTION 'charge %: % owed', NEW.charge_id, owed\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'owed_never_below_zero';\n    END IF;\n    IF (SELECT sum(amount) FROM billing_adjustment WHERE charge_id = NEW.charge_id AND kind = 'goodwill') > 0 THEN\n        RAISE EXCEPTION 'charge %: raised by goodwill', NEW.charge_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'goodwill_never_raises';\n    END IF;\n    RETURN NULL;\n", hash='c46a66dd6007ab2332b838e615ec86f6d4a51f45', operation='INSERT', pgid='pgtrigger_owed_never_below_zero_18d37', table='billing_adjustment', when='AFTER')), pgtrigger.compiler.Trigger(name='adjustment_of_a_day', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.day IS NULL THEN\n        NEW.day := coalesce(\n            (SELECT min(day) FROM billing_chargeline WHERE charge_id = NEW.charge_id), billing_day_of(NEW.made_at));\n    ELSIF EXISTS (SELECT 1 FROM billing_chargeline WHERE charge_id = NEW.charge_id)\n          AND NOT EXISTS (SELECT 1 FROM billing_chargeline WHERE charge_id = NEW.charge_id AND day = NEW.day)\n          AND NOT EXISTS (\n              SELECT 1 FROM bookings_bookingday booked JOIN billing_charge charge ON charge.id = NEW.charge_id\n               WHERE booked.booking_id = charge.booking_id AND booked.day = NEW.day) THEN\n        RAISE EXCEPTION 'charge %: % is no day of it', NEW.charge_id, NEW.day\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_of_a_day_of_its_stay';\n    END IF;\n    RETURN NEW;\n", hash='3d3a25ddcf13e876e49ba4bb50261e5ce1af6d9a', operation='INSERT', pgid='pgtrigger_adjustment_of_a_day_1d6e7', table='billing_adjustment', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ContractRate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contract_rates', to='facilities.service', verbose_name='service')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('amount', models.PositiveIntegerField(help_text='0: nothing is paid by the day, the contract covers it otherwise', verbose_name='yen a day')),
                    ('less_family_fees', models.BooleanField(choices=[(True, 'Yes: taken off'), (False, 'No')], help_text='whether the fees of the families, which the facility keeps, are taken off, as the contract says', verbose_name='less what families pay')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ],
                options={
                    'verbose_name': 'contract rate',
                    'verbose_name_plural': 'contract rates',
                    'ordering': ['service', 'period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('service', '='), ('period', '&&')], name='contract_rate_no_overlap')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "billing_contractrateevent" ("amount", "id", "less_family_fees", "note", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "source") VALUES (NEW."amount", NEW."id", NEW."less_family_fees", NEW."note", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."service_id", NEW."source"); RETURN NULL;', hash='bdcbde1a105427bd87b704a60cf99f994081add9', operation='INSERT', pgid='pgtrigger_insert_insert_8d92e', table='billing_contractrate', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "billing_contractrateevent" ("amount", "id", "less_family_fees", "note", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "source") VALUES (NEW."amount", NEW."id", NEW."less_family_fees", NEW."note", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."service_id", NEW."source"); RETURN NULL;', hash='eb8698938a04b0bca4f9467af128a4151534ff9f', operation='UPDATE', pgid='pgtrigger_update_update_66361', table='billing_contractrate', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "billing_contractrateevent" ("amount", "id", "less_family_fees", "note", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "source") VALUES (OLD."amount", OLD."id", OLD."less_family_fees", OLD."note", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."service_id", OLD."source"); RETURN NULL;', hash='b02902c86bff874ac31cb21e847a04925a13ddd3', operation='DELETE', pgid='pgtrigger_delete_delete_5fe2a', table='billing_contractrate', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ContractRateEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='billing.contractrate')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('service', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.service', verbose_name='service')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('amount', models.PositiveIntegerField(help_text='0: nothing is paid by the day, the contract covers it otherwise', verbose_name='yen a day')),
                    ('less_family_fees', models.BooleanField(choices=[(True, 'Yes: taken off'), (False, 'No')], help_text='whether the fees of the families, which the facility keeps, are taken off, as the contract says', verbose_name='less what families pay')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Claim',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='facilities.facility', verbose_name='facility')),
                    ('month', models.DateField(help_text='its first day', verbose_name='month')),
                    ('state', models.CharField(choices=[('submitted', 'Submitted'), ('returned', 'Returned to the facility'), ('accepted', 'Accepted')], default='submitted', max_length=10, verbose_name='state')),
                    ('snapshot', models.JSONField(editable=False, verbose_name='as submitted')),
                    ('digest', models.CharField(editable=False, max_length=64, verbose_name='digest of the record')),
                ],
                options={
                    'verbose_name': 'monthly claim',
                    'verbose_name_plural': 'monthly claims',
                    'ordering': ['-month', 'facility'],
                    'constraints': [models.UniqueConstraint(fields=('facility', 'month'), name='claim_one_a_month'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='claim_month_by_its_first_day')],
                    'triggers': [pgtrigger.compiler.Trigger(name='claim_states', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{submitted:returned,submitted:accepted,returned:submitted}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='3c97ac2859c4715e190c7f2c1ba7b8ef9cc998eb', operation='UPDATE', pgid='pgtrigger_claim_states_4ae1d', table='billing_claim', when='BEFORE')), pgtrigger.compiler.Trigger(name='claim_begins_submitted', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (NEW."state" = \'submitted\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;", hash='3db6d30ee272e9ed02b7e130abc593ba7e4ed09a', operation='INSERT', pgid='pgtrigger_claim_begins_submitted_381d7', table='billing_claim', when='BEFORE')), pgtrigger.compiler.Trigger(name='claim_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='8843539d3b291dfb740754b9c6887a9bcab56c18', operation='DELETE', pgid='pgtrigger_claim_kept_40e51', table='billing_claim', when='BEFORE')), pgtrigger.compiler.Trigger(name='claim_keeps_what_was_submitted', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.state = 'accepted' AND NEW.snapshot #>> '{record,amounts,total}' IS NULL THEN\n        RAISE EXCEPTION 'claim % has no amount', OLD.id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_accepted_has_amount';\n    END IF;\n    IF OLD.state = 'accepted'\n       OR (OLD.facility_id, OLD.month) IS DISTINCT FROM (NEW.facility_id, NEW.month)\n       OR ((OLD.snapshot, OLD.digest) IS DISTINCT FROM (NEW.snapshot, NEW.digest)\n           AND NOT (OLD.state = 'returned' AND NEW.state = 'submitted')) THEN\n        RAISE EXCEPTION 'claim % keeps what was submitted', OLD.id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_keeps_what_was_submitted';\n    END IF;\n    RETURN NEW;\n", hash='72dd21b12134eaae7a7d14dd2b00c04e2d0be72e', operation='UPDATE', pgid='pgtrigger_claim_keeps_what_was_submitted_ea52c', table='billing_claim', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ClaimStep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='billing.claim', verbose_name='monthly claim')),
                    ('state', models.CharField(choices=[('submitted', 'Submitted'), ('returned', 'Returned to the facility'), ('accepted', 'Accepted')], max_length=10, verbose_name='state')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('words', models.CharField(blank=True, max_length=1000, verbose_name='remark or reason')),
                    ('digest', models.CharField(max_length=64, verbose_name='digest of the record')),
                ],
                options={
                    'verbose_name': 'step of a claim',
                    'verbose_name_plural': 'steps of a claim',
                    'ordering': ['claim', 'at', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('state', 'returned'), ('words', ''), _negated=True), name='claim_return_has_reason')],
                    'triggers': [pgtrigger.compiler.Trigger(name='claim_step_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7268595548c4d28d438c3d518f0cb97b94968c7c', operation='UPDATE OR DELETE', pgid='pgtrigger_claim_step_is_never_edited_906ee', table='billing_claimstep', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='OpenItem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='open_items', to='billing.claim', verbose_name='monthly claim')),
                    ('position', models.PositiveSmallIntegerField(verbose_name='place in the claim')),
                    ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='open_items', to='bookings.booking', verbose_name='booking')),
                    ('day', models.DateField(verbose_name='day')),
                    ('why', models.CharField(choices=[('not_published', 'An amount was not published'), ('waits', 'The stay went on: its fee is worked out once it is over')], max_length=20, verbose_name='why')),
                    ('component', models.CharField(blank=True, choices=[('base', 'Mother and infant'), ('multiple', 'Each further infant of a multiple birth'), ('sibling', 'Sibling'), ('coupon', 'Coupon')], max_length=10, verbose_name='component')),
                    ('tax_class', models.CharField(blank=True, choices=[('taxed', 'Taxed'), ('non_taxed', 'Non-taxed (per-capita levy only included)'), ('welfare', 'Receives public assistance')], max_length=10, verbose_name='tax class')),
                    ('missing_day', models.DateField(blank=True, null=True, verbose_name='day without an amount')),
                    ('charge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='late_items', to='billing.charge', verbose_name='charge')),
                    ('enters', models.DateField(blank=True, help_text='its first day', null=True, verbose_name='enters the claim of')),
                ],
                options={
                    'verbose_name': 'open item of a claim',
                    'verbose_name_plural': 'open items of claims',
                    'ordering': ['claim', 'position'],
                    'constraints': [models.UniqueConstraint(fields=('booking', 'day'), name='open_item_once_a_day'), models.UniqueConstraint(fields=('claim', 'position'), name='open_item_one_a_place'), models.CheckConstraint(condition=models.Q(('why__in', ['not_published', 'waits'])), name='open_item_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('charge__isnull', True), ('enters__isnull', True)), models.Q(('charge__isnull', False), ('enters__day', 1), ('enters__gt', models.F('day')), ('enters__isnull', False)), _connector='OR'), name='open_item_enters_with_its_charge')],
                    'triggers': [pgtrigger.compiler.Trigger(name='open_item_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='29de0a7ab1e8c211844dbcb6987fa16b70fe20d7', operation='DELETE', pgid='pgtrigger_open_item_kept_5b042', table='billing_openitem', when='BEFORE')), pgtrigger.compiler.Trigger(name='open_item_is_of_its_claim', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.charge_id IS NOT NULL OR NOT EXISTS (\n        SELECT 1 FROM billing_claim claim\n          JOIN bookings_booking booking ON booking.id = NEW.booking_id\n          JOIN facilities_service service\n            ON service.id = booking.service_id AND service.facility_id = claim.facility_id\n          JOIN bookings_bookingday used\n            ON used.booking_id = booking.id AND used.day = NEW.day AND used.status = 'used'\n         WHERE claim.id = NEW.claim_id AND claim.state = 'accepted'\n           AND date_trunc('month', NEW.day)::date = claim.month\n    ) OR EXISTS (\n        SELECT 1 FROM billing_chargeline line JOIN billing_charge charge ON charge.id = line.charge_id\n         WHERE charge.booking_id = NEW.booking_id AND line.day = NEW.day\n    ) THEN\n        RAISE EXCEPTION 'booking % on %: not open in claim %', NEW.booking_id, NEW.day, NEW.claim_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'open_item_is_of_its_claim';\n    END IF;\n    RETURN NEW;\n", hash='740688d8c0d9df6b1c70e27a9dc34511bb8dafb0', operation='INSERT', pgid='pgtrigger_open_item_is_of_its_claim_e7068', table='billing_openitem', when='BEFORE')), pgtrigger.compiler.Trigger(name='open_item_settled_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF OLD.charge_id IS NOT NULL\n       OR (OLD.id, OLD.claim_id, OLD.position, OLD.booking_id, OLD.day, OLD.why, OLD.component, OLD.tax_class,\n           OLD.missing_day)\n          IS DISTINCT FROM\n          (NEW.id, NEW.claim_id, NEW.position, NEW.booking_id, NEW.day, NEW.why, NEW.component, NEW.tax_class,\n           NEW.missing_day) THEN\n        RAISE EXCEPTION 'open item % keeps what it says', OLD.id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'open_item_settled_once';\n    END IF;\n    IF NEW.enters <= (SELECT month FROM billing_claim WHERE id = NEW.claim_id)\n       OR NEW.booking_id IS DISTINCT FROM (SELECT booking_id FROM billing_charge WHERE id = NEW.charge_id) THEN\n        RAISE EXCEPTION 'open item % cannot enter the claim of %', OLD.id, NEW.enters\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'open_item_enters_a_later_claim';\n    END IF;\n    PERFORM billing_refuse_accepted_month(billing_facility_of_booking(NEW.booking_id), NEW.enters);\n    RETURN NEW;\n", hash='99434825bd3a99803774bc6f950c4ba1055545d8', operation='UPDATE', pgid='pgtrigger_open_item_settled_once_d1fca', table='billing_openitem', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='Payee',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payees', to='facilities.facility', verbose_name='facility')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('name', models.CharField(help_text='as in its register', max_length=80, verbose_name='name of the payee')),
                    ('representative', models.CharField(help_text='with the office held, such as 理事長 山田 花子', max_length=80, verbose_name='representative')),
                    ('address', models.CharField(max_length=160, verbose_name='address of the payee')),
                    ('registration_number', models.CharField(blank=True, help_text='empty where it has none', max_length=14, validators=[django.core.validators.RegexValidator('^T[0-9]{13}$', 'T and thirteen digits, such as T1234567890123.')], verbose_name='registration number for invoices')),
                    ('account', models.BinaryField(null=True, verbose_name='bank account, sealed')),
                ],
                options={
                    'verbose_name': 'payee',
                    'verbose_name_plural': 'payees',
                    'ordering': ['facility', 'period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('facility', '='), ('period', '&&')], name='payee_no_overlap')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "billing_payeeevent" ("account", "address", "facility_id", "id", "name", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_number", "representative") VALUES (NEW."account", NEW."address", NEW."facility_id", NEW."id", NEW."name", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."registration_number", NEW."representative"); RETURN NULL;', hash='562b6c75283c0cd947edc8640eb609ea1cd00520', operation='INSERT', pgid='pgtrigger_insert_insert_2d039', table='billing_payee', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "billing_payeeevent" ("account", "address", "facility_id", "id", "name", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_number", "representative") VALUES (NEW."account", NEW."address", NEW."facility_id", NEW."id", NEW."name", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."registration_number", NEW."representative"); RETURN NULL;', hash='9a6b33ad7f1927fa1a0a76a864cefb5a96216bc4', operation='UPDATE', pgid='pgtrigger_update_update_a4aa7', table='billing_payee', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "billing_payeeevent" ("account", "address", "facility_id", "id", "name", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_number", "representative") VALUES (OLD."account", OLD."address", OLD."facility_id", OLD."id", OLD."name", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."registration_number", OLD."representative"); RETURN NULL;', hash='cd4eeaa74c68d0bf6cf7b5463b037232742a56b3', operation='DELETE', pgid='pgtrigger_delete_delete_e1278', table='billing_payee', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='PayeeEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='billing.payee')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('facility', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.facility', verbose_name='facility')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('name', models.CharField(help_text='as in its register', max_length=80, verbose_name='name of the payee')),
                    ('representative', models.CharField(help_text='with the office held, such as 理事長 山田 花子', max_length=80, verbose_name='representative')),
                    ('address', models.CharField(max_length=160, verbose_name='address of the payee')),
                    ('registration_number', models.CharField(blank=True, help_text='empty where it has none', max_length=14, validators=[django.core.validators.RegexValidator('^T[0-9]{13}$', 'T and thirteen digits, such as T1234567890123.')], verbose_name='registration number for invoices')),
                    ('account', models.BinaryField(null=True, verbose_name='bank account, sealed')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2920a637a105d8697a1e053c101b41856ceeeb5d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a9867', table='billing_payeeevent', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='Payment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='billing.charge', verbose_name='charge')),
                    ('kind', models.CharField(choices=[('payment', 'Payment'), ('refund', 'Refund')], max_length=7, verbose_name='kind')),
                    ('method', models.CharField(choices=[('cash', 'Cash'), ('card', 'Card'), ('code', 'Code payment')], max_length=4, verbose_name='method')),
                    ('amount', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='yen')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('received_at', models.DateTimeField(verbose_name='received at')),
                    ('received_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='received by')),
                    ('snapshot', models.JSONField(db_default=models.Value({}, models.JSONField()), editable=False, verbose_name='as printed')),
                ],
                options={
                    'verbose_name': 'payment',
                    'verbose_name_plural': 'payments',
                    'ordering': ['received_at', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_is_more_than_zero'), models.CheckConstraint(condition=models.Q(('kind', 'payment'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='refund_has_reason')],
                    'triggers': [pgtrigger.compiler.Trigger(name='payment_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cbc5803fa6e4214fb907243e389ffe6d6c027a4f', operation='UPDATE OR DELETE', pgid='pgtrigger_payment_is_never_edited_28e87', table='billing_payment', when='BEFORE')), pgtrigger.compiler.Trigger(name='payment_within_what_is_owed', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owed bigint; paid bigint;', func="\n    PERFORM 1 FROM billing_charge WHERE id = NEW.charge_id FOR NO KEY UPDATE;\n    SELECT charge.total + coalesce((SELECT sum(amount) FROM billing_adjustment WHERE charge_id = charge.id), 0)\n      INTO owed FROM billing_charge charge WHERE charge.id = NEW.charge_id;\n    SELECT coalesce(sum(CASE kind WHEN 'payment' THEN amount ELSE -amount END), 0)\n      INTO paid FROM billing_payment WHERE charge_id = NEW.charge_id;\n    IF paid < 0 OR (NEW.kind = 'payment' AND paid > owed) THEN\n        RAISE EXCEPTION 'charge %: % paid of %', NEW.charge_id, paid, owed\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_within_what_is_owed';\n    END IF;\n    RETURN NULL;\n", hash='57368d1c30ce654217c504c9377dd471c562744c', operation='INSERT', pgid='pgtrigger_payment_within_what_is_owed_39fc8', table='billing_payment', when='AFTER')), pgtrigger.compiler.Trigger(name='payment_keeps_its_receipt', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    PERFORM 1 FROM billing_charge WHERE id = NEW.charge_id FOR NO KEY UPDATE;\n    SELECT jsonb_build_object(\n               'look', 2,\n               'name', family.mother_name,\n               'facility', facility.name,\n               'operator', facility.operator,\n               'owed', charge.total\n                   + coalesce((SELECT sum(amount) FROM billing_adjustment WHERE charge_id = charge.id), 0),\n               'adjustments', coalesce((SELECT jsonb_agg(jsonb_build_array(reason, amount) ORDER BY id)\n                                          FROM billing_adjustment WHERE charge_id = charge.id), '[]'::jsonb))\n      INTO NEW.snapshot\n      FROM billing_charge charge\n      JOIN bookings_booking booking ON booking.id = charge.booking_id\n      JOIN facilities_service service ON service.id = booking.service_id\n      JOIN facilities_facility facility ON facility.id = service.facility_id\n      JOIN enrollment_registration registration ON registration.id = booking.registration_id\n      JOIN enrollment_birth birth ON birth.id = registration.birth_id\n      JOIN enrollment_family family ON family.id = birth.family_id\n     WHERE charge.id = NEW.charge_id;\n    RETURN NEW;\n", hash='0b925c93ccf4595402f3dd2ba59ef3942630073a', operation='INSERT', pgid='pgtrigger_payment_keeps_its_receipt_8fe2c', table='billing_payment', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='HandedCoupon',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handed_coupons', to='bookings.booking', verbose_name='booking')),
                    ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enrollment.family', verbose_name='family')),
                    ('number', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='number of the coupon')),
                    ('handed_at', models.DateTimeField(verbose_name='handed over at')),
                    ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken by')),
                ],
                options={
                    'verbose_name': 'coupon handed over',
                    'verbose_name_plural': 'coupons handed over',
                    'ordering': ['family', 'number'],
                    'constraints': [models.UniqueConstraint(fields=('family', 'number'), name='coupon_handed_over_once')],
                    'triggers': [pgtrigger.compiler.Trigger(name='handed_coupon_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='39b648651b50bb749fddb95675959e4ff349b0d0', operation='DELETE', pgid='pgtrigger_handed_coupon_kept_aa954', table='billing_handedcoupon', when='BEFORE')), pgtrigger.compiler.Trigger(name='handed_coupon_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."handed_at" IS DISTINCT FROM (NEW."handed_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."taken_by_id" IS DISTINCT FROM (NEW."taken_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='80e5989b3cd2d8f053ca550d4feeab3091bc2d27', operation='UPDATE', pgid='pgtrigger_handed_coupon_is_never_edited_60512', table='billing_handedcoupon', when='BEFORE')), pgtrigger.compiler.Trigger(name='handed_coupon_follows_its_family', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."family_id" IS DISTINCT FROM (NEW."family_id"))', func="\n    IF NOT EXISTS (\n        SELECT 1 FROM enrollment_family f WHERE f.id = OLD.family_id AND f.merged_into_id = NEW.family_id\n    ) THEN\n        RAISE EXCEPTION 'the row stays with its family'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'handed_coupon_follows_its_family';\n    END IF;\n    RETURN NEW;\n", hash='69bb6f000e626a5e190a33e9819decf8a0768b91', operation='UPDATE', pgid='pgtrigger_handed_coupon_follows_its_family_fd6ff', table='billing_handedcoupon', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='TransportPolicy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tax_class', models.CharField(choices=[('taxed', 'Taxed'), ('non_taxed', 'Non-taxed (per-capita levy only included)'), ('welfare', 'Receives public assistance')], max_length=10, verbose_name='tax class')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('most_yen', models.PositiveIntegerField(blank=True, help_text='empty: no limit is laid down', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='at most, yen a ride')),
                    ('conditions', models.CharField(blank=True, help_text='shown to the facility where a ride is recorded', max_length=400, verbose_name='conditions')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'transport policy',
                    'verbose_name_plural': 'transport policies',
                    'ordering': ['tax_class', 'period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('tax_class', '='), ('period', '&&')], name='transport_policy_no_overlap'), models.CheckConstraint(condition=models.Q(('most_yen__gt', 0)), name='transport_policy_bears_something')],
                },
            ), migrations.CreateModel(
                name='Ride',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rides', to='bookings.booking', verbose_name='booking')),
                    ('direction', models.CharField(choices=[('to', 'To the facility'), ('from', 'Back home')], max_length=4, verbose_name='direction')),
                    ('day', models.DateField(verbose_name='day')),
                    ('fare', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='fare, yen')),
                    ('borne', models.PositiveIntegerField(verbose_name='borne by the ward, yen')),
                    ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.transportpolicy', verbose_name='transport policy')),
                    ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                    ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                    ('taken_back_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
                    ('taken_back_reason', models.CharField(blank=True, max_length=200, verbose_name='why it was taken back')),
                ],
                options={
                    'verbose_name': 'ride',
                    'verbose_name_plural': 'rides',
                    'ordering': ['recorded_at', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('fare__gt', 0)), name='ride_costs_something'), models.CheckConstraint(condition=models.Q(('borne__lte', models.F('fare'))), name='ride_borne_within_fare'), models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('booking', 'direction'), name='ride_once_a_direction'), models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at__isnull', True), ('taken_back_by__isnull', True), ('taken_back_reason', '')), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False), models.Q(('taken_back_reason', ''), _negated=True)), _connector='OR'), name='ride_taken_back_by_somebody_with_reason')],
                    'triggers': [pgtrigger.compiler.Trigger(name='ride_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='1df334501950408bbdf3cac178b878c4574c4e5a', operation='DELETE', pgid='pgtrigger_ride_kept_9c4b5', table='billing_ride', when='BEFORE')), pgtrigger.compiler.Trigger(name='ride_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."borne" IS DISTINCT FROM (NEW."borne") OR OLD."day" IS DISTINCT FROM (NEW."day") OR OLD."direction" IS DISTINCT FROM (NEW."direction") OR OLD."fare" IS DISTINCT FROM (NEW."fare") OR OLD."policy_id" IS DISTINCT FROM (NEW."policy_id") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f5ded2d06a6b9e271ce9322274910153cc08ef42', operation='UPDATE', pgid='pgtrigger_ride_is_never_edited_8267b', table='billing_ride', when='BEFORE')), pgtrigger.compiler.Trigger(name='ride_taken_back_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."taken_back_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e5047691017010ecca2c12cae8f8b380042d3f92', operation='UPDATE', pgid='pgtrigger_ride_taken_back_once_85b0a', table='billing_ride', when='BEFORE')), pgtrigger.compiler.Trigger(name='ride_borne_by_policy', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NOT EXISTS (\n        SELECT 1 FROM billing_transportpolicy policy\n          JOIN bookings_booking booking ON booking.id = NEW.booking_id\n          JOIN enrollment_registration registration ON registration.id = booking.registration_id\n          JOIN enrollment_birth birth ON birth.id = registration.birth_id\n          JOIN enrollment_taxclassperiod class\n            ON class.family_id = birth.family_id AND class.period @> NEW.day AND class.tax_class = policy.tax_class\n         WHERE policy.id = NEW.policy_id AND policy.period @> NEW.day\n           AND NEW.borne = least(NEW.fare, coalesce(policy.most_yen, NEW.fare))\n    ) THEN\n        RAISE EXCEPTION 'ride of booking % on %: no policy bears it', NEW.booking_id, NEW.day\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'ride_borne_by_policy';\n    END IF;\n    RETURN NULL;\n", hash='e97be43744ffd1266f5cace5a5953ec306696ac3', operation='INSERT', pgid='pgtrigger_ride_borne_by_policy_8ef10', table='billing_ride', when='AFTER'))],
                },
            )],
        ),
    ]
