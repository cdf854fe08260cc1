"""The outbox on its own: what may be written in it, the sweep's pauses, the one effect; and /healthz."""

import socket
import threading
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from referrals.alerts import Alerts
from sankecare import outbox
from sankecare.models import OutboxEntry
from sankecare.tasks import sweep_outbox
from tests import builders
from tests.builders import A_DAY, at

NOW = at(A_DAY)
KIND = "test_kind"


@pytest.fixture
def effects(monkeypatch):
    """What the entries did; publishing always succeeds."""
    done: list[int] = []
    monkeypatch.setitem(outbox._handlers, KIND, lambda entry, _at: done.append(entry.pk))
    monkeypatch.setattr(outbox, "publish", lambda _entry, **_how: True)
    return done


def entry(key: str = "one", **fields: object) -> OutboxEntry:
    known = {"kind": KIND, "recipient": "user:1", "created_at": NOW, "next_attempt_at": NOW}
    return OutboxEntry.objects.create(dedupe_key=key, **(known | fields))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "personal",
    [
        {"recipient": "nurse@example.jp"},
        {"recipient": "髙﨑 𠮷子"},
        {"key": "髙﨑"},
        {"last_error": "mail to nurse@example.jp refused"},
        {"payload": {"name": "髙﨑"}},
        {"payload": {"person": 7, "names": ["髙﨑"]}},
    ],
)
def test_the_database_refuses_a_name_or_an_address(personal):
    with pytest.raises(IntegrityError), transaction.atomic():
        entry(**personal)


@pytest.mark.django_db
def test_an_entry_holds_ids_alone():
    with pytest.raises(ValueError, match="invalid literal"), transaction.atomic():
        outbox.enqueue(kind=KIND, recipient="user:1", dedupe_key="k", payload={"name": "髙﨑"}, at=NOW)  # type: ignore[dict-item]


@pytest.mark.django_db(transaction=True)
def test_an_entry_belongs_to_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        outbox.enqueue(kind=KIND, recipient="user:1", dedupe_key="k", payload={}, at=NOW)


@pytest.mark.django_db
def test_the_same_key_is_written_once(effects):
    for _time in range(2):
        with transaction.atomic():
            outbox.enqueue(kind=KIND, recipient="user:1", dedupe_key="k", payload={}, at=NOW)
    assert OutboxEntry.objects.count() == 1


@pytest.mark.django_db
def test_the_sweep_comes_back_after_ever_longer_pauses_to_five_minutes_without_end(effects):
    row, moment, pauses = entry(), NOW, []
    for _time in range(6):
        assert outbox.sweep(at=moment).published == 1
        row.refresh_from_db()
        pauses.append((row.next_attempt_at - moment).total_seconds())
        assert outbox.sweep(at=row.next_attempt_at - timedelta(seconds=1)).published == 0
        moment = row.next_attempt_at
    assert pauses == [20, 40, 80, 160, 300, 300]
    assert outbox.sweep(at=NOW + timedelta(days=365)).published == 1


@pytest.mark.django_db
def test_a_sweep_takes_no_more_than_its_limit_the_longest_due_first(effects):
    late = entry("late", next_attempt_at=NOW - timedelta(hours=1))
    entry("later")
    assert outbox.sweep(at=NOW, limit=1).published == 1
    late.refresh_from_db()
    assert late.attempts == 1


@pytest.fixture
def given_out(monkeypatch):
    """Entries and priorities that the broker was given."""
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(
        current_app, "send_task", lambda *_name, kwargs, priority, **_how: given.append((kwargs["entry"], priority))
    )
    return given


@pytest.mark.django_db
def test_the_sweep_does_what_is_urgent_itself_before_any_mail_and_publishes_the_mails(effects, monkeypatch):
    """As a mail server that is slow would otherwise keep every notice back."""
    monkeypatch.setattr(outbox, "_urgent", {KIND})
    mail, notice = entry("mail", kind="a_mail"), entry("notice")
    assert outbox.sweep(at=NOW, limit=1) == outbox.Swept(published=0, left=0, taken=1)
    assert outbox.sweep(at=NOW, limit=1) == outbox.Swept(published=1, left=0, taken=0)
    assert effects == [notice.pk]
    mail.refresh_from_db()
    assert mail.done_at is None


@pytest.mark.django_db
def test_what_is_urgent_passes_the_mails_at_the_broker_too(given_out):
    outbox.publish(1)
    outbox.publish(2, urgent=True)
    assert given_out == [(1, outbox.OTHERS), (2, outbox.URGENT)]
    assert outbox.URGENT < outbox.OTHERS, "the broker takes 0 first"


@pytest.mark.django_db
def test_an_urgent_entry_waits_no_longer_each_time_a_worker_dies_over_it(monkeypatch):
    monkeypatch.setattr(outbox, "_urgent", {KIND})
    monkeypatch.setattr(outbox, "take", lambda _entry, **_how: False)
    row, moment = entry(), NOW
    for _time in range(6):
        outbox.sweep(at=moment)
        row.refresh_from_db()
        assert row.next_attempt_at == moment + timedelta(seconds=10)
        moment = row.next_attempt_at
    OutboxEntry.objects.update(last_error="NobodyToTell")
    outbox.sweep(at=moment)
    row.refresh_from_db()
    assert row.next_attempt_at == moment + timedelta(seconds=300)


