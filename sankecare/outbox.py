"""The outbox: what must be announced is a row beside what it announces; Celery only carries the row's id.

An app says in its ``ready()`` what an entry's kind does (``handle``), writes an entry in the transaction of
its operation (``enqueue``), and the rest is here: the id is published after the commit, a sweep publishes
again what stays undone, without end, and ``take`` does the effect once.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, Value, When
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from .channels.in_hand import InHand, NotNow, holding
from .db import Question, run_batch
from .mails import mails_over_one_connection
from .models import OutboxEntry, Pulse

logger = logging.getLogger(__name__)

Handler = Callable[[OutboxEntry, datetime], None]
# Reads what the handler asks of many entries at once, by the entries' ids.
ReadAhead = Callable[[Sequence[OutboxEntry]], Mapping[int, object]]

DELIVER = "sankecare.tasks.deliver"
DELIVER_SEVERAL = "sankecare.tasks.deliver_several"
# The sweep leaves a new entry to the first publishing, and comes back ever later, to 5 minutes.
FIRST_SWEEP_AFTER = timedelta(seconds=settings.OUTBOX_FIRST_SWEEP_SECONDS)
LONGEST_PAUSE = timedelta(seconds=settings.OUTBOX_LONGEST_PAUSE_SECONDS)
# An address that its own mail server refuses is tried for as long, but not as often.
PAUSE_AFTER_REFUSAL = timedelta(hours=1)
REFUSED = "SMTPRecipientsRefused"
# What waits on purpose (``NotNow``): no failure, and as old as the moment that it waits for.
WAITS = "NotNow"
SWEPT_AT_ONCE = 100
# What is written together goes out in messages of so many ids, all over one connection to the broker; a worker that
# holds one works so long (seconds, below the tasks' limit) and gives the rest to the next. The sweep leaves them be
# meanwhile: it publishes one by one.
IDS_A_MESSAGE = 100
SEVERAL_SECONDS = 12.0
# For so many of them what their handlers ask is read at once: a part of a second before the last one goes out.
READ_AT_ONCE = 25
FIRST_SWEEP_OF_SEVERAL = timedelta(seconds=90)
# How long nothing may go out before the staff's header warns, and before it is red.
WARN_SECONDS = 60
RED_SECONDS = 300
# So long a sweep does what is urgent itself; what is left is done by the next one.
URGENT_SECONDS = 5.0
# Of the broker's priorities (0 is taken first): what is urgent, and the sweep itself, pass the mails that wait.
URGENT, OTHERS = 0, 6
# A save must not wait for a broker that is away: one try, and short.
PUBLISH_OPTIONS = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5, "max_retries": 0}

WRITE = """
    INSERT INTO sankecare_outboxentry
        (kind, recipient, dedupe_key, payload, created_at, next_attempt_at, attempts, unreached, last_error)
    VALUES (%s, %s, %s, %s, %s, %s, 0, 0, '')
    ON CONFLICT (dedupe_key) DO NOTHING RETURNING id
"""

WRITE_SEVERAL = """
    INSERT INTO sankecare_outboxentry
        (kind, recipient, dedupe_key, payload, created_at, next_attempt_at, attempts, unreached, last_error)
    SELECT kind, recipient, dedupe_key, payload, %s, %s, 0, 0, ''
      FROM unnest(%s::text[], %s::text[], %s::text[], %s::jsonb[]) AS told(kind, recipient, dedupe_key, payload)
    ON CONFLICT (dedupe_key) DO NOTHING RETURNING id
"""

STANDING = """
    SELECT min(greatest(created_at, CASE WHEN last_error = %(waits)s THEN next_attempt_at END))
               FILTER (WHERE last_error <> %(refused)s),
           count(*) FILTER (WHERE last_error = %(refused)s),
           (SELECT at FROM sankecare_pulse WHERE name = %(pulse)s)
      FROM sankecare_outboxentry WHERE done_at IS NULL
