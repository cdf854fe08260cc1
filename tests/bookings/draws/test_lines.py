"""Who hopes for which day, in the order in which what comes free is offered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import DrawRound
from bookings.waiting.lines import families_hoping, hoped_days, line_of, offers_of
from bookings.waiting.passing_on import pass_on
from facilities.models import Service, ServiceKind
from tests import builders
from tests.builders import A_DAY

from .factories_line import DRAWN, announce, days, decline, drawn, enter, in_drawn_order, wait, wishes

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay() -> Service:
    builders.usage_limits()
    builders.draw_policy()
    return builders.service(slots=1)


@pytest.fixture
def round_of_three(stay: Service) -> DrawRound:
    announced = announce(stay)
    for _number in range(3):
        enter(announced)
    return drawn(announced)


def test_who_stands_in_line_comes_in_the_drawn_order_and_before_who_waits(round_of_three, stay):
    _won, *lost = in_drawn_order(round_of_three)
    waits = wait(stay, 0, 1)
    rows = line_of(stay, days(0)[0])
    assert [row.of for row in rows] == [*lost, waits]
    assert [row.number for row in rows] == [1, 2, 3]
    assert rows[0].days == list(days(0, 1))


def test_a_day_that_nobody_wished_has_no_line(round_of_three, stay):
    assert line_of(stay, days(5)[0]) == []
    assert [row.day for row in hoped_days(A_DAY)] == list(days(0, 1))


def test_the_days_count_who_stands_in_line_who_waits_and_what_is_held(round_of_three, stay):
    wait(stay, 1, 2)
    found = {row.day: (row.in_line, row.waiting, row.held) for row in hoped_days(A_DAY)}
    first, second, third = days(0, 1, 2)
    assert found == {first: (2, 0, 1), second: (2, 1, 1), third: (0, 1, 0)}
    assert families_hoping(A_DAY) == 3


def test_what_comes_free_goes_to_who_stands_first_and_is_seen_as_offered(round_of_three, stay):
    won, second, third = in_drawn_order(round_of_three)
    won.refresh_from_db()
    decline(won.booking)
    pass_on(stay.pool_id, DRAWN + timedelta(hours=1))
    assert [row.of for row in line_of(stay, days(0)[0])] == [third]
    assert [offer.registration for offer in offers_of(stay, days(0)[0])] == [second.registration]


def test_a_family_in_line_for_another_service_of_the_same_places_stands_in_that_line(round_of_three, stay):
    day_care = builders.service(ServiceKind.DAY_CARE, in_pool=stay.pool)
    loser = in_drawn_order(round_of_three)[1]
    choices = [{"service": day_care.slug, "days": [str(day) for day in days(3)]}]
    type(loser).objects.filter(pk=loser.pk).update(choices=choices)
    assert [row.of for row in line_of(day_care, days(3)[0])] == [loser]
    assert line_of(stay, days(3)[0]) == []


def test_however_many_stand_in_line_it_asks_as_much(stay):
    asked = []
    announced = announce(stay)
    for _number in range(2):
        enter(announced)
    drawn(announced)
    for _more in range(2):
        wait(stay, 0, 1)
        with CaptureQueriesContext(connection) as queries:
            hoped_days(A_DAY)
            line_of(stay, days(0)[0])
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_wish_for_several_stretches_counts_a_family_once_a_day(round_of_three, stay):
    loser = in_drawn_order(round_of_three)[1]
    wishes(loser, days(4, 5), days(4))
    assert {row.day: row.in_line for row in hoped_days(A_DAY)}[days(4)[0]] == 1
