"""見守り: every baby by eye at the interval that ships, with breathing and colour, by whom, where it sleeps."""

import csv
import re
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from care.models import (
    Breathing,
    CarePolicy,
    Colour,
    HoursWithoutKeeping,
    Position,
    SleepCheck,
    SleepCheckTakenBack,
    SleepPlace,
)
from care.record_queries import newest_looks
from care.sleep_history import looks_of_day
from care.undo import take_back_sleep_check
from enrollment.models import Infant
from sankecare.errors import NotPossible
from tests import builders
from tests.care.test_care import House

pytestmark = pytest.mark.django_db(transaction=True)
SHIPPED = Path(__file__).parents[2] / "wards/setagaya/care_policies.csv"


@pytest.fixture
def house(transactional_db: None) -> House:
    made = House()
    made.arrived()
    return made


def test_five_minutes_ship_as_an_own_default() -> None:
    with SHIPPED.open(encoding="utf-8") as rows:
        (row,) = csv.DictReader(rows)
    assert (row["sleep_check_minutes"], row["source"]) == ("5", "DEFAULT")


def test_what_was_seen_by_whom_and_where_it_sleeps_is_kept(house: House) -> None:
    other = builders.user(Role.OPERATOR)
    house.look(position="side", breathing="unusual", colour="unusual", place="kept", second_person=str(other.pk))
    check = SleepCheck.objects.get()
    assert (check.position, check.breathing, check.colour, check.place) == (
        Position.SIDE,
        Breathing.UNUSUAL,
        Colour.UNUSUAL,
        SleepPlace.KEPT,
    )
    assert (check.watched_by, check.second_person, check.is_unusual) == (house.midwife, other, True)


def test_an_unusual_breath_says_to_call_for_help(house: House) -> None:
    assert "119" in house.look(breathing="unusual").text


def test_a_baby_kept_apart_is_never_with_one_person_alone(house: House) -> None:
    answer = house.look(place="kept", second_person=str(house.midwife.pk))
    assert (answer.status_code, SleepCheck.objects.count()) == (422, 0)
    assert "二人で見守ります" in answer.text
    with pytest.raises(IntegrityError), transaction.atomic():
        SleepCheck.objects.create(
            stay=house.booking.stay,
            infant=house.infant,
            position="back",
            place="kept",
            watched_by=house.midwife,
            recorded_at=timezone.now(),
            recorded_by=house.midwife,
        )


def test_one_touch_writes_all_babies_and_keeps_what_was_chosen_of_one(house: House) -> None:
    twin = Infant.objects.create(birth=house.registration.birth, birth_date=house.infant.birth_date, name="二郎")
    row = f"{house.booking.pk}_{twin.pk}"
    given = {
        f"{name}_{row}": value for name, value in (("breathing", "regular"), ("colour", "good"), ("place", "mother"))
    }
    key = f"{house.booking.pk}_{house.infant.pk}"
    asked = {
        "key": "all",
        "all": "1",
        "watched_by": house.midwife.pk,
        f"position_{key}": "front",
        f"breathing_{key}": "regular",
        f"colour_{key}": "good",
        f"place_{key}": "mother",
        f"position_{row}": "",
    }
    assert house.client.post(reverse("operator:looks"), asked | given).status_code == 302
    found = dict(SleepCheck.objects.values_list("infant", "position"))
    assert found == {house.infant.pk: "front", twin.pk: "back"}


@pytest.mark.parametrize(
    ("minutes_ago", "late", "words"),
    [(29, "in_time", ""), (31, "amber", "時間を過ぎています"), (61, "red", "すぐに確認")],
)
def test_past_the_interval_a_look_is_amber_past_two_red_and_it_says_when_it_was_due(
    house: House, minutes_ago: int, late: str, words: str
) -> None:
    seen = timezone.now() - timedelta(minutes=minutes_ago)
    house.client.post(reverse("operator:looks"), _round(house) | {"touched_at": int(seen.timestamp() * 1000)})
    page = house.client.get(reverse("operator:looks")).text
    (row,) = re.findall(r"<tr data-look=.*?</tr>", page, re.DOTALL)
    due = timezone.localtime(SleepCheck.objects.get().happened_at) + timedelta(minutes=30)
    assert re.search(rf'data-late="{late}".*?look-word[^>]*>{words}</strong>', row, re.DOTALL)
    assert f"{due:%H:%M}" in row
    told = house.client.get(reverse("operator:looks-due")).json()
    (moments,) = told["looks"].values()
    assert ([moment < told["now"] for moment in moments]) == [late != "in_time", late == "red"]