"""
PULSE = "sweep"
# Compiled by hand: once for each of thousands of mails, of which the ORM's way took a fifth.
TAKE = "SELECT * FROM sankecare_outboxentry WHERE id = %s AND done_at IS NULL FOR UPDATE SKIP LOCKED"
DONE = "UPDATE sankecare_outboxentry SET done_at = %s, last_error = '' WHERE id = %s"

_handlers: dict[str, Handler] = {}
_urgent: set[str] = set()
_read_ahead: dict[str, ReadAhead] = {}
# Around some entries that are done together: reads what all kinds ask, by the entries' recipients.
around_several: list[Callable[[Sequence[str]], AbstractContextManager[None]]] = []
_ahead: ContextVar[Mapping[int, object] | None] = ContextVar("outbox_ahead", default=None)


class UnknownKind(LookupError):
    """No app handles this kind: an entry of a newer version, kept until one does."""


def handle(kind: str, handler: Handler, *, urgent: bool = False, together: ReadAhead | None = None) -> None:
    """Say what an entry of the kind does. The handler runs in ``take``'s transaction and may run again.

    ``urgent``: it only writes to the database (a notice), and waits neither behind mails nor for what one waits.
    ``together``: reads for many entries what the handler then asks of ``read_ahead``, where thousands go out at once.
    """
    _handlers[kind] = handler
    if together is not None:
        _read_ahead[kind] = together
    (_urgent.add if urgent else _urgent.discard)(kind)


def enqueue(*, kind: str, recipient: str, dedupe_key: str, payload: Mapping[str, int], at: datetime) -> None:
    """Write an entry in the caller's transaction and publish it after the commit; once for a ``dedupe_key``.

    ``recipient`` is ``user:ID`` or ``district:ID/role``; ``payload`` holds ids alone.
    """
    written = _write(kind, recipient, dedupe_key, payload, at, first_sweep=at + FIRST_SWEEP_AFTER)
    if written is not None:
        transaction.on_commit(partial(publish, written, urgent=kind in _urgent), robust=True)


def enqueue_for_sweep(*, kind: str, recipient: str, dedupe_key: str, payload: Mapping[str, int], at: datetime) -> None:
    """Do the same for what may wait for the next sweep (15 s): nothing is published in the request itself."""
    _write(kind, recipient, dedupe_key, payload, at, first_sweep=at)


def entry_for_sweep(
    *, kind: str, recipient: str, dedupe_key: str, payload: Mapping[str, int], at: datetime
) -> Question:
    """Return the statement of ``enqueue_for_sweep``, for who sends it along with what it announces."""
    return _entry(kind, recipient, dedupe_key, payload, at, first_sweep=at)


@dataclass(frozen=True)
class Announcement:
    """What ``enqueue`` takes, of one of many."""

    kind: str
    recipient: str
    dedupe_key: str
    payload: Mapping[str, int]


def enqueue_several(told: Sequence[Announcement], *, at: datetime) -> None:
    """Write many entries in the caller's transaction; after the commit they are published together. One statement."""
    _refuse_outside_transaction()
    columns = zip(*[(one.kind, one.recipient, one.dedupe_key, _ids_alone(one.payload)) for one in told], strict=True)
    if told:
        (rows,) = run_batch((WRITE_SEVERAL, [at, at + FIRST_SWEEP_OF_SEVERAL, *map(list, columns)]))
        transaction.on_commit(partial(publish_several, [row[0] for row in rows]), robust=True)


def _write(
    kind: str, recipient: str, dedupe_key: str, payload: Mapping[str, int], at: datetime, *, first_sweep: datetime
) -> int | None:
    """Return the new entry's id, or None where there is one of the key already. One statement."""
    (rows,) = run_batch(_entry(kind, recipient, dedupe_key, payload, at, first_sweep=first_sweep))
    return int(rows[0][0]) if rows else None


def _entry(
    kind: str, recipient: str, dedupe_key: str, payload: Mapping[str, int], at: datetime, *, first_sweep: datetime
) -> Question:
    _refuse_outside_transaction()
    return WRITE, [kind, recipient, dedupe_key, _ids_alone(payload), at, first_sweep]


def _refuse_outside_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an outbox entry belongs to the transaction of what it announces")


def _ids_alone(payload: Mapping[str, int]) -> str:
    return json.dumps({name: int(value) for name, value in payload.items()})


