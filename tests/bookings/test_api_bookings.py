"""/api/v1/bookings/: own and another's, the shape of a refusal, one answer for one request."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, Stay
from enrollment.models import Registration
from sankecare.models import AnsweredRequest
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days, held

pytestmark = pytest.mark.django_db

URL = "/api/v1/bookings/"
Post = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def _on_the_day_of_asking():
    with time_machine.travel(ASKED_AT, tick=False):
        yield


def poster(person: User) -> Post:
    client = Client()
    client.force_login(person)

    def post(path: str = "", body: Any = None, key: str | None = None) -> HttpResponse:
        headers = {"Idempotency-Key": secrets.token_hex(8) if key is None else key}
        return client.post(URL + path, body or {}, content_type="application/json", headers=headers)

    return post


@pytest.fixture
def post(mother: User) -> Post:
    return poster(mother)


def asked(registration: Registration, *numbers: int, **more: Any) -> dict[str, Any]:
    return {"registration": registration.pk, "service": "ward-centre/short-stay", "days": days(*numbers)} | more


def test_a_mother_books_reads_changes_and_cancels_her_own_days(
    ward: Ward, post: Post, mother: User, registration: Registration
) -> None:
    builders.coupon_policy(first=builders.LONG_AGO)
    made = post(body=asked(registration, 1, 2, coupons=1))
    assert made.status_code == 201
    row = made.json()
    assert (row["number"], row["state"], row["service"]) == (
        f"B-{row['id']:06d}",
        "booked",
        "ward-centre/short-stay",
    )
    assert [day["day"] for day in row["days"]] == ["2023-05-15", "2023-05-16"]
    booking = Booking.objects.get(pk=row["id"])
    assert (booking.booked_by, booking.coupons) == (mother, 1)
    assert post(f"{row['id']}/extend/", {"last_day": "2023-05-17"}).status_code == 200
    assert held(booking) == days(1, 2, 3)
    assert post(f"{row['id']}/shorten/", {"last_day": "2023-05-15"}).status_code == 200
    assert held(booking) == days(1)
    assert post(f"{row['id']}/move/", {"days": ["2023-05-18", "2023-05-20"]}).status_code == 200
    assert held(booking) == days(4, 6)
    assert post(f"{row['id']}/party/", {"infant_count": 1, "coupons": 2}).json()["coupons"] == 2
    stranger = builders.sibling(builders.registration().birth.family)
    refused = post(f"{row['id']}/party/", {"infant_count": 1, "sibling": stranger.pk})
    assert (refused.status_code, refused.json()["code"]) == (422, "sibling_of_another")
    cancelled = post(f"{row['id']}/cancel/", {"reason": "体調がよくなった"})
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")


def test_the_facility_records_arrival_and_absence(ward: Ward, registration: Registration) -> None:
    comes, stays_away = ward.reserve(registration, 1), ward.reserve(builders.registration(), 1)
    with time_machine.travel(builders.at(MONDAY)):
        facility = poster(builders.user(Role.OPERATOR))
        assert facility(f"{comes.pk}/arrival/").json()["state"] == "arrived"
        assert facility(f"{stays_away.pk}/absence/", {"reason": "連絡なし"}).json()["state"] == "no_show"
    assert Stay.objects.get().booking == comes


def test_another_familys_booking_and_registration_do_not_exist(
    ward: Ward, post: Post, registration: Registration
) -> None:
    other = builders.registration(builders.family(account=builders.user(Role.MOTHER)))
    booking = ward.reserve(other, 1)
    assert post(body=asked(other, 2)).status_code == 404
    assert post(f"{booking.pk}/cancel/").status_code == 404
    assert post(f"{booking.pk}/extend/", {"last_day": "2023-05-16"}).status_code == 404
    assert post(f"{booking.pk}/move/", {"days": ["2023-05-16"]}).status_code == 404
    assert held(booking) == days(1)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.FACILITY_MANAGER, Role.SUPERVISOR, Role.AUDITOR])
def test_who_only_reads_bookings_makes_none(ward: Ward, registration: Registration, role: Role) -> None:
    booking = ward.reserve(registration, 1)
    assert poster(builders.user(role))(body=asked(registration, 2)).status_code == 404
    assert poster(builders.user(role))(f"{booking.pk}/cancel/").status_code in {403, 404}
    assert Booking.objects.get().state == "booked"


def test_a_full_day_is_409_with_code_sentence_and_field(ward: Ward, post: Post, registration: Registration) -> None:
    ward.fill(1)
    answer = post(body=asked(registration, 1))
    assert answer.status_code == 409
    assert set(answer.json()) == {"code", "detail", "fields"}
    assert answer.json()["code"] == "day_full"
    assert "5月15日" in answer.json()["fields"]["days"]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"days": ["2023-05-01"]}, (422, "day_passed", "days")),
        ({"days": []}, (400, "invalid", "days")),
        ({"days": "2023-05-15"}, (400, "invalid", "days")),
        ({"days": ["2023-02-30"]}, (400, "invalid", "days.0")),
        ({"days": ["2023-05-15", "2023-05-15"]}, (409, "day_twice", "days")),
        ({"registration": "1"}, (400, "invalid", "registration")),
        ({"service": "ward-centre/sauna"}, (422, "service_unknown", "service")),
        ({"sibling": 999_999}, (422, "sibling_of_another", "sibling")),
        ({"infant_count": 2}, (422, "infants", "infants")),
        ({"infant_count": True}, (400, "invalid", "infant_count")),
        ({"state": "arrived"}, (400, "invalid", "state")),
        ({"booked_by": 1}, (400, "invalid", "booked_by")),
        ({"coupons": -1}, (400, "invalid", "coupons")),
    ],
)
def test_bad_input_names_its_field_and_writes_nothing(
    ward: Ward, post: Post, registration: Registration, more: dict[str, Any], refusal: Any
) -> None:
    status, code, field = refusal
    answer = post(body=asked(registration, 1) | more, key="k")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert field in answer.json()["fields"]
    assert not Booking.objects.exists()
    assert not AnsweredRequest.objects.exists()


# ---- One answer for one request


def test_a_retry_gets_the_same_answer_and_books_nothing_more(
    ward: Ward, post: Post, registration: Registration
) -> None:
    first, again = (post(body=asked(registration, 1), key="abc") for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert Booking.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(ward: Ward, post: Post, registration: Registration) -> None:
    post(body=asked(registration, 1), key="abc")
    answer = post(body=asked(registration, 2), key="abc")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Booking.objects.count() == 1


def test_the_same_key_for_another_deed_is_refused(ward: Ward, post: Post, registration: Registration) -> None:
    booking = ward.reserve(registration, 1, 2, 3)
    body = {"last_day": "2023-05-16"}
    assert post(f"{booking.pk}/shorten/", body, key="abc").status_code == 200
    assert post(f"{booking.pk}/extend/", body, key="abc").json()["code"] == "idempotency_key_reused"


def test_a_cancellation_sent_twice_is_answered_twice(ward: Ward, post: Post, registration: Registration) -> None:
    booking = ward.reserve(registration, 1)
    assert [post(f"{booking.pk}/cancel/", key="c").status_code for _ in range(2)] == [200, 200]
    assert post(f"{booking.pk}/cancel/").json()["code"] == "already_cancelled"


def test_a_refusal_is_not_kept_the_retry_may_succeed(ward: Ward, post: Post, registration: Registration) -> None:
    ward.fill(1)
    assert post(body=asked(registration, 1), key="abc").status_code == 409
    ward.stay.pool.capacitys.update(slots=3)
    assert post(body=asked(registration, 1), key="abc").status_code == 201


def test_two_people_may_send_the_same_key(ward: Ward, post: Post, registration: Registration) -> None:
    neighbour = builders.user(Role.MOTHER)
    theirs = builders.registration(builders.family(account=neighbour))
    assert post(body=asked(registration, 1), key="1").status_code == 201
    assert poster(neighbour)(body=asked(theirs, 1), key="1").status_code == 201
    assert Booking.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"], ids=["empty", "too long", "not printable"])
def test_a_malformed_key_is_refused(ward: Ward, post: Post, registration: Registration, key: str) -> None:
    assert post(body=asked(registration, 1), key=key).json()["code"] == "idempotency_key_malformed"


# ---- A fixed number of queries


def test_the_list_takes_as_many_queries_for_ten_bookings_as_for_one(ward: Ward) -> None:
    ward.stay.pool.capacitys.update(slots=20)
    client = Client()
    client.force_login(ward.staff)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(URL).status_code == 200
        return len(captured)

    ward.reserve(builders.registration(), 1, 2)
    one = queries()
    for _ in range(9):
        ward.reserve(builders.registration(), 1, 2, 3)
    assert queries() == one <= 7  # two of them write down whose families are shown


def test_a_booking_over_http_takes_a_known_number_of_queries(
    ward: Ward, post: Post, registration: Registration, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(10):
        assert post(body=asked(registration, *range(1, 8)), key="abc").status_code == 201


def test_today_is_tokyos(ward: Ward, mother: User, registration: Registration) -> None:
    """Just after midnight in Tokyo it is still the day before in UTC."""
    with time_machine.travel(builders.at(date(2023, 5, 16), 0, 1)):
        post = poster(mother)
        assert post(body=asked(registration, 1)).json()["code"] == "day_passed"
        assert post(body=asked(registration, 2)).status_code == 201
