"""秘匿: which counts the meeting's pack shows (DEFAULT), and that no small one can be worked out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.small_cells import NOT_SHOWN, SHOWN_SMALL, masked, masked_group


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, SHOWN_SMALL), (2, SHOWN_SMALL), (3, 3), (40, 40)])
def test_one_and_two_are_not_told_apart(count, shown):
    assert masked(count) == shown


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 9, "b": 5, "c": 0}, {"a": 9, "b": 5, "c": 0}),
        ({"a": 9, "b": 5, "c": 1}, {"a": 9, "b": NOT_SHOWN, "c": SHOWN_SMALL}),
        ({"a": 9, "b": 2, "c": 1}, {"a": 9, "b": SHOWN_SMALL, "c": SHOWN_SMALL}),
        ({"a": 2, "b": 0}, {"a": SHOWN_SMALL, "b": 0}),
        ({}, {}),
    ],
)
def test_beside_a_total_one_small_cell_takes_the_next_smallest_along(counts, shown):
    assert masked_group(counts) == shown


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 30), max_size=8))
def test_from_the_total_and_what_is_shown_no_small_cell_follows(counts):
    shown = masked_group(counts)
    hidden = [key for key, value in shown.items() if isinstance(value, str)]
    small = [key for key in hidden if shown[key] == SHOWN_SMALL]
    assert all(counts[key] in (1, 2) for key in small)
    assert {key: value for key, value in shown.items() if isinstance(value, int)}.items() <= counts.items()
    # A single hidden cell is the whole total, which is masked itself.
    assert len(hidden) != 1 or sum(counts.values()) == counts[hidden[0]]
