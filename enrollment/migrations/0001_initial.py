import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import sankecare.create_tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("facilities", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        sankecare.create_tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Family",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="family",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="sign-in of the mother",
                            ),
                        ),
                        ("mother_name", models.CharField(max_length=80, verbose_name="mother's name")),
                        ("mother_name_kana", models.CharField(max_length=120, verbose_name="kana")),
                        (
                            "mother_birth_date",
                            models.DateField(blank=True, null=True, verbose_name="mother's date of birth"),
                        ),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="telephone")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("created_at", models.DateTimeField(verbose_name="entered at")),
                        (
                            "merged_into",
                            models.ForeignKey(
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
                        (
                            "made_up",
                            models.BooleanField(
                                default=False, help_text="an invented family, not a real one", verbose_name="made up"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "family",
                        "verbose_name_plural": "families",
                        "ordering": ["mother_name_kana", "pk"],
                        "indexes": [
                            models.Index(fields=["mother_name_kana"], name="family_kana"),
                            models.Index(fields=["mother_birth_date"], name="family_birth_date"),
                            models.Index(fields=["phone"], name="family_phone"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into__isnull", True),
                                    models.Q(("merged_into", models.F("pk")), _negated=True),
                                    _connector="OR",
                                ),
                                name="family_not_merged_into_itself",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_familyevent" ("account_id", "created_at", "email", "id", "made_up", "merged_into_id", "mother_birth_date", "mother_name", "mother_name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") VALUES (OLD."account_id", OLD."created_at", OLD."email", OLD."id", OLD."made_up", OLD."merged_into_id", OLD."mother_birth_date", OLD."mother_name", OLD."mother_name_kana", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone"); RETURN NULL;',
                                    hash="8aa2dfb95a7cb2c60de2ae582bdb67d0a526bf19",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_1b74d",
                                    table="enrollment_family",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FamilyEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="enrollment.family",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="sign-in of the mother",
                            ),
                        ),
                        ("mother_name", models.CharField(max_length=80, verbose_name="mother's name")),
                        ("mother_name_kana", models.CharField(max_length=120, verbose_name="kana")),
                        (
                            "mother_birth_date",
                            models.DateField(blank=True, null=True, verbose_name="mother's date of birth"),
                        ),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="telephone")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("created_at", models.DateTimeField(verbose_name="entered at")),
                        (
                            "merged_into",
                            models.ForeignKey(
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
                        (
                            "made_up",
                            models.BooleanField(
                                default=False, help_text="an invented family, not a real one", verbose_name="made up"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Residence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="residences",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "town",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="facilities.town",
                                verbose_name="town",
                            ),
                        ),
                        ("postcode", models.CharField(blank=True, max_length=7, verbose_name="postcode")),
                        ("chome", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="chome")),
                        ("block", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="block")),
                        ("rest", models.CharField(blank=True, max_length=120, verbose_name="number and building")),
                        (
                            "district",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="facilities.district",
                                verbose_name="district",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "residence",
                        "verbose_name_plural": "residences",
                        "ordering": ["family", "period"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("family", "="), ("period", "&&")], name="residence_no_overlap"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("town__isnull", False),
                                    models.Q(
                                        ("block__isnull", True),
                                        ("chome__isnull", True),
                                        ("postcode", ""),
                                        ("rest", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="residence_without_town_is_empty",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("postcode__regex", "^([0-9]{7})?$")),
                                name="residence_postcode_is_digits",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_residenceevent" ("block", "chome", "district_id", "family_id", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "rest", "town_id") VALUES (OLD."block", OLD."chome", OLD."district_id", OLD."family_id", OLD."id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."postcode", OLD."rest", OLD."town_id"); RETURN NULL;',
                                    hash="9d2cc0d69cc2960dc89180e057f2937e76c5642f",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_33240",
                                    table="enrollment_residence",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ResidenceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="enrollment.residence",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        (
                            "family",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "town",
                            models.ForeignKey(
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
                        ("postcode", models.CharField(blank=True, max_length=7, verbose_name="postcode")),
                        ("chome", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="chome")),
                        ("block", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="block")),
                        ("rest", models.CharField(blank=True, max_length=120, verbose_name="number and building")),
                        (
                            "district",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="facilities.district",
                                verbose_name="district",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="EvidenceFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evidence",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="sent by",
                            ),
                        ),
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("content_type__in", ["application/pdf", "image/jpeg", "image/png"])
                                ),
                                name="evidence_of_a_known_type",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TaxClassPeriod",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tax_classes",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "tax_class",
                            models.CharField(
                                choices=[
                                    ("taxed", "Taxed"),
                                    ("non_taxed", "Non-taxed (per-capita levy only included)"),
                                    ("welfare", "Receives public assistance"),
                                ],
                                max_length=10,
                                verbose_name="tax class",
                            ),
                        ),
                        ("evidence", models.CharField(blank=True, max_length=120, verbose_name="evidence seen")),
                        (
                            "evidence_file",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enrollment.evidencefile",
                                verbose_name="evidence sent in",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "tax class",
                        "verbose_name_plural": "tax classes",
                        "ordering": ["family", "period"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("family", "="), ("period", "&&")], name="tax_class_no_overlap"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_taxclassperiodevent" ("evidence", "evidence_file_id", "family_id", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tax_class") VALUES (OLD."evidence", OLD."evidence_file_id", OLD."family_id", OLD."id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."tax_class"); RETURN NULL;',
                                    hash="fcea2223ee552c3cb85256fa7228f2dd49cbcca7",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_81de7",
                                    table="enrollment_taxclassperiod",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TaxClassPeriodEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="enrollment.taxclassperiod",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        (
                            "family",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "tax_class",
                            models.CharField(
                                choices=[
                                    ("taxed", "Taxed"),
                                    ("non_taxed", "Non-taxed (per-capita levy only included)"),
                                    ("welfare", "Receives public assistance"),
                                ],
                                max_length=10,
                                verbose_name="tax class",
                            ),
                        ),
                        ("evidence", models.CharField(blank=True, max_length=120, verbose_name="evidence seen")),
                        (
                            "evidence_file",
                            models.ForeignKey(
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Birth",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="births",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        ("due_date", models.DateField(blank=True, null=True, verbose_name="due date")),
                    ],
                    options={
                        "verbose_name": "birth",
                        "verbose_name_plural": "births",
                        "ordering": ["family", "due_date"],
                    },
                ),
                migrations.CreateModel(
                    name="Infant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "birth",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="infants",
                                to="enrollment.birth",
                                verbose_name="birth",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                        ("name_kana", models.CharField(blank=True, max_length=120, verbose_name="kana")),
                        ("birth_date", models.DateField(verbose_name="date of birth")),
                        (
                            "gestation_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="37 weeks 0 days = 259",
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(140),
                                    django.core.validators.MaxValueValidator(308),
                                ],
                                verbose_name="days of gestation",
                            ),
                        ),
                        (
                            "long_hospital_stay",
                            models.BooleanField(default=False, verbose_name="kept in hospital longer than usual"),
                        ),
                        ("discharged_on", models.DateField(blank=True, null=True, verbose_name="left hospital on")),
                        (
                            "rolls_over_since",
                            models.DateField(blank=True, null=True, verbose_name="rolls over actively since"),
                        ),
                    ],
                    options={
                        "verbose_name": "infant",
                        "verbose_name_plural": "infants",
                        "ordering": ["birth", "birth_date", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("gestation_days__isnull", True),
                                    ("gestation_days__range", (140, 308)),
                                    _connector="OR",
                                ),
                                name="infant_gestation_plausible",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("discharged_on__isnull", True),
                                    ("discharged_on__gte", models.F("birth_date")),
                                    _connector="OR",
                                ),
                                name="infant_discharged_after_birth",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("rolls_over_since__isnull", True),
                                    ("rolls_over_since__gte", models.F("birth_date")),
                                    _connector="OR",
                                ),
                                name="infant_rolls_over_after_birth",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_infantevent" ("birth_date", "birth_id", "discharged_on", "gestation_days", "id", "long_hospital_stay", "name", "name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rolls_over_since") VALUES (OLD."birth_date", OLD."birth_id", OLD."discharged_on", OLD."gestation_days", OLD."id", OLD."long_hospital_stay", OLD."name", OLD."name_kana", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rolls_over_since"); RETURN NULL;',
                                    hash="42ba6cca046fe30cba63e2912dae58e2ad4f95fe",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_af8b3",
                                    table="enrollment_infant",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InfantEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="enrollment.infant",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        (
                            "birth",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.birth",
                                verbose_name="birth",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                        ("name_kana", models.CharField(blank=True, max_length=120, verbose_name="kana")),
                        ("birth_date", models.DateField(verbose_name="date of birth")),
                        (
                            "gestation_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="37 weeks 0 days = 259",
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(140),
                                    django.core.validators.MaxValueValidator(308),
                                ],
                                verbose_name="days of gestation",
                            ),
                        ),
                        (
                            "long_hospital_stay",
                            models.BooleanField(default=False, verbose_name="kept in hospital longer than usual"),
                        ),
                        ("discharged_on", models.DateField(blank=True, null=True, verbose_name="left hospital on")),
                        (
                            "rolls_over_since",
                            models.DateField(blank=True, null=True, verbose_name="rolls over actively since"),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Sibling",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="siblings",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("name_kana", models.CharField(blank=True, max_length=120, verbose_name="kana")),
                        ("birth_date", models.DateField(verbose_name="date of birth")),
                    ],
                    options={
                        "verbose_name": "sibling",
                        "verbose_name_plural": "siblings",
                        "ordering": ["family", "birth_date"],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_siblingevent" ("birth_date", "family_id", "id", "name", "name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."birth_date", NEW."family_id", NEW."id", NEW."name", NEW."name_kana", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                                    hash="c37cebda25c21ff53c323c4d91a5390cfcaeb2d8",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_db735",
                                    table="enrollment_sibling",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "enrollment_siblingevent" ("birth_date", "family_id", "id", "name", "name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."birth_date", NEW."family_id", NEW."id", NEW."name", NEW."name_kana", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                                    hash="f78bbdf441c72abd382647b5a8bbc26a10b415e5",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_42686",
                                    table="enrollment_sibling",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_siblingevent" ("birth_date", "family_id", "id", "name", "name_kana", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."birth_date", OLD."family_id", OLD."id", OLD."name", OLD."name_kana", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                                    hash="c513f4ddd67dc7c49f06e72eccd69eeb1b0ebd8b",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_fa9d0",
                                    table="enrollment_sibling",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SiblingEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="enrollment.sibling",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        (
                            "family",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("name_kana", models.CharField(blank=True, max_length=120, verbose_name="kana")),
                        ("birth_date", models.DateField(verbose_name="date of birth")),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Registration",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "birth",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="registrations",
                                to="enrollment.birth",
                                verbose_name="birth",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("applied", "Applied"),
                                    ("returned", "Returned for correction"),
                                    ("approved", "Approved"),
                                    ("rejected", "Not approved"),
                                    ("withdrawn", "Withdrawn"),
                                    ("ended", "Ended"),
                                ],
                                default="applied",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("applied_at", models.DateTimeField(verbose_name="applied at")),
                        (
                            "channel",
                            models.CharField(
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
                        (
                            "entered_by",
                            models.ForeignKey(
                                blank=True,
                                help_text="ward staff, for a family that called or wrote",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="typed in by",
                            ),
                        ),
                        ("mother_in_ward", models.BooleanField(default=True, verbose_name="mother lives in the ward")),
                        ("infant_in_ward", models.BooleanField(default=True, verbose_name="infant lives in the ward")),
                        ("worry", models.BooleanField(default=False, verbose_name="worried or tired")),
                        (
                            "worry_topics",
                            django.contrib.postgres.fields.ArrayField(
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
                        ("worries", models.TextField(blank=True, max_length=2000, verbose_name="what worries her")),
                        (
                            "lacks_support",
                            models.BooleanField(default=False, verbose_name="cannot get enough support from family"),
                        ),
                        ("support", models.TextField(blank=True, max_length=1000, verbose_name="who helps")),
                        (
                            "needs_medical_care",
                            models.BooleanField(
                                default=False, verbose_name="mother or infant needs medical treatment"
                            ),
                        ),
                        (
                            "mother_health",
                            models.TextField(
                                blank=True,
                                max_length=1000,
                                verbose_name="mother's health: illness, medicine, allergies",
                            ),
                        ),
                        (
                            "infant_health",
                            models.TextField(
                                blank=True,
                                max_length=1000,
                                verbose_name="infant's health: illness, medicine, allergies",
                            ),
                        ),
                        (
                            "heard_from",
                            models.CharField(
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
                        (
                            "stated_tax_class",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("taxed", "Taxed"),
                                    ("non_taxed", "Non-taxed (per-capita levy only included)"),
                                    ("welfare", "Receives public assistance"),
                                ],
                                db_default="",
                                default="",
                                help_text="prices nothing by itself: it holds from the approval on, or from when staff enter it",
                                max_length=10,
                                verbose_name="tax class stated",
                            ),
                        ),
                        (
                            "usable_until",
                            models.DateField(
                                blank=True,
                                help_text="the last day, whatever the infant's age: the family moved away, or gave the registration up",
                                null=True,
                                verbose_name="usable until",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        ("decision_reason", models.TextField(blank=True, max_length=2000, verbose_name="reason")),
                        (
                            "verdict",
                            models.JSONField(
                                blank=True, editable=False, null=True, verbose_name="verdict when decided"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "registration",
                        "verbose_name_plural": "registrations",
                        "ordering": ["applied_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("applied", "returned", "approved"))),
                                fields=("birth",),
                                name="registration_one_live_a_birth",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["approved", "rejected"]), _negated=True),
                                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="registration_decided_is_signed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["rejected", "returned"]), _negated=True),
                                    models.Q(("decision_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="registration_refusal_has_reason",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="registration_states",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{applied:approved,applied:returned,applied:rejected,applied:withdrawn,returned:applied,returned:withdrawn,approved:ended}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="8bc66a945fff20c0c3c1b664169c15fb2d36eb54",
                                    operation="UPDATE",
                                    pgid="pgtrigger_registration_states_33ff1",
                                    table="enrollment_registration",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_registrationevent" ("applied_at", "birth_id", "channel", "decided_at", "decided_by_id", "decision_reason", "entered_by_id", "heard_from", "id", "infant_health", "infant_in_ward", "lacks_support", "mother_health", "mother_in_ward", "needs_medical_care", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "stated_tax_class", "support", "usable_until", "verdict", "worries", "worry", "worry_topics") VALUES (NEW."applied_at", NEW."birth_id", NEW."channel", NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."entered_by_id", NEW."heard_from", NEW."id", NEW."infant_health", NEW."infant_in_ward", NEW."lacks_support", NEW."mother_health", NEW."mother_in_ward", NEW."needs_medical_care", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."state", NEW."stated_tax_class", NEW."support", NEW."usable_until", NEW."verdict", NEW."worries", NEW."worry", NEW."worry_topics"); RETURN NULL;',
                                    hash="68abb41f474cd2ef0082b12ee4e7f4b98df41a00",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_132c0",
                                    table="enrollment_registration",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "enrollment_registrationevent" ("applied_at", "birth_id", "channel", "decided_at", "decided_by_id", "decision_reason", "entered_by_id", "heard_from", "id", "infant_health", "infant_in_ward", "lacks_support", "mother_health", "mother_in_ward", "needs_medical_care", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "stated_tax_class", "support", "usable_until", "verdict", "worries", "worry", "worry_topics") VALUES (NEW."applied_at", NEW."birth_id", NEW."channel", NEW."decided_at", NEW."decided_by_id", NEW."decision_reason", NEW."entered_by_id", NEW."heard_from", NEW."id", NEW."infant_health", NEW."infant_in_ward", NEW."lacks_support", NEW."mother_health", NEW."mother_in_ward", NEW."needs_medical_care", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."state", NEW."stated_tax_class", NEW."support", NEW."usable_until", NEW."verdict", NEW."worries", NEW."worry", NEW."worry_topics"); RETURN NULL;',
                                    hash="9135774058e1f134246dfd9e99519f892bce0810",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_d86de",
                                    table="enrollment_registration",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_registrationevent" ("applied_at", "birth_id", "channel", "decided_at", "decided_by_id", "decision_reason", "entered_by_id", "heard_from", "id", "infant_health", "infant_in_ward", "lacks_support", "mother_health", "mother_in_ward", "needs_medical_care", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "stated_tax_class", "support", "usable_until", "verdict", "worries", "worry", "worry_topics") VALUES (OLD."applied_at", OLD."birth_id", OLD."channel", OLD."decided_at", OLD."decided_by_id", OLD."decision_reason", OLD."entered_by_id", OLD."heard_from", OLD."id", OLD."infant_health", OLD."infant_in_ward", OLD."lacks_support", OLD."mother_health", OLD."mother_in_ward", OLD."needs_medical_care", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."state", OLD."stated_tax_class", OLD."support", OLD."usable_until", OLD."verdict", OLD."worries", OLD."worry", OLD."worry_topics"); RETURN NULL;',
                                    hash="8b160882f7d7d1f6b8c669fae2d8b49b8496fc13",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_05458",
                                    table="enrollment_registration",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegistrationEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="enrollment.registration",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        (
                            "birth",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.birth",
                                verbose_name="birth",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("applied", "Applied"),
                                    ("returned", "Returned for correction"),
                                    ("approved", "Approved"),
                                    ("rejected", "Not approved"),
                                    ("withdrawn", "Withdrawn"),
                                    ("ended", "Ended"),
                                ],
                                default="applied",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("applied_at", models.DateTimeField(verbose_name="applied at")),
                        (
                            "channel",
                            models.CharField(
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
                        (
                            "entered_by",
                            models.ForeignKey(
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
                        ("mother_in_ward", models.BooleanField(default=True, verbose_name="mother lives in the ward")),
                        ("infant_in_ward", models.BooleanField(default=True, verbose_name="infant lives in the ward")),
                        ("worry", models.BooleanField(default=False, verbose_name="worried or tired")),
                        (
                            "worry_topics",
                            django.contrib.postgres.fields.ArrayField(
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
                        ("worries", models.TextField(blank=True, max_length=2000, verbose_name="what worries her")),
                        (
                            "lacks_support",
                            models.BooleanField(default=False, verbose_name="cannot get enough support from family"),
                        ),
                        ("support", models.TextField(blank=True, max_length=1000, verbose_name="who helps")),
                        (
                            "needs_medical_care",
                            models.BooleanField(
                                default=False, verbose_name="mother or infant needs medical treatment"
                            ),
                        ),
                        (
                            "mother_health",
                            models.TextField(
                                blank=True,
                                max_length=1000,
                                verbose_name="mother's health: illness, medicine, allergies",
                            ),
                        ),
                        (
                            "infant_health",
                            models.TextField(
                                blank=True,
                                max_length=1000,
                                verbose_name="infant's health: illness, medicine, allergies",
                            ),
                        ),
                        (
                            "heard_from",
                            models.CharField(
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
                        (
                            "stated_tax_class",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("taxed", "Taxed"),
                                    ("non_taxed", "Non-taxed (per-capita levy only included)"),
                                    ("welfare", "Receives public assistance"),
                                ],
                                db_default="",
                                default="",
                                help_text="prices nothing by itself: it holds from the approval on, or from when staff enter it",
                                max_length=10,
                                verbose_name="tax class stated",
                            ),
                        ),
                        (
                            "usable_until",
                            models.DateField(
                                blank=True,
                                help_text="the last day, whatever the infant's age: the family moved away, or gave the registration up",
                                null=True,
                                verbose_name="usable until",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                        (
                            "decided_by",
                            models.ForeignKey(
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
                        ("decision_reason", models.TextField(blank=True, max_length=2000, verbose_name="reason")),
                        (
                            "verdict",
                            models.JSONField(
                                blank=True, editable=False, null=True, verbose_name="verdict when decided"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RegistrationException",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="exceptions",
                                to="enrollment.registration",
                                verbose_name="registration",
                            ),
                        ),
                        ("rule", models.CharField(max_length=20, verbose_name="rule")),
                        ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                help_text="empty where it was granted before a second person was asked for",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="proposed by",
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(null=True, verbose_name="proposed at")),
                        (
                            "granted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="granted by",
                            ),
                        ),
                        ("granted_at", models.DateTimeField(blank=True, null=True, verbose_name="granted at")),
                    ],
                    options={
                        "verbose_name": "exception",
                        "verbose_name_plural": "exceptions",
                        "constraints": [
                            models.UniqueConstraint(fields=("registration", "rule"), name="exception_once_a_rule"),
                            models.CheckConstraint(
                                condition=models.Q(("rule", "medical_care"), _negated=True),
                                name="exception_never_on_medical_care",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="exception_has_reason"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("granted_by__isnull", True),
                                    ("proposed_by__isnull", True),
                                    models.Q(("granted_by", models.F("proposed_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="exception_granted_by_a_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("granted_at__isnull", True),
                                        ("granted_by__isnull", True),
                                        ("proposed_by__isnull", False),
                                    ),
                                    models.Q(("granted_at__isnull", False), ("granted_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="exception_granted_is_signed",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_registrationexceptionevent" ("granted_at", "granted_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "registration_id", "rule") VALUES (NEW."granted_at", NEW."granted_by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proposed_at", NEW."proposed_by_id", NEW."reason", NEW."registration_id", NEW."rule"); RETURN NULL;',
                                    hash="2f04d12df05795fe481f7d1783b2a8d10d7d54aa",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_3ff7d",
                                    table="enrollment_registrationexception",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "enrollment_registrationexceptionevent" ("granted_at", "granted_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "registration_id", "rule") VALUES (NEW."granted_at", NEW."granted_by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proposed_at", NEW."proposed_by_id", NEW."reason", NEW."registration_id", NEW."rule"); RETURN NULL;',
                                    hash="59bf3b97b6856357694c77257ed0c581e5753890",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_189cf",
                                    table="enrollment_registrationexception",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_registrationexceptionevent" ("granted_at", "granted_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_at", "proposed_by_id", "reason", "registration_id", "rule") VALUES (OLD."granted_at", OLD."granted_by_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."proposed_at", OLD."proposed_by_id", OLD."reason", OLD."registration_id", OLD."rule"); RETURN NULL;',
                                    hash="166b657b4317487edac7ad72ed6dd0fe50b66aca",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_05ce5",
                                    table="enrollment_registrationexception",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegistrationExceptionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="enrollment.registrationexception",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        (
                            "registration",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.registration",
                                verbose_name="registration",
                            ),
                        ),
                        ("rule", models.CharField(max_length=20, verbose_name="rule")),
                        ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                db_constraint=False,
                                help_text="empty where it was granted before a second person was asked for",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="proposed by",
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(null=True, verbose_name="proposed at")),
                        (
                            "granted_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="granted by",
                            ),
                        ),
                        ("granted_at", models.DateTimeField(blank=True, null=True, verbose_name="granted at")),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RegistrationPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "from_pregnancy_week",
                            models.PositiveSmallIntegerField(verbose_name="from which week of pregnancy"),
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
                        "verbose_name": "registration policy",
                        "verbose_name_plural": "registration policies",
                        "ordering": ["period"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("period", "&&")], name="registration_policy_no_overlap"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_registrationpolicyevent" ("from_pregnancy_week", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."from_pregnancy_week", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source"); RETURN NULL;',
                                    hash="2f57070e81f6b79cfd14e4caf89b7a8d4d7dea0f",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_c9eff",
                                    table="enrollment_registrationpolicy",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "enrollment_registrationpolicyevent" ("from_pregnancy_week", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."from_pregnancy_week", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source"); RETURN NULL;',
                                    hash="a5c0ba005505ad5f57d72f4e9763bb3bee122c7b",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_49c1b",
                                    table="enrollment_registrationpolicy",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_registrationpolicyevent" ("from_pregnancy_week", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (OLD."from_pregnancy_week", OLD."id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source"); RETURN NULL;',
                                    hash="1fe427ced8599a5d52dd1187f68f399aa5411105",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_21aa1",
                                    table="enrollment_registrationpolicy",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegistrationPolicyEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="enrollment.registrationpolicy",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "from_pregnancy_week",
                            models.PositiveSmallIntegerField(verbose_name="from which week of pregnancy"),
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
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ApplicationDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="application_draft",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="sign-in",
                            ),
                        ),
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
                    name="ConsentText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "version"), name="consent_text_version_once"),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("code", "="), ("period", "&&")], name="consent_text_no_overlap"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_consenttextevent" ("code", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "required", "source", "text_en", "text_ja", "version") VALUES (NEW."code", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."required", NEW."source", NEW."text_en", NEW."text_ja", NEW."version"); RETURN NULL;',
                                    hash="1ad8e236964d86b1e071c9a33107de7fb601a462",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_a8db8",
                                    table="enrollment_consenttext",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "enrollment_consenttextevent" ("code", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "required", "source", "text_en", "text_ja", "version") VALUES (NEW."code", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."required", NEW."source", NEW."text_en", NEW."text_ja", NEW."version"); RETURN NULL;',
                                    hash="baf62224705c9569c7b70f38a1ce1510aaf501dd",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_660b9",
                                    table="enrollment_consenttext",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_consenttextevent" ("code", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "required", "source", "text_en", "text_ja", "version") VALUES (OLD."code", OLD."id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."required", OLD."source", OLD."text_en", OLD."text_ja", OLD."version"); RETURN NULL;',
                                    hash="67f22f63770e07987fd24382c40781a17e82ebbc",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_3c715",
                                    table="enrollment_consenttext",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ConsentTextEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="enrollment.consenttext",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        ("code", models.SlugField(db_index=False, max_length=30, verbose_name="code")),
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
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consents",
                                to="enrollment.registration",
                                verbose_name="registration",
                            ),
                        ),
                        (
                            "text",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enrollment.consenttext",
                                verbose_name="text",
                            ),
                        ),
                        ("agreed_at", models.DateTimeField(verbose_name="agreed at")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "consent",
                        "verbose_name_plural": "consents",
                        "ordering": ["registration", "text"],
                        "constraints": [
                            models.UniqueConstraint(fields=("registration", "text"), name="consent_once_a_text")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Letter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="enrollment.registration",
                                verbose_name="registration",
                            ),
                        ),
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
                        (
                            "issued_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="issued by",
                            ),
                        ),
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
                        "constraints": [
                            models.UniqueConstraint(fields=("fiscal_year", "serial"), name="letter_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("voided_at__isnull", True), ("voided_reason", "")),
                                    models.Q(
                                        ("voided_at__isnull", False), models.Q(("voided_reason", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="letter_void_has_reason",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LetterFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "letter",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="file",
                                to="enrollment.letter",
                                verbose_name="letter",
                            ),
                        ),
                        ("sealed", models.BinaryField(verbose_name="PDF, sealed")),
                    ],
                    options={
                        "verbose_name": "file of a letter",
                        "verbose_name_plural": "files of letters",
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="letter_file_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="8aae9e57b19f3dc0583dcfe46bf9c516fa396da0",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_letter_file_kept_fc962",
                                    table="enrollment_letterfile",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LetterPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("period", "&&")], name="letter_policy_no_overlap"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_letterpolicyevent" ("contact", "id", "municipality", "number_sign", "office", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_by", "source") VALUES (NEW."contact", NEW."id", NEW."municipality", NEW."number_sign", NEW."office", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."signed_by", NEW."source"); RETURN NULL;',
                                    hash="5bb0d99e8988af9c624a31270ef59afd6a97305b",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_3582c",
                                    table="enrollment_letterpolicy",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "enrollment_letterpolicyevent" ("contact", "id", "municipality", "number_sign", "office", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_by", "source") VALUES (NEW."contact", NEW."id", NEW."municipality", NEW."number_sign", NEW."office", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."signed_by", NEW."source"); RETURN NULL;',
                                    hash="72133c87b2d2eb43688cdc1d478e702c1f501ffc",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_a06c3",
                                    table="enrollment_letterpolicy",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "enrollment_letterpolicyevent" ("contact", "id", "municipality", "number_sign", "office", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_by", "source") VALUES (OLD."contact", OLD."id", OLD."municipality", OLD."number_sign", OLD."office", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."signed_by", OLD."source"); RETURN NULL;',
                                    hash="70f04161bb14230f8314479d9c724817bfa61c73",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_09487",
                                    table="enrollment_letterpolicy",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LetterPolicyEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="enrollment.letterpolicy",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        ("id", models.BigIntegerField()),
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
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="LetterSerial",
                    fields=[
                        (
                            "fiscal_year",
                            models.PositiveSmallIntegerField(
                                primary_key=True, serialize=False, verbose_name="fiscal year"
                            ),
                        ),
                        ("last", models.PositiveIntegerField(default=0, verbose_name="last number")),
                    ],
                    options={
                        "verbose_name": "letter serial",
                        "verbose_name_plural": "letter serials",
                    },
                ),
                migrations.CreateModel(
                    name="FamilyMerge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kept",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merges",
                                to="enrollment.family",
                                verbose_name="entry kept",
                            ),
                        ),
                        (
                            "given_up",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merge",
                                to="enrollment.family",
                                verbose_name="entry given up",
                            ),
                        ),
                        ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                        (
                            "merged_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="joined by",
                            ),
                        ),
                        ("merged_at", models.DateTimeField(verbose_name="joined at")),
                        ("before", models.BinaryField(verbose_name="rows as they were, sealed")),
                    ],
                    options={
                        "verbose_name": "joined entry",
                        "verbose_name_plural": "joined entries",
                        "ordering": ["-merged_at"],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="merge_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="f5343d27887734ad4a28e923f764f97383016ada",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_merge_kept_9cc35",
                                    table="enrollment_familymerge",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NotTheSame",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "first",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="enrollment.family",
                                verbose_name="first",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="enrollment.family",
                                verbose_name="second",
                            ),
                        ),
                        (
                            "said_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="said by",
                            ),
                        ),
                        ("said_at", models.DateTimeField(verbose_name="said at")),
                    ],
                    options={
                        "verbose_name": "two different families",
                        "verbose_name_plural": "two different families",
                        "constraints": [
                            models.UniqueConstraint(fields=("first", "second"), name="not_the_same_once"),
                            models.CheckConstraint(
                                condition=models.Q(("first__lt", models.F("second"))), name="not_the_same_in_order"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Protection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "family",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="protection",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        ("set_at", models.DateTimeField(verbose_name="set at")),
                        (
                            "set_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="set by",
                            ),
                        ),
                        ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                        ("review_by", models.DateField(blank=True, null=True, verbose_name="to be renewed by")),
                        (
                            "named",
                            models.ManyToManyField(
                                blank=True,
                                help_text="who may see the address without asking",
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="named persons",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "protection",
                        "verbose_name_plural": "protections",
                        "ordering": ["set_at"],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ConfidentialAddress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="confidential_addresses",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        ("sealed", models.BinaryField(verbose_name="address, sealed")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                        ("entered_at", models.DateTimeField(verbose_name="entered at")),
                    ],
                    options={
                        "verbose_name": "confidential address",
                        "verbose_name_plural": "confidential addresses",
                        "ordering": ["family", "period"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("family", "="), ("period", "&&")], name="confidential_address_no_overlap"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BreakGlass",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "protection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="break_glasses",
                                to="enrollment.protection",
                                verbose_name="protection",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked at")),
                        ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="opened by",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="opened at")),
                        ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="closes at")),
                    ],
                    options={
                        "verbose_name": "look behind the protection",
                        "verbose_name_plural": "looks behind the protection",
                        "ordering": ["-asked_at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="break_glass_has_reason"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("opened_by__isnull", True),
                                    models.Q(("opened_by", models.F("asked_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="break_glass_opened_by_a_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closes_at__isnull", True),
                                        ("opened_at__isnull", True),
                                        ("opened_by__isnull", True),
                                    ),
                                    models.Q(
                                        ("closes_at__gt", models.F("opened_at")),
                                        ("opened_at__isnull", False),
                                        ("opened_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="break_glass_opened_is_timed",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TimelineEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="timeline",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        (
                            "registration",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="timeline",
                                to="enrollment.registration",
                                verbose_name="registration",
                            ),
                        ),
                        (
                            "happening",
                            models.CharField(
                                choices=[
                                    ("applied", "Application sent in"),
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
                                    ("person_corrected", "Name or contact corrected"),
                                    ("rolls_over", "Baby rolls over"),
                                    ("ended", "Registration ended"),
                                    ("evidence_sent", "Paper sent in"),
                                    ("letter_issued", "Letter issued"),
                                    ("letter_voided", "Letter voided"),
                                    ("merged", "Entered twice: joined into one"),
                                    ("protected", "Put under protection"),
                                    ("protection_renewed", "Protection renewed"),
                                    ("named", "Person named for the address"),
                                    ("unnamed", "Person no longer named for the address"),
                                    ("look_asked", "Asked to see the address"),
                                    ("look_opened", "Address opened for a look"),
                                ],
                                max_length=20,
                                verbose_name="what happened",
                            ),
                        ),
                        ("on_day", models.DateField(verbose_name="holds from")),
                        ("entered_at", models.DateTimeField(verbose_name="entered at")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                        ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
                    ],
                    options={
                        "verbose_name": "timeline entry",
                        "verbose_name_plural": "timeline",
                        "ordering": ["-entered_at", "-pk"],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
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
                            pgtrigger.compiler.Trigger(
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
                        ],
                    },
                ),
            ],
        ),
    ]
