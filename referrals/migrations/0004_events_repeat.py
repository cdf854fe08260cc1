"""An event of a kind may come again; raised and withdrawn a referral is once. Built without holding anybody up.

The way back keeps every event and notice.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

CREATE = """
CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns}) WHERE {condition}
"""
# Also before it is built: a build that failed leaves an index of the name that holds nothing.
DROP = "DROP INDEX CONCURRENTLY IF EXISTS {name}"
# Back again the old rule returns where it can. Where an event of a kind, or a notice, came again since, it cannot:
# nothing is deleted for its sake, and the migration forward finds all of it again.
OLD_RULES = [
    ("referrals_referralevent", "referral_event_once", "referral_id, kind"),
    ("referrals_referralnotice", "referral_notice_once", "referral_id, person_id"),
]
LIFT = "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}"
PUT_BACK = """
    DO $$ BEGIN
        IF NOT EXISTS (SELECT 1 FROM {table} GROUP BY {columns} HAVING count(*) > 1) THEN
            ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({columns});
        END IF;
    END $$
"""


def once(model: str, name: str, fields: list[str], condition: str, q: Q):
    columns = ", ".join(f"{field}_id" if field != "kind" else field for field in fields)
    words = {"name": name, "table": f"referrals_{model}", "columns": columns, "condition": condition}
    create, drop = CREATE.format(**words), DROP.format(**words)
    return migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RunSQL([drop, create], drop)],
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
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    LIFT.format(table=table, name=name), PUT_BACK.format(table=table, name=name, columns=columns)
                )
                for table, name, columns in OLD_RULES
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name="referralevent", name="referral_event_once"),
                migrations.RemoveConstraint(model_name="referralnotice", name="referral_notice_once"),
            ],
        ),
    ]
