"""An event of a kind may come again; raised and withdrawn a referral is once. Built without holding anybody up."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} ({columns}) WHERE {condition}
"""
DROP = "DROP INDEX CONCURRENTLY IF EXISTS {name}"
# Back again: of each kind that was known the last event stays, and of each person's notices the first.
THIN = """
    SET CONSTRAINTS ALL IMMEDIATE;
    DELETE FROM referrals_referralnotice notice
     WHERE EXISTS (SELECT 1 FROM referrals_referralnotice first
                    WHERE first.referral_id = notice.referral_id AND first.person_id = notice.person_id
                      AND first.id < notice.id);
    UPDATE referrals_referralnotice SET event_id = NULL;
    ALTER TABLE referrals_referralevent DISABLE TRIGGER pgtrigger_referral_event_stays_a9f75;
    DELETE FROM referrals_referralevent event
     WHERE kind NOT IN ('raised', 'acknowledged', 'closed', 'withdrawn')
        OR EXISTS (SELECT 1 FROM referrals_referralevent later
                    WHERE later.referral_id = event.referral_id AND later.kind = event.kind
                      AND later.id > event.id);
    ALTER TABLE referrals_referralevent ENABLE TRIGGER pgtrigger_referral_event_stays_a9f75;
"""


def once(model: str, name: str, fields: list[str], condition: str, q: Q):
    columns = ", ".join(f"{field}_id" if field != "kind" else field for field in fields)
    words = {"name": name, "table": f"referrals_{model}", "columns": columns, "condition": condition}
    return migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RunSQL(CREATE.format(**words), DROP.format(**words))],
        state_operations=[
            migrations.AddConstraint(
                model_name=model, constraint=models.UniqueConstraint(condition=q, fields=fields, name=name)
            )
        ],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0003_follow_up")]

    operations = [
        AddIndexConcurrently(
            "referral", models.Index(condition=Q(state="acknowledged"), fields=["in_charge"], name="referral_in_hand")
        ),
        AddIndexConcurrently(
            "referral",
            models.Index(condition=Q(origin="care_record"), fields=["care_record"], name="referral_of_care_record"),
        ),
        AddIndexConcurrently(
            "referral",
            models.Index(condition=Q(origin="assessment"), fields=["assessment"], name="referral_of_assessment"),
        ),
        once(
            "referralevent",
            "referral_raised_and_withdrawn_once",
            ["referral", "kind"],
            "kind IN ('raised', 'withdrawn')",
            Q(kind__in=["raised", "withdrawn"]),
        ),
        once(
            "referralnotice",
            "referral_notice_once_unnamed",
            ["referral", "person"],
            "event_id IS NULL",
            Q(event__isnull=True),
        ),
        once(
            "referralnotice",
            "referral_notice_once_an_event",
            ["event", "person"],
            "event_id IS NOT NULL",
            Q(event__isnull=False),
        ),
        migrations.RemoveConstraint(model_name="referralevent", name="referral_event_once"),
        migrations.RemoveConstraint(model_name="referralnotice", name="referral_notice_once"),
        migrations.RunSQL(migrations.RunSQL.noop, THIN),
    ]
