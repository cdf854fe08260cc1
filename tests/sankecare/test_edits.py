"""What two people changed of one thing, field by field."""

import pytest

from sankecare.edits.digests import merge

# opened, typed, now: left, conflicts, meanwhile
CASES = [
    ("3400", "3400", "3400", (1, 0, 0)),  # nobody touched it
    ("3400", "3480", "3400", (0, 0, 0)),  # she alone
    ("3400", "3400", "3480", (1, 0, 1)),  # somebody else alone: it stays
    ("3400", "8000", "3480", (0, 1, 1)),  # both, to something different
    ("3400", "3480", "3480", (0, 0, 0)),  # both, to the same
    ("", "3480", "", (0, 0, 0)),  # filled in
    ("3400", "", "3480", (0, 1, 1)),  # she wiped what somebody else corrected
]


@pytest.mark.parametrize(("opened", "typed", "now", "expected"), CASES)
def test_what_each_changed_is_told_apart(opened: str, typed: str, now: str, expected: tuple[int, int, int]) -> None:
    merged = merge(opened={"w": opened}, typed={"w": typed}, now={"w": now})
    assert tuple("w" in names for names in (merged.left, merged.conflicts, merged.meanwhile)) == tuple(
        map(bool, expected)
    )


def test_a_field_that_was_not_carried_along_counts_as_opened_now() -> None:
    merged = merge(opened={}, typed={"w": "8000", "m": "1"}, now={"w": "3480", "m": "1"})
    assert (merged.left, merged.conflicts, merged.meanwhile) == ({"m"}, frozenset(), frozenset())
