"""One birth is one birth: by its days, whatever was entered first; and which children of two entries are the same."""

from datetime import date, timedelta

import pytest

from enrollment.one_birth import LEAST_DAYS_APART, BirthDays, is_one_birth
from enrollment.same_children import Child, Pair, pairs_of

BORN = date(2027, 5, 1)


def birth(*born, due=None):
    return BirthDays(due, list(born))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (birth(BORN), birth(BORN), True),
        (birth(BORN), birth(BORN + timedelta(days=1)), True),  # twins on both sides of midnight, or a slip
        (birth(BORN), birth(BORN + timedelta(days=31)), True),  # the wrong month
        (birth(BORN), birth(BORN + timedelta(days=LEAST_DAYS_APART - 1)), True),
        (birth(BORN), birth(BORN + timedelta(days=LEAST_DAYS_APART)), False),
        (birth(BORN), birth(BORN.replace(year=2028)), False),
        (birth(due=BORN), birth(due=BORN + timedelta(days=14)), True),  # corrected by the doctor
        (birth(due=BORN), birth(due=BORN.replace(year=2028)), False),
        (birth(due=date(2027, 6, 30)), birth(BORN), True),  # born early, the due date of the application
        (birth(BORN, due=date(2027, 6, 30)), birth(due=date(2027, 6, 20)), True),
        (birth(BORN, due=date(2027, 6, 30)), birth(due=date(2028, 6, 20)), False),
        (birth(), birth(BORN), False),  # what is not known agrees with nothing
        (birth(), birth(), False),
    ],
)
def test_births_nearer_than_22_weeks_are_one(one, other, same):
    assert (is_one_birth(one, other), is_one_birth(other, one)) == (same, same)


DAY = date(2022, 5, 1)
OTHER_DAY = date(2022, 5, 2)


def child(key, name="", kana="", born=DAY):
    return Child(key, born, name, kana)


@pytest.mark.parametrize(
    ("kept", "given_up", "pairs"),
    [
        ([child(1, "花")], [child(11, "花")], [Pair(1, 11, True)]),
        # Twins, entered in another order
        ([child(1, "花"), child(2, "空")], [child(11, "空"), child(12, "花")], [Pair(2, 11, True), Pair(1, 12, True)]),
        # The kept entry knows one of twins: the second is another child
        ([child(1, "花")], [child(11, "花"), child(12, "空")], [Pair(1, 11, True)]),
        ([child(1)], [child(11, "花"), child(12, "空")], [Pair(1, 11, True)]),
        # Written otherwise, or a twin: a person says which
        ([child(1, "花")], [child(11, "はな")], [Pair(1, 11, False)]),
        ([child(1, "花", "はな")], [child(11, "華", "はな")], [Pair(1, 11, True)]),
        ([child(1, "花")], [child(11, "花", born=OTHER_DAY)], [Pair(1, 11, False)]),
        ([child(1, "花")], [child(11, "空", born=OTHER_DAY)], []),
    ],
)
def test_children_are_paired_by_name_and_birth_and_asked_about_where_only_one_agrees(kept, given_up, pairs):
    assert pairs_of(kept, given_up) == pairs


def test_of_one_birth_even_a_day_mistyped_is_asked_about():
    assert pairs_of([child(1)], [child(11, born=OTHER_DAY)], of_one_birth=True) == [Pair(1, 11, False)]


@pytest.mark.parametrize(("said", "pairs"), [(True, [Pair(1, 11, True)]), (False, [])])
def test_what_a_person_said_holds(said, pairs):
    assert pairs_of([child(1, "花")], [child(11, "はな")], {(1, 11): said}) == pairs
