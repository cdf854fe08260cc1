"""The nightly look: silent over a whole made-up world, and loud for each thing that cannot be, once it is forced."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from bookings.models import Booking, BookingDay, BookingState, DayStatus
from reports.invariants import broken_invariants
from reports.tasks import check_invariants
from tests import builders
from tests.as_owner import as_owner
from tests.factories_two_families import two_worlds

pytestmark = pytest.mark.django_db
TABLES = (
    *("bookings_booking", "bookings_bookingday", "bookings_stay", "bookings_drawround", "bookings_waitingentry"),
    *("care_visitrecord", "care_coordinatorsession", "care_sessionsignup"),
    *("billing_charge", "billing_chargeline", "enrollment_residence", "enrollment_registration"),
    *("billing_claim", "billing_payment", "bookings_drawentry", "enrollment_birth"),
    "facilities_servicetermsrow",
)


@pytest.fixture
def world():
    own, _others = two_worlds()
    builders.family()  # the newest one, of whom nothing else is known
    return own


def found():
    return {broken.what for broken in broken_invariants(timezone.now())}


def force(statement: str, *values: object) -> None:
    """Write what the guards refuse, as the tables' owner may."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_over_a_world_as_it_is_written_nothing_is_found(world):
    assert found() == set()
    call_command("check_invariants")


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        (
            "sibling_rooms_given_twice",
            (
                "UPDATE bookings_bookingday SET with_sibling = true;"
                " UPDATE facilities_servicetermsrow SET sibling_rooms = 0"
            ),
        ),
        (
            "ended_booking_holds_a_day",
            (
                "UPDATE bookings_bookingday SET status = 'held'; UPDATE bookings_booking SET state = 'cancelled';"
                " UPDATE bookings_staystep SET settled_at = now() WHERE settled_at IS NULL"
            ),
        ),
        ("used_day_ahead", "UPDATE bookings_bookingday SET status = 'used', day = current_date + 60"),
        (
            "infant_of_another_family_was_looked_after",
            "UPDATE enrollment_infant SET birth_id = (SELECT max(id) FROM enrollment_birth)",
        ),
        (
            "sign_kept_after_its_week",
            (
                "INSERT INTO bookings_unmetsign (week, kind, code, service_id, sign)"
                " SELECT date_trunc('week', now() - interval '21 days')::date, 'refused', 'day_full', min(id),"
                " repeat('0', 32) FROM facilities_service"
            ),
        ),
        ("live_booking_without_a_day", "UPDATE bookings_bookingday SET status = 'released'"),
        ("stay_against_its_booking", "UPDATE bookings_booking SET state = 'booked'"),
        (
            "stay_with_days_apart",
            (
                "UPDATE bookings_booking SET state = 'arrived';"
                " INSERT INTO bookings_bookingday (booking_id, day, status, with_sibling, missed, pool_id, family_id)"
                " SELECT booking_id, day + 50, 'held', false, false, pool_id, family_id FROM bookings_bookingday"
            ),
        ),
        (
            "recorded_before_it_happened",
            (
                "ALTER TABLE bookings_stay DROP CONSTRAINT stay_arrival_is_not_ahead;"
                " UPDATE bookings_stay SET arrival_recorded_at = arrived_at - interval '1 hour'"
            ),
        ),
        (
            "referral_not_taken_along",
            (
                "UPDATE enrollment_residence SET district_id ="
                " (SELECT max(id) FROM facilities_district) + (SELECT min(id) FROM facilities_district) - district_id"
            ),
        ),
        (
            "visit_record_of_no_used_visit",
            (
                "INSERT INTO care_visitrecord (booked_day_id, began_at, ended_at, talked_about, advice, next_step,"
                " recorded_at, recorded_by_id) SELECT id, now(), now() + interval '1 hour', '', '', '', now(),"
                " (SELECT min(id) FROM accounts_user) FROM bookings_bookingday"
            ),
        ),
        (
            "session_over_its_places",
            (
                "UPDATE care_coordinatorsession SET places = 1; INSERT INTO care_sessionsignup (session_id,"
                " family_id, signed_up_at, signed_up_by_id) SELECT id, (SELECT max(id) FROM enrollment_family), now(),"
                " planned_by_id FROM care_coordinatorsession"
            ),
        ),
        ("charge_is_not_its_lines", "UPDATE billing_charge SET total = total + 1"),
        ("more_given_back_than_paid", "UPDATE billing_payment SET kind = 'refund', reason = 'x'"),
        (
            "accepted_month_is_not_its_days",
            "UPDATE billing_claim SET state = 'accepted', snapshot = jsonb_set(snapshot, '{record,days}', '5')",
        ),
        (
            "offer_past_its_time",
            "UPDATE bookings_booking SET state = 'offered', offered_until = now() - interval '1 hour'",
        ),
        (
            "draw_past_its_time",
            (
                "UPDATE bookings_drawround SET draw_at = now() - interval '1 hour',"
                " closes_at = now() - interval '2 hours', opens_at = now() - interval '3 hours'"
            ),
        ),
        (
            # The family itself is sealed; what was joined into it is not.
            "protected_address_in_the_open",
            (
                "INSERT INTO enrollment_protection (family_id, set_at, set_by_id, reason)"
                " SELECT min(id), now(), (SELECT min(id) FROM accounts_user), 'x' FROM enrollment_family;"
                " UPDATE enrollment_residence SET town_id = NULL, postcode = '', chome = NULL, block = NULL, rest = ''"
                " WHERE family_id = (SELECT min(id) FROM enrollment_family);"
                " UPDATE enrollment_residenceevent"
                " SET town_id = NULL, postcode = '', chome = NULL, block = NULL, rest = ''"
                " WHERE family_id = (SELECT min(id) FROM enrollment_family);"
                " UPDATE enrollment_family SET merged_into_id = (SELECT min(id) FROM enrollment_family)"
                " WHERE id = (SELECT max(id) FROM enrollment_family)"
            ),
        ),
        (
            "joined_entry_still_registered",
            (
                "UPDATE enrollment_family SET merged_into_id = (SELECT max(id) FROM enrollment_family)"
                " WHERE id = (SELECT min(id) FROM enrollment_family)"
            ),
        ),
        (
            "freed_place_not_passed_on",
            (
                "INSERT INTO bookings_freedplace (pool_id, day, freed_at)"
                " SELECT min(id), current_date, now() - interval '1 hour' FROM facilities_placepool"
            ),
        ),
        (
            "waits_with_an_ended_offer",
            (
                "UPDATE bookings_waitingentry w SET booking_id = b.id"
                " FROM bookings_booking b WHERE b.registration_id = w.registration_id"
            ),
        ),
        (
            "booked_day_that_no_rule_allows",
            (
                "UPDATE bookings_bookingday SET status = 'held', day = current_date + id::int;"
                " UPDATE bookings_booking SET state = 'booked'; UPDATE enrollment_registration SET state = 'ended'"
            ),
        ),
        ("registration_not_as_it_lives", "UPDATE enrollment_registration SET usable_until = current_date"),
        (
            "babies_of_one_birth_born_apart",
            (
                "INSERT INTO enrollment_infant (birth_id, name, name_kana, birth_date, long_hospital_stay)"
                " SELECT birth_id, '', '', birth_date - 70, false FROM enrollment_infant"
            ),
        ),
        (
            "family_twice_in_a_draw",
            (
                "UPDATE bookings_drawentry SET sign = id::text,"
                " round_id = (SELECT min(round_id) FROM bookings_drawentry);"
                " UPDATE enrollment_birth SET family_id = (SELECT min(id) FROM enrollment_family)"
            ),
        ),
        (
            "family_asked_for_twice",
            (
                "INSERT INTO referrals_placerequest (family_id, district_id, concerns, details, wanted, asked_at,"
                " asked_by_id, expires_on, state, answer) SELECT family.id, (SELECT min(id) FROM facilities_district),"
                " ARRAY['mood'], 'x', 'next', now(), (SELECT min(id) FROM accounts_user), current_date + 9,"
                " 'asked', ''"
                " FROM enrollment_family family CROSS JOIN generate_series(1, 2)"
            ),
        ),
        (
            "day_of_another_family",
            (
                "UPDATE bookings_bookingday SET family_id = (SELECT max(id) FROM enrollment_family)"
                " WHERE id = (SELECT min(id) FROM bookings_bookingday)"
            ),
        ),
    ],
)
def test_each_impossible_thing_is_found(world, what, statement):
    force(statement)
    assert what in found()
    with pytest.raises(CommandError):
        call_command("check_invariants")


