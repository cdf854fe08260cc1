"""A family stands once in a draw that is not drawn yet, whatever registrations it has, whoever writes."""

from django.db import migrations

ONCE = """
-- Of two entries of one family with the same days both would be drawn, and one would be in vain.
CREATE FUNCTION bookings_refuse_twice_in_a_draw(the_family bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM bookings_drawentry entry
          JOIN bookings_drawround round ON round.id = entry.round_id
          JOIN enrollment_registration registration ON registration.id = entry.registration_id
          JOIN enrollment_birth birth ON birth.id = registration.birth_id
         WHERE birth.family_id = the_family AND entry.withdrawn_at IS NULL
           AND round.drawn_at IS NULL AND round.called_off_at IS NULL
         GROUP BY entry.round_id HAVING count(*) > 1
    ) THEN
        RAISE EXCEPTION 'family %: twice in one draw', the_family
            USING ERRCODE = 'check_violation', CONSTRAINT = 'draw_entry_once_a_family';
    END IF;
END
$$;
-- The family's row is the lock: of two registrations that enter at once the second sees the first.
CREATE FUNCTION bookings_guard_draw_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_family bigint;
BEGIN
    SELECT birth.family_id INTO the_family FROM enrollment_registration registration
      JOIN enrollment_birth birth ON birth.id = registration.birth_id WHERE registration.id = NEW.registration_id;
    PERFORM FROM enrollment_family WHERE id = the_family FOR NO KEY UPDATE;
    PERFORM bookings_refuse_twice_in_a_draw(the_family);
    RETURN NULL;
END
$$;
CREATE TRIGGER draw_entry_once_a_family AFTER INSERT OR UPDATE OF withdrawn_at, registration_id, round_id
    ON bookings_drawentry FOR EACH ROW WHEN (NEW.withdrawn_at IS NULL)
    EXECUTE FUNCTION bookings_guard_draw_entry();
-- Two entries of a family that are joined: when the transaction ends, which withdraws one of both.
CREATE FUNCTION bookings_guard_joined_draw_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'enrollment_birth' THEN
        PERFORM bookings_refuse_twice_in_a_draw((to_jsonb(NEW)->>'family_id')::bigint);
    ELSE
        PERFORM bookings_refuse_twice_in_a_draw(birth.family_id)
           FROM enrollment_birth birth WHERE birth.id = (to_jsonb(NEW)->>'birth_id')::bigint;
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER draw_entry_once_a_joined_family AFTER UPDATE ON enrollment_birth
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.family_id IS DISTINCT FROM NEW.family_id)
    EXECUTE FUNCTION bookings_guard_joined_draw_entries();
CREATE CONSTRAINT TRIGGER draw_entry_once_a_joined_birth AFTER UPDATE ON enrollment_registration
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.birth_id IS DISTINCT FROM NEW.birth_id)
    EXECUTE FUNCTION bookings_guard_joined_draw_entries();
"""
DROP = """
DROP TRIGGER draw_entry_once_a_joined_birth ON enrollment_registration;
DROP TRIGGER draw_entry_once_a_joined_family ON enrollment_birth;
DROP TRIGGER draw_entry_once_a_family ON bookings_drawentry;
DROP FUNCTION bookings_guard_joined_draw_entries();
DROP FUNCTION bookings_guard_draw_entry();
DROP FUNCTION bookings_refuse_twice_in_a_draw(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0003_a_stay_is_one_run")]

    operations = [migrations.RunSQL(ONCE, DROP)]
