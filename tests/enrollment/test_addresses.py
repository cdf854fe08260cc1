"""Where a family lives, whatever is reported in whatever order: as a plain table of starts says, open or sealed."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrollment.addresses import address_on, end_residence, keep_residence
from enrollment.confidential import Address
from enrollment.models import Family, Residence
from enrollment.protection.protect import put_under_protection
from tests.builders import A_DAY, at, town, user

pytestmark = pytest.mark.django_db

DAYS = st.integers(0, 12).map(lambda number: A_DAY + timedelta(days=number))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("lives"), DAYS, st.integers(1, 3)),
        st.tuples(st.just("leaves"), DAYS, st.just(0)),
        st.tuples(st.just("protect"), st.just(A_DAY), st.just(0)),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_on_each_day_the_family_lives_where_the_latest_report_before_it_said(steps):
    family = Family.objects.create(mother_name="髙﨑 𠮷子", mother_name_kana="たかさき", created_at=at(A_DAY))
    here, by = town(), user()
    starts, sealed = {}, False
    for what, day, chome in steps:
        if what == "lives":
            keep_residence(
                family=family, address=Address(here, chome), from_day=day, by=by, at=at(A_DAY), still_leaves=False
            )
            known, following = (
                _start_before(starts, day),
                min((start for start in starts if start > day), default=None),
            )
            same = known and starts[known] == Address(here, chome) and (following is None or starts[following])
            if same and not sealed:
                continue  # nothing new; behind a protection it is written as a move: a guess must not be told right
            # Who is reported to live here from a day on does not leave after it, unless that is said again.
            moves = min((start for start in starts if start > day and starts[start]), default=None)
            starts = {start: a for start, a in starts.items() if start <= day or a or (moves and start > moves)}
            starts[day] = Address(here, chome)
        elif what == "leaves":
            end_residence(family=family, last_day=day)
            if not any(said and start <= day for start, said in starts.items()):
                continue  # it did not live here yet: nothing ends
            # From the last day on nothing is known until it comes back; an earlier last day is put right.
            left = min((start for start, said in starts.items() if start > day and said is None), default=None)
            before = _start_before(starts, day)
            back = min((s for s in starts if s > (left or day) and starts[s]), default=None) if left else None
            if starts[before] is None:
                del starts[before]
                back = min((start for start in starts if start > day and starts[start]), default=None)
            starts = {start: said for start, said in starts.items() if start <= day or (back and start >= back)}
            starts.setdefault(day + timedelta(days=1), None)
        else:
            put_under_protection(family=family, reason="支援措置", by=by, at=at(A_DAY))
            sealed = True
        for number in range(15):
            probe = A_DAY + timedelta(days=number)
            start = _start_before(starts, probe)
            expected = starts[start] if start else None
            assert address_on(family, probe) == expected, (what, day, probe)
            assert family.residences.filter(period__contains=probe).exists() == (expected is not None)
    assert not sealed or not Residence.objects.filter(family=family, town__isnull=False).exists()


def _start_before(starts, day):
    return max((start for start in starts if start <= day), default=None)