@pytest.mark.django_db
def test_while_the_broker_is_away_a_sweep_tries_once_and_everything_stays_due(monkeypatch):
    for number in range(3):
        entry(f"k{number}")
    tried = []
    monkeypatch.setattr(outbox, "publish", lambda pk, **_how: bool(tried.append(pk)))
    assert outbox.sweep(at=NOW) == outbox.Swept(published=0, left=3)
    assert len(tried) == 1
    assert OutboxEntry.objects.filter(next_attempt_at__lte=NOW).count() == 3


@pytest.mark.django_db
def test_an_effect_that_fails_leaves_the_entry_and_only_the_errors_name(monkeypatch, caplog):
    def fail(_entry, _at):
        raise ValueError("髙﨑 𠮷子")

    monkeypatch.setitem(outbox._handlers, KIND, fail)
    row = entry()
    assert outbox.take(row.pk, at=NOW) is False
    row.refresh_from_db()
    assert (row.done_at, row.last_error) == (None, "ValueError")
    assert "髙﨑" not in caplog.text


@pytest.mark.django_db
def test_a_kind_that_no_app_handles_waits_for_one():
    row = entry(kind="of_a_newer_version")
    assert outbox.take(row.pk, at=NOW) is False
    row.refresh_from_db()
    assert (row.done_at, row.last_error) == (None, "UnknownKind")


@pytest.mark.django_db(transaction=True)
def test_of_ten_workers_at_once_one_does_it(effects):
    row = entry()
    together = threading.Barrier(10)

    def take() -> None:
        together.wait()
        outbox.take(row.pk, at=NOW)
        connection.close()

    workers = [threading.Thread(target=take) for _number in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert effects == [row.pk]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_does_not_answer_does_not_hold_up_a_save(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # accepts, and never says a word
        address = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        monkeypatch.setenv("CELERY_BROKER_WRITE_URL", address)
        assert outbox.publish(entry().pk) is False
    assert OutboxEntry.objects.get().unreached == 1


@pytest.mark.django_db
def test_the_command_delivers_here_without_broker_and_worker(effects, capsys):
    row = entry()
    call_command("sweep_outbox", "--here")
    assert effects == [row.pk]
    assert "1" in capsys.readouterr().out


@pytest.mark.django_db
def test_healthz_says_how_long_the_oldest_announcement_waits():
    body = Client().get(reverse("healthz")).json()
    assert (body["database"], body["outbox_oldest_seconds"]) == ("ok", None)
    entry(created_at=timezone.now() - timedelta(seconds=90))
    answer = Client().get(reverse("healthz"))
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["outbox_oldest_seconds"] >= 90


@pytest.mark.django_db
def test_an_address_that_is_refused_is_tried_on_but_does_not_hide_what_else_waits(monkeypatch):
    def refuse(_entry, _at):
        raise SMTPRecipientsRefused({"gone@example.jp": (550, b"no such user")})

    monkeypatch.setitem(outbox._handlers, KIND, refuse)
    monkeypatch.setattr(outbox, "publish", lambda _entry, **_how: True)
    row = entry()
    outbox.take(row.pk, at=NOW)
    found = outbox.standing(NOW + timedelta(days=1))
    assert (found.oldest_seconds, found.refused) == (None, 1)
    moment = NOW
    for _time in range(3):
        assert outbox.sweep(at=moment).published == 1
        row.refresh_from_db()
        assert row.next_attempt_at == moment + timedelta(hours=1)
        moment = row.next_attempt_at
    entry("another", created_at=NOW)
    assert outbox.standing(NOW + timedelta(minutes=2)).oldest_seconds == 120


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("silent", "status", "minutes"), [(timedelta(seconds=5), "ok", 0), (timedelta(seconds=61), "degraded", 1)]
)
def test_a_worker_that_sweeps_no_more_is_seen_though_nothing_waits(silent, status, minutes):
    swept = timezone.now() - silent
    outbox.note_pulse(at=swept - timedelta(minutes=5))
    outbox.note_pulse(at=swept)
    body = Client().get(reverse("healthz")).json()
    assert (body["status"], body["outbox_oldest_seconds"]) == (status, None)
    assert body["worker_silent_seconds"] >= silent.total_seconds()
    request = SimpleNamespace(user=builders.user(Role.HEALTH_NURSE))
    assert Alerts(request).delay_minutes == minutes


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "1分"), (119, "119分"), (120, "2時間"), (2879, "47時間"), (2880, "2日"), (12960, "9日")]
)
def test_a_long_delay_is_told_in_hours_and_days(minutes, words):
    alerts = Alerts(SimpleNamespace(user=None))
    alerts.delay_minutes = minutes
    assert alerts.delay_words == words


@pytest.mark.django_db
def test_the_sweeps_task_leaves_its_sign():
    assert outbox.standing(timezone.now()).silent_seconds is None
    sweep_outbox()
    assert outbox.standing(timezone.now()).silent_seconds == 0


@pytest.mark.django_db
def test_healthz_answers_while_the_broker_is_away(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = Client().get(reverse("healthz"))
    assert (answer.status_code, answer.json()["status"], answer.json()["broker"]) == (200, "degraded", "away")


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/", "/healthz", "/accounts/login/", "/api/v1/facilities/", "/nurse/"])
def test_without_the_database_every_page_asks_to_try_again(page, caplog):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "somebody"
    refused = OperationalError("connection to server failed: host=secret")
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=refused):
        answer = client.get(page)
    if page == "/accounts/login/" and answer.status_code == 200:
        return  # the page needs no database until somebody signs in
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "secret" not in answer.content.decode() + caplog.text
    assert "Traceback" not in caplog.text
