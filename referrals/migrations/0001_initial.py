import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import sankecare.create_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('bookings', '0001_initial'),
        ('care', '0001_initial'),
        ('enrollment', '0002_initial'),
        ('facilities', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        sankecare.create_tables.CreateTables(
            models=[migrations.CreateModel(
                name='Referral',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='enrollment.family', verbose_name='family')),
                    ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='bookings.booking', verbose_name='stay')),
                    ('origin', models.CharField(choices=[('stay', 'A stay'), ('visit', 'A visit or an online consultation'), ('care_record', 'A care record'), ('assessment', 'An EPDS assessment'), ('incident', 'A near miss or an incident')], db_default='stay', default='stay', max_length=12, verbose_name='given cause by')),
                    ('care_record', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='care.carerecord', verbose_name='care record')),
                    ('assessment', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='care.assessment', verbose_name='assessment')),
                    ('incident', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='care.incident', verbose_name='near miss or incident')),
                    ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='district when raised')),
                    ('asked_of', models.CharField(choices=[('health_nurse', 'Health nurse (health section)'), ('caseworker', 'Caseworker (child and family section)')], db_default='', max_length=12, verbose_name='asked of')),
                    ('recipient', models.CharField(choices=[('health_nurse', 'Health nurse (health section)'), ('caseworker', 'Caseworker (child and family section)')], max_length=12, verbose_name='to')),
                    ('sent_to', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='sent to another district')),
                    ('announced_to', models.ForeignKey(blank=True, db_index=False, help_text='empty: the one when raised', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='district last announced to')),
                    ('concerns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('mood', 'Low mood, anxiety, does not sleep'), ('epds', 'High EPDS score'), ('bonding', 'Feelings towards the baby'), ('handling', 'How the baby is handled, signs of neglect or harm'), ('growth', "The baby's weight or feeding"), ('exhaustion', 'Great tiredness, nobody who helps at home'), ('violence', 'Violence or control at home'), ('living', 'Money or housing'), ('other', 'Something else')], max_length=12), size=None, verbose_name='what worries you')),
                    ('what_was_seen', models.TextField(blank=True, max_length=4000, verbose_name='what was seen')),
                    ('urgency', models.CharField(choices=[('today', 'Please get in touch today'), ('soon', 'Within some days'), ('normal', 'At the next occasion')], default='normal', max_length=6, verbose_name='urgency')),
                    ('ground', models.CharField(choices=[('consent', 'The mother agrees'), ('child_welfare_21_10_5', 'Without consent: a family in need of support (Child Welfare Act 21-10-5)'), ('child_welfare_25', 'Without consent: a child in need of protection (Child Welfare Act 25)'), ('abuse_prevention_6', 'Without consent: suspected abuse (Child Abuse Prevention Act 6)'), ('council_25_3', 'Without consent: at the request of the regional council (Child Welfare Act 25-3)')], max_length=24, verbose_name='ground')),
                    ('state', models.CharField(choices=[('raised', 'Not yet received'), ('acknowledged', 'Received'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn')], default='raised', max_length=12, verbose_name='state')),
                    ('raised_at', models.DateTimeField(verbose_name='raised at')),
                    ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='raised by')),
                    ('due_at', models.DateTimeField(verbose_name='to be received by')),
                    ('red_at', models.DateTimeField(verbose_name='red from')),
                    ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='received at')),
                    ('acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='received by')),
                    ('in_charge', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='in charge')),
                    ('next_contact_on', models.DateField(blank=True, null=True, verbose_name='next contact planned on')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='closed or withdrawn at')),
                    ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed or withdrawn by')),
                    ('outcome_kind', models.CharField(blank=True, choices=[('settled', 'The worry has settled'), ('support', 'Regular support by the section goes on'), ('service', 'Linked to a service'), ('medical', 'Linked to medical care'), ('child_welfare', 'Handed to child welfare (regional council)'), ('moved', 'Moved out of the ward: handed to the other municipality'), ('declined', 'The family did not wish it'), ('not_reached', 'Could not be reached'), ('other', 'Something else')], db_default='', max_length=16, verbose_name='what came of it')),
                    ('outcome', models.TextField(blank=True, max_length=4000, verbose_name='outcome')),
                ],
                options={
                    'verbose_name': 'referral',
                    'verbose_name_plural': 'referrals',
                    'ordering': ['-raised_at', '-pk'],
                    'indexes': [models.Index(condition=models.Q(('state', 'raised')), fields=['due_at'], name='referral_not_received'), models.Index(condition=models.Q(('state', 'acknowledged')), fields=['in_charge'], name='referral_in_hand'), models.Index(condition=models.Q(('origin', 'care_record')), fields=['care_record'], name='referral_of_care_record'), models.Index(condition=models.Q(('origin', 'assessment')), fields=['assessment'], name='referral_of_assessment')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('concerns__len__gte', 1)), name='referral_has_concern'), models.CheckConstraint(condition=models.Q(models.Q(('assessment__isnull', True), ('care_record__isnull', False), ('incident__isnull', True), ('origin', 'care_record')), models.Q(('assessment__isnull', False), ('care_record__isnull', True), ('incident__isnull', True), ('origin', 'assessment')), models.Q(('assessment__isnull', True), ('care_record__isnull', True), ('incident__isnull', False), ('origin', 'incident')), models.Q(models.Q(('assessment__isnull', True), ('care_record__isnull', True), ('incident__isnull', True)), ('origin__in', ['stay', 'visit'])), _connector='OR'), name='referral_origin_is_kept'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False), ('in_charge__isnull', False), ('state__in', ['acknowledged', 'closed'])), models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True), ('in_charge__isnull', True), ('state__in', ['raised', 'withdrawn'])), _connector='OR'), name='referral_received_is_signed'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('state__in', ['closed', 'withdrawn'])), models.Q(('ended_at__isnull', True), ('ended_by__isnull', True), ('state__in', ['raised', 'acknowledged'])), _connector='OR'), name='referral_end_is_signed'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('outcome_kind', ''), _negated=True)), _connector='OR'), name='referral_closed_says_outcome'), models.CheckConstraint(condition=models.Q(('next_contact_on__isnull', True), ('state', 'acknowledged'), _connector='OR'), name='referral_planned_in_hand'), models.UniqueConstraint(condition=models.Q(('state__in', ['raised', 'acknowledged'])), fields=('family', 'asked_of', 'origin', 'booking', 'care_record', 'assessment', 'incident'), name='referral_one_open_a_cause', nulls_distinct=False)],
                    'triggers': [pgtrigger.compiler.Trigger(name='referral_states', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{raised:acknowledged,raised:withdrawn,acknowledged:closed,acknowledged:raised,closed:acknowledged}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='890eec4724835e093129aad7d034c4f613490295', operation='UPDATE', pgid='pgtrigger_referral_states_d9310', table='referrals_referral', when='BEFORE')), pgtrigger.compiler.Trigger(name='referral_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='51a3a939c219a204ebdc30e6928b6d2df48da55b', operation='DELETE', pgid='pgtrigger_referral_never_deleted_1fe7a', table='referrals_referral', when='BEFORE')), pgtrigger.compiler.Trigger(name='referral_follows_its_family', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."family_id" IS DISTINCT FROM (NEW."family_id"))', func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM enrollment_family f\n                         WHERE f.id = OLD.family_id AND f.merged_into_id = NEW.family_id\n                    ) THEN\n                        RAISE EXCEPTION 'a referral stays with its family'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_follows_its_family';\n                    END IF;\n                    RETURN NEW;\n                ", hash='8456eb629e83bfb919cbb6f511baab4ec6f437d1', operation='UPDATE', pgid='pgtrigger_referral_follows_its_family_3244f', table='referrals_referral', when='BEFORE')), pgtrigger.compiler.Trigger(name='referral_as_raised', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."care_record_id" IS DISTINCT FROM (NEW."care_record_id") OR OLD."assessment_id" IS DISTINCT FROM (NEW."assessment_id") OR OLD."incident_id" IS DISTINCT FROM (NEW."incident_id") OR OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."asked_of" IS DISTINCT FROM (NEW."asked_of") OR OLD."concerns" IS DISTINCT FROM (NEW."concerns") OR OLD."what_was_seen" IS DISTINCT FROM (NEW."what_was_seen") OR OLD."ground" IS DISTINCT FROM (NEW."ground") OR OLD."raised_at" IS DISTINCT FROM (NEW."raised_at") OR OLD."raised_by_id" IS DISTINCT FROM (NEW."raised_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='914a9b7e1930b8e75cbdb828ffbe87d889150c1d', operation='UPDATE', pgid='pgtrigger_referral_as_raised_d2963', table='referrals_referral', when='BEFORE')), pgtrigger.compiler.Trigger(name='referral_urgency_only_rises', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((NEW."urgency" IN (\'soon\', \'normal\') AND OLD."urgency" = \'today\') OR (NEW."urgency" = \'normal\' AND OLD."urgency" = \'soon\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e9bee211164bc2e9f98037948aef9c2bbdd22194', operation='UPDATE', pgid='pgtrigger_referral_urgency_only_rises_4ca87', table='referrals_referral', when='BEFORE')), pgtrigger.compiler.Trigger(name='referral_says_what', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NEW.origin <> 'assessment' AND btrim(NEW.what_was_seen) = '' THEN\n                        RAISE EXCEPTION 'a referral says what was seen, or rests on an assessment'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_says_what';\n                    END IF;\n                    RETURN NEW;\n                ", hash='b1b74a2960b8deeb5850ed572e0b18a9b6264508', operation='INSERT', pgid='pgtrigger_referral_says_what_21902', table='referrals_referral', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='SectionDeputy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='district')),
                    ('recipient', models.CharField(choices=[('health_nurse', 'Health nurse (health section)'), ('caseworker', 'Caseworker (child and family section)')], max_length=12, verbose_name='section')),
                    ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='district whose section takes over')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                    ('note', models.CharField(blank=True, max_length=400, verbose_name='note')),
                ],
                options={
                    'verbose_name': 'deputy of a section',
                    'verbose_name_plural': 'deputies of sections',
                    'ordering': ['district', 'recipient', 'period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('district', '='), ('recipient', '='), ('deputy', '='), ('period', '&&')], name='section_deputy_no_overlap'), models.CheckConstraint(condition=models.Q(('deputy', models.F('district')), _negated=True), name='section_deputy_is_another', violation_error_message='A section is not its own deputy.')],
                },
            ), migrations.CreateModel(
                name='PlaceRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='place_requests', to='enrollment.family', verbose_name='family')),
                    ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='district then')),
                    ('concerns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('mood', 'Low mood, anxiety, does not sleep'), ('epds', 'High EPDS score'), ('bonding', 'Feelings towards the baby'), ('handling', 'How the baby is handled, signs of neglect or harm'), ('growth', "The baby's weight or feeding"), ('exhaustion', 'Great tiredness, nobody who helps at home'), ('violence', 'Violence or control at home'), ('living', 'Money or housing'), ('other', 'Something else')], max_length=12), size=None, verbose_name='reasons')),
                    ('details', models.TextField(max_length=1000, verbose_name='reason in words')),
                    ('wanted', models.CharField(choices=[('next', 'In the next draw'), ('month', 'Within a month'), ('window', "As long as the baby's age allows")], max_length=6, verbose_name='how soon')),
                    ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.service', verbose_name='service wished')),
                    ('wished', django.contrib.postgres.fields.ranges.DateRangeField(blank=True, null=True, verbose_name='days wished')),
                    ('asked_at', models.DateTimeField(verbose_name='asked at')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                    ('expires_on', models.DateField(verbose_name='lapses after')),
                    ('state', models.CharField(choices=[('asked', 'Not answered yet'), ('accepted', 'Agreed to'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='asked', max_length=9, verbose_name='state')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                    ('answer', models.TextField(blank=True, max_length=1000, verbose_name='answer in words')),
                    ('high_need', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='place_request', to='bookings.highneed', verbose_name='weighs in draws by')),
                ],
                options={
                    'verbose_name': 'request for a place',
                    'verbose_name_plural': 'requests for places',
                    'ordering': ['-asked_at', '-pk'],
                    'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['expires_on'], name='place_request_waits')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('concerns__len__gte', 1), models.Q(('details', ''), _negated=True)), name='place_request_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'asked')), models.Q(models.Q(('state', 'asked'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='place_request_answer_is_signed'), models.CheckConstraint(condition=models.Q(models.Q(('high_need__isnull', False), ('state', 'accepted')), models.Q(models.Q(('state', 'accepted'), _negated=True), ('high_need__isnull', True)), _connector='OR'), name='place_request_accepted_weighs'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='place_request_refusal_says_why')],
                    'triggers': [pgtrigger.compiler.Trigger(name='place_request_states', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{asked:accepted,asked:declined,asked:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='c68494c61a93356cf043505e650a75fd49d5a151', operation='UPDATE', pgid='pgtrigger_place_request_states_4b4b2', table='referrals_placerequest', when='BEFORE')), pgtrigger.compiler.Trigger(name='place_request_as_asked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."concerns" IS DISTINCT FROM (NEW."concerns") OR OLD."details" IS DISTINCT FROM (NEW."details") OR OLD."wanted" IS DISTINCT FROM (NEW."wanted") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id") OR OLD."wished" IS DISTINCT FROM (NEW."wished") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."expires_on" IS DISTINCT FROM (NEW."expires_on"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='da08c41766398d3f20af71a0b08e4c71b6c8f05a', operation='UPDATE', pgid='pgtrigger_place_request_as_asked_9798d', table='referrals_placerequest', when='BEFORE')), pgtrigger.compiler.Trigger(name='place_request_answered_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state <> 'asked' AND (OLD.state, OLD.decided_at, OLD.decided_by_id, OLD.answer, OLD.high_need_id) IS DISTINCT FROM (NEW.state, NEW.decided_at, NEW.decided_by_id, NEW.answer, NEW.high_need_id))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e55c3a1f0773d8179a28cde87df1b4ad24886fef', operation='UPDATE', pgid='pgtrigger_place_request_answered_once_d6057', table='referrals_placerequest', when='BEFORE')), pgtrigger.compiler.Trigger(name='place_request_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='fe74f04710d1ae1d0fbf37cdad6b713961ce1aed', operation='DELETE', pgid='pgtrigger_place_request_kept_65a15', table='referrals_placerequest', when='BEFORE')), pgtrigger.compiler.Trigger(name='place_request_follows_its_family', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."family_id" IS DISTINCT FROM (NEW."family_id"))', func="\n    IF NOT EXISTS (\n        SELECT 1 FROM enrollment_family f WHERE f.id = OLD.family_id AND f.merged_into_id = NEW.family_id\n    ) THEN\n        RAISE EXCEPTION 'the row stays with its family'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'place_request_follows_its_family';\n    END IF;\n    RETURN NEW;\n", hash='e9ffd29b1699660982428e3e1e7bd093da61aa04', operation='UPDATE', pgid='pgtrigger_place_request_follows_its_family_2f586', table='referrals_placerequest', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='PlaceRequestEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='referrals.placerequest', verbose_name='request')),
                    ('kind', models.CharField(choices=[('asked', 'Asked'), ('accepted', 'Agreed to'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], max_length=9, verbose_name='what happened')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('at', models.DateTimeField(verbose_name='at')),
                ],
                options={
                    'verbose_name': 'event of a request for a place',
                    'verbose_name_plural': 'events of requests for places',
                    'ordering': ['at', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('request', 'kind'), name='place_request_event_once')],
                    'triggers': [pgtrigger.compiler.Trigger(name='place_request_event_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7b3eb7ee5e8dae511c05784f428bf1349385112f', operation='UPDATE OR DELETE', pgid='pgtrigger_place_request_event_stays_22993', table='referrals_placerequestevent', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ReferralPolicy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('acknowledge_hours', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(80)], verbose_name='received within (working hours)')),
                    ('red_after_days', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='red after (working days)')),
                    ('opens', models.TimeField(default=datetime.time(8, 30), verbose_name='offices open at')),
                    ('closes', models.TimeField(default=datetime.time(17, 15), verbose_name='offices close at')),
                    ('december_last_day', models.PositiveSmallIntegerField(default=28, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)], verbose_name='last working day of December')),
                    ('january_first_day', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)], verbose_name='first working day of January')),
                    ('closed_call_name', models.CharField(blank=True, db_default='', default='', help_text='a facility reads it before it sends an urgent request; empty: nobody is named', max_length=80, verbose_name='whom facilities call while the offices are closed')),
                    ('closed_call_phone', models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='telephone while the offices are closed')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'referral policy',
                    'verbose_name_plural': 'referral policies',
                    'ordering': ['period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('period', '&&')], name='referral_policy_no_overlap'), models.CheckConstraint(condition=models.Q(('opens__lt', models.F('closes'))), name='referral_policy_offices_open', violation_error_message='The offices close after they open.')],
                },
            ), migrations.CreateModel(
                name='Reconciliation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(verbose_name='looked at')),
                    ('raised', models.PositiveIntegerField(verbose_name='raised')),
                    ('waiting', models.PositiveIntegerField(verbose_name='not yet received')),
                    ('received', models.PositiveIntegerField(verbose_name='in hand')),
                    ('closed', models.PositiveIntegerField(verbose_name='ended with an outcome')),
                    ('withdrawn', models.PositiveIntegerField(verbose_name='withdrawn')),
                    ('found', models.JSONField(verbose_name='what does not add up, and how often')),
                ],
                options={
                    'verbose_name': 'reconciliation of referrals',
                    'verbose_name_plural': 'reconciliations of referrals',
                    'ordering': ['-at', '-pk'],
                    'get_latest_by': ['at', 'pk'],
                },
            ), migrations.CreateModel(
                name='ReferralEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='referrals.referral', verbose_name='referral')),
                    ('kind', models.CharField(choices=[('raised', 'Raised'), ('added', 'A further request joined it'), ('acknowledged', 'Received'), ('redirected', 'Sent on'), ('moved', 'The family moved to another district'), ('contact', 'Contact recorded'), ('planned', 'Next contact planned'), ('called_off', 'The planned contact was called off'), ('handed_over', 'Handed over'), ('shared', 'Told the facility'), ('closed', 'Closed'), ('reopened', 'Taken up again'), ('withdrawn', 'Withdrawn'), ('chased', 'Not received in time: the supervisors were told')], max_length=12, verbose_name='what happened')),
                    ('by', models.ForeignKey(blank=True, help_text="nobody: the family's move, or what comes due by the clock", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('recipient', models.CharField(blank=True, choices=[('health_nurse', 'Health nurse (health section)'), ('caseworker', 'Caseworker (child and family section)')], db_default='', max_length=12, verbose_name='to')),
                    ('district', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='district')),
                    ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='in charge from then on')),
                    ('day', models.DateField(blank=True, null=True, verbose_name='day')),
                    ('outcome_kind', models.CharField(blank=True, choices=[('settled', 'The worry has settled'), ('support', 'Regular support by the section goes on'), ('service', 'Linked to a service'), ('medical', 'Linked to medical care'), ('child_welfare', 'Handed to child welfare (regional council)'), ('moved', 'Moved out of the ward: handed to the other municipality'), ('declined', 'The family did not wish it'), ('not_reached', 'Could not be reached'), ('other', 'Something else')], db_default='', max_length=16, verbose_name='what came of it')),
                    ('text', models.TextField(blank=True, db_default='', max_length=4000, verbose_name='reason or words')),
                ],
                options={
                    'verbose_name': 'referral event',
                    'verbose_name_plural': 'referral events',
                    'ordering': ['at', 'pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('kind__in', ['raised', 'withdrawn'])), fields=('referral', 'kind'), name='referral_raised_and_withdrawn_once'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('kind__in', ['shared', 'reopened', 'redirected']), _negated=True), _connector='OR'), name='referral_event_says_why'), models.CheckConstraint(condition=models.Q(('by__isnull', False), ('kind__in', ['moved', 'chased', 'called_off']), _connector='OR'), name='referral_event_is_signed')],
                    'triggers': [pgtrigger.compiler.Trigger(name='referral_event_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5963ecf761e3a2119370997720756640d6694d4a', operation='UPDATE OR DELETE', pgid='pgtrigger_referral_event_stays_a9f75', table='referrals_referralevent', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ReferralAddition',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='additions', to='referrals.referral', verbose_name='referral')),
                    ('concerns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('mood', 'Low mood, anxiety, does not sleep'), ('epds', 'High EPDS score'), ('bonding', 'Feelings towards the baby'), ('handling', 'How the baby is handled, signs of neglect or harm'), ('growth', "The baby's weight or feeding"), ('exhaustion', 'Great tiredness, nobody who helps at home'), ('violence', 'Violence or control at home'), ('living', 'Money or housing'), ('other', 'Something else')], max_length=12), size=None, verbose_name='what worries you')),
                    ('what_was_seen', models.TextField(blank=True, max_length=4000, verbose_name='what was seen')),
                    ('urgency', models.CharField(choices=[('today', 'Please get in touch today'), ('soon', 'Within some days'), ('normal', 'At the next occasion')], max_length=6, verbose_name='urgency')),
                    ('ground', models.CharField(choices=[('consent', 'The mother agrees'), ('child_welfare_21_10_5', 'Without consent: a family in need of support (Child Welfare Act 21-10-5)'), ('child_welfare_25', 'Without consent: a child in need of protection (Child Welfare Act 25)'), ('abuse_prevention_6', 'Without consent: suspected abuse (Child Abuse Prevention Act 6)'), ('council_25_3', 'Without consent: at the request of the regional council (Child Welfare Act 25-3)')], max_length=24, verbose_name='ground')),
                    ('added_at', models.DateTimeField(verbose_name='raised at')),
                    ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='raised by')),
                ],
                options={
                    'verbose_name': 'addition to a referral',
                    'verbose_name_plural': 'additions to referrals',
                    'ordering': ['added_at', 'pk'],
                    'triggers': [pgtrigger.compiler.Trigger(name='referral_addition_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='344efbc31941e1c86ea0e66636cadb5e9df4a866', operation='UPDATE OR DELETE', pgid='pgtrigger_referral_addition_stays_b19f5', table='referrals_referraladdition', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ReferralContact',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='referrals.referral', verbose_name='referral')),
                    ('at', models.DateTimeField(verbose_name='date and time')),
                    ('way', models.CharField(choices=[('phone', 'By telephone'), ('home_visit', 'Home visit'), ('office', 'At the office'), ('letter', 'Letter'), ('not_reached', 'Tried, not reached')], max_length=12, verbose_name='way')),
                    ('met', models.CharField(blank=True, choices=[('mother', 'Mother'), ('partner', 'Partner'), ('relative', 'Another of the family'), ('service', 'A hospital, nursery or other service')], max_length=10, verbose_name='with whom')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                    ('text', models.TextField(blank=True, max_length=4000, verbose_name='what was said and seen')),
                    ('next_contact_on', models.DateField(blank=True, null=True, verbose_name='next contact planned on')),
                    ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                    ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='referrals.referralcontact', verbose_name='corrects')),
                ],
                options={
                    'verbose_name': 'contact on a referral',
                    'verbose_name_plural': 'contacts on referrals',
                    'ordering': ['at', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('at__lte', models.F('recorded_at'))), name='referral_contact_is_past'), models.CheckConstraint(condition=models.Q(models.Q(('met', ''), ('way', 'not_reached')), models.Q(models.Q(('way', 'not_reached'), _negated=True), models.Q(('met', ''), _negated=True), models.Q(('text', ''), _negated=True)), _connector='OR'), name='referral_contact_says_whom_and_what')],
                    'triggers': [pgtrigger.compiler.Trigger(name='referral_contact_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='28ed00c01c1e9f3cdd280326c0931d5e1c8fca88', operation='UPDATE OR DELETE', pgid='pgtrigger_referral_contact_stays_138c5', table='referrals_referralcontact', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ReferralPaper',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='referrals.referral', verbose_name='referral')),
                    ('name', models.CharField(max_length=120, verbose_name='file name')),
                    ('content_type', models.CharField(max_length=40, verbose_name='content type')),
                    ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                    ('digest', models.CharField(max_length=64, verbose_name='SHA-256 of the content')),
                    ('content', models.BinaryField(verbose_name='content, sealed')),
                ],
                options={
                    'verbose_name': 'paper of a referral',
                    'verbose_name_plural': 'papers of referrals',
                    'ordering': ['pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('content_type__in', ['application/pdf', 'image/jpeg', 'image/png'])), name='referral_paper_of_a_known_type')],
                    'triggers': [pgtrigger.compiler.Trigger(name='referral_paper_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='634b2bc0801125455c198a65467b625169d6fb11', operation='UPDATE OR DELETE', pgid='pgtrigger_referral_paper_stays_085e5', table='referrals_referralpaper', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ReferralNotice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='referrals.referral', verbose_name='referral')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('event', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.referralevent', verbose_name='event')),
                    ('at', models.DateTimeField(verbose_name='at')),
                ],
                options={
                    'verbose_name': 'notice of a referral',
                    'verbose_name_plural': 'notices of referrals',
                    'ordering': ['at', 'pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('event__isnull', True)), fields=('referral', 'person'), name='referral_notice_once_unnamed'), models.UniqueConstraint(condition=models.Q(('event__isnull', False)), fields=('event', 'person'), name='referral_notice_once_an_event')],
                },
            ), migrations.CreateModel(
                name='WatchPolicy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('is_on', models.BooleanField(default=False, verbose_name='lists are made')),
                    ('window_days', models.PositiveSmallIntegerField(default=21, help_text='0: not looked at', validators=[django.core.validators.MaxValueValidator(180)], verbose_name='no place, and so many days to the age limit')),
                    ('look_back_days', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MaxValueValidator(366)], verbose_name='so many days are looked back')),
                    ('no_shows', models.PositiveSmallIntegerField(default=1, help_text='so many or more; 0: not looked at', verbose_name='bookings not come to')),
                    ('cancellations', models.PositiveSmallIntegerField(default=2, help_text='so many or more; 0: not looked at', verbose_name='bookings given back')),
                    ('lapsed_offers', models.PositiveSmallIntegerField(default=1, help_text='so many or more; 0: not looked at', verbose_name='offers not answered')),
                    ('source', models.CharField(choices=[('SEED', "the ward's slides"), ('PUBLIC', "the ward's web pages"), ('DEFAULT', 'own default, nothing published'), ('STAFF', 'entered by staff')], default='STAFF', max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'policy of the watch list',
                    'verbose_name_plural': 'policies of the watch list',
                    'ordering': ['period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('period', '&&')], name='watch_policy_no_overlap')],
                },
            ), migrations.CreateModel(
                name='WatchList',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('week', models.DateField(verbose_name='week from')),
                    ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='district')),
                    ('made_at', models.DateTimeField(verbose_name='made at')),
                    ('limits', models.JSONField(verbose_name='limits')),
                ],
                options={
                    'verbose_name': 'watch list',
                    'verbose_name_plural': 'watch lists',
                    'ordering': ['-week', 'district'],
                    'constraints': [models.UniqueConstraint(fields=('week', 'district'), name='watch_list_once_a_week'), models.CheckConstraint(condition=models.Q(('week__iso_week_day', 1)), name='watch_list_week_is_a_monday')],
                    'triggers': [pgtrigger.compiler.Trigger(name='watch_list_as_made', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e21e72f460b6ece22324dfab6973c6da238f8403', operation='UPDATE OR DELETE', pgid='pgtrigger_watch_list_as_made_2068f', table='referrals_watchlist', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='WatchRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('watch_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='referrals.watchlist', verbose_name='watch list')),
                    ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watch_rows', to='enrollment.family', verbose_name='family')),
                    ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                    ('reasons', models.JSONField(verbose_name='reasons')),
                    ('joined_into', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='joined', to='referrals.watchrow', verbose_name='is the same as')),
                ],
                options={
                    'verbose_name': 'row of a watch list',
                    'verbose_name_plural': 'rows of watch lists',
                    'ordering': ['watch_list', 'position'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('reasons__0__isnull', False)), name='watch_row_says_why')],
                    'triggers': [pgtrigger.compiler.Trigger(name='watch_row_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='bdf3594e106497c1094573694f285364019baded', operation='DELETE', pgid='pgtrigger_watch_row_kept_0eff0', table='referrals_watchrow', when='BEFORE')), pgtrigger.compiler.Trigger(name='watch_row_as_made', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."watch_list_id" IS DISTINCT FROM (NEW."watch_list_id") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."reasons" IS DISTINCT FROM (NEW."reasons"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6e5c342089534c554623f1acf58a670d7a2fa302', operation='UPDATE', pgid='pgtrigger_watch_row_as_made_59955', table='referrals_watchrow', when='BEFORE')), pgtrigger.compiler.Trigger(name='watch_row_follows_its_family', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."family_id" IS DISTINCT FROM (NEW."family_id"))', func="\n    IF NOT EXISTS (\n        SELECT 1 FROM enrollment_family f WHERE f.id = OLD.family_id AND f.merged_into_id = NEW.family_id\n    ) THEN\n        RAISE EXCEPTION 'the row stays with its family'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'watch_row_follows_its_family';\n    END IF;\n    RETURN NEW;\n", hash='ab13df9b17f71d2b8a06f21b2541f769342d0a52', operation='UPDATE', pgid='pgtrigger_watch_row_follows_its_family_025c3', table='referrals_watchrow', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='WatchMark',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='referrals.watchrow', verbose_name='row')),
                    ('kind', models.CharField(choices=[('looked_at', 'Looked at'), ('no_need', 'No need at present'), ('contacted', 'Got in touch')], max_length=10, verbose_name='what was done')),
                    ('way', models.CharField(blank=True, choices=[('phone', 'By telephone'), ('home_visit', 'Home visit'), ('office', 'At the office'), ('letter', 'Letter'), ('not_reached', 'Tried, not reached')], max_length=12, verbose_name='way')),
                    ('note', models.TextField(blank=True, max_length=1000, verbose_name='note')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('at', models.DateTimeField(verbose_name='at')),
                ],
                options={
                    'verbose_name': 'mark on a watch list',
                    'verbose_name_plural': 'marks on watch lists',
                    'ordering': ['at', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'contacted'), models.Q(('way', ''), _negated=True)), models.Q(models.Q(('kind', 'contacted'), _negated=True), ('way', '')), _connector='OR'), name='watch_mark_contact_says_how')],
                    'triggers': [pgtrigger.compiler.Trigger(name='watch_mark_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8988c41cb824721d4689d74c8bb377b630f9f5fc', operation='UPDATE OR DELETE', pgid='pgtrigger_watch_mark_stays_8444b', table='referrals_watchmark', when='BEFORE'))],
                },
            )],
        ),
    ]
