"""応えられなかった希望: counted once a family and week, without a name; no page fails or waits because of it."""

import json
import logging
import time
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, UnmetCount, UnmetKind, UnmetSign
from bookings.tasks import close_weeks_of_unmet
from bookings.unmet import counting
from bookings.unmet.closing import close_weeks
from bookings.unmet.weeks import monday_of, sign_of
from facilities.models import ServiceKind
from sankecare.errors import NotPossible, Refused
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = date(2023, 5, 8)
NOW = builders.at(builders.A_DAY)


def ahead(days):
    return timezone.localdate() + timedelta(days=days)


class Ward:
    """A short stay of two places a day, a day care elsewhere, and a mother of Kinuta."""

    def __init__(self):
        builders.usage_limits()
        self.stay = builders.service(slots=2)
        self.day_care = builders.service(ServiceKind.DAY_CARE, builders.pool(5, slug="day"))
        self.mother = builders.user(Role.MOTHER)
        self.family = builders.family(account=self.mother, district_slug="kinuta")
        self.registration = builders.registration(self.family, born=ahead(-40))
        self.client = Client()
        self.client.force_login(self.mother)

    def page(self, **given):
        return self.client.get(
            reverse("family:book", args=[self.registration.pk]), {"service": self.stay.slug} | given
        )

    def fill(self, service, *days):
        for _number in range(service.pool.capacitys.get().slots):
            known = builders.registration(born=ahead(-40))
            booking = Booking.objects.create(registration=known, service=service, booked_at=timezone.now())
            for one in days:
                booking.days.create(day=ahead(one))


@pytest.fixture
def ward():
    return Ward()


def signs():
    return list(
        UnmetSign.objects.order_by("day").values_list("kind", "code", "service__slug", "day", "district__slug")
    )


def test_a_full_day_that_she_sees_is_counted_once_a_week_where_she_lives(ward):
    ward.fill(ward.stay, 3, 5)
    for _look in range(3):
        assert ward.page().status_code == 200
    known = ("looked_for", "full", ward.stay.slug)
    assert signs() == [(*known, ahead(3), "kinuta"), (*known, ahead(5), "kinuta")]


def test_days_of_a_service_that_she_is_not_shown_and_days_that_she_could_not_use_are_not_counted(ward):
    ward.fill(ward.day_care, 3)
    ward.page()
    assert signs() == []
    ward.page(to="all")
    assert [row[2] for row in signs()] == [ward.day_care.slug]
    UnmetSign.objects.all().delete()
    ward.fill(ward.stay, 3)
    ward.registration.birth.infants.update(birth_date=ahead(-400))  # too old on every day
    ward.page()
    assert signs() == []


def test_staff_who_look_for_a_caller_are_not_counted(ward):
    ward.fill(ward.stay, 3)
    ward.client.force_login(builders.user(Role.WARD_STAFF))
    ward.page()
    assert signs() == []


def test_the_page_takes_one_statement_more_and_none_where_no_day_is_full(ward):
    ward.page()
    with CaptureQueriesContext(connection) as before:
        ward.page()
    ward.fill(ward.stay, 3)
    with CaptureQueriesContext(connection) as after:
        ward.page()
    written = [one["sql"] for one in after if "bookings_unmetsign" in one["sql"]]
    assert len(after) - len(before) == len(written) == 1
    assert "lock_timeout" in written[0]


def test_what_goes_wrong_in_counting_fails_no_page_and_says_no_name(ward, caplog):
    ward.fill(ward.stay, 3)
    with patch.object(counting, "SIGNS", "SELECT nothing_of_that_name"), caplog.at_level(logging.WARNING):
        page = ward.page()
    assert page.status_code == 200
    assert [record.message for record in caplog.records if record.name == counting.logger.name] == [
        "unmet_not_counted"
    ]
    assert ward.family.mother_name not in caplog.text


def test_a_lock_on_the_table_makes_nobody_wait(ward):
    ward.fill(ward.stay, 3)
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("LOCK TABLE bookings_unmetsign")
        begun = time.monotonic()
        assert ward.page().status_code == 200
        assert time.monotonic() - begun < 5  # the whole page; the lock alone would take ten seconds
    finally:
        holder.rollback()
        holder.close()
    assert signs() == []


def test_days_asked_for_and_refused_are_counted_by_the_rule(ward):
    ward.page(day=[ahead(n).isoformat() for n in range(2, 11)], ask="1")
    assert {row[:3] for row in signs()} == {("refused", "too_many_days", ward.stay.slug)}
    UnmetSign.objects.all().delete()
    ward.registration.birth.infants.update(birth_date=ahead(-400))
    ward.page(day=[ahead(3).isoformat()], ask="1")
    assert [row[:2] for row in signs()] == [("refused", "infant_age")]


def test_what_the_api_refuses_is_counted_and_the_refusal_stands(ward):
    ward.fill(ward.stay, 3)
    answer = ward.client.post(
        "/api/v1/bookings/",
        json.dumps({"registration": ward.registration.pk, "service": ward.stay.slug, "days": [ahead(3).isoformat()]}),
        content_type="application/json",
        headers={"Idempotency-Key": "a-key-of-this-test"},
    )
    assert answer.status_code in (409, 422), answer.content
    assert ("refused", answer.json()["code"]) in {row[:2] for row in signs()}


