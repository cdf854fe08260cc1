"""The facility changes a stay in house: days and people, with the fee seen before; staff do it for a caller."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, BookingState
from bookings.stays.stays import record_arrival
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


class House:
    """A family in house since today, with a sibling, until the day after tomorrow; two places a day."""

    def __init__(self) -> None:
        builders.usage_limits()
        self.service = builders.service(slots=2)
        self.registration = builders.registration(born=timezone.localdate() - timedelta(days=40))
        self.sibling = builders.sibling(
            self.registration.birth.family, born=timezone.localdate() - timedelta(days=900)
        )
        self.midwife = builders.user(Role.OPERATOR)
        self.booking = self.booked(self.registration, 0, 1, 2, sibling=self.sibling, food="卵アレルギー")
        with transaction.atomic():
            record_arrival(booking=self.booking, by=self.midwife, at=timezone.now())

    def booked(self, registration: Any, *ahead: int, **more: Any) -> Booking:
        made = Booking.objects.create(
            registration=registration, service=self.service, booked_at=timezone.now(), **more
        )
        for one in ahead:
            made.days.create(day=day(one), with_sibling="sibling" in more)
        return made

    def page(self, person: Any = None, **given: Any) -> Any:
        client = Client()
        client.force_login(person or self.midwife)
        address = reverse("operator:change", args=[self.booking.pk])
        return client.post(address, given, follow=True) if given else client.get(address)

    def stay_page(self) -> str:
        client = Client()
        client.force_login(self.midwife)
        return str(client.get(reverse("operator:stay", args=[self.booking.pk])).text)

    def days(self) -> list[str]:
        held = self.booking.days.exclude(status="released").order_by("day").values_list("day", flat=True)
        return [one.isoformat() for one in held]

    def siblings(self) -> list[bool]:
        days = self.booking.days.exclude(status="released").order_by("day")
        return list(days.values_list("with_sibling", flat=True))


@pytest.fixture
def house(transactional_db: None) -> House:
    return House()


def test_a_stay_in_house_is_made_longer_once_with_its_fee_seen_before(house: House) -> None:
    assert "18,600" in house.page().text  # three days of 4,500 and of 1,700 for the sibling
    seen = house.page(what="last_day", last_day=day(3))
    assert "24,800" in seen.text
    assert len(house.days()) == 3
    for _ in range(2):
        answer = house.page(what="last_day", last_day=day(3), confirm="1", key="k")
        assert answer.status_code == 200
    assert house.days() == [day(0), day(1), day(2), day(3)]


def test_a_stay_in_house_is_made_shorter_and_the_places_are_free_at_once(house: House) -> None:
    house.page(what="last_day", last_day=day(0), confirm="1", key="k")
    assert house.days() == [day(0)]
    house.booked(builders.registration(), 1)
    house.booked(builders.registration(), 1)


def test_where_no_place_is_left_nothing_changes_and_it_is_said_beside_the_field(house: House) -> None:
    house.booked(builders.registration(), 3)
    house.booked(builders.registration(), 3)
    for more in ({}, {"confirm": "1", "key": "k"}):
        answer = house.page(what="last_day", last_day=day(3), **more)
        assert answer.status_code == 422
        assert "空き" in answer.text
    assert len(house.days()) == 3


def test_a_sibling_who_stays_at_home_from_tomorrow_is_charged_for_today_alone(house: House) -> None:
    asked = {"what": "party", "sibling": "", "from_day": day(1), "coupons": "0", "food": "なし"}
    assert "15,200" in house.page(**asked).text
    assert house.siblings() == [True, True, True]
    house.page(**asked, confirm="1", key="k")
    house.booking.refresh_from_db()
    assert (house.siblings(), house.booking.food) == ([True, False, False], "なし")


def test_staff_change_it_for_a_caller_and_another_facility_does_not_see_it(house: House) -> None:
    staff = builders.user(Role.WARD_STAFF)
    answer = house.page(staff, what="last_day", last_day=day(1), confirm="1", key="k")
    assert answer.redirect_chain[-1][0] == reverse("family:booking", args=[house.booking.pk])
    assert len(house.days()) == 2
    elsewhere = builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム"))
    assert house.page(elsewhere).status_code == 404


def test_a_stay_that_has_ended_is_not_changed_any_more(house: House) -> None:
    Booking.objects.filter(pk=house.booking.pk).update(state=BookingState.DEPARTED)
    answer = house.page(what="last_day", last_day=day(1), confirm="1", key="k")
    assert "変更できません" in answer.text
    assert len(house.days()) == 3


def test_the_board_shows_what_may_not_be_eaten_before_the_arrival_and_how_many_eat(house: House) -> None:
    house.booked(builders.registration(), 0, food="そばアレルギー")
    client = Client()
    client.force_login(house.midwife)
    board = client.get(reverse("operator:day"))
    assert "そばアレルギー" in board.text
    assert board.context["meals"] == (3, 2)


def test_one_day_to_come_is_given_back_with_what_lies_behind_it_seen_before(house: House) -> None:
    seen = house.page(what="one_day", day=day(1))
    assert "別の番号で残ります" in seen.text
    assert len(house.days()) == 3
    house.page(what="one_day", day=day(1), confirm="1", key="k")
    assert house.days() == [day(0)]
    part = Booking.objects.get(part_of=house.booking)
    assert [one.day.isoformat() for one in part.days.all()] == [day(2)]
    assert part.number in house.stay_page()


def test_a_day_that_has_come_is_missed_and_the_stay_goes_on(house: House) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        page = house.page(what="one_day", day=timezone.localdate().isoformat(), confirm="1", key="k")
        assert page.status_code == 200
        assert "来なかった日" in house.stay_page()
        step = house.booking.steps.get(kind="missed")
        client = Client()
        client.force_login(house.midwife)
        assert "今日は不在" in client.get(reverse("operator:day")).text
        client.post(reverse("operator:step-undo", args=[house.booking.pk, step.pk]))
    assert len(house.days()) == 3


def test_an_allergy_written_on_the_application_alone_is_counted_for_the_kitchen(house: House) -> None:
    told = builders.registration()
    told.mother_health = "そばアレルギーがあります。"
    told.save(update_fields=["mother_health"])
    client = Client()
    client.force_login(house.midwife)
    before = client.get(reverse("operator:day")).context["meals"]
    house.booked(told, 0)
    assert client.get(reverse("operator:day")).context["meals"] == (before[0] + 1, before[1] + 1)
