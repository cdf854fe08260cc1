# ruff: noqa: F811  the fixtures of a test beside
"""A figure then and now, row by row: each row that makes the difference with its cause and moment; counts add up."""

from contextlib import suppress
from datetime import date
from random import Random

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry
from accounts.roles import Role
from bookings.models import BookingDay, DayStatus
from enrollment.families.merge import merge_families
from enrollment.models import Family
from enrollment.protection.protect import protect_family
from facilities.models import Closure, DayOverride
from reports.explained.use import explain_use
from reports.known.figure_changes import figure_changed, rows_told
from reports.known.row_causes import RowCause
from sankecare.errors import Refused
from tests import builders
from tests.builders import at
from tests.moved_clock import it_is

from .test_changed_since import DAY, LATER, service, world  # noqa: F401  fixtures
from .test_known_at import FIRST, TODAY, used

pytestmark = pytest.mark.django_db
YEAR = {"fiscal_year": "2024"}


def changed(figure, day=DAY, **asked):
    return figure_changed(explain_use, {"figure": figure, **(asked or YEAR)}, day=day, today=TODAY)


def test_each_day_that_counts_otherwise_is_a_row_with_cause_and_moment(world):
    found = changed("total_days")
    assert (found.then.value, found.now.value, found.rows_then, found.rows_now) == ("10", "8", 10, 8)
    assert found.adds_up
    assert found.by_cause == {
        RowCause.ENTERED: 1,
        RowCause.NOTED: 2,
        RowCause.TAKEN_BACK: -1,
        RowCause.MISSED: -1,
        RowCause.CORRECTED: -1,
        RowCause.DELETED: -2,
    }
    assert {change.at.date() for change in found.changes} == {LATER}
    told = rows_told(explain_use, {"figure": "total_days", **YEAR}, found.changes, day=DAY, today=TODAY)
    assert len(told) == len(found.changes) == 8
    assert all(len(cells) == 4 for _family, cells in told.values())


def test_a_day_put_right_to_another_month_leaves_the_one_and_comes_to_the_other(world):
    may, march = changed("total_days", month="2024-04"), changed("total_days", month="2024-03")
    assert may.by_cause[RowCause.CORRECTED] == -1
    assert march.by_cause == {RowCause.CORRECTED: 1}
    assert may.adds_up
    assert march.adds_up


def test_families_that_came_went_and_were_one(world):
    found = changed("families")
    assert (found.then.value, found.now.value) == ("6", "5")
    assert found.by_cause == {RowCause.CAME: 2, RowCause.WENT: -2, RowCause.JOINED: -1}
    assert found.adds_up
    assert all(change.at.date() == LATER for change in found.changes)


def test_slot_days_are_told_by_the_calendar_and_its_rows(world):
    found = changed("slot_days")
    assert found.rows_then is None
    assert found.changes == []
    then, now = (int(value.replace(",", "")) for value in (found.then.value, found.now.value))
    assert sum(row.now - row.then for row in found.slots) == now - then == -36
    assert [(row.what, row.at.date()) for row in found.calendar] == [
        (str(model._meta.verbose_name), LATER) for model in (Closure, DayOverride)
    ]


def test_where_nothing_changed_there_is_no_row(service):
    it_is(at(FIRST, 18))
    used(builders.family(), service, FIRST, 2)
    it_is(at(LATER))
    for figure in ("total_days", "families", "slot_days", "occupancy_percent"):
        found = changed(figure)
        assert (found.changes, found.slots, found.calendar) == ([], [], [])
        assert found.then.value == found.now.value


