"""督促と突合: nobody receives a referral in time; and whether everything that was raised stands somewhere."""

import logging
from datetime import timedelta

import pgtrigger
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from referrals.acknowledge import acknowledge_referral
from referrals.chase import chase_referrals
from referrals.close import withdraw_referral
from referrals.models import Outcome, RecipientKind, Reconciliation, Referral, ReferralEvent, ReferralNotice
from referrals.reconcile import CHECKS, reconciled
from referrals.tasks import reconcile_referrals
from sankecare import outbox
from sankecare.models import AnsweredRequest, OutboxEntry
from tests import builders
from tests.as_owner import as_owner

from .factories_referrals import CANARIES
from .steps import close_referral, redirect_referral

pytestmark = pytest.mark.django_db

A_SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def nothing_published(monkeypatch):
    monkeypatch.setattr(outbox, "publish", lambda _entry, **_how: True)


@pytest.fixture
def supervisor():
    return builders.user(Role.SUPERVISOR, email="supervisor@ward.test")


def mailed() -> list[str]:
    return [message.to[0] for message in mail.outbox]


def told(person) -> int:
    return ReferralNotice.objects.filter(person=person).count()


def test_four_working_hours_later_every_supervisor_is_told_once_by_notice_and_link(here, supervisor):
    another = builders.user(Role.SUPERVISOR, email="another@ward.test")
    gone = builders.user(Role.SUPERVISOR, email="gone@ward.test", is_active=False)
    referral = here.raised()
    outbox.take_all(at=referral.raised_at)
    mail.outbox.clear()
    assert chase_referrals(at=referral.due_at) == 0
    for late in (A_SECOND, timedelta(minutes=1), timedelta(days=2)):
        chase_referrals(at=referral.due_at + late)
        outbox.take_all(at=referral.due_at + late)
    assert sorted(mailed()) == ["another@ward.test", "supervisor@ward.test"]
    assert (told(supervisor), told(another), told(gone)) == (1, 1, 0)
    texts = [str(message.message()) + message.subject + message.body for message in mail.outbox]
    assert [word for word in (*CANARIES, referral.number) for text in texts if word in text] == []
    assert all(reverse("supervisor:referrals") in message.body for message in mail.outbox)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2


def test_a_year_of_outage_later_the_supervisor_is_still_told(here, supervisor):
    referral = here.raised()
    assert chase_referrals(at=referral.due_at + timedelta(days=365)) == 1
    outbox.take_all(at=timezone.now())
    assert told(supervisor) == 1


def test_more_than_one_run_takes_is_told_in_the_next_ones(here, supervisor):
    due = max(here.raised().due_at for _number in range(5))
    assert [chase_referrals(at=due + A_SECOND, limit=2) for _run in range(4)] == [2, 2, 1, 0]


@pytest.mark.parametrize("done", ["received", "withdrawn", "received while it is announced"])
def test_what_somebody_received_or_took_back_troubles_no_supervisor(here, supervisor, done):
    referral = here.raised()
    late = referral.due_at + A_SECOND
    if done == "withdrawn":
        withdraw_referral(referral=referral, by=here.operator, at=late)
    elif done == "received":
        acknowledge_referral(referral=referral, by=here.nurse, at=late)
    chase_referrals(at=late)
    if done == "received while it is announced":
        acknowledge_referral(referral=referral, by=here.nurse, at=late)
    outbox.take_all(at=late)
    assert told(supervisor) == 0
    assert "supervisor@ward.test" not in mailed()


def test_sent_on_it_has_its_time_again_and_the_supervisor_is_told_again(here, supervisor):
    referral = here.raised()
    late = referral.due_at + A_SECOND
    chase_referrals(at=late)
    sent_on = {"recipient": RecipientKind.CASEWORKER, "district": builders.district(), "reason": "虐待の疑い"}
    redirect_referral(referral=referral, **sent_on, by=here.nurse, at=late)
    outbox.take_all(at=late)
    assert told(supervisor) == 0, "it was sent on before she was told"
    referral.refresh_from_db()
    for _time in range(2):
        chase_referrals(at=referral.due_at + A_SECOND)
        outbox.take_all(at=referral.due_at + A_SECOND)
    assert told(supervisor) == 1
    assert mailed().count("supervisor@ward.test") == 1


