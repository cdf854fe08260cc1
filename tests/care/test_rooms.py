"""Rooms: given on arrival, changed by a touch, never two families in one; the database holds it."""

import csv
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.models import RoomUse, Stay
from bookings.stays.plan_queries import plans_of
from bookings.stays.rooms import exchange_rooms, give_room
from bookings.stays.stays import record_departure
from bookings.stays.steps import take_back_step
from facilities.models import Room, RoomOutOfOrder
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.care.factories_rooms import RoomHouse, now_in, rooms_in

pytestmark = pytest.mark.django_db(transaction=True)
WARD = Path(__file__).parents[2] / "wards/setagaya"


@pytest.fixture
def house(transactional_db: None) -> RoomHouse:
    return RoomHouse()


@pytest.fixture
def client(house: RoomHouse) -> Client:
    made = Client()
    made.force_login(house.midwife)
    return made


def test_as_many_rooms_ship_as_there_are_places_at_most_and_two_take_a_sibling() -> None:
    with (WARD / "rooms.csv").open(encoding="utf-8") as file:
        rooms = list(csv.DictReader(file))
    with (WARD / "capacities.csv").open(encoding="utf-8") as file:
        slots = {row["pool"]: int(row["slots"]) for row in csv.DictReader(file) if not row["last_day"]}
    shipped = Counter(row["pool"] for row in rooms)
    assert dict(shipped) == {pool: slots[pool] for pool in shipped}
    assert {pool.split("/")[0] for pool in shipped} == {"ward-centre", "mamas-room", "shiseikai"}
    assert Counter(row["pool"] for row in rooms if row["takes_sibling"] == "yes") == {"ward-centre/rooms": 2}
    assert {row["source"] for row in rooms} == {"DEFAULT"}


def test_at_the_check_in_a_room_that_fits_is_proposed_and_given(house: RoomHouse, client: Client) -> None:
    house.arrived(room=house.rooms[0])
    for sibling, proposed, offered in ((False, "202", {"202", "301"}), (True, "301", {"301"})):
        booking = house.booked(sibling=sibling)
        address = reverse("operator:check-in", args=[booking.pk])
        page = client.get(address).text
        chosen = re.search(r'<option value="(\d+)" selected>(\d+)', page)
        assert chosen is not None
        assert chosen[2] == proposed
        assert {name for _pk, name in re.findall(r'<option value="(\d+)"(?: selected)?>(\d+)　', page)} == offered
        client.post(address, {"key": f"in-{proposed}", "residence_confirmed": "on", "room": chosen[1]})
        assert now_in(booking) == proposed


def test_a_house_without_rooms_asks_for_none(house: RoomHouse, client: Client) -> None:
    Room.objects.all().delete()
    booking = house.booked()
    address = reverse("operator:check-in", args=[booking.pk])
    assert 'name="room"' not in client.get(address).text
    client.post(address, {"key": "in", "residence_confirmed": "on"})
    assert Stay.objects.get().booking == booking
    for name, args in (("day", []), ("weeks", []), ("room", [booking.pk])):
        assert client.get(reverse(f"operator:{name}", args=args)).status_code == 200


def test_a_room_that_was_taken_since_the_page_was_opened_is_refused_in_words(house: RoomHouse, client: Client) -> None:
    first, second, expected = house.arrived(), house.arrived(), house.booked()
    house.led(first, house.rooms[0])
    pages = (("room", second, {}), ("check-in", expected, {"residence_confirmed": "on"}))
    for page, booking, more in pages:
        asked = {"key": page, "room": house.rooms[0].pk, **more}
        answer = client.post(reverse(f"operator:{page}", args=[booking.pk]), asked)
        assert answer.status_code == 422
        assert "201には、いま別のご家族がいます" in answer.text
        assert now_in(booking) == ""
    expected.refresh_from_db()
    assert expected.state == "booked"


def test_one_touch_moves_a_family_and_its_old_room_is_free(house: RoomHouse, client: Client) -> None:
    booking, other = house.arrived(room=house.rooms[0]), house.arrived()
    address = reverse("operator:room", args=[booking.pk])
    assert client.post(address, {"key": "move", "room": house.rooms[1].pk}).status_code == 302
    house.led(other, house.rooms[0])
    assert (now_in(booking), now_in(other)) == ("202", "201")
    before, after = RoomUse.objects.filter(stay__booking=booking).order_by("pk")
    assert before.during.upper == after.during.lower


@pytest.mark.parametrize(
    ("code", "room"),
    [
        ("room_without_sibling", "201"),
        ("room_out_of_order", "301"),
        ("room_of_another", "他館"),
        ("room_of_another", "旧館"),
    ],
)
def test_what_fits_no_family_is_refused(house: RoomHouse, code: str, room: str) -> None:
    booking = house.arrived(sibling=True)
    RoomOutOfOrder.objects.create(
        room=house.rooms[2], period=(house.today, house.today + timedelta(days=1)), reason="水漏れ"
    )
    elsewhere = builders.pool(1, builders.facility("mamas-room", "ママズルーム"))
    rooms_in(elsewhere, "他館")
    Room.objects.create(pool=house.service.pool, name="旧館", period=(builders.LONG_AGO, house.today))
    with pytest.raises((Refused, NotPossible)) as refused:
        house.led(booking, Room.objects.get(name=room))
    assert refused.value.code == code


