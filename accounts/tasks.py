"""The tasks of accounts. Each may run twice."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from .access_log_chain import chain_access_log
from .sessions import forget_sessions


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def chain_the_access_log() -> None:
    """Add a link to the access log's chain (hourly, settings)."""
    with transaction.atomic(durable=True):
        chain_access_log(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def forget_the_sessions() -> None:
    """Delete the sessions that are over, with what was typed in them (nightly, settings)."""
    forget_sessions(at=timezone.now())
