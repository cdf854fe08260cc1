"""A move is one exchange: what stays hers is never anybody else's, and who comes on which day stays with the day."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from bookings.models import (
    AllocationPolicy,
    Booking,
    BookingState,
    DrawPolicy,
    FreedPlace,
    GivenBackCause,
    WaitingEntry,
)
from bookings.places.change import extend_booking
from bookings.places.end_participation import leave_ward
from bookings.places.given_back import bring_back
from bookings.places.move import move_booking
from bookings.places.participants import change_party
from bookings.places.queries import places_on
from bookings.places.sibling_days import sibling_stays
from bookings.waiting.passing_on import pass_on
from bookings.waiting.waiting_list import join_waiting_list
from enrollment.age import days_before_school
from enrollment.models import Registration, Sibling
from facilities.models import Service, ServiceKind
from sankecare.errors import Refused
from sankecare.periods import days_in_words
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days, held

APRIL = date(2024, 4, 1)


@pytest.fixture
def same_rooms(ward: Ward) -> Service:
    """Day care in the rooms of the short stay."""
    return builders.service(ServiceKind.DAY_CARE, ward.stay.pool)


def wait(ward: Ward, number: int) -> WaitingEntry:
    if not DrawPolicy.objects.exists():
        builders.draw_policy()
    (day,) = days(number)
    with transaction.atomic():
        return join_waiting_list(
            registration=builders.registration(),
            service=ward.stay,
            first_day=day,
            last_day=day,
            by=ward.staff,
            at=ASKED_AT,
        )


def move(ward: Ward, booking: Booking, to: list[date], service: Service | None = None, by: Any = None) -> Booking:
    with transaction.atomic():
        return move_booking(booking=booking, days=to, by=by or ward.staff, at=ASKED_AT, service=service)


def along(booking: Booking) -> list[date]:
    return list(booking.days.kept().filter(with_sibling=True).order_by("day").values_list("day", flat=True))


# ---- Places


def test_to_day_care_on_the_same_day_in_the_same_rooms_while_somebody_waits_for_it(
    ward: Ward, registration: Registration, same_rooms: Service
) -> None:
    booking = ward.reserve(registration, 1)
    ward.reserve(builders.registration(), 1)
    entry = wait(ward, 1)
    moved = move(ward, booking, days(1), same_rooms)
    booking.refresh_from_db()
    assert (moved.service, held(moved), booking.state) == (same_rooms, days(1), BookingState.CANCELLED)
    assert not FreedPlace.objects.exists()
    assert pass_on(ward.stay.pool_id, ASKED_AT) == []
    entry.refresh_from_db()
    assert (entry.booking, [row.free for row in places_on(ward.stay.pool_id, days(1))]) == (None, [0])


def test_only_the_days_that_are_really_left_are_passed_on(
    ward: Ward, registration: Registration, same_rooms: Service
) -> None:
    booking = ward.reserve(registration, 1, 2)
    ward.reserve(builders.registration(), 1, 2)
    first, second = wait(ward, 1), wait(ward, 2)
    moved = move(ward, booking, days(2, 3), same_rooms)
    assert held(moved) == days(2, 3)
    assert list(FreedPlace.objects.values_list("day", flat=True)) == days(1)
    assert [entry.pk for entry in pass_on(ward.stay.pool_id, ASKED_AT)] == [first.pk]
    second.refresh_from_db()
    assert second.booking is None


def test_into_other_rooms_every_day_needs_a_place_and_frees_one(ward: Ward, registration: Registration) -> None:
    booking = ward.reserve(registration, 1)
    ward.reserve(builders.registration(), 1)
    wait(ward, 1)
    ward.fill(1, service=ward.day_care)
    with pytest.raises(Refused, match="day_full"):
        move(ward, booking, days(1), ward.day_care)
    assert held(booking) == days(1)
    assert held(move(ward, booking, days(2), ward.day_care)) == days(2)
    assert list(FreedPlace.objects.values_list("day", flat=True)) == days(1)


def test_what_is_hers_asks_for_neither_notice_nor_draw_nor_the_day_to_give_back(
    ward: Ward, registration: Registration, mother: User, same_rooms: Service
) -> None:
    booking = ward.reserve(registration, 1)
    for service in (ward.stay, same_rooms):
        AllocationPolicy.objects.create(
            service=service,
            period=(builders.LONG_AGO, None),
            method="first_come",
            closes_days_before=20,
            gives_back_days_before=20,
        )
    builders.draw_round(same_rooms, MONDAY, 1)
    moved = move(ward, booking, days(1), same_rooms, by=mother)
    assert held(moved) == days(1)
    for to, code in ((days(2), "too_late_to_give_back"), (days(1, 2), "too_short_notice")):
        with pytest.raises(Refused, match=code):
            move(ward, moved, to, by=mother)


# ---- Who comes on which day


@pytest.fixture
def brother(registration: Registration) -> Sibling:
    return builders.sibling(registration.birth.family)


@pytest.fixture
def partly(ward: Ward, registration: Registration, brother: Sibling) -> Booking:
    """Five days, the sibling on the last two."""
    booking = ward.reserve(registration, 1, 2, 3, 4, 5)
    return party(ward, booking, brother, from_day=days(4)[0])


def party(ward: Ward, booking: Booking, sibling: Sibling | None, **more: Any) -> Booking:
    with transaction.atomic():
        return change_party(
            booking=booking, infant_count=1, sibling=sibling, coupons=0, by=ward.staff, at=ASKED_AT, **more
        )


@pytest.mark.parametrize(
    ("to", "with_sibling"),
    [
        ((2, 3, 4, 5, 6), (4, 5)),  # by one: the 4th and 5th stay with the sibling, the new day is without
        ((11, 12, 13, 14, 15), (14, 15)),  # wholly: on the last two of the new days
        ((1, 2, 3, 4), (4,)),
        ((4, 5, 6), (4, 5)),
        ((1, 2, 3, 4, 5, 6), (4, 5, 6)),  # longer: as on the last day
        ((0, 1, 2, 3, 4, 5), (4, 5)),
    ],
)
def test_a_sibling_on_the_last_two_days_stays_on_its_days_when_the_booking_moves(
    ward: Ward, partly: Booking, to: tuple[int, ...], with_sibling: tuple[int, ...]
) -> None:
    moved = move(ward, partly, days(*to))
    assert (held(moved), along(moved)) == (days(*to), days(*with_sibling))


def test_into_another_service_the_sibling_keeps_its_days_too(ward: Ward, partly: Booking, same_rooms: Service) -> None:
    moved = move(ward, partly, days(2, 3, 4, 5, 6), same_rooms)
    assert (moved.service, along(moved)) == (same_rooms, days(4, 5))


def test_a_stay_made_longer_goes_on_as_on_its_last_day(ward: Ward, partly: Booking, brother: Sibling) -> None:
    party(ward, partly, brother, until_day=days(2)[0])
    assert along(partly) == days(1, 2)
    extend_booking(booking=partly, last_day=days(6)[0], by=ward.staff, at=ASKED_AT)
    assert along(partly) == days(1, 2)


def test_days_brought_back_are_with_whom_they_were(ward: Ward, partly: Booking) -> None:
    family = partly.registration.birth.family
    with transaction.atomic():
        leave_ward(family=family, last_day=days(1)[0], by=ward.staff, at=ASKED_AT)
    assert held(partly) == days(1)
    Registration.objects.filter(birth__family=family).update(usable_until=None)
    with transaction.atomic():
        bring_back(family=family, causes=[GivenBackCause.MOVED_OUT], by=ward.staff, at=ASKED_AT)
    assert (held(partly), along(partly)) == (days(1, 2, 3, 4, 5), days(4, 5))


def test_the_page_of_a_move_says_and_prices_who_comes_on_which_day(
    ward: Ward, partly: Booking, mother: User, time_machine_at_asking: None
) -> None:
    client = Client()
    client.force_login(mother)
    asked = {"ask": "1", "day": [day.isoformat() for day in days(2, 3, 4, 5, 6)]}
    page = client.get(reverse("family:move", args=[partly.pk]), asked).content.decode()
    assert f"髙﨑 花（{days_in_words(days(4, 5))}）" in strip_tags(page)
    assert "25,900" in page  # 5 × 4,500 and 2 × 1,700


@pytest.fixture
def time_machine_at_asking() -> Any:
    with time_machine.travel(ASKED_AT, tick=False):
        yield


numbers = st.sets(st.integers(0, 12), min_size=1, max_size=6)


@given(st.dictionaries(st.integers(0, 12), st.booleans(), min_size=1, max_size=6), numbers)
def test_days_that_stay_keep_who_comes_and_as_many_come_as_before(before: dict[int, bool], wanted: set[int]) -> None:
    had = {MONDAY + timedelta(days=number): there for number, there in before.items()}
    asked = {MONDAY + timedelta(days=number) for number in wanted}
    found = sibling_stays(had, asked)
    assert set(found) == asked
    assert {day: found[day] for day in asked & set(had)} == {day: had[day] for day in asked & set(had)}
    if len(asked) == len(had):
        assert sum(found.values()) == sum(had.values())
    if len(set(had.values())) == 1:
        assert set(found.values()) == set(had.values())


def test_where_nothing_was_booked_nobody_comes_along() -> None:
    assert sibling_stays({}, days(1, 2)) == dict.fromkeys(days(1, 2), False)


# ---- A child that starts school within the stay


@pytest.fixture
def pupil(registration: Registration) -> Sibling:
    """Starts school on 1 April 2024."""
    registration.birth.infants.update(birth_date=APRIL - timedelta(days=40))
    return builders.sibling(registration.birth.family, born=date(2017, 9, 1))


def april(*numbers: int) -> list[date]:
    return [APRIL + timedelta(days=number) for number in numbers]


def book(ward: Ward, registration: Registration, to: list[date], sibling: Sibling | None = None) -> Booking:
    numbers_of = [(day - MONDAY).days + 1 for day in to]
    return ward.reserve(registration, *numbers_of, at=builders.at(APRIL - timedelta(days=10)), sibling=sibling)


def test_a_child_that_starts_school_within_the_stay_comes_until_31_march(
    ward: Ward, registration: Registration, pupil: Sibling
) -> None:
    booking = book(ward, registration, april(-2, -1, 0, 1), pupil)
    assert (held(booking), along(booking)) == (april(-2, -1, 0, 1), april(-2, -1))


def test_only_from_1_april_on_it_is_refused(ward: Ward, registration: Registration, pupil: Sibling) -> None:
    with pytest.raises(Refused, match="not_eligible") as refused:
        book(ward, registration, april(0, 1), pupil)
    assert set(refused.value.fields) == {"sibling"}
    assert along(book(ward, registration, april(-1), pupil)) == april(-1)


def test_a_room_for_the_sibling_is_needed_only_while_it_comes(
    ward: Ward, registration: Registration, pupil: Sibling
) -> None:
    other = builders.registration(born=APRIL - timedelta(days=40))
    book(ward, other, april(0), builders.sibling(other.birth.family))
    assert along(book(ward, registration, april(-1, 0), pupil)) == april(-1)


def test_a_booking_moved_over_the_start_of_school_leaves_the_sibling_at_home_from_then_on(
    ward: Ward, registration: Registration, pupil: Sibling
) -> None:
    booking = book(ward, registration, april(-4, -3, -2), pupil)
    moved = move(ward, booking, april(-2, -1, 0))
    assert along(moved) == april(-2, -1)
    extend_booking(booking=moved, last_day=april(1)[0], by=ward.staff, at=ASKED_AT)
    assert (held(moved), along(moved)) == (april(-2, -1, 0, 1), april(-2, -1))
    with pytest.raises(Refused, match="not_eligible"):
        move(ward, moved, april(2, 3))


@pytest.mark.parametrize(
    ("said", "with_sibling"),
    [({}, (-2, -1)), ({"until_day": -2}, (-2,)), ({"from_day": -1}, (-1,)), ({"until_day": 1}, (-2, -1))],
)
def test_before_arrival_the_sibling_can_start_late_and_end_early(
    ward: Ward, registration: Registration, pupil: Sibling, said: dict[str, int], with_sibling: tuple[int, ...]
) -> None:
    booking = book(ward, registration, april(-2, -1, 0, 1))
    party(ward, booking, pupil, **{name: april(number)[0] for name, number in said.items()})
    assert along(booking) == april(*with_sibling)


def test_a_last_day_before_the_first_is_said_beside_the_field(
    ward: Ward, registration: Registration, pupil: Sibling
) -> None:
    booking = book(ward, registration, april(-2, -1))
    with pytest.raises(Refused, match="no_sibling_day") as refused:
        party(ward, booking, pupil, from_day=april(-1)[0], until_day=april(-2)[0])
    assert set(refused.value.fields) == {"until_day"}


def test_she_says_on_her_page_until_when_the_sibling_comes(
    ward: Ward, partly: Booking, mother: User, brother: Sibling, time_machine_at_asking: None
) -> None:
    client = Client()
    client.force_login(mother)
    page = reverse("family:party", args=[partly.pk])
    opened = client.get(page)
    form = opened.context["form"]
    assert [form[name].initial for name in ("from_day", "until_day")] == [day.isoformat() for day in days(4, 5)]
    sent = {
        "sibling": brother.pk,
        "from_day": days(1)[0].isoformat(),
        "until_day": days(2)[0].isoformat(),
        "infants": "1",
        "coupons": "0",
        "food": "",
        "opened": form.opened,
        "key": opened.context["key"],
    }
    answer = client.post(page, sent, follow=True)
    assert along(partly) == days(1, 2)
    assert f"髙﨑 花（{days_in_words(days(1, 2))}）" in strip_tags(answer.content.decode())


@pytest.mark.parametrize(("first", "last", "kept"), [(-2, 1, (-2, -1)), (-3, -1, (-3, -2, -1)), (0, 2, (0, 1, 2))])
def test_days_before_school(first: int, last: int, kept: tuple[int, ...]) -> None:
    assert days_before_school(april(*range(first, last + 1)), date(2017, 9, 1)) == april(*kept)
