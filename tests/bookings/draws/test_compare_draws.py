"""manage.py compare_draws: ways of drawing on made and on recorded demand; the same demand, the same figures."""

import json
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from bookings.draws.draw import Award, Choice, Wish, as_published, rooms_as_published
from bookings.draws.mechanisms import Mechanism
from bookings.draws.trials.made_demand import DISTRICTS, STAY, made_demand, recorded_demand
from bookings.draws.trials.measures import Way, measure, passed_over, worth
from bookings.draws.trials.strategies import FOR_THE_TICKET, STRATEGIES, gains

LITTLE = ("--demands", "1", "--seeds", "2", "--tried", "2", "--repeat", "1")


def days(demand, *numbers):
    return tuple(list(demand.rooms)[number] for number in numbers)


def test_demand_of_a_seed_is_the_same_each_time_and_another_of_another():
    one = made_demand(1, families=30, places=2)
    assert one == made_demand(1, families=30, places=2)
    assert one.families != made_demand(2, families=30, places=2).families
    assert {family.district for family in made_demand(1, families=300, places=2).families} == set(DISTRICTS)


@pytest.mark.parametrize("mechanism", Mechanism)
def test_what_is_counted_adds_up(mechanism):
    demand = made_demand(3, families=40, places=3)
    counts = measure(demand, Way(mechanism, 20), ["a", "b", "c"])
    assert (counts.draws, counts.families, counts.places) == (3, 120, 3 * 3 * 14)
    assert 0 < counts.first_wishes <= counts.served <= counts.days_given <= counts.places
    assert counts.worth <= counts.served
    districts = [counts.served_of[name] for name in counts.served_of if name.startswith("district")]
    assert [sum(column) for column in zip(*districts, strict=True)] == [counts.served, counts.families]
    if mechanism == Mechanism.SERIAL:
        assert counts.passed_over == 0


def test_passed_over_is_who_got_nothing_while_a_later_ticket_got_days_that_she_wished():
    demand = made_demand(1, families=0, places=1)
    first, second = Choice(STAY, days(demand, 0)), Choice(STAY, days(demand, 1, 2))
    wishes = {"a": Wish("a", (first,)), "b": Wish("b", (second,)), "c": Wish("c", (second,), 1)}
    given = Award("d", 4, STAY, days(demand, 1), 1)
    wishes["d"] = Wish("d", (Choice(STAY, given.days),))
    awards = [Award("a", 1), Award("b", 2), Award("c", 3), given]
    assert passed_over(wishes, awards) == ["c"]  # b wanted both days or nothing
    assert passed_over(wishes, [given, *awards[:3]]) == ["c"]
    assert passed_over(wishes, [replace(given, order=0), *awards[:3]]) == []


def test_an_award_is_worth_what_it_is_of_what_was_meant():
    demand = made_demand(1, families=0, places=1)
    wish = Wish("a", (Choice(STAY, days(demand, 0, 1)), Choice(STAY, days(demand, 5))), 1)
    assert worth(wish, Award("a", 1, STAY, days(demand, 0, 1), 1)) == 1.0
    assert worth(wish, Award("a", 1, STAY, days(demand, 5), 2)) == 0.8
    assert worth(wish, Award("a", 1, STAY, days(demand, 0), 1, is_part=True)) == 0.5
    assert worth(replace(wish, least_days=None), Award("a", 1, STAY, days(demand, 0), 1, is_part=True)) == 0.0
    assert worth(wish, Award("a", 1)) == worth(wish, Award("a", 1, "house/day-care", days(demand, 0), 1)) == 0.0


def test_in_the_order_of_the_tickets_nothing_is_gained_by_saying_what_is_not_so():
    demand = made_demand(1, families=60, places=4)
    found = gains(demand, Way("serial"), families=8, repeat=30)
    assert set(found) == {*STRATEGIES, FOR_THE_TICKET}
    assert all(found[name] <= 0.01 for name in STRATEGIES)
    assert found["hopeless wish first"] < -0.2
    assert found[FOR_THE_TICKET] > 0


def test_the_command_prints_every_way_of_made_demand_and_of_a_published_file(tmp_path, capsys):
    call_command("compare_draws", *LITTLE, "--families", "20", "--places", "2")
    made = capsys.readouterr().out
    assert all(made.count(f"| `{way}` |") == 4 for way in Mechanism)
    demand = made_demand(1, families=20, places=2)
    shown = {
        "promise": {"mechanism": "near_limit"},
        "list": {"entries": [as_published(family.entered("near_limit")) for family in demand.families]},
        "rooms": rooms_as_published(demand.rooms),
    }
    file = tmp_path / "round.json"
    file.write_text(json.dumps(shown))
    assert [family.near_limit for family in recorded_demand(shown).families] == [
        family.near_limit for family in demand.families
    ]
    call_command("compare_draws", str(file), *LITTLE)
    recorded = capsys.readouterr().out
    assert "karasuyama" in made
    assert "karasuyama" not in recorded  # a published file names no district
    assert all(recorded.count(f"| `{way}` |") == 3 for way in Mechanism)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        ("/no/such/file",),
        ("7",),
        ("--families", "3"),
        ("--families", "0", "--places", "1"),
        ("--repeat", "0"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(wrong):
    with pytest.raises(CommandError, match=r"\w"):
        call_command("compare_draws", *wrong)


def test_a_file_that_is_no_published_draw_is_refused(tmp_path):
    for content in ("[]", "{}", "nothing", '{"promise": 1, "list": {"entries": [1]}, "rooms": {}}'):
        file = tmp_path / "x.json"
        file.write_text(content)
        with pytest.raises(CommandError, match=r"x\.json"):
            call_command("compare_draws", str(file))