def test_the_time_of_the_touch_counts_where_it_is_sent_later(house: House) -> None:
    seen = timezone.now() - timedelta(minutes=20)
    house.client.post(reverse("operator:looks"), _round(house) | {"touched_at": int(seen.timestamp() * 1000)})
    assert abs((SleepCheck.objects.get().happened_at - seen).total_seconds()) < 1
    long_ago = int((timezone.now() - timedelta(days=2)).timestamp() * 1000)
    answer = house.client.post(reverse("operator:looks"), _round(house) | {"touched_at": long_ago, "key": "old"})
    assert (answer.status_code, SleepCheck.objects.count()) == (422, 1)


def test_a_slip_is_taken_back_by_one_touch_and_the_baby_is_due_again(house: House) -> None:
    house.look()
    assert 'data-late="in_time"' in house.client.get(reverse("operator:looks")).text
    check = SleepCheck.objects.get()
    house.client.post(reverse("operator:look-undo", args=[house.booking.pk, check.pk]))
    assert (SleepCheck.objects.count(), SleepCheckTakenBack.objects.count()) == (1, 1)
    assert 'data-late="amber"' in house.client.get(reverse("operator:looks")).text


def test_later_it_is_taken_back_with_a_reason_alone(house: House) -> None:
    house.look()
    check, later = SleepCheck.objects.get(), timezone.now() + timedelta(minutes=11)
    undo = transaction.atomic()(take_back_sleep_check)
    with pytest.raises(NotPossible):
        undo(check=check, by=house.midwife, at=later)
    assert undo(check=check, by=house.midwife, at=later, reason="別の赤ちゃんだった").reason == "別の赤ちゃんだった"


def test_without_an_interval_nobody_is_due(house: House) -> None:
    CarePolicy.objects.update(sleep_check_minutes=None)
    assert "data-look=" not in house.client.get(reverse("operator:day")).text


def test_a_babys_day_names_who_looked_the_longest_time_without_a_look_and_what_was_taken_back(house: House) -> None:
    other = builders.user(Role.OPERATOR, last_name="森", first_name="灯")
    for key, minutes in (("a", 200), ("b", 130), ("c", 65), ("d", 40)):
        seen = timezone.now() - timedelta(minutes=minutes)
        sent = {"key": key, "watched_by": other.pk, "touched_at": int(seen.timestamp() * 1000)}
        house.client.post(reverse("operator:looks"), _round(house) | sent)
    second = SleepCheck.objects.order_by("happened_at")[1]
    house.client.post(reverse("operator:look-undo", args=[house.booking.pk, second.pk]))
    babies = looks_of_day(house.booking, timezone.localdate(second.happened_at), 30)
    looks = [(look.minutes, look.lateness, look.is_taken_back) for look in babies[0].looks]
    if len(looks) == 4:  # all four on one day, but for the first hours after midnight
        assert looks[:2] == [(25, "in_time", False), (135, "red", False)]
        assert (babies[0].longest, babies[0].counted, looks[2][2]) == (135, 3, True)
    page = house.client.get(reverse("operator:look-history", args=[house.booking.pk])).text
    assert ("森 灯" in page, "あおむけ" in page) == (True, True)


def test_the_newest_looks_are_read_in_one_query_however_many_were_written(
    house: House, django_assert_num_queries: Any
) -> None:
    now = timezone.now()
    SleepCheck.objects.bulk_create(
        SleepCheck(
            stay=house.booking.stay,
            infant=house.infant,
            position="back",
            place="mother",
            happened_at=now - timedelta(minutes=5 * number),
            recorded_at=now,
            recorded_by=house.midwife,
        )
        for number in range(200)
    )
    with django_assert_num_queries(1):
        found = newest_looks([house.booking], now)
    assert [(look.happened_at, look.place) for look in found.values()] == [(now, "mother")]


def test_mothers_read_when_no_baby_is_kept_apart_and_that_it_is_not_published(house: House) -> None:
    place, morning = house.service.facility, time(8, 30)
    HoursWithoutKeeping.objects.create(
        facility=place, period=(builders.LONG_AGO, None), starts_at=morning, ends_at=time(9, 30), source="DEFAULT"
    )
    HoursWithoutKeeping.objects.create(
        facility=place, period=(builders.LONG_AGO, date(2020, 1, 1)), starts_at=time(12), ends_at=time(13)
    )
    page = Client().get(reverse("public:facilities")).text
    assert ("08:30–09:30" in page, "公表されていない" in page, "12:00–13:00" in page) == (True, True, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursWithoutKeeping.objects.create(
            facility=place, period=(builders.LONG_AGO, None), starts_at=morning, ends_at=morning
        )


def _round(house: House) -> dict[str, Any]:
    row = f"{house.booking.pk}_{house.infant.pk}"
    found = {"position": "back", "breathing": "regular", "colour": "good", "place": "mother"}
    return {"key": "k", "watched_by": house.midwife.pk} | {f"{name}_{row}": value for name, value in found.items()}
