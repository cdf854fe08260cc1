"""What the database keeps of who changed what is never rewritten, nor who did it, whoever writes.

The histories of accounts are kept so by their models (accounts); a history that comes later says ``append_only=True``
in its model. One thing is taken from a history: the address of a family under protection.
"""

from django.db import migrations

HISTORIES = (
    *("accounts_accountpolicyevent", "billing_tariffevent", "billing_contractrateevent"),
    *("facilities_placepoolevent", "facilities_serviceevent", "facilities_servicetermsrowevent"),
    *("facilities_publicholidayevent", "facilities_weeklypatternevent", "facilities_capacityevent"),
    *("facilities_closureevent", "facilities_dayoverrideevent"),
    *("enrollment_familyevent", "enrollment_residenceevent", "enrollment_taxclassperiodevent"),
    *("enrollment_birthevent", "enrollment_infantevent", "enrollment_siblingevent", "enrollment_registrationevent"),
    *("enrollment_registrationexceptionevent", "enrollment_registrationpolicyevent", "enrollment_consenttextevent"),
    *("enrollment_helplineevent", "enrollment_despairwordevent", "enrollment_despairnoteevent"),
    *("enrollment_letterpolicyevent", "bookings_bookingevent", "bookings_bookingdayevent", "bookings_stayevent"),
    *("bookings_drawroundevent", "bookings_drawentryevent", "bookings_usagelimitsevent"),
    *("bookings_allocationpolicyevent", "bookings_drawpolicyevent", "bookings_waitingentryevent"),
    *("care_incidentevent", "care_safetymanualevent", "care_carepolicyevent", "care_checkinevent"),
    *("care_carerecordevent", "care_infantcareevent", "care_assessmentevent", "care_coordinatorsessionevent"),
    *("care_sessionsignupevent", "care_visitrecordevent", "care_visittopicevent"),
)

KEPT = """
-- A row of a history stays as it was written; only a protected family's address is taken from it.
CREATE FUNCTION reports_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'enrollment_residenceevent' AND to_jsonb(NEW) = to_jsonb(OLD) ||
        '{"town_id": null, "postcode": "", "chome": null, "block": null, "rest": ""}' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was changed is never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept';
END
$$;

-- Who made a change and on which page may become known within its request, and stays so.
CREATE FUNCTION reports_keep_who() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.created_at = OLD.created_at AND NOT EXISTS (
        SELECT 1 FROM jsonb_each(OLD.metadata) AS said
         WHERE said.value <> 'null' AND NEW.metadata -> said.key IS DISTINCT FROM said.value
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'who made a change is never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'history_names_who_did_it';
END
$$;
CREATE TRIGGER history_names_who_did_it BEFORE UPDATE OR DELETE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION reports_keep_who();
"""
DROP = """
DROP TRIGGER history_names_who_did_it ON pghistory_context;
DROP FUNCTION reports_keep_who();
DROP FUNCTION reports_keep_history();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("reports", "0001_initial"),
        ("accounts", "0002_access_log"),
        ("facilities", "0001_initial"),
        ("enrollment", "0002_initial"),
        ("bookings", "0001_initial"),
        ("care", "0001_initial"),
        ("billing", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(KEPT, DROP),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER history_is_kept BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION reports_keep_history()",
                f"DROP TRIGGER history_is_kept ON {table}",
            )
            for table in HISTORIES
        ),
    ]
