"""The outbox's tasks, and the seals of the history. Each takes an id or nothing and may run twice."""

from celery import shared_task
from django.utils import timezone

from . import idempotency, outbox
from .history_seals.nightly import seal_and_verify


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def sweep_outbox() -> None:
    """Publish again what stays undone, and leave a sign that the worker lives (every 15 s, settings)."""
    now = timezone.now()
    outbox.note_pulse(at=now)
    outbox.sweep(at=now)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def deliver(*, entry: int) -> None:
    """Do what the entry announces, once."""
    outbox.take(entry, at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def deliver_several(*, entries: list[int]) -> None:
    """Do what several entries announce, each once; what takes too long goes on in the next message."""
    if left := outbox.take_several(entries, at=timezone.now()):
        outbox.publish_several(left)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def forget_answers() -> None:
    """Delete what was answered a month ago (nightly, settings)."""
    idempotency.forget_answers(at=timezone.now())


# Reads years of rows; taken from the queue as it begins: the next hour tries again.
@shared_task(acks_late=False, soft_time_limit=3300, time_limit=3400)  # type: ignore[untyped-decorator]
def seal_the_history() -> None:
    """Seal the days that are over and look all seals through (hourly, settings; nothing where it is done)."""
    seal_and_verify(at=timezone.now())
