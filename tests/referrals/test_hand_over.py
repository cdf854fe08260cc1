"""What a person has in hand goes to a colleague, or is found when she leaves."""

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from referrals.hand_over import hand_over_all_referrals
from referrals.models import (
    EventKind,
)
from referrals.queries import left_behind
from sankecare import outbox
from sankecare.errors import Refused
from tests import builders

from .factories_referrals import Scene
from .steps import hand_over, mailed, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_published")]


def test_who_has_it_hands_it_over_to_a_colleague_who_is_told(here: Scene) -> None:
    referral = received(here)
    hand_over(referral=referral, to=here.colleague, by=here.nurse, at=timezone.now())
    referral.refresh_from_db()
    assert (referral.in_charge, referral.acknowledged_by) == (here.colleague, here.nurse)
    event = referral.events.get(kind=EventKind.HANDED_OVER)
    assert (event.by, event.person) == (here.nurse, here.colleague)
    mail.outbox.clear()
    assert mailed() == ["colleague@ward.test"]
    assert "/nurse/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("to", "by", "code"),
    [
        ("caseworker", "nurse", "not_of_section"),
        ("nurse_elsewhere", "nurse", "not_of_section"),
        ("nurse", "nurse", "not_of_section"),
        ("colleague", "colleague", "not_hers"),
        ("colleague", "operator", "not_hers"),
    ],
)
def test_nobody_else_hands_over_and_to_nobody_else(here: Scene, to: str, by: str, code: str) -> None:
    referral = received(here)
    with pytest.raises(Refused, match=code):
        hand_over(referral=referral, to=getattr(here, to), by=getattr(here, by), at=timezone.now())


def test_a_supervisor_hands_over_what_somebody_who_left_had_all_or_nothing(here: Scene) -> None:
    supervisor, referrals = builders.user(Role.SUPERVISOR), [received(here) for _ in range(3)]
    with pytest.raises(Refused, match="not_hers"):
        hand_over(referral=referrals[0], to=here.colleague, by=supervisor, at=timezone.now())
    assert list(left_behind()) == []
    here.nurse.is_active = False
    here.nurse.save()
    assert list(left_behind()) == referrals
    with transaction.atomic():
        done = hand_over_all_referrals(of=here.nurse, to=here.colleague, by=supervisor, at=timezone.now())
    assert done == referrals
    assert list(left_behind()) == []
    with pytest.raises(Refused, match="nothing_in_hand"), transaction.atomic():
        hand_over_all_referrals(of=here.nurse, to=here.colleague, by=supervisor, at=timezone.now())
    mail.outbox.clear()
    outbox.take_all(at=timezone.now())
    assert [message.to for message in mail.outbox if "引継ぎ" in message.subject] == [["colleague@ward.test"]]


def test_who_went_to_another_district_has_left_what_she_had(here: Scene) -> None:
    referral = received(here)
    here.nurse.district = builders.district("kitazawa")
    here.nurse.save()
    assert list(left_behind()) == [referral]
