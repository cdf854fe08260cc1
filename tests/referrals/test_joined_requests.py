"""名寄せ: joined with both on the week's watch list and both asked for, a family has one row and one request."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.actions import Action
from accounts.permissions import visible
from accounts.roles import Role
from bookings.models import Booking, BookingState
from enrollment.families.merge import merge_families
from enrollment.models import Family
from referrals.ask_place import ask_for_place
from referrals.models import (
    Concern,
    ContactWay,
    MarkKind,
    PlaceRequest,
    Referral,
    RequestState,
    Wanted,
    WatchList,
    WatchPolicy,
    WatchRow,
)
from referrals.watch import mark_watch_row, monday_of
from referrals.watch_queries import marks_of, reason_words, watch_list_of
from reports.invariants import broken_invariants
from sankecare.sealing import unseal_values
from tests import builders
from tests.referrals.factories_referrals import scene

pytestmark = pytest.mark.django_db


def entry():
    made = builders.family()
    Family.objects.filter(pk=made.pk).update(mother_name_kana=f"かな {made.pk}")
    return made


def join(kept, given_up):
    return merge_families(kept=kept, given_up=given_up, reason="電話で確認", by=builders.user(), at=timezone.now())


def listed(families, district="setagaya"):
    """Rows of this week's list, each with a day of its own."""
    today = timezone.localdate()
    facts = {"made_at": timezone.now(), "limits": {}}
    made, _new = WatchList.objects.get_or_create(
        week=monday_of(today), district=builders.district(district), defaults=facts
    )
    return [
        WatchRow.objects.create(
            watch_list=made,
            family=family,
            position=number,
            reasons=[{"sign": "no_show", "days": [(today - timedelta(days=number)).isoformat()]}],
        )
        for number, family in enumerate(families, start=1)
    ]


def asked(family, wanted=Wanted.MONTH, by=None):
    return ask_for_place(
        family=family,
        concerns=[Concern.MOOD],
        details="眠れていない",
        wanted=wanted,
        by=by or builders.user(Role.HEALTH_NURSE),
        at=timezone.now(),
    )


def test_one_row_of_the_week_stands_with_the_reasons_and_marks_of_both():
    WatchPolicy.objects.create(period=(builders.LONG_AGO, None), is_on=True)
    nurse = builders.user(Role.HEALTH_NURSE)
    kept, given_up = entry(), entry()
    one, other = listed([kept, given_up])
    mark_watch_row(row=other, kind=MarkKind.CONTACTED, way=ContactWay.PHONE, note="電話", by=nurse, at=timezone.now())
    join(kept, given_up)
    other.refresh_from_db()
    assert (other.joined_into, other.family) == (one, kept)
    (row,) = watch_list_of(nurse).rows
    assert row == one
    assert len(reason_words(row)) == 2
    assert [mark.note for mark in marks_of(row)] == ["電話"]
    assert WatchRow.objects.count() == 2


def test_of_lists_of_two_districts_the_one_where_it_lives_has_the_row():
    kept, given_up = entry(), entry()
    (elsewhere,) = listed([kept], "kitazawa")
    (here,) = listed([given_up])
    join(kept, given_up)
    elsewhere.refresh_from_db()
    assert elsewhere.joined_into == here


def test_one_request_waits_the_one_wanted_soonest_and_the_other_says_which():
    builders.draw_policy()
    kept, given_up = entry(), entry()
    first, second = asked(kept, Wanted.MONTH), asked(given_up, Wanted.NEXT)
    merge = join(kept, given_up)
    waiting = PlaceRequest.objects.get(state=RequestState.ASKED)
    assert (waiting, waiting.family) == (second, kept)
    first.refresh_from_db()
    assert (first.state, first.decided_by) == (RequestState.WITHDRAWN, merge.merged_by)
    assert second.number in first.answer
    assert [row.kind for row in first.events.all()] == ["asked", "withdrawn"]
    assert unseal_values(bytes(merge.outcome))["done"][-1][1] == [f"{first.number} → {second.number}"]
    assert broken_invariants(timezone.now()) == []


def test_a_request_that_has_lapsed_is_no_second_one():
    builders.draw_policy()
    kept, given_up = entry(), entry()
    lapsed = asked(kept)
    PlaceRequest.objects.filter(pk=lapsed.pk).update(state=RequestState.ASKED)
    stands = asked(given_up)
    when = timezone.now() + timedelta(days=400)
    merge_families(kept=kept, given_up=given_up, reason="電話で確認", by=builders.user(), at=when)
    for row in (lapsed, stands):
        row.refresh_from_db()
        assert row.state == RequestState.ASKED


def test_the_nightly_look_finds_a_family_that_is_asked_for_twice():
    builders.draw_policy()
    kept, given_up = entry(), entry()
    asked(kept)
    second = asked(given_up)
    Family.objects.filter(pk=given_up.pk).update(merged_into=kept)
    PlaceRequest.objects.filter(pk=second.pk).update(family=kept)
    assert [row.what for row in broken_invariants(timezone.now())] == ["family_asked_for_twice"]


def test_two_open_follow_ups_of_one_kind_both_stand_and_are_both_read(transactional_db):
    """Each is of its own stay: neither stops the joining, and the district's nurse reads both."""
    here = scene()
    first = here.raised()
    other = builders.registration(entry(), born=timezone.localdate() - timedelta(days=400))
    stay = Booking.objects.create(
        registration=other, service=here.booking.service, state=BookingState.DEPARTED, booked_at=timezone.now()
    )
    second = here.raised(booking=stay)
    with transaction.atomic():
        join(first.family, other.birth.family)
    open_ones = Referral.objects.filter(family=first.family, state="raised").order_by("pk")
    assert [row.pk for row in open_ones] == [first.pk, second.pk]
    assert {row.asked_of for row in open_ones} == {"health_nurse"}
    assert set(visible(here.nurse, Action.REFERRAL_WORK, open_ones)) == {first, second}
