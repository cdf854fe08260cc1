"""秘匿: which counts the meeting's pack shows (DEFAULT), and that nobody can solve for a small one.

The tests play the reader who tries: who adds up and subtracts, who knows the rule by which is hidden, who has the
packs of other months and years beside this one.
"""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.meeting import families_shown, use_shown
from reports.small_cells import HIDDEN, SMALL, hidden_in, hidden_in_both, masked, masked_group, rounded, share_tells

COUNTS = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=1, max_size=7)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, HIDDEN), (2, HIDDEN), (3, 3), (40, 40)])
def test_one_and_two_are_not_told_apart(count, shown):
    assert masked(count) == shown


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([9, 5, 0], [9, 5, 0]),
        ([9, 5, 1], [9, "x", "x"]),
        # 2, 2 and 5 of 9: were only the small ones hidden, both would be 2.
        ([2, 2, 5], ["x", "x", "x"]),
        ([2, 2, 5, 30], ["x", "x", "x", 30]),
        # 1 beside 3 of 4: who knows which is the small one knows both.
        ([1, 3, 8], ["x", "x", "x"]),
        ([3, 3, 2], ["x", "x", "x"]),
        ([9, 2, 1], [9, "x", "x"]),
        ([1, 1, 1], ["x", "x", "x"]),
        ([2, 0], ["x", "x"]),
        ([0, 0], [0, 0]),
        ([], []),
    ],
)
def test_a_small_cell_takes_along_as_many_as_keep_it_from_being_worked_out(counts, shown):
    assert list(masked_group(dict(enumerate(counts))).values()) == shown


def test_what_is_hidden_elsewhere_takes_a_partner_along_here_and_no_more():
    assert masked_group({"a": 3, "b": 5, "c": 8}, also=["a"]) == {"a": HIDDEN, "b": HIDDEN, "c": 8}
    assert masked_group({"a": 3, "b": 5, "c": 8}, also=["a", "c"]) == {"a": HIDDEN, "b": 5, "c": HIDDEN}


@given(COUNTS)
def test_what_is_shown_is_right_and_no_small_one_is_shown(counts):
    shown = masked_group(dict(enumerate(counts)))
    assert all(value in (HIDDEN, counts[key]) for key, value in shown.items())
    assert all(shown[key] == HIDDEN for key, count in enumerate(counts) if count in SMALL)
    if not set(counts) & set(SMALL):
        assert HIDDEN not in shown.values()


@given(COUNTS)
@settings(max_examples=300)
def test_adding_and_subtracting_gives_no_small_one(counts):
    """The reader knows the total, and also which of the hidden are the small ones, from whatever source."""
    total = sum(counts)
    if total in SMALL:
        return  # the total is hidden itself: see the test of who knows the rule
    hidden = hidden_in(dict(enumerate(counts)))
    small = [key for key in hidden if counts[key] in SMALL]
    for key in small:
        bounds = {
            other: (1, 2) if other in small else (0, 0) if counts[other] == 0 else (3, total) for other in hidden
        }
        everything = hidden == set(range(len(counts)))
        if everything:  # which are empty is not told then
            bounds = dict.fromkeys(hidden, (0, total))
        rest = total - sum(count for other, count in enumerate(counts) if other not in hidden)
        could_be = {value for value in SMALL if _solvable(key, value, rest, bounds)}
        assert could_be == set(SMALL) or (everything and len(_values(key, rest, bounds)) > 1), (counts, key)


def test_who_knows_the_rule_learns_no_small_one_from_any_table():
    """Every table of two to four cells is masked; those that look alike leave each small cell open."""
    for cells, most in ((2, 12), (3, 8), (4, 5)):
        looks = defaultdict(list)
        for counts in product(range(most + 1), repeat=cells):
            looks[(tuple(masked_group(dict(enumerate(counts))).values()), masked(sum(counts)))].append(counts)
        for (shown, total), tables in looks.items():
            if total != HIDDEN and total > most:
                continue  # tables with larger cells, not made here, look the same
            for place, value in enumerate(shown):
                found = {counts[place] for counts in tables}
                assert value != HIDDEN or not found & set(SMALL) or len(found) > 1, (shown, total, tables)


# ---- Two tables that share a cell -----------------------------------------------------------------------------------


def both_shown(counts):
    """What came of referrals beside who received them: those that wait (the first count) stand in both."""
    second = {"received": sum(counts) - counts[0], "not_received": counts[0]}
    first = dict(enumerate(counts))
    hidden, hidden_there = hidden_in_both(first, second, (0, "not_received"))
    return (
        tuple(HIDDEN if key in hidden else count for key, count in first.items()),
        tuple(HIDDEN if key in hidden_there else count for key, count in second.items()),
    )


@pytest.mark.parametrize(("cells", "most"), [(2, 12), (3, 8), (4, 5)])
def test_who_lays_two_tables_beside_each_other_learns_no_small_one(cells, most):
    """Every pair of tables is masked; those that look alike leave each small cell of either open."""
    looks = defaultdict(list)
    for counts in product(range(most + 1), repeat=cells):
        looks[(both_shown(counts), masked(sum(counts)))].append(counts)
    for (shown, total), worlds in looks.items():
        if total != HIDDEN and total > most:
            continue  # worlds with larger cells, not made here, look the same
        every = [(*counts, sum(counts) - counts[0]) for counts in worlds]
        cells_shown = (*shown[0], shown[1][0])
        for place, value in enumerate(cells_shown):
            found = {counts[place] for counts in every}
            assert value != HIDDEN or not found & set(SMALL) or len(found) > 1, (shown, total, worlds)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=6))
