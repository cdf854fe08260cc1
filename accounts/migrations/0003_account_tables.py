import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import sankecare.email_addresses


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_access_log"),
        ("facilities", "0002_guards"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "New account"),
                            ("change", "Name, address, role or place changed"),
                            ("second_factor", "Second factor taken back"),
                            ("close", "Account closed"),
                            ("reopen", "Account opened again"),
                        ],
                        max_length=15,
                        verbose_name="kind",
                    ),
                ),
                ("username", models.CharField(blank=True, max_length=150, verbose_name="name to sign in with")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="family name")),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="given name")),
                (
                    "email",
                    sankecare.email_addresses.EmailAddressField(
                        blank=True, max_length=254, verbose_name="e-mail address"
                    ),
                ),
                (
                    "email_before",
                    sankecare.email_addresses.EmailAddressField(
                        blank=True, max_length=254, verbose_name="e-mail address before"
                    ),
                ),
                (
                    "role",
                    models.CharField(
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
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waits", "waits for a second administrator"),
                            ("confirmed", "confirmed"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                            ("lapsed", "lapsed"),
                        ],
                        default="waits",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                (
                    "decision_reason",
                    models.CharField(blank=True, max_length=400, verbose_name="reason of the decision"),
                ),
            ],
            options={
                "verbose_name": "change of an account",
                "verbose_name_plural": "changes of accounts",
                "ordering": ["-proposed_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="AccountChangeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "New account"),
                            ("change", "Name, address, role or place changed"),
                            ("second_factor", "Second factor taken back"),
                            ("close", "Account closed"),
                            ("reopen", "Account opened again"),
                        ],
                        max_length=15,
                        verbose_name="kind",
                    ),
                ),
                ("username", models.CharField(blank=True, max_length=150, verbose_name="name to sign in with")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="family name")),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="given name")),
                (
                    "email",
                    sankecare.email_addresses.EmailAddressField(
                        blank=True, max_length=254, verbose_name="e-mail address"
                    ),
                ),
                (
                    "email_before",
                    sankecare.email_addresses.EmailAddressField(
                        blank=True, max_length=254, verbose_name="e-mail address before"
                    ),
                ),
                (
                    "role",
                    models.CharField(
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
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waits", "waits for a second administrator"),
                            ("confirmed", "confirmed"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                            ("lapsed", "lapsed"),
                        ],
                        default="waits",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                (
                    "decision_reason",
                    models.CharField(blank=True, max_length=400, verbose_name="reason of the decision"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AccountPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                (
                    "second_person_days",
                    models.PositiveSmallIntegerField(verbose_name="days until somebody counts as a second person"),
                ),
                ("proposal_days", models.PositiveSmallIntegerField(verbose_name="days that a proposal waits")),
                ("invitation_days", models.PositiveSmallIntegerField(verbose_name="days that an invitation is good")),
                (
                    "source",
                    models.CharField(
                        choices=[("PUBLIC", "PUBLIC"), ("DEFAULT", "DEFAULT")], max_length=10, verbose_name="source"
                    ),
                ),
            ],
            options={
                "verbose_name": "policy of accounts",
                "verbose_name_plural": "policies of accounts",
                "ordering": ["period"],
            },
        ),
        migrations.CreateModel(
            name="AccountPolicyEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                (
                    "second_person_days",
                    models.PositiveSmallIntegerField(verbose_name="days until somebody counts as a second person"),
                ),
                ("proposal_days", models.PositiveSmallIntegerField(verbose_name="days that a proposal waits")),
                ("invitation_days", models.PositiveSmallIntegerField(verbose_name="days that an invitation is good")),
                (
                    "source",
                    models.CharField(
                        choices=[("PUBLIC", "PUBLIC"), ("DEFAULT", "DEFAULT")], max_length=10, verbose_name="source"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EmailChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "before",
                    sankecare.email_addresses.EmailAddressField(
                        blank=True, max_length=254, verbose_name="e-mail address before"
                    ),
                ),
                ("after", sankecare.email_addresses.EmailAddressField(max_length=254, verbose_name="e-mail address")),
                (
                    "way",
                    models.CharField(
                        choices=[("codes", "codes to the old and the new address"), ("proof", "proof seen by staff")],
                        max_length=10,
                        verbose_name="made sure by",
                    ),
                ),
                ("proof", models.CharField(blank=True, max_length=200, verbose_name="proof seen")),
                ("at", models.DateTimeField(verbose_name="changed at")),
            ],
            options={
                "verbose_name": "change of an e-mail address",
                "verbose_name_plural": "changes of e-mail addresses",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="EmailChangeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "before",
                    sankecare.email_addresses.EmailAddressField(
                        blank=True, max_length=254, verbose_name="e-mail address before"
                    ),
                ),
                ("after", sankecare.email_addresses.EmailAddressField(max_length=254, verbose_name="e-mail address")),
                (
                    "way",
                    models.CharField(
                        choices=[("codes", "codes to the old and the new address"), ("proof", "proof seen by staff")],
                        max_length=10,
                        verbose_name="made sure by",
                    ),
                ),
                ("proof", models.CharField(blank=True, max_length=200, verbose_name="proof seen")),
                ("at", models.DateTimeField(verbose_name="changed at")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SecondFactorEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("recovery_codes", "Recovery codes"),
                            ("totp", "TOTP Authenticator"),
                            ("webauthn", "WebAuthn"),
                        ],
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[],
            options={
                "verbose_name": "second factor",
                "verbose_name_plural": "second factors",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("mfa.authenticator",),
        ),
        migrations.AddField(
            model_name="accountchange",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="accountchange",
            name="district",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="facilities.district",
                verbose_name="district",
            ),
        ),
        migrations.AddField(
            model_name="accountchange",
            name="facility",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="facilities.facility",
                verbose_name="facility",
            ),
        ),
        migrations.AddField(
            model_name="accountchange",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="account_changes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="accountchange",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="accountchangeevent",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="accountchangeevent",
            name="district",
            field=models.ForeignKey(
                blank=True,
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
            model_name="accountchangeevent",
            name="facility",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="facilities.facility",
                verbose_name="facility",
            ),
        ),
        migrations.AddField(
            model_name="accountchangeevent",
            name="person",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="accountchangeevent",
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
            model_name="accountchangeevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="accounts.accountchange",
            ),
        ),
        migrations.AddField(
            model_name="accountchangeevent",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountpolicy",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("period", "&&")], name="account_policy_no_overlap"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_accountpolicyevent" ("id", "invitation_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposal_days", "second_person_days", "source") VALUES (NEW."id", NEW."invitation_days", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proposal_days", NEW."second_person_days", NEW."source"); RETURN NULL;',
                    hash="9533140cfd64f2168222644b8e9148f79277680c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a811d",
                    table="accounts_accountpolicy",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "accounts_accountpolicyevent" ("id", "invitation_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposal_days", "second_person_days", "source") VALUES (NEW."id", NEW."invitation_days", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proposal_days", NEW."second_person_days", NEW."source"); RETURN NULL;',
                    hash="1038c9717f6b097612b785bbf228df97385849d4",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f025a",
                    table="accounts_accountpolicy",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_accountpolicyevent" ("id", "invitation_days", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposal_days", "second_person_days", "source") VALUES (OLD."id", OLD."invitation_days", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."proposal_days", OLD."second_person_days", OLD."source"); RETURN NULL;',
                    hash="3a24f6d352cae9e44d20eeac7ca9c1d931707fc8",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a37a7",
                    table="accounts_accountpolicy",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="accountpolicyevent",
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
            model_name="accountpolicyevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="accounts.accountpolicy",
            ),
        ),
        migrations.AddField(
            model_name="emailchange",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="changed by",
            ),
        ),
        migrations.AddField(
            model_name="emailchange",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="email_changes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sign-in",
            ),
        ),
        migrations.AddField(
            model_name="emailchangeevent",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="changed by",
            ),
        ),
        migrations.AddField(
            model_name="emailchangeevent",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sign-in",
            ),
        ),
        migrations.AddField(
            model_name="emailchangeevent",
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
            model_name="emailchangeevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="accounts.emailchange",
            ),
        ),
        migrations.AddField(
            model_name="secondfactorevent",
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
            model_name="secondfactorevent",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="secondfactorevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="accounts.secondfactor",
            ),
        ),
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
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="account_change_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "confirmed"), _negated=True),
                    ("kind", "close"),
                    models.Q(("decided_by__isnull", True), ("proposed_by__isnull", True)),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("proposed_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="account_change_by_a_second_administrator",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "confirmed"), _negated=True),
                    ("person__isnull", True),
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="account_change_not_confirmed_by_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("outcome", "waits")),
                    models.Q(models.Q(("outcome", "waits"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="account_change_decided_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person__isnull", False),
                    models.Q(("kind", "new"), models.Q(("outcome", "confirmed"), _negated=True)),
                    _connector="OR",
                ),
                name="account_change_of_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("role", "mother"), _negated=True), name="account_change_never_of_a_mother"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "waits"), ("person__isnull", False)),
                fields=("person",),
                name="account_change_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("username"),
                condition=models.Q(("kind", "new"), ("outcome", "waits")),
                name="account_change_one_new_name_waits",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountchange",
            trigger=pgtrigger.compiler.Trigger(
                name="account_change_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="58320f9118d42f2d9e2afbb93476c363266e3e87",
                    operation="DELETE",
                    pgid="pgtrigger_account_change_kept_bed9a",
                    table="accounts_accountchange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountchange",
            trigger=pgtrigger.compiler.Trigger(
                name="account_change_decided_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT (OLD.\"outcome\" = 'waits'))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="cfbcd15fa54c309819c56d476351f1b3dc1a3db0",
                    operation="UPDATE",
                    pgid="pgtrigger_account_change_decided_once_3db23",
                    table="accounts_accountchange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountchange",
            trigger=pgtrigger.compiler.Trigger(
                name="account_change_as_proposed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."email_before" IS DISTINCT FROM (NEW."email_before") OR OLD."facility_id" IS DISTINCT FROM (NEW."facility_id") OR OLD."first_name" IS DISTINCT FROM (NEW."first_name") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."username" IS DISTINCT FROM (NEW."username"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="e5fa8b5b917a86b82e1f04969d0e5df0fd9c6126",
                    operation="UPDATE",
                    pgid="pgtrigger_account_change_as_proposed_af8e4",
                    table="accounts_accountchange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountchange",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_accountchangeevent" ("decided_at", "decided_by_id", "decision_reason", "district_id", "email", "email_before", "facility_id", "first_name", "id", "kind", "last_name", "outcome", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "role", "username") VALUES (NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."district_id", NEW."email", NEW."email_before", NEW."facility_id", NEW."first_name", NEW."id", NEW."kind", NEW."last_name", NEW."outcome", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proposed_at", NEW."proposed_by_id", NEW."reason", NEW."role", NEW."username"); RETURN NULL;',
                    hash="f82516fc2e997ae8daf41011122fc4c36bc22be5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6b72f",
                    table="accounts_accountchange",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountchange",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "accounts_accountchangeevent" ("decided_at", "decided_by_id", "decision_reason", "district_id", "email", "email_before", "facility_id", "first_name", "id", "kind", "last_name", "outcome", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "role", "username") VALUES (NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."district_id", NEW."email", NEW."email_before", NEW."facility_id", NEW."first_name", NEW."id", NEW."kind", NEW."last_name", NEW."outcome", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proposed_at", NEW."proposed_by_id", NEW."reason", NEW."role", NEW."username"); RETURN NULL;',
                    hash="a1e0b8c5aa8ddf03b8b67f27891b9269154e96d6",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b881c",
                    table="accounts_accountchange",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountchange",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_accountchangeevent" ("decided_at", "decided_by_id", "decision_reason", "district_id", "email", "email_before", "facility_id", "first_name", "id", "kind", "last_name", "outcome", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "role", "username") VALUES (OLD."decided_at", OLD."decided_by_id", OLD."decision_reason", OLD."district_id", OLD."email", OLD."email_before", OLD."facility_id", OLD."first_name", OLD."id", OLD."kind", OLD."last_name", OLD."outcome", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."proposed_at", OLD."proposed_by_id", OLD."reason", OLD."role", OLD."username"); RETURN NULL;',
                    hash="cbf9438e762b3127d1bead149d218bae4a270666",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_5bc62",
                    table="accounts_accountchange",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountchangeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2d78c0df7d488e34ce1343da62971edabb2ebb90",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_024b2",
                    table="accounts_accountchangeevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="emailchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("proof", ""), ("way", "proof"), _negated=True), name="email_change_proof_is_said"
            ),
        ),
        migrations.AddConstraint(
            model_name="emailchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("way", "proof"), ("by", models.F("person")), _connector="OR"),
                name="email_change_by_codes_is_her_own",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="emailchange",
            trigger=pgtrigger.compiler.Trigger(
                name="email_change_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="91141e156c2366a00a514f9b2f67cb132a821b3a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_email_change_kept_b1802",
                    table="accounts_emailchange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="emailchange",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_emailchangeevent" ("after", "at", "before", "by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "way") VALUES (NEW."after", NEW."at", NEW."before", NEW."by_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proof", NEW."way"); RETURN NULL;',
                    hash="5dd9f67bf67c28509cf4dfe254d6c430b4f5787b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4cbee",
                    table="accounts_emailchange",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="emailchange",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "accounts_emailchangeevent" ("after", "at", "before", "by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "way") VALUES (NEW."after", NEW."at", NEW."before", NEW."by_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proof", NEW."way"); RETURN NULL;',
                    hash="f316b11da9680938fbf332b2431138b795854046",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_75a39",
                    table="accounts_emailchange",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="emailchange",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_emailchangeevent" ("after", "at", "before", "by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "way") VALUES (OLD."after", OLD."at", OLD."before", OLD."by_id", OLD."id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."proof", OLD."way"); RETURN NULL;',
                    hash="28d9856672115e7b31400e5ffb1e95d1f57b0490",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f6f3a",
                    table="accounts_emailchange",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="emailchangeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f76c0d09ea0fc8f8576103096cab753b129d3e3e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a66bf",
                    table="accounts_emailchangeevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="secondfactorevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="416cdc417a9e5a6fcfc7f186030520f0f2851697",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_877e2",
                    table="accounts_secondfactorevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