def test_the_database_refuses_a_second_family_and_another_houses_room(house: RoomHouse) -> None:
    first, second = house.arrived(room=house.rooms[0]), house.arrived()
    (elsewhere,) = rooms_in(builders.pool(1, builders.facility("mamas-room", "ママズルーム")), "1")
    use = RoomUse.objects.get(stay__booking=first)
    for room, broken in ((house.rooms[0], "room_of_one_family_at_a_time"), (elsewhere, "room_use_of_its_pool")):
        with pytest.raises(IntegrityError, match=broken), transaction.atomic():
            RoomUse.objects.create(
                stay=second.stay,
                room=room,
                during=use.during,
                recorded_at=timezone.now(),
                recorded_by=house.midwife,
            )


def test_who_leaves_frees_the_room_and_has_it_again_when_that_is_taken_back(house: RoomHouse) -> None:
    booking, other = house.arrived(room=house.rooms[0]), house.arrived()
    with transaction.atomic():
        record_departure(booking=booking, by=house.midwife, at=timezone.now())
    assert now_in(booking) == ""
    with transaction.atomic():
        step = booking.steps.filter(kind="departure").latest("pk")
        take_back_step(step=step, by=house.midwife, at=timezone.now())
    assert now_in(booking) == "201"
    with transaction.atomic():
        record_departure(booking=booking, by=house.midwife, at=timezone.now())
    house.led(other, house.rooms[0])
    with transaction.atomic():
        step = booking.steps.filter(kind="departure", taken_back_at__isnull=True).latest("pk")
        take_back_step(step=step, by=house.midwife, at=timezone.now())
    assert (now_in(booking), now_in(other)) == ("", "201")


def test_an_arrival_taken_back_leaves_the_room_free(house: RoomHouse) -> None:
    booking = house.arrived(room=house.rooms[0])
    with transaction.atomic():
        take_back_step(step=booking.steps.get(), by=house.midwife, at=timezone.now())
    assert not RoomUse.objects.exists()


def test_the_plan_has_a_row_a_room_and_shows_a_move(house: RoomHouse) -> None:
    staying, coming = house.arrived(0, 1, 2, room=house.rooms[1]), house.booked(1, 2)
    _days, (plan,) = plans_of(house.service.facility, house.today)
    shown = {room.name: [cell.booking for cell in row] for room, row in plan.headed[:3] if room}
    assert shown["202"][0] == staying
    assert shown["201"][1] == coming
    cells = {cell.booking: cell.room for row in plan.rows for cell in row}
    assert (cells[staying], cells[coming]) == (house.rooms[1], None)
    RoomUse.objects.update(during=(timezone.now() - timedelta(days=2), None))
    house.led(staying, house.rooms[0])
    _days, (plan,) = plans_of(house.service.facility, house.today - timedelta(days=1))
    assert [cell.booking for room, row in plan.headed if room == house.rooms[0] for cell in row][1] == staying


def test_a_family_led_where_it_is_stays_there(house: RoomHouse) -> None:
    booking = house.arrived(room=house.rooms[0])
    with transaction.atomic():
        give_room(booking=booking, room=house.rooms[0], by=house.midwife, at=timezone.now())
    assert RoomUse.objects.count() == 1


def test_two_families_exchange_their_rooms_by_one_touch_and_again(house: RoomHouse, client: Client) -> None:
    one, other = house.arrived(room=house.rooms[0]), house.arrived(room=house.rooms[1])
    address = reverse("operator:room", args=[one.pk])
    assert f'name="exchange" value="{house.rooms[1].pk}"' in client.get(address).text
    assert client.post(address, {"key": "exchange", "exchange": house.rooms[1].pk}).status_code == 302
    assert (now_in(one), now_in(other)) == ("202", "201")
    assert client.post(address, {"key": "exchange", "exchange": house.rooms[1].pk}).status_code == 302
    assert (now_in(one), now_in(other)) == ("202", "201")  # sent twice over a poor network
    client.post(address, {"key": "back", "exchange": house.rooms[0].pk})
    assert (now_in(one), now_in(other)) == ("201", "202")
    assert client.post(address, {"key": "nothing"}).status_code == 422
    both = {"key": "both", "room": house.rooms[0].pk, "exchange": house.rooms[1].pk}
    assert client.post(address, both).status_code == 422


def test_an_exchange_that_fits_one_of_two_families_alone_changes_neither(house: RoomHouse, client: Client) -> None:
    with_sibling, other = house.arrived(sibling=True), house.arrived(room=house.rooms[0])
    house.led(with_sibling, house.rooms[2])
    address = reverse("operator:room", args=[other.pk])
    answer = client.post(address, {"key": "e", "exchange": house.rooms[2].pk})
    assert (answer.status_code, "201" in answer.text) == (422, True)
    assert (now_in(with_sibling), now_in(other)) == ("301", "201")


@pytest.mark.parametrize(("asked", "code"), [("free", "nobody_there"), ("roomless", "no_room_yet")])
def test_there_is_nothing_to_exchange_without_two_families_in_two_rooms(
    house: RoomHouse, asked: str, code: str
) -> None:
    here = house.arrived(room=house.rooms[0] if asked == "free" else None)
    house.arrived(room=house.rooms[2])
    room = house.rooms[1] if asked == "free" else house.rooms[2]
    with pytest.raises(Refused) as refused, transaction.atomic():
        exchange_rooms(booking=here, room=room, by=house.midwife, at=timezone.now())
    assert refused.value.code == code