def test_a_refusal_of_keys_or_forms_says_nothing_of_demand(ward):
    counting.count_refusal(ward.family.pk, ward.stay, NotPossible("idempotency_key_malformed", "x"), NOW)
    counting.count_refusal(ward.family.pk, ward.stay, Refused("anything_else", "x"), NOW)
    assert signs() == []
    refused = NotPossible("not_eligible", "x", {"residency": "x", "infant_age": "x"})
    counting.count_refusal(ward.family.pk, ward.stay, refused, NOW)
    assert {row[1] for row in signs()} == {"residency", "infant_age"}


def test_the_self_check_counts_answers_and_knows_nobody(ward):
    for _answer in range(2):
        counting.count_check(["medical_care"], NOW)
    (count,) = UnmetCount.objects.all()
    assert (count.week, count.kind, count.code, count.number) == (MONDAY, UnmetKind.CHECKED, "medical_care", 2)
    assert (count.service, count.day, count.district) == (None, None, None)
    assert not UnmetSign.objects.exists()


def looked(family, ward, at=NOW, days=(builders.A_DAY + timedelta(days=9),)):
    rows = [counting.Row("full", ward.stay.pk, day) for day in days]
    counting._write_signs(family.pk, UnmetKind.LOOKED_FOR, rows, at)


def test_a_week_that_is_over_becomes_numbers_and_no_sign_is_left(ward):
    other = builders.family(district_slug="kinuta")
    looked(ward.family, ward)
    looked(other, ward)
    looked(builders.family(district_slug="tamagawa"), ward)
    looked(other, ward, at=NOW + timedelta(days=7))
    assert transaction.atomic(close_weeks)(at=NOW) == 0
    assert transaction.atomic(close_weeks)(at=NOW + timedelta(days=7)) == 3
    counted = UnmetCount.objects.order_by("district__position").values_list("week", "district__slug", "number")
    assert list(counted) == [(MONDAY, "tamagawa", 1), (MONDAY, "kinuta", 2)]
    assert list(UnmetSign.objects.values_list("week", flat=True)) == [MONDAY + timedelta(days=7)]
    assert transaction.atomic(close_weeks)(at=NOW + timedelta(days=7)) == 0
    assert sum(UnmetCount.objects.values_list("number", flat=True)) == 3


def test_what_comes_late_for_a_week_is_added_to_its_number(ward):
    looked(ward.family, ward)
    transaction.atomic(close_weeks)(at=NOW + timedelta(days=7))
    looked(builders.family(district_slug="kinuta"), ward)
    transaction.atomic(close_weeks)(at=NOW + timedelta(days=7))
    assert [row.number for row in UnmetCount.objects.all()] == [2]


def test_the_clock_closes_weeks(ward):
    looked(ward.family, ward)
    close_weeks_of_unmet()
    assert (UnmetSign.objects.count(), UnmetCount.objects.count()) == (0, 1)


def test_a_sign_is_another_one_each_week_and_for_each_family_and_tells_neither(ward, settings):
    sign = sign_of(ward.family.pk, MONDAY)
    assert sign != sign_of(ward.family.pk, MONDAY + timedelta(days=7))
    assert sign != sign_of(ward.family.pk + 1, MONDAY)
    settings.SECRET_KEY = "another"
    assert sign != sign_of(ward.family.pk, MONDAY)
    named = {field.name for field in UnmetSign._meta.concrete_fields}
    assert named == {"id", "week", "kind", "code", "service", "day", "district", "sign"}
    assert {field.name for field in UnmetCount._meta.concrete_fields} == named - {"sign"} | {"number"}


def test_the_database_keeps_counts_and_signs_as_they_were_written(ward):
    looked(ward.family, ward)
    with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
        UnmetSign.objects.update(district=None)
    transaction.atomic(close_weeks)(at=NOW + timedelta(days=7))
    count = UnmetCount.objects.get()
    for change in ({"number": 0}, {"code": "other"}, {"week": MONDAY - timedelta(days=7)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            UnmetCount.objects.filter(pk=count.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        count.delete()
    UnmetCount.objects.filter(pk=count.pk).update(number=5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"week": MONDAY + timedelta(days=1)},
        {"day": None},
        {"code": ""},
        {"sign": "髙﨑"},
        {"kind": "checked", "day": None},
    ],
)
def test_the_database_takes_no_sign_that_says_something_else(ward, wrong):
    row = {
        "week": MONDAY,
        "kind": "looked_for",
        "code": "full",
        "service": ward.stay,
        "day": builders.A_DAY,
        "sign": "0" * 32,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        UnmetSign.objects.create(**row | wrong)


@pytest.mark.parametrize("day", [date(2023, 5, 8), date(2023, 5, 14)])
def test_a_week_begins_on_its_monday(day):
    assert monday_of(day) == MONDAY
