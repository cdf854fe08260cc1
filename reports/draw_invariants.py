"""What can never be true of draws, their lines and the waiting list; SQL that shares no code with the operations.

Whether days are free, closed or forbidden is worked out here a second time. Of a place that is free while somebody
hopes for it the program is asked last whether she may use it: her limits are no matter of two tables.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from bookings.draws.counting import counted, wish_of
from bookings.draws.draw import could_win
from bookings.models import DrawEntry, WaitingEntry
from bookings.places.booking_context import load_context
from bookings.places.who_may import why_not
from bookings.waiting.counting import RELATED, days_of
from bookings.waiting.line import rooms_in_time

from .invariant_parts import AGAINST, BABY, SLOTS

# Everybody who hopes for days: a row for each day of each choice. ``needed``: so many in a row are enough. Who is
# known not to count (away) is not among them.
HOPES = """
    WITH hope AS (
        SELECT 'wait' AS kind, waiting.id, waiting.registration_id, waiting.service_id, service.pool_id,
               waiting.sibling_id IS NOT NULL AS along, 1::bigint AS choice,
               upper(waiting.period) - lower(waiting.period) AS needed, day::date AS day
          FROM bookings_waitingentry waiting
          JOIN facilities_service service ON service.id = waiting.service_id
         CROSS JOIN LATERAL generate_series(lower(waiting.period)::timestamp, upper(waiting.period)::timestamp
                                            - interval '1 day', interval '1 day') day
         WHERE waiting.ended_at IS NULL AND waiting.booking_id IS NULL AND waiting.away_why = ''
        UNION ALL
        SELECT CASE WHEN round.drawn_at IS NULL THEN 'entry' ELSE 'turn' END, entry.id, entry.registration_id,
               service.id, service.pool_id, entry.sibling_id IS NOT NULL AND NOT entry.or_without, wished.choice,
               least(coalesce(entry.least_days, jsonb_array_length(wished.value->'days')),
                     jsonb_array_length(wished.value->'days')), day.value::date
          FROM bookings_drawentry entry
          JOIN bookings_drawround round ON round.id = entry.round_id AND round.called_off_at IS NULL
          LEFT JOIN bookings_turn turn ON turn.entry_id = entry.id
         CROSS JOIN LATERAL jsonb_array_elements(entry.choices) WITH ORDINALITY AS wished(value, choice)
          JOIN facilities_service service ON service.slug = wished.value->>'service'
         CROSS JOIN LATERAL jsonb_array_elements_text(wished.value->'days') AS day(value)
         WHERE entry.withdrawn_at IS NULL AND entry.away_why = ''
           AND (round.drawn_at IS NULL AND (round.closed_at IS NULL OR entry.tickets IS NOT NULL)
                OR turn.ended_at IS NULL AND turn.id IS NOT NULL AND turn.booking_id IS NULL)
    ), day AS (
        SELECT held.* FROM hope held
          JOIN enrollment_registration registration ON registration.id = held.registration_id
          JOIN enrollment_birth birth ON birth.id = registration.birth_id
          JOIN facilities_service service ON service.id = held.service_id
          JOIN facilities_servicetermsrow terms ON terms.service_id = held.service_id AND terms.period @> held.day
         {baby}
         WHERE {holds}
    ), run AS (
        SELECT kind, id, choice, needed,
               day - (row_number() OVER (PARTITION BY kind, id, choice ORDER BY day))::int AS start
          FROM day
    ), fits AS (
        SELECT kind, id FROM run GROUP BY kind, id, choice, needed, start HAVING count(*) >= needed
    )
