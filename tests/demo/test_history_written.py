"""The history in the live tables: its figures counted by SQL that shares no code with the writer or the reports."""

from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User
from accounts.roles import Role
from care.models import Incident, ManualAcknowledgement, SurveyQuestion
from demo.history.demo_people import DEMO_PASSWORD
from enrollment.models import Family, Registration, RegistrationState
from tests import builders
from tests.as_owner import as_owner

from .factories_history import DISTRICTS_2022, make_ward

# The mark on every test: without it pytest-django makes no test database, and the fixture would meet the real one.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

TODAY = date(2026, 11, 24)  # a Tuesday, on which all three facilities are open
DAY = timedelta(days=1)


def load(today: date = TODAY, **options) -> str:
    said = StringIO()
    with as_owner():  # as DATABASE_OWNER_URL does
        call_command("load_history", today=today, stdout=said, **options)
    return said.getvalue()


def rows(sql: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def value(sql: str, *parameters):
    return rows(sql, *parameters)[0][0]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load fiscal 2022, with published figures, and the running year, with none, once for all tests that only read."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        wards = tmp_path_factory.mktemp("wards")
        patch.setattr("django.conf.settings.WARDS_DIR", wards)
        patch.setattr("django.conf.settings.DEMO", True)
        make_ward(wards)
        for code in ("rested", "again"):
            SurveyQuestion.objects.create(code=code, text=code, text_en=code, period=(builders.LONG_AGO, None))
        load(years=[2022, 2026])
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)


USED = """
    FROM bookings_bookingday d
    JOIN bookings_booking b ON b.id = d.booking_id
    JOIN facilities_service s ON s.id = b.service_id
    JOIN facilities_facility f ON f.id = s.facility_id
    WHERE d.status = 'used' AND s.kind IN ('short_stay', 'day_care') AND d.day >= '2022-04-01' AND d.day < '2023-04-01'
"""


class TestTheRecordsCountToThePublishedFigures:
    """SEED: fiscal 2022."""

    def test_days_by_kind(self):
        assert dict(rows(f"SELECT s.slug, count(*) {USED} GROUP BY 1")) == {
            "ward-centre/short-stay": 3725,
            "ward-centre/day-care": 706,
            "mamas-room/day-care": 339,
        }

    def test_unduplicated_families_by_facility(self):
        families = dict(rows(f"SELECT f.slug, count(DISTINCT d.family_id) {USED} GROUP BY 1"))
        assert families == {"ward-centre": 932, "mamas-room": 119}

    def test_62_families_used_both_facilities(self):
        both = f"SELECT d.family_id {USED} GROUP BY 1 HAVING count(DISTINCT f.id) = 2"
        assert value(f"SELECT count(*) FROM ({both}) AS both_of_them") == 62

    def test_families_by_district(self):
        counted = f"""
            SELECT district.slug, count(*) FROM (SELECT d.family_id, min(d.day) AS first {USED} GROUP BY 1) AS used
            JOIN enrollment_residence r ON r.family_id = used.family_id AND r.period @> used.first
            JOIN facilities_district district ON district.id = r.district_id
            GROUP BY 1
        """
        assert dict(rows(counted)) == DISTRICTS_2022


