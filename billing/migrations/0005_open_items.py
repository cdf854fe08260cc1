"""Open items of accepted months, the day that an adjustment is about, and the guard that lets late lines in.

What accepted months have without a fee by now becomes an open item, and adjustments are of their charge's first day.
"""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

FIRST_DAY = """
ALTER TABLE billing_adjustment DISABLE TRIGGER USER;
UPDATE billing_adjustment adjustment SET day = coalesce(
    (SELECT min(line.day) FROM billing_chargeline line WHERE line.charge_id = adjustment.charge_id),
    billing_day_of(adjustment.made_at));
ALTER TABLE billing_adjustment ENABLE TRIGGER USER;
"""

LINES = """
-- No line of a charge comes into an accepted month, but one of a day that it carried over, into the later month.
CREATE OR REPLACE FUNCTION billing_guard_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_refuse_accepted_month(months.facility_id, months.first)
       FROM (SELECT DISTINCT service.facility_id, coalesce(item.enters, date_trunc('month', line.day)::date) AS first
               FROM new_rows line
               JOIN billing_charge charge ON charge.id = line.charge_id
               JOIN bookings_booking booking ON booking.id = charge.booking_id
               JOIN facilities_service service ON service.id = booking.service_id
               LEFT JOIN billing_openitem item ON item.charge_id = charge.id AND item.day = line.day
              ORDER BY 1, 2) AS months;
    RETURN NULL;
END
$$;
"""

LINES_BEFORE = """
CREATE OR REPLACE FUNCTION billing_guard_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_refuse_accepted_month(months.facility_id, months.first)
       FROM (SELECT DISTINCT service.facility_id, date_trunc('month', line.day)::date AS first
               FROM new_rows line
               JOIN billing_charge charge ON charge.id = line.charge_id
               JOIN bookings_booking booking ON booking.id = charge.booking_id
               JOIN facilities_service service ON service.id = booking.service_id
              ORDER BY 1, 2) AS months;
    RETURN NULL;
END
$$;
"""

