"""How long an appointment takes and who goes: filled by the database, whoever writes its time.

An appointment holds its round from its beginning until the visit and the way to the next one are over. A round is
what one midwife does one after the other; there are as many as the policy says (``VisitPolicy.at_once``). The
exclusion constraint ``booking_day_one_appointment_at_a_time`` keeps a round free of overlaps, also between two who
write at once.
"""

import pgtrigger

# The first round with room; none: the constraint's own name says why.
TAKES_A_ROUND = """
    SELECT greatest(coalesce(terms.visit_minutes, 0) + coalesce(policy.travel_minutes, 0), 1) AS minutes,
           coalesce(policy.at_once, 1) AS rounds
      INTO visit
      FROM bookings_booking booking
      LEFT JOIN facilities_servicetermsrow terms
        ON terms.service_id = booking.service_id AND terms.period @> NEW.day
      LEFT JOIN bookings_visitpolicy policy
        ON policy.service_id = booking.service_id AND policy.period @> NEW.day
     WHERE booking.id = NEW.booking_id;
    NEW.busy_minutes := visit.minutes;
    IF NEW.status = 'released' THEN
        NEW.visit_round := coalesce(NEW.visit_round, 1);
        RETURN NEW;
    END IF;
    SELECT min(one) INTO NEW.visit_round FROM generate_series(1, visit.rounds) AS one
     WHERE NOT EXISTS (
        SELECT 1 FROM bookings_bookingday other
         WHERE other.pool_id = NEW.pool_id AND other.day = NEW.day AND other.status <> 'released'
           AND other.starts_at IS NOT NULL AND other.visit_round = one AND other.id IS DISTINCT FROM NEW.id
           AND tsrange(other.day + other.starts_at,
                       other.day + other.starts_at + other.busy_minutes * interval '1 minute')
            && tsrange(NEW.day + NEW.starts_at, NEW.day + NEW.starts_at + NEW.busy_minutes * interval '1 minute'));
    IF NEW.visit_round IS NULL THEN
        RAISE EXCEPTION 'no round has room at % on %', NEW.starts_at, NEW.day
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'booking_day_one_appointment_at_a_time';
    END IF;
    RETURN NEW;
"""

APPOINTMENT_TRIGGERS = [
    pgtrigger.Trigger(
        name="booking_day_takes_a_round_insert",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.starts_at IS NOT NULL"),
        declare=[("visit", "record")],
        func=TAKES_A_ROUND,
    ),
    pgtrigger.Trigger(
        name="booking_day_takes_a_round_update",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "NEW.starts_at IS NOT NULL AND (OLD.starts_at IS DISTINCT FROM NEW.starts_at OR OLD.day <> NEW.day"
            " OR (OLD.status = 'released' AND NEW.status <> 'released'))"
        ),
        declare=[("visit", "record")],
        func=TAKES_A_ROUND,
    ),
]
