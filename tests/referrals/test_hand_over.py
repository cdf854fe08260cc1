"""What a person has in hand goes to a colleague, or is found when she leaves."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import Action
from accounts.models import AccessLogEntry
from accounts.permissions import visible
from accounts.roles import Role
from enrollment.protection.protect import put_under_protection
from referrals.contact import record_contact
from referrals.hand_over import hand_over_all_referrals
from referrals.models import ContactWay, EventKind, Met, Referral, SectionDeputy
from referrals.queries import colleagues, left_behind
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


@pytest.fixture
def deputy(here: Scene) -> SectionDeputy:
    """Kitazawa's nurses take over from Setagaya's; Setagaya has one nurse alone."""
    here.colleague.is_active = False
    here.colleague.save()
    return SectionDeputy.objects.create(
        district=here.nurse.district,
        recipient=Role.HEALTH_NURSE,
        deputy=here.nurse_elsewhere.district,
        period=(builders.LONG_AGO, None),
    )


def test_one_nurse_alone_hands_over_to_the_deputy_who_then_works_on_that_one_and_sees_no_other(
    here: Scene, deputy: SectionDeputy
) -> None:
    handed, stays = received(here), received(here)
    assert list(colleagues(here.nurse, here.nurse.district_id)) == [here.nurse_elsewhere]
    client = Client()
    client.force_login(here.nurse)
    page = client.get(reverse("nurse:hand-over", args=[handed.pk])).text
    assert str(here.nurse_elsewhere) in page
    hand_over(referral=handed, to=here.nurse_elsewhere, by=here.nurse, at=timezone.now())
    for action in (Action.REFERRAL_WORK, Action.REFERRAL_ADDRESS):
        assert list(visible(here.nurse_elsewhere, action, Referral.objects.all())) == [handed]
    client.force_login(here.nurse_elsewhere)
    assert client.get(reverse("nurse:referral", args=[handed.pk])).status_code == 200
    assert client.get(reverse("nurse:referral", args=[stays.pk])).status_code == 404
    assert handed.number in client.get(reverse("nurse:inbox")).text
    assert AccessLogEntry.objects.filter(user=here.nurse_elsewhere, family=handed.family).exists()
    with transaction.atomic():
        record_contact(
            referral=handed,
            made_at=timezone.now(),
            way=ContactWay.PHONE,
            met=Met.MOTHER,
            text="元気",
            next_contact_on=None,
            by=here.nurse_elsewhere,
            at=timezone.now(),
        )
    assert list(left_behind()) == []
    with transaction.atomic():
        put_under_protection(
            family=handed.family, reason="支援措置", by=builders.user(Role.WARD_STAFF), at=timezone.now()
        )
    assert "住所地の総合支所の課に聞いて" in client.get(reverse("nurse:address", args=[handed.pk])).text
    hand_over(referral=handed, to=here.nurse, by=here.nurse_elsewhere, at=timezone.now())
    assert list(visible(here.nurse_elsewhere, Action.REFERRAL_WORK, Referral.objects.all())) == []


def test_everything_goes_to_the_deputy_at_once_and_nothing_goes_the_other_way(
    here: Scene, deputy: SectionDeputy
) -> None:
    referrals = [received(here) for _ in range(2)]
    with transaction.atomic():
        done = hand_over_all_referrals(of=here.nurse, to=here.nurse_elsewhere, by=here.nurse, at=timezone.now())
    assert done == referrals
    assert list(colleagues(here.nurse_elsewhere, here.nurse_elsewhere.district_id)) == []


def test_once_the_deputy_is_one_no_more_what_she_has_is_found_by_the_supervisors(
    here: Scene, deputy: SectionDeputy
) -> None:
    referral = received(here)
    hand_over(referral=referral, to=here.nurse_elsewhere, by=here.nurse, at=timezone.now())
    deputy.period = (builders.LONG_AGO, timezone.localdate() - timedelta(days=1))
    deputy.save()
    assert list(visible(here.nurse_elsewhere, Action.REFERRAL_WORK, Referral.objects.all())) == []
    assert list(left_behind()) == [referral]
    with pytest.raises(Refused, match="not_of_section"):
        hand_over(referral=received(here), to=here.nurse_elsewhere, by=here.nurse, at=timezone.now())


def test_who_went_to_another_district_has_left_what_she_had(here: Scene) -> None:
    referral = received(here)
    here.nurse.district = builders.district("kitazawa")
    here.nurse.save()
    assert list(left_behind()) == [referral]
