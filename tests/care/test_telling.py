"""速報: a serious incident is told to the ward with one touch, and every page warns of a report only near its day."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from care.models import Incident, IncidentCall, IncidentPolicy
from care.telling.tell_ward import take_up_call, tell_ward
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.phones import grouped_phone
from tests import builders

from .factories_incidents import House

pytestmark = pytest.mark.django_db(transaction=True)

BAR = "区への報告が済んでいない重大な事故"


@pytest.fixture
def house(transactional_db: None) -> House:
    made = House()
    made.staff = builders.user(Role.WARD_STAFF, email="staff@example.jp")
    made.supervisor = builders.user(Role.SUPERVISOR, email="supervisor@example.jp")
    return made


def page(house: House, person: User, name: str, *args: int) -> str:
    return house.client(person).get(reverse(name, args=args)).text


def send_what_waits(house: House) -> list[str]:
    mail.outbox.clear()
    outbox.take_all(at=house.now)
    return sorted(message.to[0] for message in mail.outbox)


def test_one_touch_puts_it_before_the_ward_on_its_page_in_the_head_and_by_mail_once(house: House) -> None:
    kept = house.serious()
    assert "すぐに区へ知らせる" in page(house, house.midwife, "operator:incident", kept.pk)
    for _ in range(2):
        answer = house.post("incident-tell", kept.pk)
    assert "すでに区へ知らせています" in answer.text
    assert IncidentCall.objects.get().told_by == house.midwife
    assert send_what_waits(house) == ["staff@example.jp", "supervisor@example.jp"]
    assert {message.subject for message in mail.outbox} == {"【産後ケア】至急：施設から重大な事故の知らせがあります"}
    said = "".join(f"{message.subject}{message.body}" for message in mail.outbox)
    assert not [word for word in ("髙﨑", "沐浴室", kept.number, house.facility.name) if word in said]
    for person in (house.staff, house.supervisor):
        told = page(house, person, "supervisor:incidents")
        assert "施設から重大な事故の知らせがあり、まだだれも引き受けていません：1件" in told
        assert "引き受ける" in told


def test_who_takes_it_up_is_seen_by_all_and_nobody_hears_of_it_any_more(house: House) -> None:
    kept = house.serious()
    house.post("incident-tell", kept.pk)
    call = IncidentCall.objects.get()
    for person in (house.staff, house.supervisor):
        house.client(person).post(reverse("supervisor:incident-take-up", args=[call.pk]))
    call.refresh_from_db()
    assert call.taken_up_by == house.staff
    assert send_what_waits(house) == []
    shown = page(house, house.supervisor, "supervisor:incidents")
    assert f"{house.staff}さんが引き受けています" in shown
    assert "まだだれも引き受けていません：" not in shown
    assert "引き受けています" in page(house, house.midwife, "operator:incident", kept.pk)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("0300000119", 'href="tel:0300000119">母子保健の担当に電話する：03-0000-0119'), ("", "119または110")],
)
def test_the_page_offers_the_number_that_the_policy_names(house: House, phone: str, shown: str) -> None:
    IncidentPolicy.objects.create(
        period=(builders.LONG_AGO, None), call_name="母子保健の担当" if phone else "", call_phone=phone
    )
    assert shown in page(house, house.midwife, "operator:incident", house.serious().pk)


def test_what_is_not_serious_is_not_told_and_its_page_offers_nothing(house: House) -> None:
    kept = house.record()
    assert "すぐに区へ知らせる" not in page(house, house.midwife, "operator:incident", kept.pk)
    house.post("incident-tell", kept.pk)
    assert not IncidentCall.objects.exists()
    with pytest.raises(Refused) as refused, transaction.atomic():
        tell_ward(incident=kept, by=house.midwife, at=house.now)
    assert refused.value.code == "not_serious"


def test_the_database_keeps_who_told_and_who_took_it_up(house: House) -> None:
    with transaction.atomic():
        call = tell_ward(incident=house.serious(), by=house.midwife, at=house.now)
    with transaction.atomic():
        take_up_call(call=call, by=house.staff, at=house.now)
    changes: list[Any] = [{"told_by": house.manager}, {"taken_up_by": house.supervisor}, {"taken_up_at": None}]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            IncidentCall.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        call.delete()


@pytest.mark.parametrize(
    ("bar_days", "days_to_second", "is_shown"),
    [(3, 4, False), (3, 3, True), (3, 0, True), (3, -1, True), (0, 1, False), (0, 0, True), (10, 10, True)],
)
def test_every_page_warns_of_a_report_only_near_its_last_day(
    house: House, bar_days: int, days_to_second: int, is_shown: bool
) -> None:
    IncidentPolicy.objects.create(period=(builders.LONG_AGO, None), bar_days_before=bar_days)
    kept = house.serious(days_ago=20)
    house.report(kept)
    Incident.objects.filter(pk=kept.pk).update(second_due_on=house.today + timedelta(days=days_to_second))
    shown = page(house, house.midwife, "operator:manuals")
    assert (BAR in shown) == is_shown


def test_another_facility_cannot_tell_of_it(house: House) -> None:
    kept = house.serious()
    other = Client()
    other.force_login(builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム")))
    assert other.post(reverse("operator:incident-tell", args=[kept.pk])).status_code == 404


@pytest.mark.parametrize(
    ("digits", "read"),
    [
        ("09000002854", "090-0000-2854"),
        ("0354321111", "03-5432-1111"),
        ("0120123456", "0120-123-456"),
        ("08001234567", "0800-123-4567"),
        ("0451234567", "045-123-4567"),
        ("0997123456", "0997123456"),
        ("119", "119"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_grouped_as_it_is_read_aloud(digits: str, read: str) -> None:
    assert grouped_phone(digits) == read
