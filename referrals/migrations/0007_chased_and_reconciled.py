"""A chase stands among a referral's events; what the nightly look found is kept.

The way back keeps the events: the older rule, that only a move is nobody's, then holds for new ones.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SIGNED = """
    ALTER TABLE referrals_referralevent DROP CONSTRAINT referral_event_is_signed;
    ALTER TABLE referrals_referralevent ADD CONSTRAINT referral_event_is_signed
        CHECK (by_id IS NOT NULL OR kind IN ({kinds})) NOT VALID
"""
VALIDATE = "ALTER TABLE referrals_referralevent VALIDATE CONSTRAINT referral_event_is_signed"


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0006_places_and_watch"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="looked at")),
                ("raised", models.PositiveIntegerField(verbose_name="raised")),
                ("waiting", models.PositiveIntegerField(verbose_name="not yet received")),
                ("received", models.PositiveIntegerField(verbose_name="in hand")),
                ("closed", models.PositiveIntegerField(verbose_name="ended with an outcome")),
                ("withdrawn", models.PositiveIntegerField(verbose_name="withdrawn")),
                ("found", models.JSONField(verbose_name="what does not add up, and how often")),
            ],
            options={
                "verbose_name": "reconciliation of referrals",
                "verbose_name_plural": "reconciliations of referrals",
                "ordering": ["-at", "-pk"],
                "get_latest_by": ["at", "pk"],
            },
        ),
        migrations.AlterField(
            model_name="referralevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("raised", "Raised"),
                    ("acknowledged", "Received"),
                    ("redirected", "Sent on"),
                    ("moved", "The family moved to another district"),
                    ("contact", "Contact recorded"),
                    ("planned", "Next contact planned"),
                    ("handed_over", "Handed over"),
                    ("shared", "Told the facility"),
                    ("closed", "Closed"),
                    ("reopened", "Taken up again"),
                    ("withdrawn", "Withdrawn"),
                    ("chased", "Not received in time: the supervisors were told"),
                ],
                max_length=12,
                verbose_name="what happened",
            ),
        ),
        migrations.AlterField(
            model_name="referralevent",
            name="by",
            field=models.ForeignKey(
                blank=True,
                help_text="nobody: the family's move, or what comes due by the clock",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(SIGNED.format(kinds="'moved', 'chased'"), SIGNED.format(kinds="'moved'")),
                migrations.RunSQL(VALIDATE, migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name="referralevent", name="referral_event_is_signed"),
                migrations.AddConstraint(
                    model_name="referralevent",
                    constraint=models.CheckConstraint(
                        name="referral_event_is_signed",
                        condition=models.Q(by__isnull=False) | models.Q(kind__in=["moved", "chased"]),
                    ),
                ),
            ],
        ),
    ]
