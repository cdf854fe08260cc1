"""A round is of places, not of a service: each takes its service's places, each choice names its service.

What was published before cannot be put so without being another list: a round whose entries are published, and two
rounds of the same places and days, are refused, with nothing changed. None was ever released.
"""

import django.contrib.postgres.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

REFUSE_PUBLISHED = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM bookings_drawround WHERE entries IS NOT NULL) THEN
        RAISE EXCEPTION 'a draw whose entries are published cannot be put into another form';
    END IF;
END $$;
"""
FILL = (
    REFUSE_PUBLISHED
    + """
DO $$ BEGIN
    IF EXISTS (
        SELECT 1 FROM bookings_drawround one JOIN facilities_service first ON first.id = one.service_id
          JOIN bookings_drawround other ON other.id > one.id AND other.period && one.period
          JOIN facilities_service second ON second.id = other.service_id AND second.pool_id = first.pool_id
         WHERE one.called_off_at IS NULL AND other.called_off_at IS NULL
    ) THEN
        RAISE EXCEPTION 'two draws share the same places on the same days: call one off first';
    END IF;
END $$;
UPDATE bookings_drawround round SET pool_id = service.pool_id
  FROM facilities_service service WHERE service.id = round.service_id;
UPDATE bookings_drawentry entry SET choices = (
    SELECT coalesce(jsonb_agg(jsonb_build_object('service', service.slug, 'days', choice.days)
                              ORDER BY choice.number), '[]')
      FROM jsonb_array_elements(entry.choices) WITH ORDINALITY AS choice(days, number))
  FROM bookings_drawround round JOIN facilities_service service ON service.id = round.service_id
 WHERE round.id = entry.round_id;
-- The history keeps what was written; only whose places they were is added.
ALTER TABLE bookings_drawroundevent DISABLE TRIGGER USER;
UPDATE bookings_drawroundevent event SET pool_id = service.pool_id
  FROM facilities_service service WHERE service.id = event.service_id;
ALTER TABLE bookings_drawroundevent ENABLE TRIGGER USER;
SET CONSTRAINTS ALL IMMEDIATE;
"""
)
EMPTY = (
    REFUSE_PUBLISHED
    + """
DO $$ BEGIN
    IF EXISTS (
        SELECT 1 FROM bookings_drawentry entry CROSS JOIN jsonb_array_elements(entry.choices) AS choice
         GROUP BY entry.round_id HAVING count(DISTINCT choice->>'service') > 1
    ) THEN
        RAISE EXCEPTION 'a draw in which several services are wished belongs to none of them alone';
    END IF;
END $$;
UPDATE bookings_drawround round SET service_id = coalesce(
    (SELECT service.id FROM bookings_drawentry entry CROSS JOIN jsonb_array_elements(entry.choices) AS choice
       JOIN facilities_service service ON service.slug = choice->>'service'
      WHERE entry.round_id = round.id LIMIT 1),
    (SELECT service.id FROM facilities_service service
      WHERE service.pool_id = round.pool_id ORDER BY service.position, service.id LIMIT 1));
UPDATE bookings_drawentry entry SET choices = (
    SELECT coalesce(jsonb_agg(choice.wish->'days' ORDER BY choice.number), '[]')
      FROM jsonb_array_elements(entry.choices) WITH ORDINALITY AS choice(wish, number));
ALTER TABLE bookings_drawroundevent DISABLE TRIGGER USER;
UPDATE bookings_drawroundevent event SET service_id = coalesce(
    (SELECT round.service_id FROM bookings_drawround round WHERE round.id = event.pgh_obj_id),
    (SELECT service.id FROM facilities_service service
      WHERE service.pool_id = event.pool_id ORDER BY service.position, service.id LIMIT 1));
