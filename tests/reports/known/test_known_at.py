"""As known on a past day: every query answers as it would have answered then, and nothing is written."""

import contextlib
import io
import json
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.roles import Role
from billing.models import Claim, ClaimStep
from bookings.models import Booking, BookingDay, BookingState, DayStatus
from enrollment.families.merge import merge_families
from enrollment.models import Family, Residence
from enrollment.protection.protect import protect_family
from facilities.models import Closure
from reports.known.at import known_at, known_on, records_begin
from reports.known.histories import AS_TODAY, FILLED, ONCE
from reports.queries import district_years, facility_years
from sankecare.errors import NotPossible
from tests import builders
from tests.builders import at
from tests.factories_two_families import two_worlds
from tests.moved_clock import it_is

pytestmark = pytest.mark.django_db
FIRST = date(2024, 4, 8)
TODAY = date(2024, 7, 1)


def used(family, service, first, days, *, born=None):
    registration = builders.registration(family, born=born or first - timedelta(days=20))
    booking = Booking.objects.create(
        registration=registration, service=service, state=BookingState.DEPARTED, booked_at=at(first)
    )
    return BookingDay.objects.bulk_create(
        BookingDay(booking=booking, day=first + timedelta(days=number), status=DayStatus.USED)
        for number in range(days)
    )


def figures(today=TODAY):
    (period,) = facility_years([2024], today=today)[2024]
    (districts,) = district_years([2024], today=today)
    return period.total_days, period.families, period.slot_days, districts.families["setagaya"], districts.total_days


@pytest.fixture
def service():
    it_is(at(date(2024, 4, 1)))
    return builders.service(slots=10)


def test_what_was_entered_later_is_not_known_before(service):
    it_is(at(FIRST, 18))
    used(builders.family(), service, FIRST, 2)
    it_is(at(date(2024, 5, 20)))
    used(builders.family(), service, FIRST, 3)
    assert figures()[:2] == (5, 2)
    with known_on(date(2024, 5, 19), today=TODAY) as known:
        assert figures()[:2] == (2, 1)
        assert "bookings_bookingday" in known.told
    with known_on(date(2024, 5, 20), today=TODAY):
        assert figures()[:2] == (5, 2)
    assert figures()[:2] == (5, 2)


def test_what_was_corrected_and_taken_away_later_stands_as_it_stood(service):
    it_is(at(FIRST, 18))
    days = used(builders.family(), service, FIRST, 4)
    it_is(at(date(2024, 5, 20)))
    BookingDay.objects.filter(pk=days[3].pk).update(status=DayStatus.RELEASED)
    it_is(at(date(2024, 5, 21)))
    BookingDay.objects.filter(pk=days[2].pk).delete()
    stood = {19: 4, 20: 3, 21: 2}
    for day, count in stood.items():
        with known_on(date(2024, 5, day), today=TODAY):
            assert figures()[0] == count
            assert BookingDay.objects.count() == (4 if day < 21 else 3)


def test_a_closure_entered_afterwards_takes_no_slots_before_it_was_known(service):
    it_is(at(FIRST, 18))
    used(builders.family(), service, FIRST, 1)
    it_is(at(date(2024, 6, 3)))
    Closure.objects.create(pool=service.pool, period=(date(2024, 6, 10), date(2024, 6, 15)), reason="工事")
    now = figures()
    with known_on(date(2024, 6, 2), today=TODAY):
        before = figures()
    assert before[2] - now[2] == 5 * 10


def test_a_family_that_was_joined_since_was_two(service):
    it_is(at(FIRST, 18))
    kept, given_up = builders.family(), builders.family()
    used(kept, service, FIRST, 1)
    used(given_up, service, FIRST + timedelta(days=30), 1, born=date(2023, 2, 1))
    it_is(at(date(2024, 6, 3)))
    staff = builders.user()
    moment = at(date(2024, 6, 3))
    merge_families(kept=kept, given_up=given_up, reason="同じ母", by=staff, at=moment)
    assert figures()[1] == 1
    with known_on(date(2024, 6, 2), today=TODAY):
        assert figures()[1] == 2
        assert Family.objects.filter(merged_into__isnull=True).count() == 2
        assert set(BookingDay.objects.values_list("family", flat=True)) == {kept.pk, given_up.pk}


