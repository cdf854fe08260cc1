"""The lines of a charge make its total, at the end of the transaction that issues it, whoever writes."""

from django.db import migrations

CREATE = """
CREATE FUNCTION billing_lines_make_the_total() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_charge bigint;
    stated integer;
    summed bigint;
BEGIN
    the_charge := CASE WHEN TG_TABLE_NAME = 'billing_charge' THEN (to_jsonb(NEW)->>'id')::bigint
                       ELSE (to_jsonb(NEW)->>'charge_id')::bigint END;
    SELECT total INTO stated FROM billing_charge WHERE id = the_charge;
    SELECT coalesce(sum(amount), 0) INTO summed FROM billing_chargeline WHERE charge_id = the_charge;
    IF stated <> summed THEN
        RAISE EXCEPTION 'charge %: lines make % yen, total says %', the_charge, summed, stated
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charge_lines_make_the_total';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER charge_lines_make_the_total AFTER INSERT ON billing_chargeline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_lines_make_the_total();
CREATE CONSTRAINT TRIGGER charge_total_is_its_lines AFTER INSERT ON billing_charge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_lines_make_the_total();
"""

DROP = """
DROP TRIGGER charge_total_is_its_lines ON billing_charge;
DROP TRIGGER charge_lines_make_the_total ON billing_chargeline;
DROP FUNCTION billing_lines_make_the_total();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