def test_a_day_over_its_capacity_is_found_also_where_the_guards_own_count_is_broken(world):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION facilities_slots_on(the_pool bigint, the_day date) RETURNS integer "
            "LANGUAGE sql STABLE AS $$ SELECT 1000 $$"
        )
    booking = world.objects["bookings.Booking"]
    day = BookingDay.objects.get(booking=booking)
    pool = booking.service.pool
    pool.capacitys.update(slots=3)
    for _ in range(3):
        other = Booking.objects.create(
            registration=builders.registration(),
            service=booking.service,
            state=BookingState.BOOKED,
            booked_at=timezone.now(),
        )
        force(
            "INSERT INTO bookings_bookingday (booking_id, day, status, with_sibling, pool_id, family_id)"
            " VALUES (%s, %s, %s, false, %s, %s)",
            *(other.pk, day.day, DayStatus.HELD, pool.pk, other.registration.birth.family_id),
        )
    assert "day_over_capacity" in found()


def test_a_draw_that_was_changed_afterwards_is_found(world):
    force(
        "UPDATE bookings_drawround SET closed_at = now(), entries = '[]', ticket_list = '[]', tickets_each = 1,"
        " rooms = '{}', result = '[]', revealed = 'another', drawn_at = now()"
        " WHERE id = (SELECT min(id) FROM bookings_drawround)"
    )
    assert "draw_not_verified" in found()


def test_the_task_says_each_in_the_log_by_its_name_and_number(world, caplog):
    force("UPDATE billing_charge SET total = total + 1")
    check_invariants()
    assert [(record.message, record.error) for record in caplog.records if record.name == "reports.tasks"] == [
        ("invariant_broken", "charge_is_not_its_lines")
    ]