def test_a_protected_family_stays_without_an_address_whatever_the_day(service):
    it_is(at(FIRST, 18))
    family = builders.family()
    assert Residence.objects.get(family=family).town_id
    it_is(at(date(2024, 6, 3)))
    protect_family(family=family, reason="支援措置", by=builders.user(Role.WARD_STAFF), at=at(date(2024, 6, 3)))
    with known_on(date(2024, 5, 2), today=TODAY):
        stood = Residence.objects.get(family=family)
        assert (stood.town_id, stood.chome, stood.block, stood.rest, stood.postcode) == (None, None, None, "", "")


def test_nothing_is_written_in_the_past(service):
    it_is(at(FIRST, 18))
    family = builders.family()
    with known_at(at(date(2024, 5, 1))):
        for write in (
            lambda: Family.objects.filter(pk=family.pk).update(phone="1"),
            lambda: builders.family(),
            lambda: connection.cursor().execute("DELETE FROM enrollment_family"),
        ):
            with pytest.raises(RuntimeError):
                write()
    assert Family.objects.count() == 1
    assert Family.objects.get().phone == family.phone


def test_a_table_without_a_history_is_refused_and_not_guessed(service):
    with known_at(at(date(2024, 5, 1))), pytest.raises(NotPossible) as refused:
        connection.cursor().execute("SELECT count(*) FROM bookings_calendarfeed")
    assert refused.value.code == "no_history"


def test_a_day_before_the_records_and_a_day_that_is_not_over_are_refused(service):
    assert records_begin() == date(2024, 4, 1)
    for day, code in ((date(2024, 3, 31), "before_records"), (TODAY, "to_come"), (date(2031, 1, 1), "to_come")):
        with pytest.raises(NotPossible) as refused, known_on(day, today=TODAY):
            pass
        assert refused.value.code == code


def test_on_an_empty_database_nothing_is_known():
    with pytest.raises(NotPossible) as refused, known_on(date(2024, 3, 31), today=TODAY):
        pass
    assert refused.value.code == "before_records"


def test_every_name_of_a_table_is_one_and_told_in_one_way():
    tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for named in (AS_TODAY, FILLED, ONCE):
        assert set(named) <= set(tables), set(named) - set(tables)
    assert not AS_TODAY & (set(FILLED) | set(ONCE))
    assert not set(FILLED) & set(ONCE)
    for table in FILLED:
        kept = {column.column for column in tables[table].pgh_event_model._meta.concrete_fields}
        own = {column.column for column in tables[table]._meta.concrete_fields}
        assert own - kept == set(FILLED[table].columns)


def test_now_the_past_is_what_stands():
    """Of everything that the two worlds hold, the histories told up to now give the very rows that stand."""
    two_worlds()
    for claim in Claim.objects.all():
        ClaimStep.objects.create(
            claim=claim, state=claim.state, at=timezone.now(), by=builders.user(), digest=claim.digest
        )
    skipped = {"accounts_user", "mfa_authenticator"}
    compared = 0
    with known_at(timezone.now() + timedelta(days=1)) as known:
        for model in apps.get_models():
            table = model._meta.db_table
            if table in AS_TODAY | skipped or not (hasattr(model, "pgh_event_model") or table in ONCE):
                continue
            left_out = set() if table in ONCE or table in FILLED else _left_out(model)
            names = ", ".join(
                f'"{column.column}"'
                for column in model._meta.concrete_fields
                if column.column not in left_out and column.get_internal_type() != "JSONField"
            )
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {names} FROM {table} ORDER BY 1")
                told = cursor.fetchall()
                cursor.execute(f"SELECT {names} FROM public.{table} ORDER BY 1")
                assert told == cursor.fetchall(), table
            compared += bool(told)
    assert compared > 40
    assert known.told


def _left_out(model):
    kept = {column.column for column in model.pgh_event_model._meta.concrete_fields}
    return {column.column for column in model._meta.concrete_fields if not column.primary_key} - kept


def report(*words, **options):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        call_command("report", *words, **options)
    return out.getvalue()


def test_the_command_tells_a_table_as_known_on_a_day_and_says_so(service):
    it_is(at(FIRST, 18))
    used(builders.family(), service, FIRST, 2)
    it_is(at(date(2024, 5, 20)))
    used(builders.family(), service, FIRST, 3)
    options = ("facility-year", "--fiscal-year", "2024", "--format", "json")
    now = json.loads(report(*options))
    then = json.loads(report(*options, "--known-on", "2024-05-19"))
    assert (now[0]["total_days"], then[0]["total_days"]) == (5, 2)
    assert "2024年5月19日" in report("facility-year", "--fiscal-year", "2024", "--known-on", "2024-05-19")
    for day in ("2024-03-31", "2999-01-01"):
        with pytest.raises(CommandError, match="--known-on"):
            report(*options, "--known-on", day)
