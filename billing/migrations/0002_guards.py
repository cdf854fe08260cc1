"""The lines of a charge make its total, and an accepted month stays as it was accepted, whoever writes.

Of the months (docs/decisions/0016): every write that a month's record rests on takes the month's lock, shared, and is
refused where the claim is accepted; accepting takes the lock alone (billing.claims). So of a write and an acceptance
at once the later one sees the other.
"""

from django.db import migrations

TOTAL = """
-- The lines of a charge make its total when the transaction that issues it ends.
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

DROP_TOTAL = """
DROP TRIGGER charge_total_is_its_lines ON billing_charge;
DROP TRIGGER charge_lines_make_the_total ON billing_chargeline;
DROP FUNCTION billing_lines_make_the_total();
"""

MONTH_STAYS_OPEN = """
-- A month's number, for its lock.
CREATE FUNCTION billing_month_number(the_day date) RETURNS integer IMMUTABLE LANGUAGE sql AS $$
    SELECT (extract(year FROM the_day) * 12 + extract(month FROM the_day))::integer
$$;

-- The day of a moment, in Japan.
CREATE FUNCTION billing_day_of(the_moment timestamptz) RETURNS date STABLE LANGUAGE sql AS $$
    SELECT (the_moment AT TIME ZONE 'Asia/Tokyo')::date
$$;

