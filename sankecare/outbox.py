"""The outbox: what must be announced is a row beside what it announces; Celery only carries the row's id.

An app says in its ``ready()`` what an entry's kind does (``handle``), writes an entry in the transaction of
its operation (``enqueue``), and the rest is here: the id is published after the commit, a sweep publishes
again what stays undone, without end, and ``take`` does the effect once.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import connection, transaction
from django.db.models import F, Min
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from .models import OutboxEntry

logger = logging.getLogger(__name__)

Handler = Callable[[OutboxEntry, datetime], None]

DELIVER = "sankecare.tasks.deliver"
# RELIABILITY: the sweep leaves a new entry to the first publishing, and comes back ever later, to 5 minutes.
FIRST_SWEEP_AFTER = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=5)
SWEPT_AT_ONCE = 100
# How old the oldest undone entry may be before the staff's header warns, and before it is red.
WARN_SECONDS = 60
RED_SECONDS = 300
# A save must not wait for a broker that is away: one try, and short.
PUBLISH_OPTIONS = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5, "max_retries": 0}

WRITE = """
    INSERT INTO sankecare_outboxentry
        (kind, recipient, dedupe_key, payload, created_at, next_attempt_at, attempts, unreached, last_error)
    VALUES (%s, %s, %s, %s, %s, %s, 0, 0, '')
    ON CONFLICT (dedupe_key) DO NOTHING RETURNING id
"""

_handlers: dict[str, Handler] = {}


class UnknownKind(LookupError):
    """No app handles this kind: an entry of a newer version, kept until one does."""


def handle(kind: str, handler: Handler) -> None:
    """Say what an entry of the kind does. The handler runs in ``take``'s transaction and may run again."""
    _handlers[kind] = handler


def enqueue(*, kind: str, recipient: str, dedupe_key: str, payload: Mapping[str, int], at: datetime) -> None:
    """Write an entry in the caller's transaction and publish it after the commit; once for a ``dedupe_key``.

    ``recipient`` is ``user:ID`` or ``district:ID/role``; ``payload`` holds ids alone.
    """
    written = _write(kind, recipient, dedupe_key, payload, at, first_sweep=at + FIRST_SWEEP_AFTER)
    if written is not None:
        transaction.on_commit(partial(publish, written), robust=True)


def enqueue_for_sweep(*, kind: str, recipient: str, dedupe_key: str, payload: Mapping[str, int], at: datetime) -> None:
    """Do the same for what may wait for the next sweep (15 s): nothing is published in the request itself."""
    _write(kind, recipient, dedupe_key, payload, at, first_sweep=at)


def _write(
    kind: str, recipient: str, dedupe_key: str, payload: Mapping[str, int], at: datetime, *, first_sweep: datetime
) -> int | None:
    """Return the new entry's id, or None where there is one of the key already. One statement."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an outbox entry belongs to the transaction of what it announces")
    ids = {name: int(value) for name, value in payload.items()}
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [kind, recipient, dedupe_key, json.dumps(ids), at, first_sweep])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def publish(entry_id: int) -> bool:
    """Give the id to the broker; False, counted in the entry, where the broker is away. Never raises for it."""
    try:
        with current_app.connection_for_write(transport_options=PUBLISH_OPTIONS) as connection:
            current_app.send_task(DELIVER, kwargs={"entry": entry_id}, connection=connection, retry=False)
    except (BrokerError, RedisError, OSError):
        logger.warning("outbox_broker_away", extra={"entry": entry_id})
        OutboxEntry.objects.filter(pk=entry_id).update(unreached=F("unreached") + 1)
        return False
    return True


@dataclass(frozen=True)
class Swept:
    """What a sweep did: entries published, and those left because the broker was away."""

    published: int
    left: int


def sweep(*, at: datetime, limit: int = SWEPT_AT_ONCE) -> Swept:
    """Publish again what is due and undone, however old it is; what cannot be published is due at the next sweep."""
    with transaction.atomic(durable=True):
        due = list(
            OutboxEntry.objects.select_for_update(skip_locked=True)
            .filter(done_at__isnull=True, next_attempt_at__lte=at)
            .order_by("next_attempt_at", "pk")[:limit]
        )
        for entry in due:
            entry.attempts += 1
            entry.next_attempt_at = at + min(FIRST_SWEEP_AFTER * 2 ** min(entry.attempts, 8), LONGEST_PAUSE)
        OutboxEntry.objects.bulk_update(due, ["attempts", "next_attempt_at"])
    for position, entry in enumerate(due):
        if not publish(entry.pk):  # the broker is away: each further try would only wait
            left = [row.pk for row in due[position:]]
            OutboxEntry.objects.filter(pk__in=left, done_at__isnull=True).update(next_attempt_at=at)
            return Swept(position, len(left))
    return Swept(len(due), 0)


def take(entry_id: int, *, at: datetime) -> bool:
    """Do what the entry announces and mark it done, in one transaction; True if this call did it.

    Done already, or in another worker's hands: nothing. Whatever the handler raises leaves the entry undone
    with the error's name; the sweep comes back to it.
    """
    try:
        with transaction.atomic(durable=True):
            entry = (
                OutboxEntry.objects.select_for_update(skip_locked=True)
                .filter(pk=entry_id, done_at__isnull=True)
                .first()
            )
            if entry is None:
                return False
            if entry.kind not in _handlers:
                raise UnknownKind
            _handlers[entry.kind](entry, at)
            entry.done_at, entry.last_error = at, ""
            entry.save(update_fields=["done_at", "last_error"])
            return True
    except Exception as error:  # noqa: BLE001 - no error of an effect may lose the entry or stop the worker
        _note_failure(entry_id, type(error).__name__)
        return False


def take_all(*, at: datetime) -> int:
    """Do every undone entry here, without broker or worker, and those that arise from them; return how many."""
    tried: set[int] = set()
    done = 0
    while True:
        undone = OutboxEntry.objects.filter(done_at__isnull=True).exclude(pk__in=tried).values_list("pk", flat=True)
        found = list(undone[:SWEPT_AT_ONCE])
        if not found:
            return done
        tried.update(found)
        done += sum(take(pk, at=at) for pk in found)


def oldest_undone_seconds(at: datetime) -> int | None:
    """Return how long the oldest undone entry has been waiting, None where nothing waits. One query."""
    oldest = OutboxEntry.objects.filter(done_at__isnull=True).aggregate(oldest=Min("created_at"))["oldest"]
    return max(0, int((at - oldest).total_seconds())) if oldest else None


def _note_failure(entry_id: int, error: str) -> None:
    # The error's name only: its text may hold an address or a row's values.
    logger.error("outbox_delivery_failed", extra={"entry": entry_id, "error": error})
    OutboxEntry.objects.filter(pk=entry_id, done_at__isnull=True).update(last_error=error[:60])