def test_a_late_mail_of_a_deadline_that_has_changed_is_not_sent(here, supervisor):
    referral = here.raised()
    late = referral.due_at + A_SECOND
    chase_referrals(at=late)
    outbox.take(OutboxEntry.objects.get(kind="referral_overdue").pk, at=late)
    redirect_referral(
        referral=referral,
        recipient=RecipientKind.CASEWORKER,
        district=None,
        reason="虐待の疑い",
        by=here.nurse,
        at=late,
    )
    outbox.take_all(at=late)
    assert told(supervisor) == 1
    assert "supervisor@ward.test" not in mailed()


def test_each_chase_stands_once_among_the_events_of_the_referral(here, supervisor):
    referral = here.raised()
    late = referral.due_at + A_SECOND
    for _time in range(2):
        chase_referrals(at=late)
        outbox.take_all(at=late)
    for entry in OutboxEntry.objects.filter(kind="referral_overdue"):
        outbox.take(entry.pk, at=late)  # the broker gives it out once more
    assert [(event.kind, event.by, event.at) for event in referral.events.order_by("pk")] == [
        ("raised", here.operator, referral.raised_at),
        ("chased", None, late),
    ]
    client = Client()
    client.force_login(here.nurse)
    page = client.get(reverse("nurse:referral", kwargs={"pk": referral.pk})).content.decode()
    assert "期限までに受け付けられず、区の管理職に通知" in page


def test_where_the_district_has_nobody_the_supervisor_is_told_at_once_and_once(here, supervisor):
    type(here.nurse).objects.filter(role=Role.HEALTH_NURSE).update(is_active=False)
    referral = here.raised()
    outbox.take_all(at=referral.raised_at)
    assert told(supervisor) == 1
    chase_referrals(at=referral.due_at + A_SECOND)
    outbox.take_all(at=referral.due_at + A_SECOND)
    assert mailed() == ["supervisor@ward.test"]


def test_without_a_supervisor_the_chase_waits_for_all_to_see_until_there_is_one(here):
    referral = here.raised()
    late = referral.due_at + A_SECOND
    chase_referrals(at=late)
    outbox.take_all(at=late)
    assert OutboxEntry.objects.get(done_at=None).last_error == "NobodyToTell"
    assert outbox.standing(late + timedelta(minutes=2)).oldest_seconds == 120
    new = builders.user(Role.SUPERVISOR)
    outbox.take_all(at=late)
    assert told(new) == 1


def test_what_was_raised_stands_somewhere_and_the_command_says_so(here, supervisor, capsys):
    now = timezone.now()
    for number in range(4):
        referral = here.raised(at=now)
        if number in {1, 2}:
            acknowledge_referral(referral=referral, by=here.nurse, at=now)
        if number == 2:
            close_referral(referral=referral, kind=Outcome.SETTLED, outcome="訪問済み", by=here.nurse, at=now)
        if number == 3:
            withdraw_referral(referral=referral, by=here.operator, at=now)
    outbox.take_all(at=now)
    call_command("reconcile_referrals")
    said = capsys.readouterr().out
    assert "raised 4 = waiting 1 + received 1 + closed 1 + withdrawn 1" in said
    assert said.count(": none") == len(CHECKS)


def test_the_supervisors_page_shows_what_the_last_night_found_and_what_has_not_gone_out_now(here, supervisor):
    referral = here.raised()
    client = Client()
    client.force_login(supervisor)

    def page():
        return client.get(reverse("supervisor:referrals")).content.decode()

    assert "まだ突合していません" in page()
    reconcile_referrals()
    assert "出された依頼 1件 ＝ 受け付け待ち 1件" in page()
    assert "まだ届いていないお知らせ" in page()
    damage_ghost(here, referral)
    assert "合いません" not in page(), "nobody has looked since"
    reconcile_referrals()
    assert "合いません" in page()
    Reconciliation.objects.update(at=timezone.now() - timedelta(hours=27))
    assert "夜の突合が行われていません" in page()
    with CaptureQueriesContext(connection) as asked:
        page()
    assert not any("sankecare_answeredrequest" in query["sql"] for query in asked)


