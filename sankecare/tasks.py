"""The outbox's tasks. Each takes an id or nothing and may run twice."""

from celery import shared_task
from django.utils import timezone

from . import idempotency, outbox


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
