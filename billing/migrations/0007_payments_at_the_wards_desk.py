from django.db import migrations, models

# What staff of the ward gave back so far was given at its desk. A receipt is never edited; this says where it was.
GIVEN_BACK_BY_THE_WARD = """
    SELECT set_config('pgtrigger.ignore', '{pgtrigger_payment_is_never_edited_28e87}', true);
    UPDATE billing_payment SET at_ward = true
     WHERE kind = 'refund'
       AND received_by_id IN (SELECT id FROM accounts_user WHERE role = 'ward_staff' AND facility_id IS NULL);
    SELECT set_config('pgtrigger.ignore', '{}', true);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_what_is_in_force_is_kept"), ("accounts", "0003_files_and_failed_sign_ins")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="at_ward",
            field=models.BooleanField(db_default=False, default=False, verbose_name="at the ward’s desk"),
        ),
        migrations.RunSQL(GIVEN_BACK_BY_THE_WARD, migrations.RunSQL.noop),
    ]
