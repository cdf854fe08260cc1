"""再現: ways that few families go: out of age while they wait, a wish that the draw left out, a house that is new."""

from dataclasses import replace
from datetime import date

import pytest

from bookings.places.limits import BookedDay
from enrollment.corrected_age import InfantFacts
from reports.planning.demand import Afterwards
from reports.planning.replay import GIVEN_BACK, Replay
from reports.planning.world import NEW_HOUSE, Assumptions, Changes, NewHouse, changed

from .scenes import FACTS, STAY, ask, day, days, demand, drawn, entry, household, kept, moment, wait, world

KARASUYAMA = NewHouse("烏山の家", "short_stay", 1, frozenset(range(7)), "karasuyama")
ILL = replace(FACTS, needs_medical_care=True)


def test_who_may_not_use_it_does_not_wait_for_it() -> None:
    done = Replay(demand(ask(1, 3), wait(2, 3), households=[household(2, facts=ILL)]), world()).run()
    assert kept(done) == {1: [day(3)]}
    assert [str(why) for why in done.tally.refused.values()] == ["rules"]


def test_a_wish_that_the_draw_left_out_stays_out_as_it_was_and_has_its_chance_by_another_seed() -> None:
    left_out = drawn(replace(entry(1, days(3)), order=None))
    assert kept(Replay(demand(left_out), world()).run()) == {}
    assert kept(Replay(demand(left_out), world(), seed="1").run()) == {1: [day(3)]}


def test_who_does_not_stay_in_line_waits_for_nothing_where_no_draw_is() -> None:
    no_draw = changed(world(), Changes(without_draw=True))
    gone = Afterwards(all_at=moment(25))
    for stays, has in ((True, {2: [day(3)]}), (False, {})):
        wishes = drawn(entry(1, days(3), afterwards=gone), entry(2, days(3), stays_in_line=stays))
        assert kept(Replay(demand(wishes), no_draw).run()) == has


def test_who_prefers_the_new_house_of_her_district_does_not_enter_the_draw() -> None:
    there = changed(world(), Changes(new_house=KARASUYAMA))
    near = household(1, "karasuyama")
    wishes = drawn(entry(1, days(3), order=1), entry(2, days(3), order=2))
    done = Replay(demand(wishes, households=[near]), there, Assumptions(to_new_house=100)).run()
    assert kept(done) == {1: [day(3)], 2: [day(3)]}
    assert done.places.held[1, day(3)].service == f"{NEW_HOUSE}/short_stay"


def test_what_comes_free_in_the_new_house_is_not_offered_to_who_waits_for_the_old_one() -> None:
    there = changed(world(), Changes(new_house=KARASUYAMA))
    near = household(1, "karasuyama")
    wanted = demand(
        ask(2, 3), wait(3, 3), ask(1, 3, at=4, afterwards=Afterwards(all_at=moment(20))), households=[near]
    )
    assert kept(Replay(wanted, there, Assumptions(to_new_house=100)).run()) == {2: [day(3)]}


def test_who_used_her_days_while_she_waited_is_passed_over() -> None:
    gone = Afterwards(all_at=moment(20))
    wanted = demand(
        ask(1, 20, afterwards=gone),
        wait(2, 20),
        ask(2, 1, 2, 3, 4, at=3),
        ask(2, 10, 11, 12, at=4),
        wait(3, 20, at=5),
    )
    assert kept(Replay(wanted, world()).run())[3] == [day(20)]


@pytest.mark.parametrize(("born", "more"), [(date(2024, 3, 1), 1), (date(2023, 12, 6), 0)])
def test_who_may_use_more_days_takes_those_that_are_open_and_none_when_her_baby_is_too_old(
    born: date, more: int
) -> None:
    before = [BookedDay(date(2024, 3, number)) for number in range(10, 16)]
    facts = replace(FACTS, infants=[InfantFacts(born)])
    used_up = household(1, facts=facts, days_before=before)
    mondays = changed(world(weekdays=[0]), Changes(days_per_birth=10))
    done = Replay(demand(ask(1, 1), households=[used_up]), mondays, Assumptions(more_days=100)).run()
    assert len(kept(done)[1]) == 1 + more


def test_a_day_that_is_given_back_twice_comes_free_once() -> None:
    done = Replay(demand(ask(1, 3)), world()).run()
    for _time in range(2):
        done._take(moment(20), GIVEN_BACK, (done.demand.households[1], day(3)))
    assert kept(done) == {}
    assert done.places.places_left(done.world.offers[STAY].pool, day(3)) == 1
