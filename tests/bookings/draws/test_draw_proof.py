"""抽選の証明: what anybody finds out of a published file alone, and what it keeps to itself."""

import json
from collections import Counter
from copy import deepcopy

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from bookings.draws.draw import Choice, Room, Wish
from bookings.draws.proof import (
    Check,
    canonical,
    commitment,
    digest,
    failed_checks,
    is_passed_over,
    nonces_of,
    place_of,
    seed_of,
    served_order,
    ticket_list,
    ticket_of,
)
from bookings.draws.published_draw import problems_of
from sankecare.signing import is_signed, public_keys, sign
from tests.fixtures_published_draws import SERVICES, days, draws, made_file, signed_history

KEY = "cd" * 32
NONCES = ["8946a3cbe9d63d94f370ac903ac0b052", "bfe69f1475d48b8cd2ba4be2f95b2aff"]
TICKET = "c958ca058735177145a2abfba8043fb7fe428b82f8c9ccdba584c76b5a4ed5ae"
SEED = "64dc617a0f0829fd550fba1da39b7a42e48d9c68ae661e6266700776578e33b5"
PLACE = "246bbba64f9b775df20bdc464e60eda678f5c84b170323aecff039504d3860f7"
STAY = SERVICES[0]


def wish(sign_of, tickets=1, *lengths):
    return Wish(sign_of, (Choice(STAY, days(*(lengths or (0, 1)))),), None, tickets=tickets)


@pytest.fixture
def shown():
    """Three families for one place of two days; the second has four tickets."""
    rooms = {day: Room(1) for day in days(0, 1)}
    return made_file([wish("K7M2QX"), wish("P3RT8A", 4), wish("Z9WX2C", 2)], rooms)


@given(draws())
def test_what_the_rule_gives_stands_every_check(made):
    assert failed_checks(made) == []
    assert problems_of(json.loads(json.dumps(made))) == []


