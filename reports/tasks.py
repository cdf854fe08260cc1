"""The nightly look for what cannot be. It may run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from .invariants import broken_invariants

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def check_invariants() -> None:
    """Log one error for each kind of impossible thing (nightly, settings)."""
    for broken in broken_invariants(timezone.now()):
        logger.error("invariant_broken", extra={"error": broken.what, "entry": broken.count})
