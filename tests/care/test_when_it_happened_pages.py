"""いつ起きたか, on the pages and for programs: prefilled with now, taken for the evening before, refused in words."""

from collections.abc import Iterator
from datetime import time

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bookings.models import Booking, BookingState, Stay
from facilities.models import ServiceKind
from reports.invariants import broken_invariants
from tests import builders
from tests.care.factories_moments import FIFTH, Expected, on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(transactional_db: None) -> Iterator[Expected]:
    made = Expected()
    yield made
    impossible = {"stay_with_days_apart", "recorded_before_it_happened"}
    assert not impossible & {row.what for row in broken_invariants(at=on(31, 10))}


# ---- The pages ------------------------------------------------------------------------------------------------------


def test_the_page_of_the_arrival_is_prefilled_with_now_and_takes_the_evening_before(here: Expected) -> None:
    assert 'value="2023-07-05T10:07"' in here.page(on(5, 10, 7), "check-in")
    late = here.page(on(6, 0, 10), "check-in")
    assert 'value="2023-07-06T00:10"' in late
    assert "7月5日" in late
    here.post(on(6, 0, 10), "check-in", residence_confirmed="on", happened_at="2023-07-05T18:00", key="in")
    assert (Stay.objects.get().arrived_at, here.statuses) == (on(5, 18), ["used", "held", "held"])


def test_a_time_to_come_is_refused_beside_its_field(here: Expected) -> None:
    answer = here.post(on(5, 10), "check-in", residence_confirmed="on", happened_at="2023-07-05T18:00", key="in")
    assert (answer.status_code, Stay.objects.count()) == (422, 0)
    assert 'id="id_happened_at_error"' in answer.text
    assert "この日時はまだ来ていません" in answer.text


def test_what_was_prefilled_and_left_alone_is_now_but_past_midnight_it_is_what_it_was(here: Expected) -> None:
    shown = {"happened_at": "2023-07-05T23:58", "initial-happened_at": "2023-07-05 23:58:00"}
    here.post(on(6, 0, 3), "check-in", residence_confirmed="on", key="in", **shown)
    assert Stay.objects.get().arrived_at == on(5, 23, 58)
    shown = {"happened_at": "2023-07-06T09:00", "initial-happened_at": "2023-07-06 09:00:00"}
    here.post(on(6, 9, 20), "departure", key="out", **shown)
    assert Stay.objects.get().departed_at == on(6, 9, 20)


def test_the_page_of_the_departure_takes_the_evening_before(here: Expected) -> None:
    here.arrives(on(5, 10))
    assert 'value="2023-07-07T00:10"' in here.page(on(7, 0, 10), "departure")
    here.post(on(7, 0, 10), "departure", happened_at="2023-07-06T20:00", key="out")
    assert (here.charged(), Stay.objects.get().departed_at) == (9000, on(6, 20))
    assert "7月6日 20:00" in here.page(on(7, 0, 12), "stay") or "2023年7月6日 20:00" in here.page(on(7, 0, 12), "stay")


def test_a_single_day_past_midnight_is_checked_in_from_the_list_of_those_not_recorded(transactional_db: None) -> None:
    here = Expected(5, kind=ServiceKind.DAY_CARE)
    board = here.page(on(6, 0, 10), "day")
    assert reverse("operator:check-in", args=[here.booking.pk]) in board
    empty = here.post(on(6, 0, 10), "check-in", residence_confirmed="on", key="in")
    assert (empty.status_code, Stay.objects.count()) == (422, 0)
    here.post(on(6, 0, 10), "check-in", residence_confirmed="on", happened_at="2023-07-05T09:30", key="in2")
    here.post(on(6, 0, 12), "departure", happened_at="2023-07-05T17:00", key="out")
    assert (here.charged(), here.statuses) == (3000, ["used"])


def test_one_touch_after_a_missed_day_asks_first_when_the_family_came(here: Expected) -> None:
    asked = here.post(on(6, 0, 10), "arrival")
    assert asked.redirect_chain == [(reverse("operator:check-in", args=[here.booking.pk]), 302)]
    assert here.statuses == ["held", "held", "held"]


# ---- For programs ---------------------------------------------------------------------------------------------------


def test_a_program_says_when_it_happened(here: Expected) -> None:
    answer = here.api(on(6, 0, 10), "arrival", {"happened_at": "2023-07-05T18:00:00+09:00"})
    assert (answer.status_code, answer.json()["state"]) == (200, "arrived")
    left = here.api(on(7, 0, 10), "departure", {"happened_at": "2023-07-06T11:00:00Z"})
    assert (left.status_code, left.json()["charge"]["total"]) == (200, 9000)
    stay = Stay.objects.get()
    assert (stay.arrived_at, stay.departed_at) == (on(5, 18), on(6, 20))


@pytest.mark.parametrize(
    ("moment", "status", "code"),
    [
        ("2023-07-06T00:10:01+09:00", 422, "not_over_yet"),
        ("2023-07-04T18:00:00+09:00", 409, "not_expected_today"),
        ("2023-07-05", 400, None),
        ("0001-07-05T18:00:00Z", 400, None),
        ("2023-02-30T18:00:00Z", 400, None),
        (1688547600, 400, None),
    ],
    ids=["ahead", "before the first day", "a day alone", "year 1", "no such day", "a number"],
)
def test_a_moment_that_cannot_be_is_refused_in_words(
    here: Expected, moment: object, status: int, code: str | None
) -> None:
    answer = here.api(on(6, 0, 10), "arrival", {"happened_at": moment})
    assert answer.status_code == status
    if code is not None:
        assert answer.json()["code"] == code
    assert "happened_at" in answer.json()["fields"]
    assert here.statuses == ["held", "held", "held"]


def test_a_program_gives_one_day_back_and_records_one_missed(here: Expected) -> None:
    here.api(on(5, 10), "arrival", {})
    missed = here.api(on(6, 9), "missed-day", {"day": "2023-07-06"})
    assert [row["status"] for row in missed.json()["days"]] == ["used", "released", "held"]
    assert here.api(on(6, 9), "missed-day", {"day": "2023-07-05"}).json()["code"] == "day_used"
    staff = builders.user()
    with time_machine.travel(on(6, 9), tick=False):
        client = Client()
        client.force_login(staff)
        address = f"/api/v1/bookings/{here.booking.pk}/give-back/"
        body = {"days": ["2023-07-07"]}
        answer = client.post(address, body, content_type="application/json", headers={"Idempotency-Key": "k"})
    assert [row["status"] for row in answer.json()["days"]] == ["used", "released", "released"]
    here.booking.refresh_from_db()
    assert here.booking.state == BookingState.ARRIVED


def test_times_of_visits_lie_on_their_day_whenever_they_are_written(transactional_db: None) -> None:
    from billing.visit import record_visit
    from care.visits import VisitFacts

    here = Expected(5, 12, kind=ServiceKind.ONLINE_CONSULTATION)
    with transaction.atomic():
        facts = VisitFacts(began=time(20), ended=time(20, 20))
        done = record_visit(booking=here.booking, day=FIFTH, facts=facts, by=here.midwife, at=on(6, 0, 10))
    stay = Stay.objects.get()
    assert (stay.arrived_at, stay.arrival_recorded_at) == (on(5, 20), on(6, 0, 10))
    assert (stay.departed_at, stay.departure_recorded_at) == (on(5, 20, 20), on(6, 0, 10))
    assert done.charge is not None
    part = Booking.objects.get(part_of=here.booking)
    assert [row.day.day for row in part.days.all()] == [12]
