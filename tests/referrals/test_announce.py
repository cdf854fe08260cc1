"""Announced once: through Valkey, without it, after a crash, twice. Nothing personal leaves the database."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from referrals import announce
from referrals.acknowledge import acknowledge_referral
from referrals.models import RecipientKind, Referral, ReferralEvent, ReferralNotice
from sankecare import outbox
from sankecare.models import OutboxEntry

from .factories_referrals import CANARIES

pytestmark = pytest.mark.django_db
with_commits = pytest.mark.django_db(transaction=True)

NURSES = ["colleague@ward.test", "nurse@ward.test"]


@pytest.fixture
def published(monkeypatch):
    """The ids given to the broker, which here is only a list."""
    ids = []

    def publish(entry_id, **_how):
        ids.append(entry_id)
        return True

    monkeypatch.setattr(outbox, "publish", publish)
    return ids


@pytest.fixture
def no_broker(monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:9/0")


def mailed():
    return sorted(message.to[0] for message in mail.outbox)


@with_commits
def test_the_sweep_delivers_later_one_notice_and_one_mail_for_each_nurse(here, published):
    now = timezone.now()
    referral = here.raised(at=now)
    published.clear()
    assert outbox.sweep(at=now + timedelta(seconds=9)).taken == 0
    later = now + timedelta(seconds=11)
    assert outbox.sweep(at=later).taken == 1
    for entry in published:
        assert outbox.take(entry, at=later)
    assert set(ReferralNotice.objects.values_list("referral", "person")) == {
        (referral.pk, here.nurse.pk),
        (referral.pk, here.colleague.pk),
    }
    assert outbox.take_all(at=later) == 0  # the mails' entries were published as they were written
    assert mailed() == NURSES
    assert outbox.standing(later).oldest_seconds is None


@with_commits
def test_delivered_twice_has_one_effect(here, published):
    here.raised()
    for _again in range(2):
        for entry in list(published):
            outbox.take(entry, at=timezone.now())
    assert ReferralNotice.objects.count() == 2
    assert mailed() == NURSES


def test_without_the_guard_a_second_delivery_would_mail_again(here, published):
    """The control: the entries' done mark is what holds."""
    here.raised()
    outbox.take_all(at=timezone.now())
    OutboxEntry.objects.update(done_at=None)
    outbox.take_all(at=timezone.now())
    assert mailed() == sorted(NURSES * 2)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2
    assert ReferralNotice.objects.count() == 2


@with_commits
def test_a_crash_between_commit_and_publishing_loses_nothing(here, monkeypatch):
    class Killed(BaseException):
        """As the process's end: nothing after it runs."""

    def die(_entry, **_how):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "publish", die)
        with pytest.raises(Killed):
            here.raised()
    assert Referral.objects.count() == 1
    call_command("sweep_outbox", here=True)
    assert mailed() == NURSES


@with_commits
def test_a_referral_rolled_back_announces_nothing(here, published):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        announce_and_fail(here)
    assert published == []
    assert Referral.objects.count() == OutboxEntry.objects.count() == 0


def announce_and_fail(here):
    from referrals.raise_referral import raise_referral

    raise_referral(
        booking=here.booking,
        recipient=RecipientKind.HEALTH_NURSE,
        concerns=["mood"],
        what_was_seen="眠れない様子",
        ground="consent",
        by=here.operator,
        at=timezone.now(),
    )
    raise ZeroDivisionError


def test_a_mail_that_cannot_be_sent_is_tried_again_and_holds_up_nobody_else(here, published, monkeypatch):
    here.raised()
    sent = mail.EmailMessage.send  # noqa: TID251

    def refuse_the_colleague(message, *args, **kwargs):
        if message.to == ["colleague@ward.test"]:
            raise OSError("nurse's address and other private words")
        return sent(message, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refuse_the_colleague)
        outbox.take_all(at=timezone.now())
    assert mailed() == ["nurse@ward.test"]
    assert OutboxEntry.objects.get(done_at=None).last_error == "OSError"
    outbox.take_all(at=timezone.now())
    assert mailed() == NURSES


def test_the_caseworker_is_told_where_the_caseworker_was_asked(here, published):
    here.raised(recipient=RecipientKind.CASEWORKER)
    outbox.take_all(at=timezone.now())
    assert mailed() == ["caseworker@ward.test"]


def test_received_already_nobody_is_told(here, published):
    acknowledge_referral(referral=here.raised(), by=here.nurse, at=timezone.now())
    outbox.take_all(at=timezone.now())
    assert mail.outbox == []


@with_commits
def test_nothing_personal_in_mail_task_outbox_or_log(here, no_broker, caplog, monkeypatch):
    sent = []
    monkeypatch.setattr(outbox.current_app, "send_task", lambda name, **given: sent.append((name, given["kwargs"])))
    here.raised()
    outbox.take_all(at=timezone.now())
    assert len(sent) == 3
    assert {tuple(kwargs) for _name, kwargs in sent} == {("entry",)}
    assert len(mail.outbox) == 2
    rows = json.dumps(list(OutboxEntry.objects.values("kind", "recipient", "dedupe_key", "payload", "last_error")))
    out = [rows, json.dumps(sent), caplog.text, *(message.message().as_string() for message in mail.outbox)]
    out += [message.subject + message.body for message in mail.outbox]
    assert [word for word in CANARIES for text in out if word in text] == []
    assert all(f"/nurse/referrals/{Referral.objects.get().pk}/" in message.body for message in mail.outbox)
    assert [len(message.recipients()) for message in mail.outbox] == [1, 1]


@pytest.mark.parametrize(
    ("column", "value"), [("recipient", "髙﨑"), ("dedupe_key", "Takasaki!"), ("last_error", "no such user: x@y")]
)
def test_the_outbox_itself_refuses_what_could_carry_a_name(here, published, column, value):
    here.raised()
    with pytest.raises(DatabaseError), transaction.atomic():
        OutboxEntry.objects.update(**{column: value})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE referrals_referral SET what_was_seen = 'x'",
        "UPDATE referrals_referral SET state = 'closed', outcome = 'x'",
        "UPDATE referrals_referral SET state = 'acknowledged'",
        "DELETE FROM referrals_referral",
        "UPDATE referrals_referralevent SET at = now()",
        "DELETE FROM referrals_referralevent",
    ],
)
def test_the_database_lets_nobody_rewrite_a_referral(here, published, statement):
    here.raised()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (Referral.objects.get().state, ReferralEvent.objects.count()) == ("raised", 1)


def test_the_mails_are_of_the_kinds_that_the_app_handles():
    assert {announce.REFERRAL_RAISED, announce.REFERRAL_MAIL} <= set(outbox._handlers)
