"""Promises of money that hold whoever writes: owed never below 0, receipts as they were, coupons with their family."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Receipts printed so far said what stood there when they were printed: the names of today are the nearest to it. What
# was owed is known to the moment.
RECEIPTS_SO_FAR = """
    ALTER TABLE billing_payment DISABLE TRIGGER pgtrigger_payment_is_never_edited_28e87;
    UPDATE billing_payment payment
       SET snapshot = jsonb_build_object(
               'look', 1,
               'name', family.mother_name,
               'facility', facility.name,
               'operator', facility.operator,
               'owed', charge.total
                   + coalesce((SELECT sum(amount) FROM billing_adjustment
                                WHERE charge_id = charge.id AND made_at <= payment.received_at), 0))
      FROM billing_charge charge
      JOIN bookings_booking booking ON booking.id = charge.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
      JOIN facilities_facility facility ON facility.id = service.facility_id
      JOIN enrollment_registration registration ON registration.id = booking.registration_id
      JOIN enrollment_birth birth ON birth.id = registration.birth_id
      JOIN enrollment_family family ON family.id = birth.family_id
     WHERE charge.id = payment.charge_id;
    ALTER TABLE billing_payment ENABLE TRIGGER pgtrigger_payment_is_never_edited_28e87;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0007_accepted_months"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="handedcoupon",
            name="handed_coupon_kept",
        ),
        migrations.AddField(
            model_name="payment",
            name="snapshot",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()), editable=False, verbose_name="as printed"
            ),
        ),
        migrations.RunSQL(RECEIPTS_SO_FAR, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="adjustment",
            trigger=pgtrigger.compiler.Trigger(
                name="owed_never_below_zero",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE owed bigint;",
                    func="\n    PERFORM 1 FROM billing_charge WHERE id = NEW.charge_id FOR NO KEY UPDATE;\n    SELECT charge.total + coalesce((SELECT sum(amount) FROM billing_adjustment WHERE charge_id = charge.id), 0)\n      INTO owed FROM billing_charge charge WHERE charge.id = NEW.charge_id;\n    IF owed < 0 THEN\n        RAISE EXCEPTION 'charge %: % owed', NEW.charge_id, owed\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'owed_never_below_zero';\n    END IF;\n    RETURN NULL;\n",
                    hash="1feb383549d84ebf22525d111d4fc08d5f7d6f65",
                    operation="INSERT",
                    pgid="pgtrigger_owed_never_below_zero_18d37",
                    table="billing_adjustment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handedcoupon",
            trigger=pgtrigger.compiler.Trigger(
                name="handed_coupon_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="39b648651b50bb749fddb95675959e4ff349b0d0",
                    operation="DELETE",
                    pgid="pgtrigger_handed_coupon_kept_aa954",
                    table="billing_handedcoupon",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handedcoupon",
            trigger=pgtrigger.compiler.Trigger(
                name="handed_coupon_is_never_edited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."handed_at" IS DISTINCT FROM (NEW."handed_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."taken_by_id" IS DISTINCT FROM (NEW."taken_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="80e5989b3cd2d8f053ca550d4feeab3091bc2d27",
                    operation="UPDATE",
                    pgid="pgtrigger_handed_coupon_is_never_edited_60512",
                    table="billing_handedcoupon",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handedcoupon",
            trigger=pgtrigger.compiler.Trigger(
                name="handed_coupon_follows_its_family",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."family_id" IS DISTINCT FROM (NEW."family_id"))',
                    func="\n    IF NOT EXISTS (\n        SELECT 1 FROM enrollment_family f WHERE f.id = OLD.family_id AND f.merged_into_id = NEW.family_id\n    ) THEN\n        RAISE EXCEPTION 'the row stays with its family'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'handed_coupon_follows_its_family';\n    END IF;\n    RETURN NEW;\n",
                    hash="69bb6f000e626a5e190a33e9819decf8a0768b91",
                    operation="UPDATE",
                    pgid="pgtrigger_handed_coupon_follows_its_family_fd6ff",
                    table="billing_handedcoupon",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="payment_keeps_its_receipt",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM 1 FROM billing_charge WHERE id = NEW.charge_id FOR NO KEY UPDATE;\n    SELECT jsonb_build_object(\n               'look', 1,\n               'name', family.mother_name,\n               'facility', facility.name,\n               'operator', facility.operator,\n               'owed', charge.total\n                   + coalesce((SELECT sum(amount) FROM billing_adjustment WHERE charge_id = charge.id), 0))\n      INTO NEW.snapshot\n      FROM billing_charge charge\n      JOIN bookings_booking booking ON booking.id = charge.booking_id\n      JOIN facilities_service service ON service.id = booking.service_id\n      JOIN facilities_facility facility ON facility.id = service.facility_id\n      JOIN enrollment_registration registration ON registration.id = booking.registration_id\n      JOIN enrollment_birth birth ON birth.id = registration.birth_id\n      JOIN enrollment_family family ON family.id = birth.family_id\n     WHERE charge.id = NEW.charge_id;\n    RETURN NEW;\n",
                    hash="e054329f448f9077d590e01774055d54ec0b231c",
                    operation="INSERT",
                    pgid="pgtrigger_payment_keeps_its_receipt_8fe2c",
                    table="billing_payment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="transportpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_yen__gt", 0)), name="transport_policy_bears_something"
            ),
        ),
    ]
