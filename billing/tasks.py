"""What comes due by the clock: fees that are still open. It may run twice."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from .unpaid import remind_of_unpaid


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def remind_of_fees() -> None:
    """Remind families of fees that are still open (hourly, settings)."""
    with transaction.atomic(durable=True):
        remind_of_unpaid(at=timezone.now())
