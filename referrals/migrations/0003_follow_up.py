"""Follow-up: who has a referral, contacts, papers, coded outcomes.

The way back loses what the tables before could not hold: contacts, papers, who was in charge, the words of events.
An event of a kind that was not known, or that came again, goes with its words: left behind it would say nothing, and
the way forward would be refused. Make a backup first.
"""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# What stood before: asked of whom it was with, in the charge of who received it; the outcome kept with its event.
FILL = """
    SET CONSTRAINTS ALL IMMEDIATE;
    UPDATE referrals_referral
       SET asked_of = recipient, in_charge_id = acknowledged_by_id,
           outcome_kind = CASE WHEN state = 'closed' THEN 'other' ELSE '' END;
    ALTER TABLE referrals_referralevent DISABLE TRIGGER pgtrigger_referral_event_stays_a9f75;
    UPDATE referrals_referralevent event
       SET text = referral.outcome, outcome_kind = 'other'
      FROM referrals_referral referral
     WHERE referral.id = event.referral_id AND event.kind = 'closed';
    ALTER TABLE referrals_referralevent ENABLE TRIGGER pgtrigger_referral_event_stays_a9f75;
"""

# Of each kind that was known the last event stays, and of each person's notices the first; once each again.
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
    ALTER TABLE referrals_referralevent DROP CONSTRAINT IF EXISTS referral_event_once;
    ALTER TABLE referrals_referralevent ADD CONSTRAINT referral_event_once UNIQUE (referral_id, kind);
    ALTER TABLE referrals_referralnotice DROP CONSTRAINT IF EXISTS referral_notice_once;
    ALTER TABLE referrals_referralnotice ADD CONSTRAINT referral_notice_once UNIQUE (referral_id, person_id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0010_care"),
        ("enrollment", "0005_history_of_deletions"),
        ("facilities", "0003_facility_options"),
        ("referrals", "0002_referral_follows_its_family"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferralContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="date and time")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("phone", "By telephone"),
                            ("home_visit", "Home visit"),
                            ("office", "At the office"),
                            ("letter", "Letter"),
                            ("not_reached", "Tried, not reached"),
                        ],
                        max_length=12,
                        verbose_name="way",
                    ),
                ),
                (
                    "met",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mother", "Mother"),
                            ("partner", "Partner"),
                            ("relative", "Another of the family"),
                            ("service", "A hospital, nursery or other service"),
                        ],
                        max_length=10,
                        verbose_name="with whom",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=4000, verbose_name="what was said and seen")),
                ("next_contact_on", models.DateField(blank=True, null=True, verbose_name="next contact planned on")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
            ],
            options={
                "verbose_name": "contact on a referral",
                "verbose_name_plural": "contacts on referrals",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReferralPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="file name")),
                ("content_type", models.CharField(max_length=40, verbose_name="content type")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256 of the content")),
                ("content", models.BinaryField(verbose_name="content, sealed")),
            ],
            options={
                "verbose_name": "paper of a referral",
                "verbose_name_plural": "papers of referrals",
                "ordering": ["pk"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="referral",
            name="referral_states",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="referral",
            name="referral_as_raised",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_received_is_signed",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_closed_says_outcome",
        ),
        migrations.AddField(
            model_name="referral",
            name="announced_to",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="empty: the one when raised",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="facilities.district",
                verbose_name="district last announced to",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="asked_of",
            field=models.CharField(
                choices=[
                    ("health_nurse", "Health nurse (health section)"),
                    ("caseworker", "Caseworker (child and family section)"),
                ],
                db_default="",
                max_length=12,
                verbose_name="asked of",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="assessment",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="referrals",
                to="bookings.assessment",
                verbose_name="assessment",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="care_record",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="referrals",
                to="bookings.carerecord",
                verbose_name="care record",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="in_charge",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="in charge",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="next_contact_on",
            field=models.DateField(blank=True, null=True, verbose_name="next contact planned on"),
        ),
        migrations.AddField(
            model_name="referral",
            name="origin",
            field=models.CharField(
                choices=[
                    ("stay", "A stay"),
                    ("visit", "A visit or an online consultation"),
                    ("care_record", "A care record"),
                    ("assessment", "An EPDS assessment"),
                ],
                db_default="stay",
                default="stay",
                max_length=12,
                verbose_name="given cause by",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="outcome_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("settled", "The worry has settled"),
                    ("support", "Regular support by the section goes on"),
                    ("service", "Linked to a service"),
                    ("medical", "Linked to medical care"),
                    ("child_welfare", "Handed to child welfare (regional council)"),
                    ("moved", "Moved out of the ward: handed to the other municipality"),
                    ("declined", "The family did not wish it"),
                    ("not_reached", "Could not be reached"),
                    ("other", "Something else"),
                ],
                db_default="",
                max_length=16,
                verbose_name="what came of it",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="sent_to",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="facilities.district",
                verbose_name="sent to another district",
            ),
        ),
        migrations.AddField(
            model_name="referralevent",
            name="day",
            field=models.DateField(blank=True, null=True, verbose_name="day"),
        ),
        migrations.AddField(
            model_name="referralevent",
            name="district",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="facilities.district",
                verbose_name="district",
            ),
        ),
        migrations.AddField(
            model_name="referralevent",
            name="outcome_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("settled", "The worry has settled"),
                    ("support", "Regular support by the section goes on"),
                    ("service", "Linked to a service"),
                    ("medical", "Linked to medical care"),
                    ("child_welfare", "Handed to child welfare (regional council)"),
                    ("moved", "Moved out of the ward: handed to the other municipality"),
                    ("declined", "The family did not wish it"),
                    ("not_reached", "Could not be reached"),
                    ("other", "Something else"),
                ],
                db_default="",
                max_length=16,
                verbose_name="what came of it",
            ),
        ),
        migrations.AddField(
            model_name="referralevent",
            name="person",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="in charge from then on",
            ),
        ),
        migrations.AddField(
            model_name="referralevent",
            name="recipient",
            field=models.CharField(
                blank=True,
                choices=[
                    ("health_nurse", "Health nurse (health section)"),
                    ("caseworker", "Caseworker (child and family section)"),
                ],
                db_default="",
                max_length=12,
                verbose_name="to",
            ),
        ),
        migrations.AddField(
            model_name="referralevent",
            name="text",
            field=models.TextField(blank=True, db_default="", max_length=4000, verbose_name="reason or words"),
        ),
        migrations.AddField(
            model_name="referralnotice",
            name="event",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="referrals.referralevent",
                verbose_name="event",
            ),
        ),
        migrations.AlterField(
            model_name="referralevent",
            name="by",
            field=models.ForeignKey(
                blank=True,
                help_text="nobody: the family's move",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
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
                ],
                max_length=12,
                verbose_name="what happened",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="referral",
            trigger=pgtrigger.compiler.Trigger(
                name="referral_states",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{raised:acknowledged,raised:withdrawn,acknowledged:closed,acknowledged:raised,closed:acknowledged}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="890eec4724835e093129aad7d034c4f613490295",
                    operation="UPDATE",
                    pgid="pgtrigger_referral_states_d9310",
                    table="referrals_referral",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referral",
            trigger=pgtrigger.compiler.Trigger(
                name="referral_as_raised",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."care_record_id" IS DISTINCT FROM (NEW."care_record_id") OR OLD."assessment_id" IS DISTINCT FROM (NEW."assessment_id") OR OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."asked_of" IS DISTINCT FROM (NEW."asked_of") OR OLD."concerns" IS DISTINCT FROM (NEW."concerns") OR OLD."what_was_seen" IS DISTINCT FROM (NEW."what_was_seen") OR OLD."urgency" IS DISTINCT FROM (NEW."urgency") OR OLD."ground" IS DISTINCT FROM (NEW."ground") OR OLD."raised_at" IS DISTINCT FROM (NEW."raised_at") OR OLD."raised_by_id" IS DISTINCT FROM (NEW."raised_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="b2885b999251acec85d24b16e6c08a381ff6f933",
                    operation="UPDATE",
                    pgid="pgtrigger_referral_as_raised_d2963",
                    table="referrals_referral",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("assessment__isnull", True), ("care_record__isnull", False), ("origin", "care_record")),
                    models.Q(("assessment__isnull", False), ("care_record__isnull", True), ("origin", "assessment")),
                    models.Q(
                        ("assessment__isnull", True), ("care_record__isnull", True), ("origin__in", ["stay", "visit"])
                    ),
                    _connector="OR",
                ),
                name="referral_origin_is_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("acknowledged_at__isnull", False),
                        ("acknowledged_by__isnull", False),
                        ("in_charge__isnull", False),
                        ("state__in", ["acknowledged", "closed"]),
                    ),
                    models.Q(
                        ("acknowledged_at__isnull", True),
                        ("acknowledged_by__isnull", True),
                        ("in_charge__isnull", True),
                        ("state__in", ["raised", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="referral_received_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True),
                    models.Q(models.Q(("outcome", ""), _negated=True), models.Q(("outcome_kind", ""), _negated=True)),
                    _connector="OR",
                ),
                name="referral_closed_says_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_contact_on__isnull", True), ("state", "acknowledged"), _connector="OR"),
                name="referral_planned_in_hand",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("by__isnull", False), ("kind", "moved"), _connector="OR"),
                name="referral_event_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text", ""), _negated=True),
                    models.Q(("kind__in", ["shared", "reopened", "redirected"]), _negated=True),
                    _connector="OR",
                ),
                name="referral_event_says_why",
            ),
        ),
        migrations.AddField(
            model_name="referralcontact",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="referralcontact",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="referrals.referralcontact",
                verbose_name="corrects",
            ),
        ),
        migrations.AddField(
            model_name="referralcontact",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddField(
            model_name="referralcontact",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="referrals.referral",
                verbose_name="referral",
            ),
        ),
        migrations.AddField(
            model_name="referralpaper",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="referrals.referral",
                verbose_name="referral",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralcontact",
            constraint=models.CheckConstraint(
                condition=models.Q(("at__lte", models.F("recorded_at"))), name="referral_contact_is_past"
            ),
        ),
        migrations.AddConstraint(
            model_name="referralcontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("met", ""), ("way", "not_reached")),
                    models.Q(
                        models.Q(("way", "not_reached"), _negated=True),
                        models.Q(("met", ""), _negated=True),
                        models.Q(("text", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referral_contact_says_whom_and_what",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referralcontact",
            trigger=pgtrigger.compiler.Trigger(
                name="referral_contact_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="28ed00c01c1e9f3cdd280326c0931d5e1c8fca88",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_referral_contact_stays_138c5",
                    table="referrals_referralcontact",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="referralpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(("content_type__in", ["application/pdf", "image/jpeg", "image/png"])),
                name="referral_paper_of_a_known_type",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referralpaper",
            trigger=pgtrigger.compiler.Trigger(
                name="referral_paper_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="634b2bc0801125455c198a65467b625169d6fb11",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_referral_paper_stays_085e5",
                    table="referrals_referralpaper",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL(migrations.RunSQL.noop, THIN)]),
    ]