class TestTheDatabaseKeptItsPromises:
    def test_no_trigger_was_switched_off(self):
        assert value("SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O' AND NOT tgisinternal") == 0
        assert value("SHOW session_replication_role") == "origin"

    @pytest.mark.parametrize(
        "table", ["enrollment_family", "enrollment_registration", "bookings_booking", "bookings_stay"]
    )
    def test_every_row_has_its_event(self, table):
        assert value(f"SELECT count(*) FROM {table}event WHERE pgh_label = 'insert'") == value(
            f"SELECT count(*) FROM {table}"
        )

    def test_no_day_holds_more_than_its_slots(self):
        over = """
            SELECT pool_id, day FROM bookings_bookingday WHERE status <> 'released'
            GROUP BY 1, 2 HAVING count(*) > facilities_slots_on(pool_id, day)
        """
        assert rows(over) == []

    def test_at_most_seven_days_a_birth(self):
        most = """
            SELECT max(days) FROM (
                SELECT count(*) AS days FROM bookings_bookingday d
                JOIN bookings_booking b ON b.id = d.booking_id JOIN facilities_service s ON s.id = b.service_id
                WHERE d.status <> 'released' AND s.kind IN ('short_stay', 'day_care') GROUP BY b.registration_id
            ) AS counted
        """
        assert value(most) <= 7

    def test_every_charge_is_the_sum_of_its_lines(self):
        wrong = """
            SELECT c.id FROM billing_charge c LEFT JOIN billing_chargeline l ON l.charge_id = c.id
            GROUP BY c.id HAVING coalesce(sum(l.amount), 0) <> c.total
        """
        assert rows(wrong) == []

    def test_the_home_lies_in_the_district_of_its_town(self):
        assert value(
            "SELECT count(*) FROM enrollment_residence r JOIN facilities_townarea a ON a.town_id = r.town_id "
            "WHERE a.district_id <> r.district_id"
        ) == 0  # fmt: skip

    def test_every_family_is_marked_as_made_up(self):
        assert not Family.objects.filter(made_up=False).exists()


class TestEveryScreenHasSomethingToShow:
    def test_families_are_in_house_arrive_and_leave_today(self):
        in_house = "SELECT count(*) FROM bookings_booking WHERE state = 'arrived'"
        today = (
            "SELECT count(*) FROM (SELECT booking_id, min(day) AS first, max(day) AS last FROM bookings_bookingday \
                 WHERE status <> 'released' GROUP BY 1) AS d WHERE "
        )
        assert value(in_house) >= 5
        assert value(today + "first = %s", TODAY) >= 1
        assert value(today + "last = %s AND first < last", TODAY) >= 1

    def test_bookings_lie_ahead_and_places_are_still_free(self):
        free = """
            SELECT day::date, facilities_slots_on(p.id, day::date) - (
                SELECT count(*) FROM bookings_bookingday d
                WHERE d.pool_id = p.id AND d.day = days.day::date AND d.status <> 'released')
            FROM facilities_placepool p, generate_series(%s::date, %s::date, '1 day') AS days(day)
            WHERE p.slug = 'rooms' AND p.facility_id = (SELECT id FROM facilities_facility WHERE slug = 'ward-centre')
        """
        left = dict(rows(free, TODAY + DAY, TODAY + 42 * DAY))
        assert all(places >= 0 for places in left.values())
        assert sum(places > 0 for places in left.values()) > 30
        assert value("SELECT count(*) FROM bookings_booking WHERE state = 'booked'") > 20

    def test_applications_wait_and_some_were_returned_or_not_approved(self):
        states = Counter(Registration.objects.values_list("state", flat=True))
        assert states[RegistrationState.APPLIED] >= 5
        assert states[RegistrationState.RETURNED] >= 1
        assert states[RegistrationState.REJECTED] >= 1

    def test_some_cancelled_and_some_did_not_come_and_hold_no_place(self):
        given_up = dict(
            rows("SELECT state, count(*) FROM bookings_booking WHERE state IN ('cancelled', 'no_show') GROUP BY 1")
        )
        assert given_up["cancelled"] > given_up["no_show"] > 0
        assert value(
            "SELECT count(*) FROM bookings_bookingday d JOIN bookings_booking b ON b.id = d.booking_id "
            "WHERE b.state IN ('cancelled', 'no_show') AND d.status <> 'released'"
        ) == 0  # fmt: skip

    def test_nobody_had_booked_a_day_on_which_the_place_was_closed(self):
        assert (
            rows("SELECT pool_id, day, status FROM bookings_bookingday WHERE facilities_slots_on(pool_id, day) = 0")
            == []
        )

    def test_outreach_and_online_consultations_are_there(self):
        kinds = dict(
            rows("SELECT s.kind, count(*) FROM bookings_booking b JOIN facilities_service s ON s.id = b.service_id "
                 "WHERE b.state = 'departed' GROUP BY 1")
        )  # fmt: skip
        assert kinds["outreach"] > 20
        assert kinds["online_consultation"] > 20

    def test_nothing_has_happened_after_today(self):
        for column in ("bookings_stay.arrived_at", "bookings_booking.booked_at", "billing_charge.issued_at"):
            table, _dot, name = column.partition(".")
            assert value(f"SELECT max(({name} AT TIME ZONE 'Asia/Tokyo')::date) FROM {table}") <= TODAY