ALREADY_OPEN = """
INSERT INTO billing_openitem (claim_id, position, booking_id, day, why, component, tax_class)
SELECT claim.id, row_number() OVER (PARTITION BY claim.id ORDER BY used.day, booking.id), booking.id, used.day,
       'not_published', '', ''
  FROM billing_claim claim
  JOIN facilities_service service ON service.facility_id = claim.facility_id
  JOIN bookings_booking booking ON booking.service_id = service.id
  JOIN bookings_bookingday used ON used.booking_id = booking.id AND used.status = 'used'
       AND date_trunc('month', used.day)::date = claim.month
 WHERE claim.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM billing_charge WHERE booking_id = booking.id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_receipt_says_why"),
        ("bookings", "0006_steps_taken_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="place in the claim")),
                ("day", models.DateField(verbose_name="day")),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("not_published", "An amount was not published"),
                            ("waits", "The stay went on: its fee is worked out once it is over"),
                        ],
                        max_length=20,
                        verbose_name="why",
                    ),
                ),
                (
                    "component",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("base", "Mother and infant"),
                            ("multiple", "Each further infant of a multiple birth"),
                            ("sibling", "Sibling"),
                            ("coupon", "Coupon"),
                        ],
                        max_length=10,
                        verbose_name="component",
                    ),
                ),
                (
                    "tax_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taxed", "Taxed"),
                            ("non_taxed", "Non-taxed (per-capita levy only included)"),
                            ("welfare", "Receives public assistance"),
                        ],
                        max_length=10,
                        verbose_name="tax class",
                    ),
                ),
                ("missing_day", models.DateField(blank=True, null=True, verbose_name="day without an amount")),
                (
                    "enters",
                    models.DateField(
                        blank=True, help_text="its first day", null=True, verbose_name="enters the claim of"
                    ),
                ),
            ],
            options={
                "verbose_name": "open item of a claim",
                "verbose_name_plural": "open items of claims",
                "ordering": ["claim", "position"],
            },
        ),
        migrations.AddField(
            model_name="adjustment",
            name="day",
            field=models.DateField(null=True, verbose_name="of the day"),
        ),
        migrations.RunSQL(FIRST_DAY, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="adjustment",
            name="day",
            field=models.DateField(verbose_name="of the day"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="adjustment",
            trigger=pgtrigger.compiler.Trigger(
                name="adjustment_of_a_day",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.day IS NULL THEN\n        NEW.day := coalesce(\n            (SELECT min(day) FROM billing_chargeline WHERE charge_id = NEW.charge_id), billing_day_of(NEW.made_at));\n    ELSIF EXISTS (SELECT 1 FROM billing_chargeline WHERE charge_id = NEW.charge_id)\n          AND NOT EXISTS (SELECT 1 FROM billing_chargeline WHERE charge_id = NEW.charge_id AND day = NEW.day)\n          AND NOT EXISTS (\n              SELECT 1 FROM bookings_bookingday booked JOIN billing_charge charge ON charge.id = NEW.charge_id\n               WHERE booked.booking_id = charge.booking_id AND booked.day = NEW.day) THEN\n        RAISE EXCEPTION 'charge %: % is no day of it', NEW.charge_id, NEW.day\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_of_a_day_of_its_stay';\n    END IF;\n    RETURN NEW;\n",
                    hash="3d3a25ddcf13e876e49ba4bb50261e5ce1af6d9a",
                    operation="INSERT",
                    pgid="pgtrigger_adjustment_of_a_day_1d6e7",
                    table="billing_adjustment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="openitem",
            name="booking",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="open_items",
                to="bookings.booking",
                verbose_name="booking",
            ),
        ),
        migrations.AddField(
            model_name="openitem",
            name="charge",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="late_items",
                to="billing.charge",
                verbose_name="charge",
            ),
        ),
        migrations.AddField(
            model_name="openitem",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="open_items",
                to="billing.claim",
                verbose_name="monthly claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.UniqueConstraint(fields=("booking", "day"), name="open_item_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.UniqueConstraint(fields=("claim", "position"), name="open_item_one_a_place"),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["not_published", "waits"])), name="open_item_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("charge__isnull", True), ("enters__isnull", True)),
                    models.Q(
                        ("charge__isnull", False),
                        ("enters__day", 1),
                        ("enters__gt", models.F("day")),
                        ("enters__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="open_item_enters_with_its_charge",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openitem",
            trigger=pgtrigger.compiler.Trigger(
                name="open_item_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="29de0a7ab1e8c211844dbcb6987fa16b70fe20d7",
                    operation="DELETE",
                    pgid="pgtrigger_open_item_kept_5b042",
                    table="billing_openitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openitem",
            trigger=pgtrigger.compiler.Trigger(
                name="open_item_is_of_its_claim",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.charge_id IS NOT NULL OR NOT EXISTS (\n        SELECT 1 FROM billing_claim claim\n          JOIN bookings_booking booking ON booking.id = NEW.booking_id\n          JOIN facilities_service service\n            ON service.id = booking.service_id AND service.facility_id = claim.facility_id\n          JOIN bookings_bookingday used\n            ON used.booking_id = booking.id AND used.day = NEW.day AND used.status = 'used'\n         WHERE claim.id = NEW.claim_id AND claim.state = 'accepted'\n           AND date_trunc('month', NEW.day)::date = claim.month\n    ) OR EXISTS (\n        SELECT 1 FROM billing_chargeline line JOIN billing_charge charge ON charge.id = line.charge_id\n         WHERE charge.booking_id = NEW.booking_id AND line.day = NEW.day\n    ) THEN\n        RAISE EXCEPTION 'booking % on %: not open in claim %', NEW.booking_id, NEW.day, NEW.claim_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'open_item_is_of_its_claim';\n    END IF;\n    RETURN NEW;\n",
                    hash="740688d8c0d9df6b1c70e27a9dc34511bb8dafb0",
                    operation="INSERT",
                    pgid="pgtrigger_open_item_is_of_its_claim_e7068",
                    table="billing_openitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openitem",
            trigger=pgtrigger.compiler.Trigger(
                name="open_item_settled_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF OLD.charge_id IS NOT NULL\n       OR (OLD.id, OLD.claim_id, OLD.position, OLD.booking_id, OLD.day, OLD.why, OLD.component, OLD.tax_class,\n           OLD.missing_day)\n          IS DISTINCT FROM\n          (NEW.id, NEW.claim_id, NEW.position, NEW.booking_id, NEW.day, NEW.why, NEW.component, NEW.tax_class,\n           NEW.missing_day) THEN\n        RAISE EXCEPTION 'open item % keeps what it says', OLD.id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'open_item_settled_once';\n    END IF;\n    IF NEW.enters <= (SELECT month FROM billing_claim WHERE id = NEW.claim_id)\n       OR NEW.booking_id IS DISTINCT FROM (SELECT booking_id FROM billing_charge WHERE id = NEW.charge_id) THEN\n        RAISE EXCEPTION 'open item % cannot enter the claim of %', OLD.id, NEW.enters\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'open_item_enters_a_later_claim';\n    END IF;\n    PERFORM billing_refuse_accepted_month(billing_facility_of_booking(NEW.booking_id), NEW.enters);\n    RETURN NEW;\n",
                    hash="99434825bd3a99803774bc6f950c4ba1055545d8",
                    operation="UPDATE",
                    pgid="pgtrigger_open_item_settled_once_d1fca",
                    table="billing_openitem",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(LINES, LINES_BEFORE),
        migrations.RunSQL(ALREADY_OPEN, migrations.RunSQL.noop),
    ]