def publish(entry_id: int, *, urgent: bool = False) -> bool:
    """Give the id to the broker; False, counted in the entry, where the broker is away. Never raises for it."""
    try:
        with current_app.connection_for_write(transport_options=PUBLISH_OPTIONS) as connection:
            priority = URGENT if urgent else OTHERS
            given = {"entry": entry_id}
            current_app.send_task(DELIVER, kwargs=given, connection=connection, retry=False, priority=priority)
    except (BrokerError, RedisError, OSError):
        logger.warning("outbox_broker_away", extra={"entry": entry_id})
        OutboxEntry.objects.filter(pk=entry_id).update(unreached=F("unreached") + 1)
        return False
    return True


def publish_several(entries: Sequence[int]) -> None:
    """Give many ids to the broker over one connection. Where it is away they are left to the sweep. Never raises."""
    try:
        with current_app.connection_for_write(transport_options=PUBLISH_OPTIONS) as connection:
            for start in range(0, len(entries), IDS_A_MESSAGE):
                given = {"entries": list(entries[start : start + IDS_A_MESSAGE])}
                current_app.send_task(
                    DELIVER_SEVERAL, kwargs=given, connection=connection, retry=False, priority=OTHERS
                )
    except (BrokerError, RedisError, OSError):
        logger.warning("outbox_broker_away", extra={"entries": len(entries)})
        OutboxEntry.objects.filter(pk__in=entries, done_at__isnull=True).update(unreached=F("unreached") + 1)


def take_several(entries: Sequence[int], *, at: datetime) -> list[int]:
    """Do what many entries announce, each in its own transaction, over one connection to the mail server.

    Returns what is left when the time is over (SEVERAL_SECONDS), for the next worker.
    """
    end = time.monotonic() + SEVERAL_SECONDS
    with mails_over_one_connection() as forget:
        for start in range(0, len(entries), READ_AT_ONCE):
            some = entries[start : start + READ_AT_ONCE]
            with _reading_ahead(some):
                for place, entry_id in enumerate(some, start):
                    if time.monotonic() > end:
                        return list(entries[place:])
                    if not take(entry_id, at=at):
                        forget()  # after an error nobody knows what the server still waits for
    return []


def read_ahead(entry: OutboxEntry) -> object | None:
    """Return what was read for the entry together with others (``handle``), a moment ago; None where nothing was."""
    return (_ahead.get() or {}).get(entry.pk)


@contextmanager
def _reading_ahead(entries: Sequence[int]) -> Iterator[None]:
    undone = list(OutboxEntry.objects.filter(pk__in=entries, done_at__isnull=True))
    by_kind: dict[str, list[OutboxEntry]] = {}
    for entry in undone:
        by_kind.setdefault(entry.kind, []).append(entry)
    found: dict[int, object] = {}
    for kind in by_kind.keys() & _read_ahead.keys():
        try:
            found |= _read_ahead[kind](by_kind[kind])
        except Exception:  # noqa: BLE001 - each is read alone then, and its own error is its own
            logger.warning("outbox_not_read_ahead", extra={"kind": kind})
    with ExitStack() as stack:
        for around in around_several:
            try:
                stack.enter_context(around([entry.recipient for entry in undone]))
            except Exception:  # noqa: BLE001 - it is asked for each alone then
                logger.warning("outbox_not_asked_together")
        stack.callback(_ahead.reset, _ahead.set(found))
        yield


@dataclass(frozen=True)
class Swept:
    """What a sweep did: entries published, those left because the broker was away, urgent ones done at once."""

    published: int
    left: int
    taken: int = 0


def sweep(*, at: datetime, limit: int = SWEPT_AT_ONCE) -> Swept:
    """Do what is urgent, due and undone; publish again the rest that is, however old. The urgent comes first.

    Done here it needs no broker, and no second message of it fills the queue. What cannot be published is due at the
    next sweep.
    """
    urgent_first = Case(When(kind__in=_urgent, then=Value(0)), default=Value(1))
    with transaction.atomic(durable=True):
        due = list(
            OutboxEntry.objects.select_for_update(skip_locked=True)
            .filter(done_at__isnull=True, next_attempt_at__lte=at)
            .order_by(urgent_first, "next_attempt_at", "pk")[:limit]
        )
        for entry in due:
            entry.attempts += 1
            entry.next_attempt_at = at + _pause(entry)
        OutboxEntry.objects.bulk_update(due, ["attempts", "next_attempt_at"])
    taken = _take_in_time([entry.pk for entry in due if entry.kind in _urgent], at)
    others = [entry.pk for entry in due if entry.kind not in _urgent]
    for position, entry_id in enumerate(others):
        if not publish(entry_id):  # the broker is away: each further try would only wait
            left = others[position:]
            OutboxEntry.objects.filter(pk__in=left, done_at__isnull=True).update(next_attempt_at=at)
            return Swept(position, len(left), taken)
    return Swept(len(others), 0, taken)