class TestTheDemoSignIns:
    def test_every_role_may_sign_in_with_the_demo_password(self):
        people = User.objects.filter(username__startswith="demo-")
        assert set(people.values_list("role", flat=True)) == set(Role.values)
        assert all(
            check_password(DEMO_PASSWORD, hashed) for hashed in people.values_list("password", flat=True).distinct()
        )

    def test_each_facility_has_an_operator_and_each_district_a_nurse(self):
        assert User.objects.filter(username__startswith="demo-", role=Role.OPERATOR).count() == 3
        assert User.objects.filter(username__startswith="demo-", role=Role.HEALTH_NURSE).count() == 5

    @pytest.mark.parametrize(
        ("username", "states"),
        [("demo-mother", {"approved"}), ("demo-mother-in-house", {"approved"}), ("demo-mother-applied", {"applied"})],
    )
    def test_three_mothers_stand_at_three_points(self, username, states):
        family = User.objects.get(username=username).family
        assert set(Registration.objects.filter(birth__family=family).values_list("state", flat=True)) == states

    def test_who_made_the_history_cannot_sign_in(self):
        person = User.objects.get(username="made-up-history")
        assert not person.is_active
        assert not person.has_usable_password()

    def test_near_misses_are_there_and_a_serious_incident_whose_second_report_is_to_come(self):
        serious = Incident.objects.get(first_due_on__isnull=False)
        assert (serious.reports.get().number, serious.second_due_on > TODAY) == (1, True)
        assert Incident.objects.filter(kind="near_miss", stay__isnull=False).exists()
        assert Incident.objects.values("facility").distinct().count() == 3
        assert ManualAcknowledgement.objects.count() == 1

    def test_the_sign_ins_are_printed(self, capsys):
        call_command("demo_signins")
        said = capsys.readouterr().out
        assert DEMO_PASSWORD in said
        assert "demo-operator-shiseikai" in said
        assert "made-up-history" not in said


def test_a_second_load_finds_it_there():
    before = Family.objects.count()
    assert "stands already" in load()
    assert Family.objects.count() == before


def test_a_family_entered_in_the_demo_does_not_stop_the_next_start():
    with transaction.atomic():
        builders.family()
        assert "stands already" in load()
        transaction.set_rollback(True)


def test_every_third_stay_of_the_last_two_years_was_answered_and_no_answer_is_tied_to_one():
    over = value(
        "SELECT count(*) FROM bookings_booking b JOIN bookings_stay s ON s.booking_id = b.id "
        "WHERE b.state = 'departed' AND s.departed_at >= '2025-03-31T15:00Z'"
    )
    answered = value("SELECT count(*) FROM care_surveydone")
    answers = value("SELECT count(*) FROM care_surveyanswer")
    questions = value("SELECT count(*) FROM care_surveyquestion WHERE period @> date '2026-11-24'")
    assert over / 4 < answered < over / 2
    assert answered * questions * 0.8 < answers <= answered * questions
    assert rows("SELECT DISTINCT fiscal_year FROM care_surveyanswer") == [(2026,)]