def test_rows_add_up_for_every_figure_whatever_was_changed(service):
    """Thirty days of changes at random; of each figure and month, then and all causes make now."""
    random, staff = Random(5), builders.user()
    families = [builders.family() for _number in range(8)]
    for number in range(30):
        it_is(at(date(2024, 5, 1), 9) + (at(date(2024, 5, 2), 9) - at(date(2024, 5, 1), 9)) * number)
        family = random.choice(families)
        with suppress(IntegrityError), transaction.atomic():  # joined families had both that day
            used(family, service, date(2024, 4, 1 + number % 28), 2, born=date(2023, 1, 1 + number % 28))
        days = list(BookingDay.objects.order_by("pk"))
        one = random.choice(days)
        what = random.randrange(5)
        if what == 0:
            BookingDay.objects.filter(pk=one.pk).update(status=DayStatus.RELEASED, missed=random.random() < 0.5)
        elif what == 1:
            BookingDay.objects.filter(pk=one.pk).delete()
        elif what == 2:
            BookingDay.objects.filter(booking=one.booking).update(status=DayStatus.HELD, missed=False)
        elif what == 3 and len(families) > 3:
            kept, given_up = random.sample(families, 2)
            with suppress(Refused), transaction.atomic():  # both are approved for one birth
                merge_families(kept=kept, given_up=given_up, reason="同じ母", by=staff, at=timezone.now())
                families.remove(given_up)
            families = [Family.objects.get(pk=row.pk) for row in families]
    seen = set()
    for day in (date(2024, 5, 4), date(2024, 5, 11), date(2024, 5, 20), date(2024, 5, 28)):
        for figure in ("total_days", "short_stay_days", "families", "occupancy_percent"):
            for asked in (YEAR, {"month": "2024-04"}, {**YEAR, "facility": "ward-centre"}):
                found = changed(figure, day, **asked)
                assert found.adds_up, (figure, day, asked)
                seen |= set(found.by_cause)
    assert seen >= {RowCause.ENTERED, RowCause.TAKEN_BACK, RowCause.DELETED, RowCause.CAME}


def signed_in(role=Role.SUPERVISOR, **of):
    client = Client()
    client.force_login(builders.user(role, **of))
    return client


def opened(client, page="supervisor:figure-changes", known="2024-05-31", figure="total_days", **asked):
    it_is(timezone.now())
    return client.get(reverse(page, args=["use"]), {"figure": figure, "known": known, **(asked or YEAR)})


def test_the_page_tells_then_causes_and_now_and_no_family(world):
    answer = opened(signed_in())
    assert answer.status_code == 200
    for words in ("後から入力", "+1", "-2", "2024年5月31日"):
        assert words in answer.text
    assert "B-" not in answer.text
    assert not AccessLogEntry.objects.exists()
    assert "figures/use/changed/rows/" in answer.text
    slots = opened(signed_in(), figure="slot_days").text
    assert "工事" in slots
    assert "-36" in slots


def test_the_rows_are_those_of_families_that_the_reader_may_view_and_looks_are_written_down(world):
    family = world[0]
    answer = opened(signed_in(), "supervisor:figure-change-rows")
    assert answer.status_code == 200
    assert len(answer.context["rows"]) == 8
    assert family.mother_name in answer.text
    assert AccessLogEntry.objects.filter(page="supervisor:figure-change-rows").exists()
    elsewhere = signed_in(Role.WARD_STAFF, district=builders.district("kitazawa"))
    answer = opened(elsewhere, "supervisor:figure-change-rows")
    assert answer.status_code == 200
    assert answer.context["rows"] == []
    assert answer.context["hidden"] == 8
    nurse = signed_in(Role.HEALTH_NURSE, district=builders.district())
    assert opened(nurse, "supervisor:figure-change-rows").status_code in (403, 404)


def test_a_protected_family_is_in_the_count_and_in_no_row(world):
    protect_family(family=world[0], reason="支援措置", by=builders.user(Role.WARD_STAFF), at=timezone.now())
    before = opened(signed_in(), "supervisor:figure-change-rows")
    assert len(before.context["rows"]) == 7
    assert before.context["hidden"] == 1
    assert "-1" in opened(signed_in()).text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"known": ""}, "時点"),
        ({"known": "31日"}, "ありません"),
        ({"known": "2999-01-01"}, "昨日まで"),
        ({"known": "2024-03-31", "fiscal_year": "2023"}, "2024年4月1日より前の記録はありません"),
        ({"figure": "x"}, "表から"),
        ({"fiscal_year": "2999"}, "まだ"),
    ],
)
def test_what_cannot_be_asked_is_answered_in_words(world, asked, words):
    for page in ("supervisor:figure-changes", "supervisor:figure-change-rows"):
        answer = opened(signed_in(), page, **{"fiscal_year": "2024", **asked})
        assert answer.status_code == 422, page
        assert words in answer.text