def test_a_cell_of_two_tables_is_hidden_in_both_or_in_neither(counts):
    first, second = both_shown(counts)
    assert (first[0] == HIDDEN) is (second[1] == HIDDEN)


def test_hidden_in_one_table_alone_a_shared_cell_would_be_read_in_the_other():
    """The control: each table masked by itself tells the small one that both have."""
    counts = [4, 1, 30]
    first = masked_group(dict(enumerate(counts)))
    second = masked_group({"received": 31, "not_received": 4})
    assert (first[0], first[1], second["not_received"]) == (HIDDEN, HIDDEN, 4)
    assert sum(counts) - first[2] - second["not_received"] == 1  # solved for
    assert both_shown(counts)[1] == (HIDDEN, HIDDEN)


# ---- The packs of other months and years ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "step"),
    [(0, 0), (3, 5), (7, 5), (8, 10), (12, 10), (13, 15), (102, 100), (103, 105), (HIDDEN, HIDDEN)],
)
def test_of_a_running_year_counts_are_to_the_nearest_five(shown, step):
    assert rounded(shown) == step


@pytest.mark.parametrize("more", [0, 1, 2])
@pytest.mark.parametrize("before", [3, 7, 8, 12, 40])
def test_two_months_of_a_running_year_give_no_small_number_by_their_difference(before, more):
    """Whatever the two are rounded to, one, two, none or more may have come."""
    steps = [rounded(before), rounded(before + more)]
    ways = {
        late - early
        for early, late in product(range(3, 60), repeat=2)
        if late >= early and [rounded(early), rounded(late)] == steps
    }
    assert len(ways) > 2


@given(
    st.lists(st.integers(0, 9), min_size=5, max_size=5),
    st.lists(st.integers(0, 9), min_size=5, max_size=5),
)
def test_the_change_on_the_year_before_gives_no_hidden_family_of_either_year(now, before):
    districts = list("abcde")
    year = dict(zip(districts, now, strict=True)) | {"total": sum(now)}
    last = dict(zip(districts, before, strict=True)) | {"total": sum(before)}
    change = {key: year[key] - last[key] for key in year}
    shown = families_shown(year, change, districts)
    shown_last = families_shown(last, None, districts)
    for key, row in shown.items():
        assert HIDDEN not in (row["families"], shown_last[key]["families"]) or row["change"] == HIDDEN
        assert row["change"] in (HIDDEN, change[key])
    assert all(row["families"] == HIDDEN for row in shown.values() if _small(row, year, shown))


def test_of_one_or_two_families_neither_days_nor_occupancy_are_told():
    """Two families of fourteen days: with seven days a family at most the days alone would say that they are two."""
    many = _use(short_stay=300, day_care=120, families=90)
    few = _use(short_stay=14, day_care=0, families=2)
    assert use_shown([many, few]) == [
        many | {"families": HIDDEN},
        {**dict.fromkeys(few, HIDDEN), "slot_days": 100},
    ]
    assert use_shown([many, _use(short_stay=2, day_care=40, families=9)])[1] == _use(0, 40, 9) | {
        "short_stay_days": HIDDEN,
        "day_care_days": HIDDEN,
        "total_days": 42,
        "occupancy_percent": 42,
    }
    assert use_shown([many]) == [many]


@pytest.mark.parametrize(
    ("part", "whole", "tells"),
    [(7, 11, False), (10, 11, True), (9, 11, True), (1, 11, True), (11, 11, False), (0, 11, False), (2, 2, True)],
)
def test_a_percentage_is_not_told_where_it_says_that_one_or_two_were_late(part, whole, tells):
    assert share_tells(part, whole) is tells


# ---- Who tries ------------------------------------------------------------------------------------------------------


def _solvable(key: int, value: int, rest: int, bounds: dict[int, tuple[int, int]]) -> bool:
    """Whether the hidden cells can add up to the rest while this one has the value."""
    others = [bound for other, bound in bounds.items() if other != key]
    low, high = sum(bound[0] for bound in others), sum(bound[1] for bound in others)
    return low <= rest - value <= high


def _values(key: int, rest: int, bounds: dict[int, tuple[int, int]]) -> list[int]:
    return [value for value in range(rest + 1) if _solvable(key, value, rest, bounds)]


def _small(row: object, year: dict[str, int], shown: dict[str, dict[str, object]]) -> bool:
    return any(year[key] in SMALL for key, one in shown.items() if one is row)


def _use(short_stay: int, day_care: int, families: int) -> dict[str, int]:
    return {
        "short_stay_days": short_stay,
        "day_care_days": day_care,
        "total_days": short_stay + day_care,
        "families": families,
        "slot_days": 100,
        "occupancy_percent": short_stay + day_care,
    }