def test_a_json_value_has_one_text():
    assert canonical({"b": [1, None, 'あ"\n'], "a": True}) == '{"a":true,"b":[1,null,"あ\\"\\n"]}'
    assert digest({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


def test_the_numbers_of_this_proof_never_change():
    """Computed once by hand with sha256sum and openssl: a change of the rule would be seen here."""
    assert commitment("secret") == "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
    assert nonces_of("key", "K7M2QX", 2) == NONCES
    assert ticket_of("K7M2QX", NONCES[0]) == TICKET
    assert seed_of("secret", "list", "0427") == SEED
    assert place_of(TICKET, SEED) == PLACE


def test_another_number_another_list_and_another_secret_are_another_seed():
    seeds = {seed_of(*parts) for parts in (("a", "b", "1"), ("a", "b", "2"), ("a", "c", "1"), ("b", "b", "1"))}
    assert len(seeds | {seed_of("a", "b", "")}) == 5


def test_the_list_tells_nobody_how_many_tickets_an_entry_has(shown):
    light = made_file([wish("K7M2QX"), wish("P3RT8A"), wish("Z9WX2C")], {day: Room(1) for day in days(0, 1)})
    assert [row for row in shown["list"]["entries"] if "tickets" in row] == []
    assert shown["list"]["entries"] == light["list"]["entries"]
    assert len(shown["list"]["tickets"]) == len(light["list"]["tickets"]) == 3 * 4
    # Each entry's row opens one ticket, whatever it has; nothing else in the file is of one entry alone.
    assert {tuple(sorted(row)) for row in shown["result"]} == {tuple(sorted(shown["result"][0]))}


def test_without_the_key_no_ticket_can_be_told_from_a_blank(shown):
    opened = {ticket_of(row["sign"], row["nonce"]) for row in shown["result"]}
    for row in shown["result"]:
        others = {ticket_of(row["sign"], nonce) for nonce in nonces_of(shown["secret"], row["sign"], 4)}
        assert not others & set(shown["list"]["tickets"]) - opened


def test_twice_the_tickets_are_first_twice_as_often():
    counts, first = {"A": 1, "B": 2}, Counter()
    for number in range(3000):
        first[served_order(KEY, counts, f"{number:064x}")[0].sign] += 1
    assert first["B"] / 3000 == pytest.approx(2 / 3, abs=0.03)


def test_blanks_change_nobodys_order():
    counts = {"A": 1, "B": 3, "C": 2}
    assert len(ticket_list(KEY, counts, 3)) == len(set(ticket_list(KEY, counts, 3))) == 9
    assert len(ticket_list(KEY, counts, 7)) == 21
    own = {ticket_of(sign_of, nonce) for sign_of, count in counts.items() for nonce in nonces_of(KEY, sign_of, count)}
    assert all(own <= set(ticket_list(KEY, counts, each)) for each in (3, 7))


@pytest.mark.parametrize("counts", [{"A": 0}, {"A": 5}])
def test_nobody_has_no_ticket_or_more_than_anybody_can_have(counts):
    with pytest.raises(ValueError, match="at least one ticket"):
        ticket_list(KEY, counts, 4)


@given(st.dictionaries(st.text("ABCDEF", min_size=3, max_size=3), st.integers(1, 4), max_size=8), st.integers(0, 99))
def test_each_is_served_at_the_first_of_its_tickets(counts, number):
    seed = seed_of("s", "d", str(number))
    opened = served_order(KEY, counts, seed)
    places = [place_of(ticket_of(one.sign, one.nonce), seed) for one in opened]
    assert sorted(one.sign for one in opened) == sorted(counts)
    assert places == sorted(places)
    for one, place in zip(opened, places, strict=True):
        every = [place_of(ticket_of(one.sign, nonce), seed) for nonce in nonces_of(KEY, one.sign, counts[one.sign])]
        assert place == min(every)


def changed(shown, change):
    other = deepcopy(shown)
    change(other)
    return other


def swap(rows):
    rows[0], rows[1] = rows[1], rows[0]


def swap_places(shown):
    swap(shown["result"])
    for order, row in enumerate(shown["result"], start=1):
        row["order"] = order


def give_to_the_last(shown):
    first, last = shown["result"][0], shown["result"][-1]
    names = ("service", "days", "choice", "is_part", "sibling")
    taken = {name: first[name] for name in names}
    first |= {name: last[name] for name in names}
    last |= taken


CHANGES = {
    "another secret": (lambda shown: shown.update(secret="ef" * 32), {Check.SECRET, Check.SEED, Check.HISTORY}),
    "another promise": (
        lambda shown: shown["promise"].update(commitment=commitment("ef" * 32)),
        {Check.PROMISE, Check.SECRET, Check.HISTORY},
    ),
    "an entry more": (
        lambda shown: shown["list"]["entries"].append(shown["list"]["entries"][0] | {"sign": "AAAAAA"}),
        {Check.LIST, Check.TICKETS, Check.OPENED, Check.HISTORY},
    ),
    "a ticket for another": (
        lambda shown: shown["list"]["tickets"].__setitem__(0, ticket_of("K7M2QX", "0" * 32)),
        {Check.LIST, Check.HISTORY},
    ),
    "another number": (lambda shown: shown["number"].update(value="9999"), {Check.SEED, Check.HISTORY}),
    "no number": (lambda shown: shown.pop("number"), {Check.NUMBER, Check.SEED, Check.HISTORY}),
    "another order": (swap_places, {Check.ORDER, Check.HISTORY}),
    "a ticket from nowhere": (lambda shown: shown["result"][1].update(nonce="0" * 32), {Check.OPENED, Check.HISTORY}),
    "one served twice": (
        lambda shown: shown["result"].append(shown["result"][0] | {"order": 4}),
        {Check.OPENED, Check.HISTORY},
    ),
    "the place to the last": (give_to_the_last, {Check.RESULT, Check.HISTORY}),
    "another room": (lambda shown: shown["rooms"]["2026-12-07"].update(places=0), {Check.RESULT, Check.HISTORY}),
    "a link changed": (lambda shown: shown["history"][0].update(link="0" * 64), {Check.HISTORY}),
    "a link left out": (lambda shown: shown["history"].pop(0), {Check.HISTORY}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_in_a_file_is_named(shown, what):
    change, expected = CHANGES[what]
    found = set(failed_checks(changed(shown, change)))
    assert expected <= found
    assert problems_of(changed(shown, change))


def test_a_file_that_was_made_anew_from_top_to_bottom_is_signed_by_nobody(shown, settings):
    kept = list(settings.SEALING_KEYS)
    settings.SEALING_KEYS = ["another key"]
    rooms = {day: Room(1) for day in days(0, 1)}
    forged = made_file([wish("K7M2QX"), wish("P3RT8A"), wish("Z9WX2C")], rooms, secret="ef" * 32)
    assert failed_checks(forged) == []
    settings.SEALING_KEYS = kept
    assert problems_of(forged) == ["区のシステムの署名がない記録があります。"]
    assert problems_of(shown) == []


def test_a_family_alone_sees_that_its_better_ticket_was_held_back(shown):
    own = nonces_of(KEY, "P3RT8A", 4)
    assert not is_passed_over(shown, "P3RT8A", own)
    held_back = changed(shown, lambda other: None)
    row = next(row for row in held_back["result"] if row["sign"] == "P3RT8A")
    worse = max(own, key=lambda nonce: place_of(ticket_of("P3RT8A", nonce), shown["seed"]))
    row["nonce"] = worse
    held_back["result"].sort(key=lambda row: place_of(ticket_of(row["sign"], row["nonce"]), shown["seed"]))
    for order, row in enumerate(held_back["result"], start=1):
        row["order"] = order
    assert Check.OPENED not in failed_checks(held_back)
    assert Check.ORDER not in failed_checks(held_back)
    assert is_passed_over(held_back, "P3RT8A", own)
    assert is_passed_over(shown, "P3RT8A", nonces_of("another key", "P3RT8A", 4))


def test_as_far_as_a_draw_has_come_its_file_is_checked(shown):
    announced = {name: shown[name] for name in ("round", "promise")}
    closed = {name: shown[name] for name in ("round", "promise", "list", "list_digest")}
    for stage in (announced, closed):
        assert failed_checks(stage | {"history": signed_history(stage)}) == []
    closed |= {"history": signed_history(closed)}
    assert failed_checks(changed(closed, lambda other: other["list"]["tickets"].pop()))


def test_of_a_draw_called_off_after_its_deadline_the_order_is_told_and_nothing_given(shown):
    off = {name: value for name, value in shown.items() if name not in ("rooms", "usable", "history")}
    off["result"] = [{name: row[name] for name in ("sign", "order", "nonce")} for row in shown["result"]]
    off["called_off"] = {"at": "2026-11-22T09:00:00+09:00", "reason": "施設の休業"}
    off |= {"history": signed_history(off)}
    assert failed_checks(off) == []
    assert failed_checks(changed(off, swap_places)) == [Check.ORDER]


def test_a_result_that_nobody_signed_is_none_however_much_of_the_file_is_left_out(shown):
    """Kept to the stage of the public number, with days given as somebody likes: all that is signed agrees."""
    cut = {name: value for name, value in deepcopy(shown).items() if name not in ("rooms", "usable")}
    cut["history"] = [row for row in cut["history"] if row["stage"] != "drawn"]
    cut["result"][0]["days"], cut["result"][-1]["days"] = cut["result"][-1]["days"], cut["result"][0]["days"]
    assert failed_checks(cut) == [Check.RESULT]
    bare = deepcopy(cut)
    bare["result"] = [{name: row[name] for name in ("sign", "order", "nonce")} for row in cut["result"]]
    assert failed_checks(bare) == [Check.RESULT], "a draw that was not called off gives something"
    announced = {name: cut[name] for name in ("round", "promise", "result")}
    announced["history"] = [row for row in cut["history"] if row["stage"] == "announced"]
    with pytest.raises(ValueError, match="no list of entries"):
        failed_checks(announced)


def test_days_given_do_not_stand_in_a_draw_that_was_called_off(shown):
    off = {name: value for name, value in shown.items() if name not in ("rooms", "usable", "history")}
    off["called_off"] = {"at": "2026-11-22T09:00:00+09:00", "reason": "施設の休業"}
    off |= {"history": signed_history(off)}
    assert failed_checks(off) == [Check.RESULT]


NO_FILES = ("[" * 200_000, "NaN", '{"promise": 1}', '{"list": 5, "history": []}', "9" * 5000, "")


@pytest.mark.parametrize("text", NO_FILES)
def test_the_command_refuses_what_is_no_file_in_one_sentence(text, tmp_path):
    kept = tmp_path / "draw.json"
    kept.write_text(text)
    with pytest.raises(CommandError, match=r"Cannot read|no published draw"):
        call_command("verify_draw", str(kept))
    with pytest.raises(CommandError, match="Cannot read"):
        call_command("verify_draw", "9" * 30)


def test_signatures_are_of_one_text_and_one_key(settings):
    settings.SEALING_KEYS = ["new", "old"]
    made = sign("a link")
    assert len(made) == 128
    assert is_signed("a link", made)
    assert is_signed("a link", made, [public_keys()[0]])
    assert not is_signed("a link", made, [public_keys()[1]])
    assert not is_signed("another", made)
    assert not is_signed("a link", "no signature")
    assert not is_signed("a link", made[:-2])
    settings.SEALING_KEYS = ["newer", "new", "old"]
    assert is_signed("a link", made)
