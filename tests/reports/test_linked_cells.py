"""秘匿 in rows and columns at once, and over two tables that share counts: who has all sums learns no small one.

The readers of these tests are exhaustive: they make every table that looks the same.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.linked_cells import Sum, hidden_among, open_to_readers
from reports.small_cells import HIDDEN, SMALL, hidden_in

Counts = dict[Hashable, int]


def two_way(cells: Sequence[Sequence[int]]) -> tuple[Counts, list[Sum]]:
    """A table with the totals of its rows and columns, and of all."""
    rows, columns = range(len(cells)), range(len(cells[0]))
    counts: Counts = {(row, column): cells[row][column] for row in rows for column in columns}
    counts |= {("row", row): sum(cells[row]) for row in rows}
    counts |= {("column", column): sum(line[column] for line in cells) for column in columns}
    counts["all"] = sum(map(sum, cells))
    sums = [Sum(("row", row), tuple((row, column) for column in columns)) for row in rows]
    sums += [Sum(("column", column), tuple((row, column) for row in rows)) for column in columns]
    sums += [
        Sum("all", tuple(("row", row) for row in rows)),
        Sum("all", tuple(("column", column) for column in columns)),
    ]
    return counts, sums


def shown(counts: Mapping[Hashable, int], sums: Sequence[Sum]) -> dict[Hashable, Any]:
    hidden = hidden_among(counts, sums)
    return {cell: HIDDEN if cell in hidden else number for cell, number in counts.items()}


def tables(rows: int, columns: int, most: int) -> Any:
    for flat in product(range(most + 1), repeat=rows * columns):
        yield [flat[row * columns : (row + 1) * columns] for row in range(rows)]


@pytest.mark.parametrize(("rows", "columns", "most"), [(2, 2, 6), (2, 3, 3), (3, 2, 3)])
def test_a_reader_of_rows_and_columns_narrows_no_hidden_count_to_one_number(
    rows: int, columns: int, most: int
) -> None:
    """Every table, beside every other one that has the same counts where they are shown."""
    every = [two_way(cells)[0] for cells in tables(rows, columns, most)]
    sums = two_way([[0] * columns] * rows)[1]
    by_totals: dict[Any, list[Counts]] = defaultdict(list)
    for counts in every:
        by_totals[counts["all"]].append(counts)
    for counts in every:
        hidden = hidden_among(counts, sums)
        if "all" in hidden or not hidden or counts["all"] > most:
            continue
        alike = [
            other
            for other in by_totals[counts["all"]]
            if all(other[cell] == counts[cell] for cell in counts if cell not in hidden)
        ]
        for cell in hidden:
            assert len({other[cell] for other in alike}) > 1 or counts[cell] == 0, (counts, cell)


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=5))
@settings(max_examples=200)
def test_no_small_count_is_shown_and_each_hidden_one_is_open(cells: list[list[int]]) -> None:
    counts, sums = two_way(cells)
    hidden = hidden_among(counts, sums)
    assert all(cell in hidden for cell, number in counts.items() if number in SMALL)
    if not any(number in SMALL for number in counts.values()):
        assert not hidden
    _open, closed = open_to_readers(counts, sums, hidden)
    assert not {cell for cell in closed if counts[cell] in SMALL}, (cells, closed)


def test_hidden_by_rows_and_by_columns_alone_a_small_count_could_be_worked_out() -> None:
    """The control: in each row and column two are hidden, and yet the sums of some rows less columns give one."""
    cells = [[1, 5, 5, 9, 9], [5, 4, 9, 9, 9], [5, 9, 2, 5, 9], [9, 9, 5, 6, 9], [9, 9, 9, 9, 9]]
    counts, sums = two_way(cells)
    apart = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (0, 2)}
    _open, closed = open_to_readers(counts, sums, apart)
    assert closed == {(0, 2)}
    _open, closed = open_to_readers(counts, sums, hidden_among(counts, sums))
    assert not {cell for cell in closed if counts[cell]}


def test_a_count_that_is_a_total_and_a_part_is_hidden_in_both_tables_with_a_partner_in_each() -> None:
    counts: Counts = {"all": 39, "a": 1, "b": 8, "c": 30, "a1": 1, "a2": 0, "b1": 8, "b2": 0, "c1": 20, "c2": 10}
    sums = [Sum("all", ("a", "b", "c")), *(Sum(one, (f"{one}1", f"{one}2")) for one in "abc")]
    apart = hidden_in({one: counts[one] for one in "abc"}) | {"a1", "a2"}
    # The control: each table by itself shows b by its only part, and with it a.
    assert "b1" not in apart
    assert open_to_readers(counts, sums, apart)[1] >= {"a", "b"}
    hidden = hidden_among(counts, sums)
    assert {"a", "b", "a1", "b1"} <= hidden
    assert not {cell for cell in open_to_readers(counts, sums, hidden)[1] if counts[cell] in SMALL}


@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=4), min_size=2, max_size=4))
@settings(max_examples=200)
def test_totals_over_totals_give_no_small_count(groups: list[list[int]]) -> None:
    counts: Counts = {"all": sum(map(sum, groups))}
    sums = [Sum("all", tuple(range(len(groups))))]
    for number, group in enumerate(groups):
        counts[number] = sum(group)
        counts |= {(number, place): value for place, value in enumerate(group)}
        sums.append(Sum(number, tuple((number, place) for place in range(len(group)))))
    hidden = hidden_among(counts, sums)
    assert all(cell in hidden for cell, value in counts.items() if value in SMALL)
    closed = open_to_readers(counts, sums, hidden)[1]
    assert not {cell for cell in closed if counts[cell] in SMALL}, (groups, hidden)


def test_who_knows_the_rule_learns_no_small_count_of_a_table_with_rows_and_columns() -> None:
    """Every table of two rows and two columns is masked; those that look alike leave each small count open."""
    most = 7
    looks = defaultdict(list)
    for cells in tables(2, 2, most):
        counts, sums = two_way(cells)
        looks[tuple(shown(counts, sums).items())].append(counts)
    told = []
    for look, worlds in looks.items():
        whole = dict(look)["all"]
        if whole == HIDDEN or whole > most:
            continue  # tables with larger counts, not made here, look the same
        told += [
            (look, cell)
            for cell, value in look
            if value == HIDDEN
            and {one[cell] for one in worlds} <= set(SMALL)
            and len({one[cell] for one in worlds}) == 1
        ]
    assert told == []


def test_a_count_in_three_sums_is_refused() -> None:
    with pytest.raises(ValueError, match="more than two"):
        hidden_among({"a": 1, "b": 1}, [Sum("b", ("a",))] * 3)


def test_three_sums_that_share_parts_in_a_ring_are_refused() -> None:
    ring = [Sum("x", ("a", "b")), Sum("y", ("b", "c")), Sum("z", ("c", "a"))]
    with pytest.raises(ValueError, match="cannot be read as a net"):
        hidden_among({"a": 1, "b": 2, "c": 3, "x": 3, "y": 5, "z": 4}, ring)
