"""当たりやすさ as it is told: from enough entries on, in bands and words, of stretches of days, never of a person."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bookings.draws.announcing import announce_round, call_off
from bookings.draws.draw import Choice
from bookings.draws.entering import enter_draw, withdraw_entry
from bookings.draws.round_odds import (
    TOGETHER,
    Way,
    keep_odds,
    odds_now,
    odds_shown,
    rounds_to_work_out,
    told_as,
    tried_of,
)
from bookings.draws.tried_wishes import Company, Tried
from bookings.models import DrawEntry, DrawPolicy, RoundOdds
from bookings.tasks import work_out_odds
from facilities.models import Capacity, ServiceKind
from tests.builders import (
    A_DAY,
    at,
    draw_policy,
    family,
    pool,
    registration,
    service,
    sibling,
    usage_limits,
    user,
    wished,
)

pytestmark = pytest.mark.django_db
FIRST = A_DAY + timedelta(days=14)
OPENS, CLOSES, DRAWN = at(A_DAY), at(A_DAY + timedelta(days=3)), at(A_DAY + timedelta(days=4))
NOW = at(A_DAY, 12)


@pytest.fixture(autouse=True)
def rules():
    usage_limits()
    draw_policy()
    DrawPolicy.objects.update(odds_from_entries=5)


@pytest.fixture
def places():
    return pool(2)


@pytest.fixture
def stay(places):
    return service(in_pool=places)


@pytest.fixture
def announced(stay):
    return announce_round(
        pool=stay.pool,
        first_day=FIRST,
        last_day=FIRST + timedelta(days=3),
        opens_at=OPENS,
        closes_at=CLOSES,
        draw_at=DRAWN,
        by=None,
        at=OPENS,
    )


def days(*numbers):
    return [FIRST + timedelta(days=number) for number in numbers]


def enter(announced, *stretches, moment=OPENS, **facts):
    return enter_draw(
        draw_round=announced,
        registration=facts.pop("made", None) or registration(),
        choices=wished(announced, *(stretches or [days(0)])),
        by=user(),
        at=moment,
        **facts,
    )


def worked_out(announced, moment=NOW):
    keep_odds(draw_round=announced, odds=odds_now(announced, moment, lambda: True))
    return odds_shown(announced, moment)


def test_a_wanted_day_is_told_less_than_one_that_nobody_wants(announced, stay):
    for _ in range(5):
        enter(announced)
    shown = worked_out(announced)
    told = {row.day: row.told for row in shown.days(stay.slug, days(0, 1, 2, 3))}
    # Two places among six, of whom she is one.
    assert (told[FIRST].band, told[FIRST].words) == (33, told_as(33).words)
    assert {told[day].band for day in days(1, 2, 3)} == {90}
    lengths = shown.days(stay.slug, days(0))[0].by_length
    assert {length: lengths[length].band for length in lengths} == {1: 33, 2: 33, 3: 33, 4: 33}


def test_fewer_days_and_another_service_are_told_where_they_better_the_odds(announced, stay, places):
    day_care = service(ServiceKind.DAY_CARE, in_pool=places)
    for _ in range(5):
        enter(announced)
    shown = worked_out(announced)
    better = shown.better(Tried(stay.slug, FIRST, 2), [stay.slug, day_care.slug])
    assert [(one.way, one.told.band) for one in better] == [(Way.FEWER_DAYS, 90)]
    assert shown.better(Tried(stay.slug, days(1)[0], 1), [stay.slug, day_care.slug]) == []
    assert shown.better(Tried(stay.slug, FIRST, 31), [stay.slug]) == []


def test_the_elder_child_at_any_price_is_told_less_where_its_rooms_are_wanted(announced, stay):
    for _ in range(5):
        of = family()
        enter(announced, made=registration(of), sibling=sibling(of))
    # Three places, two rooms that take an elder child.
    Capacity.objects.update(slots=3)
    shown = worked_out(announced)
    alone = Tried(stay.slug, days(1)[0], 1)
    with_child = Tried(stay.slug, FIRST, 1, Company.WITH)
    otherwise = Tried(stay.slug, FIRST, 1, Company.ELSE_WITHOUT)
    assert shown.of(otherwise).band > shown.of(with_child).band
    assert shown.of(alone).band == 90


def test_with_few_entries_nothing_is_told_and_what_was_told_is_forgotten_when_they_withdraw(announced):
    entries = [enter(announced) for _ in range(4)]
    assert worked_out(announced) is None
    assert not RoundOdds.objects.exists()
    entries.append(enter(announced))
    assert worked_out(announced).entries == 5
    later = NOW + timedelta(minutes=1)
    for entry in entries:
        assert rounds_to_work_out(later) == []
        withdraw_entry(entry=entry, at=later)
    assert [row.pk for row in rounds_to_work_out(later)] == [announced.pk]
    assert worked_out(announced, later) is None
    assert not RoundOdds.objects.exists()


def test_a_policy_that_asks_for_more_entries_hides_what_was_worked_out(announced):
    for _ in range(5):
        enter(announced)
    assert worked_out(announced) is not None
    DrawPolicy.objects.update(odds_from_entries=6)
    assert odds_shown(announced, NOW) is None


def test_only_an_open_round_tells_its_odds_and_is_worked_out_again_once_several_have_changed(announced):
    assert rounds_to_work_out(NOW) == []
    for _ in range(5):
        enter(announced)
    assert [row.pk for row in rounds_to_work_out(NOW)] == [announced.pk]
    worked_out(announced)
    assert rounds_to_work_out(NOW + timedelta(minutes=5)) == []
    for _ in range(TOGETHER):
        assert rounds_to_work_out(NOW + timedelta(minutes=7)) == []
        enter(announced, moment=NOW + timedelta(minutes=6))
    assert [row.pk for row in rounds_to_work_out(NOW + timedelta(minutes=7))] == [announced.pk]
    for moment in (OPENS - timedelta(minutes=1), CLOSES):
        assert odds_shown(announced, moment) is None
        assert rounds_to_work_out(moment) == []
    call_off(draw_round=announced, reason="休業", by=user(), at=NOW)
    announced.refresh_from_db()
    assert odds_shown(announced, NOW) is None


def test_two_looks_before_and_after_one_familys_wish_read_the_same(announced):
    """Nor does it help to enter and withdraw again and again oneself: a family counts once."""
    for _ in range(5):
        enter(announced)
    before = worked_out(announced)
    hers, moment = registration(), NOW
    for _ in range(TOGETHER + 1):
        moment += timedelta(minutes=1)
        withdraw_entry(entry=enter(announced, days(1), moment=moment, made=hers), at=moment)
    enter(announced, days(2), moment=moment)
    assert rounds_to_work_out(moment) == []
    after = odds_shown(announced, moment)
    assert (after.entries, after.shares, after.worked_out_at) == (before.entries, before.shares, before.worked_out_at)


def test_nothing_of_a_person_is_kept(announced, stay):
    entries = [enter(announced) for _ in range(5)]
    worked_out(announced)
    kept = json.dumps(RoundOdds.objects.get().shares)
    assert all(entry.sign not in kept for entry in entries)
    assert set(RoundOdds.objects.get().shares) >= {Tried(stay.slug, FIRST, 1).name}


def test_what_she_was_told_of_her_first_choice_is_kept_with_her_entry(announced):
    for _ in range(5):
        assert enter(announced).odds_told is None
    worked_out(announced)
    assert enter(announced, days(0), days(1), moment=NOW).odds_told == 33
    assert enter(announced, days(0, 1), least_days=1, moment=NOW).odds_told == 90
    assert enter(announced, days(0, 1, 2), least_days=2, moment=NOW).odds_told is None, "two of three was not tried"


def test_the_task_works_out_what_changed_in_the_time_that_it_has(announced, time_machine, monkeypatch):
    for _ in range(5):
        enter(announced)
    monkeypatch.setattr("bookings.tasks.ODDS_SECONDS", -1.0)
    time_machine.move_to(NOW)
    work_out_odds()
    kept = RoundOdds.objects.get()
    assert (kept.entries, kept.repeated) == (5, 1)


def test_as_many_queries_for_ten_entries_as_for_five(announced):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            odds_now(announced, NOW, lambda: False)
        return len(captured)

    for _ in range(5):
        enter(announced)
    few = queries()
    for _ in range(5):
        enter(announced)
    assert queries() == few


@pytest.mark.parametrize(
    ("band", "part"), [(90, "9 in 10"), (67, "2 in 3"), (50, "1 in 2"), (33, "1 in 3"), (5, "1 in 20")]
)
def test_a_band_is_told_in_small_numbers(band, part):
    with translation.override("en"):
        assert told_as(band).words == f"about {part}"
        assert told_as(0).words == "hardly ever"


def test_a_choice_is_told_as_it_was_tried(stay):
    choice = Choice(stay.slug, tuple(days(0, 1)))
    facts = {"has_sibling": True, "or_without": True, "least_days": 1}
    assert tried_of(choice, **facts) == Tried(stay.slug, FIRST, 2, Company.ELSE_WITHOUT, fewer=True)
    assert tried_of(choice, **facts | {"or_without": False}).company == Company.WITH
    assert tried_of(choice, **facts | {"has_sibling": False, "least_days": None}) == Tried(stay.slug, FIRST, 2)
    assert DrawEntry._meta.get_field("odds_told").null
