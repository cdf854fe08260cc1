"""Sent on by staff: new in the other section, told once, gone from the first."""

import pytest
from django.utils import timezone

from accounts.roles import Role
from referrals.acknowledge import acknowledge_referral
from referrals.close import withdraw_referral
from referrals.models import (
    RecipientKind,
    Referral,
    ReferralNotice,
)
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.models import OutboxEntry
from tests import builders

from .factories_referrals import Scene
from .steps import kinds, mailed, moved, received, seen_by, sent_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_published")]


def test_sent_on_to_the_other_section_it_is_new_there_told_once_and_gone_here(here: Scene) -> None:
    referral = received(here)
    sent_on(referral, here.nurse)
    referral.refresh_from_db()
    assert (referral.state, referral.recipient, referral.asked_of) == ("raised", "caseworker", "health_nurse")
    assert referral.in_charge is None
    assert (seen_by(here.nurse), seen_by(here.caseworker)) == (set(), {referral.pk})
    assert mailed() == ["caseworker@ward.test"]
    for entry in OutboxEntry.objects.all():
        outbox.take(entry.pk, at=timezone.now())  # the broker gives everything out once more
    assert mailed() == ["caseworker@ward.test"]
    with pytest.raises(Refused, match="sent_on"):
        acknowledge_referral(referral=referral, by=here.nurse, at=timezone.now())
    acknowledge_referral(referral=referral, by=here.caseworker, at=timezone.now())
    assert kinds(referral) == ["raised", "acknowledged", "redirected", "acknowledged"]


def test_sent_on_before_the_first_announcement_only_the_new_section_is_told(here: Scene) -> None:
    sent_on(here.raised(), here.nurse)
    assert mailed() == ["caseworker@ward.test"]
    assert ReferralNotice.objects.count() == 1


def test_to_another_district_with_a_reason_by_a_supervisor_and_back_to_where_the_family_lives(here: Scene) -> None:
    supervisor, referral = builders.user(Role.SUPERVISOR), here.raised()
    nurse, kitazawa = RecipientKind.HEALTH_NURSE, builders.district("kitazawa")
    with pytest.raises(Refused, match="no_reason"):
        sent_on(referral, supervisor, reason=" ")
    sent_on(referral, supervisor, recipient=nurse, district=kitazawa, reason="里帰り先で支援する")
    assert (seen_by(here.nurse), seen_by(here.nurse_elsewhere)) == (set(), {referral.pk})
    assert mailed() == ["elsewhere@ward.test"]
    with pytest.raises(Refused, match="there_already"):
        sent_on(referral, supervisor, recipient=nurse, district=kitazawa)
    sent_on(referral, here.nurse_elsewhere, recipient=nurse, district=None, reason="自宅に戻った")
    assert seen_by(here.nurse) == {referral.pk}
    assert mailed() == ["colleague@ward.test", "elsewhere@ward.test", "nurse@ward.test"]


def test_whoever_does_not_have_it_cannot_send_it_on(here: Scene) -> None:
    referral = here.raised()
    for person in (here.nurse_elsewhere, here.caseworker, here.operator):
        with pytest.raises(Refused, match="sent_on"):
            sent_on(referral, person)
    withdraw_referral(referral=referral, by=here.operator, at=timezone.now())
    with pytest.raises(Refused, match="ended"):
        sent_on(referral, here.nurse)


def test_once_received_the_facility_cannot_take_it_back_also_when_it_was_sent_on(here: Scene) -> None:
    referral = received(here)
    sent_on(referral, here.nurse)
    with pytest.raises(Refused, match="already_received"):
        withdraw_referral(referral=referral, by=here.operator, at=timezone.now())


def announced_without_mails(referral: Referral) -> None:
    """Notices are there, each mail waits: the mail server was away."""
    outbox.take(OutboxEntry.objects.get(dedupe_key=f"referral_raised:{referral.pk}").pk, at=timezone.now())


def test_a_mail_that_comes_late_does_not_go_to_the_section_that_has_it_no_more(here: Scene) -> None:
    referral = here.raised()
    announced_without_mails(referral)
    sent_on(referral, here.nurse)
    assert mailed() == ["caseworker@ward.test"]


def test_sent_there_and_back_a_late_mail_of_the_first_time_is_not_sent_beside_the_new_one(here: Scene) -> None:
    referral = here.raised()
    announced_without_mails(referral)
    sent_on(referral, here.nurse)
    sent_on(referral, here.caseworker, recipient=RecipientKind.HEALTH_NURSE, reason="健康の相談が先")
    assert mailed() == ["colleague@ward.test", "nurse@ward.test"]


def test_a_late_mail_goes_to_nobody_who_could_not_open_its_link(here: Scene) -> None:
    referral = here.raised()
    announced_without_mails(referral)
    here.nurse.district = builders.district("kitazawa")
    here.nurse.save()
    assert mailed() == ["colleague@ward.test"]
    moved(referral, timezone.localdate())
    OutboxEntry.objects.filter(kind="referral_mail", payload__person=here.colleague.pk).update(done_at=None)
    assert mailed() == ["colleague@ward.test"]
