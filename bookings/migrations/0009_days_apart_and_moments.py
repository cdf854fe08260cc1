"""Days of a booking may lie apart, a day may be missed; what happened has its own moment beside that of writing.

What was written before is taken as written when it happened, or when its step says.
"""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

BACKFILL = """
UPDATE bookings_staystep SET happened_at = recorded_at;
UPDATE bookings_stay stay SET
    arrival_recorded_at = greatest(stay.arrived_at, (
        SELECT max(step.recorded_at) FROM bookings_staystep step
         WHERE step.booking_id = stay.booking_id AND step.kind = 'arrival' AND step.taken_back_at IS NULL)),
    departure_recorded_at = CASE WHEN stay.departed_at IS NULL THEN NULL ELSE greatest(stay.departed_at, (
        SELECT max(step.recorded_at) FROM bookings_staystep step
         WHERE step.booking_id = stay.booking_id AND step.kind = 'departure' AND step.taken_back_at IS NULL)) END;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0008_time_to_answer"),
        ("enrollment", "0007_fact_corrections"),
        ("facilities", "0004_minutes_of_visits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="booking",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="booking",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="booking",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="bookingday",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="bookingday",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="bookingday",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="stay",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="stay",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="stay",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="staystep",
            name="stay_step_as_recorded",
        ),
        migrations.AddField(
            model_name="booking",
            name="calendar_from",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="of the booking that it is a part of: its events keep their ids",
                verbose_name="events before its own",
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="part_of",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="the booking of whose days these are those that lay apart",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="bookings.booking",
                verbose_name="part of",
            ),
        ),
        migrations.AddField(
            model_name="bookingday",
            name="missed",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="released on the day, unused",
                verbose_name="did not come",
            ),
        ),
        migrations.AddField(
            model_name="bookingdayevent",
            name="missed",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="released on the day, unused",
                verbose_name="did not come",
            ),
        ),
        migrations.AddField(
            model_name="bookingevent",
            name="part_of",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                help_text="the booking of whose days these are those that lay apart",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="bookings.booking",
                verbose_name="part of",
            ),
        ),
        migrations.AddField(
            model_name="stay",
            name="arrival_recorded_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="arrival recorded at"),
        ),
        migrations.AddField(
            model_name="stay",
            name="departure_recorded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="departure recorded at"),
        ),
        migrations.AddField(
            model_name="stayevent",
            name="arrival_recorded_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="arrival recorded at"),
        ),
        migrations.AddField(
            model_name="stayevent",
            name="departure_recorded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="departure recorded at"),
        ),
        migrations.AddField(
            model_name="staystep",
            name="happened_at",
            field=models.DateTimeField(null=True, verbose_name="happened at"),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="staystep",
            name="happened_at",
            field=models.DateTimeField(verbose_name="happened at"),
        ),
        migrations.AlterField(
            model_name="staystep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("arrival", "Arrival"),
                    ("absence", "Did not come"),
                    ("missed", "A day not come"),
                    ("departure", "Departure"),
                ],
                max_length=9,
                verbose_name="kind",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="booking",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_bookingevent" ("booked_at", "booked_by_id", "coupons", "ended_reason", "food", "id", "infant_count", "offered_until", "part_of_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "service_id", "sibling_id", "state") VALUES (NEW."booked_at", NEW."booked_by_id", NEW."coupons", NEW."ended_reason", NEW."food", NEW."id", NEW."infant_count", NEW."offered_until", NEW."part_of_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."registration_id", NEW."service_id", NEW."sibling_id", NEW."state"); RETURN NULL;',
                    hash="7b87b56a1ea6d37ea2526097ff8fba62e6550d6f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_28bb6",
                    table="bookings_booking",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="booking",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."booked_at" IS DISTINCT FROM (NEW."booked_at") OR OLD."booked_by_id" IS DISTINCT FROM (NEW."booked_by_id") OR OLD."coupons" IS DISTINCT FROM (NEW."coupons") OR OLD."ended_reason" IS DISTINCT FROM (NEW."ended_reason") OR OLD."food" IS DISTINCT FROM (NEW."food") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."infant_count" IS DISTINCT FROM (NEW."infant_count") OR OLD."offered_until" IS DISTINCT FROM (NEW."offered_until") OR OLD."part_of_id" IS DISTINCT FROM (NEW."part_of_id") OR OLD."registration_id" IS DISTINCT FROM (NEW."registration_id") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id") OR OLD."sibling_id" IS DISTINCT FROM (NEW."sibling_id") OR OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func='INSERT INTO "bookings_bookingevent" ("booked_at", "booked_by_id", "coupons", "ended_reason", "food", "id", "infant_count", "offered_until", "part_of_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "service_id", "sibling_id", "state") VALUES (NEW."booked_at", NEW."booked_by_id", NEW."coupons", NEW."ended_reason", NEW."food", NEW."id", NEW."infant_count", NEW."offered_until", NEW."part_of_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."registration_id", NEW."service_id", NEW."sibling_id", NEW."state"); RETURN NULL;',
                    hash="912ca9df8d6ba2b02bdd76f12d07caeabb0f14dd",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d8751",
                    table="bookings_booking",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="booking",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_bookingevent" ("booked_at", "booked_by_id", "coupons", "ended_reason", "food", "id", "infant_count", "offered_until", "part_of_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "service_id", "sibling_id", "state") VALUES (OLD."booked_at", OLD."booked_by_id", OLD."coupons", OLD."ended_reason", OLD."food", OLD."id", OLD."infant_count", OLD."offered_until", OLD."part_of_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."registration_id", OLD."service_id", OLD."sibling_id", OLD."state"); RETURN NULL;',
                    hash="8848c79d5878ddd73575152e03dea5d7864014a2",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_0839f",
                    table="bookings_booking",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookingday",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_bookingdayevent" ("booking_id", "day", "id", "missed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "status", "with_sibling") VALUES (NEW."booking_id", NEW."day", NEW."id", NEW."missed", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_at", NEW."status", NEW."with_sibling"); RETURN NULL;',
                    hash="d7400634bab13530693807143ad09d9e91aa6524",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d8e1c",
                    table="bookings_bookingday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookingday",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."day" IS DISTINCT FROM (NEW."day") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."missed" IS DISTINCT FROM (NEW."missed") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."with_sibling" IS DISTINCT FROM (NEW."with_sibling"))',
                    func='INSERT INTO "bookings_bookingdayevent" ("booking_id", "day", "id", "missed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "status", "with_sibling") VALUES (NEW."booking_id", NEW."day", NEW."id", NEW."missed", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_at", NEW."status", NEW."with_sibling"); RETURN NULL;',
                    hash="033a3b5e612bd17225978dffe98752c0c2b102e7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_de47b",
                    table="bookings_bookingday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookingday",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_bookingdayevent" ("booking_id", "day", "id", "missed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "status", "with_sibling") VALUES (OLD."booking_id", OLD."day", OLD."id", OLD."missed", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."starts_at", OLD."status", OLD."with_sibling"); RETURN NULL;',
                    hash="a760e309db647185cbdd293848163c00df5cb4f4",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c4121",
                    table="bookings_bookingday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stay",
            trigger=pgtrigger.compiler.Trigger(
                name="stay_says_when_it_was_recorded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    NEW.arrival_recorded_at := coalesce(NEW.arrival_recorded_at, greatest(now(), NEW.arrived_at));\n    IF NEW.departed_at IS NULL THEN\n        NEW.departure_recorded_at := NULL;\n    ELSE\n        NEW.departure_recorded_at := coalesce(NEW.departure_recorded_at, greatest(now(), NEW.departed_at));\n    END IF;\n    RETURN NEW;\n",
                    hash="1bc3f6503938786f144d0007ba3d2f6b6df92ed9",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_stay_says_when_it_was_recorded_aac5c",
                    table="bookings_stay",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stay",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_stayevent" ("arrival_recorded_at", "arrival_recorded_by_id", "arrived_at", "booking_id", "departed_at", "departure_recorded_at", "departure_recorded_by_id", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary") VALUES (NEW."arrival_recorded_at", NEW."arrival_recorded_by_id", NEW."arrived_at", NEW."booking_id", NEW."departed_at", NEW."departure_recorded_at", NEW."departure_recorded_by_id", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."summary"); RETURN NULL;',
                    hash="55a7c5d06e8c8dfe23dcc135ca465f3560210dd4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_65e3f",
                    table="bookings_stay",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stay",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bookings_stayevent" ("arrival_recorded_at", "arrival_recorded_by_id", "arrived_at", "booking_id", "departed_at", "departure_recorded_at", "departure_recorded_by_id", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary") VALUES (NEW."arrival_recorded_at", NEW."arrival_recorded_by_id", NEW."arrived_at", NEW."booking_id", NEW."departed_at", NEW."departure_recorded_at", NEW."departure_recorded_by_id", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."summary"); RETURN NULL;',
                    hash="f557615f3a2f9ac446bd57d35de15bf124a2ec8f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b12c5",
                    table="bookings_stay",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stay",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_stayevent" ("arrival_recorded_at", "arrival_recorded_by_id", "arrived_at", "booking_id", "departed_at", "departure_recorded_at", "departure_recorded_by_id", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary") VALUES (OLD."arrival_recorded_at", OLD."arrival_recorded_by_id", OLD."arrived_at", OLD."booking_id", OLD."departed_at", OLD."departure_recorded_at", OLD."departure_recorded_by_id", OLD."id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."summary"); RETURN NULL;',
                    hash="1e3ce06ec9cf1b425400adfde874fd08ff06d990",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_51c8e",
                    table="bookings_stay",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staystep",
            trigger=pgtrigger.compiler.Trigger(
                name="stay_step_as_recorded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."held" IS DISTINCT FROM (NEW."held") OR OLD."happened_at" IS DISTINCT FROM (NEW."happened_at") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."undo_until" IS DISTINCT FROM (NEW."undo_until"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="2fca0270586b3824dadec27b4a32a9d686df39fb",
                    operation="UPDATE",
                    pgid="pgtrigger_stay_step_as_recorded_b237b",
                    table="bookings_staystep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingday",
            constraint=models.CheckConstraint(
                condition=models.Q(("missed", False), ("status", "released"), _connector="OR"),
                name="booking_day_missed_is_released",
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(("arrived_at__lte", models.F("arrival_recorded_at"))),
                name="stay_arrival_is_not_ahead",
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("departed_at__isnull", True), ("departure_recorded_at__isnull", True)),
                    ("departed_at__lte", models.F("departure_recorded_at")),
                    _connector="OR",
                ),
                name="stay_departure_is_not_ahead",
            ),
        ),
        migrations.AddConstraint(
            model_name="staystep",
            constraint=models.CheckConstraint(
                condition=models.Q(("happened_at__lte", models.F("recorded_at"))), name="stay_step_is_not_ahead"
            ),
        ),
    ]
