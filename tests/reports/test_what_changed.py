"""三つの文: which sentences are said of which figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.what_changed import LEAST_BEFORE, LEAST_CHANGE, Measure, Overdue, three_sentences


def part(name: str, now: int, before: int) -> Measure:
    return Measure(name, "days", now, before)


@pytest.mark.parametrize(
    ("now", "before", "code", "percent"),
    [
        (2400, 2719, "fewer", 12),
        (2719, 2400, "more", 13),
        (100, 100, "same", 0),
        (100, 0, "nothing_before", None),
        (0, 100, "fewer", 100),
    ],
)
def test_what_changed_in_the_same_days_of_both_years(now: int, before: int, code: str, percent: int | None) -> None:
    told = three_sentences(part("", now, before), [], [])[0]
    assert told.code == code
    assert told.facts.get("percent") == percent


@pytest.mark.parametrize(
    ("parts", "code", "name"),
    [
        ([part("A", 110, 100), part("B", 30, 20)], "part_more", "B"),
        ([part("A", 50, 100), part("B", 30, 20)], "part_fewer", "A"),  # both by half: the first
        ([part("A", 104, 100)], "nothing_moved", None),  # by fewer than five
        ([part("A", 14, 2)], "nothing_moved", None),  # of fewer than ten
        ([part("A", 150, 100), part("New", 12, 0)], "new_part", "New"),
        ([], "nothing_moved", None),
    ],
)
def test_what_moved_most_is_the_largest_share_of_what_was_before(
    parts: list[Measure], code: str, name: str | None
) -> None:
    told = three_sentences(part("", 1, 1), parts, [])[1]
    assert (told.code, told.facts.get("name")) == (code, name)


def test_what_is_late_is_named_and_what_is_not_is_left_out() -> None:
    late = three_sentences(part("", 1, 1), [], [Overdue("requests", 2), Overdue("reports", 0)])[2]
    assert (late.code, late.facts["found"]) == ("late", (("requests", 2),))
    assert three_sentences(part("", 1, 1), [], [Overdue("requests", 0)])[2].code == "nothing_late"


@given(
    st.integers(0, 5000),
    st.integers(0, 5000),
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=5),
)
def test_there_are_three_sentences_of_any_figures(now: int, before: int, pairs: list[tuple[int, int]]) -> None:
    parts = [part(str(place), *pair) for place, pair in enumerate(pairs)]
    told = three_sentences(part("", now, before), parts, [Overdue("late", now)])
    assert len(told) == 3
    if told[1].code in {"part_more", "part_fewer"}:
        assert told[1].facts["change"] >= LEAST_CHANGE
        assert told[1].facts["before"] >= LEAST_BEFORE
