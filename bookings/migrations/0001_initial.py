from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import sankecare.create_tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("enrollment", "0001_initial"),
        ("facilities", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        sankecare.create_tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Booking",
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
                                related_name="bookings",
                                to="enrollment.registration",
                                verbose_name="registration",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bookings",
                                to="facilities.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("offered", "Offered to you"),
                                    ("booked", "Booked"),
                                    ("arrived", "In house"),
                                    ("departed", "Departed"),
                                    ("cancelled", "Cancelled"),
                                    ("no_show", "Did not come"),
                                ],
                                default="booked",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "infant_count",
                            models.PositiveSmallIntegerField(default=1, verbose_name="infants taking part"),
                        ),
                        (
                            "sibling",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bookings",
                                to="enrollment.sibling",
                                verbose_name="sibling",
                            ),
                        ),
                        (
                            "coupons",
                            models.PositiveSmallIntegerField(default=0, verbose_name="coupons to be handed over"),
                        ),
                        (
                            "food",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=200,
                                verbose_name="allergies and food",
                            ),
                        ),
                        ("booked_at", models.DateTimeField(verbose_name="booked at")),
                        (
                            "booked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="booked by",
                            ),
                        ),
                        (
                            "offered_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="held for the family until then, for nobody else",
                                null=True,
                                verbose_name="to be accepted by",
                            ),
                        ),
                        (
                            "ended_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason of cancelling"),
                        ),
                        (
                            "options",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="facilities.facilityoption",
                                verbose_name="options asked for",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "booking",
                        "verbose_name_plural": "bookings",
                        "ordering": ["-booked_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("infant_count__range", (1, 6))), name="booking_has_infant"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "offered"), _negated=True),
                                    ("offered_until__isnull", False),
                                    _connector="OR",
                                ),
                                name="booking_offer_ends",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="booking_states",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE _is_valid_transition BOOLEAN;",
                                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{offered:booked,offered:cancelled,booked:arrived,booked:cancelled,booked:no_show,arrived:departed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                                    hash="f74fc3f88dfcc2bc34728fe8cf630c81cc1e4a32",
                                    operation="UPDATE",
                                    pgid="pgtrigger_booking_states_63ffa",
                                    table="bookings_booking",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_bookingevent" ("booked_at", "booked_by_id", "coupons", "ended_reason", "food", "id", "infant_count", "offered_until", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "service_id", "sibling_id", "state") VALUES (NEW."booked_at", NEW."booked_by_id", NEW."coupons", NEW."ended_reason", NEW."food", NEW."id", NEW."infant_count", NEW."offered_until", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."registration_id", NEW."service_id", NEW."sibling_id", NEW."state"); RETURN NULL;',
                                    hash="2560d71fd5742c664c06534a57eb00edcb63320e",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_28bb6",
                                    table="bookings_booking",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_bookingevent" ("booked_at", "booked_by_id", "coupons", "ended_reason", "food", "id", "infant_count", "offered_until", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "service_id", "sibling_id", "state") VALUES (NEW."booked_at", NEW."booked_by_id", NEW."coupons", NEW."ended_reason", NEW."food", NEW."id", NEW."infant_count", NEW."offered_until", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."registration_id", NEW."service_id", NEW."sibling_id", NEW."state"); RETURN NULL;',
                                    hash="c103f9a128ab76e3c60c1dcc73fca526d70dbe34",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_d8751",
                                    table="bookings_booking",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_bookingevent" ("booked_at", "booked_by_id", "coupons", "ended_reason", "food", "id", "infant_count", "offered_until", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "service_id", "sibling_id", "state") VALUES (OLD."booked_at", OLD."booked_by_id", OLD."coupons", OLD."ended_reason", OLD."food", OLD."id", OLD."infant_count", OLD."offered_until", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."registration_id", OLD."service_id", OLD."sibling_id", OLD."state"); RETURN NULL;',
                                    hash="51df1099da2f22c6493aad9ee7486c7da79a0b41",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_0839f",
                                    table="bookings_booking",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BookingEvent",
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
                                to="bookings.booking",
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
                        (
                            "service",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="facilities.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("offered", "Offered to you"),
                                    ("booked", "Booked"),
                                    ("arrived", "In house"),
                                    ("departed", "Departed"),
                                    ("cancelled", "Cancelled"),
                                    ("no_show", "Did not come"),
                                ],
                                default="booked",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "infant_count",
                            models.PositiveSmallIntegerField(default=1, verbose_name="infants taking part"),
                        ),
                        (
                            "sibling",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.sibling",
                                verbose_name="sibling",
                            ),
                        ),
                        (
                            "coupons",
                            models.PositiveSmallIntegerField(default=0, verbose_name="coupons to be handed over"),
                        ),
                        (
                            "food",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=200,
                                verbose_name="allergies and food",
                            ),
                        ),
                        ("booked_at", models.DateTimeField(verbose_name="booked at")),
                        (
                            "booked_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="booked by",
                            ),
                        ),
                        (
                            "offered_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="held for the family until then, for nobody else",
                                null=True,
                                verbose_name="to be accepted by",
                            ),
                        ),
                        (
                            "ended_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason of cancelling"),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="BookingDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "booking",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="days",
                                to="bookings.booking",
                                verbose_name="booking",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "status",
                            models.CharField(
                                choices=[("held", "held"), ("used", "used"), ("released", "released")],
                                default="held",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        ("with_sibling", models.BooleanField(default=False, verbose_name="with sibling")),
                        (
                            "starts_at",
                            models.TimeField(
                                blank=True,
                                help_text="the time agreed for a visit or an online consultation",
                                null=True,
                                verbose_name="begins at",
                            ),
                        ),
                        (
                            "pool",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="facilities.placepool",
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enrollment.family",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "booked day",
                        "verbose_name_plural": "booked days",
                        "ordering": ["day"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status", "released"), _negated=True),
                                fields=["pool", "day"],
                                include=("family", "booking"),
                                name="booking_day_counted",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status", "released"), _negated=True),
                                fields=("family", "day"),
                                name="booking_day_one_a_family",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "released"), _negated=True),
                                fields=("booking", "day"),
                                name="booking_day_once_a_booking",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("starts_at__isnull", False), models.Q(("status", "released"), _negated=True)
                                ),
                                fields=("pool", "day", "starts_at"),
                                name="booking_day_one_appointment_at_a_time",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_bookingdayevent" ("booking_id", "day", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "status", "with_sibling") VALUES (NEW."booking_id", NEW."day", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_at", NEW."status", NEW."with_sibling"); RETURN NULL;',
                                    hash="a68377102725210e9a56acde7e1d24e4011cc7d2",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_d8e1c",
                                    table="bookings_bookingday",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."day" IS DISTINCT FROM (NEW."day") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."with_sibling" IS DISTINCT FROM (NEW."with_sibling"))',
                                    func='INSERT INTO "bookings_bookingdayevent" ("booking_id", "day", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "status", "with_sibling") VALUES (NEW."booking_id", NEW."day", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_at", NEW."status", NEW."with_sibling"); RETURN NULL;',
                                    hash="af8e9442d029ab020e67e2e1036702d1a2dc9e89",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_de47b",
                                    table="bookings_bookingday",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_bookingdayevent" ("booking_id", "day", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "status", "with_sibling") VALUES (OLD."booking_id", OLD."day", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."starts_at", OLD."status", OLD."with_sibling"); RETURN NULL;',
                                    hash="ad7a61ac82b1de13fda130d8ad4db78ed7df90bc",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_c4121",
                                    table="bookings_bookingday",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BookingDayEvent",
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
                                to="bookings.bookingday",
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
                            "booking",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.booking",
                                verbose_name="booking",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "status",
                            models.CharField(
                                choices=[("held", "held"), ("used", "used"), ("released", "released")],
                                default="held",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        ("with_sibling", models.BooleanField(default=False, verbose_name="with sibling")),
                        (
                            "starts_at",
                            models.TimeField(
                                blank=True,
                                help_text="the time agreed for a visit or an online consultation",
                                null=True,
                                verbose_name="begins at",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Stay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "booking",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stay",
                                to="bookings.booking",
                                verbose_name="booking",
                            ),
                        ),
                        ("arrived_at", models.DateTimeField(verbose_name="arrived at")),
                        (
                            "arrival_recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="arrival recorded by",
                            ),
                        ),
                        ("departed_at", models.DateTimeField(blank=True, null=True, verbose_name="departed at")),
                        (
                            "departure_recorded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="departure recorded by",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=2000, verbose_name="note of the facility")),
                        (
                            "summary",
                            models.TextField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="she reads it on her page",
                                max_length=2000,
                                verbose_name="summary for the mother",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "stay",
                        "verbose_name_plural": "stays",
                        "ordering": ["-arrived_at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("departed_at__isnull", True),
                                    ("departed_at__gte", models.F("arrived_at")),
                                    _connector="OR",
                                ),
                                name="stay_departs_after_arrival",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_stayevent" ("arrival_recorded_by_id", "arrived_at", "booking_id", "departed_at", "departure_recorded_by_id", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary") VALUES (NEW."arrival_recorded_by_id", NEW."arrived_at", NEW."booking_id", NEW."departed_at", NEW."departure_recorded_by_id", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."summary"); RETURN NULL;',
                                    hash="8fb5d84e869a4ab98213ec4b6eed9c85167d66d8",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_65e3f",
                                    table="bookings_stay",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_stayevent" ("arrival_recorded_by_id", "arrived_at", "booking_id", "departed_at", "departure_recorded_by_id", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary") VALUES (NEW."arrival_recorded_by_id", NEW."arrived_at", NEW."booking_id", NEW."departed_at", NEW."departure_recorded_by_id", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."summary"); RETURN NULL;',
                                    hash="b6d7836a926b2958910eab265968d7683382265f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_b12c5",
                                    table="bookings_stay",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_stayevent" ("arrival_recorded_by_id", "arrived_at", "booking_id", "departed_at", "departure_recorded_by_id", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary") VALUES (OLD."arrival_recorded_by_id", OLD."arrived_at", OLD."booking_id", OLD."departed_at", OLD."departure_recorded_by_id", OLD."id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."summary"); RETURN NULL;',
                                    hash="d0716f2166d63def31b4e62145865a446b59c08b",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_51c8e",
                                    table="bookings_stay",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StayEvent",
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
                                to="bookings.stay",
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
                            "booking",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.booking",
                                verbose_name="booking",
                            ),
                        ),
                        ("arrived_at", models.DateTimeField(verbose_name="arrived at")),
                        (
                            "arrival_recorded_by",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="arrival recorded by",
                            ),
                        ),
                        ("departed_at", models.DateTimeField(blank=True, null=True, verbose_name="departed at")),
                        (
                            "departure_recorded_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="departure recorded by",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=2000, verbose_name="note of the facility")),
                        (
                            "summary",
                            models.TextField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="she reads it on her page",
                                max_length=2000,
                                verbose_name="summary for the mother",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ChangeNotice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "booking",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="bookings.booking",
                                verbose_name="booking",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("moved", "Moved to other days"),
                                    ("days_given_up", "Some days are taken back"),
                                    ("cancelled", "Cancelled by the facility or the ward"),
                                ],
                                max_length=14,
                                verbose_name="kind",
                            ),
                        ),
                        ("message", models.CharField(max_length=1000, verbose_name="message to the family")),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="made by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "notice of a change",
                        "verbose_name_plural": "notices of changes",
                        "ordering": ["-made_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("message", ""), _negated=True), name="change_notice_says_why"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="change_notice_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="6a737af2c1463bf4760ef9fa5a834854420d6d09",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_change_notice_kept_2b3e0",
                                    table="bookings_changenotice",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CarePolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "sleep_check_minutes",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="empty: no interval",
                                null=True,
                                verbose_name="sleep check every so many minutes",
                            ),
                        ),
                        (
                            "fever_from",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("34.0")),
                                    django.core.validators.MaxValueValidator(Decimal("42.0")),
                                ],
                                verbose_name="fever from",
                            ),
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
                        "verbose_name": "care policy",
                        "verbose_name_plural": "care policies",
                        "ordering": ["period"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("period", "&&")], name="care_policy_no_overlap"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_carepolicyevent" ("fever_from", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sleep_check_minutes", "source") VALUES (NEW."fever_from", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sleep_check_minutes", NEW."source"); RETURN NULL;',
                                    hash="c2ed3b5c97a327e846f7af9794b45a353208fa42",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_1181c",
                                    table="bookings_carepolicy",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_carepolicyevent" ("fever_from", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sleep_check_minutes", "source") VALUES (NEW."fever_from", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sleep_check_minutes", NEW."source"); RETURN NULL;',
                                    hash="b7b69d1cf1701deb198720e28858d84917225523",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_d36fb",
                                    table="bookings_carepolicy",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_carepolicyevent" ("fever_from", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sleep_check_minutes", "source") VALUES (OLD."fever_from", OLD."id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sleep_check_minutes", OLD."source"); RETURN NULL;',
                                    hash="0d8a2cb4f4dcefd1cedd9660248c83cb689d1e97",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_32292",
                                    table="bookings_carepolicy",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CarePolicyEvent",
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
                                to="bookings.carepolicy",
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
                            "sleep_check_minutes",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="empty: no interval",
                                null=True,
                                verbose_name="sleep check every so many minutes",
                            ),
                        ),
                        (
                            "fever_from",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("34.0")),
                                    django.core.validators.MaxValueValidator(Decimal("42.0")),
                                ],
                                verbose_name="fever from",
                            ),
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
                    name="CheckIn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "stay",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="check_in",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        (
                            "mother_temperature",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("34.0")),
                                    django.core.validators.MaxValueValidator(Decimal("42.0")),
                                ],
                                verbose_name="mother's temperature",
                            ),
                        ),
                        (
                            "infant_temperature",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("34.0")),
                                    django.core.validators.MaxValueValidator(Decimal("42.0")),
                                ],
                                verbose_name="infant's temperature (the highest)",
                            ),
                        ),
                        (
                            "residence_confirmed",
                            models.BooleanField(default=False, verbose_name="lives in the ward, seen on a document"),
                        ),
                        ("food", models.CharField(blank=True, max_length=200, verbose_name="allergies and food")),
                        (
                            "fever_decision",
                            models.CharField(blank=True, max_length=200, verbose_name="what was decided on a fever"),
                        ),
                    ],
                    options={
                        "verbose_name": "check-in",
                        "verbose_name_plural": "check-ins",
                        "ordering": ["pk"],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_checkinevent" ("fever_decision", "food", "id", "infant_temperature", "mother_temperature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "residence_confirmed", "stay_id") VALUES (NEW."fever_decision", NEW."food", NEW."id", NEW."infant_temperature", NEW."mother_temperature", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."residence_confirmed", NEW."stay_id"); RETURN NULL;',
                                    hash="9dae84c20062fd0fb9fad9cbb3e38e6353841dc6",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_0cd04",
                                    table="bookings_checkin",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_checkinevent" ("fever_decision", "food", "id", "infant_temperature", "mother_temperature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "residence_confirmed", "stay_id") VALUES (NEW."fever_decision", NEW."food", NEW."id", NEW."infant_temperature", NEW."mother_temperature", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."residence_confirmed", NEW."stay_id"); RETURN NULL;',
                                    hash="44fe68d02af3efc4b9d355e178f0b3fbf447cab5",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_9cf6d",
                                    table="bookings_checkin",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_checkinevent" ("fever_decision", "food", "id", "infant_temperature", "mother_temperature", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "residence_confirmed", "stay_id") VALUES (OLD."fever_decision", OLD."food", OLD."id", OLD."infant_temperature", OLD."mother_temperature", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."recorded_by_id", OLD."residence_confirmed", OLD."stay_id"); RETURN NULL;',
                                    hash="196b01a5de7854fb19cf0dec989a3df2f5c892c0",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_1a697",
                                    table="bookings_checkin",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckInEvent",
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
                                to="bookings.checkin",
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
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        (
                            "mother_temperature",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("34.0")),
                                    django.core.validators.MaxValueValidator(Decimal("42.0")),
                                ],
                                verbose_name="mother's temperature",
                            ),
                        ),
                        (
                            "infant_temperature",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("34.0")),
                                    django.core.validators.MaxValueValidator(Decimal("42.0")),
                                ],
                                verbose_name="infant's temperature (the highest)",
                            ),
                        ),
                        (
                            "residence_confirmed",
                            models.BooleanField(default=False, verbose_name="lives in the ward, seen on a document"),
                        ),
                        ("food", models.CharField(blank=True, max_length=200, verbose_name="allergies and food")),
                        (
                            "fever_decision",
                            models.CharField(blank=True, max_length=200, verbose_name="what was decided on a fever"),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CareRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="care_records",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "sleep_hours",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(24),
                                ],
                                verbose_name="mother's sleep, hours",
                            ),
                        ),
                        (
                            "breast",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("soft", "Soft"),
                                    ("full", "Firm"),
                                    ("engorged", "Engorged"),
                                    ("painful", "Painful or red"),
                                ],
                                max_length=10,
                                verbose_name="breasts",
                            ),
                        ),
                        (
                            "mood",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Good"), (2, "Fair"), (3, "Low"), (4, "Very low")],
                                null=True,
                                verbose_name="mood",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "care record",
                        "verbose_name_plural": "care records",
                        "ordering": ["day"],
                        "constraints": [
                            models.UniqueConstraint(fields=("stay", "day"), name="care_record_one_a_day"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sleep_hours__isnull", True), ("sleep_hours__range", (0, 24)), _connector="OR"
                                ),
                                name="care_record_sleep_within_day",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_carerecordevent" ("breast", "day", "id", "mood", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "sleep_hours", "stay_id") VALUES (NEW."breast", NEW."day", NEW."id", NEW."mood", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."sleep_hours", NEW."stay_id"); RETURN NULL;',
                                    hash="e14fe991eef7e69f9730f141fa4868c4d0e266e2",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_c2e7f",
                                    table="bookings_carerecord",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_carerecordevent" ("breast", "day", "id", "mood", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "sleep_hours", "stay_id") VALUES (NEW."breast", NEW."day", NEW."id", NEW."mood", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."sleep_hours", NEW."stay_id"); RETURN NULL;',
                                    hash="4004b769722ff161a9dd7e9ed5ab921f3ae77576",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_e6080",
                                    table="bookings_carerecord",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_carerecordevent" ("breast", "day", "id", "mood", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "sleep_hours", "stay_id") VALUES (OLD."breast", OLD."day", OLD."id", OLD."mood", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."recorded_by_id", OLD."sleep_hours", OLD."stay_id"); RETURN NULL;',
                                    hash="a96303e4beab593a8842e7813d7f22dd862214d3",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_487a7",
                                    table="bookings_carerecord",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CareRecordEvent",
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
                                to="bookings.carerecord",
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
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "sleep_hours",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(24),
                                ],
                                verbose_name="mother's sleep, hours",
                            ),
                        ),
                        (
                            "breast",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("soft", "Soft"),
                                    ("full", "Firm"),
                                    ("engorged", "Engorged"),
                                    ("painful", "Painful or red"),
                                ],
                                max_length=10,
                                verbose_name="breasts",
                            ),
                        ),
                        (
                            "mood",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Good"), (2, "Fair"), (3, "Low"), (4, "Very low")],
                                null=True,
                                verbose_name="mood",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="InfantCare",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "record",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="infants",
                                to="bookings.carerecord",
                                verbose_name="care record",
                            ),
                        ),
                        (
                            "infant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enrollment.infant",
                                verbose_name="infant",
                            ),
                        ),
                        (
                            "weight_grams",
                            models.PositiveIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(500),
                                    django.core.validators.MaxValueValidator(15000),
                                ],
                                verbose_name="weight, g",
                            ),
                        ),
                        (
                            "temperature",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("34.0")),
                                    django.core.validators.MaxValueValidator(Decimal("42.0")),
                                ],
                                verbose_name="temperature",
                            ),
                        ),
                        (
                            "feeding",
                            models.CharField(
                                blank=True,
                                choices=[("breast", "Breast milk"), ("mixed", "Mixed"), ("formula", "Formula")],
                                max_length=10,
                                verbose_name="feeding",
                            ),
                        ),
                        (
                            "feeds",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(30)],
                                verbose_name="feeds a day",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=400, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "infant's day",
                        "verbose_name_plural": "infants' days",
                        "ordering": ["record", "infant"],
                        "constraints": [
                            models.UniqueConstraint(fields=("record", "infant"), name="infant_care_one_a_day"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("weight_grams__isnull", True),
                                    ("weight_grams__range", (500, 15000)),
                                    _connector="OR",
                                ),
                                name="infant_weight_is_plausible",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("temperature__isnull", True),
                                    ("temperature__range", (Decimal("34.0"), Decimal("42.0"))),
                                    _connector="OR",
                                ),
                                name="infant_temperature_is_plausible",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_infantcareevent" ("feeding", "feeds", "id", "infant_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record_id", "temperature", "weight_grams") VALUES (NEW."feeding", NEW."feeds", NEW."id", NEW."infant_id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."record_id", NEW."temperature", NEW."weight_grams"); RETURN NULL;',
                                    hash="1a8a02eb58ecfe2658d363228afbb4a45e366711",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_d1217",
                                    table="bookings_infantcare",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_infantcareevent" ("feeding", "feeds", "id", "infant_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record_id", "temperature", "weight_grams") VALUES (NEW."feeding", NEW."feeds", NEW."id", NEW."infant_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."record_id", NEW."temperature", NEW."weight_grams"); RETURN NULL;',
                                    hash="c8c4ee1f0ed5590016e7e2a926e9f087731a0c41",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_bbba9",
                                    table="bookings_infantcare",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_infantcareevent" ("feeding", "feeds", "id", "infant_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record_id", "temperature", "weight_grams") VALUES (OLD."feeding", OLD."feeds", OLD."id", OLD."infant_id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."record_id", OLD."temperature", OLD."weight_grams"); RETURN NULL;',
                                    hash="8fb5688055cf6cab6bfcda8f8fefa6a5964a8090",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_05520",
                                    table="bookings_infantcare",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InfantCareEvent",
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
                                to="bookings.infantcare",
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
                            "record",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.carerecord",
                                verbose_name="care record",
                            ),
                        ),
                        (
                            "infant",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.infant",
                                verbose_name="infant",
                            ),
                        ),
                        (
                            "weight_grams",
                            models.PositiveIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(500),
                                    django.core.validators.MaxValueValidator(15000),
                                ],
                                verbose_name="weight, g",
                            ),
                        ),
                        (
                            "temperature",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("34.0")),
                                    django.core.validators.MaxValueValidator(Decimal("42.0")),
                                ],
                                verbose_name="temperature",
                            ),
                        ),
                        (
                            "feeding",
                            models.CharField(
                                blank=True,
                                choices=[("breast", "Breast milk"), ("mixed", "Mixed"), ("formula", "Formula")],
                                max_length=10,
                                verbose_name="feeding",
                            ),
                        ),
                        (
                            "feeds",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(30)],
                                verbose_name="feeds a day",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=400, verbose_name="note")),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SleepCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sleep_checks",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        (
                            "infant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enrollment.infant",
                                verbose_name="infant",
                            ),
                        ),
                        (
                            "position",
                            models.CharField(
                                choices=[
                                    ("back", "On the back"),
                                    ("side", "On the side"),
                                    ("front", "On the front: turned over"),
                                    ("awake", "Awake"),
                                ],
                                max_length=6,
                                verbose_name="position",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "sleep check",
                        "verbose_name_plural": "sleep checks",
                        "ordering": ["-recorded_at", "-pk"],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="sleep_check_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="cb77421708672a83f718c193f7cc671e0f76f23a",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_sleep_check_kept_8a53a",
                                    table="bookings_sleepcheck",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assessment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assessments",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        ("assessed_on", models.DateField(verbose_name="assessed on")),
                        (
                            "total",
                            models.PositiveSmallIntegerField(
                                validators=[django.core.validators.MaxValueValidator(30)], verbose_name="EPDS total"
                            ),
                        ),
                        (
                            "item_10",
                            models.PositiveSmallIntegerField(
                                validators=[django.core.validators.MaxValueValidator(3)], verbose_name="item 10"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "assessment",
                        "verbose_name_plural": "assessments",
                        "ordering": ["-assessed_on", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("item_10__lte", 3), ("total__gte", models.F("item_10")), ("total__lte", 30)
                                ),
                                name="assessment_scores_of_the_scale",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_assessmentevent" ("assessed_on", "id", "item_10", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "stay_id", "total") VALUES (NEW."assessed_on", NEW."id", NEW."item_10", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."stay_id", NEW."total"); RETURN NULL;',
                                    hash="4ce361ddfad9b838c3441f211981e4ad34a47ce7",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_2547e",
                                    table="bookings_assessment",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_assessmentevent" ("assessed_on", "id", "item_10", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "stay_id", "total") VALUES (NEW."assessed_on", NEW."id", NEW."item_10", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."stay_id", NEW."total"); RETURN NULL;',
                                    hash="cd2ad67c9828afff72139e59fe21fd83e94f59fb",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_95fb2",
                                    table="bookings_assessment",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_assessmentevent" ("assessed_on", "id", "item_10", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "stay_id", "total") VALUES (OLD."assessed_on", OLD."id", OLD."item_10", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."recorded_by_id", OLD."stay_id", OLD."total"); RETURN NULL;',
                                    hash="42e7dcf2931c0b3975619bdcc0fc6633d6fe9b5f",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_6e50e",
                                    table="bookings_assessment",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AssessmentEvent",
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
                                to="bookings.assessment",
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
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        ("assessed_on", models.DateField(verbose_name="assessed on")),
                        (
                            "total",
                            models.PositiveSmallIntegerField(
                                validators=[django.core.validators.MaxValueValidator(30)], verbose_name="EPDS total"
                            ),
                        ),
                        (
                            "item_10",
                            models.PositiveSmallIntegerField(
                                validators=[django.core.validators.MaxValueValidator(3)], verbose_name="item 10"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ProposalDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "assessment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decision",
                                to="bookings.assessment",
                                verbose_name="assessment",
                            ),
                        ),
                        ("raised", models.BooleanField(verbose_name="a follow-up request was raised")),
                        ("reason", models.CharField(blank=True, max_length=400, verbose_name="why none is raised")),
                    ],
                    options={
                        "verbose_name": "decision on a proposal",
                        "verbose_name_plural": "decisions on proposals",
                        "ordering": ["-recorded_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("raised", True), ("reason", "")),
                                    models.Q(("raised", False), models.Q(("reason", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="proposal_raised_or_dismissed_with_reason",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="proposal_decision_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="6a402cc8ac7f81ecc2c1b526746a37914a849cb5",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_proposal_decision_kept_bdb82",
                                    table="bookings_proposaldecision",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandoverNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="facilities.facility",
                                verbose_name="facility",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handover_notes",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        ("text", models.TextField(max_length=1000, verbose_name="hand-over")),
                    ],
                    options={
                        "verbose_name": "hand-over note",
                        "verbose_name_plural": "hand-over notes",
                        "ordering": ["-recorded_at", "-pk"],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="handover_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="0c575e7beb6747d66b81d4b7e94e397ce10108d2",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_handover_kept_a887c",
                                    table="bookings_handovernote",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SoldOption",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sold_options",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        (
                            "option",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="facilities.facilityoption",
                                verbose_name="option",
                            ),
                        ),
                        ("amount", models.PositiveIntegerField(verbose_name="yen, paid to the facility")),
                    ],
                    options={
                        "verbose_name": "option sold",
                        "verbose_name_plural": "options sold",
                        "ordering": ["recorded_at"],
                    },
                ),
                migrations.CreateModel(
                    name="HighNeed",
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
                                related_name="high_needs",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        (
                            "period",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                verbose_name="counts in draws whose deadline is from – to"
                            ),
                        ),
                        ("reason", models.TextField(max_length=1500, verbose_name="reason")),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked for by",
                            ),
                        ),
                        (
                            "set_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="set by",
                            ),
                        ),
                        ("set_at", models.DateTimeField(verbose_name="set at")),
                        (
                            "ended_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="ended before its time at"),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="ended by",
                            ),
                        ),
                        (
                            "ended_reason",
                            models.CharField(blank=True, max_length=400, verbose_name="why it was ended"),
                        ),
                    ],
                    options={
                        "verbose_name": "high need",
                        "verbose_name_plural": "high needs",
                        "ordering": ["-set_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="high_need_says_why"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("period__endswith__isnull", False), ("period__startswith__isnull", False)
                                ),
                                name="high_need_expires",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at__isnull", True), ("ended_by__isnull", True), ("ended_reason", "")
                                    ),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("ended_by__isnull", False),
                                        models.Q(("ended_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="high_need_end_is_signed",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="high_need_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="b96088168051a3d157c79f4988fa94f1585dd69f",
                                    operation="DELETE",
                                    pgid="pgtrigger_high_need_kept_a8795",
                                    table="bookings_highneed",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="high_need_as_set",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."set_by_id" IS DISTINCT FROM (NEW."set_by_id") OR OLD."set_at" IS DISTINCT FROM (NEW."set_at"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="3045c1cea044de3383b29e28bda95c0963ecbb7c",
                                    operation="UPDATE",
                                    pgid="pgtrigger_high_need_as_set_9f16e",
                                    table="bookings_highneed",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="high_need_ended_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.ended_at IS NOT NULL AND (OLD.ended_at, OLD.ended_by_id, OLD.ended_reason) IS DISTINCT FROM (NEW.ended_at, NEW.ended_by_id, NEW.ended_reason))",
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="4c4a5dcc102b989731e6a7891727908b5c0341b2",
                                    operation="UPDATE",
                                    pgid="pgtrigger_high_need_ended_once_04f88",
                                    table="bookings_highneed",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DrawRound",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="draw_rounds",
                                to="facilities.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "period",
                            django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="days that are drawn"),
                        ),
                        ("opens_at", models.DateTimeField(verbose_name="opens")),
                        ("closes_at", models.DateTimeField(verbose_name="deadline")),
                        ("draw_at", models.DateTimeField(verbose_name="time of the draw")),
                        (
                            "commitment",
                            models.CharField(editable=False, max_length=64, verbose_name="promise of the seed"),
                        ),
                        ("secret", models.BinaryField(verbose_name="secret, sealed")),
                        ("entries", models.JSONField(editable=False, null=True, verbose_name="entries as published")),
                        (
                            "closed_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="entries published at"),
                        ),
                        (
                            "revealed",
                            models.CharField(
                                blank=True, editable=False, max_length=64, verbose_name="secret, revealed"
                            ),
                        ),
                        ("rooms", models.JSONField(editable=False, null=True, verbose_name="places drawn")),
                        ("result", models.JSONField(editable=False, null=True, verbose_name="result as published")),
                        ("drawn_at", models.DateTimeField(editable=False, null=True, verbose_name="drawn at")),
                        (
                            "announced_by",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="announced by",
                            ),
                        ),
                        (
                            "called_off_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="called off at"),
                        ),
                        (
                            "called_off_reason",
                            models.CharField(
                                blank=True, editable=False, max_length=200, verbose_name="why it was called off"
                            ),
                        ),
                        (
                            "called_off_by",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="called off by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "draw",
                        "verbose_name_plural": "draws",
                        "ordering": ["-draw_at", "service"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("called_off_at__isnull", True)),
                                expressions=[("service", "="), ("period", "&&")],
                                name="draw_round_no_overlap",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closes_at__gt", models.F("opens_at")), ("draw_at__gte", models.F("closes_at"))
                                ),
                                name="draw_times_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("drawn_at__isnull", True), ("result__isnull", True), ("revealed", "")),
                                    models.Q(
                                        ("drawn_at__isnull", False),
                                        ("entries__isnull", False),
                                        ("rooms__isnull", False),
                                        models.Q(("revealed", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="draw_drawn_is_whole",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="draw_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="a3fee40e050867d550134f7c213c0200575987ff",
                                    operation="DELETE",
                                    pgid="pgtrigger_draw_kept_5bee6",
                                    table="bookings_drawround",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="draw_as_announced",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."closes_at" IS DISTINCT FROM (NEW."closes_at") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."draw_at" IS DISTINCT FROM (NEW."draw_at") OR OLD."opens_at" IS DISTINCT FROM (NEW."opens_at") OR OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."secret" IS DISTINCT FROM (NEW."secret") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="78061147bafb73ace24ce788542865649895dba8",
                                    operation="UPDATE",
                                    pgid="pgtrigger_draw_as_announced_21feb",
                                    table="bookings_drawround",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="draw_entries_published_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.closed_at IS NOT NULL AND (OLD.entries, OLD.closed_at) IS DISTINCT FROM (NEW.entries, NEW.closed_at))",
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="bb5eb8b4c37b43bb8f3a69dbe2dc1496485b0e16",
                                    operation="UPDATE",
                                    pgid="pgtrigger_draw_entries_published_once_83ef6",
                                    table="bookings_drawround",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="draw_drawn_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."drawn_at" IS NOT NULL)',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="03b12e9ba8e9967d92d3fad81090c8391b56f84e",
                                    operation="UPDATE",
                                    pgid="pgtrigger_draw_drawn_once_4c12a",
                                    table="bookings_drawround",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_drawroundevent" ("announced_by_id", "called_off_at", "called_off_by_id", "called_off_reason", "closed_at", "closes_at", "commitment", "draw_at", "drawn_at", "entries", "id", "opens_at", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "revealed", "rooms", "service_id") VALUES (NEW."announced_by_id", NEW."called_off_at", NEW."called_off_by_id", NEW."called_off_reason", NEW."closed_at", NEW."closes_at", NEW."commitment", NEW."draw_at", NEW."drawn_at", NEW."entries", NEW."id", NEW."opens_at", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."result", NEW."revealed", NEW."rooms", NEW."service_id"); RETURN NULL;',
                                    hash="54aaed3c938ec2b3e2af1a51b46e1956426ec3fd",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_c44db",
                                    table="bookings_drawround",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."announced_by_id" IS DISTINCT FROM (NEW."announced_by_id") OR OLD."called_off_at" IS DISTINCT FROM (NEW."called_off_at") OR OLD."called_off_by_id" IS DISTINCT FROM (NEW."called_off_by_id") OR OLD."called_off_reason" IS DISTINCT FROM (NEW."called_off_reason") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."closes_at" IS DISTINCT FROM (NEW."closes_at") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."draw_at" IS DISTINCT FROM (NEW."draw_at") OR OLD."drawn_at" IS DISTINCT FROM (NEW."drawn_at") OR OLD."entries" IS DISTINCT FROM (NEW."entries") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."opens_at" IS DISTINCT FROM (NEW."opens_at") OR OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."result" IS DISTINCT FROM (NEW."result") OR OLD."revealed" IS DISTINCT FROM (NEW."revealed") OR OLD."rooms" IS DISTINCT FROM (NEW."rooms") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id"))',
                                    func='INSERT INTO "bookings_drawroundevent" ("announced_by_id", "called_off_at", "called_off_by_id", "called_off_reason", "closed_at", "closes_at", "commitment", "draw_at", "drawn_at", "entries", "id", "opens_at", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "revealed", "rooms", "service_id") VALUES (NEW."announced_by_id", NEW."called_off_at", NEW."called_off_by_id", NEW."called_off_reason", NEW."closed_at", NEW."closes_at", NEW."commitment", NEW."draw_at", NEW."drawn_at", NEW."entries", NEW."id", NEW."opens_at", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."result", NEW."revealed", NEW."rooms", NEW."service_id"); RETURN NULL;',
                                    hash="e2f0ef4de86a3b7e47888acbc1815b867990ea28",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_8cb40",
                                    table="bookings_drawround",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_drawroundevent" ("announced_by_id", "called_off_at", "called_off_by_id", "called_off_reason", "closed_at", "closes_at", "commitment", "draw_at", "drawn_at", "entries", "id", "opens_at", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "revealed", "rooms", "service_id") VALUES (OLD."announced_by_id", OLD."called_off_at", OLD."called_off_by_id", OLD."called_off_reason", OLD."closed_at", OLD."closes_at", OLD."commitment", OLD."draw_at", OLD."drawn_at", OLD."entries", OLD."id", OLD."opens_at", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."result", OLD."revealed", OLD."rooms", OLD."service_id"); RETURN NULL;',
                                    hash="5243f65c83a40c9f2f932f637ecbf28246ba2e6b",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_54f35",
                                    table="bookings_drawround",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DrawRoundEvent",
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
                                to="bookings.drawround",
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
                            "service",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="facilities.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "period",
                            django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="days that are drawn"),
                        ),
                        ("opens_at", models.DateTimeField(verbose_name="opens")),
                        ("closes_at", models.DateTimeField(verbose_name="deadline")),
                        ("draw_at", models.DateTimeField(verbose_name="time of the draw")),
                        (
                            "commitment",
                            models.CharField(editable=False, max_length=64, verbose_name="promise of the seed"),
                        ),
                        ("entries", models.JSONField(editable=False, null=True, verbose_name="entries as published")),
                        (
                            "closed_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="entries published at"),
                        ),
                        (
                            "revealed",
                            models.CharField(
                                blank=True, editable=False, max_length=64, verbose_name="secret, revealed"
                            ),
                        ),
                        ("rooms", models.JSONField(editable=False, null=True, verbose_name="places drawn")),
                        ("result", models.JSONField(editable=False, null=True, verbose_name="result as published")),
                        ("drawn_at", models.DateTimeField(editable=False, null=True, verbose_name="drawn at")),
                        (
                            "announced_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="announced by",
                            ),
                        ),
                        (
                            "called_off_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="called off at"),
                        ),
                        (
                            "called_off_reason",
                            models.CharField(
                                blank=True, editable=False, max_length=200, verbose_name="why it was called off"
                            ),
                        ),
                        (
                            "called_off_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="called off by",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="DrawEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="wishes",
                                to="bookings.drawround",
                                verbose_name="draw",
                            ),
                        ),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="draw_entries",
                                to="enrollment.registration",
                                verbose_name="registration",
                            ),
                        ),
                        ("sign", models.CharField(max_length=8, verbose_name="sign")),
                        ("choices", models.JSONField(verbose_name="choices")),
                        (
                            "least_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="so many days in a row are enough"
                            ),
                        ),
                        (
                            "sibling",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enrollment.sibling",
                                verbose_name="sibling",
                            ),
                        ),
                        (
                            "infant_count",
                            models.PositiveSmallIntegerField(default=1, verbose_name="infants taking part"),
                        ),
                        (
                            "high_need_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="high need: why"),
                        ),
                        (
                            "high_need_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="set by",
                            ),
                        ),
                        (
                            "need_counted",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                help_text="asked for by the district; kept when the entries were published",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="bookings.highneed",
                                verbose_name="high need that counted",
                            ),
                        ),
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
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                        (
                            "tickets",
                            models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="tickets"),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("won", "won"),
                                    ("partly", "won in part"),
                                    ("lost", "not won this time"),
                                    ("void", "won, but not possible any more"),
                                ],
                                editable=False,
                                max_length=6,
                                verbose_name="outcome",
                            ),
                        ),
                        (
                            "booking",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="draw_entry",
                                to="bookings.booking",
                                verbose_name="booking",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "entry in a draw",
                        "verbose_name_plural": "entries in draws",
                        "ordering": ["round", "sign"],
                        "constraints": [
                            models.UniqueConstraint(fields=("round", "sign"), name="draw_entry_sign_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at__isnull", True)),
                                fields=("round", "registration"),
                                name="draw_entry_one_a_registration",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("high_need_by__isnull", True), ("high_need_reason", "")),
                                    models.Q(
                                        models.Q(("high_need_reason", ""), _negated=True),
                                        ("high_need_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="draw_entry_need_is_signed",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="draw_entry_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="9f70b1767cc6ae598b1e5a8d826676e7d1638932",
                                    operation="DELETE",
                                    pgid="pgtrigger_draw_entry_kept_84513",
                                    table="bookings_drawentry",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_drawentryevent" ("booking_id", "choices", "entered_at", "entered_by_id", "high_need_by_id", "high_need_reason", "id", "infant_count", "least_days", "need_counted_id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "round_id", "sibling_id", "sign", "tickets", "withdrawn_at") VALUES (NEW."booking_id", NEW."choices", NEW."entered_at", NEW."entered_by_id", NEW."high_need_by_id", NEW."high_need_reason", NEW."id", NEW."infant_count", NEW."least_days", NEW."need_counted_id", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."registration_id", NEW."round_id", NEW."sibling_id", NEW."sign", NEW."tickets", NEW."withdrawn_at"); RETURN NULL;',
                                    hash="e18624dcbf56cc33a28742a812e1b0fb92f5fe8c",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_1d3e8",
                                    table="bookings_drawentry",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_drawentryevent" ("booking_id", "choices", "entered_at", "entered_by_id", "high_need_by_id", "high_need_reason", "id", "infant_count", "least_days", "need_counted_id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "round_id", "sibling_id", "sign", "tickets", "withdrawn_at") VALUES (NEW."booking_id", NEW."choices", NEW."entered_at", NEW."entered_by_id", NEW."high_need_by_id", NEW."high_need_reason", NEW."id", NEW."infant_count", NEW."least_days", NEW."need_counted_id", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."registration_id", NEW."round_id", NEW."sibling_id", NEW."sign", NEW."tickets", NEW."withdrawn_at"); RETURN NULL;',
                                    hash="41910656c21f67b7035842d98d4bcd079fb53935",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_9f80b",
                                    table="bookings_drawentry",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_drawentryevent" ("booking_id", "choices", "entered_at", "entered_by_id", "high_need_by_id", "high_need_reason", "id", "infant_count", "least_days", "need_counted_id", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "round_id", "sibling_id", "sign", "tickets", "withdrawn_at") VALUES (OLD."booking_id", OLD."choices", OLD."entered_at", OLD."entered_by_id", OLD."high_need_by_id", OLD."high_need_reason", OLD."id", OLD."infant_count", OLD."least_days", OLD."need_counted_id", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."registration_id", OLD."round_id", OLD."sibling_id", OLD."sign", OLD."tickets", OLD."withdrawn_at"); RETURN NULL;',
                                    hash="5b5d001f46eb8d38d0856ddb5e231999111e56ae",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_81fc6",
                                    table="bookings_drawentry",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DrawEntryEvent",
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
                                to="bookings.drawentry",
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
                            "round",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.drawround",
                                verbose_name="draw",
                            ),
                        ),
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
                        ("sign", models.CharField(max_length=8, verbose_name="sign")),
                        ("choices", models.JSONField(verbose_name="choices")),
                        (
                            "least_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="so many days in a row are enough"
                            ),
                        ),
                        (
                            "sibling",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.sibling",
                                verbose_name="sibling",
                            ),
                        ),
                        (
                            "infant_count",
                            models.PositiveSmallIntegerField(default=1, verbose_name="infants taking part"),
                        ),
                        (
                            "high_need_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="high need: why"),
                        ),
                        (
                            "high_need_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="set by",
                            ),
                        ),
                        (
                            "need_counted",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                editable=False,
                                help_text="asked for by the district; kept when the entries were published",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.highneed",
                                verbose_name="high need that counted",
                            ),
                        ),
                        ("entered_at", models.DateTimeField(verbose_name="entered at")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                        (
                            "tickets",
                            models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="tickets"),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("won", "won"),
                                    ("partly", "won in part"),
                                    ("lost", "not won this time"),
                                    ("void", "won, but not possible any more"),
                                ],
                                editable=False,
                                max_length=6,
                                verbose_name="outcome",
                            ),
                        ),
                        (
                            "booking",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.booking",
                                verbose_name="booking",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SafetyChapter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "number",
                            models.PositiveSmallIntegerField(
                                validators=[django.core.validators.MinValueValidator(1)], verbose_name="chapter"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
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
                        "verbose_name": "chapter of the safety manual",
                        "verbose_name_plural": "chapters of the safety manual",
                        "ordering": ["number", "period"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("number", "="), ("period", "&&")], name="safety_chapter_no_overlap"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "first_report_days",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[django.core.validators.MaxValueValidator(30)],
                                verbose_name="first report within so many days after it happened",
                            ),
                        ),
                        (
                            "second_report_months",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(12),
                                ],
                                verbose_name="second report within so many months",
                            ),
                        ),
                        (
                            "remind_days_before",
                            models.PositiveSmallIntegerField(
                                default=7,
                                help_text="a term that is shorter: at once",
                                validators=[django.core.validators.MaxValueValidator(60)],
                                verbose_name="managers are reminded so many days before",
                            ),
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
                        "verbose_name": "policy of incident reports",
                        "verbose_name_plural": "policies of incident reports",
                        "ordering": ["period"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("period", "&&")], name="incident_policy_no_overlap"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="facilities.facility",
                                verbose_name="facility",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        (
                            "infant",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enrollment.infant",
                                verbose_name="infant",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("near_miss", "Near miss"), ("incident", "Incident")],
                                max_length=10,
                                verbose_name="kind of event",
                            ),
                        ),
                        (
                            "chapter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="bookings.safetychapter",
                                verbose_name="chapter of the safety manual",
                            ),
                        ),
                        ("happened_at", models.DateTimeField(verbose_name="happened at")),
                        ("place", models.CharField(max_length=100, verbose_name="where")),
                        ("what_happened", models.TextField(max_length=4000, verbose_name="what happened")),
                        ("done_at_once", models.TextField(max_length=4000, verbose_name="what was done at once")),
                        (
                            "severity",
                            models.CharField(
                                choices=[
                                    ("no_harm", "Nobody came to harm"),
                                    ("slight", "Slight: watched, or cared for on the spot"),
                                    ("treated", "Seen by a doctor; treatment of less than 30 days"),
                                    ("treated_30_days", "Treatment of 30 days or more"),
                                    ("unconscious", "Unconscious"),
                                    ("death", "Death"),
                                ],
                                max_length=16,
                                verbose_name="what came of it",
                            ),
                        ),
                        (
                            "prevention",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="so that it does not happen again"
                            ),
                        ),
                        ("first_due_on", models.DateField(blank=True, null=True, verbose_name="first report by")),
                        ("second_due_on", models.DateField(blank=True, null=True, verbose_name="second report by")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        ("corrected_at", models.DateTimeField(blank=True, null=True, verbose_name="corrected at")),
                        (
                            "corrected_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="corrected by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "near miss or incident",
                        "verbose_name_plural": "near misses and incidents",
                        "ordering": ["-happened_at", "-pk"],
                        "indexes": [
                            models.Index(fields=["facility", "-happened_at"], name="incident_of_facility"),
                            models.Index(
                                condition=models.Q(("first_due_on__isnull", False)),
                                fields=["first_due_on"],
                                name="incident_with_report_days",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("happened_at__lte", models.F("recorded_at"))),
                                name="incident_happened_before_it_was_recorded",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "near_miss"), _negated=True),
                                    ("severity", "no_harm"),
                                    _connector="OR",
                                ),
                                name="incident_near_miss_harms_nobody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("first_due_on__isnull", False),
                                        ("second_due_on__gte", models.F("first_due_on")),
                                        ("severity__in", ("treated_30_days", "unconscious", "death")),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("severity__in", ("treated_30_days", "unconscious", "death")),
                                            _negated=True,
                                        ),
                                        ("first_due_on__isnull", True),
                                        ("second_due_on__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="incident_serious_has_report_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("infant__isnull", True), ("stay__isnull", False), _connector="OR"),
                                name="incident_infant_of_a_stay",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("corrected_at__isnull", True), ("corrected_by__isnull", True)),
                                    models.Q(
                                        ("corrected_at__gte", models.F("recorded_at")), ("corrected_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="incident_correction_is_signed",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="incident_as_first_recorded",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."facility_id" IS DISTINCT FROM (NEW."facility_id") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="a86b7cd2d6aef0cb6a2a0d31cac2ef4a851046da",
                                    operation="UPDATE",
                                    pgid="pgtrigger_incident_as_first_recorded_04856",
                                    table="bookings_incident",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="incident_never_deleted",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="f06142ea209713d3eab08f01723538e10b0a6e94",
                                    operation="DELETE",
                                    pgid="pgtrigger_incident_never_deleted_94934",
                                    table="bookings_incident",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="incident_of_its_facility",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="\n                    IF NEW.stay_id IS NOT NULL AND NOT EXISTS (\n                        SELECT 1 FROM bookings_stay stay\n                          JOIN bookings_booking booking ON booking.id = stay.booking_id\n                          JOIN facilities_service service ON service.id = booking.service_id\n                         WHERE stay.id = NEW.stay_id AND service.facility_id = NEW.facility_id\n                    ) THEN\n                        RAISE EXCEPTION 'the stay is of another facility'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_stay_of_its_facility';\n                    END IF;\n                    IF NEW.infant_id IS NOT NULL AND NOT EXISTS (\n                        SELECT 1 FROM bookings_stay stay\n                          JOIN bookings_booking booking ON booking.id = stay.booking_id\n                          JOIN enrollment_registration registration ON registration.id = booking.registration_id\n                          JOIN enrollment_infant infant ON infant.birth_id = registration.birth_id\n                         WHERE stay.id = NEW.stay_id AND infant.id = NEW.infant_id\n                    ) THEN\n                        RAISE EXCEPTION 'the infant is not of this stay'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_infant_of_its_stay';\n                    END IF;\n                    IF EXISTS (\n                        SELECT 1 FROM bookings_incidentreport report\n                         WHERE report.incident_id = NEW.id AND report.reported_at < NEW.happened_at\n                    ) THEN\n                        RAISE EXCEPTION 'it was reported before'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_report_after_it_happened';\n                    END IF;\n                    RETURN NEW;\n                ",
                                    hash="4d6ba95615fec0990fbed9f6286e19dbd0fd3a2d",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_incident_of_its_facility_519c6",
                                    table="bookings_incident",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_incidentevent" ("chapter_id", "corrected_at", "corrected_by_id", "done_at_once", "facility_id", "first_due_on", "happened_at", "id", "infant_id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "prevention", "recorded_at", "recorded_by_id", "second_due_on", "severity", "stay_id", "what_happened") VALUES (NEW."chapter_id", NEW."corrected_at", NEW."corrected_by_id", NEW."done_at_once", NEW."facility_id", NEW."first_due_on", NEW."happened_at", NEW."id", NEW."infant_id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."prevention", NEW."recorded_at", NEW."recorded_by_id", NEW."second_due_on", NEW."severity", NEW."stay_id", NEW."what_happened"); RETURN NULL;',
                                    hash="ef28761a854032e21b9ec2efcc7b403637080681",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_a357f",
                                    table="bookings_incident",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_incidentevent" ("chapter_id", "corrected_at", "corrected_by_id", "done_at_once", "facility_id", "first_due_on", "happened_at", "id", "infant_id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "prevention", "recorded_at", "recorded_by_id", "second_due_on", "severity", "stay_id", "what_happened") VALUES (NEW."chapter_id", NEW."corrected_at", NEW."corrected_by_id", NEW."done_at_once", NEW."facility_id", NEW."first_due_on", NEW."happened_at", NEW."id", NEW."infant_id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."prevention", NEW."recorded_at", NEW."recorded_by_id", NEW."second_due_on", NEW."severity", NEW."stay_id", NEW."what_happened"); RETURN NULL;',
                                    hash="532c01d497140a46129a02a59e3a5ae2469da3f7",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_5181e",
                                    table="bookings_incident",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_incidentevent" ("chapter_id", "corrected_at", "corrected_by_id", "done_at_once", "facility_id", "first_due_on", "happened_at", "id", "infant_id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "prevention", "recorded_at", "recorded_by_id", "second_due_on", "severity", "stay_id", "what_happened") VALUES (OLD."chapter_id", OLD."corrected_at", OLD."corrected_by_id", OLD."done_at_once", OLD."facility_id", OLD."first_due_on", OLD."happened_at", OLD."id", OLD."infant_id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."prevention", OLD."recorded_at", OLD."recorded_by_id", OLD."second_due_on", OLD."severity", OLD."stay_id", OLD."what_happened"); RETURN NULL;',
                                    hash="cd910e52dd025404ca1da1f258c784910d2e5456",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_00139",
                                    table="bookings_incident",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentEvent",
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
                                to="bookings.incident",
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
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="facilities.facility",
                                verbose_name="facility",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.stay",
                                verbose_name="stay",
                            ),
                        ),
                        (
                            "infant",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.infant",
                                verbose_name="infant",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("near_miss", "Near miss"), ("incident", "Incident")],
                                max_length=10,
                                verbose_name="kind of event",
                            ),
                        ),
                        (
                            "chapter",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.safetychapter",
                                verbose_name="chapter of the safety manual",
                            ),
                        ),
                        ("happened_at", models.DateTimeField(verbose_name="happened at")),
                        ("place", models.CharField(max_length=100, verbose_name="where")),
                        ("what_happened", models.TextField(max_length=4000, verbose_name="what happened")),
                        ("done_at_once", models.TextField(max_length=4000, verbose_name="what was done at once")),
                        (
                            "severity",
                            models.CharField(
                                choices=[
                                    ("no_harm", "Nobody came to harm"),
                                    ("slight", "Slight: watched, or cared for on the spot"),
                                    ("treated", "Seen by a doctor; treatment of less than 30 days"),
                                    ("treated_30_days", "Treatment of 30 days or more"),
                                    ("unconscious", "Unconscious"),
                                    ("death", "Death"),
                                ],
                                max_length=16,
                                verbose_name="what came of it",
                            ),
                        ),
                        (
                            "prevention",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="so that it does not happen again"
                            ),
                        ),
                        ("first_due_on", models.DateField(blank=True, null=True, verbose_name="first report by")),
                        ("second_due_on", models.DateField(blank=True, null=True, verbose_name="second report by")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        ("corrected_at", models.DateTimeField(blank=True, null=True, verbose_name="corrected at")),
                        (
                            "corrected_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="corrected by",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="IncidentReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="bookings.incident",
                                verbose_name="near miss or incident",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="number of the report")),
                        ("reported_at", models.DateTimeField(verbose_name="reported at")),
                        ("text", models.TextField(max_length=4000, verbose_name="what was reported")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "incident report",
                        "verbose_name_plural": "incident reports",
                        "ordering": ["incident", "number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("incident", "number"), name="incident_report_once"),
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="incident_report_has_text"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reported_at__lte", models.F("recorded_at"))),
                                name="incident_report_made_before_recorded",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="incident_report_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="72c7f1ddcddb906a55428143d9d1e829a6469749",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_incident_report_kept_d2c2a",
                                    table="bookings_incidentreport",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="incident_reports_in_order",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE of_it bookings_incident; before bookings_incidentreport;",
                                    func="\n                    SELECT * INTO of_it FROM bookings_incident WHERE id = NEW.incident_id FOR NO KEY UPDATE;\n                    SELECT * INTO before FROM bookings_incidentreport\n                     WHERE incident_id = NEW.incident_id ORDER BY number DESC LIMIT 1;\n                    IF before.id IS NULL AND of_it.first_due_on IS NULL THEN\n                        RAISE EXCEPTION 'only a serious incident is reported'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_report_of_a_serious_one';\n                    END IF;\n                    IF NEW.number <> coalesce(before.number, 0) + 1 THEN\n                        RAISE EXCEPTION 'reports come in their order'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_report_in_order';\n                    END IF;\n                    IF NEW.reported_at < greatest(of_it.happened_at, before.reported_at) THEN\n                        RAISE EXCEPTION 'reported before it happened, or before the report before'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_report_after_it_happened';\n                    END IF;\n                    RETURN NEW;\n                ",
                                    hash="7abd108286e319a8a578939d02a0a2a32b1fec45",
                                    operation="INSERT",
                                    pgid="pgtrigger_incident_reports_in_order_675f5",
                                    table="bookings_incidentreport",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SafetyManual",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                blank=True,
                                help_text="empty: for all facilities",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="safety_manuals",
                                to="facilities.facility",
                                verbose_name="facility",
                            ),
                        ),
                        ("version", models.CharField(max_length=40, verbose_name="version")),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        ("what_changed", models.TextField(max_length=4000, verbose_name="what changed")),
                    ],
                    options={
                        "verbose_name": "version of the safety manual",
                        "verbose_name_plural": "versions of the safety manual",
                        "ordering": ["-period", "facility"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("facility", "version"), name="safety_manual_version_once", nulls_distinct=False
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    (django.db.models.functions.comparison.Coalesce("facility", 0), "="),
                                    ("period", "&&"),
                                ],
                                name="safety_manual_no_overlap",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="safety_manual_as_acknowledged",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."facility_id" IS DISTINCT FROM (NEW."facility_id") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."what_changed" IS DISTINCT FROM (NEW."what_changed"))',
                                    func="\n                    IF EXISTS (SELECT 1 FROM bookings_manualacknowledgement a WHERE a.manual_id = OLD.id) THEN\n                        RAISE EXCEPTION 'staff have acknowledged this version'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'safety_manual_as_acknowledged';\n                    END IF;\n                    RETURN NEW;\n                ",
                                    hash="ca48ab5eeead14dc45fb6fe7593ec52cbdfff066",
                                    operation="UPDATE",
                                    pgid="pgtrigger_safety_manual_as_acknowledged_bfab6",
                                    table="bookings_safetymanual",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_safetymanualevent" ("facility_id", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "what_changed") VALUES (NEW."facility_id", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version", NEW."what_changed"); RETURN NULL;',
                                    hash="21743fd594733025ba1e778ced730a49babed492",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_3699f",
                                    table="bookings_safetymanual",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_safetymanualevent" ("facility_id", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "what_changed") VALUES (NEW."facility_id", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version", NEW."what_changed"); RETURN NULL;',
                                    hash="d22366e2f0aeb3006664927c726ab29ad98d1d14",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_e1e44",
                                    table="bookings_safetymanual",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_safetymanualevent" ("facility_id", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "what_changed") VALUES (OLD."facility_id", OLD."id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version", OLD."what_changed"); RETURN NULL;',
                                    hash="34380239b307dc4ec6239a9a33e8ac54c7c6fe9b",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_463c7",
                                    table="bookings_safetymanual",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SafetyManualEvent",
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
                                to="bookings.safetymanual",
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
                            "facility",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="empty: for all facilities",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="facilities.facility",
                                verbose_name="facility",
                            ),
                        ),
                        ("version", models.CharField(max_length=40, verbose_name="version")),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        ("what_changed", models.TextField(max_length=4000, verbose_name="what changed")),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ManualAcknowledgement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "manual",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="acknowledgements",
                                to="bookings.safetymanual",
                                verbose_name="version of the safety manual",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "acknowledgement of the safety manual",
                        "verbose_name_plural": "acknowledgements of the safety manual",
                        "ordering": ["at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("manual", "person"), name="manual_acknowledged_once")
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="manual_acknowledgement_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                    hash="82fac1b4e329c35f11b9319047313747f711e001",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_manual_acknowledgement_kept_c5b9d",
                                    table="bookings_manualacknowledgement",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UsageLimits",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "group",
                            models.CharField(
                                choices=[
                                    ("stays", "short stay and day care"),
                                    ("outreach", "outreach"),
                                    ("online", "online consultation"),
                                ],
                                max_length=10,
                                verbose_name="services counted together",
                            ),
                        ),
                        (
                            "days_per_birth",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="family-days a birth"
                            ),
                        ),
                        (
                            "consecutive_days",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="consecutive days"),
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
                        "verbose_name": "usage limits",
                        "verbose_name_plural": "usage limits",
                        "ordering": ["period"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("group", "="), ("period", "&&")], name="usage_limits_no_overlap"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_usagelimitsevent" ("consecutive_days", "days_per_birth", "group", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."consecutive_days", NEW."days_per_birth", NEW."group", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source"); RETURN NULL;',
                                    hash="6522255d4ac2b78d86ce40fd52bc48790f866a7c",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_3289c",
                                    table="bookings_usagelimits",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_usagelimitsevent" ("consecutive_days", "days_per_birth", "group", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."consecutive_days", NEW."days_per_birth", NEW."group", NEW."id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source"); RETURN NULL;',
                                    hash="fa082e47f34f587ed64e9fd5b551e6702b19dd19",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_0a0b8",
                                    table="bookings_usagelimits",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_usagelimitsevent" ("consecutive_days", "days_per_birth", "group", "id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (OLD."consecutive_days", OLD."days_per_birth", OLD."group", OLD."id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source"); RETURN NULL;',
                                    hash="64f1ef96df406f2e7b3efa8348cfd355e09658ea",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_fb0e8",
                                    table="bookings_usagelimits",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UsageLimitsEvent",
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
                                to="bookings.usagelimits",
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
                            "group",
                            models.CharField(
                                choices=[
                                    ("stays", "short stay and day care"),
                                    ("outreach", "outreach"),
                                    ("online", "online consultation"),
                                ],
                                max_length=10,
                                verbose_name="services counted together",
                            ),
                        ),
                        (
                            "days_per_birth",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="family-days a birth"
                            ),
                        ),
                        (
                            "consecutive_days",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="consecutive days"),
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
                    name="AllocationPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="allocation_policies",
                                to="facilities.service",
                                verbose_name="service",
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "method",
                            models.CharField(
                                choices=[("lottery", "by lot"), ("first_come", "first come, first served")],
                                max_length=12,
                                verbose_name="method",
                            ),
                        ),
                        (
                            "opens_days_before",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="first come: before the day that is booked; by lot: before the first day of the draw",
                                null=True,
                                verbose_name="opens days before",
                            ),
                        ),
                        (
                            "closes_days_before",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="first come: before the first day that is booked (staff may still book); by lot: before the first day of the draw",
                                null=True,
                                verbose_name="closes days before",
                            ),
                        ),
                        (
                            "gives_back_days_before",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="later they call; empty: until the day itself",
                                null=True,
                                verbose_name="families give back online until so many days before",
                            ),
                        ),
                        (
                            "stretch_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="stretch of days of a draw"
                            ),
                        ),
                        (
                            "draw_weekday",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="weekday of the draw (0 = Monday)"
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
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
                        "verbose_name": "allocation policy",
                        "verbose_name_plural": "allocation policies",
                        "ordering": ["service", "period"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("service", "="), ("period", "&&")], name="allocation_policy_no_overlap"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_allocationpolicyevent" ("closes_days_before", "draw_weekday", "gives_back_days_before", "id", "method", "note", "opens_days_before", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "source", "stretch_days") VALUES (NEW."closes_days_before", NEW."draw_weekday", NEW."gives_back_days_before", NEW."id", NEW."method", NEW."note", NEW."opens_days_before", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."service_id", NEW."source", NEW."stretch_days"); RETURN NULL;',
                                    hash="30d23283cf5dc5fb6e2a3c9d40bf4660a7a67636",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_ebc51",
                                    table="bookings_allocationpolicy",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_allocationpolicyevent" ("closes_days_before", "draw_weekday", "gives_back_days_before", "id", "method", "note", "opens_days_before", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "source", "stretch_days") VALUES (NEW."closes_days_before", NEW."draw_weekday", NEW."gives_back_days_before", NEW."id", NEW."method", NEW."note", NEW."opens_days_before", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."service_id", NEW."source", NEW."stretch_days"); RETURN NULL;',
                                    hash="9c9a95e59c736a01fc9e8c7b9612b9049b705c68",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_94aff",
                                    table="bookings_allocationpolicy",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_allocationpolicyevent" ("closes_days_before", "draw_weekday", "gives_back_days_before", "id", "method", "note", "opens_days_before", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service_id", "source", "stretch_days") VALUES (OLD."closes_days_before", OLD."draw_weekday", OLD."gives_back_days_before", OLD."id", OLD."method", OLD."note", OLD."opens_days_before", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."service_id", OLD."source", OLD."stretch_days"); RETURN NULL;',
                                    hash="c3c43ab59cff3b636bac5cda36b6365f6d644936",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_f5eda",
                                    table="bookings_allocationpolicy",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AllocationPolicyEvent",
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
                                to="bookings.allocationpolicy",
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
                            "service",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="facilities.service",
                                verbose_name="service",
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "method",
                            models.CharField(
                                choices=[("lottery", "by lot"), ("first_come", "first come, first served")],
                                max_length=12,
                                verbose_name="method",
                            ),
                        ),
                        (
                            "opens_days_before",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="first come: before the day that is booked; by lot: before the first day of the draw",
                                null=True,
                                verbose_name="opens days before",
                            ),
                        ),
                        (
                            "closes_days_before",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="first come: before the first day that is booked (staff may still book); by lot: before the first day of the draw",
                                null=True,
                                verbose_name="closes days before",
                            ),
                        ),
                        (
                            "gives_back_days_before",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="later they call; empty: until the day itself",
                                null=True,
                                verbose_name="families give back online until so many days before",
                            ),
                        ),
                        (
                            "stretch_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="stretch of days of a draw"
                            ),
                        ),
                        (
                            "draw_weekday",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="weekday of the draw (0 = Monday)"
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
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
                    name="DrawPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
                        (
                            "high_need_tickets",
                            models.PositiveSmallIntegerField(verbose_name="more tickets for high need (set by staff)"),
                        ),
                        (
                            "high_need_days",
                            models.PositiveSmallIntegerField(
                                default=90,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="high need asked for by a district counts for so many days",
                            ),
                        ),
                        (
                            "lost_before_tickets",
                            models.PositiveSmallIntegerField(verbose_name="more tickets for each round lost before"),
                        ),
                        (
                            "most_lost_counted",
                            models.PositiveSmallIntegerField(verbose_name="so many lost rounds count at most"),
                        ),
                        (
                            "window_tickets",
                            models.PositiveSmallIntegerField(verbose_name="more tickets while the age limit is near"),
                        ),
                        (
                            "window_days",
                            models.PositiveSmallIntegerField(verbose_name="near is: so many days to the age limit"),
                        ),
                        (
                            "answer_hours",
                            models.PositiveSmallIntegerField(verbose_name="hours to accept what was won"),
                        ),
                        (
                            "offer_hours",
                            models.PositiveSmallIntegerField(verbose_name="hours to accept a place that came free"),
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
                        "verbose_name": "draw policy",
                        "verbose_name_plural": "draw policies",
                        "ordering": ["period"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("period", "&&")], name="draw_policy_no_overlap"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_drawpolicyevent" ("answer_hours", "high_need_days", "high_need_tickets", "id", "lost_before_tickets", "most_lost_counted", "offer_hours", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "window_days", "window_tickets") VALUES (NEW."answer_hours", NEW."high_need_days", NEW."high_need_tickets", NEW."id", NEW."lost_before_tickets", NEW."most_lost_counted", NEW."offer_hours", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."window_days", NEW."window_tickets"); RETURN NULL;',
                                    hash="d7d3102977aeb4d12c8ee34e080e3041465bd391",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_41f71",
                                    table="bookings_drawpolicy",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_drawpolicyevent" ("answer_hours", "high_need_days", "high_need_tickets", "id", "lost_before_tickets", "most_lost_counted", "offer_hours", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "window_days", "window_tickets") VALUES (NEW."answer_hours", NEW."high_need_days", NEW."high_need_tickets", NEW."id", NEW."lost_before_tickets", NEW."most_lost_counted", NEW."offer_hours", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."window_days", NEW."window_tickets"); RETURN NULL;',
                                    hash="3200b31277a3a63ab8ad69718cc67b8bd97af42f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_a2442",
                                    table="bookings_drawpolicy",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_drawpolicyevent" ("answer_hours", "high_need_days", "high_need_tickets", "id", "lost_before_tickets", "most_lost_counted", "offer_hours", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "window_days", "window_tickets") VALUES (OLD."answer_hours", OLD."high_need_days", OLD."high_need_tickets", OLD."id", OLD."lost_before_tickets", OLD."most_lost_counted", OLD."offer_hours", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source", OLD."window_days", OLD."window_tickets"); RETURN NULL;',
                                    hash="7d098020c9428610149d9a727cc740d95d184885",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_a6592",
                                    table="bookings_drawpolicy",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DrawPolicyEvent",
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
                                to="bookings.drawpolicy",
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
                            "high_need_tickets",
                            models.PositiveSmallIntegerField(verbose_name="more tickets for high need (set by staff)"),
                        ),
                        (
                            "high_need_days",
                            models.PositiveSmallIntegerField(
                                default=90,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="high need asked for by a district counts for so many days",
                            ),
                        ),
                        (
                            "lost_before_tickets",
                            models.PositiveSmallIntegerField(verbose_name="more tickets for each round lost before"),
                        ),
                        (
                            "most_lost_counted",
                            models.PositiveSmallIntegerField(verbose_name="so many lost rounds count at most"),
                        ),
                        (
                            "window_tickets",
                            models.PositiveSmallIntegerField(verbose_name="more tickets while the age limit is near"),
                        ),
                        (
                            "window_days",
                            models.PositiveSmallIntegerField(verbose_name="near is: so many days to the age limit"),
                        ),
                        (
                            "answer_hours",
                            models.PositiveSmallIntegerField(verbose_name="hours to accept what was won"),
                        ),
                        (
                            "offer_hours",
                            models.PositiveSmallIntegerField(verbose_name="hours to accept a place that came free"),
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
                    name="CoordinatorSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coordinator_sessions",
                                to="facilities.facility",
                                verbose_name="facility",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="begins at")),
                        (
                            "minutes",
                            models.PositiveSmallIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(240),
                                ],
                                verbose_name="minutes",
                            ),
                        ),
                        (
                            "places",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="empty: as many as come",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="places (families)",
                            ),
                        ),
                        ("about", models.CharField(blank=True, max_length=200, verbose_name="what it is about")),
                        ("planned_at", models.DateTimeField(verbose_name="planned at")),
                        (
                            "planned_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="planned by",
                            ),
                        ),
                        ("called_off_at", models.DateTimeField(blank=True, null=True, verbose_name="called off at")),
                        (
                            "called_off_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="why it was called off"),
                        ),
                    ],
                    options={
                        "verbose_name": "coordinator session",
                        "verbose_name_plural": "coordinator sessions",
                        "ordering": ["-starts_at", "-pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("called_off_at__isnull", True)),
                                fields=("facility", "starts_at"),
                                name="coordinator_session_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("minutes__range", (1, 240))), name="coordinator_session_minutes"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("places__isnull", True), ("places__gte", 1), _connector="OR"),
                                name="coordinator_session_has_places",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("called_off_at__isnull", True), ("called_off_reason", "")),
                                    models.Q(
                                        ("called_off_at__isnull", False),
                                        models.Q(("called_off_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="coordinator_session_called_off_says_why",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="session_within_places",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."places" IS DISTINCT FROM (NEW."places"))',
                                    declare="DECLARE taken bigint;",
                                    func="\n    SELECT count(*) INTO taken FROM bookings_sessionsignup WHERE session_id = NEW.id AND cancelled_at IS NULL;\n    IF taken > NEW.places THEN\n        RAISE EXCEPTION 'full' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_within_places';\n    END IF;\n    RETURN NEW;\n",
                                    hash="4bd2295c9dd4e1a6c3c64fcfa0a73351aaf11914",
                                    operation="UPDATE",
                                    pgid="pgtrigger_session_within_places_7cd86",
                                    table="bookings_coordinatorsession",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="coordinator_session_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="74293c0f8b434e24b8f659f6db1f46e5ba6c6326",
                                    operation="DELETE",
                                    pgid="pgtrigger_coordinator_session_kept_a6268",
                                    table="bookings_coordinatorsession",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_coordinatorsessionevent" ("about", "called_off_at", "called_off_reason", "facility_id", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "planned_at", "planned_by_id", "starts_at") VALUES (NEW."about", NEW."called_off_at", NEW."called_off_reason", NEW."facility_id", NEW."id", NEW."minutes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."places", NEW."planned_at", NEW."planned_by_id", NEW."starts_at"); RETURN NULL;',
                                    hash="7b541ad9aa2706784688f1ccd927c54ffbcad17d",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_f7d85",
                                    table="bookings_coordinatorsession",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_coordinatorsessionevent" ("about", "called_off_at", "called_off_reason", "facility_id", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "planned_at", "planned_by_id", "starts_at") VALUES (NEW."about", NEW."called_off_at", NEW."called_off_reason", NEW."facility_id", NEW."id", NEW."minutes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."places", NEW."planned_at", NEW."planned_by_id", NEW."starts_at"); RETURN NULL;',
                                    hash="b2d682d484a9112e8331581678ce6820ec11d071",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_73cf1",
                                    table="bookings_coordinatorsession",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_coordinatorsessionevent" ("about", "called_off_at", "called_off_reason", "facility_id", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "planned_at", "planned_by_id", "starts_at") VALUES (OLD."about", OLD."called_off_at", OLD."called_off_reason", OLD."facility_id", OLD."id", OLD."minutes", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."places", OLD."planned_at", OLD."planned_by_id", OLD."starts_at"); RETURN NULL;',
                                    hash="997724025b8d2636cec1add7fc09e9efa25d2c90",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_b7ab5",
                                    table="bookings_coordinatorsession",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoordinatorSessionEvent",
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
                                to="bookings.coordinatorsession",
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
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="facilities.facility",
                                verbose_name="facility",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="begins at")),
                        (
                            "minutes",
                            models.PositiveSmallIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(240),
                                ],
                                verbose_name="minutes",
                            ),
                        ),
                        (
                            "places",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="empty: as many as come",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="places (families)",
                            ),
                        ),
                        ("about", models.CharField(blank=True, max_length=200, verbose_name="what it is about")),
                        ("planned_at", models.DateTimeField(verbose_name="planned at")),
                        (
                            "planned_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="planned by",
                            ),
                        ),
                        ("called_off_at", models.DateTimeField(blank=True, null=True, verbose_name="called off at")),
                        (
                            "called_off_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="why it was called off"),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SessionSignUp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sign_ups",
                                to="bookings.coordinatorsession",
                                verbose_name="coordinator session",
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="session_sign_ups",
                                to="enrollment.family",
                                verbose_name="family",
                            ),
                        ),
                        ("signed_up_at", models.DateTimeField(verbose_name="signed up at")),
                        (
                            "signed_up_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="signed up by",
                            ),
                        ),
                        ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="given back at")),
                        (
                            "cancelled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="given back by",
                            ),
                        ),
                        ("attended", models.BooleanField(blank=True, null=True, verbose_name="came")),
                        (
                            "attendance_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="attendance recorded at"),
                        ),
                        (
                            "attendance_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="attendance recorded by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "family at a coordinator session",
                        "verbose_name_plural": "families at coordinator sessions",
                        "ordering": ["signed_up_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("cancelled_at__isnull", True)),
                                fields=("session", "family"),
                                name="session_sign_up_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("attended__isnull", True),
                                    models.Q(
                                        ("attendance_at__isnull", False),
                                        ("attendance_by__isnull", False),
                                        ("cancelled_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="session_attendance_of_who_takes_part",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="session_within_places",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE held bookings_coordinatorsession%ROWTYPE; taken bigint;",
                                    func="\n    SELECT * INTO held FROM bookings_coordinatorsession WHERE id = NEW.session_id FOR NO KEY UPDATE;\n    IF NEW.attended IS NOT NULL AND NEW.attendance_at < held.starts_at THEN\n        RAISE EXCEPTION 'early' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_attendance_after_it_began';\n    END IF;\n    IF TG_OP = 'UPDATE' AND NEW.cancelled_at IS NOT NULL AND OLD.cancelled_at IS NULL\n       AND NEW.cancelled_at >= held.starts_at THEN\n        RAISE EXCEPTION 'begun' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_sign_up_before_it_began';\n    END IF;\n    IF NEW.cancelled_at IS NOT NULL\n       OR (TG_OP = 'UPDATE' AND OLD.cancelled_at IS NULL AND OLD.session_id = NEW.session_id) THEN\n        RETURN NEW;\n    END IF;\n    IF held.called_off_at IS NOT NULL OR NEW.signed_up_at >= held.starts_at THEN\n        RAISE EXCEPTION 'begun' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_sign_up_before_it_began';\n    END IF;\n    SELECT count(*) INTO taken FROM bookings_sessionsignup\n     WHERE session_id = NEW.session_id AND cancelled_at IS NULL AND id IS DISTINCT FROM NEW.id;\n    IF taken >= held.places THEN\n        RAISE EXCEPTION 'full' USING ERRCODE = 'check_violation', CONSTRAINT = 'session_within_places';\n    END IF;\n    RETURN NEW;\n",
                                    hash="f8d62c7ff22358391677681cc93b91b98e594af4",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_session_within_places_0a8f2",
                                    table="bookings_sessionsignup",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="session_sign_up_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="af667258b99a24e6909f52bffad8218d4404e19d",
                                    operation="DELETE",
                                    pgid="pgtrigger_session_sign_up_kept_de8ab",
                                    table="bookings_sessionsignup",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_sessionsignupevent" ("attendance_at", "attendance_by_id", "attended", "cancelled_at", "cancelled_by_id", "family_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "signed_up_at", "signed_up_by_id") VALUES (NEW."attendance_at", NEW."attendance_by_id", NEW."attended", NEW."cancelled_at", NEW."cancelled_by_id", NEW."family_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."session_id", NEW."signed_up_at", NEW."signed_up_by_id"); RETURN NULL;',
                                    hash="4f64a50f564d1572f5488470cbbc1433f5d81d92",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_114c1",
                                    table="bookings_sessionsignup",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_sessionsignupevent" ("attendance_at", "attendance_by_id", "attended", "cancelled_at", "cancelled_by_id", "family_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "signed_up_at", "signed_up_by_id") VALUES (NEW."attendance_at", NEW."attendance_by_id", NEW."attended", NEW."cancelled_at", NEW."cancelled_by_id", NEW."family_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."session_id", NEW."signed_up_at", NEW."signed_up_by_id"); RETURN NULL;',
                                    hash="9e8e962038912b8a33e4ddc1c23e17b7cc97bfab",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_bedc6",
                                    table="bookings_sessionsignup",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_sessionsignupevent" ("attendance_at", "attendance_by_id", "attended", "cancelled_at", "cancelled_by_id", "family_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "signed_up_at", "signed_up_by_id") VALUES (OLD."attendance_at", OLD."attendance_by_id", OLD."attended", OLD."cancelled_at", OLD."cancelled_by_id", OLD."family_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."session_id", OLD."signed_up_at", OLD."signed_up_by_id"); RETURN NULL;',
                                    hash="55f4c23ff981ca66a24b3a88ca81bd412e8773eb",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_d2f80",
                                    table="bookings_sessionsignup",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SessionSignUpEvent",
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
                                to="bookings.sessionsignup",
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
                            "session",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.coordinatorsession",
                                verbose_name="coordinator session",
                            ),
                        ),
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
                        ("signed_up_at", models.DateTimeField(verbose_name="signed up at")),
                        (
                            "signed_up_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="signed up by",
                            ),
                        ),
                        ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="given back at")),
                        (
                            "cancelled_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="given back by",
                            ),
                        ),
                        ("attended", models.BooleanField(blank=True, null=True, verbose_name="came")),
                        (
                            "attendance_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="attendance recorded at"),
                        ),
                        (
                            "attendance_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="attendance recorded by",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ConsultationTopic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, verbose_name="code")),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("name_en", models.CharField(max_length=60, verbose_name="name in English")),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="period")),
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
                        "verbose_name": "topic of consultations",
                        "verbose_name_plural": "topics of consultations",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("code", "="), ("period", "&&")], name="consultation_topic_no_overlap"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "booked_day",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visit_record",
                                to="bookings.bookingday",
                                verbose_name="booked day",
                            ),
                        ),
                        ("began_at", models.DateTimeField(verbose_name="began at")),
                        ("ended_at", models.DateTimeField(verbose_name="ended at")),
                        (
                            "talked_about",
                            models.TextField(blank=True, max_length=2000, verbose_name="what was talked about"),
                        ),
                        (
                            "advice",
                            models.TextField(
                                blank=True,
                                help_text="she reads it on her page",
                                max_length=2000,
                                verbose_name="advice for the mother",
                            ),
                        ),
                        ("next_step", models.CharField(blank=True, max_length=200, verbose_name="next step")),
                    ],
                    options={
                        "verbose_name": "visit record",
                        "verbose_name_plural": "visit records",
                        "ordering": ["-began_at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ended_at__gt", models.F("began_at"))),
                                name="visit_record_ends_after_it_begins",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="visit_record_of_a_visit",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    declare="DECLARE visited date;",
                                    func="\n    SELECT booked.day INTO visited\n      FROM bookings_bookingday booked\n      JOIN bookings_booking booking ON booking.id = booked.booking_id\n      JOIN facilities_service service ON service.id = booking.service_id\n     WHERE booked.id = NEW.booked_day_id AND booked.status = 'used'\n       AND service.kind IN ('outreach', 'online_consultation');\n    IF visited IS NULL\n       OR (NEW.began_at AT TIME ZONE 'Asia/Tokyo')::date <> visited\n       OR (NEW.ended_at AT TIME ZONE 'Asia/Tokyo')::date <> visited THEN\n        RAISE EXCEPTION 'no such visit' USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_record_of_a_visit';\n    END IF;\n    RETURN NEW;\n",
                                    hash="2a43ebec1d9a14cdb0e55b5aaf36a243f04182be",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_visit_record_of_a_visit_02a9e",
                                    table="bookings_visitrecord",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="visit_record_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="1410dbc9f21ea603dbf06923535c087f742b2096",
                                    operation="DELETE",
                                    pgid="pgtrigger_visit_record_kept_eff05",
                                    table="bookings_visitrecord",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_visitrecordevent" ("advice", "began_at", "booked_day_id", "ended_at", "id", "next_step", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "talked_about") VALUES (NEW."advice", NEW."began_at", NEW."booked_day_id", NEW."ended_at", NEW."id", NEW."next_step", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."talked_about"); RETURN NULL;',
                                    hash="8b719d628dff15b2b4a52f324ee31fb6ee7e6865",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_3db0b",
                                    table="bookings_visitrecord",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_visitrecordevent" ("advice", "began_at", "booked_day_id", "ended_at", "id", "next_step", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "talked_about") VALUES (NEW."advice", NEW."began_at", NEW."booked_day_id", NEW."ended_at", NEW."id", NEW."next_step", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."talked_about"); RETURN NULL;',
                                    hash="a98cda88bd4baf459ab6132b9b7a35c99176768b",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_b7835",
                                    table="bookings_visitrecord",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_visitrecordevent" ("advice", "began_at", "booked_day_id", "ended_at", "id", "next_step", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "talked_about") VALUES (OLD."advice", OLD."began_at", OLD."booked_day_id", OLD."ended_at", OLD."id", OLD."next_step", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."recorded_by_id", OLD."talked_about"); RETURN NULL;',
                                    hash="37825b3670616e1d9e09de3b0b4927f59958c11d",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_59daf",
                                    table="bookings_visitrecord",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitRecordEvent",
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
                                to="bookings.visitrecord",
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
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "booked_day",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.bookingday",
                                verbose_name="booked day",
                            ),
                        ),
                        ("began_at", models.DateTimeField(verbose_name="began at")),
                        ("ended_at", models.DateTimeField(verbose_name="ended at")),
                        (
                            "talked_about",
                            models.TextField(blank=True, max_length=2000, verbose_name="what was talked about"),
                        ),
                        (
                            "advice",
                            models.TextField(
                                blank=True,
                                help_text="she reads it on her page",
                                max_length=2000,
                                verbose_name="advice for the mother",
                            ),
                        ),
                        ("next_step", models.CharField(blank=True, max_length=200, verbose_name="next step")),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="VisitTopic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "record",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="topics",
                                to="bookings.visitrecord",
                                verbose_name="visit record",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="bookings.consultationtopic",
                                verbose_name="topic",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "topic of a visit",
                        "verbose_name_plural": "topics of visits",
                        "ordering": ["topic__position", "pk"],
                        "constraints": [models.UniqueConstraint(fields=("record", "topic"), name="visit_topic_once")],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_visittopicevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record_id", "topic_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."record_id", NEW."topic_id"); RETURN NULL;',
                                    hash="d4f1959b7cceffde44ec893463a2715d7f987d67",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_5f83c",
                                    table="bookings_visittopic",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_visittopicevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record_id", "topic_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."record_id", NEW."topic_id"); RETURN NULL;',
                                    hash="0073a1c912e6863080908eb722eb52f72c28c545",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_9a375",
                                    table="bookings_visittopic",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_visittopicevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record_id", "topic_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."record_id", OLD."topic_id"); RETURN NULL;',
                                    hash="38f3bfee3dfaaed20eeec4c3b9b061c4f83693a4",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_0b116",
                                    table="bookings_visittopic",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitTopicEvent",
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
                                to="bookings.visittopic",
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
                            "record",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.visitrecord",
                                verbose_name="visit record",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.consultationtopic",
                                verbose_name="topic",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="WaitingEntry",
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
                                related_name="waiting_entries",
                                to="enrollment.registration",
                                verbose_name="registration",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="waiting_entries",
                                to="facilities.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "period",
                            django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="days waited for"),
                        ),
                        (
                            "sibling",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enrollment.sibling",
                                verbose_name="sibling",
                            ),
                        ),
                        (
                            "infant_count",
                            models.PositiveSmallIntegerField(default=1, verbose_name="infants taking part"),
                        ),
                        ("joined_at", models.DateTimeField(verbose_name="waits since")),
                        (
                            "joined_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                        (
                            "booking",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="waiting_entry",
                                to="bookings.booking",
                                verbose_name="booking",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                        (
                            "ended_as",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("placed", "has the place"),
                                    ("declined", "declined"),
                                    ("lapsed", "did not answer"),
                                    ("left", "no longer waits"),
                                    ("passed", "the days have passed"),
                                ],
                                max_length=8,
                                verbose_name="how it ended",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "waiting family",
                        "verbose_name_plural": "waiting list",
                        "ordering": ["joined_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("registration", "service", "period"),
                                name="waiting_once_for_the_same_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_as", ""), ("ended_at__isnull", True)),
                                    models.Q(("ended_at__isnull", False), models.Q(("ended_as", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="waiting_ended_says_how",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="waiting_kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                    hash="b32accf382f7294bda84624c4722bf5ddfa5db90",
                                    operation="DELETE",
                                    pgid="pgtrigger_waiting_kept_4864b",
                                    table="bookings_waitingentry",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="waiting_keeps_its_turn",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition='WHEN (OLD."joined_at" IS DISTINCT FROM (NEW."joined_at") OR OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."registration_id" IS DISTINCT FROM (NEW."registration_id") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id"))',
                                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                    hash="f19fd8d5aabae8eceb025d5800094cd101512ec1",
                                    operation="UPDATE",
                                    pgid="pgtrigger_waiting_keeps_its_turn_d320a",
                                    table="bookings_waitingentry",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="insert_insert",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_waitingentryevent" ("booking_id", "ended_as", "ended_at", "id", "infant_count", "joined_at", "joined_by_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "service_id", "sibling_id") VALUES (NEW."booking_id", NEW."ended_as", NEW."ended_at", NEW."id", NEW."infant_count", NEW."joined_at", NEW."joined_by_id", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."registration_id", NEW."service_id", NEW."sibling_id"); RETURN NULL;',
                                    hash="14b8973ff5bd10d507ee1476ee4f95baa88b95e0",
                                    operation="INSERT",
                                    pgid="pgtrigger_insert_insert_68f63",
                                    table="bookings_waitingentry",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="update_update",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func='INSERT INTO "bookings_waitingentryevent" ("booking_id", "ended_as", "ended_at", "id", "infant_count", "joined_at", "joined_by_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "service_id", "sibling_id") VALUES (NEW."booking_id", NEW."ended_as", NEW."ended_at", NEW."id", NEW."infant_count", NEW."joined_at", NEW."joined_by_id", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."registration_id", NEW."service_id", NEW."sibling_id"); RETURN NULL;',
                                    hash="fc93cb69441d24fbcbfc00de5340a97d78234e2e",
                                    operation="UPDATE",
                                    pgid="pgtrigger_update_update_a23ae",
                                    table="bookings_waitingentry",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="delete_delete",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func='INSERT INTO "bookings_waitingentryevent" ("booking_id", "ended_as", "ended_at", "id", "infant_count", "joined_at", "joined_by_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "service_id", "sibling_id") VALUES (OLD."booking_id", OLD."ended_as", OLD."ended_at", OLD."id", OLD."infant_count", OLD."joined_at", OLD."joined_by_id", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."registration_id", OLD."service_id", OLD."sibling_id"); RETURN NULL;',
                                    hash="4b28dec0072833e42e0f75981a3d44b916271f15",
                                    operation="DELETE",
                                    pgid="pgtrigger_delete_delete_85af2",
                                    table="bookings_waitingentry",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WaitingEntryEvent",
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
                                to="bookings.waitingentry",
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
                        (
                            "service",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="facilities.service",
                                verbose_name="service",
                            ),
                        ),
                        (
                            "period",
                            django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="days waited for"),
                        ),
                        (
                            "sibling",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="enrollment.sibling",
                                verbose_name="sibling",
                            ),
                        ),
                        (
                            "infant_count",
                            models.PositiveSmallIntegerField(default=1, verbose_name="infants taking part"),
                        ),
                        ("joined_at", models.DateTimeField(verbose_name="waits since")),
                        (
                            "joined_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                        (
                            "booking",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="bookings.booking",
                                verbose_name="booking",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                        (
                            "ended_as",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("placed", "has the place"),
                                    ("declined", "declined"),
                                    ("lapsed", "did not answer"),
                                    ("left", "no longer waits"),
                                    ("passed", "the days have passed"),
                                ],
                                max_length=8,
                                verbose_name="how it ended",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="FreedPlace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "pool",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="facilities.placepool",
                                verbose_name="place pool",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        ("freed_at", models.DateTimeField(verbose_name="freed at")),
                        ("passed_on_at", models.DateTimeField(null=True, verbose_name="passed on at")),
                    ],
                    options={
                        "verbose_name": "freed place",
                        "verbose_name_plural": "freed places",
                        "ordering": ["pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("passed_on_at__isnull", True)),
                                fields=["pool", "day"],
                                name="freed_place_on_its_way",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