"""
SLOTS_OF_DAY = SLOTS.replace("taken.", "held.")
OPEN = f"{SLOTS_OF_DAY} > 0 AND service.offered @> held.day"
TAKEN = """(SELECT count(*) FROM bookings_bookingday booked
                WHERE booked.pool_id = held.pool_id AND booked.day = held.day AND booked.status <> 'released')
           + (SELECT count(*) FROM bookings_freedplace freed
               WHERE freed.pool_id = held.pool_id AND freed.day = held.day AND freed.passed_on_at IS NULL)"""
# Free, with a room for the sibling, none of her own days, in no draw to come, and with time left to answer.
FREE = f"""
    {SLOTS_OF_DAY} > {TAKEN} AND service.offered @> held.day
    AND (NOT held.along OR NOT EXISTS (
        SELECT 1 FROM facilities_servicetermsrow rooms JOIN facilities_service its ON its.id = rooms.service_id
         WHERE its.pool_id = held.pool_id AND rooms.takes_siblings AND rooms.period @> held.day
           AND rooms.sibling_rooms <= (
               SELECT count(*) FROM bookings_bookingday other WHERE other.pool_id = held.pool_id
                  AND other.day = held.day AND other.with_sibling AND other.status <> 'released')))
    AND NOT EXISTS (SELECT 1 FROM bookings_bookingday own
                     WHERE own.family_id = birth.family_id AND own.day = held.day AND own.status <> 'released')
    AND NOT EXISTS (SELECT 1 FROM bookings_drawround coming
                     WHERE coming.pool_id = held.pool_id AND coming.period @> held.day
                       AND coming.drawn_at IS NULL AND coming.called_off_at IS NULL)
    AND held.day::timestamp AT TIME ZONE 'Asia/Tokyo' >= %(at)s + make_interval(hours => (
            SELECT policy.least_answer_hours FROM bookings_drawpolicy policy
             WHERE policy.period @> (%(at)s AT TIME ZONE 'Asia/Tokyo')::date))
