"""A family that moves takes its referral along; the district of the day is told, once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.roles import Role
from referrals.acknowledge import acknowledge_referral
from referrals.models import (
    EventKind,
    RecipientKind,
)
from referrals.queries import inbox
from referrals.sending import follow_moves
from sankecare import outbox
from sankecare.errors import NotPossible
from tests import builders

from .factories_referrals import Scene
from .steps import kinds, left_the_ward, mailed, moved, received, seen_by, sent_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_published")]


def test_a_move_reported_in_advance_tells_the_new_district_on_the_day_and_once(here: Scene) -> None:
    referral, today = received(here), timezone.localdate()
    moved(referral, today + timedelta(days=3))
    assert follow_moves(at=timezone.now()) == 0
    then = builders.at(today + timedelta(days=3), 0, 1)
    assert [follow_moves(at=then), follow_moves(at=then)] == [1, 0]
    referral.refresh_from_db()
    assert (referral.state, referral.in_charge) == ("raised", None)
    event = referral.events.get(kind=EventKind.MOVED)
    assert (event.by, event.district.slug) == (None, "kitazawa")
    outbox.take_all(at=then)
    assert [message.to for message in mail.outbox] == [["elsewhere@ward.test"]]


def test_a_family_that_moved_is_new_in_the_new_inbox_before_anybody_was_told(here: Scene) -> None:
    referral = received(here)
    moved(referral, timezone.localdate())
    found = inbox(here.nurse_elsewhere, timezone.now())
    assert [row.referral for row in found.new] == [referral]
    acknowledge_referral(referral=referral, by=here.nurse_elsewhere, at=timezone.now())
    assert kinds(referral) == ["raised", "acknowledged", "moved", "acknowledged"]
    assert mailed() == []  # received meanwhile: nobody needs to be told


def test_moved_between_raising_and_telling_the_new_district_alone_is_told_once(here: Scene) -> None:
    referral = here.raised()
    moved(referral, timezone.localdate())
    assert mailed() == ["elsewhere@ward.test"]
    assert follow_moves(at=timezone.now()) == 0
    assert mailed() == ["elsewhere@ward.test"]


def test_there_and_back_again_each_district_is_told_of_each_coming(here: Scene) -> None:
    referral = here.raised()
    moved(referral, timezone.localdate())
    follow_moves(at=timezone.now())
    assert mailed() == ["elsewhere@ward.test"]
    referral.family.residences.get(district__slug="kitazawa").delete()
    home = referral.family.residences.get()
    home.period = (home.period.lower, None)
    home.save()
    follow_moves(at=timezone.now())
    assert mailed() == ["colleague@ward.test", "elsewhere@ward.test", "nurse@ward.test"]


def test_a_family_that_leaves_the_ward_stays_with_the_district_where_it_lived_last(here: Scene) -> None:
    referral = received(here)
    left_the_ward(referral, timezone.localdate() - timedelta(days=1))
    assert follow_moves(at=timezone.now()) == 0
    assert seen_by(here.nurse) == {referral.pk}


def test_a_district_that_was_chosen_keeps_it_when_the_family_moves(here: Scene) -> None:
    referral = here.raised()
    kinuta = builders.district("kinuta")
    sent_on(referral, here.nurse, recipient=RecipientKind.HEALTH_NURSE, district=kinuta)
    moved(referral, timezone.localdate())
    assert follow_moves(at=timezone.now()) == 0
    assert seen_by(builders.user(Role.HEALTH_NURSE, district=kinuta)) == {referral.pk}


@pytest.mark.parametrize("days_ago", [0, 30])
def test_a_referral_of_a_family_that_has_left_the_ward_goes_to_the_district_where_it_lived_last(
    here: Scene, days_ago: int
) -> None:
    family = here.booking.registration.birth.family
    lived = family.residences.get()
    lived.period = (lived.period.lower, timezone.localdate() - timedelta(days=days_ago))
    lived.save()
    referral = here.raised()
    assert (referral.district.slug, seen_by(here.nurse)) == ("setagaya", {referral.pk})
    assert mailed() == ["colleague@ward.test", "nurse@ward.test"]


def test_of_a_family_that_never_lived_in_the_ward_it_is_said_that_nothing_is_known(here: Scene) -> None:
    here.booking.registration.birth.family.residences.all().delete()
    with pytest.raises(NotPossible, match="no_residence"):
        here.raised()
