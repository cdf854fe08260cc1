"""Two people receive one referral at once, or one sends it on meanwhile: one order or the other, told once."""

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from referrals.models import EventKind, Referral, ReferralNotice, ReferralState
from sankecare import outbox
from sankecare.models import OutboxEntry
from tests import builders
from tests.invariants.race_jobs import DONE
from tests.invariants.racers import Job, Starter
from tests.referrals.factories_referrals import Scene, scene

ROUNDS = 5


@pytest.fixture
def here(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(outbox, "publish", lambda _entry, **_how: True)
    return scene()


def does(what: str, **given: Any) -> Job:
    return {"do": what, "at": timezone.now().isoformat(), **given}


def received(referral: Referral) -> int:
    return referral.events.filter(kind=EventKind.ACKNOWLEDGED).count()


def test_of_two_nurses_who_receive_it_at_once_one_has_it(starter: Starter, here: Scene) -> None:
    for _ in range(ROUNDS):
        referral = here.raised()
        jobs = [
            does("acknowledge", referral=referral.pk, by=person.pk)
            for person in (here.nurse, here.colleague, here.nurse, here.colleague)
        ]
        assert Counter(starter.race(jobs)) == {DONE: 1, "already_received": 3}
        referral.refresh_from_db()
        assert received(referral) == 1
        assert referral.in_charge == referral.acknowledged_by


def test_sent_on_and_received_at_once_it_is_with_the_new_section_and_waits_there(
    starter: Starter, here: Scene
) -> None:
    supervisor = builders.user(builders.Role.SUPERVISOR)
    for _ in range(ROUNDS):
        referral = here.raised()
        ends = starter.race(
            [
                does("acknowledge", referral=referral.pk, by=here.nurse.pk),
                does("redirect", referral=referral.pk, by=supervisor.pk),
                does("redirect", referral=referral.pk, by=supervisor.pk),
            ]
        )
        assert ends[0] in (DONE, "sent_on")
        assert Counter(ends[1:]) == {DONE: 1, "there_already": 1}
        referral.refresh_from_db()
        assert (referral.state, referral.recipient) == (ReferralState.RAISED, "caseworker")
        assert received(referral) == (ends[0] == DONE)
        assert OutboxEntry.objects.filter(kind="referral_sent", payload__referral=referral.pk).count() == 1


def test_a_move_followed_by_several_at_once_as_it_is_announced_tells_each_person_once(
    starter: Starter, here: Scene
) -> None:
    User.objects.update(email="")  # a racer writes nothing but how it ended
    referral = here.raised()
    today = timezone.localdate()
    lived = referral.family.residences.get()
    lived.period = (lived.period.lower, today)
    lived.save()
    kitazawa = builders.district("kitazawa")
    referral.family.residences.create(period=(today, None), town=builders.town("北沢", "kitazawa"), district=kitazawa)
    ends = starter.race([does("follow"), does("announce"), does("follow"), does("announce"), does("follow")])
    assert set(ends) == {DONE}
    outbox.take_all(at=timezone.now())
    assert referral.events.filter(kind=EventKind.MOVED).count() == 1
    assert list(ReferralNotice.objects.values_list("person", flat=True)) == [here.nurse_elsewhere.pk]
    assert OutboxEntry.objects.filter(kind="referral_sent").count() == 1