"""  # noqa: S608 - the texts above


def _hopes(holds: str) -> str:
    return HOPES.format(baby=BABY, holds=holds)


def _without(kinds: str, holds: str) -> str:
    """Who hopes for days of which none, or too few in a row, are so."""
    return f"""{_hopes(holds)}
        SELECT id FROM hope WHERE kind {kinds} AND day > (%(late)s AT TIME ZONE 'Asia/Tokyo')::date
        EXCEPT SELECT id FROM fits WHERE kind {kinds}"""  # noqa: S608 - the texts above


HOPES_ON_FREE_DAYS = f"{_hopes(FREE)} SELECT DISTINCT kind, id FROM fits WHERE kind <> 'entry'"  # noqa: S608
WAITS, WISHES = "= 'wait'", "<> 'wait'"
ALLOWED = f"({AGAINST}) IS NOT TRUE"
LIVE = "('offered', 'booked', 'arrived', 'departed')"

# As those of invariants.py: a row for each thing that cannot be.
DRAWS_IMPOSSIBLE = {
    "waits_for_a_closed_day": _without(WAITS, OPEN),
    "entered_for_closed_days_alone": _without(WISHES, OPEN),
    "waits_and_may_not_use_the_days": _without(WAITS, ALLOWED),
    "entered_and_may_use_none_of_the_days": _without(WISHES, ALLOWED),
    "winner_without_a_place": """
        SELECT id FROM bookings_drawentry WHERE outcome IN ('won', 'partly') AND booking_id IS NULL""",
    # What a winner gave up, declined or let lapse was on its way to who stood in line for it then.
    "won_place_not_passed_on": """
        SELECT gone.id FROM bookings_drawentry entry
          JOIN bookings_booking booking ON booking.id = entry.booking_id
          JOIN bookings_bookingday gone ON gone.booking_id = booking.id AND gone.status = 'released'
         WHERE entry.outcome IN ('won', 'partly', 'void') AND booking.state IN ('cancelled', 'no_show')
           AND booking.ended_reason <> 'moved' AND gone.day > (gone.released_at AT TIME ZONE 'Asia/Tokyo')::date
           AND gone.released_at > %(late)s - interval '40 days'
           AND EXISTS (SELECT 1 FROM bookings_turn turn JOIN bookings_drawentry stands ON stands.id = turn.entry_id
                        WHERE stands.round_id = entry.round_id AND turn.since <= gone.released_at
                          AND turn.taken_back_at IS NULL AND turn.booking_id IS NULL
                          AND coalesce(turn.ended_at > gone.released_at, true)
                          AND stands.choices @> jsonb_build_array(jsonb_build_object(
                                  'days', jsonb_build_array(to_char(gone.day, 'YYYY-MM-DD')))))
           AND NOT EXISTS (SELECT 1 FROM bookings_freedplace freed WHERE freed.pool_id = gone.pool_id
                              AND freed.day = gone.day AND freed.freed_at >= gone.released_at)""",
    "twice_in_one_round": f"""
        WITH part AS (
            SELECT entry.round_id, birth.family_id, entry.id AS entry_id, turn.id IS NOT NULL AS in_line
              FROM bookings_drawentry entry
              JOIN enrollment_registration registration ON registration.id = entry.registration_id
              JOIN enrollment_birth birth ON birth.id = registration.birth_id
              JOIN bookings_turn turn ON turn.entry_id = entry.id AND turn.ended_at IS NULL
            UNION ALL
            SELECT entry.round_id, birth.family_id, entry.id, false
              FROM bookings_drawentry entry
              JOIN enrollment_registration registration ON registration.id = entry.registration_id
              JOIN enrollment_birth birth ON birth.id = registration.birth_id
              JOIN bookings_booking booking ON booking.id = entry.booking_id AND booking.state IN {LIVE}
            UNION ALL
            SELECT entry.round_id, birth.family_id, entry.id, false
              FROM bookings_drawentry entry
              JOIN enrollment_registration registration ON registration.id = entry.registration_id
              JOIN enrollment_birth birth ON birth.id = registration.birth_id
              JOIN bookings_turn turn ON turn.entry_id = entry.id AND turn.ended_at IS NOT NULL
              JOIN bookings_booking booking ON booking.id = turn.booking_id AND booking.state IN {LIVE}
        )
        SELECT round_id, family_id FROM part GROUP BY round_id, family_id HAVING count(*) > 1 AND bool_or(in_line)
        UNION
        SELECT round_id, entry_id FROM part GROUP BY round_id, entry_id HAVING count(*) > 1""",  # noqa: S608 - the text
    "lost_and_not_in_line": """
        SELECT entry.id FROM bookings_drawentry entry JOIN bookings_drawround round ON round.id = entry.round_id
         WHERE entry.outcome = 'lost' AND entry.stays_in_line AND entry.withdrawn_at IS NULL
           AND round.drawn_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM bookings_turn turn WHERE turn.entry_id = entry.id)""",
}


def places_free_while_somebody_hopes(at: datetime) -> list[str]:
    """Return who stands in line or waits for places that are free and that she may use, as ``kind id``.

    What came free a moment ago is on its way (``freed_place_not_passed_on`` says when it stays there).
    """
    with connection.cursor() as cursor:
        cursor.execute(HOPES_ON_FREE_DAYS, {"at": at})
        found = cursor.fetchall()
    turns = _served(sorted(pk for kind, pk in found if kind == "turn"), at)
    waits = _may_have(sorted(pk for kind, pk in found if kind == "wait"), at)
    return [*(f"turn {pk}" for pk in turns), *(f"wait {pk}" for pk in waits)]


def _served(entries: Iterable[int], at: datetime) -> list[int]:
    related = ("round__pool__facility", "registration__birth__family", "sibling")
    found = []
    for entry in DrawEntry.objects.filter(pk__in=entries).select_related(*related):
        usable = counted([entry], at)[entry.pk].usable
        rooms = rooms_in_time(entry.round, at)
        if could_win(wish_of(entry), rooms, usable):
            found.append(entry.pk)
    return found


def _may_have(waits: Iterable[int], at: datetime) -> list[int]:
    found = []
    for waiting in WaitingEntry.objects.filter(pk__in=waits).select_related(*RELATED):
        days = days_of(waiting)
        known = load_context(waiting.registration, waiting.service, days)
        if not known.to_be_drawn and why_not(known, days, waiting.sibling, at=at) is None:
            found.append(waiting.pk)
    return found
