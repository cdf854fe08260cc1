"""What the public sees of a month: ○ △ × -, never a count of few places; always in the same few queries."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bookings.models import AllocationPolicy, Booking
from bookings.places.availability import availability_of, places_of
from bookings.places.cancel import cancel_booking
from bookings.places.day_hindrances import Hindrance
from bookings.places.queries import places_on
from facilities.models import Closure, DayOverride
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days


@pytest.mark.parametrize(
    ("slots", "booked", "mark"),
    [(15, 0, "○"), (15, 12, "○"), (15, 13, "△"), (3, 0, "○"), (2, 0, "△"), (2, 1, "△"), (2, 2, "×"), (0, 0, "-")],
)
def test_a_day_is_marked_by_what_is_left(ward: Ward, slots: int, booked: int, mark: str) -> None:
    """Own default: two places or fewer are △."""
    DayOverride.objects.create(pool=ward.stay.pool, day=MONDAY, slots=slots, reason="定員の変更")
    for _ in range(booked):
        ward.reserve(builders.registration(), 1)
    assert [row.mark for row in places_of(ward.stay, MONDAY, MONDAY)] == [mark]


def test_a_released_day_is_free_and_a_sibling_is_counted_apart(ward: Ward) -> None:
    registration = builders.registration()
    booking = ward.reserve(registration, 1, sibling=builders.sibling(registration.birth.family))
    (before,) = places_on(ward.stay.pool_id, [MONDAY])
    assert (before.booked, before.free, before.with_sibling) == (1, 1, 1)
    cancel_booking(booking=booking, by=ward.staff, at=ASKED_AT)
    (after,) = places_on(ward.stay.pool_id, [MONDAY])
    assert (after.booked, after.free, after.with_sibling) == (0, 2, 0)


def test_two_services_of_one_pool_share_its_places(ward: Ward) -> None:
    """SEED: short stay and day care of the Ward Centre share its 15 slots."""
    day_care = builders.service(builders.ServiceKind.DAY_CARE, ward.stay.pool)
    ward.fill(1)
    assert [row.mark for row in places_of(day_care, *days(1, 2))] == ["×", "△"]


def test_a_service_is_closed_outside_the_time_in_which_it_is_offered(ward: Ward) -> None:
    ward.stay.offered = DateRange(days(2)[0], days(3)[0])
    ward.stay.save()
    assert [row.mark for row in places_of(ward.stay, *days(1, 3))] == ["-", "△", "-"]


def ask(first: date, last: date, service: str = "ward-centre/short-stay", **more: str):
    with time_machine.travel(ASKED_AT, tick=False):
        return Client().get("/api/v1/availability/", {"service": service, "from": first, "to": last} | more)


def test_the_month_is_public_and_shows_no_count(ward: Ward) -> None:
    Closure.objects.create(pool=ward.stay.pool, period=(*days(3, 4),), reason="改修")
    ward.fill(2)
    answer = ask(*days(1, 3))
    assert answer.status_code == 200
    assert answer.json() == [
        {"day": "2023-05-15", "open": True, "free": "△"},
        {"day": "2023-05-16", "open": True, "free": "×"},
        {"day": "2023-05-17", "open": False, "free": "-"},
    ]


@pytest.mark.parametrize(
    ("asked", "status", "code", "field"),
    [
        ((*days(2, 1),), 422, "days_out_of_order", "to"),
        ((*days(1, 93),), 422, "too_many_days", "to"),
        ((*days(1, 2), "ward-centre/sauna"), 422, "service_unknown", "service"),
        (("tomorrow", MONDAY), 400, "invalid", "from"),
        ((MONDAY, "2023-02-30"), 400, "invalid", "to"),
    ],
    ids=["last before first", "more than 92 days", "no such service", "no date", "no such day"],
)
def test_a_question_that_cannot_be_answered_names_its_field(ward: Ward, asked, status, code, field) -> None:
    answer = ask(*asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()["fields"]) == {field}


@pytest.mark.parametrize("booked", [0, 2])
def test_a_month_takes_two_queries_however_much_is_booked(ward: Ward, booked: int, django_assert_num_queries) -> None:
    """At most three."""
    for _ in range(booked):
        ward.reserve(builders.registration(), *range(1, 8))
    assert Booking.objects.count() == booked
    with django_assert_num_queries(2):
        assert len(ask(date(2023, 5, 1), date(2023, 5, 31)).json()) == 31


@pytest.mark.parametrize("service", ["", "ward-centre/short-stay"])
@pytest.mark.parametrize("booked", [0, 2])
def test_the_page_of_all_services_takes_two_queries_and_two_for_who_is_signed_in(
    ward: Ward, mother: User, booked: int, service: str, django_assert_num_queries
) -> None:
    for _ in range(booked):
        ward.reserve(builders.registration(), *range(1, 8))
    for client, queries in ((Client(), 2), (Client(), 4)):
        if queries == 4:
            client.force_login(mother)
        with django_assert_num_queries(queries):
            assert client.get("/availability/", {"service": service}).status_code == 200


def test_who_is_signed_in_costs_the_month_one_query_more(ward: Ward, mother: User, django_assert_num_queries) -> None:
    client = Client()
    client.force_login(mother)
    with django_assert_num_queries(3):  # her session's: who she is does not matter to it
        client.get("/api/v1/availability/", {"service": "ward-centre/short-stay", "from": MONDAY, "to": MONDAY})


def test_days_further_ahead_than_the_opening_are_said_to_be_not_open_yet(ward: Ward, client: Client) -> None:
    AllocationPolicy.objects.create(
        service=ward.stay, period=(builders.LONG_AGO, None), method="first_come", opens_days_before=5
    )
    known = availability_of([ward.stay, ward.day_care], MONDAY, days(2)[0], at=builders.at(days(-4)[0])).days
    assert [row.hindrance for row in known[ward.stay.pk]] == [None, Hindrance.NOT_OPEN_YET]
    assert [row.hindrance for row in known[ward.day_care.pk]] == [None, None]
    later = f"{timezone.localdate() + timedelta(days=40):%Y-%m}"
    page = reverse("public:availability")
    shown = [client.get(page, {"service": row.slug, "month": later}) for row in (ward.stay, ward.day_care)]
    assert ["受付前" in answer.content.decode() for answer in shown] == [True, False]
    assert client.get(page, {"month": later}).status_code == 200
