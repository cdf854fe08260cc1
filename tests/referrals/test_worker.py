"""The whole way with a real broker and a real worker, which is killed in the middle."""

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from referrals.models import ReferralNotice
from sankecare import outbox
from sankecare.celery import app
from sankecare.models import OutboxEntry
from sankecare.stack.processes import Child
from sankecare.stack.valkey import EmbeddedValkey

from .factories_referrals import scene

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 120.0


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sankecare-worker-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def broker(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(home / "valkey")
    server.start()
    for name in ("broker_url", "broker_write_url"):
        monkeypatch.setattr(app.conf, name, server.url)
    yield server
    server.stop()


@pytest.fixture
def worker(home: Path, broker: EmbeddedValkey) -> Iterator[Child]:
    (home / "mails").mkdir()
    child = Child(
        "The worker",
        [sys.executable, "-m", "celery", "-A", "sankecare", "worker", "--pool", "solo", "--without-mingle"],
        log=home / "worker.log",
        death_signal=signal.SIGKILL,
        env=os.environ
        | {
            "DATABASE_URL": urlsplit(os.environ["DATABASE_URL_AS_APPLICATION"])
            ._replace(path=f"/{connection.settings_dict['NAME']}")
            .geturl(),
            "REDIS_URL": broker.url,
            "EMAIL_URL": f"filemail:///{home / 'mails'}",
        },
        folder=settings.BASE_DIR,
    )
    yield child
    child.stop()


def until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen in {PATIENCE:.0f} s"
        time.sleep(0.05)


def all_done() -> bool:
    return not OutboxEntry.objects.filter(done_at__isnull=True).exists()


def test_a_worker_killed_in_the_middle_of_delivering_delivers_once_when_it_is_back(worker: Child, home: Path) -> None:
    here = scene()
    worker.start()
    with _NoNoticeCanBeWritten():
        here.raised()
        until(_somebody_waits_for_a_lock, "the first delivery")
        worker.stop()  # SIGKILL
    assert ReferralNotice.objects.count() == 0, "half an effect is none"
    worker.start()
    later = timezone.now() + outbox.LONGEST_PAUSE
    # The database needs a moment to see that the killed worker is gone and to let go of its entry.
    until(lambda: outbox.sweep(at=later).taken == 1, "the sweep's doing it")
    until(all_done, "the delivery")
    assert ReferralNotice.objects.count() == 2
    for entry in OutboxEntry.objects.all():
        outbox.publish(entry.pk)  # the broker gives it out once more
    here.raised()  # and what comes after these shows that they have been looked at
    until(lambda: ReferralNotice.objects.count() == 4 and all_done(), "the second delivery")
    mails = [path.read_text() for path in (home / "mails").iterdir()]
    assert sum(text.count("Message-ID: <referral-") for text in mails) == 4


class _NoNoticeCanBeWritten:
    """Hold the table of notices from another connection: the worker waits in the middle of its effect."""

    def __init__(self) -> None:
        self._held, self._let_go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold)

    def __enter__(self) -> None:
        self._thread.start()
        assert self._held.wait(PATIENCE)

    def __exit__(self, *_error: object) -> None:
        self._let_go.set()
        self._thread.join()

    def _hold(self) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("LOCK TABLE referrals_referralnotice")
                self._held.set()
                self._let_go.wait(PATIENCE)
        finally:
            connection.close()


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