ALTER TABLE bookings_drawroundevent ENABLE TRIGGER USER;
SET CONSTRAINTS ALL IMMEDIATE;
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0010_a_stay_is_one_run"),
        ("facilities", "0004_minutes_of_visits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="drawround",
            options={"ordering": ["-draw_at", "pool"], "verbose_name": "draw", "verbose_name_plural": "draws"},
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="drawentry",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="drawentry",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="drawentry",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="drawround",
            name="draw_as_announced",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="drawround",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="drawround",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="drawround",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="drawround",
            name="draw_round_no_overlap",
        ),
        migrations.AddField(
            model_name="drawentry",
            name="or_without",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="where no room takes the sibling, without it"
            ),
        ),
        migrations.AddField(
            model_name="drawentry",
            name="stays_in_line",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="where it wins nothing: is offered what comes free of these days, in the drawn order",
                verbose_name="stays in line",
            ),
        ),
        migrations.AddField(
            model_name="drawentryevent",
            name="or_without",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="where no room takes the sibling, without it"
            ),
        ),
        migrations.AddField(
            model_name="drawentryevent",
            name="stays_in_line",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="where it wins nothing: is offered what comes free of these days, in the drawn order",
                verbose_name="stays in line",
            ),
        ),
        migrations.AddField(
            model_name="drawround",
            name="mechanism",
            field=models.CharField(
                choices=[("serial", "one after the other in the drawn order")],
                db_default="serial",
                default="serial",
                editable=False,
                max_length=30,
                verbose_name="way of drawing",
            ),
        ),
        migrations.AddField(
            model_name="drawround",
            name="pool",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="draw_rounds",
                to="facilities.placepool",
                verbose_name="place pool",
            ),
        ),
        migrations.AddField(
            model_name="drawroundevent",
            name="mechanism",
            field=models.CharField(
                choices=[("serial", "one after the other in the drawn order")],
                db_default="serial",
                default="serial",
                editable=False,
                max_length=30,
                verbose_name="way of drawing",
            ),
        ),
        migrations.AddField(
            model_name="drawroundevent",
            name="pool",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="facilities.placepool",
                verbose_name="place pool",
            ),
        ),
        migrations.AlterField(
            model_name="drawround",
            name="service",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="draw_rounds",
                to="facilities.service",
                verbose_name="service",
            ),
        ),
        migrations.AlterField(
            model_name="drawroundevent",
            name="service",
            field=models.ForeignKey(
                null=True,
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="facilities.service",
                verbose_name="service",
            ),
        ),
        migrations.RunSQL(FILL, EMPTY),
        migrations.AlterField(
            model_name="drawround",
            name="pool",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="draw_rounds",
                to="facilities.placepool",
                verbose_name="place pool",
            ),
        ),
        migrations.AlterField(
            model_name="drawroundevent",
            name="pool",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="facilities.placepool",
                verbose_name="place pool",
            ),
        ),
        migrations.RemoveField(
            model_name="drawround",
            name="service",
        ),
        migrations.RemoveField(
            model_name="drawroundevent",
            name="service",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="drawentry",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_drawentryevent" ("away_since", "away_why", "booking_id", "choices", "entered_at", "entered_by_id", "high_need_by_id", "high_need_reason", "id", "infant_count", "least_days", "need_counted_id", "or_without", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "round_id", "sibling_id", "sign", "stays_in_line", "tickets", "withdrawn_at") VALUES (NEW."away_since", NEW."away_why", NEW."booking_id", NEW."choices", NEW."entered_at", NEW."entered_by_id", NEW."high_need_by_id", NEW."high_need_reason", NEW."id", NEW."infant_count", NEW."least_days", NEW."need_counted_id", NEW."or_without", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."registration_id", NEW."round_id", NEW."sibling_id", NEW."sign", NEW."stays_in_line", NEW."tickets", NEW."withdrawn_at"); RETURN NULL;',
                    hash="8f3420c45ab8f6193372806737531e63dcf8a0e4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1d3e8",
                    table="bookings_drawentry",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="drawentry",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bookings_drawentryevent" ("away_since", "away_why", "booking_id", "choices", "entered_at", "entered_by_id", "high_need_by_id", "high_need_reason", "id", "infant_count", "least_days", "need_counted_id", "or_without", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "round_id", "sibling_id", "sign", "stays_in_line", "tickets", "withdrawn_at") VALUES (NEW."away_since", NEW."away_why", NEW."booking_id", NEW."choices", NEW."entered_at", NEW."entered_by_id", NEW."high_need_by_id", NEW."high_need_reason", NEW."id", NEW."infant_count", NEW."least_days", NEW."need_counted_id", NEW."or_without", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."registration_id", NEW."round_id", NEW."sibling_id", NEW."sign", NEW."stays_in_line", NEW."tickets", NEW."withdrawn_at"); RETURN NULL;',
                    hash="e9bfc306fde78c07c7ebe4c1119b56faa2b9555d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9f80b",
                    table="bookings_drawentry",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="drawentry",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_drawentryevent" ("away_since", "away_why", "booking_id", "choices", "entered_at", "entered_by_id", "high_need_by_id", "high_need_reason", "id", "infant_count", "least_days", "need_counted_id", "or_without", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "registration_id", "round_id", "sibling_id", "sign", "stays_in_line", "tickets", "withdrawn_at") VALUES (OLD."away_since", OLD."away_why", OLD."booking_id", OLD."choices", OLD."entered_at", OLD."entered_by_id", OLD."high_need_by_id", OLD."high_need_reason", OLD."id", OLD."infant_count", OLD."least_days", OLD."need_counted_id", OLD."or_without", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."registration_id", OLD."round_id", OLD."sibling_id", OLD."sign", OLD."stays_in_line", OLD."tickets", OLD."withdrawn_at"); RETURN NULL;',
                    hash="d47d7bb99849ff0a136241dfa0f645b240485cb4",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_81fc6",
                    table="bookings_drawentry",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="drawround",
            trigger=pgtrigger.compiler.Trigger(
                name="draw_as_announced",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."closes_at" IS DISTINCT FROM (NEW."closes_at") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."draw_at" IS DISTINCT FROM (NEW."draw_at") OR OLD."mechanism" IS DISTINCT FROM (NEW."mechanism") OR OLD."opens_at" IS DISTINCT FROM (NEW."opens_at") OR OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."pool_id" IS DISTINCT FROM (NEW."pool_id") OR OLD."secret" IS DISTINCT FROM (NEW."secret"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c9b3e4ee1a573f046a79b4df014ee87a15b4711d",
                    operation="UPDATE",
                    pgid="pgtrigger_draw_as_announced_21feb",
                    table="bookings_drawround",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="drawround",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_drawroundevent" ("announced_by_id", "called_off_at", "called_off_by_id", "called_off_reason", "closed_at", "closes_at", "commitment", "draw_at", "drawn_at", "entries", "id", "mechanism", "opens_at", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "result", "revealed", "rooms", "usable") VALUES (NEW."announced_by_id", NEW."called_off_at", NEW."called_off_by_id", NEW."called_off_reason", NEW."closed_at", NEW."closes_at", NEW."commitment", NEW."draw_at", NEW."drawn_at", NEW."entries", NEW."id", NEW."mechanism", NEW."opens_at", NEW."period", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pool_id", NEW."result", NEW."revealed", NEW."rooms", NEW."usable"); RETURN NULL;',
                    hash="4ae9d3079235c573cefbc43bde8f0e5eed7e1927",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c44db",
                    table="bookings_drawround",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="drawround",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."announced_by_id" IS DISTINCT FROM (NEW."announced_by_id") OR OLD."called_off_at" IS DISTINCT FROM (NEW."called_off_at") OR OLD."called_off_by_id" IS DISTINCT FROM (NEW."called_off_by_id") OR OLD."called_off_reason" IS DISTINCT FROM (NEW."called_off_reason") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."closes_at" IS DISTINCT FROM (NEW."closes_at") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."draw_at" IS DISTINCT FROM (NEW."draw_at") OR OLD."drawn_at" IS DISTINCT FROM (NEW."drawn_at") OR OLD."entries" IS DISTINCT FROM (NEW."entries") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mechanism" IS DISTINCT FROM (NEW."mechanism") OR OLD."opens_at" IS DISTINCT FROM (NEW."opens_at") OR OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."pool_id" IS DISTINCT FROM (NEW."pool_id") OR OLD."result" IS DISTINCT FROM (NEW."result") OR OLD."revealed" IS DISTINCT FROM (NEW."revealed") OR OLD."rooms" IS DISTINCT FROM (NEW."rooms") OR OLD."usable" IS DISTINCT FROM (NEW."usable"))',
                    func='INSERT INTO "bookings_drawroundevent" ("announced_by_id", "called_off_at", "called_off_by_id", "called_off_reason", "closed_at", "closes_at", "commitment", "draw_at", "drawn_at", "entries", "id", "mechanism", "opens_at", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "result", "revealed", "rooms", "usable") VALUES (NEW."announced_by_id", NEW."called_off_at", NEW."called_off_by_id", NEW."called_off_reason", NEW."closed_at", NEW."closes_at", NEW."commitment", NEW."draw_at", NEW."drawn_at", NEW."entries", NEW."id", NEW."mechanism", NEW."opens_at", NEW."period", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pool_id", NEW."result", NEW."revealed", NEW."rooms", NEW."usable"); RETURN NULL;',
                    hash="a30211c3cd8abb00fffaec76a1089e22ccf63a15",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8cb40",
                    table="bookings_drawround",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="drawround",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bookings_drawroundevent" ("announced_by_id", "called_off_at", "called_off_by_id", "called_off_reason", "closed_at", "closes_at", "commitment", "draw_at", "drawn_at", "entries", "id", "mechanism", "opens_at", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "result", "revealed", "rooms", "usable") VALUES (OLD."announced_by_id", OLD."called_off_at", OLD."called_off_by_id", OLD."called_off_reason", OLD."closed_at", OLD."closes_at", OLD."commitment", OLD."draw_at", OLD."drawn_at", OLD."entries", OLD."id", OLD."mechanism", OLD."opens_at", OLD."period", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pool_id", OLD."result", OLD."revealed", OLD."rooms", OLD."usable"); RETURN NULL;',
                    hash="079e4e0b914cf9c7f7d1ba5bae64d7cfffade7c3",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_54f35",
                    table="bookings_drawround",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="drawround",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("called_off_at__isnull", True)),
                expressions=[("pool", "="), ("period", "&&")],
                name="draw_round_no_overlap",
            ),
        ),
    ]
