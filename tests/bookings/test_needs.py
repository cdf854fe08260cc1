"""高い必要性: more weight in the draws of its time, with its reason; never a place outside the rules."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.draw import Choice, Room, Wish, draw
from bookings.draws.draw_facts import need_of
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.draws.priority import end_high_need, set_high_need
from bookings.models import Booking, DrawEntry, DrawPolicy, HighNeed, Outcome
from enrollment.models import RegistrationState
from sankecare.errors import NotPossible, Refused
from tests.builders import A_DAY, LONG_AGO, at, family, registration, service, usage_limits, user, wished

A_LITTLE = timedelta(minutes=1)
FIRST = A_DAY + timedelta(days=14)
OPENS, CLOSES, DRAWN = at(A_DAY), at(A_DAY + timedelta(days=3)), at(A_DAY + timedelta(days=4))
REASON = "夜に眠れていない。手伝う家族がいない。"


@pytest.fixture
def announced(db):
    usage_limits()
    DrawPolicy.objects.create(
        period=(LONG_AGO, None),
        high_need_tickets=2,
        lost_before_tickets=0,
        most_lost_counted=0,
        window_tickets=0,
        window_days=0,
        answer_hours=48,
        offer_hours=24,
    )
    return announce_round(
        pool=service(slots=1).pool,
        first_day=FIRST,
        last_day=FIRST + timedelta(days=6),
        opens_at=OPENS,
        closes_at=CLOSES,
        draw_at=DRAWN,
        by=None,
        at=OPENS,
    )


def need(of, first=0, last=30, set_at=OPENS, **changes):
    """High need from ``first`` to ``last`` days after A_DAY."""
    asked = {"reason": REASON, "asked_by": user(Role.HEALTH_NURSE), "by": user(), "at": set_at} | changes
    days = {"first_day": A_DAY + timedelta(days=first), "last_day": A_DAY + timedelta(days=last)}
    return set_high_need(family=of, **days, **asked)


def enter(announced, made):
    return enter_draw(draw_round=announced, registration=made, choices=wished(announced, [FIRST]), by=user(), at=OPENS)


def tickets_published(announced, entry):
    close_round(draw_round=announced, at=CLOSES)
    entry.refresh_from_db()
    return entry.tickets


# The deadline is three days after A_DAY, the policy gives two tickets more.
@pytest.mark.parametrize(
    ("first", "last", "tickets"),
    [(0, 30, 3), (3, 3, 3), (0, 3, 3), (0, 2, 1), (4, 30, 1)],
)
def test_it_counts_in_the_draws_whose_deadline_is_in_its_period(announced, first, last, tickets):
    made = registration()
    need(made.birth.family, first, last)
    assert tickets_published(announced, enter(announced, made)) == tickets


def test_what_is_set_or_ended_after_the_deadline_changes_nothing_of_the_draw(announced):
    early, late = registration(), registration()
    counted = need(early.birth.family)
    need(late.birth.family, set_at=CLOSES + A_LITTLE)
    entries = [enter(announced, made) for made in (early, late)]
    end_high_need(need=counted, reason="退院した", by=user(), at=CLOSES + A_LITTLE)
    assert [tickets_published(announced, entry) for entry in entries] == [3, 1]
    assert [entry.need_counted for entry in entries] == [counted, None]


def test_ended_before_the_deadline_it_counts_no_more_and_says_why(announced):
    made = registration()
    kept = end_high_need(need=need(made.birth.family), reason="家族が戻った", by=user(), at=CLOSES - A_LITTLE)
    assert tickets_published(announced, enter(announced, made)) == 1
    with pytest.raises(Refused, match="ended"):
        end_high_need(need=kept, reason="もう一度", by=user(), at=CLOSES)


def test_the_entry_shows_what_counted_whatever_comes_later(announced):
    made = registration()
    kept = need(made.birth.family)
    entry = enter(announced, made)
    assert need_of(entry) == kept
    close_round(draw_round=announced, at=CLOSES)
    entry.refresh_from_db()
    need(made.birth.family, set_at=CLOSES)
    assert need_of(DrawEntry.objects.get(pk=entry.pk)) == kept


def test_it_gives_no_place_and_opens_no_rule(announced):
    waiting = registration(state=RegistrationState.APPLIED)
    old = registration(born=A_DAY - timedelta(days=200))
    for made in (waiting, old):
        need(made.birth.family)
        with pytest.raises(NotPossible):
            enter(announced, made)
    assert not DrawEntry.objects.exists()
    assert not Booking.objects.exists()


def test_of_one_place_only_one_is_given_however_much_is_needed(announced):
    for _ in range(3):
        made = registration()
        need(made.birth.family)
        enter(announced, made)
    close_round(draw_round=announced, at=CLOSES)
    run_draw(draw_round=announced, at=DRAWN)
    assert sorted(DrawEntry.objects.values_list("outcome", flat=True)) == [Outcome.LOST, Outcome.LOST, Outcome.WON]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"reason": " "}, "no_reason"), ({"first": 5, "last": 4}, "days_out_of_order")],
)
def test_without_reason_or_in_the_wrong_order_it_is_refused(db, changes, code):
    with pytest.raises(NotPossible, match=code):
        need(family(), **changes)
    with pytest.raises(NotPossible, match="no_reason"):
        end_high_need(need=need(family()), reason="", by=user(), at=OPENS)


def test_the_database_keeps_what_was_set(db):
    kept = need(family())
    for change in ({"reason": "別の理由"}, {"period": (A_DAY, A_DAY + timedelta(days=400))}, {"set_by": user()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            HighNeed.objects.filter(pk=kept.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        HighNeed.objects.filter(pk=kept.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        HighNeed.objects.filter(pk=kept.pk).update(ended_at=OPENS)
    with pytest.raises(IntegrityError), transaction.atomic():
        HighNeed.objects.create(
            family=kept.family, period=(A_DAY, None), reason="x", asked_by=user(), set_by=user(), set_at=OPENS
        )


DAYS = [FIRST + timedelta(days=number) for number in range(4)]
wishes = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2), st.integers(1, 20)), min_size=1, max_size=8).map(
    lambda rows: [
        Wish(sign=f"S{place}", choices=(Choice("s", tuple(DAYS[first : first + length])),), tickets=tickets)
        for place, (first, length, tickets) in enumerate(rows)
    ]
)


@given(wishes=wishes, places=st.integers(0, 3), seed=st.text(max_size=4))
def test_whatever_the_tickets_nobody_gets_a_day_beyond_its_places_or_her_wish(wishes, places, seed):
    given_days = [day for award in draw(wishes, {day: Room(places) for day in DAYS}, seed) for day in award.days]
    assert all(given_days.count(day) <= places for day in DAYS)
    asked = {wish.sign: wish.choices[0] for wish in wishes}
    for award in draw(wishes, {day: Room(places) for day in DAYS}, seed):
        assert award.days in ((), asked[award.sign].days)
