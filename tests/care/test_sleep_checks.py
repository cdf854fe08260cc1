"""見守り: every baby by eye at the interval that ships, with breathing and colour, by whom, where it sleeps."""

import csv
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from care.models import Breathing, CarePolicy, Colour, Position, SleepCheck, SleepCheckTakenBack, SleepPlace
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


def test_a_look_that_is_overdue_says_since_when(house: House) -> None:
    long_ago = timezone.now() - timedelta(minutes=40)
    house.client.post(reverse("operator:looks"), _round(house) | {"touched_at": int(long_ago.timestamp() * 1000)})
    last = SleepCheck.objects.get().happened_at
    page = house.client.get(reverse("operator:looks")).text
    since = re.search(r"期限超過.*?(\d\d:\d\d)から", page, re.DOTALL)
    assert since is not None
    minutes = CarePolicy.objects.get().sleep_check_minutes
    due = timezone.localtime(last) + timedelta(minutes=minutes)
    assert since[1] == f"{due:%H:%M}"


def test_the_time_of_the_touch_counts_where_it_is_sent_later(house: House) -> None:
    seen = timezone.now() - timedelta(minutes=20)
    house.client.post(reverse("operator:looks"), _round(house) | {"touched_at": int(seen.timestamp() * 1000)})
    assert abs((SleepCheck.objects.get().happened_at - seen).total_seconds()) < 1
    long_ago = int((timezone.now() - timedelta(days=2)).timestamp() * 1000)
    answer = house.client.post(reverse("operator:looks"), _round(house) | {"touched_at": long_ago, "key": "old"})
    assert (answer.status_code, SleepCheck.objects.count()) == (422, 1)


def test_a_slip_is_taken_back_by_one_touch_and_the_baby_is_due_again(house: House) -> None:
    house.look()
    assert "期限超過" not in house.client.get(reverse("operator:day")).text
    check = SleepCheck.objects.get()
    house.client.post(reverse("operator:look-undo", args=[house.booking.pk, check.pk]))
    assert (SleepCheck.objects.count(), SleepCheckTakenBack.objects.count()) == (1, 1)
    assert "期限超過" in house.client.get(reverse("operator:day")).text


def test_later_it_is_taken_back_with_a_reason_alone(house: House) -> None:
    house.look()
    check, later = SleepCheck.objects.get(), timezone.now() + timedelta(minutes=11)
    undo = transaction.atomic()(take_back_sleep_check)
    with pytest.raises(NotPossible):
        undo(check=check, by=house.midwife, at=later)
    assert undo(check=check, by=house.midwife, at=later, reason="別の赤ちゃんだった").reason == "別の赤ちゃんだった"


def test_without_an_interval_nobody_is_due(house: House) -> None:
    CarePolicy.objects.update(sleep_check_minutes=None)
    assert "睡眠中の赤ちゃん" not in house.client.get(reverse("operator:day")).text


def _round(house: House) -> dict[str, Any]:
    row = f"{house.booking.pk}_{house.infant.pk}"
    found = {"position": "back", "breathing": "regular", "colour": "good", "place": "mother"}
    return {"key": "k", "watched_by": house.midwife.pk} | {f"{name}_{row}": value for name, value in found.items()}
