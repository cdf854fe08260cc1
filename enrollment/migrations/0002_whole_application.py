import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0001_initial"),
        ("facilities", "0002_slots_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApplicationDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answers", models.BinaryField(verbose_name="answers, sealed")),
                ("step", models.CharField(blank=True, max_length=20, verbose_name="step reached")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="times saved")),
                ("saved_at", models.DateTimeField(verbose_name="saved at")),
            ],
            options={
                "verbose_name": "application draft",
                "verbose_name_plural": "application drafts",
            },
        ),
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="opened at")),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="closes at")),
            ],
            options={
                "verbose_name": "look behind the protection",
                "verbose_name_plural": "looks behind the protection",
                "ordering": ["-asked_at"],
            },
        ),
        migrations.CreateModel(
            name="ConfidentialAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                ("sealed", models.BinaryField(verbose_name="address, sealed")),
                ("entered_at", models.DateTimeField(verbose_name="entered at")),
            ],
            options={
                "verbose_name": "confidential address",
                "verbose_name_plural": "confidential addresses",
                "ordering": ["family", "period"],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agreed_at", models.DateTimeField(verbose_name="agreed at")),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["registration", "text"],
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, verbose_name="code")),
                ("version", models.CharField(max_length=20, verbose_name="version")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                ("required", models.BooleanField(default=True, verbose_name="needed to apply")),
                ("text_ja", models.TextField(max_length=2000, verbose_name="text")),
                ("text_en", models.TextField(max_length=2000, verbose_name="text in English")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("SEED", "the ward's slides"),
                            ("PUBLIC", "the ward's web pages"),
                            ("DEFAULT", "own default, nothing published"),
                            ("STAFF", "entered by staff"),
                        ],
                        default="STAFF",
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent text",
                "verbose_name_plural": "consent texts",
                "ordering": ["position", "code", "period"],
            },
        ),
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uploaded_at", models.DateTimeField(verbose_name="sent at")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("tax", "Tax certificate"),
                            ("welfare", "Certificate of public assistance"),
                            ("residence", "Proof of residence"),
                            ("birth", "Mother and child handbook"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                        verbose_name="kind of paper",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="file name")),
                ("content_type", models.CharField(max_length=40, verbose_name="content type")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256 of the content")),
                ("content", models.BinaryField(verbose_name="content, sealed")),
            ],
            options={
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "ordering": ["uploaded_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="FamilyMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                ("merged_at", models.DateTimeField(verbose_name="joined at")),
                ("before", models.BinaryField(verbose_name="rows as they were, sealed")),
            ],
            options={
                "verbose_name": "joined entry",
                "verbose_name_plural": "joined entries",
                "ordering": ["-merged_at"],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("approval", "Notice of approval"),
                            ("rejection", "Notice of refusal"),
                            ("change", "Notice of change"),
                            ("cancellation", "Notice of cancellation"),
                            ("return", "Request for correction"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="fiscal year")),
                ("serial", models.PositiveIntegerField(verbose_name="number in the year")),
                ("issued_at", models.DateTimeField(verbose_name="issued at")),
                ("snapshot", models.JSONField(editable=False, verbose_name="what it says")),
                ("digest", models.CharField(editable=False, max_length=64, verbose_name="SHA-256 of the PDF")),
                (
                    "first_opened_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="first opened by the family at"),
                ),
                ("voided_at", models.DateTimeField(blank=True, null=True, verbose_name="voided at")),
                ("voided_reason", models.CharField(blank=True, max_length=200, verbose_name="why it is void")),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ["-issued_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="LetterPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                ("number_sign", models.CharField(max_length=20, verbose_name="sign before the number")),
                ("signed_by", models.CharField(max_length=40, verbose_name="signed by")),
                ("office", models.CharField(max_length=80, verbose_name="office to ask")),
                ("contact", models.CharField(blank=True, max_length=120, verbose_name="telephone and hours")),
                (
                    "municipality",
                    models.CharField(max_length=40, verbose_name="municipality, as the appeal text names it"),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("SEED", "the ward's slides"),
                            ("PUBLIC", "the ward's web pages"),
                            ("DEFAULT", "own default, nothing published"),
                            ("STAFF", "entered by staff"),
                        ],
                        default="STAFF",
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter policy",
                "verbose_name_plural": "letter policies",
                "ordering": ["period"],
            },
        ),
        migrations.CreateModel(
            name="LetterSerial",
            fields=[
                (
                    "fiscal_year",
                    models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="fiscal year"),
                ),
                ("last", models.PositiveIntegerField(default=0, verbose_name="last number")),
            ],
            options={
                "verbose_name": "letter serial",
                "verbose_name_plural": "letter serials",
            },
        ),
        migrations.CreateModel(
            name="NotTheSame",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said_at", models.DateTimeField(verbose_name="said at")),
            ],
            options={
                "verbose_name": "two different families",
                "verbose_name_plural": "two different families",
            },
        ),
        migrations.CreateModel(
            name="Protection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("set_at", models.DateTimeField(verbose_name="set at")),
                ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                ("review_by", models.DateField(blank=True, null=True, verbose_name="to be renewed by")),
            ],
            options={
                "verbose_name": "protection",
                "verbose_name_plural": "protections",
                "ordering": ["set_at"],
            },
        ),
        migrations.CreateModel(
            name="TimelineEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "happening",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("corrected", "Sent in again"),
                            ("withdrawn", "Withdrawn"),
                            ("approved", "Approved"),
                            ("returned", "Returned for correction"),
                            ("rejected", "Not approved"),
                            ("exception_proposed", "Exception proposed"),
                            ("exception_granted", "Exception granted"),
                            ("birth_reported", "Birth reported"),
                            ("address_changed", "Address changed"),
                            ("moved_out", "Moves out of the ward"),
                            ("tax_class_changed", "Tax class changed"),
                            ("rolls_over", "Baby rolls over"),
                            ("ended", "Registration ended"),
                            ("evidence_sent", "Paper sent in"),
                            ("letter_issued", "Letter issued"),
                            ("letter_voided", "Letter voided"),
                            ("merged", "Entered twice: joined into one"),
                            ("protected", "Put under protection"),
                        ],
                        max_length=20,
                        verbose_name="what happened",
                    ),
                ),
                ("on_day", models.DateField(verbose_name="holds from")),
                ("entered_at", models.DateTimeField(verbose_name="entered at")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
            ],
            options={
                "verbose_name": "timeline entry",
                "verbose_name_plural": "timeline",
                "ordering": ["-entered_at", "-pk"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="family",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="family",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="infant",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="infant",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="registration",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="registration",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="residence",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="residence",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="taxclassperiod",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="taxclassperiod",
            name="update_update",
        ),
        migrations.AddField(
            model_name="family",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="entered twice: everything is kept with the other one",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="enrollment.family",
                verbose_name="is the same family as",
            ),
        ),
        migrations.AddField(
            model_name="familyevent",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                help_text="entered twice: everything is kept with the other one",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="enrollment.family",
                verbose_name="is the same family as",
            ),
        ),
        migrations.AddField(
            model_name="infant",
            name="discharged_on",
            field=models.DateField(blank=True, null=True, verbose_name="left hospital on"),
        ),
        migrations.AddField(
            model_name="infantevent",
            name="discharged_on",
            field=models.DateField(blank=True, null=True, verbose_name="left hospital on"),
        ),
        migrations.AddField(
            model_name="registration",
            name="channel",
            field=models.CharField(
                choices=[
                    ("online", "Online"),
                    ("phone", "By telephone"),
                    ("paper", "On paper"),
                    ("counter", "At the counter"),
                ],
                default="online",
                max_length=10,
                verbose_name="came in",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="entered_by",
            field=models.ForeignKey(
                blank=True,
                help_text="ward staff, for a family that called or wrote",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="typed in by",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="heard_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("hospital", "Maternity hospital or midwife"),
                    ("nurse", "Health nurse"),
                    ("pregnancy_interview", "Interview in pregnancy"),
                    ("ward_site", "The ward's website or paper"),
                    ("friend", "Family or friends"),
                    ("before", "Used it before"),
                    ("other", "Other"),
                ],
                max_length=20,
                verbose_name="heard of it from",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="infant_health",
            field=models.TextField(
                blank=True, max_length=1000, verbose_name="infant's health: illness, medicine, allergies"
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="mother_health",
            field=models.TextField(
                blank=True, max_length=1000, verbose_name="mother's health: illness, medicine, allergies"
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="support",
            field=models.TextField(blank=True, max_length=1000, verbose_name="who helps"),
        ),
        migrations.AddField(
            model_name="registration",
            name="usable_until",
            field=models.DateField(
                blank=True,
                help_text="the last day, whatever the infant's age: the family moved away, or gave the registration up",
                null=True,
                verbose_name="usable until",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="worry_topics",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("tired", "I am tired"),
                        ("sleep", "I cannot sleep"),
                        ("mood", "I feel low or anxious"),
                        ("body", "My body has not recovered"),
                        ("feeding", "Breast or bottle feeding"),
                        ("crying", "My baby's crying"),
                        ("care", "How to care for my baby"),
                        ("siblings", "My older child"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="worries ticked",
            ),
        ),
        migrations.AddField(
            model_name="registrationevent",
            name="channel",
            field=models.CharField(
                choices=[
                    ("online", "Online"),
                    ("phone", "By telephone"),
                    ("paper", "On paper"),
                    ("counter", "At the counter"),
                ],
                default="online",
                max_length=10,
                verbose_name="came in",
            ),
        ),
        migrations.AddField(
            model_name="registrationevent",
            name="entered_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="ward staff, for a family that called or wrote",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="typed in by",
            ),
        ),
        migrations.AddField(
            model_name="registrationevent",
            name="heard_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("hospital", "Maternity hospital or midwife"),
                    ("nurse", "Health nurse"),
                    ("pregnancy_interview", "Interview in pregnancy"),
                    ("ward_site", "The ward's website or paper"),
                    ("friend", "Family or friends"),
                    ("before", "Used it before"),
                    ("other", "Other"),
                ],
                max_length=20,
                verbose_name="heard of it from",
            ),
        ),
        migrations.AddField(
            model_name="registrationevent",
            name="infant_health",
            field=models.TextField(
                blank=True, max_length=1000, verbose_name="infant's health: illness, medicine, allergies"
            ),
        ),
        migrations.AddField(
            model_name="registrationevent",
            name="mother_health",
            field=models.TextField(
                blank=True, max_length=1000, verbose_name="mother's health: illness, medicine, allergies"
            ),
        ),
        migrations.AddField(
            model_name="registrationevent",
            name="support",
            field=models.TextField(blank=True, max_length=1000, verbose_name="who helps"),
        ),
        migrations.AddField(
            model_name="registrationevent",
            name="usable_until",
            field=models.DateField(
                blank=True,
                help_text="the last day, whatever the infant's age: the family moved away, or gave the registration up",
                null=True,
                verbose_name="usable until",
            ),
        ),
        migrations.AddField(
            model_name="registrationevent",
            name="worry_topics",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("tired", "I am tired"),
                        ("sleep", "I cannot sleep"),
                        ("mood", "I feel low or anxious"),
                        ("body", "My body has not recovered"),
                        ("feeding", "Breast or bottle feeding"),
                        ("crying", "My baby's crying"),
                        ("care", "How to care for my baby"),
                        ("siblings", "My older child"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="worries ticked",
            ),
        ),
        migrations.AddField(
            model_name="registrationexception",
            name="proposed_at",
            field=models.DateTimeField(null=True, verbose_name="proposed at"),
        ),
        migrations.AddField(
            model_name="registrationexception",
            name="proposed_by",
            field=models.ForeignKey(
                help_text="empty where it was granted before a second person was asked for",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="residence",
            name="postcode",
            field=models.CharField(blank=True, max_length=7, verbose_name="postcode"),
        ),
        migrations.AddField(
            model_name="residenceevent",
            name="postcode",
            field=models.CharField(blank=True, max_length=7, verbose_name="postcode"),
        ),
        migrations.AlterField(
            model_name="registrationexception",
            name="granted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="granted at"),
        ),
        migrations.AlterField(
            model_name="registrationexception",
            name="granted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="granted by",
            ),
        ),
        migrations.AlterField(
            model_name="residence",
            name="town",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="facilities.town",
                verbose_name="town",
            ),
        ),
        migrations.AlterField(
            model_name="residenceevent",
            name="town",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="facilities.town",
                verbose_name="town",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="family",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "enrollment_familyevent" ("account_id", "created_at", "email", "id", "made_up", "merged_into_id", "mother_birth_date", "mother_name", "mother_name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") VALUES (NEW."account_id", NEW."created_at", NEW."email", NEW."id", NEW."made_up", NEW."merged_into_id", NEW."mother_birth_date", NEW."mother_name", NEW."mother_name_kana", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone"); RETURN NULL;',
                    hash="8092c1d181d6f357b64d50f9c2444406561cbb30",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_29e82",
                    table="enrollment_family",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="family",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "enrollment_familyevent" ("account_id", "created_at", "email", "id", "made_up", "merged_into_id", "mother_birth_date", "mother_name", "mother_name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") VALUES (NEW."account_id", NEW."created_at", NEW."email", NEW."id", NEW."made_up", NEW."merged_into_id", NEW."mother_birth_date", NEW."mother_name", NEW."mother_name_kana", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone"); RETURN NULL;',
                    hash="24f9af8e0330598d5857b1c5c49b8b967d1ad4f8",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e4f0c",
                    table="enrollment_family",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="infant",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "enrollment_infantevent" ("birth_date", "birth_id", "discharged_on", "gestation_days", "id", "long_hospital_stay", "name", "name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rolls_over_since") VALUES (NEW."birth_date", NEW."birth_id", NEW."discharged_on", NEW."gestation_days", NEW."id", NEW."long_hospital_stay", NEW."name", NEW."name_kana", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rolls_over_since"); RETURN NULL;',
                    hash="3bd1ac7618a03ceb256499c58bebf0d9dd72cd80",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7ad8f",
                    table="enrollment_infant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="infant",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "enrollment_infantevent" ("birth_date", "birth_id", "discharged_on", "gestation_days", "id", "long_hospital_stay", "name", "name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rolls_over_since") VALUES (NEW."birth_date", NEW."birth_id", NEW."discharged_on", NEW."gestation_days", NEW."id", NEW."long_hospital_stay", NEW."name", NEW."name_kana", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rolls_over_since"); RETURN NULL;',
                    hash="6a98b378aa0eea4cbf0af0ba56d6b43c8d038896",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1b6b1",
                    table="enrollment_infant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registration",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "enrollment_registrationevent" ("applied_at", "birth_id", "channel", "decided_at", "decided_by_id", "decision_reason", "entered_by_id", "heard_from", "id", "infant_health", "infant_in_ward", "lacks_support", "mother_health", "mother_in_ward", "needs_medical_care", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "support", "usable_until", "verdict", "worries", "worry", "worry_topics") VALUES (NEW."applied_at", NEW."birth_id", NEW."channel", NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."entered_by_id", NEW."heard_from", NEW."id", NEW."infant_health", NEW."infant_in_ward", NEW."lacks_support", NEW."mother_health", NEW."mother_in_ward", NEW."needs_medical_care", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."state", NEW."support", NEW."usable_until", NEW."verdict", NEW."worries", NEW."worry", NEW."worry_topics"); RETURN NULL;',
                    hash="14dbd7bf8ee618e843d98c0c8c600bab808efee9",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_132c0",
                    table="enrollment_registration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registration",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "enrollment_registrationevent" ("applied_at", "birth_id", "channel", "decided_at", "decided_by_id", "decision_reason", "entered_by_id", "heard_from", "id", "infant_health", "infant_in_ward", "lacks_support", "mother_health", "mother_in_ward", "needs_medical_care", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "support", "usable_until", "verdict", "worries", "worry", "worry_topics") VALUES (NEW."applied_at", NEW."birth_id", NEW."channel", NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."entered_by_id", NEW."heard_from", NEW."id", NEW."infant_health", NEW."infant_in_ward", NEW."lacks_support", NEW."mother_health", NEW."mother_in_ward", NEW."needs_medical_care", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."state", NEW."support", NEW."usable_until", NEW."verdict", NEW."worries", NEW."worry", NEW."worry_topics"); RETURN NULL;',
                    hash="92dcf41782f85d5dcb9396ff10d5d5dca75cdda9",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d86de",
                    table="enrollment_registration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="residence",
            trigger=pgtrigger.compiler.Trigger(
                name="residence_of_protected_is_sealed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."town_id" IS NOT NULL)',
                    func="\n                    IF EXISTS (SELECT 1 FROM enrollment_protection p WHERE p.family_id = NEW.family_id) THEN\n                        RAISE EXCEPTION 'the address of a protected family is sealed'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'residence_of_protected_is_sealed';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="0a030418c1541710f85c65600444e2d2da07616d",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_residence_of_protected_is_sealed_ee535",
                    table="enrollment_residence",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="residence",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "enrollment_residenceevent" ("block", "chome", "district_id", "family_id", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "rest", "town_id") VALUES (NEW."block", NEW."chome", NEW."district_id", NEW."family_id", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."postcode", NEW."rest", NEW."town_id"); RETURN NULL;',
                    hash="5d0938bb31a503c6b82ade8bc5b4f55d2210a7e7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7491d",
                    table="enrollment_residence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="residence",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "enrollment_residenceevent" ("block", "chome", "district_id", "family_id", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "rest", "town_id") VALUES (NEW."block", NEW."chome", NEW."district_id", NEW."family_id", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."postcode", NEW."rest", NEW."town_id"); RETURN NULL;',
                    hash="1cc2cf7f502ff76b71177924ed038f0374863b4d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0a123",
                    table="enrollment_residence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxclassperiod",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "enrollment_taxclassperiodevent" ("evidence", "evidence_file_id", "family_id", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tax_class") VALUES (NEW."evidence", NEW."evidence_file_id", NEW."family_id", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tax_class"); RETURN NULL;',
                    hash="449b1cc5c9414656ac19743135607a44fa5f8ff8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_bf649",
                    table="enrollment_taxclassperiod",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxclassperiod",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "enrollment_taxclassperiodevent" ("evidence", "evidence_file_id", "family_id", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tax_class") VALUES (NEW."evidence", NEW."evidence_file_id", NEW."family_id", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."tax_class"); RETURN NULL;',
                    hash="621609c66367a34c775a316094cd98ab0835331f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_71bc4",
                    table="enrollment_taxclassperiod",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="family",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("merged_into", models.F("pk")), _negated=True),
                    _connector="OR",
                ),
                name="family_not_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="infant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discharged_on__isnull", True), ("discharged_on__gte", models.F("birth_date")), _connector="OR"
                ),
                name="infant_discharged_after_birth",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationexception",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted_by__isnull", True),
                    ("proposed_by__isnull", True),
                    models.Q(("granted_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="exception_granted_by_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationexception",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("granted_at__isnull", True), ("granted_by__isnull", True), ("proposed_by__isnull", False)
                    ),
                    models.Q(("granted_at__isnull", False), ("granted_by__isnull", False)),
                    _connector="OR",
                ),
                name="exception_granted_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="residence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("town__isnull", False),
                    models.Q(("block__isnull", True), ("chome__isnull", True), ("postcode", ""), ("rest", "")),
                    _connector="OR",
                ),
                name="residence_without_town_is_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="residence",
            constraint=models.CheckConstraint(
                condition=models.Q(("postcode__regex", "^([0-9]{7})?$")), name="residence_postcode_is_digits"
            ),
        ),
        migrations.AddField(
            model_name="applicationdraft",
            name="account",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="application_draft",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sign-in",
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="opened_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="opened by",
            ),
        ),
        migrations.AddField(
            model_name="confidentialaddress",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entered by",
            ),
        ),
        migrations.AddField(
            model_name="confidentialaddress",
            name="family",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confidential_addresses",
                to="enrollment.family",
                verbose_name="family",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entered by",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="consents",
                to="enrollment.registration",
                verbose_name="registration",
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.UniqueConstraint(fields=("code", "version"), name="consent_text_version_once"),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("code", "="), ("period", "&&")], name="consent_text_no_overlap"
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="text",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="enrollment.consenttext",
                verbose_name="text",
            ),
        ),
        migrations.AddField(
            model_name="evidencefile",
            name="family",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="enrollment.family",
                verbose_name="family",
            ),
        ),
        migrations.AddField(
            model_name="evidencefile",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddField(
            model_name="taxclassperiod",
            name="evidence_file",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="enrollment.evidencefile",
                verbose_name="evidence sent in",
            ),
        ),
        migrations.AddField(
            model_name="taxclassperiodevent",
            name="evidence_file",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="enrollment.evidencefile",
                verbose_name="evidence sent in",
            ),
        ),
        migrations.AddField(
            model_name="familymerge",
            name="given_up",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merge",
                to="enrollment.family",
                verbose_name="entry given up",
            ),
        ),
        migrations.AddField(
            model_name="familymerge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merges",
                to="enrollment.family",
                verbose_name="entry kept",
            ),
        ),
        migrations.AddField(
            model_name="familymerge",
            name="merged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="joined by",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="issued_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="issued by",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="enrollment.registration",
                verbose_name="registration",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterpolicy",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("period", "&&")], name="letter_policy_no_overlap"
            ),
        ),
        migrations.AddField(
            model_name="notthesame",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="enrollment.family",
                verbose_name="first",
            ),
        ),
        migrations.AddField(
            model_name="notthesame",
            name="said_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="said by",
            ),
        ),
        migrations.AddField(
            model_name="notthesame",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="enrollment.family",
                verbose_name="second",
            ),
        ),
        migrations.AddField(
            model_name="protection",
            name="family",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="protection",
                to="enrollment.family",
                verbose_name="family",
            ),
        ),
        migrations.AddField(
            model_name="protection",
            name="named",
            field=models.ManyToManyField(
                blank=True,
                help_text="who may see the address without asking",
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="named persons",
            ),
        ),
        migrations.AddField(
            model_name="protection",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="set by",
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="protection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="break_glasses",
                to="enrollment.protection",
                verbose_name="protection",
            ),
        ),
        migrations.AddField(
            model_name="timelineentry",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entered by",
            ),
        ),
        migrations.AddField(
            model_name="timelineentry",
            name="family",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="timeline",
                to="enrollment.family",
                verbose_name="family",
            ),
        ),
        migrations.AddField(
            model_name="timelineentry",
            name="registration",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="timeline",
                to="enrollment.registration",
                verbose_name="registration",
            ),
        ),
        migrations.AddConstraint(
            model_name="confidentialaddress",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("family", "="), ("period", "&&")], name="confidential_address_no_overlap"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(fields=("registration", "text"), name="consent_once_a_text"),
        ),
        migrations.AddConstraint(
            model_name="evidencefile",
            constraint=models.CheckConstraint(
                condition=models.Q(("content_type__in", ["application/pdf", "image/jpeg", "image/png"])),
                name="evidence_of_a_known_type",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="familymerge",
            trigger=pgtrigger.compiler.Trigger(
                name="merge_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f5343d27887734ad4a28e923f764f97383016ada",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_merge_kept_9cc35",
                    table="enrollment_familymerge",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("fiscal_year", "serial"), name="letter_number_once"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("voided_at__isnull", True), ("voided_reason", "")),
                    models.Q(("voided_at__isnull", False), models.Q(("voided_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="letter_void_has_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="letter",
            trigger=pgtrigger.compiler.Trigger(
                name="letter_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="23749a967fa23faa99c135bf4d01fff1aed9caee",
                    operation="DELETE",
                    pgid="pgtrigger_letter_is_kept_fc0c3",
                    table="enrollment_letter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="letter",
            trigger=pgtrigger.compiler.Trigger(
                name="letter_never_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."fiscal_year" IS DISTINCT FROM (NEW."fiscal_year") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at") OR OLD."issued_by_id" IS DISTINCT FROM (NEW."issued_by_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."registration_id" IS DISTINCT FROM (NEW."registration_id") OR OLD."serial" IS DISTINCT FROM (NEW."serial") OR OLD."snapshot" IS DISTINCT FROM (NEW."snapshot"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ad1790c79e1dc4f2c5348212e71e5ce38273a2fc",
                    operation="UPDATE",
                    pgid="pgtrigger_letter_never_rewritten_19278",
                    table="enrollment_letter",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="notthesame",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="not_the_same_once"),
        ),
        migrations.AddConstraint(
            model_name="notthesame",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="not_the_same_in_order"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="protection",
            trigger=pgtrigger.compiler.Trigger(
                name="protection_never_lifted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="f2c7ff4ef520ab8aae51edf65b34fe313c21ba1f",
                    operation="DELETE",
                    pgid="pgtrigger_protection_never_lifted_7cf14",
                    table="enrollment_protection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="protection",
            trigger=pgtrigger.compiler.Trigger(
                name="protection_stays_with_the_family",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."family_id" IS DISTINCT FROM (NEW."family_id") OR OLD."set_at" IS DISTINCT FROM (NEW."set_at") OR OLD."set_by_id" IS DISTINCT FROM (NEW."set_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="662b0a442fcd8484e4f801b20913590b8cf16aaf",
                    operation="UPDATE",
                    pgid="pgtrigger_protection_stays_with_the_family_a2863",
                    table="enrollment_protection",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="break_glass_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opened_by__isnull", True),
                    models.Q(("opened_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="break_glass_opened_by_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closes_at__isnull", True), ("opened_at__isnull", True), ("opened_by__isnull", True)),
                    models.Q(
                        ("closes_at__gt", models.F("opened_at")),
                        ("opened_at__isnull", False),
                        ("opened_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="break_glass_opened_is_timed",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="breakglass",
            trigger=pgtrigger.compiler.Trigger(
                name="break_glass_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="3307248e7757ad7da7e9ee10e4b500b09bb6fb10",
                    operation="DELETE",
                    pgid="pgtrigger_break_glass_kept_0bcfd",
                    table="enrollment_breakglass",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="breakglass",
            trigger=pgtrigger.compiler.Trigger(
                name="break_glass_opened_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."opened_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ab85ce831975e9ef78d6c88afcf18ce4a54ef183",
                    operation="UPDATE",
                    pgid="pgtrigger_break_glass_opened_once_31f75",
                    table="enrollment_breakglass",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="timelineentry",
            trigger=pgtrigger.compiler.Trigger(
                name="timeline_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="89ce349ad15729cbbee7ecc5e0a8df5c4e82f55b",
                    operation="DELETE",
                    pgid="pgtrigger_timeline_kept_591a1",
                    table="enrollment_timelineentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="timelineentry",
            trigger=pgtrigger.compiler.Trigger(
                name="timeline_never_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."entered_at" IS DISTINCT FROM (NEW."entered_at") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."facts" IS DISTINCT FROM (NEW."facts") OR OLD."happening" IS DISTINCT FROM (NEW."happening") OR OLD."on_day" IS DISTINCT FROM (NEW."on_day") OR OLD."registration_id" IS DISTINCT FROM (NEW."registration_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f6173df4e2c20c7ee8899adde5891a2911591f24",
                    operation="UPDATE",
                    pgid="pgtrigger_timeline_never_rewritten_f384c",
                    table="enrollment_timelineentry",
                    when="BEFORE",
                ),
            ),
        ),
    ]
