"""The access log's task. It may run twice."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from .access_log_chain import chain_access_log


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def chain_the_access_log() -> None:
    """Add a link to the access log's chain (hourly, settings)."""
    with transaction.atomic(durable=True):
        chain_access_log(at=timezone.now())
