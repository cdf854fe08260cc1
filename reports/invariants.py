"""What can never be true of the records, asked by SQL that shares no code with the operations that write them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from bookings.draws.draws_changed import CHANGED, changed_draws

from .agreement import tables_that_disagree
from .draw_invariants import DRAWS_IMPOSSIBLE, places_free_while_somebody_hopes
from .invariant_parts import AGAINST, BABY, SLOTS

# What goes by the clock has this long before it is called stuck: tasks run every minute.
LATE = timedelta(minutes=10)

# Each returns one row for each thing that cannot be; %(late)s is the moment before which what is due must be done.
IMPOSSIBLE = {
    "day_over_capacity": f"""
        SELECT taken.pool_id, taken.day
          FROM (SELECT pool_id, day, count(*) AS families FROM bookings_bookingday
                 WHERE status <> 'released' AND day >= current_date - 400
                 GROUP BY pool_id, day) taken
         WHERE taken.families > {SLOTS}""",  # noqa: S608 - the text above
    "sibling_rooms_given_twice": """
        SELECT taken.pool_id, taken.day FROM bookings_bookingday taken
          JOIN facilities_service service ON service.pool_id = taken.pool_id
          JOIN facilities_servicetermsrow terms ON terms.service_id = service.id AND terms.takes_siblings
               AND terms.period @> taken.day AND terms.sibling_rooms IS NOT NULL
         WHERE taken.with_sibling AND taken.status <> 'released'
         GROUP BY taken.pool_id, taken.day
        HAVING count(DISTINCT taken.id) > min(terms.sibling_rooms)""",
    "family_twice_on_a_day": """
        SELECT family_id, day FROM bookings_bookingday
         WHERE status <> 'released' GROUP BY family_id, day HAVING count(*) > 1""",
    "day_of_another_family": """
        SELECT held.id FROM bookings_bookingday held
          JOIN bookings_booking booking ON booking.id = held.booking_id
          JOIN enrollment_registration registration ON registration.id = booking.registration_id
          JOIN enrollment_birth birth ON birth.id = registration.birth_id
         WHERE birth.family_id <> held.family_id""",
    "ended_booking_holds_a_day": """
        SELECT held.id FROM bookings_bookingday held
          JOIN bookings_booking booking ON booking.id = held.booking_id
         WHERE held.status = 'held' AND booking.state IN ('cancelled', 'no_show', 'departed')
           AND NOT EXISTS (SELECT 1 FROM bookings_staystep step
                            WHERE step.booking_id = booking.id AND step.settled_at IS NULL
                              AND step.taken_back_at IS NULL AND step.undo_until > %(late)s)""",
    "used_day_ahead": """
        SELECT id FROM bookings_bookingday
         WHERE status = 'used'
           AND day > ((%(late)s::timestamptz + interval '1 day') AT TIME ZONE 'Asia/Tokyo')::date""",
    "sign_kept_after_its_week": """
        SELECT id FROM bookings_unmetsign
         WHERE week + 8 <= (%(late)s::timestamptz AT TIME ZONE 'Asia/Tokyo')::date""",
    "infant_of_another_family_was_looked_after": """
        SELECT written.infant_id, written.stay_id
          FROM (SELECT record.stay_id, care.infant_id FROM care_infantcare care
                  JOIN care_carerecord record ON record.id = care.record_id
                 UNION SELECT stay_id, infant_id FROM care_sleepcheck) written
          JOIN enrollment_infant infant ON infant.id = written.infant_id
          JOIN enrollment_birth its ON its.id = infant.birth_id
          JOIN bookings_stay stay ON stay.id = written.stay_id
          JOIN bookings_booking booking ON booking.id = stay.booking_id
          JOIN enrollment_registration registration ON registration.id = booking.registration_id
          JOIN enrollment_birth birth ON birth.id = registration.birth_id
         WHERE its.family_id <> birth.family_id""",
    "live_booking_without_a_day": """
        SELECT booking.id FROM bookings_booking booking
         WHERE booking.state IN ('offered', 'booked', 'arrived')
           AND NOT EXISTS (SELECT 1 FROM bookings_bookingday held
                            WHERE held.booking_id = booking.id AND held.status <> 'released')""",
    "stay_against_its_booking": """
        SELECT booking.id FROM bookings_booking booking LEFT JOIN bookings_stay stay ON stay.booking_id = booking.id
         WHERE (stay.id IS NULL) = (booking.state IN ('arrived', 'departed'))
            OR (stay.departed_at IS NULL AND booking.state = 'departed')""",
    "stay_with_days_apart": """
        SELECT booking.id FROM bookings_booking booking
          JOIN bookings_bookingday held ON held.booking_id = booking.id AND held.status <> 'released'
         WHERE booking.state IN ('arrived', 'departed')
         GROUP BY booking.id
        HAVING max(held.day) - min(held.day) + 1 <> count(*) + (
            SELECT count(DISTINCT away.day) FROM bookings_bookingday away
             WHERE away.booking_id = booking.id AND away.missed AND away.day BETWEEN min(held.day) AND max(held.day)
               AND NOT EXISTS (SELECT 1 FROM bookings_bookingday again
                                WHERE again.booking_id = booking.id AND again.day = away.day
                                  AND again.status <> 'released'))""",
    "recorded_before_it_happened": """
        SELECT id FROM bookings_stay
         WHERE arrived_at > arrival_recorded_at OR departed_at > departure_recorded_at""",
    "incident_of_another_facility": """
        SELECT incident.id FROM care_incident incident
          JOIN bookings_stay stay ON stay.id = incident.stay_id
          JOIN bookings_booking booking ON booking.id = stay.booking_id
          JOIN facilities_service service ON service.id = booking.service_id
         WHERE service.facility_id <> incident.facility_id""",
    "incident_report_missing_before_another": """
        SELECT incident_id FROM care_incidentreport
         GROUP BY incident_id HAVING max(number) <> count(*)""",
    "charge_is_not_its_lines": """
        SELECT charge.id FROM billing_charge charge
          LEFT JOIN billing_chargeline line ON line.charge_id = charge.id
         GROUP BY charge.id, charge.total HAVING charge.total <> coalesce(sum(line.amount), 0)""",
    "accepted_month_is_not_its_days": """
        SELECT claim.id FROM billing_claim claim
         WHERE claim.state = 'accepted'
           AND (claim.snapshot->'record'->>'days')::int <> (
               SELECT count(*) FROM bookings_bookingday used
                 JOIN bookings_booking booking ON booking.id = used.booking_id
                 JOIN facilities_service service ON service.id = booking.service_id
                WHERE service.facility_id = claim.facility_id AND service.kind IN ('short_stay', 'day_care')
                  AND used.status = 'used'
                  AND used.day >= claim.month AND used.day < claim.month + interval '1 month')""",
    # What an accepted month could not price is open, or in the one claim that it entered: never lost, never twice.
    "day_of_accepted_month_without_fee": """
        SELECT used.id FROM billing_claim claim
          JOIN facilities_service service ON service.facility_id = claim.facility_id
          JOIN bookings_booking booking ON booking.service_id = service.id
          JOIN bookings_bookingday used ON used.booking_id = booking.id AND used.status = 'used'
               AND used.day >= claim.month AND used.day < claim.month + interval '1 month'
         WHERE claim.state = 'accepted'
           AND NOT EXISTS (SELECT 1 FROM billing_charge charge WHERE charge.booking_id = booking.id)
           AND NOT EXISTS (SELECT 1 FROM billing_openitem item WHERE item.claim_id = claim.id
                              AND item.booking_id = booking.id AND item.day = used.day)""",
    "open_item_against_its_charge": """
        SELECT item.id FROM billing_openitem item
          JOIN billing_claim claim ON claim.id = item.claim_id
          LEFT JOIN billing_charge charge ON charge.booking_id = item.booking_id
         WHERE item.charge_id IS DISTINCT FROM charge.id OR claim.state <> 'accepted'
            OR (charge.id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM billing_chargeline line WHERE line.charge_id = charge.id AND line.day = item.day))""",
    "late_item_not_in_one_claim": """
        SELECT item.id FROM billing_openitem item
          JOIN billing_claim own ON own.id = item.claim_id
          JOIN billing_claim later ON later.facility_id = own.facility_id AND later.state = 'accepted'
          LEFT JOIN LATERAL jsonb_array_elements(later.snapshot->'record'->'late') late
            ON (late->>'item')::bigint = item.id
         GROUP BY item.id, later.id, later.month
        HAVING count(late) <> (CASE WHEN later.month = item.enters THEN 1 ELSE 0 END)""",
    "more_given_back_than_paid": """
        SELECT charge.id FROM billing_charge charge
          JOIN billing_payment payment ON payment.charge_id = charge.id
         GROUP BY charge.id
        HAVING sum(CASE payment.kind WHEN 'payment' THEN payment.amount ELSE -payment.amount END) < 0""",
    "visit_record_of_no_used_visit": """
        SELECT record.id FROM care_visitrecord record
          JOIN bookings_bookingday booked ON booked.id = record.booked_day_id
          JOIN bookings_booking booking ON booking.id = booked.booking_id
          JOIN facilities_service service ON service.id = booking.service_id
         WHERE booked.status <> 'used' OR service.kind NOT IN ('outreach', 'online_consultation')""",
    "session_over_its_places": """
        SELECT session.id FROM care_coordinatorsession session
          JOIN care_sessionsignup sign_up ON sign_up.session_id = session.id AND sign_up.cancelled_at IS NULL
         GROUP BY session.id, session.places HAVING count(*) > session.places""",
    "offer_past_its_time": """
        SELECT id FROM bookings_booking WHERE state = 'offered' AND offered_until < %(late)s""",
    "freed_place_not_passed_on": """
        SELECT id FROM bookings_freedplace WHERE passed_on_at IS NULL AND freed_at < %(late)s""",
    "waits_with_an_ended_offer": """
        SELECT waiting.id FROM bookings_waitingentry waiting
          JOIN bookings_booking booking ON booking.id = waiting.booking_id
         WHERE waiting.ended_at IS NULL AND booking.state <> 'offered'""",
    "draw_past_its_time": """
        SELECT id FROM bookings_drawround
         WHERE drawn_at IS NULL AND called_off_at IS NULL AND draw_at < %(late)s""",
    "drawn_entry_without_outcome": """
        SELECT entry.id FROM bookings_drawentry entry JOIN bookings_drawround round ON round.id = entry.round_id
         WHERE round.drawn_at IS NOT NULL AND entry.withdrawn_at IS NULL AND entry.outcome = ''""",
    "referral_not_taken_along": """
        SELECT referral.id FROM referrals_referral referral
         WHERE referral.state IN ('raised', 'acknowledged') AND referral.sent_to_id IS NULL
           AND coalesce(referral.announced_to_id, referral.district_id) <> (
               SELECT residence.district_id FROM enrollment_residence residence
                WHERE residence.family_id = referral.family_id
                  AND lower(residence.period) <= (%(late)s AT TIME ZONE 'Asia/Tokyo')::date
                ORDER BY residence.period DESC LIMIT 1)""",
    "protected_address_in_the_open": """
        WITH RECURSIVE entry (id) AS (
            SELECT family_id FROM enrollment_protection WHERE ended_at IS NULL
             UNION
            SELECT joined.id FROM enrollment_family joined JOIN entry ON joined.merged_into_id = entry.id
        )
        SELECT 'row', id FROM enrollment_residence
         WHERE town_id IS NOT NULL AND family_id IN (SELECT id FROM entry)
         UNION ALL
        SELECT 'history', pgh_id FROM enrollment_residenceevent
         WHERE town_id IS NOT NULL AND family_id IN (SELECT id FROM entry)""",
    "joined_entry_still_registered": """
        SELECT registration.id FROM enrollment_registration registration
          JOIN enrollment_birth birth ON birth.id = registration.birth_id
          JOIN enrollment_family family ON family.id = birth.family_id
         WHERE family.merged_into_id IS NOT NULL""",
    # Births of one family nearer than 22 weeks are one, however often it was entered. Of the limits that held on the
    # days used the widest, also of one that was lowered later: what was booked under it stays.
    "more_days_than_a_birth_may_use": """
        WITH birth AS (
            SELECT birth.id, birth.family_id, coalesce(min(infant.birth_date), birth.due_date) AS day
              FROM enrollment_birth birth
              LEFT JOIN enrollment_infant infant ON infant.birth_id = birth.id
             GROUP BY birth.id
        ), beside AS (
            SELECT id, family_id, day, lag(day) OVER (PARTITION BY family_id ORDER BY day, id) AS last FROM birth
        ), numbered AS (
            SELECT id, family_id, count(*) FILTER (WHERE day - last >= 154)
                                  OVER (PARTITION BY family_id ORDER BY day, id) AS number
              FROM beside
        ), held AS (
            SELECT numbered.family_id, numbered.number, held.day,
                   CASE WHEN service.kind IN ('short_stay', 'day_care') THEN 'stays'
                        WHEN service.kind = 'outreach' THEN 'outreach' ELSE 'online' END AS counted_as
              FROM bookings_bookingday held
              JOIN bookings_booking booking ON booking.id = held.booking_id
              JOIN facilities_service service ON service.id = booking.service_id
              JOIN enrollment_registration registration ON registration.id = booking.registration_id
              JOIN numbered ON numbered.id = registration.birth_id
             WHERE held.status <> 'released'
        )
        SELECT held.family_id, held.counted_as, count(DISTINCT held.day)
          FROM held JOIN (
              SELECT "group", period, days_per_birth FROM bookings_usagelimits
               UNION SELECT "group", period, days_per_birth FROM bookings_usagelimitsevent
          ) AS limits ON limits."group" = held.counted_as AND limits.period @> held.day
         GROUP BY held.family_id, held.number, held.counted_as
        HAVING bool_and(limits.days_per_birth IS NOT NULL)
           AND count(DISTINCT held.day) > max(limits.days_per_birth)""",
    "booked_day_that_no_rule_allows": f"""
        SELECT held.id FROM bookings_bookingday held
          JOIN bookings_booking booking ON booking.id = held.booking_id AND booking.state IN ('booked', 'arrived')
          JOIN enrollment_registration registration ON registration.id = booking.registration_id
          JOIN enrollment_birth birth ON birth.id = registration.birth_id
          JOIN facilities_servicetermsrow terms ON terms.service_id = booking.service_id AND terms.period @> held.day
          {BABY}
         WHERE held.status = 'held' AND held.day > (%(late)s AT TIME ZONE 'Asia/Tokyo')::date
           AND {AGAINST}""",  # noqa: S608 - the texts above
    "registration_not_as_it_lives": """
        SELECT registration.id FROM enrollment_registration registration
          JOIN enrollment_birth birth ON birth.id = registration.birth_id
          CROSS JOIN LATERAL (SELECT upper(period) - 1 AS last_day FROM enrollment_residence
                               WHERE family_id = birth.family_id ORDER BY period DESC LIMIT 1) lived
         WHERE registration.state IN ('applied', 'returned', 'approved')
           AND registration.usable_until IS DISTINCT FROM lived.last_day""",
    "babies_of_one_birth_born_apart": """
        SELECT birth_id FROM enrollment_infant WHERE joined_into_id IS NULL
         GROUP BY birth_id HAVING max(birth_date) - min(birth_date) > 2""",
    "family_twice_in_a_draw": """
        SELECT entry.round_id, birth.family_id FROM bookings_drawentry entry
          JOIN bookings_drawround round ON round.id = entry.round_id AND round.drawn_at IS NULL
          JOIN enrollment_registration registration ON registration.id = entry.registration_id
          JOIN enrollment_birth birth ON birth.id = registration.birth_id
         WHERE entry.withdrawn_at IS NULL AND round.called_off_at IS NULL
         GROUP BY entry.round_id, birth.family_id HAVING count(*) > 1""",
    "family_asked_for_twice": """
        SELECT family_id FROM referrals_placerequest
         WHERE state = 'asked' AND expires_on >= (%(late)s AT TIME ZONE 'Asia/Tokyo')::date
         GROUP BY family_id HAVING count(*) > 1""",
    # A family-day is in one district, or elsewhere (reports/queries.py): never in two.
    "used_day_in_two_districts": """
        SELECT used.id FROM bookings_bookingday used
          JOIN enrollment_residence residence
            ON residence.family_id = used.family_id AND residence.period @> used.day
         WHERE used.status = 'used'
         GROUP BY used.id HAVING count(*) > 1""",
    "approved_by_nobody": """
        SELECT id FROM enrollment_registration
         WHERE state IN ('approved', 'rejected') AND (decided_by_id IS NULL OR decided_at IS NULL)""",
}
IMPOSSIBLE |= DRAWS_IMPOSSIBLE
TABLES_DISAGREE = "tables_disagree"
PLACE_FREE = "place_free_while_somebody_hopes_for_it"
BY_PROGRAM = (*CHANGED, PLACE_FREE, TABLES_DISAGREE)


@dataclass(frozen=True)
class Broken:
    """One kind of impossible thing: how many there are, and the ids of the first ones."""

    what: str
    count: int
    rows: list[str]


SHOWN = 5


def broken_invariants(at: datetime) -> list[Broken]:
    """Return what is impossible and yet there; nothing where all is well.

    One query each, every draw anew, and the ward's tables beside a plain count.
    """
    found = []
    with connection.cursor() as cursor:
        for what, statement in IMPOSSIBLE.items():
            cursor.execute(statement, {"late": at - LATE})
            rows = cursor.fetchall()
            if rows:
                found.append(Broken(what, len(rows), [" ".join(map(str, row)) for row in rows[:SHOWN]]))
    if unused := places_free_while_somebody_hopes(at):
        found.append(Broken(PLACE_FREE, len(unused), unused[:SHOWN]))
    found += [Broken(what, len(rows), rows[:SHOWN]) for what, rows in changed_draws().items() if rows]
    if apart := tables_that_disagree(timezone.localdate(at)):
        found.append(Broken(TABLES_DISAGREE, len(apart), apart[:SHOWN]))
    return found
