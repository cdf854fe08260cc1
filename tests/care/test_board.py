"""The board: a row a family, in a fixed number of queries; what is due, notes, other days, the search, the papers."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import AccessLogEntry
from accounts.roles import Role
from bookings.models import Booking
from care.handover import leave_handover_note
from care.last_values import grams_a_day
from care.models import HandoverNote
from tests import builders
from tests.care.factories_board import FAMILIES, FullHouse
from tests.care.factories_rooms import RoomHouse

pytestmark = pytest.mark.django_db(transaction=True)
MOST_QUERIES = {"day": 60, "pulse": 20}


@pytest.fixture
def house(transactional_db: None) -> RoomHouse:
    return RoomHouse()


def at_the_desk(house: RoomHouse) -> Client:
    made = Client()
    made.force_login(house.midwife)
    return made


def queries_of(client: Client, name: str, **asked: str) -> int:
    with CaptureQueriesContext(connection) as made:
        assert client.get(reverse(f"operator:{name}"), asked).status_code == 200
    return len(made)


def test_board_and_pulse_ask_as_often_for_fifteen_families_as_for_two(transactional_db: None) -> None:
    house = FullHouse(families=2)
    client = at_the_desk(house)
    names = ("day", "pulse", "shift-paper", "evacuation-paper")
    few = {name: queries_of(client, name) for name in names}
    tomorrow = queries_of(client, "day", day=house.day(1).isoformat())
    house.families += [house._family(number) for number in range(2, FAMILIES)]
    assert {name: queries_of(client, name) for name in names} == few
    assert queries_of(client, "day", day=house.day(1).isoformat()) == tomorrow
    for name, most in MOST_QUERIES.items():
        assert few[name] <= most


def test_a_row_says_all_that_a_shift_asks_at_a_glance(transactional_db: None) -> None:
    house = FullHouse()
    page = at_the_desk(house).get(reverse("operator:day")).text
    rows = re.findall(r'<tr id="row-(\d+)".*?</tr>', page, re.DOTALL)
    assert len(rows) == FAMILIES
    text = {pk: _row(page, pk) for pk in rows}
    twins, feverish = (text[str(house.families[number].pk)] for number in (1, 2))
    for said in ("202", "鈴木 陽菜", "次郎", "40日", "1/3", "3501", "+32", "混合", "8", "36.8", "夜間の授乳の前に"):
        assert said in twins
    assert "発熱" in feverish
    assert "アレルギー" in text[str(house.families[3].pk)]
    assert "board-mark-error" in text[str(house.families[0].pk)]  # EPDS 9
    assert "期限超過" in twins


def _row(page: str, pk: str) -> str:
    found = re.search(rf'<tr id="row-{pk}".*?</tr>', page, re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("weighed", "gained"),
    [
        ([], None),
        ([(0, 3500)], None),
        ([(0, 3500), (-1, 3470)], 30),
        ([(0, 3500), (-3, 3400)], 33),
        ([(0, 3400), (-2, 3460)], -30),
        ([(0, 3500), (-1, 3470), (-5, 1000)], 30),
    ],
)
def test_what_a_baby_gains_a_day_is_from_the_weight_before(weighed: list[tuple[int, int]], gained: int | None) -> None:
    assert grams_a_day([(builders.A_DAY + timedelta(days=day), grams) for day, grams in weighed]) == gained


def test_the_pulse_changes_with_what_the_board_shows_and_with_nothing_else(house: RoomHouse) -> None:
    client = at_the_desk(house)

    def pulse() -> Any:
        return client.get(reverse("operator:pulse")).json()["pulse"]

    booking = house.arrived(0, 1)
    seen = [pulse()]
    assert pulse() == seen[0]
    elsewhere = builders.service(in_pool=builders.pool(1, builders.facility("mamas-room", "ママズルーム")))
    Booking.objects.create(
        registration=builders.registration(), service=elsewhere, booked_at=timezone.now()
    ).days.create(day=house.today)
    assert pulse() == seen[0]
    steps = (
        lambda: house.led(booking, house.rooms[0]),
        lambda: _noted(house, "家の申し送り"),
        lambda: _noted(house, "家族の申し送り", booking),
        lambda: house.booked(),
        lambda: client.post(
            reverse("operator:check-in", args=[booking.pk]), {"key": "k", "residence_confirmed": "on"}
        ),
    )
    for step in steps:
        step()
        seen.append(pulse())
    assert len(set(seen)) == len(seen)


def _noted(house: RoomHouse, text: str, booking: Booking | None = None) -> HandoverNote:
    with transaction.atomic():
        return leave_handover_note(
            facility=house.service.facility, booking=booking, text=text, by=house.midwife, at=timezone.now()
        )


def test_a_note_that_somebody_wrote_meanwhile_is_shown_and_not_overwritten(house: RoomHouse) -> None:
    booking = house.arrived()
    client = at_the_desk(house)
    for name, args, of in (("house-note", [], None), ("handover", [booking.pk], booking)):
        first = _noted(house, "朝の便", of)
        address = reverse(f"operator:{name}", args=args)
        opened = re.search(r'name="opened" value="([^"]*)"', client.get(address).text)
        assert opened is not None
        _noted(house, "朝の便、昼は休み", of)
        asked = {"key": name, "text": "朝の便、夜も", "opened": opened[1].replace("&quot;", '"')}
        answer = client.post(address, asked)
        assert answer.status_code == 422
        assert "朝の便、昼は休み" in answer.text
        assert "朝の便、夜も" in answer.text
        with pytest.raises(IntegrityError), transaction.atomic():
            HandoverNote.objects.create(
                facility=first.facility,
                stay=first.stay,
                text="別の人",
                replaces=first,
                recorded_at=timezone.now(),
                recorded_by=house.midwife,
            )
    assert "朝の便、昼は休み" in client.get(reverse("operator:day")).text


def test_yesterday_and_tomorrow_are_read_only_and_say_who_was_and_will_be_there(house: RoomHouse) -> None:
    client = at_the_desk(house)
    staying, coming = house.arrived(0, 1), house.booked(1)
    for day, there in (
        (house.day(-1), []),
        (house.day(0), [staying]),
        (house.day(1), [coming, staying]),
    ):
        page = client.get(reverse("operator:day"), {"day": day.isoformat()}).text
        found = {int(pk) for pk in re.findall(r'<tr id="row-(\d+)"', page)}
        assert found == {row.pk for row in there}
    assert "board-do" not in page


@pytest.mark.parametrize("asked", ["さとう", "サトウ", "佐藤", "0312345678", "3456", "number"])
def test_own_families_are_found_by_kana_phone_and_number(house: RoomHouse, asked: str) -> None:
    mine = house.booked(3)
    family = mine.registration.birth.family
    family.mother_name, family.mother_name_kana, family.phone = "佐藤 美咲", "さとう みさき", "0312345678"
    family.save()
    elsewhere = builders.service(in_pool=builders.pool(1, builders.facility("mamas-room", "ママズルーム")))
    Booking.objects.create(registration=mine.registration, service=elsewhere, booked_at=timezone.now())
    client = at_the_desk(house)
    page = client.post(reverse("operator:search"), {"asked": mine.number if asked == "number" else asked})
    assert re.findall(r"B-\d{6}", re.sub(r'value="[^"]*"', "", page.text)) == [mine.number]
    assert AccessLogEntry.objects.filter(page="operator:search", family_id=family.pk).exists()
    other = Client()
    other.force_login(builders.user(Role.OPERATOR, facility=elsewhere.facility))
    assert mine.number not in re.sub(
        r'value="[^"]*"', "", other.post(reverse("operator:search"), {"asked": "さとう"}).text
    )


def test_each_paper_is_one_sheet_across_and_names_rooms_and_people(transactional_db: None) -> None:
    house = FullHouse()
    client = at_the_desk(house)
    for name, said in (
        ("shift-paper", ("201", "佐藤 美咲", "申し送り")),
        ("evacuation-paper", ("お母さん15人、赤ちゃん20人、きょうだい1人", "合計36人")),
    ):
        answer = client.get(reverse(f"operator:{name}"))
        assert answer.headers["Content-Type"] == "application/pdf"
        (page,) = PdfReader(io.BytesIO(answer.content)).pages
        assert page.mediabox.width > page.mediabox.height
        text = page.extract_text()
        assert all(part in text for part in said)
