"""Many announcements of one operation: one statement, one connection to broker and mail server, each done once."""

import smtplib

import pytest
from celery import current_app
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError as BrokerError

from sankecare import outbox
from sankecare.mails import send_mail
from sankecare.models import OutboxEntry
from sankecare.outbox import Announcement, enqueue_several, take_several
from sankecare.tasks import deliver_several
from tests.builders import A_DAY, at

NOW = at(A_DAY)
KIND = "test_kind"
pytestmark = pytest.mark.django_db


def told(*numbers):
    return [Announcement(KIND, f"user:{number}", f"{KIND}:{number}", {"entry": number}) for number in numbers]


@pytest.fixture
def messages(monkeypatch):
    """What the broker was given, by message."""
    given: list[list[int]] = []
    monkeypatch.setattr(current_app, "send_task", lambda *_name, kwargs, **_how: given.append(kwargs["entries"]))
    return given


@pytest.fixture
def done(monkeypatch):
    found: list[int] = []
    monkeypatch.setitem(outbox._handlers, KIND, lambda entry, _at: found.append(entry.payload["entry"]))
    return found


def test_many_are_written_in_one_statement_each_key_once_and_given_out_together_after_the_commit(
    messages, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(outbox, "IDS_A_MESSAGE", 2)
    with django_capture_on_commit_callbacks() as after:
        with CaptureQueriesContext(connection) as queries:
            enqueue_several(told(1, 2, 3), at=NOW)
        assert len(queries) == 1
        enqueue_several(told(3, 4), at=NOW)
        enqueue_several([], at=NOW)
    assert messages == []
    for callback in after:
        callback()
    ids = dict(OutboxEntry.objects.values_list("dedupe_key", "pk"))
    assert messages == [[ids[f"{KIND}:1"], ids[f"{KIND}:2"]], [ids[f"{KIND}:3"]], [ids[f"{KIND}:4"]]]
    assert outbox.sweep(at=NOW).published == 0, "the sweep leaves them to the workers at first"


@pytest.mark.django_db(transaction=True)
def test_they_belong_to_a_transaction_and_hold_ids_alone():
    with pytest.raises(transaction.TransactionManagementError):
        enqueue_several(told(1), at=NOW)
    with pytest.raises(ValueError, match="invalid literal"), transaction.atomic():
        enqueue_several([Announcement(KIND, "user:1", "k", {"name": "髙﨑"})], at=NOW)  # type: ignore[dict-item]


def test_where_the_broker_is_away_all_is_left_to_the_sweep(monkeypatch, django_capture_on_commit_callbacks):
    def away(*_name, **_how):
        raise BrokerError

    monkeypatch.setattr(current_app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        enqueue_several(told(1, 2), at=NOW)
    assert list(OutboxEntry.objects.values_list("unreached", flat=True)) == [1, 1]
    late = NOW + outbox.FIRST_SWEEP_OF_SEVERAL
    monkeypatch.setattr(outbox, "publish", lambda _entry, **_how: True)
    assert outbox.sweep(at=late).published == 2


def test_a_worker_does_each_once_and_what_takes_too_long_goes_to_the_next(messages, done, monkeypatch):
    enqueue_several(told(1, 2, 3), at=NOW)
    ids = list(OutboxEntry.objects.order_by("pk").values_list("pk", flat=True))
    assert take_several(ids[:1], at=NOW) == []
    assert take_several(ids, at=NOW) == []
    assert done == [1, 2, 3]
    monkeypatch.setattr(outbox, "SEVERAL_SECONDS", -1.0)
    deliver_several(entries=ids)
    assert messages == [ids]


def test_one_mail_that_the_server_refuses_keeps_no_other_back(monkeypatch):
    opened: list[str] = []
    backend = type(mail.get_connection())
    monkeypatch.setattr(backend, "open", lambda _self: opened.append("open"), raising=False)
    monkeypatch.setattr(backend, "close", lambda _self: opened.append("close"), raising=False)

    def handler(entry, _at):
        if entry.payload["entry"] == 2:
            raise smtplib.SMTPRecipientsRefused({})
        send_mail(to="m@example.jp", number=f"t-{entry.pk}", subject="x", body="x")

    monkeypatch.setitem(outbox._handlers, KIND, handler)
    enqueue_several(told(1, 2, 3), at=NOW)
    mail.outbox.clear()
    assert take_several(list(OutboxEntry.objects.order_by("pk").values_list("pk", flat=True)), at=NOW) == []
    assert len(mail.outbox) == 2
    assert opened == ["open", "close", "open", "close"]
    assert list(OutboxEntry.objects.filter(done_at__isnull=True).values_list("payload", flat=True)) == [{"entry": 2}]