-- Nothing is written into a month of a facility whose claim is accepted.
CREATE FUNCTION billing_refuse_accepted_month(the_facility bigint, the_day date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(the_facility::integer, billing_month_number(the_day));
    IF EXISTS (SELECT 1 FROM billing_claim claim
                WHERE claim.facility_id = the_facility AND claim.state = 'accepted'
                  AND claim.month = date_trunc('month', the_day)::date) THEN
        RAISE EXCEPTION 'facility %: the claim of the month of % is accepted', the_facility, the_day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'month_is_accepted';
    END IF;
END
$$;

-- The facility that a booking is with.
CREATE FUNCTION billing_facility_of_booking(the_booking bigint) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT service.facility_id FROM bookings_booking booking
      JOIN facilities_service service ON service.id = booking.service_id WHERE booking.id = the_booking
$$;

-- Nothing is written into a stay with a used day in an accepted month.
CREATE FUNCTION billing_refuse_accepted_stay(the_booking bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_refuse_accepted_month(billing_facility_of_booking(the_booking), months.first)
       FROM (SELECT DISTINCT date_trunc('month', day)::date AS first FROM bookings_bookingday
              WHERE booking_id = the_booking AND status = 'used' ORDER BY 1) AS months;
END
$$;
"""

DAYS_AND_STAYS = """
-- Used days of an accepted month stay as they are.
CREATE FUNCTION billing_guard_used_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status = 'used' THEN
        PERFORM billing_refuse_accepted_month(
            (SELECT facility_id FROM facilities_placepool WHERE id = OLD.pool_id), OLD.day);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status = 'used' THEN
        PERFORM billing_refuse_accepted_month(
            (SELECT facility_id FROM facilities_placepool WHERE id = NEW.pool_id), NEW.day);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER used_day_of_accepted_month_insert AFTER INSERT ON bookings_bookingday
    FOR EACH ROW WHEN (NEW.status = 'used') EXECUTE FUNCTION billing_guard_used_day();
CREATE TRIGGER used_day_of_accepted_month_update AFTER UPDATE ON bookings_bookingday
    FOR EACH ROW WHEN ((OLD.status = 'used' OR NEW.status = 'used') AND
        (OLD.status, OLD.day, OLD.booking_id, OLD.with_sibling, OLD.pool_id)
            IS DISTINCT FROM (NEW.status, NEW.day, NEW.booking_id, NEW.with_sibling, NEW.pool_id))
    EXECUTE FUNCTION billing_guard_used_day();
CREATE TRIGGER used_day_of_accepted_month_delete AFTER DELETE ON bookings_bookingday
    FOR EACH ROW WHEN (OLD.status = 'used') EXECUTE FUNCTION billing_guard_used_day();

-- Arrival and departure of a stay in an accepted month stay as they are.
CREATE FUNCTION billing_guard_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_refuse_accepted_stay(OLD.booking_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER stay_of_accepted_month_update AFTER UPDATE ON bookings_stay
    FOR EACH ROW WHEN ((OLD.booking_id, OLD.arrived_at, OLD.departed_at)
        IS DISTINCT FROM (NEW.booking_id, NEW.arrived_at, NEW.departed_at))
    EXECUTE FUNCTION billing_guard_stay();
CREATE TRIGGER stay_of_accepted_month_delete AFTER DELETE ON bookings_stay
    FOR EACH ROW EXECUTE FUNCTION billing_guard_stay();

-- The number of infants of a stay in an accepted month stays as it is.
CREATE FUNCTION billing_guard_party() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_refuse_accepted_stay(OLD.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER party_of_accepted_month AFTER UPDATE ON bookings_booking
    FOR EACH ROW WHEN (OLD.infant_count <> NEW.infant_count) EXECUTE FUNCTION billing_guard_party();
"""

MONEY = """
-- No line of a charge comes into an accepted month, but one of a day that it carried over, into the later month.
CREATE FUNCTION billing_guard_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_refuse_accepted_month(months.facility_id, months.first)
       FROM (SELECT DISTINCT service.facility_id, coalesce(item.enters, date_trunc('month', line.day)::date) AS first
               FROM new_rows line
               JOIN billing_charge charge ON charge.id = line.charge_id
               JOIN bookings_booking booking ON booking.id = charge.booking_id
               JOIN facilities_service service ON service.id = booking.service_id
               LEFT JOIN billing_openitem item ON item.charge_id = charge.id AND item.day = line.day
              ORDER BY 1, 2) AS months;
    RETURN NULL;
END
$$;
CREATE TRIGGER charge_line_of_accepted_month AFTER INSERT ON billing_chargeline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_guard_lines();

-- No payment and no adjustment comes into an accepted month.
CREATE FUNCTION billing_guard_of_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_refuse_accepted_month(billing_facility_of_booking(booking_id),
        billing_day_of((to_jsonb(NEW)->>TG_ARGV[0])::timestamptz)) FROM billing_charge WHERE id = NEW.charge_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER payment_of_accepted_month AFTER INSERT ON billing_payment
    FOR EACH ROW EXECUTE FUNCTION billing_guard_of_charge('received_at');
CREATE TRIGGER adjustment_of_accepted_month AFTER INSERT ON billing_adjustment
    FOR EACH ROW EXECUTE FUNCTION billing_guard_of_charge('made_at');

-- No coupon and no ride comes into an accepted month, and no ride is taken back in one.
CREATE FUNCTION billing_guard_of_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_refuse_accepted_month(billing_facility_of_booking(NEW.booking_id),
        billing_day_of((to_jsonb(NEW)->>TG_ARGV[0])::timestamptz));
    RETURN NULL;
END
$$;
CREATE TRIGGER coupon_of_accepted_month AFTER INSERT ON billing_handedcoupon
    FOR EACH ROW EXECUTE FUNCTION billing_guard_of_booking('handed_at');
CREATE TRIGGER ride_of_accepted_month AFTER INSERT ON billing_ride
    FOR EACH ROW EXECUTE FUNCTION billing_guard_of_booking('recorded_at');
CREATE TRIGGER ride_back_of_accepted_month AFTER UPDATE OF taken_back_at ON billing_ride
    FOR EACH ROW WHEN (NEW.taken_back_at IS NOT NULL) EXECUTE FUNCTION billing_guard_of_booking('taken_back_at');
"""

# A rate may be entered, ended or begun where it touches no accepted month.
RATES = """
-- Rates that an accepted month was reckoned by stay as they are.
CREATE FUNCTION billing_guard_rate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before datemultirange := '{}';
    after datemultirange := '{}';
    touched datemultirange;
    the_facility bigint;
    the_month date;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before := OLD.period::datemultirange;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after := NEW.period::datemultirange;
    END IF;
    touched := (before - after) + (after - before);
    IF TG_OP = 'UPDATE' AND (OLD.service_id, OLD.amount, OLD.less_family_fees)
                            IS DISTINCT FROM (NEW.service_id, NEW.amount, NEW.less_family_fees) THEN
        touched := before + after;
    END IF;
    FOR the_facility, the_month IN
        SELECT claim.facility_id, claim.month FROM billing_claim claim
          JOIN facilities_service service ON service.facility_id = claim.facility_id
         WHERE service.id IN (coalesce(NEW.service_id, OLD.service_id), coalesce(OLD.service_id, NEW.service_id))
           AND touched && daterange(claim.month, (claim.month + interval '1 month')::date)
         ORDER BY claim.facility_id, claim.month
    LOOP
        PERFORM billing_refuse_accepted_month(the_facility, the_month);
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER contract_rate_of_accepted_month AFTER INSERT OR UPDATE OR DELETE ON billing_contractrate
    FOR EACH ROW EXECUTE FUNCTION billing_guard_rate();
"""

DROP_MONTHS = """
DROP TRIGGER contract_rate_of_accepted_month ON billing_contractrate;
DROP TRIGGER ride_back_of_accepted_month ON billing_ride;
DROP TRIGGER ride_of_accepted_month ON billing_ride;
DROP TRIGGER coupon_of_accepted_month ON billing_handedcoupon;
DROP TRIGGER adjustment_of_accepted_month ON billing_adjustment;
DROP TRIGGER payment_of_accepted_month ON billing_payment;
DROP TRIGGER charge_line_of_accepted_month ON billing_chargeline;
DROP TRIGGER party_of_accepted_month ON bookings_booking;
DROP TRIGGER stay_of_accepted_month_delete ON bookings_stay;
DROP TRIGGER stay_of_accepted_month_update ON bookings_stay;
DROP TRIGGER used_day_of_accepted_month_delete ON bookings_bookingday;
DROP TRIGGER used_day_of_accepted_month_update ON bookings_bookingday;
DROP TRIGGER used_day_of_accepted_month_insert ON bookings_bookingday;
DROP FUNCTION billing_guard_rate();
DROP FUNCTION billing_guard_of_booking();
DROP FUNCTION billing_guard_of_charge();
DROP FUNCTION billing_guard_lines();
DROP FUNCTION billing_guard_party();
DROP FUNCTION billing_guard_stay();
DROP FUNCTION billing_guard_used_day();
DROP FUNCTION billing_refuse_accepted_stay(bigint);
DROP FUNCTION billing_facility_of_booking(bigint);
DROP FUNCTION billing_refuse_accepted_month(bigint, date);
DROP FUNCTION billing_day_of(timestamptz);
DROP FUNCTION billing_month_number(date);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("bookings", "0002_guards")]
    operations = [
        migrations.RunSQL(TOTAL + MONTH_STAYS_OPEN + DAYS_AND_STAYS + MONEY + RATES, DROP_MONTHS + DROP_TOTAL)
    ]
