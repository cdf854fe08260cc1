"""One request is open of a family for one cause with one section. The index is built beside the work, locking nobody."""

from django.db import migrations, models

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY referral_one_open_a_cause ON referrals_referral
    (family_id, asked_of, origin, booking_id, care_record_id, assessment_id, incident_id)
    NULLS NOT DISTINCT WHERE state IN ('raised', 'acknowledged')
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("referrals", "0002_joined_referrals")]
    operations = [
        migrations.RunSQL(
            CREATE,
            "DROP INDEX CONCURRENTLY referral_one_open_a_cause",
            state_operations=[
                migrations.AddConstraint(
                    model_name="referral",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ["raised", "acknowledged"])),
                        fields=("family", "asked_of", "origin", "booking", "care_record", "assessment", "incident"),
                        name="referral_one_open_a_cause",
                        nulls_distinct=False,
                    ),
                )
            ],
        )
    ]
