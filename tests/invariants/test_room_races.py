"""Eight midwives lead eight families into one room at the same moment: one does, the others are told."""

from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from bookings.models import RoomUse
from tests.as_owner import as_owner
from tests.care.factories_rooms import RoomHouse
from tests.invariants.race_jobs import DONE
from tests.invariants.racers import Starter

FAMILIES = 8
GUARD = "room_of_one_family_at_a_time"


@pytest.fixture
def house(transactional_db: None) -> RoomHouse:
    return RoomHouse()


def race(starter: Starter, house: RoomHouse, *, locks: bool = True) -> tuple[Counter[str], int]:
    """How the eight ended, and how many families are in the room."""
    jobs = [
        {
            "do": "give_room",
            "booking": house.arrived().pk,
            "room": house.rooms[0].pk,
            "by": house.midwife.pk,
            "at": timezone.now().isoformat(),
        }
        for _number in range(FAMILIES)
    ]
    ends = Counter(starter.race(jobs, locks=locks))
    return ends, RoomUse.objects.filter(during__endswith__isnull=True).count()


@pytest.mark.parametrize("asks_first", [True, False], ids=["operation", "database alone"])
def test_of_eight_families_led_into_one_room_at_once_one_is_in_it(
    starter: Starter, house: RoomHouse, asks_first: bool
) -> None:
    ends, there = race(starter, house, locks=asks_first)
    assert (ends, there) == (Counter({DONE: 1, "room_taken": FAMILIES - 1}), 1)


def test_without_the_question_and_the_constraint_all_eight_would_be_in_it(starter: Starter, house: RoomHouse) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE bookings_roomuse DROP CONSTRAINT {GUARD}")
    try:
        assert race(starter, house, locks=False)[1] == FAMILIES
    finally:
        RoomUse.objects.all().delete()
        with as_owner(), connection.schema_editor() as editor:
            (guard,) = [row for row in RoomUse._meta.constraints if row.name == GUARD]
            editor.add_constraint(RoomUse, guard)
