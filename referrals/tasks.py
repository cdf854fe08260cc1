"""What comes due by the clock: families that moved, what nobody received, the week's watch lists. May run twice."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from . import chase, nightly
from .sending import follow_moves
from .watch import make_watch_lists

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def take_referrals_along() -> None:
    """Tell the district of today of referrals whose family has moved there (every minute, settings)."""
    follow_moves(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def chase_referrals() -> None:
    """Tell supervisors of what nobody received in time (every minute, settings)."""
    with transaction.atomic(durable=True):
        chase.chase_referrals(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def reconcile_referrals() -> None:
    """Keep what was found, and log one error for each thing that does not add up (nightly, settings)."""
    for difference in nightly.reconcile(at=timezone.now()).differences:
        logger.error("referrals_do_not_add_up", extra={"error": difference.what, "entry": difference.count})


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def make_the_watch_lists() -> None:
    """Make the week's lists where the ward's policy says so (every morning: the first one of the week makes them)."""
    make_watch_lists(at=timezone.now())
