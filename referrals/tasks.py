"""What comes due by the clock: families that moved. It may run twice."""

from celery import shared_task
from django.utils import timezone

from .sending import follow_moves


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def take_referrals_along() -> None:
    """Tell the district of today of referrals whose family has moved there (every minute, settings)."""
    follow_moves(at=timezone.now())
