"""What changed since a day: figures then and now, and causes that add up to the difference."""

import json
from datetime import date, timedelta

import pytest

from bookings.models import BookingDay, DayStatus
from enrollment.families.merge import merge_families
from facilities.models import Capacity, Closure, DayOverride
from reports.known.changes import as_table, changed_since
from reports.known.day_changes import Cause
from reports.known.slot_changes import SlotCause
from reports.tables import coverage_table, district_table, facility_year_table, label_of
from tests import builders
from tests.builders import at
from tests.moved_clock import it_is

from .test_known_at import FIRST, TODAY, report, used

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 31)
LATER = date(2024, 6, 10)


@pytest.fixture
def service():
    it_is(at(date(2024, 4, 1)))
    return builders.service(slots=10)


@pytest.fixture
def world(service):
    """Known on 31 May: six families, ten days. On 10 June all sorts of things are put right."""
    it_is(at(FIRST, 18))
    families = [builders.family() for _number in range(5)]
    days = [
        used(family, service, FIRST + timedelta(days=2 * number), 1 if number == 3 else 2)
        for number, family in enumerate(families)
    ]
    held = used(builders.family(), service, date(2024, 5, 20), 2)
    BookingDay.objects.filter(booking=held[0].booking).update(status=DayStatus.HELD)
    twice = builders.family()
    used(twice, service, date(2024, 5, 25), 1, born=date(2023, 1, 10))
    it_is(at(LATER))
    BookingDay.objects.filter(pk=days[0][0].pk).update(status=DayStatus.RELEASED)
    BookingDay.objects.filter(pk=days[1][0].pk).update(status=DayStatus.RELEASED, missed=True)
    BookingDay.objects.filter(booking=days[2][0].booking).delete()
    BookingDay.objects.filter(booking=held[0].booking).update(status=DayStatus.USED)
    used(builders.family(), service, date(2024, 5, 28), 1)
    BookingDay.objects.filter(pk=days[3][0].pk).update(day=date(2024, 3, 20))
    staff = builders.user()
    merge_families(kept=families[4], given_up=twice, reason="同じ母", by=staff, at=at(LATER))
    Closure.objects.create(pool=service.pool, period=(date(2024, 4, 29), date(2024, 5, 2)), reason="工事")
    DayOverride.objects.create(pool=service.pool, day=date(2024, 5, 30), slots=4, reason="人手")
    used(builders.family(), service, LATER, 1)  # after the day: no part of what differs
    return families


def test_then_and_every_cause_add_up_to_now(world):
    changed = changed_since(facility_year_table, [2024], day=DAY, today=TODAY)
    of = {part.figure: part for part in changed.explained if part.place == ("ward-centre", 2024)}
    assert all(part.adds_up for part in changed.explained)
    days, families, slots = of.values()
    assert (days.then, days.now) == (10, 8)
    assert days.causes == {
        Cause.TAKEN_BACK: -1,
        Cause.MISSED: -1,
        Cause.DELETED: -2,
        Cause.MOVED_AWAY: -1,
        Cause.NOTED: 2,
        Cause.ENTERED: 1,
    }
    assert (families.then, families.now) == (6, 5)
    assert families.causes == {Cause.CAME: 2, Cause.WENT: -2, Cause.JOINED: -1}
    assert slots.causes == {SlotCause.CLOSURES: -30, SlotCause.OVERRIDES: -6}
    assert {change.at.date() for change in changed.days} == {LATER}


def test_the_figures_that_differ_stand_with_then_and_now(world):
    changed = changed_since(facility_year_table, [2024], day=DAY, today=TODAY)
    told = {one.figure: (one.then, one.now, one.by) for one in changed.figures}
    assert told[label_of("total_days")] == (10, 8, -2)
    assert told[label_of("families")] == (6, 5, -1)  # two came, two went, two were one
    assert told[label_of("slot_days")][2] == -36
    by_district = changed_since(district_table, [2024], day=DAY, today=TODAY)
    assert [one.by for one in by_district.figures] == [-1, -1]  # the district, and the total
    assert all(part.adds_up for part in by_district.explained)


def test_where_nothing_changed_nothing_differs(service):
    it_is(at(FIRST, 18))
    used(builders.family(), service, FIRST, 2)
    it_is(at(LATER))
    for build in (facility_year_table, district_table, coverage_table):
        changed = changed_since(build, [2024], day=DAY, today=TODAY)
        assert (changed.figures, changed.explained, changed.days) == ([], [], [])
        assert len(as_table(changed).notes) == 2


def test_a_capacity_changed_afterwards_counts_from_its_first_day(service):
    it_is(at(FIRST, 18))
    used(builders.family(), service, FIRST, 1)
    it_is(at(LATER))
    Capacity.objects.all().delete()
    Capacity.objects.create(pool=service.pool, period=(builders.LONG_AGO, date(2024, 5, 1)), slots=10)
    Capacity.objects.create(pool=service.pool, period=(date(2024, 5, 1), None), slots=8)
    (slots,) = changed_since(facility_year_table, [2024], day=DAY, today=TODAY).explained
    assert slots.adds_up
    assert slots.causes == {SlotCause.CAPACITIES: -2 * 31}


def test_the_command_prints_what_changed_without_a_name(world):
    words = ("facility-year", "--fiscal-year", "2024", "--known-on", "2024-05-31", "--changed")
    rows = json.loads(report(*words, "--format", "json"))
    assert {"section_name", "item_name", "figure_name", "shown"} <= set(rows[0])
    assert any(row["figure_name"] == str(Cause.JOINED.label) and row["shown"] == "-1" for row in rows)
    text = report(*words)
    assert all(str(family.mother_name) not in text for family in world if hasattr(family, "mother_name"))