@pytest.mark.parametrize("page", ["supervisor:referrals", "supervisor:occupancy", "desk:settings"])
def test_after_a_working_day_every_page_of_the_supervisor_is_red(here, supervisor, page):
    client = Client()
    client.force_login(supervisor)
    here.raised()
    words = "期限までに受け付けられていないフォロー依頼"
    assert words not in client.get(reverse(page)).content.decode()
    Referral.objects.update(due_at=timezone.now() - timedelta(days=2), red_at=timezone.now() - timedelta(days=1))
    text = client.get(reverse(page)).content.decode()
    assert words in text
    assert "notice-error" in text or "bg-red-100" in text


def damage_answer(here, referral):
    AnsweredRequest.objects.create(
        user=here.operator, key="k", body_digest="", status=201, answer={"referral": referral.pk + 1}
    )


def damage_entry(here, referral):
    OutboxEntry.objects.filter(dedupe_key=f"referral_raised:{referral.pk}").delete()


def damage_sent(here, referral):
    sent_on = {"recipient": RecipientKind.CASEWORKER, "district": builders.district(), "reason": "虐待の疑い"}
    redirect_referral(referral=referral, **sent_on, by=here.nurse, at=referral.raised_at)
    OutboxEntry.objects.filter(kind="referral_sent").delete()


def damage_notices(here, referral):
    ReferralNotice.objects.filter(referral=referral).delete()


def damage_ghost(here, referral):
    OutboxEntry.objects.update(payload={"referral": referral.pk + 1})


def damage_events(here, referral):
    ReferralNotice.objects.all().delete()
    with as_owner(), pgtrigger.ignore("referrals.ReferralEvent:referral_event_stays"):
        ReferralEvent.objects.all().delete()


def damage_delivery(here, referral):
    OutboxEntry.objects.filter(dedupe_key=f"referral_raised:{referral.pk}").update(done_at=None)


def no_damage_but_time(here, referral):
    """Nobody chases."""


@pytest.mark.parametrize(
    ("damage", "after", "found"),
    [
        (damage_answer, timedelta(), {"answered_but_not_there"}),
        (damage_entry, timedelta(), {"raised_but_never_announced"}),
        (damage_sent, timedelta(), {"sent_on_but_never_announced"}),
        (damage_notices, timedelta(minutes=11), {"waits_and_nobody_was_told"}),
        (damage_ghost, timedelta(), {"announced_but_not_there"}),
        (damage_events, timedelta(), {"stands_nowhere", "state_without_its_event"}),
        (damage_delivery, timedelta(minutes=6), {"not_gone_out"}),
        (no_damage_but_time, timedelta(days=30), {"late_and_no_supervisor_told"}),
    ],
)
def test_what_does_not_add_up_is_found_and_said_loudly(here, caplog, damage, after, found):
    referral = here.raised()
    outbox.take_all(at=referral.raised_at)
    assert reconciled(referral.raised_at).differences == []
    damage(here, referral)
    later = referral.raised_at + after
    assert {difference.what for difference in reconciled(later).differences} == found
    if not after:
        with pytest.raises(CommandError):
            call_command("reconcile_referrals")
        with caplog.at_level(logging.ERROR):
            reconcile_referrals()
        assert "referrals_do_not_add_up" in caplog.text


def test_what_was_made_up_is_announced_to_nobody_and_adds_up(here):
    here.booking.registration.birth.family.__class__.objects.update(made_up=True)
    here.raised(announce=False)
    assert Referral.objects.count() == 1
    assert reconciled(timezone.now()).differences == []
