import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import sankecare.create_tables
import sankecare.email_addresses
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('facilities', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        sankecare.create_tables.CreateTables(
            models=[migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                    ('role', models.CharField(blank=True, choices=[('mother', 'Mother'), ('operator', 'Operator (midwife)'), ('facility_manager', 'Facility manager'), ('ward_staff', 'Ward staff'), ('supervisor', 'Supervisor'), ('health_nurse', 'Health nurse'), ('caseworker', 'Caseworker'), ('account_admin', 'Administrator of accounts'), ('auditor', 'Auditor')], max_length=20, verbose_name='role')),
                    ('facility', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.facility', verbose_name='facility')),
                    ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='district')),
                    ('email', sankecare.email_addresses.EmailAddressField(blank=True, db_default='', default='', max_length=254, verbose_name='e-mail address')),
                    ('language', models.CharField(blank=True, db_default='', default='', max_length=12, verbose_name='language')),
                    ('password_set_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='password set')),
                    ('sessions_ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='signed out everywhere')),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ],
                options={
                    'verbose_name': 'user',
                    'verbose_name_plural': 'users',
                    'abstract': False,
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('facility__isnull', False), ('role__in', ('operator', 'facility_manager'))), models.Q(('facility__isnull', True), models.Q(('role__in', ('operator', 'facility_manager')), _negated=True)), _connector='OR'), name='user_facility_role_has_facility', violation_error_message='An operator or facility manager belongs to one facility; others to none.'), models.CheckConstraint(condition=models.Q(('district__isnull', True), ('role__in', ['health_nurse', 'caseworker', 'ward_staff']), _connector='OR'), name='user_district_role_has_district', violation_error_message='Only ward staff, health nurses and caseworkers belong to a district.'), models.CheckConstraint(condition=models.Q(('district__isnull', False), models.Q(('role__in', ('health_nurse', 'caseworker')), _negated=True), _connector='OR'), name='user_nurse_and_caseworker_have_district', violation_error_message='A health nurse or caseworker belongs to one district.'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('role', 'mother'), models.Q(('email', ''), _negated=True)), name='user_mother_email_once', violation_error_message='A mother with this e-mail address signs in already.')],
                    'triggers': [pgtrigger.compiler.Trigger(name='password_moment', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                    IF NEW.password IS DISTINCT FROM OLD.password THEN\n                        NEW.password_set_at := clock_timestamp();\n                    ELSE\n                        NEW.password_set_at := OLD.password_set_at;\n                    END IF;\n                    RETURN NEW;\n                ', hash='6e1e52c485cd6a069da13e8288ee971f73452120', operation='UPDATE', pgid='pgtrigger_password_moment_3a410', table='accounts_user', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("district_id", "email", "facility_id", "is_active", "is_staff", "is_superuser", "password_set_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."district_id", NEW."email", NEW."facility_id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."password_set_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role"); RETURN NULL;', hash='bca913d7384a52495f4f4f163f36ebe08d3f7619', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."facility_id" IS DISTINCT FROM (NEW."facility_id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."password_set_at" IS DISTINCT FROM (NEW."password_set_at") OR OLD."role" IS DISTINCT FROM (NEW."role"))', func='INSERT INTO "accounts_userevent" ("district_id", "email", "facility_id", "is_active", "is_staff", "is_superuser", "password_set_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."district_id", NEW."email", NEW."facility_id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."password_set_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role"); RETURN NULL;', hash='1b17345c859861757f156de7cad96885ee518f37', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("district_id", "email", "facility_id", "is_active", "is_staff", "is_superuser", "password_set_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (OLD."district_id", OLD."email", OLD."facility_id", OLD."is_active", OLD."is_staff", OLD."is_superuser", OLD."password_set_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role"); RETURN NULL;', hash='46ff19e5c0a617a63c13bc170494f31956625a61', operation='DELETE', pgid='pgtrigger_delete_delete_19f14', table='accounts_user', when='AFTER'))],
                },
                managers=[
                    ('objects', django.contrib.auth.models.UserManager()),
                ],
            ), migrations.CreateModel(
                name='UserEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('role', models.CharField(blank=True, choices=[('mother', 'Mother'), ('operator', 'Operator (midwife)'), ('facility_manager', 'Facility manager'), ('ward_staff', 'Ward staff'), ('supervisor', 'Supervisor'), ('health_nurse', 'Health nurse'), ('caseworker', 'Caseworker'), ('account_admin', 'Administrator of accounts'), ('auditor', 'Auditor')], max_length=20, verbose_name='role')),
                    ('facility', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.facility', verbose_name='facility')),
                    ('district', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.district', verbose_name='district')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('email', sankecare.email_addresses.EmailAddressField(blank=True, db_default='', default='', max_length=254, verbose_name='e-mail address')),
                    ('password_set_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='password set')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e9498e73f6fbdf2642fb33fa14189f1ad2382c8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45b21', table='accounts_userevent', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='AccountChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('new', 'New account'), ('change', 'Name, address, role or place changed'), ('second_factor', 'Second factor taken back'), ('close', 'Account closed'), ('reopen', 'Account opened again')], max_length=15, verbose_name='kind')),
                    ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account_changes', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('username', models.CharField(blank=True, max_length=150, verbose_name='name to sign in with')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='family name')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='given name')),
                    ('email', sankecare.email_addresses.EmailAddressField(blank=True, max_length=254, verbose_name='e-mail address')),
                    ('email_before', sankecare.email_addresses.EmailAddressField(blank=True, max_length=254, verbose_name='e-mail address before')),
                    ('role', models.CharField(blank=True, choices=[('mother', 'Mother'), ('operator', 'Operator (midwife)'), ('facility_manager', 'Facility manager'), ('ward_staff', 'Ward staff'), ('supervisor', 'Supervisor'), ('health_nurse', 'Health nurse'), ('caseworker', 'Caseworker'), ('account_admin', 'Administrator of accounts'), ('auditor', 'Auditor')], max_length=20, verbose_name='role')),
                    ('facility', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.facility', verbose_name='facility')),
                    ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.district', verbose_name='district')),
                    ('reason', models.CharField(max_length=400, verbose_name='reason')),
                    ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                    ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                    ('outcome', models.CharField(choices=[('waits', 'waits for a second administrator'), ('confirmed', 'confirmed'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('lapsed', 'lapsed')], default='waits', max_length=10, verbose_name='outcome')),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                    ('decision_reason', models.CharField(blank=True, max_length=400, verbose_name='reason of the decision')),
                ],
                options={
                    'verbose_name': 'change of an account',
                    'verbose_name_plural': 'changes of accounts',
                    'ordering': ['-proposed_at', '-pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='account_change_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'confirmed'), _negated=True), ('kind', 'close'), models.Q(('decided_by__isnull', True), ('proposed_by__isnull', True)), models.Q(('decided_by__isnull', False), ('proposed_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='account_change_by_a_second_administrator'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'confirmed'), _negated=True), ('person__isnull', True), ('decided_by__isnull', True), models.Q(('decided_by', models.F('person')), _negated=True), _connector='OR'), name='account_change_not_confirmed_by_oneself'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('outcome', 'waits')), models.Q(models.Q(('outcome', 'waits'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='account_change_decided_has_moment'), models.CheckConstraint(condition=models.Q(('person__isnull', False), models.Q(('kind', 'new'), models.Q(('outcome', 'confirmed'), _negated=True)), _connector='OR'), name='account_change_of_a_person'), models.CheckConstraint(condition=models.Q(('role', 'mother'), _negated=True), name='account_change_never_of_a_mother'), models.UniqueConstraint(condition=models.Q(('outcome', 'waits'), ('person__isnull', False)), fields=('person',), name='account_change_one_waits'), models.UniqueConstraint(django.db.models.functions.text.Lower('username'), condition=models.Q(('kind', 'new'), ('outcome', 'waits')), name='account_change_one_new_name_waits')],
                    'triggers': [pgtrigger.compiler.Trigger(name='account_change_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='58320f9118d42f2d9e2afbb93476c363266e3e87', operation='DELETE', pgid='pgtrigger_account_change_kept_bed9a', table='accounts_accountchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='account_change_decided_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."outcome" = \'waits\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='cfbcd15fa54c309819c56d476351f1b3dc1a3db0', operation='UPDATE', pgid='pgtrigger_account_change_decided_once_3db23', table='accounts_accountchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='account_change_as_proposed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."email_before" IS DISTINCT FROM (NEW."email_before") OR OLD."facility_id" IS DISTINCT FROM (NEW."facility_id") OR OLD."first_name" IS DISTINCT FROM (NEW."first_name") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."username" IS DISTINCT FROM (NEW."username"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e5fa8b5b917a86b82e1f04969d0e5df0fd9c6126', operation='UPDATE', pgid='pgtrigger_account_change_as_proposed_af8e4', table='accounts_accountchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_accountchangeevent" ("decided_at", "decided_by_id", "decision_reason", "district_id", "email", "email_before", "facility_id", "first_name", "id", "kind", "last_name", "outcome", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "role", "username") VALUES (NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."district_id", NEW."email", NEW."email_before", NEW."facility_id", NEW."first_name", NEW."id", NEW."kind", NEW."last_name", NEW."outcome", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proposed_at", NEW."proposed_by_id", NEW."reason", NEW."role", NEW."username"); RETURN NULL;', hash='f82516fc2e997ae8daf41011122fc4c36bc22be5', operation='INSERT', pgid='pgtrigger_insert_insert_6b72f', table='accounts_accountchange', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_accountchangeevent" ("decided_at", "decided_by_id", "decision_reason", "district_id", "email", "email_before", "facility_id", "first_name", "id", "kind", "last_name", "outcome", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "role", "username") VALUES (NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."district_id", NEW."email", NEW."email_before", NEW."facility_id", NEW."first_name", NEW."id", NEW."kind", NEW."last_name", NEW."outcome", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proposed_at", NEW."proposed_by_id", NEW."reason", NEW."role", NEW."username"); RETURN NULL;', hash='a1e0b8c5aa8ddf03b8b67f27891b9269154e96d6', operation='UPDATE', pgid='pgtrigger_update_update_b881c', table='accounts_accountchange', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_accountchangeevent" ("decided_at", "decided_by_id", "decision_reason", "district_id", "email", "email_before", "facility_id", "first_name", "id", "kind", "last_name", "outcome", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "role", "username") VALUES (OLD."decided_at", OLD."decided_by_id", OLD."decision_reason", OLD."district_id", OLD."email", OLD."email_before", OLD."facility_id", OLD."first_name", OLD."id", OLD."kind", OLD."last_name", OLD."outcome", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."proposed_at", OLD."proposed_by_id", OLD."reason", OLD."role", OLD."username"); RETURN NULL;', hash='cbf9438e762b3127d1bead149d218bae4a270666', operation='DELETE', pgid='pgtrigger_delete_delete_5bc62', table='accounts_accountchange', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='AccountChangeEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.accountchange')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('kind', models.CharField(choices=[('new', 'New account'), ('change', 'Name, address, role or place changed'), ('second_factor', 'Second factor taken back'), ('close', 'Account closed'), ('reopen', 'Account opened again')], max_length=15, verbose_name='kind')),
                    ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('username', models.CharField(blank=True, max_length=150, verbose_name='name to sign in with')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='family name')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='given name')),
                    ('email', sankecare.email_addresses.EmailAddressField(blank=True, max_length=254, verbose_name='e-mail address')),
                    ('email_before', sankecare.email_addresses.EmailAddressField(blank=True, max_length=254, verbose_name='e-mail address before')),
                    ('role', models.CharField(blank=True, choices=[('mother', 'Mother'), ('operator', 'Operator (midwife)'), ('facility_manager', 'Facility manager'), ('ward_staff', 'Ward staff'), ('supervisor', 'Supervisor'), ('health_nurse', 'Health nurse'), ('caseworker', 'Caseworker'), ('account_admin', 'Administrator of accounts'), ('auditor', 'Auditor')], max_length=20, verbose_name='role')),
                    ('facility', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.facility', verbose_name='facility')),
                    ('district', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='facilities.district', verbose_name='district')),
                    ('reason', models.CharField(max_length=400, verbose_name='reason')),
                    ('proposed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                    ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                    ('outcome', models.CharField(choices=[('waits', 'waits for a second administrator'), ('confirmed', 'confirmed'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('lapsed', 'lapsed')], default='waits', max_length=10, verbose_name='outcome')),
                    ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                    ('decision_reason', models.CharField(blank=True, max_length=400, verbose_name='reason of the decision')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2d78c0df7d488e34ce1343da62971edabb2ebb90', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_024b2', table='accounts_accountchangeevent', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='AccountPolicy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('second_person_days', models.PositiveSmallIntegerField(verbose_name='days until somebody counts as a second person')),
                    ('proposal_days', models.PositiveSmallIntegerField(verbose_name='days that a proposal waits')),
                    ('invitation_days', models.PositiveSmallIntegerField(verbose_name='days that an invitation is good')),
                    ('shift_hours', models.PositiveSmallIntegerField(db_default=18, default=18, verbose_name="hours of a facility's sign-in, and of the PIN that rests on it")),
                    ('pin_tries', models.PositiveSmallIntegerField(db_default=3, default=3, verbose_name='wrong PINs until a full sign-in')),
                    ('source', models.CharField(choices=[('PUBLIC', 'PUBLIC'), ('DEFAULT', 'DEFAULT')], max_length=10, verbose_name='source')),
                ],
                options={
                    'verbose_name': 'policy of accounts',
                    'verbose_name_plural': 'policies of accounts',
                    'ordering': ['period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('period', '&&')], name='account_policy_no_overlap')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_accountpolicyevent" ("id", "invitation_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pin_tries", "proposal_days", "second_person_days", "shift_hours", "source") VALUES (NEW."id", NEW."invitation_days", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pin_tries", NEW."proposal_days", NEW."second_person_days", NEW."shift_hours", NEW."source"); RETURN NULL;', hash='6d2d28ceb1b7600cd9cc8631e9b138a1c185dde2', operation='INSERT', pgid='pgtrigger_insert_insert_a811d', table='accounts_accountpolicy', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_accountpolicyevent" ("id", "invitation_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pin_tries", "proposal_days", "second_person_days", "shift_hours", "source") VALUES (NEW."id", NEW."invitation_days", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pin_tries", NEW."proposal_days", NEW."second_person_days", NEW."shift_hours", NEW."source"); RETURN NULL;', hash='cc4a05a6e3da3de39b08af79cb52aa53db5d8702', operation='UPDATE', pgid='pgtrigger_update_update_f025a', table='accounts_accountpolicy', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_accountpolicyevent" ("id", "invitation_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pin_tries", "proposal_days", "second_person_days", "shift_hours", "source") VALUES (OLD."id", OLD."invitation_days", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pin_tries", OLD."proposal_days", OLD."second_person_days", OLD."shift_hours", OLD."source"); RETURN NULL;', hash='ce63d305e65b7a0372a020fa86fe3349a7261f7e', operation='DELETE', pgid='pgtrigger_delete_delete_a37a7', table='accounts_accountpolicy', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='AccountPolicyEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.accountpolicy')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                    ('second_person_days', models.PositiveSmallIntegerField(verbose_name='days until somebody counts as a second person')),
                    ('proposal_days', models.PositiveSmallIntegerField(verbose_name='days that a proposal waits')),
                    ('invitation_days', models.PositiveSmallIntegerField(verbose_name='days that an invitation is good')),
                    ('shift_hours', models.PositiveSmallIntegerField(db_default=18, default=18, verbose_name="hours of a facility's sign-in, and of the PIN that rests on it")),
                    ('pin_tries', models.PositiveSmallIntegerField(db_default=3, default=3, verbose_name='wrong PINs until a full sign-in')),
                    ('source', models.CharField(choices=[('PUBLIC', 'PUBLIC'), ('DEFAULT', 'DEFAULT')], max_length=10, verbose_name='source')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='EmailChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='email_changes', to=settings.AUTH_USER_MODEL, verbose_name='sign-in')),
                    ('before', sankecare.email_addresses.EmailAddressField(blank=True, max_length=254, verbose_name='e-mail address before')),
                    ('after', sankecare.email_addresses.EmailAddressField(max_length=254, verbose_name='e-mail address')),
                    ('way', models.CharField(choices=[('codes', 'codes to the old and the new address'), ('proof', 'proof seen by staff')], max_length=10, verbose_name='made sure by')),
                    ('proof', models.CharField(blank=True, max_length=200, verbose_name='proof seen')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                    ('at', models.DateTimeField(verbose_name='changed at')),
                ],
                options={
                    'verbose_name': 'change of an e-mail address',
                    'verbose_name_plural': 'changes of e-mail addresses',
                    'ordering': ['-at', '-pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('proof', ''), ('way', 'proof'), _negated=True), name='email_change_proof_is_said'), models.CheckConstraint(condition=models.Q(('way', 'proof'), ('by', models.F('person')), _connector='OR'), name='email_change_by_codes_is_her_own')],
                    'triggers': [pgtrigger.compiler.Trigger(name='email_change_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='91141e156c2366a00a514f9b2f67cb132a821b3a', operation='UPDATE OR DELETE', pgid='pgtrigger_email_change_kept_b1802', table='accounts_emailchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_emailchangeevent" ("after", "at", "before", "by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "way") VALUES (NEW."after", NEW."at", NEW."before", NEW."by_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proof", NEW."way"); RETURN NULL;', hash='5dd9f67bf67c28509cf4dfe254d6c430b4f5787b', operation='INSERT', pgid='pgtrigger_insert_insert_4cbee', table='accounts_emailchange', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_emailchangeevent" ("after", "at", "before", "by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "way") VALUES (NEW."after", NEW."at", NEW."before", NEW."by_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proof", NEW."way"); RETURN NULL;', hash='f316b11da9680938fbf332b2431138b795854046', operation='UPDATE', pgid='pgtrigger_update_update_75a39', table='accounts_emailchange', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_emailchangeevent" ("after", "at", "before", "by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "way") VALUES (OLD."after", OLD."at", OLD."before", OLD."by_id", OLD."id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."proof", OLD."way"); RETURN NULL;', hash='28d9856672115e7b31400e5ffb1e95d1f57b0490', operation='DELETE', pgid='pgtrigger_delete_delete_f6f3a', table='accounts_emailchange', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='EmailChangeEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.emailchange')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sign-in')),
                    ('before', sankecare.email_addresses.EmailAddressField(blank=True, max_length=254, verbose_name='e-mail address before')),
                    ('after', sankecare.email_addresses.EmailAddressField(max_length=254, verbose_name='e-mail address')),
                    ('way', models.CharField(choices=[('codes', 'codes to the old and the new address'), ('proof', 'proof seen by staff')], max_length=10, verbose_name='made sure by')),
                    ('proof', models.CharField(blank=True, max_length=200, verbose_name='proof seen')),
                    ('by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                    ('at', models.DateTimeField(verbose_name='changed at')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f76c0d09ea0fc8f8576103096cab753b129d3e3e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a66bf', table='accounts_emailchangeevent', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='MessagePreference',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='message_preference', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                    ('way', models.CharField(choices=[('mail', 'By e-mail'), ('line', 'LINE'), ('sms', 'Text message (SMS)')], default='mail', max_length=8, verbose_name='way')),
                    ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='quiet from')),
                    ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='quiet until')),
                    ('wants_reminders', models.BooleanField(default=True, verbose_name='reminders and words after a stay')),
                    ('line_user', models.CharField(blank=True, default='', max_length=64, verbose_name='id in LINE')),
                    ('line_word_digest', models.CharField(blank=True, default='', max_length=64, verbose_name='digest of the word for LINE')),
                    ('line_asked_at', models.DateTimeField(blank=True, null=True, verbose_name='word for LINE asked at')),
                    ('phone', models.CharField(blank=True, default='', max_length=20, verbose_name='telephone for text messages')),
                    ('new_phone', models.CharField(blank=True, default='', max_length=20, verbose_name='telephone not shown to be hers yet')),
                    ('phone_asked_at', models.DateTimeField(blank=True, null=True, verbose_name='code for the telephone asked at')),
                    ('phone_asks', models.PositiveSmallIntegerField(default=0, verbose_name='codes asked on that day')),
                    ('phone_tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries with this code')),
                ],
                options={
                    'verbose_name': 'how she is told',
                    'verbose_name_plural': 'how they are told',
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='message_quiet_hours_whole'), models.CheckConstraint(condition=models.Q(('way', 'mail'), models.Q(('way', 'line'), models.Q(('line_user', ''), _negated=True)), models.Q(('way', 'sms'), models.Q(('phone', ''), _negated=True)), _connector='OR'), name='message_way_leads_somewhere'), models.UniqueConstraint(condition=models.Q(('line_user', ''), _negated=True), fields=('line_user',), name='message_line_user_once')],
                },
            ), migrations.CreateModel(
                name='ShiftPin',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='shift_pin', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('pin', models.CharField(max_length=200, verbose_name='PIN, hashed')),
                    ('set_at', models.DateTimeField(verbose_name='set at')),
                ],
                options={
                    'verbose_name': 'PIN',
                    'verbose_name_plural': 'PINs',
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_shiftpinevent" ("person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_at") VALUES (NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."set_at"); RETURN NULL;', hash='c0ca774437f108acd6c2fb4fc8d2db3bec4aa1bb', operation='INSERT', pgid='pgtrigger_insert_insert_e61df', table='accounts_shiftpin', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."set_at" IS DISTINCT FROM (NEW."set_at"))', func='INSERT INTO "accounts_shiftpinevent" ("person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_at") VALUES (NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."set_at"); RETURN NULL;', hash='e0522509cec4907eb1000928f2c3043c99c5b8c0', operation='UPDATE', pgid='pgtrigger_update_update_2a6aa', table='accounts_shiftpin', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_shiftpinevent" ("person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_at") VALUES (OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."set_at"); RETURN NULL;', hash='b474f67900fb57df2d8c12241e48f12ea7bada67', operation='DELETE', pgid='pgtrigger_delete_delete_9b1c6', table='accounts_shiftpin', when='AFTER'))],
                },
            ), migrations.CreateModel(
                name='ShiftPinEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.shiftpin')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('set_at', models.DateTimeField(verbose_name='set at')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7a305e36f89daa31be2ad9df9831c994c1b60bd8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_73028', table='accounts_shiftpinevent', when='BEFORE'))],
                },
            ), migrations.CreateModel(
                name='ShiftSignIn',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shift_sign_ins', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('device', models.CharField(max_length=64, verbose_name='device, digest')),
                    ('ways', models.CharField(max_length=60, verbose_name='what was shown')),
                    ('stands_for', models.CharField(max_length=64, verbose_name='digest of the session')),
                    ('signed_in_at', models.DateTimeField(verbose_name='signed in at')),
                    ('ends_at', models.DateTimeField(verbose_name='PIN good until')),
                    ('wrong_pins', models.PositiveSmallIntegerField(default=0, verbose_name='wrong PINs in a row')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ],
                options={
                    'verbose_name': 'sign-in on a shared tablet',
                    'verbose_name_plural': 'sign-ins on shared tablets',
                    'ordering': ['-signed_in_at', '-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('person', 'device'), name='shift_sign_in_one_stands'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('signed_in_at'))), name='shift_sign_in_ends')],
                    'triggers': [pgtrigger.compiler.Trigger(name='shift_sign_in_is_not_stretched', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."device" IS DISTINCT FROM (NEW."device") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."signed_in_at" IS DISTINCT FROM (NEW."signed_in_at") OR OLD."stands_for" IS DISTINCT FROM (NEW."stands_for") OR OLD."ways" IS DISTINCT FROM (NEW."ways"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4cd94515ea0b2f2f93ce97a630f03d119018cf97', operation='UPDATE', pgid='pgtrigger_shift_sign_in_is_not_stretched_1095b', table='accounts_shiftsignin', when='BEFORE')), pgtrigger.compiler.Trigger(name='shift_sign_in_ended_stays_so', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f6d8006cd8e7badb7b4b6a7c4c4db677fe767fde', operation='UPDATE', pgid='pgtrigger_shift_sign_in_ended_stays_so_d5f88', table='accounts_shiftsignin', when='BEFORE'))],
                },
            )],
        ),
    ]
