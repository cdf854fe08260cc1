"""The tasks of accounts. Each may run twice."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from .access_log_chain import chain_access_log, check_access_log
from .sessions import forget_sessions


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def chain_the_access_log() -> None:
    """Add a link to the access log's chain (hourly, settings)."""
    with transaction.atomic(durable=True):
        chain_access_log(at=timezone.now())


# Reads years of rows; taken from the queue as it begins: the next night tries again.
@shared_task(acks_late=False, soft_time_limit=3300, time_limit=3400)  # type: ignore[untyped-decorator]
def check_the_access_log() -> None:
    """Look the access log's chain through (nightly, settings); what is wrong goes to the log and to /metrics."""
    check_access_log(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def forget_the_sessions() -> None:
    """Delete the sessions that are over, with what was typed in them (nightly, settings)."""
    forget_sessions(at=timezone.now())
