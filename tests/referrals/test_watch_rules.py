"""見守りリスト: when a family is on it, case by case (DEFAULT), and what holds of every case."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.watch_rules import Known, Limits, Reason, Sign, place_on_list, reasons

TODAY = date(2023, 5, 10)
LIMITS = Limits(window_days=21, look_back_days=90, no_shows=1, cancellations=2, lapsed_offers=1)


def ago(number):
    return TODAY - timedelta(days=number)


def ahead(number):
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        # Near the age limit without a place: from three weeks before, to the last day itself.
        ({"usable_until": ahead(22)}, []),
        ({"usable_until": ahead(21)}, [Sign.WINDOW_ENDS]),
        ({"usable_until": TODAY}, [Sign.WINDOW_ENDS]),
        ({"usable_until": ago(1)}, []),
        ({"usable_until": None}, []),
        ({"usable_until": ahead(5), "has_place": True}, []),
        # Once not come is enough, within ninety days.
        ({"no_shows": (ago(90),)}, [Sign.NO_SHOW]),
        ({"no_shows": (ago(91),)}, []),
        # Given back once is everyday; twice is a sign, days ahead included.
        ({"cancellations": (ago(3),)}, []),
        ({"cancellations": (ago(3), ahead(8))}, [Sign.CANCELLED]),
        ({"cancellations": (ago(3), ago(100))}, []),
        ({"lapsed_offers": (ago(2),)}, [Sign.OFFER_LAPSED]),
        (
            {
                "usable_until": ahead(3),
                "no_shows": (ago(9),),
                "cancellations": (ago(4), ago(2)),
                "lapsed_offers": (ago(1),),
            },
            [Sign.WINDOW_ENDS, Sign.NO_SHOW, Sign.CANCELLED, Sign.OFFER_LAPSED],
        ),
    ],
)
def test_a_family_is_on_the_list_by_these_signs(known, found):
    assert [reason.sign for reason in reasons(Known(**known), LIMITS, TODAY)] == found


def test_each_reason_names_its_days_in_order():
    known = Known(usable_until=ahead(3), cancellations=(ahead(2), ago(5), ago(200)))
    assert reasons(known, LIMITS, TODAY) == (
        Reason(Sign.WINDOW_ENDS, (ahead(3),)),
        Reason(Sign.CANCELLED, (ago(5), ahead(2))),
    )


@pytest.mark.parametrize("off", ["window_days", "no_shows", "cancellations", "lapsed_offers"])
def test_a_sign_that_the_policy_does_not_count_is_none(off):
    known = Known(TODAY, no_shows=(TODAY,), cancellations=(TODAY, TODAY), lapsed_offers=(TODAY,))
    without = Limits(**vars(LIMITS) | {off: 0})
    assert len(reasons(known, LIMITS, TODAY)) == 4
    assert len(reasons(known, without, TODAY)) == 3


days = st.lists(st.integers(-200, 60).map(ahead), max_size=4).map(tuple)
knowns = st.builds(
    Known,
    usable_until=st.none() | st.integers(-60, 120).map(ahead),
    has_place=st.booleans(),
    no_shows=days,
    cancellations=days,
    lapsed_offers=days,
)
policies = st.builds(
    Limits,
    window_days=st.integers(0, 180),
    look_back_days=st.integers(0, 366),
    no_shows=st.integers(0, 4),
    cancellations=st.integers(0, 4),
    lapsed_offers=st.integers(0, 4),
)


@given(known=knowns, limits=policies)
def test_every_day_named_is_a_day_known_and_every_row_can_be_sorted(known, limits):
    found = reasons(known, limits, TODAY)
    said = {day for reason in found for day in reason.days}
    assert said <= {known.usable_until, *known.no_shows, *known.cancellations, *known.lapsed_offers}
    assert all(reason.days for reason in found)
    assert not found or place_on_list(found)


@given(known=knowns, limits=policies)
def test_a_stricter_policy_never_puts_more_families_on_the_list(known, limits):
    wider = Limits(
        limits.window_days + 5 if limits.window_days else 0,
        limits.look_back_days + 5,
        limits.no_shows,
        limits.cancellations,
        limits.lapsed_offers,
    )
    narrow = {reason.sign for reason in reasons(known, limits, TODAY)}
    assert narrow <= {reason.sign for reason in reasons(known, wider, TODAY)}


@given(known=knowns)
def test_with_everything_off_nobody_is_on_it(known):
    assert reasons(known, Limits(0, 366, 0, 0, 0), TODAY) == ()