def _take_in_time(entries: Sequence[int], at: datetime) -> int:
    end, taken = time.monotonic() + URGENT_SECONDS, 0
    for entry_id in entries:
        if time.monotonic() > end:
            break
        taken += take(entry_id, at=at)
    return taken


def _pause(entry: OutboxEntry) -> timedelta:
    if entry.kind in _urgent and not entry.last_error:  # only the worker's death kept it back
        return FIRST_SWEEP_AFTER
    if entry.last_error == REFUSED:
        return PAUSE_AFTER_REFUSAL
    times: int = 2 ** min(entry.attempts, 8)
    return min(FIRST_SWEEP_AFTER * times, LONGEST_PAUSE)


def take(entry_id: int, *, at: datetime) -> bool:
    """Do what the entry announces and mark it done, in one transaction; True if this call did it.

    Done already, or in another worker's hands: nothing. Whatever the handler raises leaves the entry undone
    with the error's name; the sweep comes back to it.
    """
    try:
        with transaction.atomic(durable=True):
            entry = next(iter(OutboxEntry.objects.raw(TAKE, [entry_id])), None)
            if entry is None:
                return False
            if entry.kind not in _handlers:
                raise UnknownKind
            with holding(InHand(entry, at)):
                _handlers[entry.kind](entry, at)
            with connection.cursor() as cursor:
                cursor.execute(DONE, [at, entry.pk])
            return True
    except NotNow as waits:
        OutboxEntry.objects.filter(pk=entry_id).update(next_attempt_at=waits.until, last_error=WAITS)
        return False
    except Exception as error:  # noqa: BLE001 - no error of an effect may lose the entry or stop the worker
        _note_failure(entry_id, type(error).__name__)
        return False


def do_on_way(entry_id: int, *, way: str, at: datetime) -> None:
    """Do once more what an entry announces, on another way: its handler writes the same words from the same ids."""
    entry = OutboxEntry.objects.get(pk=entry_id)
    with holding(InHand(entry, at, way)):
        _handlers[entry.kind](entry, at)


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


def note_pulse(*, at: datetime, name: str = PULSE) -> None:
    """Write that the worker swept at this moment, or did what is named: its task does, as nothing else can for it."""
    Pulse.objects.bulk_create(
        [Pulse(name=name, at=at)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


@dataclass(frozen=True)
class Standing:
    """How announcing stands, in seconds.

    ``oldest_seconds``: how long the oldest entry waits that can go out; None where none does.
    ``refused``: how many wait because the mail server refuses their address: somebody must correct it.
    ``silent_seconds``: since the worker last swept; None where it never did.
    """

    oldest_seconds: int | None
    refused: int
    silent_seconds: int | None

    @property
    def delay_seconds(self) -> int:
        """For how long nothing has been going out: the entry that waits longest, or the worker that is deaf."""
        return max(self.oldest_seconds or 0, self.silent_seconds or 0)


def standing(at: datetime) -> Standing:
    """Look how announcing stands. One query."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"refused": REFUSED, "waits": WAITS, "pulse": PULSE})
        oldest, refused, swept = cursor.fetchone()
    return Standing(_seconds_since(oldest, at), refused, _seconds_since(swept, at))


def _seconds_since(then: datetime | None, at: datetime) -> int | None:
    return None if then is None else max(0, int((at - then).total_seconds()))


def _note_failure(entry_id: int, error: str) -> None:
    # The error's name only: its text may hold an address or a row's values.
    logger.error("outbox_delivery_failed", extra={"entry": entry_id, "error": error})
    OutboxEntry.objects.filter(pk=entry_id, done_at__isnull=True).update(last_error=error[:60])
